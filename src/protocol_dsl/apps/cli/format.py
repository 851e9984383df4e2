"""``protocol-dsl format``."""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path

import click

from protocol_dsl.apps.cli.aloud import told
from protocol_dsl.apps.cli.endings import COULD_NOT_RUN, FOUND, say
from protocol_dsl.apps.cli.options import quiet_option
from protocol_dsl.apps.cli.output import beside, opened
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.base.source import Span, Text, Unread
from protocol_dsl.base.values import frozen
from protocol_dsl.project.errors import UnreadableProtocolError
from protocol_dsl.project.texts import MOST_BYTES, decoded, read_text
from protocol_dsl.syntax.layout import laid_out

STANDARD_INPUT = "-"
FEW = 5
NO_LINE_END = "\\ No newline at end of file\n"


@frozen
class Formatted:
    """One text before and after; ``path`` is where it is written, standard output when ``None``."""

    name: str
    before: str
    after: str
    path: Path | None

    @property
    def is_changed(self) -> bool:
        """Whether the layout changed anything."""
        return self.before != self.after


@click.command("format", short_help="The one layout of a protocol.")
@click.argument("protocols", metavar="PROTOCOL...", nargs=-1, required=True)
@click.option("--check", is_flag=True, help="Write nothing; name the files that would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
@quiet_option
def format_(*, protocols: tuple[str, ...], check: bool, diff: bool, quiet: bool) -> int:
    """Lay out each PROTOCOL in the one way; `-` is standard input, laid out on standard output.

    The meaning, the words and their order, and every comment stay. A declaration that cannot be read is left as it is.

    Exit codes: 0 done, 1 with --check or --diff where something would change, 2 a file could not be read or written.

    Example: protocol-dsl format --diff protocols/anrs123.proto
    """
    is_trial = check or diff
    changed: list[str] = []
    has_failed = False
    with opened(None, form="diff") as out:
        for name in dict.fromkeys(protocols):
            try:
                found = formatted(name, quiet=quiet)
                if found.path is None and not is_trial:
                    out.write(found.after)
                elif found.path is not None and found.is_changed and not is_trial:
                    replace(found.path, found.after)
            except (UnreadableProtocolError, Stop) as error:
                say(str(error))
                has_failed = True
                continue
            if found.is_changed:
                changed.append(found.name)
                if diff:
                    out.writelines(differences(found))
    if not quiet and (changed or is_trial):
        told(f"{'would change' if is_trial else 'changed'}: {', '.join(changed) or 'nothing'}")
    if has_failed:
        return COULD_NOT_RUN
    return FOUND if is_trial and changed else 0


def formatted(name: str, *, quiet: bool) -> Formatted:
    """One text laid out.

    Raises:
        UnreadableProtocolError: There is no such text, or it cannot be read.
    """
    if name == STANDARD_INPUT:
        content = sys.stdin.buffer.read(MOST_BYTES + 1)
        words = decoded(content)
        if isinstance(words, Unread):
            raise UnreadableProtocolError(f"standard input {words.why}")
        text, path = Text("standard input", words), None
    else:
        text = read_text(name)
        path = Path(name) if Path(name).is_file() else None
        content = path.read_bytes() if path else text.content.encode("utf-8")
    layout = laid_out(text)
    if layout.left and not quiet:
        told(left_words(text, layout.left))
    return Formatted(text.name, content.decode("utf-8"), layout.content, path)


def left_words(text: Text, left: Sequence[Span]) -> str:
    """Say which declarations were left as they are."""
    lines = [str(text.position(span.start).line) for span in left]
    if len(lines) == 1:
        return f"{text.name}:{lines[0]}: cannot be read and is left as it is; lint says why"
    more = f" and {len(lines) - FEW:,} more" if len(lines) > FEW else ""
    where = f"lines {', '.join(lines[:FEW])}{more}"
    return f"{text.name}: {len(lines):,} declarations cannot be read and are left as they are ({where}); lint says why"


def replace(path: Path, content: str) -> None:
    """Write ``content`` beside ``path``, then let it take its place, with the same permissions.

    Raises:
        Stop: The file may not be written.
    """
    if not os.access(path, os.W_OK):
        raise Stop(f"{path} may not be written")
    with beside(path) as file:
        shutil.copymode(path, file.name)
        file.write(content)


def differences(found: Formatted) -> Iterator[str]:
    """What changed, as ``diff -u`` writes it."""
    for line in unified_diff(lines(found.before), lines(found.after), found.name, found.name):
        yield line if line.endswith("\n") else f"{line}\n{NO_LINE_END}"


def lines(content: str) -> list[str]:
    """The lines with their ends, which are those of ``diff`` alone."""
    *whole, last = content.split("\n")
    return [*(f"{line}\n" for line in whole), *([last] if last else [])]
