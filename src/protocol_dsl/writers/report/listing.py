"""The listing of deviations, with what its filters go by."""

from attrs import Factory, define

from protocol_dsl.base.values import frozen
from protocol_dsl.model.results import Deviation, ParticipantResult, Query
from protocol_dsl.writers.columns import cut, visible
from protocol_dsl.writers.listing_csv import MONITOR, WHO, cell_words, deviation_cells, query_cells
from protocol_dsl.writers.report.counts import NOT_SAID

MOST_CHOICES = 24
"""Choices of a filter; with more it is left out, and the search of the page serves."""
EVIDENCE = 70
"""Letters of a cell that is folded up, to be opened where it is wanted."""
NAME, MESSAGE = 60, 400
"""Letters of a name and of a message in a table; the whole of them stands with the participant."""
BESIDE = "code"
COLUMNS = (
    *MONITOR[: MONITOR.index(BESIDE) + 1],
    "message",
    *(each for each in MONITOR[MONITOR.index(BESIDE) + 1 :] if each != "message"),
)
"""The columns of a monitor, the message beside its code: at the far end of so many it would be out of sight."""
HEADINGS = tuple(each.replace("_", " ") for each in COLUMNS)
NUMBERS = frozenset({"days out", "cycle"})
DATES = frozenset({"planned", "earliest", "latest", "actual"})


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
    """The cells that a monitor expects, in the order of ``COLUMNS``; names are cut."""
    who = (result.site, result.participant, result.arm)
    about = deviation_cells(each) if isinstance(each, Deviation) else query_cells(each)
    cells = dict(zip(MONITOR, map(cell_words, (*who, *about)), strict=True))
    return tuple(shortened(name, cells[name]) for name in COLUMNS)


def shortened(column: str, cell: str) -> str:
    """Names and messages no longer than a table bears."""
    longest = MESSAGE if column == "message" else NAME if column in WHO else None
    return cell if longest is None else cut(visible(cell), longest)
