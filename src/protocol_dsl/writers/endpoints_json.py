"""Endpoints as JSON: one document, or an endpoint a line. ``schemas/endpoints.json`` describes both."""

import json
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from protocol_dsl.base.days import Days
from protocol_dsl.base.numbers import Range
from protocol_dsl.model.estimates import ArmEstimates, Block, Comparison, EndpointResult, Estimate, Step
from protocol_dsl.model.records import DataProblem
from protocol_dsl.model.study import StudyModel
from protocol_dsl.writers.figures import end, number, settled, significant, words_of
from protocol_dsl.writers.results_json import problem_json, written

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

KINDS = {
    "Proportion": "proportion",
    "Course": "course",
    "TimeToReading": "time to first",
    "TimeToEvent": "time to first",
    "EventsIn": "event",
    "CountIn": "count",
    "WorstGrade": "worst grade",
}


def document(
    model: StudyModel,
    as_of: Days | None,
    participants: int,
    results: Sequence[EndpointResult],
    problems: Sequence[DataProblem],
) -> Iterator[str]:
    """One document, in pieces."""
    head = {**heading(model, as_of), "summary": summary(participants, problems)}
    yield "{" + ",\n ".join(f"{dumped(key)}: {dumped(value)}" for key, value in head.items())
    yield ',\n "endpoints": ['
    between = "\n  "
    for result in results:
        yield between + dumped(endpoint_json(result))
        between = ",\n  "
    yield '],\n "data_problems": ' + dumped([problem_json(problem) for problem in problems]) + "}\n"


def jsonl(
    model: StudyModel,
    as_of: Days | None,
    participants: int,
    results: Sequence[EndpointResult],
    problems: Sequence[DataProblem],
) -> Iterator[str]:
    """A line for the heading, one for each endpoint, and one for the summary with the data problems."""
    yield dumped(heading(model, as_of)) + "\n"
    for result in results:
        yield dumped(endpoint_json(result)) + "\n"
    last = {"summary": summary(participants, problems), "data_problems": [problem_json(each) for each in problems]}
    yield dumped(last) + "\n"


def heading(model: StudyModel, as_of: Days | None) -> dict[str, Json]:
    """``format`` to ``as_of``."""
    return {
        "format": "protocol-dsl/endpoints/1",
        "protocol": {"name": model.name, "language": model.language, "sha256": model.sha256},
        "as_of": written(as_of),
    }


def summary(participants: int, problems: Sequence[DataProblem]) -> dict[str, Json]:
    """The counts."""
    return {"participants": participants, "data_problems": len(problems)}


def dumped(value: object) -> str:
    """A value as JSON: never a NaN, letters as they are."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def endpoint_json(result: EndpointResult) -> dict[str, Json]:
    """One endpoint."""
    endpoint = result.endpoint
    return {
        "endpoint": endpoint.name,
        "title": endpoint.title,
        "rank": endpoint.rank,
        "kind": KINDS.get(type(endpoint.kind).__name__) or endpoint.words.split(" ", 1)[0],
        "words": endpoint.words,
        "unit": endpoint.unit,
        "confidence": number(endpoint.confidence),
        "file": endpoint.place.file,
        "line": endpoint.place.line,
        "column": endpoint.place.column,
        "blocks": [block_json(block) for block in result.blocks],
        "listed": [
            {
                "participant": each.participant,
                "arm": each.arm,
                "visit": each.visit,
                "state": each.state,
                "reason": each.words,
            }
            for each in result.listed
        ],
        "notes": list(result.notes),
    }


def block_json(block: Block) -> dict[str, Json]:
    """The arms under one analysis set and one rule."""
    return {
        "analysis_set": block.analysis_set,
        "analysis_set_title": block.set_title,
        "missing_counts_as": block.missing,
        "visit": block.visit,
        "arms": [arm_json(arm) for arm in block.arms],
        "comparisons": [comparison_json(each) for each in block.comparisons],
        "notes": list(block.notes),
    }


def arm_json(arm: ArmEstimates) -> dict[str, Json]:
    """One arm; a curve only where there is one."""
    found: dict[str, Json] = {
        "arm": arm.arm,
        "title": arm.title,
        "in_set": arm.counted,
        "n": arm.n,
        "observed": arm.observed,
        "missing": arm.missing,
        "pending": arm.pending,
        "not_applicable": arm.not_applicable,
        "estimates": [estimate_json(each) for each in arm.estimates],
    }
    if arm.curve:
        found["curve"] = [step_json(step) for step in arm.curve]
    return found


def estimate_json(estimate: Estimate) -> dict[str, Json]:
    """One number; ``range`` where it is an interval, with ``value`` then ``null``."""
    value = None if estimate.value is None else settled(estimate.value)
    found: dict[str, Json] = {
        "statistic": estimate.statistic,
        "at": estimate.at or None,
        "value": number(estimate.value),
        "low": end(estimate.low, "low"),
        "high": end(estimate.high, "high"),
        "words": estimate.words or None,
    }
    if isinstance(value, Range):
        found["range"] = {"low": number(value.low), "high": number(value.high), "words": words_of(value)}
    return found


def step_json(step: Step) -> dict[str, Json]:
    """One step of a curve."""
    return {
        "days": step.days,
        "at_risk": step.at_risk,
        "events": step.events,
        "censored": step.censored,
        "event_free": number(step.share),
        "low": number(step.low),
        "high": number(step.high),
    }


def comparison_json(each: Comparison) -> dict[str, Json]:
    """One comparison."""
    return {
        "arm": each.arm,
        "versus": each.versus,
        "method": each.method,
        "statistic": number(each.statistic),
        "p": significant(each.p),
        "difference": number(each.difference),
        "low": number(each.low),
        "high": number(each.high),
        "words": each.words or None,
    }
