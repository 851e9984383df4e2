"""The text of ``schedule``: a table a participant."""

from collections.abc import Iterator

from attrs import evolve

from protocol_dsl.base.days import Days
from protocol_dsl.model.results import CycleResult, ParticipantResult, VisitResult
from protocol_dsl.writers.columns import table, visible
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.text.words import counted, dated, paragraph, signed

COLUMNS = ("", "epoch", "planned", "window", "actual", "status", "days out")


def schedule_lines(result: ParticipantResult, ink: Ink, *, is_whole: bool = False) -> Iterator[str]:
    """One participant: visits, then cycles; ends with an empty line.

    What is not applicable is counted; where ``is_whole`` it is listed too.
    """
    place = f", site {result.site}" if result.site else ""
    arm = f", arm {result.arm}" if result.arm else ""
    yield ink(visible(f"{result.participant}{place}{arm}"), "strong")
    shown = result if is_whole else applicable(result)
    yield from schedule_table(shown) or ["  nothing is planned"]
    visits, cycles = len(result.visits) - len(shown.visits), len(result.cycles) - len(shown.cycles)
    left = [counted(visits, "visit")] * bool(visits) + [counted(cycles, "cycle")] * bool(cycles)
    if left:
        yield f"  not applicable: {' and '.join(left)} (--verbose lists them)"
    yield ""


def applicable(result: ParticipantResult) -> ParticipantResult:
    """What is the participant's own of visits and cycles."""
    return evolve(
        result,
        visits=tuple(visit for visit in result.visits if visit.status != "not applicable"),
        cycles=tuple(cycle for cycle in result.cycles if cycle.status != "not applicable"),
    )


def schedule_table(result: ParticipantResult) -> list[str]:
    """The epochs; then a line for each visit and cycle, and below it why. Nothing where there is none."""
    rows = [(visit.visit, visit.epoch, *cells(visit)) for visit in result.visits]
    rows += [(f"{cycle.treatment} {cycle.cycle}", "", *cells(cycle)) for cycle in result.cycles]
    epochs = epoch_table(result)
    if not rows:
        return epochs
    filled = [place for place in range(len(COLUMNS)) if any(row[place] for row in rows)]
    shown = [[row[place] for place in filled] for row in rows]
    heading, *lines = table([COLUMNS[place] for place in filled], shown, indent="  ")
    reasons = [visit.reason for visit in result.visits] + [cycle.reason for cycle in result.cycles]
    told = [[line, *paragraph(why, "      ")] if why else [line] for line, why in zip(lines, reasons, strict=True)]
    return [*epochs, heading, *(line for pair in told for line in pair)]


def epoch_table(result: ParticipantResult) -> list[str]:
    """A line for each epoch with what the arm gives in it, and an empty line; nothing where there is none."""
    rows = [
        (
            epoch.epoch,
            window(epoch.start, epoch.end),
            "without treatment" if epoch.is_without_treatment else ", ".join(epoch.gives),
        )
        for epoch in result.epochs
    ]
    return [*table(("epoch", "days", "gives"), rows, indent="  "), ""] if rows else []


def cells(of: VisitResult | CycleResult) -> tuple[str, ...]:
    """Days and status."""
    days = (dated(of.planned), window(of.earliest, of.latest), dated(of.actual))
    return (*days, of.status, signed(of.days_out, of.days_out_max))


def window(earliest: Days | None, latest: Days | None) -> str:
    """``2004-06-25 to 07-05``: the year or month of the end is left out where it is that of the start."""
    first, last = dated(earliest), dated(latest)
    if first == last or not first or not last:
        return first or last
    is_plain = len(first) == len(last) == len("2004-06-25")
    return f"{first} to {last[5:]}" if is_plain and first[:5] == last[:5] else f"{first} to {last}"
