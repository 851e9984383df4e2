"""The reserved words, as the grammar has them; none of them can be a name."""

from protocol_dsl.syntax.expected import keyword_table
from protocol_dsl.syntax.tables import DECLARATIONS, parser


def reserved_words() -> tuple[str, ...]:
    """All words of the language, in the order of the alphabet."""
    return tuple(sorted(set(keyword_table(parser()).values())))


def declaration_words() -> tuple[str, ...]:
    """The words that begin a declaration, in the order of the alphabet."""
    return tuple(sorted(DECLARATIONS))
