"""Proportions, medians and means as a drawing: a mark for each arm, and its confidence interval."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import assert_never

from protocol_dsl.base.values import frozen
from protocol_dsl.model.endpoints import (
    Average,
    CountIn,
    Course,
    Endpoint,
    EventsIn,
    Proportion,
    TimeToEvent,
    TimeToReading,
    WorstGrade,
)
from protocol_dsl.model.estimates import ArmEstimates, Block, Estimate
from protocol_dsl.writers.columns import cut, visible
from protocol_dsl.writers.figures import estimate_words, interval_words
from protocol_dsl.writers.report.endpoints_axes import (
    ArmForm,
    Axis,
    Tick,
    axis_over,
    ends_of,
    forms_of,
    found,
    left_of,
    point_of,
)
from protocol_dsl.writers.report.timeline import number

WIDTH, RIGHT, TOP, LINE = 1000, 250, 6, 20
TICKS = 6
TITLE_LETTERS = 100


@frozen(kw_only=True)
class Dot:
    """An arm: its mark, or a span where the value is an interval; its confidence interval; the same in words."""

    form: ArmForm
    y: int
    x: str | None
    span: tuple[str, str] | None
    around: tuple[str, str] | None
    words: str
    title: str


@frozen(kw_only=True)
class DotGroup:
    """An analysis set and a rule for missing data."""

    title: str
    y: int
    dots: tuple[Dot, ...]


@frozen(kw_only=True)
class DotDrawing:
    """The drawing; ``zero`` is where nought stands, if it does not begin the axis."""

    height: int
    left: int
    right: int
    bottom: int
    ticks: tuple[Tick, ...]
    is_share: bool
    has_spans: bool
    zero: str | None
    statistic: str
    groups: tuple[DotGroup, ...]
    words: str


def statistic_of(endpoint: Endpoint) -> str | None:
    """The estimate that is drawn, or ``None`` where no such picture helps."""
    kind = endpoint.kind
    match kind:
        case Proportion() | EventsIn():
            return "proportion"
        case Average(statistic=statistic):
            return statistic
        case CountIn():
            return "mean"
        case Course() | TimeToReading() | TimeToEvent() | WorstGrade():
            return None
        case _:
            assert_never(kind)


def dot_drawing(endpoint: Endpoint, groups: Mapping[str, Sequence[Block]]) -> DotDrawing | None:
    """The drawing of the blocks, by the words of their analysis set and rule; ``None`` where there is no value."""
    statistic = statistic_of(endpoint)
    blocks = [block for each in groups.values() for block in each]
    if statistic is None:
        return None
    forms = {each.name: each for each in forms_of(blocks)}
    left = left_of(list(forms.values()))
    axis = axis_of(statistic, blocks, left)
    if axis is None:
        return None
    drawn, y = [], TOP
    for title, members in groups.items():
        dots = tuple(
            dot(forms[arm.arm], found(arm, statistic), arm, axis, y + LINE * (row + 2) - LINE // 4)
            for row, arm in enumerate(arm for block in members for arm in block.arms)
        )
        drawn.append(DotGroup(title=cut(visible(title), TITLE_LETTERS), y=y + LINE, dots=dots))
        y += LINE * (len(dots) + 1) + 8
    return DotDrawing(
        height=y + 30,
        left=left,
        right=WIDTH - RIGHT,
        bottom=y,
        ticks=tuple(axis.ticks(TICKS)),
        is_share=statistic == "proportion",
        has_spans=any(each.span for group in drawn for each in group.dots),
        zero=number(axis.place(0)) if axis.low < 0 < axis.high else None,
        statistic=statistic,
        groups=tuple(drawn),
        words=f"{endpoint.title}. "
        + " ".join(f"{group.title}: " + "; ".join(each.title for each in group.dots) + "." for group in drawn),
    )


def axis_of(statistic: str, blocks: Sequence[Block], left: int) -> Axis | None:
    """All shares there can be, or whatever holds the values; ``None`` where one number says it all."""
    values = list(values_of(statistic, blocks))
    if values and statistic == "proportion":
        return Axis(Fraction(0), Fraction(1), left + 10, WIDTH - RIGHT)
    return axis_over(values, left + 10, WIDTH - RIGHT, TICKS) if len(set(values)) > 1 else None


def values_of(statistic: str, blocks: Sequence[Block]) -> Iterator[Fraction]:
    """Every number that is drawn."""
    for block in blocks:
        for arm in block.arms:
            if (estimate := found(arm, statistic)) is not None:
                for figure in (estimate.value, estimate.low, estimate.high):
                    yield from (end for end in ends_of(figure) if end is not None)


def dot(form: ArmForm, estimate: Estimate | None, arm: ArmEstimates, axis: Axis, y: int) -> Dot:
    """One arm."""
    value = None if estimate is None else estimate.value
    place = point_of(value)
    words = "no value" if estimate is None else estimate.words or "no value"
    if estimate is not None and value is not None:
        around = interval_words(estimate)
        words = estimate_words(estimate) + (f" ({around})" if around else "")
    return Dot(
        form=form,
        y=y,
        x=None if place is None else number(axis.place(place)),
        span=span_of(*ends_of(value), axis) if value is not None and place is None else None,
        around=around_of(estimate, axis),
        words=words,
        title=visible(f"{arm.arm}: n {arm.n}, {words}"),
    )


def around_of(estimate: Estimate | None, axis: Axis) -> tuple[str, str] | None:
    """The confidence interval; an open side goes to the edge."""
    if estimate is None or (estimate.low is None and estimate.high is None):
        return None
    return span_of(ends_of(estimate.low)[0], ends_of(estimate.high)[1], axis)


def span_of(low: Fraction | None, high: Fraction | None, axis: Axis) -> tuple[str, str]:
    """From one place to another."""
    return (
        number(axis.place(axis.low if low is None else low)),
        number(axis.place(axis.high if high is None else high)),
    )
