"""The text of ``screen``: verdicts, and how many each rule leaves."""

from collections.abc import Iterator, Sequence

from protocol_dsl.base.days import Days
from protocol_dsl.model.results import AttritionStep, Summary
from protocol_dsl.model.study import StudyModel
from protocol_dsl.writers.columns import cut, table
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.text.words import heading

TITLE = 36
COLUMNS = ("rule", "title", "entering", "against", "unknown", "left", "against", "unknown")
ORDER = "in order"
ALONE = "alone"


def screen_lines(  # noqa: PLR0913 - the parts of the text, two of them settings
    model: StudyModel,
    summary: Summary,
    attrition: Sequence[AttritionStep],
    as_of: Days | None,
    ink: Ink,
    *,
    is_given: bool,
) -> Iterator[str]:
    """The text, without the data problems."""
    yield from heading(model, summary.participants, as_of, ink, is_given=is_given)
    yield ""
    verdicts = (
        ("eligible", summary.eligible),
        ("not eligible", summary.not_eligible),
        ("undetermined", summary.undetermined),
    )
    yield from table(
        ("", ""), [(words, f"{count:,}") for words, count in verdicts], indent="  ", numbers=frozenset({1})
    )
    if attrition:
        yield ""
        yield ink("Attrition", "strong")
        yield from attrition_lines(attrition)


def attrition_lines(attrition: Sequence[AttritionStep]) -> Iterator[str]:
    """A line a rule; above the columns, which of them are in order and which alone."""
    rows = [(step.rule, cut(step.title, TITLE), *(f"{count:,}" for count in counts(step))) for step in attrition]
    lines = table(COLUMNS, rows, indent="  ", numbers=frozenset(range(2, 8)), wraps=1)
    entering = lines[0].index("entering")
    alone = lines[0].index("against", lines[0].index("left"))
    yield f"{' ' * entering}{ORDER}{' ' * (alone - entering - len(ORDER))}{ALONE}"
    yield from lines


def counts(step: AttritionStep) -> tuple[int, ...]:
    """The numbers of a line."""
    in_order = (step.entering, step.against, step.unknown, step.left)
    return (*in_order, step.against_alone, step.unknown_alone)
