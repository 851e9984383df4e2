"""The nearest right word for a misspelt one."""

from bisect import bisect
from collections.abc import Iterable
from difflib import SequenceMatcher
from os.path import commonprefix

LONGEST = 100
"""Letters; a longer word is no slip, and comparing takes the square of it."""
LIKE = 0.6
"""How like a word must be, of 1 that it is the same."""
MOST_COMPARED = 500
"""Of more names than this, only those are compared that begin most like the word."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of ``known`` most like ``word``, or nothing when none is like it.

    >>> nearest("requier", ["require", "exclude"])
    'require'
    """
    if len(word) > LONGEST:
        return None
    candidates = sorted({name for name in known if len(name) <= LONGEST})
    if len(candidates) > MOST_COMPARED:
        middle = max(bisect(candidates, word), MOST_COMPARED // 2)
        candidates = candidates[middle - MOST_COMPARED // 2 : middle + MOST_COMPARED // 2]
    by_fold = {name.casefold(): name for name in reversed(candidates)}
    folded = word.casefold()
    found = folded if folded in by_fold else with_another_figure(folded, by_fold) or closest(folded, by_fold)
    return by_fold[found] if found else None


def with_another_figure(word: str, candidates: Iterable[str]) -> str:
    """Of names with several figures the one that differs by two that are swapped, or by the last; or nothing.

    Of such a name another one without a figure is as like: W50 is W52 rather than W0.

    >>> with_another_figure("w50", ["w0", "w52", "w96"]), with_another_figure("w64", ["w4", "w46"])
    ('w52', 'w46')
    """
    if not word[-2:].isdigit():
        return ""
    near = [name for name in candidates if len(name) == len(word) and name[-1:].isdigit() and is_slip(word, name)]
    swapped = [name for name in near if sorted(name) == sorted(word)]
    last = [name for name in near if name[:-1] == word[:-1]]
    return (swapped or sorted(last) or [""])[0]


def closest(word: str, candidates: Iterable[str]) -> str:
    """The candidate that ``difflib.get_close_matches`` finds first, or nothing.

    That compares every candidate to the end; here one that cannot be as like as the best so far is left at once.
    """
    matcher = SequenceMatcher(b=word)
    best, found = LIKE, ""
    for name in candidates:
        matcher.set_seq1(name)
        if matcher.real_quick_ratio() >= best and matcher.quick_ratio() >= best:
            best, found = max((best, found), (matcher.ratio(), name))
    return found


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The hint ``did you mean W52?``, or an empty one.

    >>> did_you_mean("W53", ["W52", "W96"])
    'did you mean W52?'
    """
    found = nearest(word, known)
    return f"did you mean {found}?" if found else ""


def slip(word: str, known: Iterable[str]) -> str | None:
    """The one of ``known`` that is a single letter away from ``word``, or nothing when there is none or several.

    >>> slip("requier", ["require", "exclude"]), slip("visitt", ["visit", "visits"]), slip("W53", ["W52"])
    ('require', None, 'W52')
    """
    if len(word) > LONGEST:
        return None
    folded = word.casefold()
    near = {name for name in known if name != word and is_slip(folded, name.casefold())}
    return near.pop() if len(near) == 1 else None


def is_slip(one: str, other: str) -> bool:
    """Whether a single letter, or none, is changed, added, dropped or swapped with its neighbour.

    Asked of thousands of names for each misspelt one, and so without a table of distances.

    >>> is_slip("visitt", "visit"), is_slip("vsiit", "visit"), is_slip("visi", "visits")
    (True, True, False)
    """
    same = len(commonprefix((one, other)))  # noqa: RUF071 - letters, not folders, are compared
    mine, theirs = one[same:], other[same:]
    is_swapped = mine[:2] == theirs[1::-1] and mine[2:] == theirs[2:]
    return is_swapped or mine[1:] in (theirs, theirs[1:]) or mine == theirs[1:]


def distance(one: str, other: str, limit: int) -> int:
    """Letters to change, add, drop or swap with a neighbour; ``limit + 1`` when they are more than ``limit``.

    >>> distance("zidovudne", "zidovudine", 2)
    1
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before = before, row
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
