"""Where output goes: to standard output, or to a file that appears whole or not at all."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, cast

from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.base.values import frozen
from protocol_dsl.writers.columns import visible
from protocol_dsl.writers.ink import PLAIN, Ink


def ink_of(stream: IO[str] | None) -> Ink:
    """Colour on a terminal, unless ``NO_COLOR`` is set to anything."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return PLAIN
    return Ink(is_coloured=stream is not None and stream.isatty())


@frozen
class Harmless:
    """A terminal that is shown signs and not steered by them; for formats that do not replace them on their own."""

    terminal: IO[str]

    def write(self, text: str) -> int:
        """Write ``text``, its lines kept."""
        return self.terminal.write("\n".join(map(visible, text.split("\n"))))

    def writelines(self, pieces: Iterable[str]) -> None:
        """Write each of ``pieces``."""
        for piece in pieces:
            self.write(piece)

    def isatty(self) -> bool:
        """It is a terminal."""
        return True

    def flush(self) -> None:
        """Hand over what is still held."""
        self.terminal.flush()


def standard_output(form: str) -> IO[str]:
    """Where output goes without a file; only text, which replaces signs itself, may colour a terminal."""
    if form == "text" or not sys.stdout.isatty():
        return sys.stdout
    return cast("IO[str]", Harmless(sys.stdout))


def require_jinja() -> None:
    """Refuse to go on without what pages are written with.

    Raises:
        Stop: Jinja2 is not installed.
    """
    if find_spec("jinja2") is None:
        raise Stop('--format html needs jinja2: pip install "protocol-dsl[report]"')


def spare(output: Path | None, *inputs: str) -> None:
    """Refuse to write over what is read: one of ``inputs``, or a file that is there in a folder of ``inputs``.

    Raises:
        Stop: ``output`` is such a place.
    """
    if output is None:
        return
    target = output.resolve()
    for place in map(Path, inputs):
        source = place.resolve()
        is_inside = place.is_dir() and target.is_relative_to(source) and output.exists()
        if target == source or is_inside:
            raise Stop(f"{output} is what is read: name another place for the output")


def spare_others(folder: Path, headings: Mapping[str, str]) -> None:
    """Refuse to write listings over files that are none: tables of a study can have the same names.

    Args:
        folder: Where they are to be written.
        headings: The first line of each, by the name of its file.

    Raises:
        Stop: A file of such a name is there and does not begin with that line.
    """
    for name, heading in headings.items():
        path = folder / name
        if not path.exists():
            continue
        begins = None
        if path.is_file():
            with path.open("rb") as file:
                begins = file.read(len(heading.encode()))
        if begins != heading.encode():
            raise Stop(no_listing(path))


def no_listing(path: Path) -> str:
    """The words where a listing would take the place of something else."""
    return f"{path} is no listing of protocol-dsl and would be replaced: name another folder"


@contextmanager
def opened(path: Path | None, *, form: str = "text") -> Iterator[IO[str]]:
    """A stream to write to: standard output, or a file.

    Args:
        path: A file is written beside its place and renamed when all went well; standard output when ``None``.
        form: The format of the output.

    Raises:
        Stop: ``path`` is a folder, or its folder is not there.
    """
    if path is not None:
        with beside(path) as file:
            yield file
        return
    out = standard_output(form)
    yield out
    out.flush()


@contextmanager
def beside(path: Path) -> Iterator[IO[str]]:
    """A new file beside ``path`` that takes its place at the end; a pipe or device is written directly."""
    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            yield file
        return
    with replacing(path) as part, part.open("x", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        yield file


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name beside ``path`` under which a file is to be written; at the end it takes the place of ``path``.

    Raises:
        Stop: ``path`` is a folder, or its folder is not there.
    """
    if path.is_dir():
        raise Stop(f"{path} is a folder: name a file to write")
    if not path.parent.is_dir():
        raise Stop(f"there is no folder {path.parent} to write {path.name} in")
    target = path.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.unlink(missing_ok=True)  # of a run that was killed under the same number, as happens in containers
        yield part
        if target.exists():
            part.chmod(stat.S_IMODE(target.stat().st_mode))
        part.replace(target)
    except OSError as error:
        if error.filename == str(part):
            error.filename = str(path)
        raise
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
