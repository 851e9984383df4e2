"""The listing of deviations, with what its filters go by."""

from collections.abc import Iterator, Sequence

from attrs import Factory, define, frozen

from protocol_dsl.model.results import Deviation, ParticipantResult, Query
from protocol_dsl.writers.columns import cut, visible
from protocol_dsl.writers.listing_csv import MONITOR, cell_words, deviation_cells, query_cells
from protocol_dsl.writers.report.counts import NOT_SAID

MOST_CHOICES = 24
"""Choices of a filter; with more it is left out, and the search of the page serves."""
EVIDENCE = 70
"""Letters of a cell that is folded up, to be opened where it is wanted."""
NAME, MESSAGE = 60, 400
"""Letters of a name and of a message in a table; the whole of them stands with the participant."""
WHO, SAID = 3, MONITOR.index("message")
HEADINGS = tuple(each.replace("_", " ") for each in MONITOR)
NUMBERS = frozenset({MONITOR.index("days_out"), MONITOR.index("cycle")})
DATES = frozenset(map(MONITOR.index, ("planned", "earliest", "latest", "actual")))


@frozen(kw_only=True)
class Choice:
    """A radio button: ``mark`` is the class of the rows that it keeps."""

    mark: str
    name: str
    count: int


@frozen(kw_only=True)
class Filter:
    """A group of radio buttons."""

    name: str
    title: str
    choices: tuple[Choice, ...]


@frozen(kw_only=True)
class Row:
    """A deviation: its cells in the order of ``HEADINGS``, its classes, the place of the participant in the report."""

    cells: tuple[str, ...]
    marks: str
    participant: int


@define
class Listing:
    """The rows, and the values they can be filtered by."""

    rows: list[Row] = Factory(list)
    seen: dict[str, dict[str, int]] = Factory(lambda: {"grade": {}, "category": {}, "site": {}, "arm": {}})
    numbers: dict[str, dict[str, int]] = Factory(lambda: {"grade": {}, "category": {}, "site": {}, "arm": {}})

    def add(self, result: ParticipantResult, participant: int) -> None:
        """The deviations of one participant."""
        for each in result.deviations:
            values = {
                "grade": each.grade,
                "category": each.category,
                "site": result.site or NOT_SAID,
                "arm": result.arm or NOT_SAID,
            }
            self.rows.append(
                Row(
                    cells=monitor_cells(result, each),
                    marks=" ".join(self.mark(name, value) for name, value in values.items()),
                    participant=participant,
                )
            )

    def mark(self, name: str, value: str) -> str:
        """The class of rows with this value; made of numbers, so that no name from the data gets into the style."""
        counts, numbers = self.seen[name], self.numbers[name]
        counts[value] = counts.get(value, 0) + 1
        return f"{name}-{numbers.setdefault(value, len(numbers) + 1)}"

    def filters(self) -> list[Filter]:
        """The groups that leave something to choose."""
        return [
            Filter(
                name=name,
                title=name.capitalize(),
                choices=tuple(
                    Choice(
                        mark=f"{name}-{self.numbers[name][value]}",
                        name=cut(visible(value), NAME),
                        count=count,
                    )
                    for value, count in sorted(counts.items())
                ),
            )
            for name, counts in self.seen.items()
            if 1 < len(counts) <= MOST_CHOICES
        ]


def monitor_cells(result: ParticipantResult, each: Deviation | Query) -> tuple[str, ...]:
    """The cells that a monitor expects, as the CSV listing has them; names are cut."""
    who = (result.site, result.participant, result.arm)
    about = deviation_cells(each) if isinstance(each, Deviation) else query_cells(each)
    return tuple(shortened([cell_words(cell) for cell in (*who, *about)]))


def shortened(cells: Sequence[str]) -> Iterator[str]:
    """Names and messages no longer than a table bears."""
    for place, cell in enumerate(cells):
        yield cut(visible(cell), NAME if place < WHO else MESSAGE) if place < WHO or place == SAID else cell
