"""Attrition as a stream: as wide as those who go on, with a branch for those whom a criterion turns away."""

from collections.abc import Sequence

from protocol_dsl.base.values import frozen
from protocol_dsl.model.results import AttritionStep, Summary
from protocol_dsl.writers.columns import cut, visible

WIDTH = 1000
STREAM_LEFT, STREAM_WIDTH = 360, 240
BRANCH_END, AGAINST_X, UNKNOWN_X, LEFT_X = 640, 652, 790, 985
STEP, TOP, TAIL = 46, 34, 40
TITLE = 50


@frozen(kw_only=True)
class FlowStep:
    """One criterion: the stream that enters and leaves, the branch, the part that is undecided."""

    rule: str
    title: str
    full_title: str
    y: int
    stream: str
    branch: str | None
    undecided: str | None
    entering: str
    against: str
    unknown: str
    left: str


@frozen(kw_only=True)
class Flow:
    """The drawing."""

    height: int
    steps: tuple[FlowStep, ...]
    end: str
    end_y: int
    end_words: str


def flow(steps: Sequence[AttritionStep], summary: Summary) -> Flow | None:
    """The drawing, or ``None`` where the protocol has no criterion or nobody was judged."""
    if not steps or not steps[0].entering:
        return None
    most = steps[0].entering
    drawn = tuple(flow_step(step, TOP + STEP * place, most) for place, step in enumerate(steps))
    end_y = TOP + STEP * len(steps)
    return Flow(
        height=end_y + TAIL,
        steps=drawn,
        end=f"M{STREAM_LEFT} {end_y}h{breadth(steps[-1].left, most):.1f}v12H{STREAM_LEFT}Z",
        end_y=end_y,
        end_words=f"{steps[-1].left:,} left: {summary.eligible:,} eligible, {summary.undetermined:,} undetermined",
    )


def flow_step(step: AttritionStep, y: int, most: int) -> FlowStep:
    """One criterion."""
    title = visible(step.title)
    return FlowStep(
        rule=cut(visible(step.rule), 12),
        title=cut(title, TITLE),
        full_title=f"{visible(step.rule)} {title}",
        y=y,
        stream=band(y, step, most),
        branch=branch(y, step, most) if step.against else None,
        undecided=undecided(y, step, most) if step.unknown else None,
        entering=f"{step.entering:,}",
        against=f"{step.against:,}",
        unknown=f"{step.unknown:,}",
        left=f"{step.left:,}",
    )


def breadth(people: int, most: int) -> float:
    """The width of a stream of ``people``; a single one is still seen."""
    return max(STREAM_WIDTH * people / most, 1.5) if people else 0.0


def band(y: int, step: AttritionStep, most: int) -> str:
    """A stream that narrows in its middle third."""
    right, narrower = STREAM_LEFT + breadth(step.entering, most), STREAM_LEFT + breadth(step.left, most)
    return (
        f"M{STREAM_LEFT} {y}H{right:.1f}V{y + 10}C{right:.1f} {y + 24} {narrower:.1f} {y + 16} {narrower:.1f} {y + 30}"
        f"V{y + STEP}H{STREAM_LEFT}Z"
    )


def branch(y: int, step: AttritionStep, most: int) -> str:
    """From the right edge of the stream to the right, as thick as its share, at most half a step."""
    right = STREAM_LEFT + breadth(step.entering, most)
    thick = min(max((STEP / 2) * step.against / most, 2), STEP / 2)
    top = y + 10
    return (
        f"M{right - 2:.1f} {top}H{BRANCH_END - 8}V{top - 4}L{BRANCH_END} {top + thick / 2:.1f}"
        f"L{BRANCH_END - 8} {top + thick + 4:.1f}V{top + thick:.1f}H{right - 2:.1f}Z"
    )


def undecided(y: int, step: AttritionStep, most: int) -> str:
    """The part of those left whose finding is unknown, at the lower right of the stream."""
    right = STREAM_LEFT + breadth(step.left, most)
    left = right - breadth(step.unknown, most)
    return f"M{left:.1f} {y + 32}H{right:.1f}V{y + STEP - 2}H{left:.1f}Z"
