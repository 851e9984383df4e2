"""UTF-8 files, and where one stops being UTF-8."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from protocol_dsl.readers.errors import UnreadableError

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
SAMPLE = 4096
"""Bytes looked at to tell a text from UTF-16 and from what is no text at all."""
BINARY_SHARE = 10
"""One NUL byte in so many: no text in UTF-8 has that."""


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """The text of a file, line endings kept, a byte order mark dropped.

    Raises:
        UnreadableError: It is no regular file, cannot be opened, or is not in UTF-8.
    """
    if not path.is_file():
        raise UnreadableError(f"{path} is no regular file")
    try:
        with path.open("rb") as raw:
            sample = raw.read(SAMPLE)
        _refuse_others(path, sample)
        with path.open(encoding="utf-8-sig", newline="") as text:
            yield text
    except UnicodeDecodeError:
        raise UnreadableError(_where_broken(path)) from None
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}") from None


def _refuse_others(path: Path, sample: bytes) -> None:
    if sample.startswith(UTF16_MARKS):
        raise UnreadableError(f"{path} is in UTF-16, at byte 0, line 1; save it as UTF-8")
    if sample.count(0) * BINARY_SHARE > len(sample):
        place = sample.index(0)
        line = sample.count(b"\n", 0, place) + 1
        raise UnreadableError(f"{path} is in UTF-16 or is no text: NUL at byte {place}, line {line}; save it as UTF-8")


def _where_broken(path: Path) -> str:
    offset = 0
    with path.open("rb") as raw:
        for number, line in enumerate(raw, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                place = offset + error.start
                return (
                    f"{path} is not in UTF-8 (perhaps Latin-1): byte 0x{line[error.start]:02X} at byte {place}, "
                    f"line {number}; save it as UTF-8"
                )
            offset += len(line)
    return f"{path} is not in UTF-8; save it as UTF-8"
