"""The texts of a study on a disk: the protocol, the libraries it uses, the sources it quotes.

No path leads out of the folder it belongs to, neither by ``..`` nor by a link.
"""

import codecs
import re
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path, PurePath
from typing import Protocol

from attrs import field

from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.base.source import Text, Unread
from protocol_dsl.base.values import frozen
from protocol_dsl.project.errors import UnreadableProtocolError

MOST_BYTES = 5_000_000
SUFFIXES = (".proto", ".protocol")
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SHIPPED = "library"
SHIPPED_FOLDER = Path(__file__).parent.parent / SHIPPED
TOO_LARGE = Unread(f"is larger than {MOST_BYTES // 1_000_000} MB")
EMPTY = Unread("is empty")
OF_PROTOCOLS = {TOO_LARGE: ": it is no protocol", EMPTY: ': a protocol begins with protocol NAME "title"'}
"""What is said besides where a protocol is wanted."""
FEW = 5
HANDED_OVER = (Path("/dev/fd"), Path("/proc/self/fd"))
LINE_END = b"\n"
LONE_RETURN = re.compile("\r(?!\n)")
"""The line end of old Macs, which would make one line of the whole text; the new one has the same length."""


class Shelf(Protocol):
    """Where the texts beside a protocol are found."""

    def library(self, name: str) -> Text | None:
        """The text of the library ``name``, shipped or beside the protocol."""
        ...

    def source(self, name: str) -> str | Unread | None:
        """The words of a source document, by the path that the protocol gives, or why it cannot be read."""
        ...

    def libraries(self) -> Iterable[str]:
        """The names of all libraries there are."""
        ...


@frozen
class FolderShelf:
    """The folder of a protocol, and perhaps another folder with the sources it quotes."""

    folder: Path
    sources: Path | None = None

    def library(self, name: str) -> Text | None:
        """The shipped library, else ``NAME.proto`` or ``NAME.protocol`` beside the protocol.

        Raises:
            UnreadableProtocolError: The file is there and is no text.
        """
        for shipped in SHIPPED_FOLDER.iterdir():
            if shipped.name == f"{name}.proto":
                return Text(f"{SHIPPED}/{shipped.name}", shipped.read_text(encoding="utf-8"))
        for suffix in SUFFIXES:
            path = inside(self.folder, f"{name}{suffix}")
            if path is not None:
                return read_text(path)
        return None

    def libraries(self) -> Iterable[str]:
        """Those shipped, and every protocol text beside the protocol."""
        shipped = [Path(item.name) for item in SHIPPED_FOLDER.iterdir()]
        beside = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted({path.stem for path in (*shipped, *beside) if path.suffix in SUFFIXES})

    def source(self, name: str) -> str | Unread | None:
        """The words of a source, looked for in the folder of sources, then beside the protocol.

        In the folder of sources a file also counts by its name alone.
        """
        places = [(self.folder, name)]
        if self.sources is not None:
            places = [(self.sources, name), (self.sources, PurePath(name).name), *places]
        for folder, wanted in places:
            path = inside(folder, wanted)
            if path is not None:
                return words_of(path)
        return None


@frozen
class HeldShelf:
    """The libraries of a protocol that was read already; sources are not looked for."""

    texts: Mapping[str, Text]

    def library(self, name: str) -> Text | None:
        """The library by its name."""
        return next((text for path, text in self.texts.items() if PurePath(path).stem == name), None)

    def libraries(self) -> Iterable[str]:
        """Those held."""
        return [PurePath(path).stem for path in self.texts]

    def source(self, name: str) -> str | Unread | None:
        """None: quotations have been looked up."""
        del name
        return None


@frozen
class NotedShelf:
    """A shelf that notes what was looked for, and what was found."""

    shelf: Shelf
    texts: dict[str, Text | None] = field(factory=dict)
    sources: dict[str, str | Unread | None] = field(factory=dict)

    def library(self, name: str) -> Text | None:
        """As the shelf answers."""
        self.texts[name] = self.shelf.library(name)
        return self.texts[name]

    def libraries(self) -> Iterable[str]:
        """As the shelf answers; a hint depends on it, and nothing else."""
        return self.shelf.libraries()

    def source(self, name: str) -> str | Unread | None:
        """As the shelf answers."""
        self.sources[name] = self.shelf.source(name)
        return self.sources[name]


def inside(folder: Path, name: str) -> Path | None:
    """The file ``name`` of ``folder`` when it is there and does not lie outside."""
    if not name or "\0" in name:
        return None
    path = folder / name
    try:
        is_inside = path.resolve().is_relative_to(folder.resolve())
        return path if is_inside and path.is_file() else None
    except (OSError, RuntimeError, ValueError):  # a name too long, a ring of links, half a character
        return None


def read_text(path: str | PathLike[str]) -> Text:
    """The text of a protocol or a library, known by the path as given; a byte order mark is dropped.

    Raises:
        UnreadableProtocolError: It is missing, a folder, no file at all, empty, above 5 MB, or no text in UTF-8.
    """
    found = Path(path)
    name = str(path)
    if found.is_dir():
        raise UnreadableProtocolError(folder_words(found, name))
    words = words_of(found)
    if words is None:
        raise UnreadableProtocolError(missing_words(found, name))
    if isinstance(words, Unread):
        raise UnreadableProtocolError(f"{name} {words.why}{OF_PROTOCOLS.get(words, '')}")
    return Text(name, words)


def words_of(path: Path) -> str | Unread | None:
    """The words of a file, or why it cannot be read; nothing when there is none."""
    try:
        if not (path.is_file() or is_handed_over(path)) and path.exists():
            return Unread("is no file")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name cannot be used"
        return Unread(f"cannot be read: {reason}")
    return decoded(content)


def is_handed_over(path: Path) -> bool:
    """Whether a path stands for what another program hands over; any other pipe could be waited for without an end."""
    return str(path) == "/dev/stdin" or path.parent in HANDED_OVER


def decoded(content: bytes) -> str | Unread:
    """The words of ``content``, or why it has none."""
    if len(content) > MOST_BYTES:
        return TOO_LARGE
    if not content:
        return EMPTY
    if content.startswith(UTF16):
        return Unread("is in UTF-16: save it as UTF-8")
    nul = content.find(0)
    if nul >= 0:
        return Unread(f"is no text: it holds a NUL byte at {place_words(content, nul)}")
    try:
        return LONE_RETURN.sub("\n", content.removeprefix(codecs.BOM_UTF8).decode("utf-8"))
    except UnicodeDecodeError:
        return not_utf8(content)


def not_utf8(content: bytes) -> str | Unread:
    """Say where ``content`` stops being UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = content[error.start]
        meant = f" (perhaps {bytes([byte]).decode('latin-1')} in Latin-1)" if byte >= 0xA0 else ""  # noqa: PLR2004 - the first printable one
        where = place_words(content, error.start)
        return Unread(f"is not in UTF-8: byte 0x{byte:02X}{meant} at {where}; save it as UTF-8")


def place_words(content: bytes, offset: int) -> str:
    """``line 12, byte 7``: the line, and the byte in it, both from 1."""
    before = content[:offset]
    return f"line {before.count(LINE_END) + 1}, byte {offset - before.rfind(LINE_END)}"


def missing_words(path: Path, name: str) -> str:
    """Say that there is no such file, and which one is meant perhaps."""
    beside: list[str] = []
    if path.parent.is_dir():
        beside = [each.name for each in path.parent.iterdir() if each.suffix in SUFFIXES]
    return " ".join(filter(None, (f"there is no file {name};", did_you_mean(path.name, beside)))).removesuffix(";")


def folder_words(path: Path, name: str) -> str:
    """Say that it is a folder, and which protocols it holds."""
    held = sorted(each.name for each in path.iterdir() if each.suffix in SUFFIXES)
    more = f" and {len(held) - FEW:,} more" if len(held) > FEW else ""
    which = f" ({', '.join(held[:FEW])}{more})" if held else ""
    return f"{name or 'an empty path'} is a folder: name the protocol in it{which}"
