"""Protocols of several sizes, as documents."""

from pathlib import Path

from protocol_dsl.apps.cli.show import document_of
from protocol_dsl.project.study import load
from protocol_dsl.writers.document.content import Clause, Document, Entry
from protocol_dsl.writers.document.timeline import Timeline

ROOT = Path(__file__).parents[3]
SHIPPED = tuple(sorted((ROOT / "protocols").glob("*.proto")))
CROSSOVER, ONCOLOGY = (Path(__file__).with_name(f"{name}.proto") for name in ("crossover", "oncology"))
EVERY = (*SHIPPED, CROSSOVER, ONCOLOGY)
HOSTILE = """<script>alert(1)</script> & | `code` *b* [a](b) "'"""
HEADER = 'protocol {name} "A trial"\n  language 1\nanchor W0 is randomization\nmeasure cd4 "CD4" in cells/mm3\n'

SHORT = HEADER.format(name="SHORT") + (
    'treatment a "A long name of a treatment that needs more than one line, and then still more"\n'
    "  continuous from W0 to D21\n"
    'arm solo "One" gives a\n'
    "visits D0, D1, D2, D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13, D14, D21\n  window ± 1 days\n  assess cd4\n"
)
LONG = HEADER.format(name="LONG") + (
    'treatment a "A"\n  dose 5 mg oral, once daily for 5 days\n  cycles up to 86 from W0, spaced 3 weeks\n'
    'treatment b "B"\n  continuous from W0\n'
    'arm solo "An arm with a title long enough to reach far into the drawing, beyond the left column" gives a\n'
    'arm duo "Two" gives b\n'
    "visits " + ", ".join(f"W{week}" for week in range(0, 261, 3)) + "\n  window ± 7 days\n  assess cd4\n"
    'visit late "Late" at 30 days after withdrawal\n'
    "visits W1, W2\n  arms duo\n  assess cd4\n"
)
TITLES = HEADER.format(name="TITLES") + (
    f'source REG "{HOSTILE.replace(chr(34), "")}"\n'
    "eligibility at W0\n"
    f'inclusion I1 "{HOSTILE.replace(chr(34), "")}"\n'
    "  require cd4 at W0 > 5 cells/mm3 and cd4 at W0 < 9 cells/mm3\n"
    f'  cite REG "{HOSTILE.replace(chr(34), "")}"\n'
    f'visit W0 "{HOSTILE.replace(chr(34), "")}"\n  window ± 3 days\n  assess cd4\n  because "so"\n'
    f'arm solo "{HOSTILE.replace(chr(34), "")}" gives a\n  because "so"\n'
    'treatment a "A | B"\n  continuous from W0\n'
    f'assumption A1 "{HOSTILE.replace(chr(34), "")}"\n  because "so"\n  affects a\n'
)


def shown(text: str, folder: Path) -> Document:
    """The document of a text."""
    path = folder / "trial.proto"
    path.write_text(text, encoding="utf-8")
    return shown_file(path)


def shown_file(path: Path) -> Document:
    """The document of a file."""
    return document_of(load(path))


def line_of(document: Document) -> Timeline:
    """The timeline of a document."""
    assert document.timeline is not None
    return document.timeline


def entries(document: Document) -> dict[str, Entry]:
    """The entries by name, the first of a name."""
    found: dict[str, Entry] = {}
    for part in document.parts:
        for block in part.blocks:
            if isinstance(block, Entry):
                found.setdefault(block.name, block)
    return found


def sentences(clause: Clause) -> tuple[str, ...]:
    """A clause with all below it."""
    return (clause.words, *(words for part in clause.parts for words in sentences(part)))
