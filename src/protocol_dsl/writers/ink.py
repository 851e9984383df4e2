"""Colour for a terminal, or none."""

from typing import Literal, TypeAlias

from protocol_dsl.base.values import frozen

Tone: TypeAlias = Literal["error", "warning", "note", "good", "place", "strong", "faint"]

CODES: dict[Tone, str] = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "good": "32",
    "place": "1;34",
    "strong": "1",
    "faint": "2",
}


@frozen
class Ink:
    """Words in a tone: ANSI sequences when ``is_coloured``, the bare words otherwise."""

    is_coloured: bool = False

    def __call__(self, words: str, tone: Tone) -> str:
        """``words`` in ``tone``.

        >>> Ink()("missed", "error")
        'missed'
        """
        return f"\x1b[{CODES[tone]}m{words}\x1b[0m" if self.is_coloured and words else words


PLAIN = Ink()
