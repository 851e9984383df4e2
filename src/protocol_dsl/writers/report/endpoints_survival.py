"""Time to an event as a drawing: the steps of Kaplan and Meier, censorings, the pointwise band, numbers at risk."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from fractions import Fraction

from protocol_dsl.base.values import frozen
from protocol_dsl.model.endpoints import Endpoint
from protocol_dsl.model.estimates import ArmEstimates, Block, Step
from protocol_dsl.writers.columns import visible
from protocol_dsl.writers.figures import percent
from protocol_dsl.writers.report.endpoints_axes import ArmForm, Axis, Tick, forms_of, left_of, value_of
from protocol_dsl.writers.report.timeline import number

WIDTH, RIGHT, TOP, HEIGHT, LINE = 1000, 24, 28, 320, 16
DAYS, SHARES = 12, 5
TICK = 4
"""Half the height of the stroke that marks a censoring."""


@frozen(kw_only=True)
class SurvivalLine:
    """An arm: its steps, band and censorings as paths, marks that tell it apart, and who is at risk at each tick."""

    form: ArmForm
    path: str
    band: str
    censored: str
    marks: tuple[tuple[str, str], ...]
    numbers: tuple[tuple[str, str], ...]
    row_y: int
    title: str


@frozen(kw_only=True)
class SurvivalDrawing:
    """The drawing."""

    height: int
    left: int
    right: int
    bottom: int
    over_y: int
    table_y: int
    days: tuple[Tick, ...]
    shares: tuple[tuple[str, str], ...]
    lines: tuple[SurvivalLine, ...]
    has_band: bool
    words: str


def survival_drawing(endpoint: Endpoint, block: Block) -> SurvivalDrawing | None:
    """The drawing of one analysis set, or ``None`` where nobody has a time."""
    days = [step.days for arm in block.arms for step in arm.curve]
    if not days:
        return None
    forms = forms_of([block])
    left = left_of(forms)
    # The axis ends where the last participant does, not at the next round day.
    across = Axis(Fraction(0), Fraction(max(1, *days)), left + 10, WIDTH - RIGHT)
    up = Axis(Fraction(0), Fraction(1), TOP + HEIGHT, TOP)
    over = TOP + HEIGHT + 2 * LINE + 4
    lines = tuple(
        line_of(form, arm, across, up, over + LINE * (row + 2), Fraction(row + 1, len(forms) + 1))
        for row, (form, arm) in enumerate(zip(forms, block.arms, strict=True))
    )
    return SurvivalDrawing(
        height=over + LINE * (len(forms) + 2),
        left=left,
        right=WIDTH - RIGHT,
        bottom=TOP + HEIGHT,
        over_y=over,
        table_y=over + LINE,
        days=tuple(across.ticks(DAYS)),
        shares=tuple((tick.at, f"{int(tick.value * 100)} %") for tick in up.ticks(SHARES)),
        lines=lines,
        has_band=any(line.band for line in lines),
        words=f"{endpoint.title}. " + " ".join(f"{line.title}; {risk_words(line, across)}." for line in lines),
    )


def line_of(  # noqa: PLR0913, PLR0917 - what a line is drawn from
    form: ArmForm, arm: ArmEstimates, across: Axis, up: Axis, row_y: int, turn: Fraction
) -> SurvivalLine:
    """One arm; its marks stand at a share ``turn`` of the way between ticks, where no other arm's do."""
    steps = arm.curve
    ticks = list(across.ticks(DAYS))
    apart = ticks[1].value - ticks[0].value if len(ticks) > 1 else across.high
    marked = [tick.value + turn * apart for tick in ticks]
    return SurvivalLine(
        form=form,
        path=path_of(steps, across, up),
        band="".join(bands_of(steps, across, up)),
        censored="".join(
            f"M{number(across.place(step.days))} {number(up.place(step.share) - TICK)}v{2 * TICK}"
            for step in steps
            if step.censored
        ),
        marks=tuple(
            (number(across.place(day)), number(up.place(share_at(steps, day)))) for day in marked if risk_at(steps, day)
        ),
        numbers=tuple((tick.at, f"{risk_at(steps, tick.value):,}") for tick in ticks),
        row_y=row_y,
        title=title_of(arm),
    )


def title_of(arm: ArmEstimates) -> str:
    """``active: 34 participants, 15 events, 58.2 % without the event after 672 days``."""
    if not arm.curve:
        return visible(f"{arm.arm}: nobody")
    last = arm.curve[-1]
    events = value_of(arm, "events")
    return visible(
        f"{arm.arm}: {arm.n} participants, {events} events, {percent(last.share)} without the event after "
        f"{last.days} days"
    )


def risk_words(line: SurvivalLine, across: Axis) -> str:
    """``at risk: 34 at 0, 30 at 100``."""
    pairs = zip(line.numbers, across.ticks(DAYS), strict=True)
    return "at risk: " + ", ".join(f"{count} at {tick.words}" for (_, count), tick in pairs)


def risk_at(steps: Sequence[Step], day: float | Fraction) -> int:
    """How many are under observation and without the event just before ``day``.

    >>> risk_at((Step(5, 3, 1, 0, 0.67, None, None), Step(9, 2, 0, 2, 0.67, None, None)), 6)
    2
    """
    place = bisect_left(steps, day, key=lambda step: step.days)
    return steps[place].at_risk if place < len(steps) else 0


def share_at(steps: Sequence[Step], day: float | Fraction) -> float:
    """The height of the curve on ``day``."""
    return next((step.share for step in reversed(steps) if step.days <= day), 1.0)


def path_of(steps: Sequence[Step], across: Axis, up: Axis) -> str:
    """The curve: down at events, and level to the last day under observation."""
    if not steps:
        return ""
    pieces = [f"M{number(across.place(0))} {number(up.place(1))}"]
    pieces += [f"H{number(across.place(step.days))}V{number(up.place(step.share))}" for step in steps if step.events]
    pieces.append(f"H{number(across.place(steps[-1].days))}")
    return "".join(pieces)


def bands_of(steps: Sequence[Step], across: Axis, up: Axis) -> Iterator[str]:
    """The interval after each event until the next, as one rectangle each; nothing where there is no interval."""
    corners = [step for step in steps if step.events]
    if not corners:
        return
    ends = [step.days for step in corners[1:]] + [steps[-1].days]
    for step, end in zip(corners, ends, strict=True):
        if step.low is not None and step.high is not None and end > step.days:
            left, right = number(across.place(step.days)), number(across.place(end))
            yield f"M{left} {number(up.place(step.high))}H{right}V{number(up.place(step.low))}H{left}Z"
