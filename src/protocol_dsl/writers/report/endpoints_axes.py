"""What the pictures of endpoints share: axes with round marks, and how one arm is told from another."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from protocol_dsl.base.numbers import Number, Range, exact, write_number
from protocol_dsl.base.values import frozen
from protocol_dsl.model.estimates import ArmEstimates, Block, Estimate, Figure
from protocol_dsl.writers.columns import cut, visible, width_of
from protocol_dsl.writers.report.timeline import LETTER, number

FORMS = 6
"""Marks, colours and line styles there are of each; an arm beyond them gets another pair of mark and line."""
ARM_LETTERS = 24
ROUND = (Fraction(1), Fraction(2), Fraction(5))
FIRST_POWER, POWERS = -12, 32
SIGNS = 5
"""Signs that the ends of an axis are rounded to before it is laid out: what scipy computes has no exact end."""


@frozen
class ArmForm:
    """How an arm is drawn: the mark and colour, the line, its name and title."""

    name: str
    label: str
    title: str
    mark: int
    dash: int


@frozen
class Tick:
    """A mark of an axis: where it stands, and its words."""

    at: str
    words: str
    value: Fraction


@frozen
class Axis:
    """The values ``low`` to ``high`` laid over ``start`` to ``end``, which is the lesser of an upward axis."""

    low: Fraction
    high: Fraction
    start: float
    end: float

    def place(self, value: float | Fraction) -> float:
        """Where a value stands; one outside stands at the edge.

        >>> Axis(Fraction(0), Fraction(10), 0, 100).place(5)
        50.0
        """
        low, high = float(self.low), float(self.high)
        inside = min(max(float(value), low), high)
        return self.start + (inside - low) * (self.end - self.start) / (high - low)

    def ticks(self, most: int) -> Iterator[Tick]:
        """Round values with their places."""
        step = step_of(self.low, self.high, most)
        first = -(-self.low // step)
        last = self.high // step
        for times in range(int(first), int(last) + 1):
            value = times * step
            yield Tick(number(self.place(value)), write_number(exact(value)), value)


def step_of(low: Fraction, high: Fraction, most: int) -> Fraction:
    """The least round step that gives at most so many marks.

    >>> step_of(Fraction(0), Fraction(670), 8)
    Fraction(100, 1)
    """
    steps = (each * Fraction(10) ** power for power in range(FIRST_POWER, FIRST_POWER + POWERS) for each in ROUND)
    return next((step for step in steps if (high - low) / step <= most), high - low)


def axis_over(values: Iterable[float | Fraction], start: float, end: float, most: int) -> Axis | None:
    """An axis that holds the values between round ends, or ``None`` where there are none."""
    held = sorted(Fraction(each) for each in values)
    if not held:
        return None
    low, high = held[0], held[-1]
    if low == high:
        room = abs(low) / 10 or Fraction(1)
        low, high = low - room, high + room
    step = step_of(low, high, most)
    return Axis(low // step * step, -(-high // step) * step, start, end)


def forms_of(blocks: Sequence[Block]) -> tuple[ArmForm, ...]:
    """The form of each arm, in the order of the text."""
    arms = {arm.arm: arm for block in blocks for arm in block.arms}
    return tuple(
        ArmForm(
            each.arm, cut(visible(each.arm), ARM_LETTERS), each.title, place % FORMS, (place + place // FORMS) % FORMS
        )
        for place, each in enumerate(arms.values())
    )


def left_of(forms: Sequence[ArmForm]) -> int:
    """The room to the left of a drawing, for the names of the arms with their marks."""
    return max(80, int(max((width_of(each.label) for each in forms), default=0) * LETTER) + 40)


def found(arm: ArmEstimates, statistic: str, at: str = "") -> Estimate | None:
    """An estimate of an arm."""
    return next((each for each in arm.estimates if each.statistic == statistic and each.at == at), None)


def value_of(arm: ArmEstimates, statistic: str) -> Figure | None:
    """The value of an estimate, where there is one."""
    estimate = found(arm, statistic)
    return None if estimate is None else estimate.value


def ends_of(figure: Figure | Number | None) -> tuple[Fraction | None, Fraction | None]:
    """The two ends of a figure, which are one number unless it is an interval; ``None`` where a side is open.

    >>> ends_of(Range(None, 50))
    (None, Fraction(50, 1))
    """
    if figure is None:
        return None, None
    if isinstance(figure, Range):
        return (
            None if figure.low is None else Fraction(figure.low),
            None if figure.high is None else Fraction(figure.high),
        )
    return Fraction(figure), Fraction(figure)


def point_of(figure: Figure | None) -> Fraction | None:
    """The one number that a figure is, if it is one as far as a drawing can show."""
    low, high = ends_of(figure)
    if low is None or high is None:
        return None
    return low if high - low <= Fraction(1, 10**9) else None
