"""Output that is kept until all went well: a text on its way to standard output, a folder of listings."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from protocol_dsl.apps.cli.output import opened
from protocol_dsl.apps.cli.stops import Stop


@contextmanager
def spool() -> Iterator[IO[str]]:
    """A place to hold text that may be long, gone afterwards."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        yield file


@contextmanager
def opened_at_end(path: Path | None, *, form: str = "text") -> Iterator[IO[str]]:
    """As :func:`opened`, but what goes to standard output is kept until all went well, as a file is."""
    with opened(path, form=form) as out:
        if path is not None:
            yield out
            return
        with spool() as kept:
            yield kept
            kept.seek(0)
            shutil.copyfileobj(kept, out)


@contextmanager
def folder_beside(path: Path) -> Iterator[Path]:
    """A new folder beside ``path``; at the end each of its files takes its place in ``path``.

    Files of ``path`` that are not written stay as they are.

    Raises:
        Stop: ``path`` is a file, or its parent is not there.
    """
    if path.exists() and not path.is_dir():
        raise Stop(f"{path} is a file: name a folder")
    target = path.resolve()
    if not target.parent.is_dir():
        raise Stop(f"there is no folder {path.parent} to make {path.name} in")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)  # of a run that was killed under the same number
    try:
        part.mkdir()
    except OSError as error:
        error.filename = str(path)
        raise
    try:
        yield part
        if target.is_dir():
            for file in sorted(part.iterdir()):
                file.replace(target / file.name)
        else:
            part.replace(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
