"""A domain as SAS transport file, version 5, through pyreadstat, an extra that is loaded when such a file is met."""

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sdtm.encodings import decoded
from protocol_dsl.readers.sources import Cells

CHUNK = 20_000
"""Rows read at once."""
CARD = 80
"""A transport file comes in records of so many bytes, the last filled up with blanks."""
LIBRARY = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"
OBSERVATIONS = b"HEADER RECORD*******OBS     HEADER RECORD!!!!!!!"
BYTES = "ISO-8859-1"
HEADER_LIMIT = 1 << 22
CUT_SHORT = "the file is cut short within its last row or right before it; what follows is missing"

Value = str | float | None


class Metadata(Protocol):
    """What is used of a file's description."""

    column_names: list[str]
    variable_storage_width: dict[str, int]


class Pyreadstat(Protocol):
    """What is used of the module."""

    ReadstatError: type[Exception]
    PyreadstatError: type[Exception]

    def read_xport(  # noqa: PLR0913 - theirs
        self,
        filename_path: str,
        *,
        metadataonly: bool = False,
        encoding: str,
        disable_datetime_conversion: bool,
        row_limit: int = 0,
        row_offset: int = 0,
        output_format: str = "dict",
    ) -> tuple[Mapping[str, Sequence[Value]], Metadata]:
        """Columns by name, and the description."""
        ...


def load_pyreadstat(path: Path) -> Pyreadstat:
    """The module.

    Raises:
        UnreadableError: It is not installed.
    """
    try:
        return cast(Pyreadstat, import_module("pyreadstat"))
    except ImportError:
        words = f'{path} needs pyreadstat to be read: pip install "protocol-dsl[sdtm]"'
        raise UnreadableError(words) from None


@frozen
class XptDomain:
    """``lb.xpt``; its first row is row 1."""

    domain: str
    path: Path
    variables: tuple[str, ...]
    is_cut_short: bool

    def rows(self, notes: Notes) -> Iterator[tuple[int, Cells]]:
        """Each row's number and cells, some thousands of rows at a time.

        Raises:
            UnreadableError: The file ends within a row, or cannot be read further.
        """
        number = 0
        while True:
            columns, _ = read(self.path, offset=number, limit=CHUNK)
            chunk = 0
            for values in zip(*columns.values(), strict=True):
                chunk += 1
                yield (
                    number + chunk,
                    [self._text(one, number + chunk, place, notes) for place, one in enumerate(values)],
                )
            number += chunk
            if chunk < CHUNK:
                break
        if self.is_cut_short:
            raise UnreadableError(f"{CUT_SHORT} (after row {number})")

    def _text(self, value: Value, number: int, place: int, notes: Notes) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            text = decoded(value)
            if text is None:
                words = "the cell is neither in UTF-8 nor in Windows-1252; it is not used"
                notes.problem(self.domain, number, self.variables[place], ascii(value), words)
            return text or ""
        return number_text(value)


def number_text(value: float) -> str:
    """A floating point number as it was most likely entered; an empty text where it says that nothing is there.

    >>> number_text(4.0), number_text(8.1), number_text(0.00001), number_text(float("nan"))
    ('4', '8.1', '0.00001', '')
    """
    if math.isnan(value):
        return ""
    # Fifteen digits are what the binary form keeps of a decimal number.
    return format(Decimal(f"{value:.15g}"), "f")


def open_xpt(domain: str, path: Path) -> XptDomain:
    """The domain in ``path``.

    Raises:
        UnreadableError: pyreadstat is not installed, or the file is no transport file of version 5.
    """
    try:
        with path.open("rb") as raw:
            head = raw.read(HEADER_LIMIT)
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}") from None
    if not head.startswith(LIBRARY):
        raise UnreadableError(f"{path} is no SAS transport file of version 5")
    if OBSERVATIONS not in head:
        raise UnreadableError(f"{path} ends within its heading")
    _, description = read(path, offset=0, limit=1, only_heading=True)
    width = sum(description.variable_storage_width.values())
    start = head.index(OBSERVATIONS) + CARD
    variables = tuple(name.strip().upper() for name in description.column_names)
    return XptDomain(domain, path, variables, _is_cut_short(path, size, start, width))


def _is_cut_short(path: Path, size: int, start: int, width: int) -> bool:
    """Whether the rows do not end as they should: a whole row, then fewer blanks than fill a record."""
    if size % CARD or width == 0:
        return True
    rest = (size - start) % width
    with path.open("rb") as raw:
        raw.seek(size - rest)
        return rest >= CARD or raw.read().strip(b" ") != b""


def read(
    path: Path, *, offset: int, limit: int, only_heading: bool = False
) -> tuple[Mapping[str, Sequence[Value]], Metadata]:
    """Some rows as columns, each text as one sign a byte.

    Raises:
        UnreadableError: pyreadstat is not installed, or cannot read on.
    """
    module = load_pyreadstat(path)
    try:
        return module.read_xport(
            str(path),
            metadataonly=only_heading,
            encoding=BYTES,
            disable_datetime_conversion=True,
            row_limit=limit,
            row_offset=offset,
            output_format="dict",
        )
    except UnicodeDecodeError:
        raise UnreadableError(f"{path} cannot be read: its heading holds a name that is no text") from None
    except (module.ReadstatError, module.PyreadstatError) as error:
        raise UnreadableError(f"{path} cannot be read: {error}") from None
