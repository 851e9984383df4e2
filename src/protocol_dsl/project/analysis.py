"""A protocol's text with its model and its mistakes, worked out or remembered."""

from collections.abc import Mapping
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.base.source import Text
from protocol_dsl.base.values import frozen
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project import memory
from protocol_dsl.project.texts import FolderShelf, NotedShelf, Shelf, read_text

if TYPE_CHECKING:
    from protocol_dsl.syntax.ast import File


@frozen(kw_only=True)
class Checked:
    """A protocol as it was read: ``model`` is ``None`` where an error stands that keeps it from being used.

    An example that fails is an error among ``diagnostics`` as well, and does not. ``texts`` are the protocol and its
    libraries by name.
    """

    text: Text
    model: StudyModel | None
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, Text]


def analysed(path: str | PathLike[str], sources: str | PathLike[str] | None = None) -> Checked:
    """Read the protocol at ``path``; sources are looked for in ``sources`` too.

    The same texts read by the same code give the same answer, which is remembered beside the user's other caches.

    Raises:
        UnreadableProtocolError: It cannot be read at all.
    """
    text = read_text(path)
    shelf = FolderShelf(Path(path).parent, None if sources is None else Path(sources))
    remembered = memory.recall(text, shelf)
    if remembered is not None:
        return Checked(text=text, model=remembered.model, diagnostics=remembered.diagnostics, texts=remembered.texts)
    noted = NotedShelf(shelf)
    checked = analysed_text(text, noted)
    memory.keep(text, noted, memory.Answer(checked.model, checked.diagnostics, checked.texts))
    return checked


def analysed_text(text: Text, shelf: Shelf) -> Checked:
    """Read a protocol that is held as a text, with what ``shelf`` has beside it."""
    # The parser and the checks are the slowest to import, and not needed where the answer is remembered.
    found = import_module("protocol_dsl.semantics.analyse").analyse(text, shelf.library, shelf.source, shelf.libraries)
    texts = {text.name: text, **found.texts}
    diagnostics = tuple(found.diagnostics)
    if found.model is not None and found.model.examples:
        # So is the interpreter, which a text without examples does without.
        failing = import_module("protocol_dsl.project.examples.lint").failing_examples(found.model)
        diagnostics = found.with_more(failing)
    return Checked(text=text, model=found.model, diagnostics=diagnostics, texts=texts)


def with_more(text: Text, more: str, shelf: Shelf) -> StudyModel | None:
    """The model of a protocol with ``more`` at its end; nothing where that is wrong. Its examples are not run."""
    longer = Text(text.name, f"{text.content.rstrip()}\n\n{more}")
    found = import_module("protocol_dsl.semantics.analyse").analyse(
        longer, shelf.library, shelf.source, shelf.libraries
    )
    model: StudyModel | None = found.model
    return model


def tree_of(text: Text) -> "File":
    """The tree of a text, for those who show it."""
    file: File = import_module("protocol_dsl.syntax.parse").parse(text).file
    return file
