"""The estimates of an endpoint as tables: every analysis set and rule, every visit, every arm."""

from collections.abc import Iterator, Mapping, Sequence

from protocol_dsl.base.numbers import write_number
from protocol_dsl.base.values import frozen
from protocol_dsl.model.endpoints import CountIn, Endpoint, WorstGrade
from protocol_dsl.model.estimates import ArmEstimates, Block, Comparison, EndpointResult, Estimate, Listed
from protocol_dsl.writers.figures import estimate_words, interval_words, p_words, points
from protocol_dsl.writers.text.endpoints import (
    Column,
    block_words,
    columns_of,
    estimate_of,
    free_words,
    has_interval,
)

MOST_LISTED = 2_000
"""Participants listed of one endpoint and state; JSON has them all."""
METHODS = {
    "fisher": "Fisher's exact test",
    "wilcoxon": "Wilcoxon's rank sum test",
    "logrank": "log-rank test",
    "difference": "difference",
}
STATES = (("missing", "Missing"), ("pending", "Pending"), ("observed", "Observed, with something to know"))


@frozen
class Cell:
    """A cell, and what is said of it besides."""

    words: str
    note: str = ""


@frozen(kw_only=True)
class Table:
    """The heading, and the rows by the words of their analysis set and rule; ``firsts`` columns are words."""

    title: str
    heading: tuple[str, ...]
    firsts: int
    groups: tuple[tuple[str, tuple[tuple[Cell, ...], ...]], ...]


@frozen(kw_only=True)
class ListedGroup:
    """The participants of one state; ``more`` are not shown."""

    title: str
    count: int
    listed: tuple[Listed, ...]
    more: int


def groups_of(result: EndpointResult) -> dict[str, list[Block]]:
    """The blocks by the words of their analysis set and rule: several where there are visits."""
    groups: dict[str, list[Block]] = {}
    for block in result.blocks:
        groups.setdefault(block_words(block), []).append(block)
    return groups


# ------------------------------------------------------------------------------------------------------------ estimates
def estimate_table(result: EndpointResult, groups: Mapping[str, Sequence[Block]]) -> Table:
    """Who is counted, and the estimates, each with its interval where any arm has one."""
    arms = [arm for block in result.blocks for arm in block.arms]
    columns = columns_of(arms)
    around = {column for column in columns if any(has_interval(arm, column) for arm in arms)}
    has_visits = any(block.visit for block in result.blocks)
    others = any(arm.not_applicable for arm in arms)
    level = f"{write_number(result.endpoint.confidence)} % interval"
    return Table(
        title="Estimates",
        heading=(
            *(("visit",) if has_visits else ()),
            *("arm", "in set", "n", "observed", "missing", "pending"),
            *(("not applicable",) if others else ()),
            *(
                words
                for column in columns
                for words in (column_words(result.endpoint, column), *((level,) if column in around else ()))
            ),
        ),
        firsts=2 if has_visits else 1,
        groups=tuple(
            (
                title,
                tuple(
                    (
                        *((Cell(block.visit or ""),) if has_visits else ()),
                        *who(arm, is_wide=others),
                        *(cell for column in columns for cell in cells(arm, column, is_around=column in around)),
                    )
                    for block in blocks
                    for arm in block.arms
                ),
            )
            for title, blocks in groups.items()
        ),
    )


def who(arm: ArmEstimates, *, is_wide: bool) -> Iterator[Cell]:
    """The arm, and how many of it are counted."""
    yield Cell(arm.arm)
    for count in (arm.counted, arm.n, arm.observed, arm.missing, arm.pending):
        yield Cell(f"{count:,}")
    if is_wide:
        yield Cell(f"{arm.not_applicable:,}")


def column_words(endpoint: Endpoint, column: Column) -> str:
    """The heading of an estimate: ``median``, ``grade 3``, ``with 2``, a category."""
    statistic, at = column
    if statistic != "count":
        return statistic
    if not at.isdigit():
        return at
    if isinstance(endpoint.kind, WorstGrade):
        return f"grade {at}"
    return f"with {at}" if isinstance(endpoint.kind, CountIn) else at


def cells(arm: ArmEstimates, column: Column, *, is_around: bool) -> Iterator[Cell]:
    """An estimate of an arm, and its interval."""
    found = estimate_of(arm, column)
    if found is None:
        yield Cell("0" if column[0] == "count" else "-")
    else:
        yield estimate_cell(estimate_words(found), found)
    if is_around:
        yield Cell("" if found is None else interval_words(found))


def estimate_cell(words: str, estimate: Estimate) -> Cell:
    """An estimate with what is said of it, or that alone where there is no value."""
    return Cell("" if estimate.value is None and estimate.words else words, estimate.words)


def free_table(result: EndpointResult, groups: Mapping[str, Sequence[Block]]) -> Table | None:
    """The share without the event at planned visits: a row a visit, a column an arm; ``None`` where there is none."""
    found = tuple((title, tuple(free_rows(blocks))) for title, blocks in groups.items())
    arms = tuple(dict.fromkeys(arm.arm for block in result.blocks for arm in block.arms))
    if not any(rows for _, rows in found):
        return None
    level = write_number(result.endpoint.confidence)
    title = f"Without the event at planned visits, with {level} % intervals"
    return Table(title=title, heading=("visit", *arms), firsts=1, groups=found)


def free_rows(blocks: Sequence[Block]) -> Iterator[tuple[Cell, ...]]:
    """A row for each visit."""
    for block in blocks:
        by_visit: dict[str, dict[str, Estimate]] = {}
        for arm in block.arms:
            for each in arm.estimates:
                if each.statistic == "event-free":
                    by_visit.setdefault(each.at, {})[arm.arm] = each
        for visit, found in by_visit.items():
            yield (
                Cell(visit),
                *(
                    estimate_cell(free_words(found[arm.arm]), found[arm.arm]) if arm.arm in found else Cell("-")
                    for arm in block.arms
                ),
            )


# ---------------------------------------------------------------------------------------------------------- comparisons
def comparison_table(result: EndpointResult, groups: Mapping[str, Sequence[Block]]) -> Table | None:
    """Each arm against the first, or ``None`` where nothing is compared; columns that nothing fills are left out."""
    has_visits = any(block.visit for block in result.blocks)
    level = f"{write_number(result.endpoint.confidence)} % interval"
    heading = ("visit", "arm", "against", "method", "difference, percentage points", level, "z", "p")
    found = [
        (title, [(Cell(block.visit or ""), *comparison_cells(each)) for block in blocks for each in block.comparisons])
        for title, blocks in groups.items()
    ]
    filled = [
        place
        for place in range(len(heading))
        if any(row[place].words or row[place].note for _, rows in found for row in rows)
    ]
    if not filled:
        return None
    return Table(
        title="Comparisons",
        heading=tuple(heading[place] for place in filled),
        firsts=4 if has_visits else 3,
        groups=tuple((title, tuple(tuple(row[place] for place in filled) for row in rows)) for title, rows in found),
    )


def comparison_cells(each: Comparison) -> tuple[Cell, ...]:
    """One comparison; its words are why there is no result."""
    around = "" if each.low is None or each.high is None else f"{points(each.low)} to {points(each.high)}"
    return (
        Cell(each.arm),
        Cell(each.versus),
        # The words of a difference that cannot be told name it themselves.
        Cell("" if each.method == "difference" and each.words else METHODS.get(each.method, each.method), each.words),
        Cell("" if each.difference is None else points(each.difference)),
        Cell(around),
        Cell("" if each.statistic is None else f"{each.statistic:+.3f}"),
        Cell("" if each.p is None else p_words(each.p).removeprefix("p = ").removeprefix("p ")),
    )


# --------------------------------------------------------------------------------------------------------------- people
def listed_groups(listed: Sequence[Listed]) -> Iterator[ListedGroup]:
    """Who is missing or pending, and why, and of whom there is something to know."""
    for state, title in STATES:
        found = tuple(each for each in listed if each.state == state)
        if found:
            more = max(0, len(found) - MOST_LISTED)
            yield ListedGroup(title=title, count=len(found), listed=found[:MOST_LISTED], more=more)


def block_notes(groups: Mapping[str, Sequence[Block]]) -> list[str]:
    """What is to know of single blocks."""
    found = [
        f"{title}{f', {block.visit}' if block.visit else ''}: {words}"
        for title, blocks in groups.items()
        for block in blocks
        for words in block.notes
    ]
    return list(dict.fromkeys(found))
