"""Participants one by one, each an object that holds the rows of every table: JSON, NDJSON, or Python mappings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

from attrs import define, field

from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.feeds import Person, day_reader
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.names import fold, is_near
from protocol_dsl.readers.ndjson_table import OTHER, Shape, UnusableLineError, read_json
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.persons import named, why_nobody
from protocol_dsl.readers.streams import Keyed, Row, sorted_on_disk
from protocol_dsl.readers.survey import Latest
from protocol_dsl.readers.texts import open_text
from protocol_dsl.readers.values import NoTextError, Pairs, cell_text, kind

Numbered: TypeAlias = tuple[int | None, str | object]
"""The number of a participant in its file, and the participant: a line of JSON, or an object."""

NO_OBJECT = "an object is expected: {...}"
NO_ROWS = "a list of rows is expected: [...]"
NESTED = tuple(table for table in LAYOUTS if table != "participants")


@define
class NestedFeed:
    """Participants as objects; looked through once when it is made, for the cut-off and the order."""

    _people: Callable[[], Iterator[Numbered]]
    _attributes: tuple[str, ...]
    _shapes: Mapping[str, Shape] = field(init=False)
    places: Mapping[str, Mapping[str, int]] = field(init=False)
    latest_day: int | None = field(init=False, default=None)
    has_anyone: bool = field(init=False, default=False)
    """Whether there is a participant at all, be it one whose name cannot be used."""
    _is_sorted: bool = field(init=False, default=True)

    def __attrs_post_init__(self) -> None:
        """Look through all participants."""
        columns = {table: Shape.columns(table, self._attributes) for table in LAYOUTS}
        self._shapes = {table: Shape(table, names) for table, names in columns.items()}
        tables = {"participants"}
        latest, known_day, before = Latest(), day_reader(), ""
        notes = Notes()
        for participant, _, parts in self._parts(self._people(), notes):
            self._is_sorted, before = self._is_sorted and participant > before, participant
            tables.update(parts)
            for table, rows in parts.items():
                if LAYOUTS[table].date is None:
                    continue
                # Dates stand third in every table that has one.
                days = [day for _, cells in rows if (day := known_day(cells[2])) is not None]
                if days:
                    latest.add(participant, max(days))
        self.has_anyone = bool(before) or any(one.column == "participant" and one.value for one in notes.problems)
        self.latest_day = latest.day_of(latest.days)
        self.places = {
            table: {fold(name): place for place, name in enumerate(names) if name != OTHER}
            for table, names in columns.items()
            if table in tables
        }

    def width(self, table: str) -> int:
        """The number of cells in each row of a table."""
        return len(Shape.columns(table, self._attributes))

    def people(self, notes: Notes, unread: frozenset[str]) -> Iterator[Person]:
        """Each participant once; one who is given twice has the rows of both."""
        people = self._people()
        if not self._is_sorted:
            people = self._sorted()
        for participant, group in groupby(self._parts(people, notes), key=itemgetter(0)):
            own: list[Row] = []
            others: dict[str, list[Row]] = {}
            for _, row, parts in group:
                own.append(row)
                for table, rows in parts.items():
                    if table not in unread:
                        others.setdefault(table, []).extend(rows)
            yield participant, own, others

    def _sorted(self) -> Iterator[Numbered]:
        """The participants by name: lines on disk, objects, which are in memory already, there."""
        keyed = self._keys()
        first = next(keyed, None)
        if first is None:
            return
        everyone = _chain(first, keyed)
        if isinstance(first[2], str):
            lines: Iterator[Keyed] = ((key, number, [line]) for key, number, line in everyone if isinstance(line, str))
            for _, number, cells in sorted_on_disk(lines):
                yield number, cells[0]
        else:
            for _, number, person in sorted(everyone, key=itemgetter(0)):
                yield number, person

    def _keys(self) -> Iterator[tuple[str, int | None, str | object]]:
        for number, person in self._people():
            found = next(self._parts(iter([(number, person)]), Notes()), None)
            # Those who cannot be read come first, to be noted once more.
            yield (found[0] if found else ""), number, person

    def _parts(self, people: Iterator[Numbered], notes: Notes) -> Iterator[tuple[str, Row, Mapping[str, list[Row]]]]:
        for number, written in people:
            try:
                person = pairs_of(read_json(written) if isinstance(written, str) else written)
            except UnusableLineError as error:
                notes.problem("participants", number, None, str(written).strip(), str(error))
                continue
            if person is None:
                notes.problem("participants", number, None, "", NO_OBJECT)
                continue
            found = self._split(person, number, notes)
            if found is not None:
                yield found

    def _split(
        self, person: Pairs, number: int | None, notes: Notes
    ) -> tuple[str, Row, Mapping[str, list[Row]]] | None:
        own = Pairs(pair for pair in person if fold(pair[0]) not in NESTED)
        cells = self._shapes["participants"].cells(own, number, notes)
        participant = named(cells[0])
        if not participant:
            notes.problem("participants", number, "participant", cells[0], why_nobody(cells[0]))
            return None
        self._suspect(own, participant, notes)
        parts: dict[str, list[Row]] = {}
        for key, value in person:
            table = fold(key)
            if table in NESTED and value is not None:
                rows = self._rows(table, value, participant, notes, is_numbered=number is not None)
                parts.setdefault(table, []).extend(rows)
        return participant, (number, cells), parts

    def _rows(self, table: str, value: object, participant: str, notes: Notes, *, is_numbered: bool) -> Iterator[Row]:
        if isinstance(value, Pairs) or not isinstance(value, (list, tuple)):
            notes.problem(table, None, None, shown(value), NO_ROWS, participant=participant)
            value = [Pairs()]
        shape = self._shapes[table]
        for place, row in enumerate(value, 1):
            number = place if is_numbered else None
            pairs = pairs_of(row)
            if pairs is None:
                notes.problem(table, number, None, shown(row), NO_OBJECT, participant=participant)
                pairs = Pairs()
            cells = shape.cells(pairs, number, notes, participant)
            cells[0] = participant
            yield number, cells

    def _suspect(self, own: Pairs, participant: str, notes: Notes) -> None:
        known = (*NESTED, *self._shapes["participants"].columns("participants", self._attributes)[:-1])
        for key, _ in own:
            name = fold(key)
            if name in known:
                continue
            for other in known:
                if is_near(name, other):
                    words = f"nothing has this name, so it is not read; it is a letter or two from {other}"
                    notes.problem("participants", None, key, key, words, participant=participant)


def pairs_of(value: object) -> Pairs | None:
    """The keys and values of an object, or nothing when it is none."""
    if isinstance(value, Pairs):
        return value
    if isinstance(value, Mapping):
        return Pairs((str(key), one) for key, one in value.items())
    return None


def shown(value: object) -> str:
    """A misplaced value, for a message."""
    try:
        return cell_text(value)
    except NoTextError:
        return kind(value)


def _chain(
    first: tuple[str, int | None, object], rest: Iterator[tuple[str, int | None, object]]
) -> Iterator[tuple[str, int | None, object]]:
    yield first
    yield from rest


def nested_feed(data: str | Path | Mapping[str, object] | Sequence[object], model: StudyModel) -> NestedFeed:
    """The participants of a JSON text, a JSON or NDJSON file, a mapping, or a list of mappings.

    Raises:
        UnreadableError: A text or file is no JSON at all or holds no participant, or the file cannot be read.
    """
    attributes = tuple(one.name for one in model.vocabulary.attributes)
    if not isinstance(data, (str, Path)):
        unnumbered = [(None, person) for person in ([data] if isinstance(data, Mapping) else data)]
        return NestedFeed(lambda: iter(unnumbered), attributes)
    if isinstance(data, Path) and data.suffix.lower() != ".json":
        path = data
        feed = NestedFeed(lambda: lines_of(path), attributes)
    else:
        numbered: list[Numbered] = list(enumerate(json_people(data), 1))
        feed = NestedFeed(lambda: iter(numbered), attributes)
    if not feed.has_anyone:
        raise UnreadableError(f'{name_of(data)} holds no participant: {{"participant": "P1", ...}} is expected')
    return feed


def name_of(data: str | Path) -> str:
    """What messages call a file, or a text."""
    return str(data) if isinstance(data, Path) else "the text"


def lines_of(path: Path) -> Iterator[Numbered]:
    """The lines of an NDJSON file, blank ones left out."""
    number = 0
    with open_text(path) as text:
        for line in text:
            if line.strip():
                number += 1
                yield number, line


def json_people(data: str | Path) -> list[object]:
    """The participants of one JSON value: an object, or a list of them.

    Raises:
        UnreadableError: It is no JSON.
    """
    text = data
    if isinstance(data, Path):
        with open_text(data) as opened:
            text = opened.read()
    try:
        value = read_json(str(text))
    except UnusableLineError as error:
        raise UnreadableError(f"{name_of(data)} cannot be read: {error}") from None
    return value if isinstance(value, list) and not isinstance(value, Pairs) else [value]
