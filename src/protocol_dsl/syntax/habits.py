"""Habits of other notations that one can read on with: each is reported, mended, and the reading goes on."""

import re
from unicodedata import normalize

from lark import Token

from protocol_dsl.base.diagnostics import Code, Diagnostic, Edit, Fix
from protocol_dsl.syntax.session import Session
from protocol_dsl.syntax.signs import OTHER_SIGN, SHAPELESS

GLUED = Code("PD005", "a blank is missing here")
OTHER_NUMBER = Code("PD006", "a number is written otherwise")
OTHER_COMPARISON = Code("PD007", "this comparison is written otherwise")
HYPHEN = Code("PD008", "names have no hyphens")
SPLIT_POINT = Code("PD010", "a point in study time is one word")
OTHER_DATE = Code("PD017", "a date is written otherwise")

ONE_WORD = {"log-rank": "logrank", "icd-10": "icd10", "icd-9": "icd9", "icd-11": "icd11", "snomed-ct": "snomed"}
"""Words with a hyphen that the language writes without."""
SHAPELESS_ONES = re.compile(f"[{SHAPELESS}]+")
SIGNS = {"\u2264": "<=", "\u2265": ">=", "\u2260": "!=", "=<": "<=", "=>": ">=", "==": "=", "<>": "!=", "<<": "<"}


def longer(token: Token, more: str, value: str, kind: str | None = None) -> Token:
    """``token`` and the characters ``more`` after it, read as ``value``."""
    begin = token.start_pos or 0
    end = begin + len(str(token.value)) + len(more)
    return Token(kind or token.type, value, begin, end_pos=end)


def mended(session: Session, token: Token, code: Code, message: str, hint: str = "") -> Diagnostic:
    """The message that the words of ``token`` stand for another spelling, with the fix that is safe."""
    span = session.token(token)
    words = str(token.value)
    return code.at(span, message, hint=hint, fix=Fix(f"write {words}", (Edit(span, words),)))


def glued(session: Session, token: Token, _more: str) -> tuple[Token, Diagnostic]:
    """PD005: ``200cells``."""
    span = session.token(token)
    after = type(span)(span.file, span.end, span.end)
    message = f"write a blank between the number {token} and its unit"
    return token, GLUED.at(span, message, fix=Fix("write a blank", (Edit(after, " "),)))


def comma(session: Session, token: Token, more: str) -> tuple[Token, Diagnostic | None]:
    """PD006: ``4,5``, and ``10,000`` of which one cannot know what it means."""
    tail = more[1:]
    written = f"{token}{more}"
    if "," not in tail and "." not in tail and len(tail) != 3:  # noqa: PLR2004 -- three digits may be thousands
        new = longer(token, more, f"{token}.{tail}")
        return new, mended(session, new, OTHER_NUMBER, f"decimals follow a point: {new}, not {written}")
    new = longer(token, more, f"{token}{more.replace(',', '_')}")
    span = session.token(new)
    if "," in tail or "." in tail:
        return new, mended(session, new, OTHER_NUMBER, f"thousands are grouped with _: {new}, not {written}")
    hint = f"write {token}_{tail} for thousands, {token}.{tail} for decimals"
    return new, OTHER_NUMBER.at(span, f"{written} can be read in two ways", hint=hint)


def groups(session: Session, token: Token, more: str) -> tuple[Token, Diagnostic]:
    """PD006: ``10 000``."""
    new = longer(token, more, str(token) + "_".join(["", *more.split()]))
    return new, mended(session, new, OTHER_NUMBER, f"thousands are grouped with _: {new}, not {token}{more}")


def exponent(session: Session, token: Token, more: str) -> tuple[Token, Diagnostic]:
    """PD006: ``1e9``."""
    new = longer(token, more, str(token))
    hint = "write all its digits, such as 10_000"
    return new, OTHER_NUMBER.at(session.token(new), f"{token}{more} is not how a number is written here", hint=hint)


def times_power(session: Session, token: Token, more: str) -> tuple[Token, Diagnostic]:
    """PD006: ``100 x 10^9/L``, of which all after the number is the unit."""
    new = longer(token, more, str(token))
    span = session.token(new)
    fix = Fix("take out the sign", (Edit(span, f"{token} "),))
    message = f"10^ and what follows is the unit, so that no{more.rstrip()} stands between {token} and it"
    return new, OTHER_NUMBER.at(span, message, fix=fix)


def power(session: Session, token: Token, more: str) -> tuple[Token, Diagnostic]:
    """PD006: ``10e9/L``, and a power that is raised, as printers have it."""
    digits, *rest = normalize("NFKC", more).lstrip("eE").partition("/")
    new = longer(token, more, f"{token}^{digits}{''.join(rest)}", "UNIT")
    return new, mended(session, new, OTHER_NUMBER, f"write {new}, not {token}{more}")


def operator(session: Session, token: Token, more: str) -> tuple[Token, Diagnostic | None]:
    """PD007: ``=<``, ``==``, ``<>``."""
    sign = SIGNS.get(f"{token}{more}")
    if sign is None:
        return token, None
    new = longer(token, more, sign)
    return new, mended(session, new, OTHER_COMPARISON, f"write {sign}, not {token}{more}")


def hyphen(session: Session, token: Token, more: str) -> tuple[Token, Diagnostic]:
    """PD008: ``il-2``, ``log-rank``."""
    if instead := ONE_WORD.get(f"{token}{more}".casefold()):
        new = longer(token, more, instead)
        return new, mended(session, new, HYPHEN, f"write {new} as one word, without a hyphen")
    new = longer(token, more, f"{token}{more.replace('-', '_')}")
    hint = f"write {new}, or blanks around the - where it means to subtract"
    return new, HYPHEN.at(session.token(new), f"{token}{more} has a hyphen, and names have none", hint=hint)


def split_point(session: Session, token: Token, more: str) -> tuple[Token, Diagnostic]:
    """PD010: ``W 52``."""
    new = longer(token, more, f"{token}{more.strip()}")
    return new, mended(session, new, SPLIT_POINT, f"write {new} as one word")


def noughts(session: Session, token: Token, more: str) -> tuple[Token, Diagnostic]:
    """PD006: ``2OO``, with letters for noughts."""
    new = longer(token, more, f"{token}{'0' * len(more)}")
    return new, mended(session, new, OTHER_NUMBER, f"write {new}, with the figure 0 and not the letter O")


def joined(_session: Session, token: Token, more: str) -> tuple[Token, None]:
    """A word with a sign without a shape in it, which was told of before."""
    word = SHAPELESS_ONES.sub("", f"{token}{more}")
    return longer(token, more, word), None


def letters(session: Session, token: Token, more: str) -> tuple[Token, Diagnostic]:
    """PD009: ``sévère``; letters that are two in one, as printers have them, are read as two."""
    kind = "NAME" if token.type == "STRAY" else None
    plain = normalize("NFKC", f"{token}{more}")
    if plain.isascii():
        new = longer(token, more, plain, kind)
        return new, mended(session, new, OTHER_SIGN, f"write {plain} letter by letter, not {token}{more}")
    new = longer(token, more, f"{token}{more}", kind)
    hint = "other letters may stand in titles, between quotes"
    message = f"{new} has a letter other than a to z, which names cannot have"
    return new, OTHER_SIGN.at(session.token(new), message, hint=hint)


def other_date(session: Session, token: Token, more: str) -> tuple[Token, Diagnostic]:
    """PD017: ``14/06/2004``, ``2004-6-14``."""
    written = f"{token}{more}"
    new = longer(token, more, "2000-01-01", "DATE")
    hint = "write year-month-day, such as 2004-06-14, or 2004-06 where the day is not known"
    return new, OTHER_DATE.at(session.token(new), f"{written} is not how a date is written here", hint=hint)
