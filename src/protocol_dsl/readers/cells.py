"""Single cells, each distinct text read once: dates, numbers, readings, words."""

from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

from attrs import evolve

from protocol_dsl.base.days import LAST_DAY, DayError, Days, parse_moment
from protocol_dsl.base.numbers import Number, NumberError, Range, data_number, parse_reading
from protocol_dsl.base.values import frozen
from protocol_dsl.model.records import FIRST_DAY, Cutoff
from protocol_dsl.readers.names import MANY, fold

Text = TypeVar("Text", bound=Hashable)
Result = TypeVar("Result")


@frozen
class Day:
    """A date cell: the days it may be, the time of day, and why it could not be read, if so.

    What is absent or cannot be read may be any day up to the cut-off.
    """

    first: int
    last: int
    time: int | None = None
    problem: str = ""
    is_written: bool = True

    @property
    def days(self) -> Days:
        """Its days."""
        return Days(self.first, self.last)

    @property
    def is_read(self) -> bool:
        """Whether the cell says anything about the day."""
        return self.is_written and not self.problem


@frozen
class End:
    """The days an end may be, and what is wrong with it; none where it is not written, or lies after the cut-off."""

    days: Days | None = None
    problem: str = ""
    is_after_cutoff: bool = False


@frozen
class Value:
    """A number, a range, a word or nothing, and why it could not be read, if so."""

    value: Number | Range | str | None
    problem: str = ""


NOTHING = Value(None)
ENDS_BEFORE = "it ends before it starts"
YES_OR_NO: Mapping[str, str] = {
    "yes": "yes",
    "y": "yes",
    "true": "yes",
    "no": "no",
    "n": "no",
    "false": "no",
}


class Remembered(dict[Text, Result]):
    """What a function says of each text, or of several together, remembered.

    It forgets all when there is too much, so that memory stays flat.
    """

    def __init__(self, read: Callable[[Text], Result]) -> None:
        """Remember the answers of ``read``."""
        super().__init__()
        self._read = read

    def __missing__(self, text: Text) -> Result:
        """The answer for a text not met before."""
        if len(self) >= MANY:
            self.clear()
        found = self[text] = self._read(text)
        return found


def known_day(text: str) -> int | None:
    """The day a cell says, or nothing when it is not fully known."""
    try:
        days = parse_moment(text.strip()).days
    except DayError:
        return None
    return days.first if days.is_known else None


class DayCells:
    """Date cells as of a cut-off."""

    def __init__(self, cutoff: Cutoff) -> None:
        """Know the last day that an unread date may be."""
        self.last = LAST_DAY if cutoff.day is None else cutoff.day
        self.limit = self.last if cutoff.is_given else LAST_DAY
        self._seen = Remembered(self._read)

    def __call__(self, text: str) -> Day:
        """The days that ``text`` may be."""
        return self._seen[text]

    def is_after_cutoff(self, day: Day) -> bool:
        """Whether a fact of that day lies certainly after a cut-off that was given."""
        return day.first > self.limit

    def _read(self, text: str) -> Day:
        written = text.strip()
        if not written:
            return Day(FIRST_DAY, self.last, is_written=False)
        try:
            found = parse_moment(written)
        except DayError as error:
            return Day(FIRST_DAY, self.last, problem=str(error))
        return Day(found.days.first, found.days.last, found.time)

    def end(self, text: str, start: Day) -> End:
        """The end of a course that went on until then, or goes on."""
        written = text.strip()
        if not written:
            return End()
        unknown = Days(start.first, max(self.last, start.first))
        if fold(written) == "unknown":
            return End(unknown)
        found = self(written)
        if found.problem:
            return End(unknown, problem=found.problem)
        if start.is_read and found.last < start.first:
            return End(unknown, problem=ENDS_BEFORE)
        if found.first > self.limit:
            return End(is_after_cutoff=True)
        # Of the days a month may be, those before the start are not possible.
        return End(Days(max(found.first, start.first), found.last))

    def end_of_act(self, text: str, start: Day) -> End:
        """The end of what is a single act without one: what ends after the cut-off went on up to it."""
        found = self.end(text, start)
        return evolve(found, days=Days(self.limit, self.limit)) if found.is_after_cutoff else found


def whole_number(text: str) -> Value:
    """A count: ``2``; nothing when empty."""
    if not text.strip():
        return NOTHING
    found = number(text)
    if isinstance(found.value, int) and found.value >= 0:
        return found
    return Value(None, found.problem or "a whole number is expected")


def number(text: str) -> Value:
    """A number; nothing when empty."""
    if not text.strip():
        return NOTHING
    try:
        return Value(data_number(text))
    except NumberError as error:
        return Value(None, str(error))


def reading(text: str, *, may_be_negative: bool) -> Value:
    """A number or a censored one; nothing when empty."""
    if not text.strip():
        return NOTHING
    try:
        return Value(parse_reading(text, may_be_negative=may_be_negative))
    except NumberError as error:
        return Value(None, str(error))


def choice(text: str, choices: Mapping[str, str]) -> Value:
    """One of ``choices`` (folded word to what it stands for); nothing when empty."""
    word = fold(text)
    if not word:
        return NOTHING
    found = choices.get(word)
    return (
        Value(found)
        if found is not None
        else Value(None, f"one of {', '.join(dict.fromkeys(choices.values()))} is expected")
    )
