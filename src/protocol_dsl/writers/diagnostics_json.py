"""Diagnostics for programs: JSON, and the workflow commands of GitHub."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict

from protocol_dsl.base.diagnostics import Diagnostic, Fix, Safety, Severity
from protocol_dsl.base.source import Position, Span, Text

FORMAT = "protocol-dsl/lint/1"


class PlaceJson(TypedDict):
    """A place: lines and columns from 1, columns in characters, the end exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class LabelJson(PlaceJson):
    """A labelled place, or an edit: what is said there, or written there instead."""

    words: str


class FixJson(TypedDict):
    """A repair: replace each place by its words."""

    title: str
    safety: Safety
    edits: list[LabelJson]


class DiagnosticJson(PlaceJson):
    """One mistake."""

    code: str
    severity: Severity
    message: str
    label: str
    labels: list[LabelJson]
    hint: str
    fix: FixJson | None


def diagnostics_json(files: Sequence[str], diagnostics: Sequence[Diagnostic], texts: Mapping[str, Text]) -> str:
    """One document, as ``schemas/lint.json`` describes it, with a line end."""
    document = {
        "format": FORMAT,
        "files": list(files),
        "summary": {
            f"{severity}s": sum(diagnostic.severity == severity for diagnostic in diagnostics)
            for severity in ("error", "warning", "note")
        },
        "diagnostics": [diagnostic_json(diagnostic, texts) for diagnostic in diagnostics],
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def diagnostic_json(diagnostic: Diagnostic, texts: Mapping[str, Text]) -> DiagnosticJson:
    """One diagnostic as the value that is written."""
    return {
        "code": diagnostic.code.number,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        **place_json(diagnostic.span, texts),
        "label": diagnostic.label,
        "labels": [{**place_json(label.span, texts), "words": label.words} for label in diagnostic.labels],
        "hint": diagnostic.hint,
        "fix": None if diagnostic.fix is None else fix_json(diagnostic.fix, texts),
    }


def fix_json(fix: Fix, texts: Mapping[str, Text]) -> FixJson:
    """A fix as the value that is written."""
    return {
        "title": fix.title,
        "safety": fix.safety,
        "edits": [{**place_json(edit.span, texts), "words": edit.words} for edit in fix.edits],
    }


def ends(span: Span, texts: Mapping[str, Text]) -> tuple[Position, Position]:
    """Where a span begins and ends; the first place of a text that is not there."""
    text = texts.get(span.file)
    if text is None:
        return Position(1, 1), Position(1, 1)
    return text.position(span.start), text.position(span.end)


def place_json(span: Span, texts: Mapping[str, Text]) -> PlaceJson:
    """A span as the value that is written."""
    start, end = ends(span, texts)
    return {
        "file": span.file,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    }


LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}


def github(diagnostics: Iterable[Diagnostic], texts: Mapping[str, Text]) -> str:
    """A workflow command a line, which GitHub shows beside the changed lines."""
    return "".join(command(diagnostic, texts) + "\n" for diagnostic in diagnostics)


def command(diagnostic: Diagnostic, texts: Mapping[str, Text]) -> str:
    """``::error file=a.proto,line=46,col=26,endLine=46,endColumn=29,title=PD201::...``."""
    start, end = ends(diagnostic.span, texts)
    words = f"{diagnostic.message} ({diagnostic.hint})" if diagnostic.hint else diagnostic.message
    return (
        f"::{LEVELS[diagnostic.severity]} file={parameter(diagnostic.span.file)},line={start.line},col={start.column},"
        f"endLine={end.line},endColumn={end.column},title={diagnostic.code.number}::{data(words)}"
    )


def data(words: str) -> str:
    """Words as a command carries them: on one line."""
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def parameter(words: str) -> str:
    """Words as a parameter of a command carries them."""
    return data(words).replace(":", "%3A").replace(",", "%2C")
