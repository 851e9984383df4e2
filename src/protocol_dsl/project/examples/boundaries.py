"""What an example has to give to tell the findings of a rule apart: for each comparison the values around its limit."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TypeAlias

from protocol_dsl.base.numbers import Number, exact, write_number
from protocol_dsl.base.truth import Truth
from protocol_dsl.base.values import frozen
from protocol_dsl.model.expressions import (
    AgeAt,
    And,
    AtLeast,
    AttributeValue,
    Between,
    Change,
    Compare,
    Constant,
    ConstantDate,
    CountOf,
    DaysBetween,
    DefinedTest,
    DefinedValue,
    EventPattern,
    ExposedTo,
    Happens,
    IsConfirmed,
    IsOneOf,
    IsRecorded,
    Log10,
    Not,
    OnDrugs,
    Operator,
    Or,
    Pick,
    ReadingAt,
    Test,
    Value,
)
from protocol_dsl.model.points import Period, Point
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Measure
from protocol_dsl.project.examples.participants import iso, shifted

Cells: TypeAlias = Mapping[str, str]
"""Cells by heading; an empty one is not recorded."""

FIRST_OF_A_CHANGE = 100
MOST_EVENTS = 99
GROUPED = 10_000
"""From here on digits are grouped, as in protocols."""
HOLDS: Mapping[Operator, Callable[[Number, Number], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "=": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
}


@frozen
class Option:
    """Some cells, and what the part of a rule that reads them finds."""

    cells: Cells
    truth: Truth


@frozen
class Leaf:
    """A part of a rule that is made of no others, with every option; none where an example cannot give any."""

    of: str
    options: tuple[Option, ...]

    @property
    def values(self) -> tuple[str, ...]:
        """The values, without those that are not recorded."""
        return tuple(words for option in self.options if (words := self.shown(option)))

    def shown(self, option: Option) -> str:
        """The cells of an option, each with its heading where that is not what is compared."""
        cells = ((heading, cell) for heading, cell in option.cells.items() if cell)
        return " and ".join(cell if heading == self.of else f"{heading} {cell}" for heading, cell in cells)


def leaves(test: Test, model: StudyModel) -> Iterator[Leaf]:
    """Each comparison and each other part of a test, in the order of the text."""
    match test:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part, model)
        case AtLeast(tests=tests):
            for part in tests:
                yield from leaves(part, model)
        case Not(part):
            yield from leaves(part, model)
        case DefinedTest(test=inner):
            yield from leaves(inner, model)
        case _:
            yield leaf(test, model)


def leaf(test: Test, model: StudyModel) -> Leaf:
    """The options of one part."""
    match test:
        case Compare(left, operator, Constant(number) as limit):
            return Leaf(left.words, tuple(around(left, (limit,), model, lambda n: HOLDS[operator](n, number))))
        case Compare(AttributeValue(name), operator, ConstantDate(first, last)) if first == last:
            days = [(name, day, HOLDS[operator](day, first)) for day in (first - 1, first, first + 1)]
            options = [Option({name: iso(day)}, truth_of(holds=holds)) for name, day, holds in days]
            return Leaf(name, (*options, unknown({name: ""})))
        case Between(value, Constant(low) as start, Constant(high) as end):
            return Leaf(value.words, tuple(around(value, (start, end), model, lambda n: low <= n <= high)))
        case IsOneOf(value, choices):
            return Leaf(value.words, tuple(chosen(value, choices, model)))
        case IsRecorded(value):
            return Leaf(value.words, tuple(recorded(value, model)))
        case IsConfirmed() | Happens() | ExposedTo() | OnDrugs():
            title = presence(test)
            answers = (("yes", Truth.MET), ("no", Truth.NOT_MET), ("unknown", Truth.UNKNOWN))
            return Leaf(title, tuple(Option({title: answer}, truth) for answer, truth in answers))
        case _:
            return Leaf(test.words, ())


# ------------------------------------------------------------------------------------------------------ comparisons
def around(
    value: Value, limits: tuple[Constant, ...], model: StudyModel, holds: Callable[[Number], bool]
) -> Iterator[Option]:
    """Just below, at and just above each limit, in the precision in which it is written; then nothing recorded."""
    cells: Cells | None = None
    seen: set[Number] = set()
    for limit in limits:
        step = step_of(value, limit)
        for number in (limit.number - step, limit.number, limit.number + step):
            found = cells_of(value, exact(Fraction(number)), model)
            if found is not None and number not in seen:
                seen.add(number)
                cells = found
                yield Option(found, truth_of(holds=holds(number)))
    if cells is not None:
        yield unknown(cells)


def step_of(value: Value, limit: Constant) -> Fraction:
    """One unit of the last decimal of a limit as written; a logarithm is told apart by a whole step."""
    if isinstance(value, Log10):
        return Fraction(1)
    words, number = limit.words.partition(" ")[0], write_number(limit.number)
    return Fraction(1, 10 ** max(len(each.partition(".")[2]) for each in (words, number)))


def cells_of(value: Value, number: Number, model: StudyModel) -> Cells | None:
    """Cells by which ``value`` is ``number``; nothing where an example cannot say so."""
    match value:
        case Pick() | ReadingAt():
            measure = measure_of(value.measure, model)
            is_possible = measure is not None and (number >= 0 or measure.may_be_negative)
            return {value.words: with_unit(number, measure.unit)} if measure and is_possible else None
        case AgeAt():
            return {value.words: with_unit(number, "years")} if is_count(number) else None
        case AttributeValue(name, unit):
            return {name: with_unit(number, unit)}
        case CountOf(events):
            is_possible = is_count(number) and number <= MOST_EVENTS and events.least_grade is None
            return {value.words: write_number(number)} if is_possible else None
        case Change():
            return cells_of_change(value, number, model)
        case DaysBetween():
            return cells_of_days(value, number)
        case Log10():
            is_whole = isinstance(number, int) and number >= 0
            return cells_of(value.value, 10 ** int(number), model) if is_whole else None
        case DefinedValue():
            return cells_of(value.value, number, model)
        case _:
            return None


def cells_of_change(value: Change, number: Number, model: StudyModel) -> Cells | None:
    """Two readings that are so far apart; of a hundred, a percentage is the difference itself."""
    measure, second = measure_of(value.measure, model), FIRST_OF_A_CHANGE + number
    if measure is None or second < 0:
        return None
    first = with_unit(FIRST_OF_A_CHANGE, measure.unit)
    return {
        f"{value.measure} at {value.start}": first,
        f"{value.measure} at {value.end}": with_unit(second, measure.unit),
    }


def cells_of_days(value: DaysBetween, number: Number) -> Cells | None:
    """The day of the first milestone, so many days before the second point, which stands on the day of the undated."""
    start, end = value.start, value.end
    if start.days or start.months or start.milestone == end.milestone or not isinstance(number, int):
        return None
    day = shifted(end)
    return None if day is None else {start.milestone: iso(day - number)}


def measure_of(name: str, model: StudyModel) -> Measure | None:
    """A measure by its name; none where only a library knows it."""
    return next((each for each in model.vocabulary.measures if each.name == name), None)


def with_unit(number: Number, unit: str) -> str:
    """``199 cells/mm3``."""
    written = f"{number:_}" if isinstance(number, int) and abs(number) >= GROUPED else write_number(number)
    return f"{written} {unit}".rstrip()


def is_count(number: Number) -> bool:
    """Whether a number counts something."""
    return isinstance(number, int) and number >= 0


def truth_of(*, holds: bool) -> Truth:
    """Met or not met."""
    return Truth.MET if holds else Truth.NOT_MET


def unknown(cells: Cells) -> Option:
    """The same headings, nothing recorded."""
    return Option(dict.fromkeys(cells, ""), Truth.UNKNOWN)


# ------------------------------------------------------------------------------------------------ choices, presence
def chosen(value: Value, choices: tuple[str, ...], model: StudyModel) -> Iterator[Option]:
    """Each choice there is, and nothing recorded."""
    every = choices_of(value, model)
    title = value.words
    for choice in every:
        yield Option({title: choice}, truth_of(holds=choice.casefold() in choices))
    if every:
        yield unknown({title: ""})


def choices_of(value: Value, model: StudyModel) -> tuple[str, ...]:
    """The choices of an attribute, an arm, or a measure; of a site there is no list."""
    match value:
        case AttributeValue("arm"):
            return tuple(arm.name for arm in model.arms)
        case AttributeValue(name):
            return next((each.choices for each in model.vocabulary.attributes if each.name == name), ())
        case Pick(measure=name) | ReadingAt(measure=name):
            return next((each.choices for each in model.vocabulary.measures if each.name == name), ())
        case _:
            return ()


def recorded(value: Value, model: StudyModel) -> Iterator[Option]:
    """Something recorded, and nothing."""
    choices = choices_of(value, model)
    cells = {value.words: choices[0]} if choices else cells_of(value, 1, model)
    if cells:
        yield Option(cells, Truth.MET)
        yield Option(dict.fromkeys(cells, ""), Truth.NOT_MET)


def presence(test: IsConfirmed | Happens | ExposedTo | OnDrugs) -> str:
    """The heading of a fact about a history: ``hiv1_infection before SCR``."""
    match test:
        case IsConfirmed(condition, period):
            return condition + period_words(period)
        case Happens(events, period):
            return pattern_words(events) + period_words(period)
        case ExposedTo(drugs, period):
            return f"exposed to {drugs}{period_words(period)}"
        case OnDrugs(drugs, point):
            return f"on {drugs} at {point_words(point)}"


def pattern_words(events: EventPattern) -> str:
    """``cdc_event in {B} of grade 3 related to il2``."""
    category = f" in {{{events.categories[0]}}}" if events.categories else ""
    grade = f" of grade {events.least_grade}" if events.least_grade is not None else ""
    related = f" related to {events.related_to}" if events.related_to else ""
    return f"{events.name}{category}{grade}{related}"


def period_words(period: Period) -> str:
    """`` from 28 days before SCR to SCR``; nothing for a period without ends."""
    if period.end is None:
        return ""
    if period.start is None:
        return f" before {point_words(period.end)}"
    return f" from {point_words(period.start)} to {point_words(period.end)}"


def point_words(point: Point) -> str:
    """The author's words for a point."""
    return point.words or point.milestone
