"""Examples for what no example has seen, for the author to judge: the facts chosen, the findings as computed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import TypeAlias

from attrs import evolve

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.base.truth import Truth
from protocol_dsl.base.values import frozen
from protocol_dsl.model.expressions import And, AtLeast, DefinedTest, Not, Or, Test
from protocol_dsl.model.results import VisitResult
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.tested import ExampleResult, ExampleResults, PlanSeen
from protocol_dsl.project.examples.boundaries import Cells, leaf
from protocol_dsl.project.examples.coverage import planned, rules
from protocol_dsl.project.examples.participants import STANDS_ON, iso, starts
from protocol_dsl.project.examples.run import Examples

Reread: TypeAlias = Callable[[str], StudyModel | None]
"""The model of the protocol with some text at its end; nothing where that text has a mistake."""

HEAD = (
    "# Suggested by protocol-dsl test --suggest: what is expected here is what the rules find, not what anyone meant.",
    "# Judge each line against the source, and move what is right into the protocol.",
)
PLACE_HOLDER = "unknown"
MOST_ROWS = 60
FEW_CYCLES = 4
"""Cycles in a row, equally far apart, that are all listed."""


@frozen
class Table:
    """A suggested example of one rule or visit: its rows, what they expect not yet known.

    ``unseen`` are the findings that it should show at least one of; none where any will do.
    """

    of: str
    rows: tuple[Cells, ...]
    unseen: frozenset[str] = frozenset()
    place_holder: str = PLACE_HOLDER

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading, in the order in which it is first used."""
        return tuple(dict.fromkeys(heading for row in self.rows for heading in row))

    def text(self, found: Sequence[str] = ()) -> str:
        """The example as the author would write it, expecting what was found."""
        wanted = found or [self.place_holder] * len(self.rows)
        cells = [[*self.headings, self.of]]
        cells += [
            [*(row.get(each, "") for each in self.headings), want] for row, want in zip(self.rows, wanted, strict=True)
        ]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
        return "\n".join([f'example "suggested for {self.of}"', *(f"  | {line} |" for line in lines), ""])


def suggested(model: StudyModel, tested: ExampleResults, reread: Reread) -> str:
    """Examples that see what none has seen; empty where there is nothing to suggest.

    Args:
        model: The protocol.
        tested: What its own examples have seen.
        reread: Reads the suggestions as the author's own would be, so that what is suggested is certain to be read.
    """
    unseen = {rule.rule: frozenset(truth.words for truth in rule.unseen) for rule in tested.rules if rule.unseen}
    tables = [
        Table(name, rows, unseen[name])
        for _, name, _, test, _ in rules(model)
        if name in unseen and (rows := rows_of(test, model))
    ]
    tables += tables_of_visits(model, tested.plan)
    parts = [*filled(tables, len(model.examples), reread), *cycle_lines(model, tested.plan)]
    return "\n".join([*HEAD, "", *parts]) if parts else ""


def filled(tables: Sequence[Table], own: int, reread: Reread) -> list[str]:
    """The tables with what was found; one that cannot be read, or shows nothing unseen, is left out."""
    model = reread("\n".join(each.text() for each in tables)) if tables else None
    if model is None:
        alone = [each for each in tables if len(tables) > 1]
        return [text for each in alone for text in filled([each], own, reread)]
    results = Examples(evolve(model, examples=model.examples[own:])).results()
    found = [(table, findings(result)) for table, result in zip(tables, results, strict=True)]
    return [table.text(words) for table, words in found if not table.unseen or table.unseen.intersection(words)]


def findings(result: ExampleResult) -> list[str]:
    """What each row finds."""
    return [answer.found for case in result.cases for answer in case.answers]


# ------------------------------------------------------------------------------------------------------------- rules
def rows_of(test: Test, model: StudyModel) -> tuple[Cells, ...]:
    """Rows in which each part of a rule decides in turn, at all its values."""
    found: dict[tuple[tuple[str, str], ...], Cells] = {}
    for row in variations(test, model):
        found.setdefault(tuple(sorted(row.items())), row)
    return tuple(found.values())[:MOST_ROWS]


def variations(test: Test, model: StudyModel) -> Iterator[Cells]:
    """The values of each part, the other parts such that it decides."""
    match test:
        case And(parts):
            yield from in_turn(parts, Truth.MET, model)
        case Or(parts):
            yield from in_turn(parts, Truth.NOT_MET, model)
        case AtLeast(count, tests):
            for number, part in enumerate(tests):
                others = [*tests[:number], *tests[number + 1 :]]
                around = merged(settled(each, Truth.MET, model) for each in others[: count - 1])
                around |= merged(settled(each, Truth.NOT_MET, model) for each in others[count - 1 :])
                yield from (around | dict(row) for row in variations(part, model))
        case Not(part) | DefinedTest(test=part):
            yield from variations(part, model)
        case _:
            yield from (option.cells for option in leaf(test, model).options)


def in_turn(parts: Sequence[Test], others: Truth, model: StudyModel) -> Iterator[Cells]:
    """Each part in turn, the others all met or all not met."""
    for number, part in enumerate(parts):
        around = merged(settled(each, others, model) for each in (*parts[:number], *parts[number + 1 :]))
        yield from (around | dict(row) for row in variations(part, model))


def settled(test: Test, wanted: Truth, model: StudyModel) -> Cells:
    """Cells by which a test finds what is wanted; none where that is not known."""
    match test:
        case And(parts) | Or(parts):
            all_of = Truth.MET if isinstance(test, And) else Truth.NOT_MET
            if wanted == all_of:
                return merged(settled(part, wanted, model) for part in parts)
            others = merged(settled(part, all_of, model) for part in parts[1:])
            return others | dict(settled(parts[0], wanted, model))
        case AtLeast(count, tests):
            met = count if wanted == Truth.MET else 0
            cells = merged(settled(part, Truth.NOT_MET, model) for part in tests[met:])
            return cells | merged(settled(part, Truth.MET, model) for part in tests[:met])
        case Not(part):
            return settled(part, Truth(2 - wanted), model)
        case DefinedTest(test=inner):
            return settled(inner, wanted, model)
        case _:
            return next((each.cells for each in leaf(test, model).options if each.truth == wanted), {})


def merged(found: Iterable[Cells]) -> dict[str, str]:
    """All cells together."""
    return {heading: cell for cells in found for heading, cell in cells.items()}


# -------------------------------------------------------------------------------------------------------------- plan
def tables_of_visits(model: StudyModel, plan: Sequence[PlanSeen]) -> Iterator[Table]:
    """Each visit that no example speaks of, held on the days around the ends of its window."""
    unseen = {each.name for each in plan if not each.count}
    results = list(planned(Examples(model)))
    for visit in model.visits:
        arm = visit.arms[0] if visit.arms else None
        found = next(
            (
                each
                for result in results
                if arm in {None, result.arm}
                for each in result.visits
                if each.visit == visit.name
            ),
            None,
        )
        if visit.name in unseen and found is not None and (days := days_around(found)):
            more = {"arm": arm} if arm else {}
            yield Table(visit.name, tuple({**more, f"visit {visit.name}": day} for day in days), place_holder="missed")


def days_around(visit: VisitResult) -> tuple[str, ...]:
    """The days before, at and after each end of a window, and the planned day between them."""
    if visit.planned is None or visit.earliest is None or visit.latest is None:
        return ()
    first, last = visit.earliest.first, visit.latest.last
    days = (first - 1, first, visit.planned.first, last, last + 1)
    return tuple(map(iso, dict.fromkeys(days)))


def cycle_lines(model: StudyModel, plan: Sequence[PlanSeen]) -> Iterator[str]:
    """The planned days of the cycles that no example speaks of, an example for each treatment."""
    unseen = {each.name for each in plan if not each.count}
    told: set[str] = set()
    for result in planned(Examples(model)):
        given = ", ".join(
            [*(f"{name} {STANDS_ON}" for name in starts(model)), *([f"arm {result.arm}"] if result.arm else [])]
        )
        for treatment, group in groupby(result.cycles, key=lambda each: each.treatment):
            days = {each.cycle: each.planned for each in group if each.planned and each.status != "not applicable"}
            wanted = telling_cycles(days) & {number for number in days if f"cycle {number} of {treatment}" in unseen}
            if wanted and treatment not in told:
                told.add(treatment)
                lines = [
                    f"  expect cycle {number} of {treatment} on {write_days(days[number])}" for number in sorted(wanted)
                ]
                if len(days) > len(telling_cycles(days)):
                    lines.append("  # the cycles between are as far apart as those before and after them")
                yield "\n".join([f'example "suggested for {treatment}"', f"  given {given}", *lines, ""])


def telling_cycles(days: Mapping[int, Days]) -> set[int]:
    """The cycles whose days say where all are: of many that are equally far apart, the first two and the last."""
    numbers = list(days)
    gaps = [days[after].first - days[before].first for before, after in pairwise(numbers)]
    telling, place = {*numbers[:1]}, 0
    for _, group in groupby(gaps):
        end = place + len(list(group))
        inside = range(place, end + 1)
        telling |= {numbers[each] for each in inside if len(inside) <= FEW_CYCLES or each in {place, place + 1, end}}
        place = end
    return telling
