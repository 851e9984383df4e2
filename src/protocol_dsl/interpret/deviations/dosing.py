"""Doses other than planned."""

from collections.abc import Iterable, Iterator
from functools import partial

from protocol_dsl.base.days import say_days
from protocol_dsl.interpret.amendments import studies
from protocol_dsl.interpret.cycles import may_be_given, read_rows
from protocol_dsl.interpret.deviations.judged import About, Found, Judged, deviation, query
from protocol_dsl.interpret.dosing import (
    DosingFinding,
    day_of,
    in_each_version,
    judge_continuous_doses,
    judge_levels,
    open_question,
)
from protocol_dsl.interpret.epochs import arm_of
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.judged_cycles import JudgedCycle
from protocol_dsl.interpret.open_doses import judge_doses
from protocol_dsl.interpret.reasons import administration_fact
from protocol_dsl.model.deviation_codes import DOSING_UNDETERMINED
from protocol_dsl.model.epochs import as_given
from protocol_dsl.model.records import Administration
from protocol_dsl.model.schedule import Cycles, Treatment


def derive(judged: Judged) -> Iterator[Found]:
    """The doses of each planned cycle given, of each continuous course, and the levels of a titration.

    A cycle that a rule reduces is held to the level reduced to, and not to that of its day.
    """
    for item in judged.cycles:
        if item.standing.status not in {"not applicable", "unscheduled"}:
            for finding in judge_doses(item, judged.facts):
                yield found(judged, item.treatment, finding, item)
    for treatment in judged.model.treatments:
        yield from in_question(judged, treatment)
        rows = judged.given(treatment.name)
        if not rows or not any(may_be_given(treatment, judged.facts.under(study)) for study in studies(judged.facts)):
            continue
        ruled = [item for item in judged.cycles if item.treatment.name == treatment.name]
        reduced = given_in((item for item in ruled if all(are_reduced(item))), rows)
        in_doubt = given_in((item for item in ruled if any(are_reduced(item)) or item.is_ruled_unknown), rows) - reduced
        kept = tuple(row for row in rows if row not in reduced and row not in in_doubt)
        judge = partial(judge_rows, judged.facts)
        for finding in in_each_version(treatment, kept, judged.facts, judge):
            yield found(judged, treatment, finding)
        doubtful = tuple(row for row in rows if row in in_doubt)
        for finding in in_each_version(treatment, doubtful, judged.facts, judge):
            yield found(judged, treatment, open_question(finding.message, finding.rows))


def in_question(judged: Judged, treatment: Treatment) -> Iterator[Found]:
    """The doses of which the data do not say clearly whether they were given, one query for all of them."""
    rows = tuple(row for row in read_rows(treatment, judged.facts) if row.is_in_doubt)
    if rows:
        days = " and ".join(dict.fromkeys(say_days(day_of(row)) for row in rows))
        finding = open_question(f"whether {treatment.name} of {days} was given is not known", rows)
        yield found(judged, treatment, finding)


def are_reduced(item: JudgedCycle) -> tuple[bool, ...]:
    """Whether a rule reduces a cycle, in each way in which it may have been planned."""
    return tuple(each.level is not None for each in item.possible or (item,))


def given_in(cycles: Iterable[JudgedCycle], rows: tuple[Administration, ...]) -> frozenset[Administration]:
    """The rows of some cycles."""
    runs = [item.run for item in cycles if item.run is not None]
    numbers = {run.cycle for run in runs} - {None}
    nameless = {row for run in runs if run.cycle is None for row in run.rows}
    return frozenset(row for row in rows if row.cycle in numbers or row in nameless)


def judge_rows(facts: Facts, treatment: Treatment, rows: tuple[Administration, ...]) -> Iterator[DosingFinding]:
    """The doses of a continuous course, and the levels of a titration."""
    if not isinstance(treatment.course, Cycles):
        yield from judge_continuous_doses(treatment, rows)
    # Levels that count from the start of the epoch count from that in which the arm gives them; there is one.
    yield from judge_levels(as_given(treatment, arm_of(facts), facts.model)[0], rows, facts)


def found(judged: Judged, treatment: Treatment, finding: DosingFinding, item: JudgedCycle | None = None) -> Found:
    """A finding about doses as a deviation, or as a query where it has no code."""
    about = About(
        rule=treatment.name,
        treatment=treatment.name,
        cycle=None if item is None else item.number,
        date=finding.date,
        facts=tuple(administration_fact(row) for row in finding.rows),
        place=treatment.place,
    )
    if finding.code is None:
        return query(judged, DOSING_UNDETERMINED, about, finding.message)
    slot = None if item is None else item.slot
    actual = finding.date if item is None else item.days
    return deviation(judged, finding.code, about, finding.message, slot=slot, actual=actual)
