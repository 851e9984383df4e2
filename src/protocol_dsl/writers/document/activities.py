"""The schedule of activities: visits across, what is done at them and the cycles down, footnotes for the rest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import field

from protocol_dsl.base.numbers import write_run
from protocol_dsl.base.values import frozen
from protocol_dsl.model.epochs import as_given
from protocol_dsl.model.points import Length, Window
from protocol_dsl.model.schedule import Continuous, Cycles, InCycles, Only, Treatment, Visit
from protocol_dsl.model.series import first_members, goes_on
from protocol_dsl.model.study import StudyModel
from protocol_dsl.writers.document.bars import treatment_bars
from protocol_dsl.writers.document.clock import Clock, clock_of
from protocol_dsl.writers.document.content import EPOCH, Cell, Note, Table
from protocol_dsl.writers.document.lanes import BEFORE
from protocol_dsl.writers.document.lexicon import days_words, listed, quantity_words
from protocol_dsl.writers.document.timeline import Bar
from protocol_dsl.writers.document.versions import visit_versions

DONE = "X"
ARROW = "→"
EACH = "each cycle"
SHOWN = 2
"""Members of a series that stand in its heading."""
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


def activities(model: StudyModel, rules: Mapping[str, str]) -> Table | None:
    """The schedule of activities; nothing for a protocol without visits.

    Args:
        model: The protocol.
        rules: By what its series of visits go on, in words, by name.
    """
    if not model.visits:
        return None
    notes, visits = Notes(), in_time(model)
    heading = (Cell(""), *(Cell(heading_words(visit), visit_marks(visit, model, rules, notes)) for visit in visits))
    epochs = (Cell(EPOCH), *(Cell(epoch_of(visit, model)) for visit in visits))
    planned = (Cell("Planned"), *(Cell(planned_words(visit)) for visit in visits))
    classes = (Cell("Class"), *(Cell(visit.of_class) for visit in visits))
    windows = (Cell("Window"), *(Cell(window_words(visit.window)) for visit in visits))
    rows = [row for row in (epochs, planned, classes, windows) if any(cell.words for cell in row[1:])]
    rows += [assessment_row(name, title, model, visits, notes) for name, title in assessed(model)]
    rows += treatment_rows(model, visits, notes)
    return Table(
        caption="Visits, assessments and treatments",
        heading=heading,
        rows=tuple(rows),
        notes=notes.listed(),
        is_wide=True,
    )


def in_time(model: StudyModel) -> tuple[Visit, ...]:
    """The visits in the order of their planned days, a series by its first; those that have none stand last.

    Visits of one day, and those of no day, stand in the order of the text; screening and consent come first.
    """
    clock = clock_of(model)

    def order(visit: Visit) -> tuple[int, float]:
        day = clock.day(visit.point)
        if day is None:
            return (0 if visit.point.milestone in BEFORE else 2), 0
        return 1, day

    return tuple(sorted(model.visits, key=order))


def heading_words(visit: Visit) -> str:
    """The name of a visit; of a series its first members: ``CT1, CT2 …``."""
    members = first_members(visit)
    shown = ", ".join(member.name for member in members[:SHOWN])
    return f"{shown} …" if goes_on(visit) or len(members) > SHOWN else shown


def assessed(model: StudyModel) -> Iterator[tuple[str, str]]:
    """What is asked for at any visit with its title, in the order of the declarations."""
    asked = {name for visit in model.visits for name in visit.assess}
    series = (visit.series for visit in model.visits if visit.series is not None)
    asked |= {name for each in series for also in each.also for name in also.assess}
    titles = [(each.name, each.title) for each in model.vocabulary.measures]
    titles += [(each.name, each.title) for each in model.vocabulary.events]
    yield from ((name, title or name) for name, title in titles if name in asked)


def assessment_row(name: str, title: str, model: StudyModel, visits: Sequence[Visit], notes: Notes) -> tuple[Cell, ...]:
    """One assessment at every visit; a mark where one of several is enough."""
    titles = dict(assessed(model))
    cells = []
    for visit in visits:
        groups = (listed((titles[each] for each in group), "or") for group in visit.either if name in group)
        marks = tuple(notes.mark(f"One of these is enough: {group}.") for group in groups)
        also = tuple(also_marks(name, title, visit, notes))
        cells.append(Cell(DONE if name in visit.assess or also else "", (*marks, *also)))
    return (Cell(title), *cells)


def also_marks(name: str, title: str, visit: Visit, notes: Notes) -> Iterator[str]:
    """A mark where an assessment is asked for at some members of a series alone."""
    also = () if visit.series is None else visit.series.also
    members = [each.visit for each in also if name in each.assess]
    if members and name not in visit.assess:
        yield notes.mark(f"{title}: only at {listed(members)}.")


def epoch_of(visit: Visit, model: StudyModel) -> str:
    """The epoch in which a visit, or the first of a series, is planned; of a day that two share, the one that ends."""
    clock = clock_of(model)
    planned = clock.day(visit.point)
    spans = ((clock.day(epoch.start), clock.day(epoch.end), epoch.title) for epoch in model.epochs)
    held = [
        (start, name)
        for start, end, name in spans
        if planned is not None and start is not None and end is not None and start <= planned <= end
    ]
    return min(held)[1] if held else ""


def planned_words(visit: Visit) -> str:
    """Where a visit is planned, unless its name says so."""
    if isinstance(visit.series, InCycles):
        return f"{days_words(visit.series.days)} of {EACH if visit.series.only == Only() else 'some cycles'}"
    return "" if visit.point.words == visit.name else visit.point.words


def visit_marks(visit: Visit, model: StudyModel, rules: Mapping[str, str], notes: Notes) -> tuple[str, ...]:
    """The footnotes of a visit."""
    return tuple(notes.mark(sentence) for sentence in visit_notes(visit, model, rules))


def visit_notes(visit: Visit, model: StudyModel, rules: Mapping[str, str]) -> Iterator[str]:
    """What holds for a visit besides its day and window, a sentence each."""
    if visit.name in rules:
        yield f"{rules[visit.name]}."
    yield from visit_versions(visit, model)
    if visit.by_telephone:
        yield "By telephone."
    if visit.arms:
        titles = {arm.name: arm.title for arm in model.arms}
        yield f"Only in {listed(titles.get(name, name) for name in visit.arms)}."
    if visit.is_moved:
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
def treatment_rows(model: StudyModel, visits: Sequence[Visit], notes: Notes) -> Iterator[tuple[Cell, ...]]:
    """What is given from each visit until the next: the numbers of cycles, an arrow for a continuous course."""
    clock = clock_of(model)
    for treatment in model.treatments:
        for title, parts in plans_of(treatment, model):
            words = given_at(treatment, parts, visits, model, clock)
            if any(words):
                numbered = any(each not in {"", ARROW, EACH} for each in words)
                sentences = treatment_notes(treatment, model, is_numbered=numbered)
                marks = tuple(notes.mark(sentence) for sentence in sentences)
                yield (Cell(title, marks), *map(Cell, words))


def given_at(
    treatment: Treatment, parts: Iterable[Treatment], visits: Sequence[Visit], model: StudyModel, clock: Clock
) -> list[str]:
    """What is given at each visit; where one is planned on the first day of each cycle, cycles stand there alone."""
    days = [clock.day(visit.point) for visit in visits]
    alone = [None if visit.series else day for visit, day in zip(visits, days, strict=True)]
    last = max((day for day in days if day is not None), default=0.0)
    bars = [bar for part in parts for bar in treatment_bars(part, model, clock, last)]
    on_first_days = [is_on_first_days(visit, treatment) for visit in visits]
    if any(on_first_days):
        return [EACH if each else "" for each in on_first_days]
    words = []
    for place in range(len(days)):
        held = [bar for bar in bars if place in places_of(bar, days if bar.kind == "course" else alone)]
        is_course = any(bar.kind == "course" for bar in held)
        words.append(ARROW if is_course else numbers_words(held))
    return words


def is_on_first_days(visit: Visit, treatment: Treatment) -> bool:
    """Whether a visit is planned on the first day of each cycle of a treatment."""
    series = visit.series
    return (
        isinstance(series, InCycles)
        and series.treatment == treatment.name
        and 1 in series.days
        and series.only == Only()
    )


def numbers_words(cycles: Sequence[Bar]) -> str:
    """The numbers of cycles, which perhaps go on: ``3 to 7 …``."""
    words = write_run([int(bar.name) for bar in cycles])
    return f"{words} …" if cycles and cycles[-1].is_open else words


def plans_of(treatment: Treatment, model: StudyModel) -> Iterator[tuple[str, tuple[Treatment, ...]]]:
    """A treatment as every arm gives it; as each does, after the arm's title, where arms give it in epochs."""
    arms = [arm for arm in model.arms if any(gift.treatment == treatment.name for gift in arm.in_epochs)]
    if not arms:
        yield treatment.title, (treatment,)
    for arm in arms:
        yield f"{arm.title}: {treatment.title}", as_given(treatment, arm, model)


def places_of(bar: Bar, days: Sequence[float | None]) -> Iterator[int]:
    """The visits under which a course or cycle stands: those held while it lasts; for a cycle, the last before it."""
    if bar.kind == "course":
        yield from (place for place, day in enumerate(days) if day is not None and bar.first <= day <= bar.last)
        return
    before = [(day, place) for place, day in enumerate(days) if day is not None and day <= bar.at]
    if before:
        yield max(before)[1]


def treatment_notes(treatment: Treatment, model: StudyModel, *, is_numbered: bool) -> Iterator[str]:
    """What holds for the row of a treatment."""
    having = [arm.title for arm in model.arms if treatment.name in arm.gives]
    is_by_arm = any(gift.treatment == treatment.name for arm in model.arms for gift in arm.in_epochs)
    if 0 < len(having) < len(model.arms) and not is_by_arm:
        yield f"Given in {listed(having)}."
    if isinstance(treatment.course, Cycles):
        if is_numbered:
            yield "A cycle stands under the last visit on or before its planned day."
        if window := window_words(treatment.course.window):
            yield f"Window of a cycle of {treatment.title}: {window}."
    if isinstance(treatment.course, Continuous) and treatment.course.window is not None:
        window = window_words(treatment.course.window) or "none but these days"
        yield f"Window of the first and the last day of {treatment.title}: {window}."
