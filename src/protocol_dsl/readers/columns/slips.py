"""Names that are most likely one of the protocol's, found by a statement: a letter or two off, or inside others."""

import re
from collections.abc import Iterable, Mapping, Sequence

from sqlglot import exp

from protocol_dsl.readers.columns.cells import text
from protocol_dsl.readers.names import FAR
from protocol_dsl.trees import (
    all_of,
    any_of,
    call,
    case,
    column,
    grouped,
    named,
    named_table,
    selected,
    within,
)

SHORTEST = 3
"""Letters of the shortest name that may be misspelt: a slip is less than half of it."""
LONG = 5
"""Letters from which on two of them may be wrong."""
NO_LETTER = "[^a-z0-9]+"


def key(name: str) -> exp.Column:
    """A column of the distinct names of a table."""
    return column(f"key_{name}")


def rows(alias: str, columns: Sequence[str], values: Iterable[Sequence[object]]) -> exp.Select:
    """A small table written in the statement."""
    found = exp.values([tuple(each) for each in values], alias=alias, columns=columns)
    return selected(found, *columns)


def spelled_words(words: Iterable[str]) -> list[tuple[str, int, int]]:
    """Each word that may be misspelt, its letters, and how many of them may be wrong."""
    return [(word, len(word), FAR if len(word) >= LONG else 1) for word in words if len(word) >= SHORTEST]


def slips(of: str, name: str, words: Sequence[str]) -> Mapping[str, exp.Select]:
    """The names of a table that are most likely one of ``words``, misspelt.

    Two letters that changed places are one slip: each word is compared with every pair of its letters swapped too.
    """
    known = spelled_words(words)
    if not known:
        return {}
    spelled, places = f"{of}_spelled", f"{of}_places"
    word, at = column("word"), column("place")
    swapped: exp.Expr = call("left", word.copy(), at.copy() - 1)
    for start, length in ((at.copy() + 1, 1), (at.copy(), 1), (at.copy() + 2, None)):
        part = [exp.Literal.number(str(length))] if length else []
        swapped = exp.DPipe(this=swapped, expression=call("substr", word.copy(), start, *part))
    written = case((at.copy().eq(0), word.copy()), otherwise=swapped)
    far = case((at.copy().eq(0), column("far")), otherwise=grouped(column("far") - 1) * 2)
    # Some databases count bytes, and a letter that is not ASCII has two.
    both = exp.DPipe(this=key(name), expression=word.copy())
    wide = case((exp.RegexpLike(this=both, expression=text("^[ -~]*$")), exp.convert(1)), otherwise=exp.convert(2))
    near = exp.Levenshtein(this=key(name), expression=written) <= grouped(far) * grouped(wide)
    apart = grouped(exp.Length(this=key(name)) - column("letters"))
    is_slip = all_of(apart.between(-FAR, FAR), at.copy() < column("letters"), near, digits(key(name)).eq(digits(word)))
    longest = max(letters for _, letters, _ in known)
    found = selected(f"{of}_asked", named(key(name), "slip")).distinct(copy=False)
    return {
        spelled: rows("v", ("word", "letters", "far"), known),
        places: rows("v", ("place",), [(place,) for place in range(longest)]),
        f"{of}_slips": found.join(spelled, join_type="cross", copy=False)
        .join(places, join_type="cross", copy=False)
        .where(is_slip, copy=False),
    }


def holding(of: str, name: str, words: Sequence[str]) -> Mapping[str, exp.Select]:
    """The names of a table that hold one of ``words``, or signs that stand apart as it does."""
    if not words:
        return {}
    written = exp.RegexpReplace(this=key(name), expression=text(NO_LETTER), replacement=text(" "), modifiers=text("g"))
    padded = exp.DPipe(this=exp.DPipe(this=text(" "), expression=written), expression=text(" "))
    # A word without any such letter is looked for as it stands.
    plain = {word: re.sub(NO_LETTER, " ", word).strip() for word in words}
    wanted = dict.fromkeys(f" {found} " if found else word for word, found in plain.items())
    texts = selected(f"{of}_asked", named(key(name), "slip"), named(padded, "padded")).distinct(copy=False)
    is_held = any_of(*(call("strpos", column(each), column("word")) > 0 for each in ("padded", "slip")))
    found = selected(texts.subquery("texts", copy=False), "slip").distinct(copy=False)
    return {
        f"{of}_wanted": rows("v", ("word",), [(word,) for word in wanted]),
        f"{of}_holding": found.join(named_table(f"{of}_wanted"), join_type="cross", copy=False).where(
            is_held, copy=False
        ),
    }


def digits(written: exp.Expr) -> exp.Expr:
    """The digits of a text: a digit is no letter, ``cd8`` is another cell than ``cd4``."""
    return exp.RegexpReplace(this=written.copy(), expression=text("[^0-9]"), replacement=text(""), modifiers=text("g"))


def among(step: str, name: str) -> exp.Expr:
    """Whether a name is among the slips that a step found."""
    return within(key(name), selected(step, "slip"))
