"""Signs that word processors put into texts: reported with their place, and read as what they stand for."""

import re
from unicodedata import normalize

from protocol_dsl.base.diagnostics import Code, Diagnostic, Edit, Fix
from protocol_dsl.base.source import Span, Text

OTHER_SIGN = Code("PD009", "a sign that the language does not have")

# Each stands for a sign of the same length, so that places do not move.
QUOTES = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u0085\u2028\u2029"
SHAPELESS = "\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
RAISED = "\u00b2\u00b3\u00b9\u2070\u2074-\u2079"
WIDE = "\uff01-\uff5e"
LETTERS = dict(
    zip(
        "\u0430\u0441\u0435\u0456\u0458\u043e\u0440\u0455\u0445\u0443\u04bb\u0501\u051b\u051d\u03bf\u03bd"
        "\u0410\u0412\u0421\u0415\u041d\u0406\u0408\u041a\u041c\u041e\u0420\u0405\u0422\u0425"
        "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
        "aceijopsxyhdqwovABCEHIJKMOPSTXABEZHIKMNOPTYX",
        strict=True,
    )
)
"""Cyrillic and Greek letters that nobody tells from a Latin one, and that one."""
ALIKE = "".join(LETTERS)
LATIN = str.maketrans(LETTERS)
SKIPPED = r'"[^"\r\n]*"?|#[^\r\n]*'
ODD = (
    rf"(?P<skip>{SKIPPED})|(?P<pair>[{QUOTES}][^\"{QUOTES}\r\n]*[{QUOTES}])|(?P<quote>[{QUOTES}])"
    rf"|(?P<dash>[{DASHES}])|(?P<power>(?<=\b10)[{RAISED}]+)|(?P<plain>[{RAISED}{WIDE}]+)|(?P<blank>[{BLANKS}]+)"
    rf"|(?<!\w)(?P<alike>\w*[{ALIKE}]\w*)"
    rf"|(?<=[A-Za-z_])(?P<within>[{SHAPELESS}]+)(?=[A-Za-z_])|(?P<shapeless>[{SHAPELESS}]+)"
)
FIRST_CYRILLIC = "\u0400"
# Between quotes and in comments other letters may stand, but none that hide a part of the line or turn its direction.
CONTROL = re.compile(r"[\u0000-\u0008\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]")
ANY_ODD = re.compile(rf"[{QUOTES}{DASHES}{RAISED}{WIDE}{BLANKS}{SHAPELESS}{ALIKE}]")


def mended_signs(text: Text) -> tuple[str, list[Diagnostic]]:
    """The text with such signs replaced, of the same length, and a message for each."""
    content = text.content
    start = 1 if content.startswith("\ufeff") else 0
    if not ANY_ODD.search(content, start):
        return content, []
    found: list[Diagnostic] = []
    parts = [content[:start]]
    end = start
    for odd in re.compile(ODD).finditer(content, start):  # most texts have none, and need no pattern
        parts.append(content[end : odd.start()])
        parts.append(replaced(text.name, odd, found))
        end = odd.end()
    parts.append(content[end:])
    return "".join(parts), found


def replaced(file: str, odd: re.Match[str], found: list[Diagnostic]) -> str:
    """What stands for one match, its message added to ``found``."""
    span = Span(file, odd.start(), odd.end())
    words = odd.group()
    match odd.lastgroup:
        case "pair":
            instead = f'"{words[1:-1]}"'
            found.append(sign(span, 'quotes are straight: "..."', instead))
        case "quote":
            instead = '"'
            found.append(sign(span, 'quotes are straight: "..."', instead))
        case "dash":
            instead = "-"
            found.append(sign(span, f"write - for the dash {words}", instead))
        case "plain":
            instead = normalize("NFKC", words)
            found.append(sign(span, f"write {instead}, not {words}", instead))
        case "power":
            # Read on with its unit by the lexer.
            instead = words
        case "alike":
            instead = words
            latin = words.translate(LATIN)
            if latin.isascii() and re.search(r"[A-Za-z0-9_]", words):
                instead = latin
                found.append(alike(span, words, latin))
        case "within":
            # Read on as one word by the lexer.
            instead = words
            found.append(sign(span, f"a sign without a shape stands in a word ({codes(words)})", ""))
        case "blank":
            instead = " " * len(words)
            found.append(sign(span, f"this blank is not an ordinary one ({codes(words)})", " "))
        case "shapeless":
            instead = " " * len(words)
            found.append(sign(span, f"a sign without a shape stands here ({codes(words)})", ""))
        case _:
            instead = words
            control = CONTROL.search(words)
            if control:
                place = Span(file, span.start + control.start(), span.start + control.end())
                found.append(sign(place, f"a sign without a shape stands here ({codes(control.group())})", ""))
    return instead


def alike(span: Span, words: str, latin: str) -> Diagnostic:
    """That a word has a letter of another script which looks like one of its own."""
    letter = next(sign for sign in words if not sign.isascii())
    script = "Greek" if letter < FIRST_CYRILLIC else "Cyrillic"
    message = f"the letter {LETTERS[letter]} in {latin} is {script}, and only looks the same ({codes(letter)})"
    fix = Fix(f"write {latin}", (Edit(span, latin),))
    return OTHER_SIGN.at(span, message, hint=f"write {latin} anew, with the letters a to z", fix=fix)


def codes(words: str) -> str:
    """The number of the first sign, as its standard writes it."""
    return f"U+{ord(words[0]):04X}"


def sign(span: Span, message: str, instead: str) -> Diagnostic:
    """One such sign with its fix."""
    title = f"write {instead}" if instead.strip() else "write an ordinary blank" if instead else "take it out"
    return OTHER_SIGN.at(span, message, fix=Fix(title, (Edit(span, instead),)))
