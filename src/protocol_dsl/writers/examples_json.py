"""What came of a protocol's examples, as JSON; ``schemas/test.json`` describes it."""

import json
from collections.abc import Iterable

from protocol_dsl.base.source import Span, Text
from protocol_dsl.base.values import frozen
from protocol_dsl.model.results import Finding
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.tested import Answer, CaseResult, ExampleResult, ExampleResults, RuleSeen
from protocol_dsl.writers.results_json import Json

FORMAT = "protocol-dsl/test/1"


@frozen
class ProtocolExamples:
    """A protocol, its text, and what came of its examples."""

    model: StudyModel
    text: Text
    tested: ExampleResults


def tested_json(protocols: Iterable[ProtocolExamples]) -> str:
    """One document for all protocols, with a line end."""
    found = list(protocols)
    document: Json = {
        "format": FORMAT,
        "summary": {
            "examples": sum(len(each.tested.examples) for each in found),
            "failing": sum(not example.holds for each in found for example in each.tested.examples),
            "participants": sum(len(example.cases) for each in found for example in each.tested.examples),
            "rules_unseen": sum(bool(rule.unseen) for each in found for rule in each.tested.rules),
        },
        "protocols": [protocol_json(each) for each in found],
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def protocol_json(each: ProtocolExamples) -> Json:
    """One protocol."""
    return {
        "file": each.text.name,
        "name": each.model.name,
        "language": each.model.language,
        "sha256": each.model.sha256,
        "examples": [example_json(example, each.text) for example in each.tested.examples],
        "rules": [rule_json(rule) for rule in each.tested.rules],
        "plan": [{"name": part.name, "count": part.count} for part in each.tested.plan],
    }


def example_json(result: ExampleResult, text: Text) -> Json:
    """One example."""
    return {
        "title": result.example.title,
        **place_json(result.example.place, text),
        "holds": result.holds,
        "participants": [case_json(case, text) for case in result.cases],
    }


def case_json(result: CaseResult, text: Text) -> Json:
    """One made-up participant."""
    return {
        **place_json(result.case.place, text),
        "holds": result.holds,
        "given": [fact.words for fact in result.case.given],
        "answers": [answer_json(answer, text) for answer in result.answers],
        "problems": [f"{problem.value}: {problem.problem}" for problem in result.problems],
    }


def answer_json(answer: Answer, text: Text) -> Json:
    """One expectation."""
    return {
        **place_json(answer.expected.place, text),
        "expected": answer.expected.words,
        "found": answer.found,
        "holds": answer.holds,
        "reason": answer.reason,
        "finding": None if answer.finding is None else finding_json(answer.finding),
    }


def finding_json(finding: Finding) -> Json:
    """A tree of findings."""
    return {
        "finding": finding.truth.words,
        "reason": finding.words,
        "missing": list(finding.missing),
        "parts": [finding_json(part) for part in finding.parts],
    }


def rule_json(rule: RuleSeen) -> Json:
    """What the examples have seen of a rule."""
    return {
        "rule": rule.rule,
        "kind": rule.kind,
        "title": rule.title,
        "met": rule.met,
        "not_met": rule.not_met,
        "unknown": rule.unknown,
        "unseen": [truth.words for truth in rule.unseen],
        "boundaries": [{"of": each.of, "values": list(each.values)} for each in rule.boundaries],
    }


def place_json(span: Span, text: Text) -> dict[str, Json]:
    """A place: line and column from 1."""
    position = text.position(span.start)
    return {"line": position.line, "column": position.column}
