"""A writer of SAS transport files, version 5, for tests: made from the published layout."""

import struct
from collections.abc import Sequence

Cell = str | float | None
STAMP = b"01JAN14:00:00:00"
NAMESTR = 140
CARD = 80
HEAD = "HEADER RECORD*******{} HEADER RECORD!!!!!!!{}"


def header(kind: str, tail: str) -> bytes:
    return HEAD.format(kind.ljust(7), tail).encode().ljust(CARD)


def transport(domain: str, columns: dict[str, list[Cell]], encoding: str = "cp1252") -> bytes:
    """The bytes of a file with one data set; numbers are columns in which nothing is a text."""
    widths = {name: width_of(cells, encoding) for name, cells in columns.items()}
    names, place = b"", 0
    for number, (name, width) in enumerate(widths.items(), 1):
        is_number = width == 0
        length = width or 8
        names += struct.pack(
            ">hhhh8s40s8shhh2s8shhl52x",
            1 if is_number else 2,
            0,
            length,
            number,
            name.encode().ljust(8),
            name.encode().ljust(40),
            b"".ljust(8),
            0,
            0,
            0,
            b"",
            b"".ljust(8),
            0,
            0,
            place,
        )
        place += length
    rows = b"".join(
        b"".join(packed(cell, widths[name], encoding) for name, cell in zip(columns, row, strict=True))
        for row in zip(*columns.values(), strict=True)
    )
    zeros = "0" * 30
    library = header("LIBRARY", zeros) + b"SAS     SAS     SASLIB  9.4     ".ljust(64) + STAMP + STAMP.ljust(CARD)
    member = header("MEMBER", "0" * 17 + "1600000000140") + header("DSCRPTR", zeros)
    member += b"SAS     " + domain.encode().ljust(8) + b"SASDATA 9.4     ".ljust(48) + STAMP + STAMP.ljust(CARD)
    listed = header("NAMESTR", f"{len(columns):010d}".ljust(30, "0")) + padded(names)
    return library + member + listed + header("OBS", zeros) + padded(rows)


def width_of(cells: Sequence[Cell], encoding: str) -> int:
    texts = [cell for cell in cells if isinstance(cell, str)]
    return max([1, *(len(text.encode(encoding)) for text in texts)]) if texts else 0


def packed(cell: Cell, width: int, encoding: str) -> bytes:
    if width:
        return ("" if cell is None else str(cell)).encode(encoding).ljust(width)
    return b"." + bytes(7) if cell is None else ibm(float(cell))


def ibm(value: float) -> bytes:
    """A number as IBM hexadecimal floating point."""
    if value == 0:
        return bytes(8)
    sign, value, exponent = (0x80 if value < 0 else 0), abs(value), 64
    while value >= 1:
        value, exponent = value / 16, exponent + 1
    while value < 1 / 16:
        value, exponent = value * 16, exponent - 1
    return bytes([sign | exponent]) + int(value * (1 << 56)).to_bytes(7, "big")


def padded(data: bytes) -> bytes:
    return data + b" " * (-len(data) % CARD)
