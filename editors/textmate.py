"""The TextMate grammar, made from the grammar of the language: its words, and how its numbers, units and names look."""

import json
import re
from collections.abc import Iterable

from protocol_dsl.syntax.keywords import declaration_words, reserved_words
from protocol_dsl.syntax.tables import parser

SCOPE = "protocol-dsl"
LOGICAL = ("and", "or", "not")
CONSTANTS = ("yes", "no", "none")
UNIT_WORDS = ("days", "percent", "times")
"""Words of the language that are units too, as the grammar's rule ``unit`` has them."""
STUDY_TIME = "[WDM]-?[0-9]+"
GAP = "[ \\t]+"
GROUP = re.compile(r"(?<!\\)\((?!\?)")


def alone(words: str) -> str:
    """A pattern that is no part of a longer word."""
    return f"(?<![\\w])(?:{words})(?![\\w])"


def one_of(words: Iterable[str]) -> str:
    """A pattern of one of ``words``."""
    return alone("|".join(words))


def rule(name: str, match: str, **captures: str) -> dict[str, object]:
    """One pattern; ``captures`` are named by the number of their group, ``_1``."""
    found: dict[str, object] = {"match": match}
    if name:
        found["name"] = f"{name}.{SCOPE}"
    if captures:
        found["captures"] = {
            number.removeprefix("_"): {"patterns": [{"include": "#words"}]}
            if scope == "#words"
            else {"name": f"{scope}.{SCOPE}"}
            for number, scope in captures.items()
        }
    return found


def grammar() -> str:
    """The grammar as JSON."""
    looks = {terminal.name: GROUP.sub("(?:", terminal.pattern.value) for terminal in parser().terminals}
    words = reserved_words()
    plain = [word for word in words if word not in (*LOGICAL, *CONSTANTS)]
    name = f"(?!{one_of(words)})(?:{looks['NAME']})(?![\\w])"
    unit = f"(?:{looks['UNIT']})(?![\\w/])|{one_of(UNIT_WORDS)}|{name}"
    number = f"(?<![\\w.])(?:{looks['NUMBER']})(?![\\w.])"
    declared = f"^({one_of(declaration_words())})((?:{GAP}{one_of(words)})*)(?:{GAP}({name}))?"
    document = {
        "$comment": "Made by python -m docs.generate; edit editors/textmate.py instead.",
        "name": "Trial protocol",
        "scopeName": f"source.{SCOPE}",
        "fileTypes": ["proto", "protocol"],
        "patterns": [
            rule("comment.line.number-sign", looks["COMMENT"]),
            rule("string.quoted.double", looks["STRING"]),
            rule("", declared, _1="keyword.declaration", _2="#words", _3="entity.name"),
            rule("constant.numeric.date", f"(?<![\\w])(?:{looks['DATE']})(?![\\w])"),
            rule("keyword.other.unit", f"(?<![\\w])(?:{looks['UNIT']})(?![\\w/])"),
            rule("", f"({number})[ \\t]*({unit})", _1="constant.numeric", _2="keyword.other.unit"),
            rule("constant.numeric", number),
            rule("constant.other.study-time", alone(STUDY_TIME)),
            {"include": "#words"},
            rule("variable.other", name),
            rule("keyword.operator.comparison", looks["OPERATOR"]),
            rule("keyword.operator.window", looks["PLUSMINUS"]),
            rule("keyword.operator.arithmetic", "[-+*/]"),
            rule("punctuation.separator", "[,|]"),
            rule("punctuation.section", "[(){}]"),
        ],
        "repository": {
            "words": {
                "patterns": [
                    rule("keyword.operator.logical", one_of(LOGICAL)),
                    rule("constant.language", one_of(CONSTANTS)),
                    rule("keyword.other", one_of(plain)),
                ]
            }
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
