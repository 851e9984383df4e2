"""What is wrong with a text that should be JSON, in plain words."""

from collections.abc import Mapping
from json import JSONDecodeError

WORDS: Mapping[str, str] = {
    "Expecting property name": "a name in double quotes is expected",
    "Expecting ':'": "a colon is expected",
    "Expecting ','": "a comma or the closing bracket is expected",
    "Expecting value": "a value is expected",
    "Extra data": "nothing more is expected",
    "Unterminated string": "the text that begins here is never closed",
    "Invalid control character": "a line end, tab or other control sign stands in a text",
    "Invalid \\": "a backslash stands before a sign that it does not go with",
    "Illegal trailing comma": "a comma stands before the closing bracket",
}
"""How the messages of Python begin, and what they mean."""

OTHERWISE = "something else is expected"


def mistake(error: JSONDecodeError) -> str:
    """What is wrong and where: the line in a text of several lines, and the character, both from 1.

    >>> mistake(JSONDecodeError("Expecting value", "[1,", 3))
    'a value is expected at character 4'
    """
    words = next((plain for start, plain in WORDS.items() if error.msg.startswith(start)), OTHERWISE)
    if "\n" in error.doc.strip():
        return f"{words} at line {error.lineno}, character {error.colno}"
    return f"{words} at character {error.pos + 1}"
