"""The checks, in their order; each takes the document and yields what it found."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.semantics.document import Document

Check: TypeAlias = Callable[[Document], Iterator[Diagnostic]]

PASSES: tuple[Check, ...] = ()
