"""Pages that are made from the code: ``python -m docs.generate`` writes them, a test holds them to it."""

from collections.abc import Mapping
from pathlib import Path

from protocol_dsl.model.deviation_codes import DEVIATION_CODES, QUERY_CODES
from protocol_dsl.syntax.keywords import declaration_words, reserved_words

HERE = Path(__file__).parent


def pages() -> Mapping[str, str]:
    """Each generated page by its path below ``docs``."""
    return {"reference/keywords.md": keywords(), "reference/deviation-codes.md": deviation_codes()}


def keywords() -> str:
    """The reserved words, from the grammar."""
    declarations = declaration_words()
    others = [word for word in reserved_words() if word not in declarations]
    return "\n".join(
        [
            "# Keywords",
            "",
            f"The {len(declarations) + len(others)} words of the language. Reserved everywhere, they cannot be names.",
            "",
            "## Words that begin a declaration",
            "",
            ", ".join(f"`{word}`" for word in declarations),
            "",
            "## Words inside declarations",
            "",
            ", ".join(f"`{word}`" for word in others),
            "",
            "`days`, `weeks`, `months`, `years` and `times` are both words and units.",
            "",
        ]
    )


def deviation_codes() -> str:
    """The published numbers of deviations and queries."""
    lines = [
        "# Codes of deviations and queries",
        "",
        "These numbers are never reused and never renumbered.",
        "",
        "## Deviations",
        "",
        "| code | category | what |",
        "|---|---|---|",
        *(f"| {code.number} | {code.category} | {code.title} |" for code in DEVIATION_CODES),
        "",
        "## Queries",
        "",
        "A query is a question to the site, because the data do not decide. Queries are never counted as deviations.",
        "",
        "| code | what |",
        "|---|---|",
        *(f"| {code.number} | {code.title} |" for code in QUERY_CODES),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")
