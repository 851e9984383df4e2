"""Why a protocol cannot be loaded."""

from collections.abc import Mapping, Sequence

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.base.source import Text
from protocol_dsl.writers.diagnostics import render_all


class ProtocolError(Exception):
    """A protocol with errors. ``diagnostics`` are all of them, warnings too; ``str()`` shows them with their lines."""

    def __init__(self, diagnostics: Sequence[Diagnostic] = (), texts: Mapping[str, Text] | None = None) -> None:
        """Carry ``diagnostics``, in the order of the text, and the texts they point into, by name."""
        super().__init__(diagnostics)
        self.diagnostics = tuple(diagnostics)
        self.texts = dict(texts or {})

    def __str__(self) -> str:
        """Every diagnostic as ``protocol-dsl lint`` prints it."""
        return "".join(render_all(self.diagnostics, self.texts)).rstrip("\n")


class UnreadableProtocolError(ProtocolError):
    """A file that is not there or is no text, so that there is nothing to point at; ``str()`` is one sentence."""

    def __init__(self, message: str) -> None:
        """Carry the sentence."""
        super().__init__()
        self.message = message

    def __str__(self) -> str:
        """The sentence."""
        return self.message
