"""Visits, cycles and deviations of everyone as statements over the same steps."""

from collections.abc import Callable, Collection, Mapping

from sqlglot import exp

from protocol_dsl.base.days import LAST_DAY
from protocol_dsl.base.values import frozen
from protocol_dsl.compile.cycle_plan import cycle_plans
from protocol_dsl.compile.cycles import CYCLES, cycle_tables
from protocol_dsl.compile.deviations.consent import ACTS, acts
from protocol_dsl.compile.deviations.intervals import BROKEN, broken
from protocol_dsl.compile.deviations.noticed import noticed
from protocol_dsl.compile.doses import given_tables
from protocol_dsl.compile.early import EARLY, days_asked
from protocol_dsl.compile.eligibility import Data, common_tables
from protocol_dsl.compile.filed import FILED, filed
from protocol_dsl.compile.gather import AT_CUTOFF, BASE, Gather
from protocol_dsl.compile.parts import (
    AGAIN,
    CONCERNED,
    PARTS,
    Again,
    Part,
    ambiguous_doses,
    of_part,
    readings_of_visits,
    rows,
    rows_of_milestones,
    who_is_concerned,
)
from protocol_dsl.compile.schedule import VISIT_ANSWERS, visit_tables
from protocol_dsl.compile.steps import Steps
from protocol_dsl.compile.unscheduled import UNSCHEDULED
from protocol_dsl.compile.visit_days import visit_days
from protocol_dsl.model.columns import EVENTS, LABELLED, layout_of
from protocol_dsl.model.records import Cutoff
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import selected, text_of


@frozen(kw_only=True)
class CheckStatements:
    """What is found of everybody, and who is left to the interpreter.

    ``steps`` are what several of the others read, by name, each after those that it reads itself: they are made before
    any of the others is run. Beside the planned visits ``further`` are visits unscheduled, what was done before
    consent, cycles and intervals not kept, as far as there are any: rows by the name of their table. ``concerned`` are
    the participants of whom the interpreter judges a part, by the table of its rows; ``ambiguous`` are those of them
    whom it judges whole, since columns do not know the order of their doses; ``again`` are those of whom some tables
    are read again; ``rows`` are those in ``CONCERNED`` and what is handed over of them, by table.
    """

    steps: Mapping[str, str]
    visits: str
    left: str
    further: Mapping[str, str]
    concerned: Mapping[Part, str]
    ambiguous: str
    again: Mapping[Again, str]
    rows: Mapping[str, str]


def check_statements(  # noqa: PLR0913 - what is known of the data, and how statements are written
    model: StudyModel,
    cutoff: Cutoff,
    data: Data,
    tables: Mapping[str, exp.Select],
    write: Callable[[exp.Query], str] = text_of,
    *,
    holds: bool = True,
    ready: Collection[str] = frozenset(),
) -> CheckStatements:
    """The statements over the ``tables`` of :mod:`protocol_dsl.model.columns`, as ``write`` makes texts of them.

    Where it ``holds`` no steps, each statement stands by itself; ``ready`` are tables that are held already.

    Raises:
        NotInColumnsError: The protocol holds something that columns do not judge.
    """
    day = cutoff.day or 0
    last = day if cutoff.is_given else LAST_DAY
    empty, timed = data.has_empty_readings, data.has_timed_readings
    gather = Gather(model, layout_of(model), AT_CUTOFF, empty, timed, last, day, knows_given=True)
    cycles = cycle_tables(model, gather, day)
    days = visit_days(day, data.earliest_visit)
    found = visit_tables(
        model, gather, days, has_skipped=data.has_skipped_visits, has_nameless=data.has_nameless_visits
    )
    found.append((ACTS, acts(gather)))
    intervals = broken(model, gather, days)
    found += [] if intervals is None else [(BROKEN, intervals)]
    judging = noticed(model, gather, day, data.events_present)
    # Last, for it gathers what all the others asked for.
    known = {**tables, FILED: filed(model, has_skipped=data.has_skipped_visits)}
    bodies: dict[str, exp.Select] = {**known, **dict(in_order(model, gather, day, data, cycles) + found)}
    names = [UNSCHEDULED, ACTS, *([CYCLES] if cycle_plans(model) else []), *([BROKEN] if intervals else [])]
    visits, *further = (selected(name, "*") for name in (VISIT_ANSWERS, *names))
    ambiguous = ambiguous_doses(model)
    handed: dict[str, exp.Select] = {CONCERNED: who_is_concerned(), LABELLED: readings_of_visits()}
    handed[EVENTS] = rows_of_milestones(model, gather.layout)
    handed |= {part: rows(part, of_part(part)) for part in PARTS}
    steps = Steps(bodies, (visits, *further, *judging.values(), ambiguous, *handed.values()) if holds else (), ready)

    def written(query: exp.Query) -> str:
        return write(steps.over(query))

    return CheckStatements(
        steps={name: write(body) for name, body in steps.held.items()},
        visits=written(visits),
        left=written(judging["everything"]),
        further={name: written(query) for name, query in zip(names, further, strict=True)},
        concerned={part: written(judging[part]) for part in PARTS if part in judging},
        ambiguous=written(ambiguous),
        again={each: written(judging[each]) for each in AGAIN if each in judging},
        rows={name: written(query) for name, query in handed.items()},
    )


def in_order(
    model: StudyModel, gather: Gather, cutoff: int, data: Data, cycles: list[tuple[str, exp.Select]]
) -> list[tuple[str, exp.Select]]:
    """What other steps read, each after what it reads itself: everyone, what was given, and one aggregate a table.

    Where points count from what was given, cycles are known before them.
    """
    given = given_tables(model, gather, cutoff) if days_asked(model) else []
    common = common_tables(gather, data)
    if not given:
        return [*common, *cycles]
    place = [name for name, _ in common].index(BASE)
    return [*common[:place], (EARLY, common[place][1]), *cycles, *given, *common[place + 1 :]]
