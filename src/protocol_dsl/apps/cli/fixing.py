"""``protocol-dsl lint --fix``: repairs written into the file, which appears whole or not at all."""

import codecs
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from protocol_dsl.apps.cli.aloud import told
from protocol_dsl.apps.cli.output import beside
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.base.diagnostics import Safety
from protocol_dsl.project.errors import UnreadableProtocolError
from protocol_dsl.project.fixes import Made, repaired
from protocol_dsl.project.texts import FolderShelf, read_text


def repair_all(
    protocols: tuple[str, ...], sources: Path | None, safeties: tuple[Safety, ...], *, is_quiet: bool
) -> None:
    """Repair each file and say on standard error what was done; of one that cannot be read the lint itself tells."""
    for path in dict.fromkeys(protocols):
        with suppress(UnreadableProtocolError):
            for each in repair_file(path, sources, safeties):
                if not is_quiet:
                    told(line_of(path, each))


def repair_file(path: str, sources: Path | None, safeties: Collection[Safety]) -> tuple[Made, ...]:
    """Make the fixes of some grades in a file, and say which; the file is untouched where there are none.

    Raises:
        UnreadableProtocolError: The file cannot be read.
        Stop: It is no file, or changed while it was being repaired.
    """
    place = Path(path)
    text = read_text(path)
    if not place.is_file():
        raise Stop(f"{path} is no file, so that nothing can be repaired in it")
    before = place.read_bytes()
    found = repaired(text, FolderShelf(place.parent, sources), safeties)
    if not found.made:
        return ()
    if read_text(path) != text or place.read_bytes() != before:
        raise Stop(f"{path} changed while it was being repaired, and was left as it is")
    mark = codecs.BOM_UTF8.decode() if before.startswith(codecs.BOM_UTF8) else ""
    with beside(place) as file:
        file.write(mark + found.text.content)
    return found.made


def line_of(path: str, made: Made) -> str:
    """What was repaired, in a line: ``a.proto:12: PD007: write <=``."""
    return f"{path}:{made.line}: {made.diagnostic.code.number} repaired: {made.fix.title}"
