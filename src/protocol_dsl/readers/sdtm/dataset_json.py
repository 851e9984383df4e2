"""A domain as Dataset-JSON 1.1: one document, or as NDJSON a line for the description and a line for each row."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.json_words import mistake
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sources import Cells

Json: TypeAlias = str | bool | list["Json"] | dict[str, "Json"] | None
"""Numbers are texts, as they were written."""


@frozen
class DatasetJson:
    """``lb.json``, read whole; its first row is row 1."""

    domain: str
    path: Path
    variables: tuple[str, ...]
    records: int | None

    def rows(self, notes: Notes) -> Iterator[tuple[int, Cells]]:
        """Each row's number and cells.

        Raises:
            UnreadableError: There are fewer rows than the file says.
        """
        rows = _document(self.path).get("rows")
        yield from _checked(self, enumerate(rows if isinstance(rows, list) else [], 1), notes)


@frozen
class DatasetNdjson:
    """``lb.ndjson``, read line by line; the first row, on the second line, is row 1."""

    domain: str
    path: Path
    variables: tuple[str, ...]
    records: int | None

    def rows(self, notes: Notes) -> Iterator[tuple[int, Cells]]:
        """Each row's number and cells.

        Raises:
            UnreadableError: There are fewer rows than the file says, or it stops being UTF-8.
        """
        yield from _checked(self, self._lines(), notes)

    def _lines(self) -> Iterator[tuple[int, Json]]:
        try:
            with self.path.open(encoding="utf-8-sig") as lines:
                next(lines, None)
                for number, line in enumerate((line for line in lines if line.strip()), 1):
                    try:
                        yield number, loads(line)
                    except ValueError:
                        yield number, line.strip()
        except UnicodeDecodeError:
            raise UnreadableError(f"{self.path} is not in UTF-8") from None
        except OSError as error:
            raise UnreadableError(f"{self.path} cannot be read: {error.strerror}") from None


def _checked(
    source: DatasetJson | DatasetNdjson, rows: Iterator[tuple[int, Json]] | enumerate[Json], notes: Notes
) -> Iterator[tuple[int, Cells]]:
    """Rows that are as long as the description; their number is compared with what the file says."""
    width, count = len(source.variables), 0
    for number, row in rows:
        count = number
        if not isinstance(row, list) or len(row) != width:
            found = f"has {len(row)} values" if isinstance(row, list) else "is no JSON list of values"
            words = f"the row {found}, the description has {width} columns; it is not used"
            written = row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)
            notes.problem(source.domain, number, None, written, words)
            continue
        yield (
            number,
            [
                one if isinstance(one, str) else notes.cell(source.domain, number, source.variables[place], one)
                for place, one in enumerate(row)
            ],
        )
    if source.records is not None and count < source.records:
        words = f"the file says that it has {source.records} rows, and ends after {count}; what follows is missing"
        raise UnreadableError(words)


def open_dataset_json(domain: str, path: Path) -> DatasetJson:
    """The domain in ``path``.

    Raises:
        UnreadableError: The file is no Dataset-JSON.
    """
    return DatasetJson(domain, path, *_described(_document(path), path))


def open_dataset_ndjson(domain: str, path: Path) -> DatasetNdjson:
    """The domain in ``path``.

    Raises:
        UnreadableError: Its first line is no description.
    """
    try:
        with path.open(encoding="utf-8-sig") as lines:
            found = loads(next(lines, ""))
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise UnreadableError(f"{path} is no Dataset-JSON: its first line is no description of columns") from None
    return DatasetNdjson(domain, path, *_described(found if isinstance(found, dict) else {}, path))


def _document(path: Path) -> Mapping[str, Json]:
    try:
        found = loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UnreadableError(f"{path} is not in UTF-8") from None
    except json.JSONDecodeError as error:
        raise UnreadableError(f"{path} is no JSON: {mistake(error)}") from None
    if not isinstance(found, dict):
        raise UnreadableError(f"{path} is no Dataset-JSON: it is no object")
    return found


def _described(found: Mapping[str, Json], path: Path) -> tuple[tuple[str, ...], int | None]:
    columns = found.get("columns")
    names = [one.get("name") for one in columns if isinstance(one, dict)] if isinstance(columns, list) else []
    if not names or not all(isinstance(name, str) for name in names):
        raise UnreadableError(f"{path} is no Dataset-JSON of version 1.1: it has no list of columns with names")
    records = found.get("records")
    count = int(records) if isinstance(records, str) and records.isdecimal() else None
    return tuple(str(name).strip().upper() for name in names), count


def loads(text: str) -> Json:
    """JSON with its numbers as they are written: a decimal is never made binary.

    Raises:
        ValueError: It is no JSON.
    """
    try:
        found: Json = json.loads(text, parse_float=str, parse_int=str)
    except RecursionError:
        raise ValueError("nested too deep") from None
    return found
