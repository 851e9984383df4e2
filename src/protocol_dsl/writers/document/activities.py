"""The schedule of activities: visits across, what is done at them and the cycles down, footnotes for the rest."""

from collections.abc import Iterator, Sequence

from attrs import field, frozen

from protocol_dsl.base.numbers import write_run
from protocol_dsl.model.epochs import as_given
from protocol_dsl.model.points import Length, Window
from protocol_dsl.model.schedule import Cycles, InCycles, Treatment, Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.writers.document.content import Cell, Note, Table
from protocol_dsl.writers.document.lexicon import listed, quantity_words
from protocol_dsl.writers.document.timeline import Bar, Clock, clock_of, treatment_bars
from protocol_dsl.writers.document.versions import visit_versions

DONE = "X"
ARROW = "→"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@frozen
class Notes:
    """Footnotes while a table is made: each sentence once, marked in the order of first use."""

    found: dict[str, str] = field(factory=dict)

    def mark(self, words: str) -> str:
        """The mark of a sentence."""
        return self.found.setdefault(words, mark_of(len(self.found)))

    def listed(self) -> tuple[Note, ...]:
        """The footnotes."""
        return tuple(Note(mark, words) for words, mark in self.found.items())


def mark_of(number: int) -> str:
    """``a`` to ``z``, then ``aa``.

    >>> mark_of(0), mark_of(26)
    ('a', 'aa')
    """
    turns, rest = divmod(number, len(LETTERS))
    return (mark_of(turns - 1) if turns else "") + LETTERS[rest]


def activities(model: StudyModel) -> Table | None:
    """The schedule of activities; nothing for a protocol without visits."""
    if not model.visits:
        return None
    notes = Notes()
    heading = (Cell(""), *(Cell(visit.name, visit_marks(visit, model, notes)) for visit in model.visits))
    epochs = (Cell("Epoch"), *(Cell(epoch_of(visit, model)) for visit in model.visits))
    planned = (Cell("Planned"), *(Cell(planned_words(visit)) for visit in model.visits))
    classes = (Cell("Class"), *(Cell(visit.of_class) for visit in model.visits))
    windows = (Cell("Window"), *(Cell(window_words(visit.window)) for visit in model.visits))
    rows = [row for row in (epochs, classes, planned, windows) if any(cell.words for cell in row[1:])]
    rows += [assessment_row(name, title, model, notes) for name, title in assessed(model)]
    rows += treatment_rows(model, notes)
    return Table(
        caption="Visits, assessments and treatments",
        heading=heading,
        rows=tuple(rows),
        notes=notes.listed(),
        is_wide=True,
    )


def assessed(model: StudyModel) -> Iterator[tuple[str, str]]:
    """What is asked for at any visit with its title, in the order of the declarations."""
    asked = {name for visit in model.visits for name in visit.assess}
    titles = [(each.name, each.title) for each in model.vocabulary.measures]
    titles += [(each.name, each.title) for each in model.vocabulary.events]
    yield from ((name, title or name) for name, title in titles if name in asked)


def assessment_row(name: str, title: str, model: StudyModel, notes: Notes) -> tuple[Cell, ...]:
    """One assessment at every visit; a mark where one of several is enough."""
    titles = dict(assessed(model))
    cells = []
    for visit in model.visits:
        groups = (listed((titles[each] for each in group), "or") for group in visit.either if name in group)
        marks = tuple(notes.mark(f"One of these is enough: {group}.") for group in groups)
        cells.append(Cell(DONE if name in visit.assess else "", marks))
    return (Cell(title), *cells)


def epoch_of(visit: Visit, model: StudyModel) -> str:
    """The epoch in which a visit is planned; of the day that two share, the one that ends."""
    clock = clock_of(model)
    planned = clock.day(visit.point)
    spans = ((clock.day(epoch.start), clock.day(epoch.end), epoch.name) for epoch in model.epochs)
    held = [
        (start, name)
        for start, end, name in spans
        if planned is not None and start is not None and end is not None and start <= planned <= end
    ]
    return min(held)[1] if held else ""


def planned_words(visit: Visit) -> str:
    """Where a visit is planned, unless its name says so."""
    return "" if visit.point.words == visit.name else visit.point.words


def visit_marks(visit: Visit, model: StudyModel, notes: Notes) -> tuple[str, ...]:
    """The footnotes of a visit."""
    return tuple(notes.mark(sentence) for sentence in visit_notes(visit, model))


def visit_notes(visit: Visit, model: StudyModel) -> Iterator[str]:
    """What holds for a visit besides its day and window, a sentence each."""
    yield from visit_versions(visit, model)
    if visit.by_telephone:
        yield "By telephone."
    if visit.arms:
        titles = {arm.name: arm.title for arm in model.arms}
        yield f"Only in {listed(titles.get(name, name) for name in visit.arms)}."
    if visit.counted_from == "previous visit":
        yield "The window moves with the day on which the visit before was held."
    if visit.grace_days:
        yield f"Overdue for {quantity_words(visit.grace_days, 'days')} after the window, then missed."
    if visit.analysis_window is not None:
        yield f"For endpoints, readings {window_words(visit.analysis_window)} around the planned day."


def window_words(window: Window) -> str:
    """``± 7 days``, ``-3 to +7 days``; nothing for the day itself.

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


# ------------------------------------------------------------------------------------------------------- treatments
def treatment_rows(model: StudyModel, notes: Notes) -> Iterator[tuple[Cell, ...]]:
    """What is given from each visit until the next: the numbers of cycles, an arrow for a continuous course.

    Cycles that have visits inside them stand under these alone.
    """
    clock = clock_of(model)
    days = [clock.day(visit.point) for visit in model.visits]
    for treatment in model.treatments:
        own = own_places(treatment, model)
        for title, parts in plans_of(treatment, model):
            words = given_at(parts, clock, days)
            if own:
                words = [DONE if place in own else "" for place in range(len(days))]
            if any(words):
                marks = tuple(notes.mark(sentence) for sentence in treatment_notes(treatment, model))
                yield (Cell(title, marks), *map(Cell, words))


def plans_of(treatment: Treatment, model: StudyModel) -> Iterator[tuple[str, tuple[Treatment, ...]]]:
    """A treatment as every arm gives it; as each does, under the arm's title, where arms give it in epochs."""
    arms = [arm for arm in model.arms if any(gift.treatment == treatment.name for gift in arm.in_epochs)]
    if not arms:
        yield treatment.title, (treatment,)
    for arm in arms:
        yield f"{treatment.title}, {arm.title}", as_given(treatment, arm, model)


def own_places(treatment: Treatment, model: StudyModel) -> frozenset[int]:
    """The places of the visits that are inside the cycles of a treatment."""
    inside = (visit.series.treatment if isinstance(visit.series, InCycles) else "" for visit in model.visits)
    return frozenset(place for place, name in enumerate(inside) if name == treatment.name)


def given_at(parts: Sequence[Treatment], clock: Clock, days: Sequence[float | None]) -> list[str]:
    """What stands under each visit, of a treatment as it is given in each of its epochs."""
    last = max((day for day in days if day is not None), default=0.0)
    cycles: list[list[int]] = [[] for _ in days]
    words = ["" for _ in days]
    for bar in (bar for part in parts for bar in treatment_bars(part, clock, last)):
        for place in places_of(bar, days):
            if bar.kind == "course":
                words[place] = ARROW
            else:
                cycles[place].append(int(bar.name))
                words[place] = write_run(cycles[place])
    return words


def places_of(bar: Bar, days: Sequence[float | None]) -> Iterator[int]:
    """The visits under which a course or cycle stands: those held while it lasts; for a cycle, the last before it."""
    if bar.kind == "course":
        yield from (place for place, day in enumerate(days) if day is not None and bar.first <= day <= bar.last)
        return
    before = [(day, place) for place, day in enumerate(days) if day is not None and day <= bar.at]
    if before:
        yield max(before)[1]


def treatment_notes(treatment: Treatment, model: StudyModel) -> Iterator[str]:
    """What holds for the row of a treatment."""
    having = [arm.title for arm in model.arms if treatment.name in arm.gives]
    if 0 < len(having) < len(model.arms):
        yield f"Given in {listed(having)}."
    if isinstance(treatment.course, Cycles):
        if not own_places(treatment, model):
            yield "A cycle stands under the last visit on or before its planned day."
        if window := window_words(treatment.course.window):
            yield f"Window of a cycle of {treatment.title}: {window}."
