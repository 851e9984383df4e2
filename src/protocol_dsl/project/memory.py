"""Answers about protocols that were worked out before, kept on disk so that a command need not load the parser.

An answer is found again by the protocol's name and words and by this program's own code, and is used only if every
library and source that was looked up when it was worked out is found the same, or found absent, again. A file that is
damaged, foreign or from another version is passed over. What is read back can only be values of the model, of texts
and of diagnostics: nothing else is let out of the file. The folder can be deleted at any time;
``PROTOCOL_DSL_CACHE`` names another, or ``off``.
"""

import io
import os
import pickle
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.base.source import Text, Unread
from protocol_dsl.base.values import frozen
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.texts import FolderShelf, NotedShelf

PLACE = "PROTOCOL_DSL_CACHE"
PACKAGE = Path(__file__).parent.parent
ROOMS = ("base", "model", "syntax", "semantics", "interpret", "readers", "project", "library")
"""The code and texts that an answer depends on besides the protocol."""

MAGIC = b"protocol-dsl answer 1\n"
DIGEST = 32
MOST_KEPT = 64
MODULES = (
    "protocol_dsl.model.",
    "protocol_dsl.base.diagnostics",
    "protocol_dsl.base.source",
    "protocol_dsl.base.truth",
    "protocol_dsl.project.memory",
)
OTHERS = {("fractions", "Fraction")}


@frozen
class Answer:
    """What is remembered: ``model`` is ``None`` where an error stands among ``diagnostics``."""

    model: StudyModel | None
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, Text]


@frozen
class Kept:
    """An answer with the look-ups that it depends on: the digest of each text found, ``None`` where none was."""

    libraries: Mapping[str, str | None]
    sources: Mapping[str, str | None]
    answer: Answer


class OnlyOurValues(pickle.Unpickler):
    """Lets out values of the model, texts and diagnostics, and refuses everything else."""

    def find_class(self, module: str, name: str) -> object:
        """The class, if it is one of ours.

        Raises:
            UnpicklingError: It is not.
        """
        if module.startswith(MODULES) or (module, name) in OTHERS:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} has no place here")


def recall(text: Text, shelf: FolderShelf) -> Answer | None:
    """The answer about ``text``, if it is remembered and everything beside it is as it was."""
    folder = place()
    if folder is None:
        return None
    try:
        content = (folder / name_of(text)).read_bytes()
    except OSError:
        return None
    kept = opened(content)
    if kept is None:
        return None
    libraries = {name: digest(found.content if (found := shelf.library(name)) else None) for name in kept.libraries}
    sources = {name: digest(shelf.source(name)) for name in kept.sources}
    return kept.answer if (libraries, sources) == (kept.libraries, kept.sources) else None


def keep(text: Text, shelf: NotedShelf, answer: Answer) -> None:
    """Remember ``answer``; where the disk does not take it, nothing is said, because nothing is lost."""
    folder = place()
    if folder is None:
        return
    libraries = {name: digest(found.content if found else None) for name, found in shelf.texts.items()}
    sources = {name: digest(words) for name, words in shelf.sources.items()}
    payload = pickle.dumps(Kept(libraries, sources, answer), protocol=5)
    part = folder / f".{name_of(text)}.{os.getpid()}.part"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        forget_the_oldest(folder)
        part.write_bytes(MAGIC + sha256(payload).digest() + payload)
        part.replace(folder / name_of(text))


def opened(content: bytes) -> Kept | None:
    """What a file of this folder holds, or ``None`` when it is not whole or not ours."""
    start = len(MAGIC) + DIGEST
    payload = content[start:]
    if not content.startswith(MAGIC) or sha256(payload).digest() != content[len(MAGIC) : start]:
        return None
    try:
        found = OnlyOurValues(io.BytesIO(payload)).load()
    except (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, TypeError, ValueError):
        return None
    return found if isinstance(found, Kept) else None


def forget_the_oldest(folder: Path) -> None:
    """Make room for one more answer."""
    found = sorted(folder.glob("*.answer"), key=lambda path: path.stat().st_mtime)
    for path in found[: max(0, len(found) - MOST_KEPT + 1)]:
        path.unlink(missing_ok=True)


def place() -> Path | None:
    """The folder of answers, or ``None`` when there is to be none."""
    named = os.environ.get(PLACE)
    if named is not None:
        return None if named in {"", "off"} else Path(named)
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        home = "~/Library/Caches"
    else:
        home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        folder = Path(home).expanduser()
    except RuntimeError:  # nobody's home is known
        return None
    return folder / "protocol-dsl" if folder.is_absolute() else None


def name_of(text: Text) -> str:
    """The file name for a text: its name and words, and the code that reads it."""
    words = f"{fingerprint_of_code()}\0{text.name}\0{text.content}"
    return sha256(words.encode("utf-8", "surrogatepass")).hexdigest() + ".answer"


@lru_cache(maxsize=1)
def fingerprint_of_code() -> str:
    """What changes whenever code or shipped texts do: every file's name, size and time, and Python's version."""
    found = [PACKAGE, *(path for room in ROOMS for path in sorted((PACKAGE / room).rglob("*.[pl][yra]*")))]
    sizes = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in found if path.is_file()]
    return sha256(repr((sys.version, sizes)).encode()).hexdigest()


def digest(words: str | Unread | None) -> str | None:
    """The SHA-256 of some words, or of why there are none to be read, or ``None`` for none."""
    if isinstance(words, Unread):
        return f"it {words.why}"
    return None if words is None else sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
