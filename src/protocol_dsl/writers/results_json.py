"""What an engine answered, as JSON: one document, or one participant a line.

The keys and their order are published; ``schemas/check.json``, ``screen.json`` and ``schedule.json`` describe them.
A key that does not always apply (``treatment``, ``cycle``, ``days_out_max``, ``screenings``, ``file``) is left out
where it does not; every other key is there, ``null`` where there is nothing to say.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.base.values import frozen
from protocol_dsl.model.records import DataProblem
from protocol_dsl.model.results import (
    AttritionStep,
    CriterionResult,
    CycleResult,
    Deviation,
    Fact,
    ParticipantResult,
    Query,
    Reasons,
    Screening,
    Summary,
    VisitResult,
)
from protocol_dsl.model.study import StudyModel
from protocol_dsl.writers.once import WrittenOnce

Kind: TypeAlias = Literal["check", "screen", "schedule"]
Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"
ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


@frozen(kw_only=True)
class Heading:
    """What stands above the participants: the command, the protocol, how much prose was asked for, the cut-off."""

    kind: Kind
    model: StudyModel
    reasons: Reasons = "all"
    as_of: Days | None = None


@frozen(kw_only=True)
class Closing:
    """What is known only when every participant was judged."""

    summary: Summary
    attrition: tuple[AttritionStep, ...] = ()
    problems: tuple[DataProblem, ...] = ()


def jsonl(heading: Heading, results: Iterable[ParticipantResult], close: Callable[[], Closing]) -> Iterator[str]:
    """Lines: first the heading, then a participant each, last the summary and the data problems.

    Args:
        heading: What the first line holds (it begins with ``format``).
        results: Read one by one, and not kept.
        close: Called when they have been read; its answer makes the last line (it begins with ``summary``).
    """
    yield line(heading_json(heading))
    yield from participant_lines(heading.kind, results)
    yield line(closing_json(heading.kind, close()))


def participant_lines(kind: Kind, results: Iterable[ParticipantResult]) -> Iterator[str]:
    """The line of each participant, as ``line(participant_json(...))`` writes it, several times as fast."""
    criterion_text = WrittenOnce[CriterionResult](lambda criterion: dumped(criterion_json(criterion)))
    for result in results:
        eligibility = result.eligibility
        if kind == "schedule" or eligibility is None or eligibility.screenings:
            yield line(participant_json(kind, result))
            continue
        decisive = eligibility.decisive
        criteria = ", ".join(map(criterion_text, decisive.criteria))
        judged = f'{", ".join(members(verdict_json(decisive)))}, "criteria": [{criteria}]'
        pieces = (*members(who_json(result)), f'"eligibility": {{{judged}}}', *members(plan_json(kind, result)))
        yield "{" + ", ".join(pieces) + "}\n"


def document(heading: Heading, participants: Iterable[str], closing: Closing) -> Iterator[str]:
    """One document, in pieces.

    Args:
        heading: What stands first.
        participants: Each as :func:`participant_lines` wrote it.
        closing: Its summary and attrition stand before the participants, its problems after them.
    """
    last = closing_json(heading.kind, closing)
    problems = last.pop("data_problems")
    yield "{" + ",\n ".join(members({**heading_json(heading), **last})) + ',\n "participants": ['
    between = "\n  "
    for participant in participants:
        yield between + participant.rstrip("\n")
        between = ",\n  "
    yield '],\n "data_problems": ' + dumped(problems) + "}\n"


def line(value: Json) -> str:
    """A value on one line, with its line end."""
    return dumped(value) + "\n"


def dumped(value: Json) -> str:
    """A value as JSON: never a NaN, letters as they are."""
    return ENCODER.encode(value)


def members(value: Mapping[str, Json]) -> Iterator[str]:
    """``"key": value`` for each."""
    return (f"{dumped(key)}: {dumped(each)}" for key, each in value.items())


def heading_json(heading: Heading) -> dict[str, Json]:
    """``format`` to ``as_of``."""
    model = heading.model
    return {
        "format": f"protocol-dsl/{heading.kind}/1",
        "protocol": {"name": model.name, "language": model.language, "sha256": model.sha256},
        "reasons": heading.reasons,
        "as_of": written(heading.as_of),
    }


def closing_json(kind: Kind, closing: Closing) -> dict[str, Json]:
    """``summary``, ``attrition`` (``screen`` only) and ``data_problems``."""
    found: dict[str, Json] = {"summary": summary_json(kind, closing.summary)}
    if kind == "screen":
        found["attrition"] = [attrition_json(step) for step in closing.attrition]
    found["data_problems"] = [problem_json(problem) for problem in closing.problems]
    return found


def summary_json(kind: Kind, summary: Summary) -> Json:
    """The counts that the command can give."""
    verdicts: dict[str, Json] = {
        "eligible": summary.eligible,
        "not_eligible": summary.not_eligible,
        "undetermined": summary.undetermined,
    }
    departures: dict[str, Json] = {
        "deviations": summary.deviations,
        "important": summary.important,
        "queries": summary.queries,
    }
    return {
        "participants": summary.participants,
        **(verdicts if kind != "schedule" else {}),
        **(departures if kind == "check" else {}),
        "data_problems": summary.data_problems,
    }


def attrition_json(step: AttritionStep) -> Json:
    """One step, in order and alone."""
    return {
        "rule": step.rule,
        "title": step.title,
        "entering": step.entering,
        "against": step.against,
        "unknown": step.unknown,
        "left": step.left,
        "against_alone": step.against_alone,
        "unknown_alone": step.unknown_alone,
    }


def problem_json(problem: DataProblem) -> Json:
    """A data problem; ``file`` where a table has several."""
    return {
        "table": problem.table,
        **({"file": problem.file} if problem.file is not None else {}),
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "problem": problem.problem,
    }


def participant_json(kind: Kind, result: ParticipantResult) -> dict[str, Json]:
    """A participant, with the parts that the command gives."""
    judged: dict[str, Json] = {} if kind == "schedule" else {"eligibility": eligibility_json(result)}
    return {**who_json(result), **judged, **plan_json(kind, result)}


def who_json(result: ParticipantResult) -> dict[str, Json]:
    """Participant, site and arm."""
    return {"participant": result.participant, "site": result.site, "arm": result.arm}


def plan_json(kind: Kind, result: ParticipantResult) -> dict[str, Json]:
    """Visits and cycles, and with ``check`` what departs from them."""
    found: dict[str, Json] = {}
    if kind != "screen":
        with_reason = kind == "schedule"
        found["visits"] = [visit_json(visit, with_reason=with_reason) for visit in result.visits]
        found["cycles"] = [cycle_json(cycle, with_reason=with_reason) for cycle in result.cycles]
    if kind == "check":
        found["deviations"] = [deviation_json(deviation) for deviation in result.deviations]
        found["queries"] = [query_json(query) for query in result.queries]
    return found


def eligibility_json(result: ParticipantResult) -> Json:
    """The screening that decides, and all of them where there are several; null without criteria."""
    if result.eligibility is None:
        return None
    found = screening_json(result.eligibility.decisive)
    if result.eligibility.screenings:
        found["screenings"] = [screening_json(each) for each in result.eligibility.screenings]
    return found


def screening_json(screening: Screening) -> dict[str, Json]:
    """One screening with its criteria."""
    return {**verdict_json(screening), "criteria": [criterion_json(criterion) for criterion in screening.criteria]}


def verdict_json(screening: Screening) -> dict[str, Json]:
    """The verdict and its day."""
    return {"verdict": screening.verdict, "point": written(screening.point)}


def criterion_json(criterion: CriterionResult) -> Json:
    """A criterion with its finding and its reasons."""
    return {
        "rule": criterion.rule,
        "kind": criterion.kind,
        "title": criterion.title,
        "finding": criterion.finding.words,
        "decides": criterion.decides,
        "boundary": criterion.is_boundary,
        "missing": list(criterion.missing),
        "reason": criterion.reason,
        "file": criterion.place.file,
        "line": criterion.place.line,
        "column": criterion.place.column,
        "facts": facts_json(criterion.facts),
    }


def visit_json(visit: VisitResult, *, with_reason: bool) -> Json:
    """A visit with its window."""
    return {
        "visit": visit.visit,
        **window_json(visit),
        "status": visit.status,
        **days_out_json(visit),
        **({"reason": visit.reason, "facts": facts_json(visit.facts)} if with_reason else {}),
    }


def cycle_json(cycle: CycleResult, *, with_reason: bool) -> Json:
    """A cycle with its window."""
    return {
        "treatment": cycle.treatment,
        "cycle": cycle.cycle,
        **window_json(cycle),
        "status": cycle.status,
        **days_out_json(cycle),
        "administrations": cycle.administrations,
        **({"reason": cycle.reason, "facts": facts_json(cycle.facts)} if with_reason else {}),
    }


def deviation_json(deviation: Deviation) -> Json:
    """A deviation with its window and evidence."""
    return {
        "id": deviation.id,
        "code": deviation.code,
        "category": deviation.category,
        "grade": deviation.grade,
        "rule": deviation.rule,
        "visit": deviation.visit,
        **course_json(deviation),
        "date": written(deviation.date),
        **window_json(deviation),
        **days_out_json(deviation),
        "message": deviation.message,
        "facts": facts_json(deviation.facts),
    }


def query_json(query: Query) -> Json:
    """A query with its evidence."""
    return {
        "id": query.id,
        "code": query.code,
        "rule": query.rule,
        "visit": query.visit,
        **course_json(query),
        "date": written(query.date),
        "message": query.message,
        "facts": facts_json(query.facts),
    }


def course_json(about: Deviation | Query) -> dict[str, Json]:
    """``treatment`` and ``cycle``, where it is about one."""
    found: dict[str, Json] = {}
    if about.treatment is not None:
        found["treatment"] = about.treatment
    if about.cycle is not None:
        found["cycle"] = about.cycle
    return found


def window_json(of: VisitResult | CycleResult | Deviation) -> dict[str, Json]:
    """Planned day, window, actual day."""
    return {
        "planned": written(of.planned),
        "earliest": written(of.earliest),
        "latest": written(of.latest),
        "actual": written(of.actual),
    }


def days_out_json(of: VisitResult | CycleResult | Deviation) -> dict[str, Json]:
    """Signed days out of the window; the most they may be, where a partial date leaves that open."""
    more: dict[str, Json] = {} if of.days_out_max is None else {"days_out_max": of.days_out_max}
    return {"days_out": of.days_out, **more}


def facts_json(facts: Iterable[Fact]) -> list[Json]:
    """The rows used, each with what is known of it as written."""
    return [fact_json(fact) for fact in facts]


def fact_json(fact: Fact) -> Json:
    """One row: its table and number, and the name, value, unit and date that it has."""
    found: dict[str, Json] = {"table": fact.origin.table, "row": fact.origin.row}
    if fact.origin.file is not None:
        found["file"] = fact.origin.file
    parts = (("name", fact.name), ("value", fact.value), ("unit", fact.unit), ("date", fact.date))
    found.update((key, words) for key, words in parts if words)
    return found


def written(days: Days | None) -> str | None:
    """A date as it is known, or null."""
    return None if days is None else write_days(days)
