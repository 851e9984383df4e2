"""What of a text any layout keeps, and the same text with blanks and comments strewn in."""

import re
from random import Random

PART = re.compile(r'"[^"\r\n]*"?|#[^\r\n]*|[ \t\r\n]+|[^\s"#]+')
GAPS = (" ", "  ", "\t", "\n  ", "\n\n\n      ", "\r\n\t", " # why\n  ", "\n# column 0\n  ", "\n   # above \n\n  ")


def comments(content: str) -> list[str]:
    """The comments of a text in their order, rules of any length as one."""
    found = [part.rstrip() for part in PART.findall(content) if part.startswith("#")]
    return [re.sub(r"^#[ \t]*-{4,}([ \t]+-{4,}$)?", "# ----", part) for part in found]


def signs(content: str) -> str:
    """All that is neither a comment nor a blank outside quotes."""
    return "".join(part for part in PART.findall(content) if not part.startswith("#") and part.strip())


def strewn(content: str, seed: int, share: float) -> str:
    """``content`` with other blanks and line ends, and comments, between its words."""
    chance = Random(seed)  # noqa: S311 -- changes to a text, no secrets
    parts = PART.findall(content)
    return "".join(chance.choice(GAPS) if part.isspace() and chance.random() < share else part for part in parts)
