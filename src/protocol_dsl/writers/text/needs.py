"""The text of ``needs``: the tables with their columns, then what their rows may be about, and which rules read it."""

from collections.abc import Iterable, Iterator

from protocol_dsl.model.needs import NeededLabel, Needs
from protocol_dsl.model.study import StudyModel
from protocol_dsl.writers.columns import width_of
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.needs_rows import Line, columns, members, names
from protocol_dsl.writers.text.words import paragraph

PARTS = {
    "attribute": "Attributes of participants",
    "milestone": "Milestones",
    "condition": "Conditions",
    "event": "Events",
    "measure": "Measures",
    "class of drugs": "Classes of drugs",
    "treatment": "Treatments",
}
"""The heading of each kind of name."""


def needs_lines(model: StudyModel, needs: Needs, ink: Ink) -> Iterator[str]:
    """What a protocol reads."""
    yield from (ink(each, "strong") for each in paragraph(f"{model.name}: {model.title}", more="  "))
    yield "The tables of a study folder that are read, and their columns. * must be there."
    for table in needs.tables:
        yield ""
        yield ink(f"{table.table}{' *' if table.is_required else ''}", "strong")
        rows = [each for each in columns(needs) if each.name.startswith(f"{table.table}.")]
        yield from column_lines(rows)
    for kind, title in PARTS.items():
        found = [each for each in names(needs) if each.kind == kind]
        if found:
            yield ""
            yield ink(title, "strong")
            for each in found:
                yield from name_lines(each)
    for title, labels in (("Arms", needs.arms), ("Visits", needs.visits)):
        if labels:
            yield ""
            yield ink(title, "strong")
            single = ", ".join(titled(label, label.name) for label in labels if not label.members)
            yield from paragraph(single, "  ") if single else ()
            for series in (label for label in labels if label.members):
                yield from paragraph(titled(series, members(series)), "  ")


def titled(label: NeededLabel, words: str) -> str:
    """``W24 (End of treatment)``."""
    return f"{words} ({label.title})" if label.title else words


def column_lines(rows: Iterable[Line]) -> Iterator[str]:
    """The columns of a table, each with what it is for and who reads it."""
    found = [(each.name.partition(".")[2] + (" *" if each.needed == "required" else ""), each) for each in rows]
    width = max((width_of(name) for name, _ in found), default=0)
    for name, each in found:
        read = f" ({each.used_by})" if each.used_by and each.needed == "optional" else ""
        yield from paragraph(f"{name.ljust(width)}  {each.title}{read}", "  ", " " * (width + 2))


def name_lines(each: Line) -> Iterator[str]:
    """One name: its title, then its values, codes and visits, then who reads it."""
    yield from paragraph(f"{each.name}  {each.title}".rstrip(), "  ", "  ")
    for label, words in (("", each.values), ("codes: ", each.codes), ("at ", each.visits), ("for ", each.used_by)):
        if words:
            yield from paragraph(label + words, "    ", "  ")
