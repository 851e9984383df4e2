"""Pages that are made from the code: ``python -m docs.generate`` writes them, a test holds them to it."""

import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

from click.testing import CliRunner
from docs.shipped import shipped
from editors.textmate import grammar

from protocol_dsl.apps.cli.commands import cli
from protocol_dsl.apps.cli.show import document_of
from protocol_dsl.model.deviation_codes import DEVIATION_CODES, QUERY_CODES
from protocol_dsl.project.study import load
from protocol_dsl.syntax.keywords import declaration_words, reserved_words
from protocol_dsl.writers.report.document_page import timeline_svg

HERE = Path(__file__).parent
PLANTED = "[`simulate`](../commands.md) plants each but QY18 in made-up data."
ABOUT = {
    "PD0": "the writing of the text",
    "PD1": "names",
    "PD2": "the schedule",
    "PD3": "units and kinds",
    "PD4": "sources",
    "PD5": "examples",
}
"""What messages are about, by how their numbers begin."""
LINES_SHOWN, LINE, LETTER, MARGIN, WIDTH = 44, 18, 7.8, 16, 820
TONES = (
    (r"\$", "#8b949e"),
    (r"Not eligible|Deviations", "#ff7b72"),
    (r"Undetermined", "#d29922"),
    (r"Queries|Data problems", "#79c0ff"),
    (r"ANRS123", "#ffffff"),
)


def pages() -> Mapping[str, str]:
    """Each generated page by its path below ``docs``."""
    return {
        "reference/keywords.md": keywords(),
        "libraries.md": shipped(),
        "reference/deviation-codes.md": deviation_codes(),
        "codes/index.md": codes(),
        "images/anrs123-timeline.svg": drawing("protocols/anrs123.proto"),
        "../editors/vscode/syntaxes/protocol.tmLanguage.json": grammar(),
        "images/check.svg": picture("protocol-dsl check protocols/anrs123.proto examples/anrs123", LINES_SHOWN),
    }


def drawing(protocol: str) -> str:
    """The timeline of a protocol."""
    line = document_of(load(HERE.parent / protocol)).timeline
    return timeline_svg(line) if line else ""


def picture(command: str, lines: int) -> str:
    """What a command prints, its first ``lines``, as a terminal would show it."""
    arguments = [str(HERE.parent / word) if "/" in word else word for word in command.split()[1:]]
    run = CliRunner().invoke(cli, arguments, standalone_mode=False, catch_exceptions=False)
    printed = run.stdout.splitlines()
    shown = [f"$ {command}", *printed[:lines], *(["..."] if len(printed) > lines else [])]
    height = LINE * len(shown) + 2 * MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img">',
            f"<title>{escape(command)}</title>",
            f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#1c2128"/>',
            '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="#d0d7de">',
            *text_lines(shown),
            "</g>",
            "</svg>",
            "",
        ]
    )


def text_lines(shown: list[str]) -> Iterator[str]:
    """The lines as text, headings in colour."""
    for number, line in enumerate(shown):
        tone = next((f' fill="{colour}"' for form, colour in TONES if re.match(form, line)), "")
        yield (
            f'<text x="{MARGIN}" y="{MARGIN + LINE * (number + 1) - 5}" xml:space="preserve" '
            f'textLength="{len(line) * LETTER:.0f}" lengthAdjust="spacingAndGlyphs"{tone}>{escape(line)}</text>'
            if line
            else ""
        )


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
        f"These numbers are never reused and never renumbered. {PLANTED}",
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


def codes() -> str:
    """All messages by number, as their pages are headed."""
    headings = [path.read_text(encoding="utf-8").partition("\n")[0] for path in sorted((HERE / "codes").glob("PD*.md"))]
    lines = [
        "# Codes",
        "",
        "Each message carries a number that is never used again. Its page says what it means, and repairs a text.",
        "",
    ]
    for begins, about in ABOUT.items():
        found = [heading.removeprefix("# ").split(": ", 1) for heading in headings if heading.startswith(f"# {begins}")]
        lines += [f"## {begins}: {about}", "", "| code | in short |", "|---|---|"]
        lines += [*(f"| [{number}]({number}.md) | {label} |" for number, label in found), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    for name, text in pages().items():
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")
