"""A protocol's text with its model and its mistakes."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from attrs import frozen

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.base.source import Text
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.texts import FolderShelf, Shelf, read_text
from protocol_dsl.semantics.analyse import analyse
from protocol_dsl.syntax.ast import File


@frozen(kw_only=True)
class Checked:
    """A protocol as it was read: ``model`` is ``None`` where an error stands among ``diagnostics``.

    ``texts`` are the protocol and its libraries by name, ``file`` is the tree of the protocol.
    """

    text: Text
    model: StudyModel | None
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, Text]
    file: File


def analysed(path: str | PathLike[str], sources: str | PathLike[str] | None = None) -> Checked:
    """Read the protocol at ``path``; sources are looked for in ``sources`` too.

    Raises:
        UnreadableProtocolError: It cannot be read at all.
    """
    text = read_text(path)
    return analysed_text(text, FolderShelf(Path(path).parent, None if sources is None else Path(sources)))


def analysed_text(text: Text, shelf: Shelf) -> Checked:
    """Read a protocol that is held as a text, with what ``shelf`` has beside it."""
    found = analyse(text, shelf.library, shelf.source)
    texts = {text.name: text, **found.texts}
    return Checked(text=text, model=found.model, diagnostics=tuple(found.diagnostics), texts=texts, file=found.file)
