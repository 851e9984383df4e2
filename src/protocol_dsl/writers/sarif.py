"""Diagnostics as SARIF 2.1.0, which code hosts and editors show.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias
from urllib.parse import quote

from protocol_dsl.base.diagnostics import Code, Diagnostic, Fix, Severity
from protocol_dsl.base.source import Span, Text
from protocol_dsl.writers.diagnostics_json import ends

Json: TypeAlias = "str | int | Sequence[Json] | Mapping[str, Json] | None"

LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "note": "note"}


def sarif(diagnostics: Sequence[Diagnostic], texts: Mapping[str, Text], version: str) -> str:
    """One SARIF log with one run, with a line end; ``version`` is that of protocol-dsl."""
    codes = {diagnostic.code.number: diagnostic.code for diagnostic in diagnostics}
    numbers = sorted(codes)
    run: dict[str, Json] = {
        "tool": {
            "driver": {"name": "protocol-dsl", "version": version, "rules": [rule(codes[each]) for each in numbers]}
        },
        "columnKind": "unicodeCodePoints",
        "results": [result(diagnostic, numbers.index(diagnostic.code.number), texts) for diagnostic in diagnostics],
    }
    log: dict[str, Json] = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def rule(code: Code) -> Json:
    """A code as a reporting descriptor."""
    return {
        "id": code.number,
        "shortDescription": {"text": code.label},
        "defaultConfiguration": {"level": LEVELS[code.severity]},
    }


def result(diagnostic: Diagnostic, index: int, texts: Mapping[str, Text]) -> Json:
    """A diagnostic as a result; its hint is part of the message, for SARIF has no place of its own for it."""
    words = f"{diagnostic.message}\n{diagnostic.hint}" if diagnostic.hint else diagnostic.message
    found: dict[str, Json] = {
        "ruleId": diagnostic.code.number,
        "ruleIndex": index,
        "level": LEVELS[diagnostic.severity],
        "message": {"text": words},
        "locations": [location(diagnostic.span, texts, "")],
    }
    if diagnostic.labels:
        found["relatedLocations"] = [location(label.span, texts, label.words) for label in diagnostic.labels]
    if diagnostic.fix is not None:
        found["fixes"] = [repair(diagnostic.fix, texts)]
    return found


def location(span: Span, texts: Mapping[str, Text], words: str) -> Json:
    """A place, with words about it where there are any."""
    found: dict[str, Json] = {"physicalLocation": {"artifactLocation": artifact(span), "region": region(span, texts)}}
    if words:
        found["message"] = {"text": words}
    return found


def artifact(span: Span) -> Json:
    """The file of a place, as a URI."""
    return {"uri": quote(span.file.replace("\\", "/"))}


def region(span: Span, texts: Mapping[str, Text]) -> Json:
    """Lines and columns from 1, the end exclusive."""
    start, end = ends(span, texts)
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }


def repair(fix: Fix, texts: Mapping[str, Text]) -> Json:
    """A fix, its edits grouped by file; its grade is a property, for SARIF knows none."""
    files = dict.fromkeys(edit.span.file for edit in fix.edits)
    return {
        "description": {"text": fix.title},
        "properties": {"safety": fix.safety},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": quote(name)},
                "replacements": [
                    {"deletedRegion": region(edit.span, texts), "insertedContent": {"text": edit.words}}
                    for edit in fix.edits
                    if edit.span.file == name
                ],
            }
            for name in files
        ],
    }
