"""The schedule of activities: visits across, what is done at them down."""

from collections.abc import Iterator, Sequence

from protocol_dsl.model.points import Length, Window
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.writers.columns import WIDTH, cut, table, width_of
from protocol_dsl.writers.text.words import paragraph

DONE = "x"
EITHER = "(x)"
NAMES = 28
"""Columns for the names of what is done."""


def activity_lines(model: StudyModel) -> Iterator[str]:
    """The table, in as many blocks side by side below each other as the width asks for."""
    names = row_names(model)
    room = WIDTH - min(max((width_of(name) for name in names), default=0), NAMES) - 2
    block: list[list[str]] = []
    used = 0
    for visit in model.visits:
        column = column_of(visit, model)
        width = max(map(width_of, column)) + 2
        if block and used + width > room:
            yield from block_lines(names, block)
            yield ""
            block, used = [], 0
        block.append(column)
        used += width
    yield from block_lines(names, block)
    groups = dict.fromkeys(group for visit in model.visits for group in visit.either)
    for group in groups:
        at = ", ".join(visit.name for visit in model.visits if group in visit.either)
        yield from paragraph(f"{EITHER} at {at}: one of {', '.join(group)} is enough", "  ", "    ")


def block_lines(names: Sequence[str], columns: Sequence[Sequence[str]]) -> list[str]:
    """One block; a line that says nothing for any of its visits is left out."""
    lines = [(cut(name, NAMES), *(column[place] for column in columns)) for place, name in enumerate(names)]
    told = [line for line in lines[1:] if any(line[1:])]
    return table(lines[0], told, indent="  ", wraps=0)


def row_names(model: StudyModel) -> list[str]:
    """The words at the left: visit, day, window and so on, then what is done, in the order of the text."""
    return ["", "class", "planned at", "window", "grace", "arms", *(titles(model)[name] for name in activities(model))]


def activities(model: StudyModel) -> tuple[str, ...]:
    """What is asked for at any visit, in the order of the declarations."""
    asked = {name for visit in model.visits for name in visit.assess}
    return tuple(name for name in titles(model) if name in asked)


def titles(model: StudyModel) -> dict[str, str]:
    """Measures and events by name, with a title that tells them apart."""
    measures = [(each.name, each.title) for each in model.vocabulary.measures]
    events = [(each.name, each.title) for each in model.vocabulary.events]
    return {name: name if title == name else f"{title} ({name})" for name, title in (*measures, *events)}


def column_of(visit: Visit, model: StudyModel) -> list[str]:
    """A visit, from its name down."""
    required = visit.required
    done = [DONE if name in required else EITHER if name in visit.assess else "" for name in activities(model)]
    name = f"{visit.name} (tel.)" if visit.by_telephone else visit.name
    planned = "" if visit.point.words == visit.name else visit.point.words
    grace = f"{visit.grace_days} d" if visit.grace_days else ""
    return [name, visit.of_class, planned, window_words(visit.window), grace, ", ".join(visit.arms), *done]


def window_words(window: Window) -> str:
    """``± 7 d``, ``-3 to +7 d``; nothing for the day itself.

    >>> window_words(Window(Length(days=-7), Length(days=7)))
    '± 7 d'
    """
    if window.early.months or window.late.months:
        return f"{length_words(window.early)} to {length_words(window.late)}"
    early, late = window.early.days, window.late.days
    if early == late == 0:
        return ""
    return f"± {late} d" if early == -late else f"{early or '-0'} to {late:+d} d"


def length_words(length: Length) -> str:
    """``-1 m``, ``+7 d``."""
    return f"{length.months:+d} m" if length.months else f"{length.days:+d} d"
