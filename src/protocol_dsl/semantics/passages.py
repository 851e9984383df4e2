"""The passage of a source that is most like a quotation which is not in it word for word, and where they differ.

Words are looked for as the source has them, and also in another case; whatever differs is told, but for white space.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from itertools import accumulate
from string import punctuation

from attrs import define, field

from protocol_dsl.base.values import frozen

SEEDS = (6, 3, 2, 1)
"""Words in a row that a quotation and its passage must share, longer runs first."""
MOST_SEEDS = 40
MOST_PLACES = 5
MOST_WORDS = 200
SLACK = 4
"""Words that a passage may have more than its quotation, on either side."""
LIKE_ENOUGH = 0.5
SHORTEST_ALONE = 5
"""Letters of a word that may be a seed by itself."""
FEW_WORDS = 8


@define
class Search:
    """How many characters may still be looked through for all quotations together: half a second."""

    left: int = 500_000_000


@frozen(slots=False)
class SourceWords:
    """The words of a source, with the line of each; worked out once a quotation of it is not found."""

    content: str = field(repr=False)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words in order."""
        return tuple(self.content.split())

    @cached_property
    def lowered(self) -> str:
        """The words in lower case, with a blank before and after each."""
        return f" {' '.join(self.words).lower()} "

    @cached_property
    def line_ends(self) -> tuple[int, ...]:
        """How many words there are up to the end of each line."""
        return tuple(accumulate(len(line.split()) for line in self.content.split("\n")))

    def line(self, place: int) -> int:
        """The line, from 1, of the word at a place."""
        return bisect_right(self.line_ends, place) + 1

    def places(self, seed: str, search: Search) -> Iterator[int]:
        """The places of the first words of what is like ``seed``, a few of them."""
        at = -1
        for _ in range(MOST_PLACES):
            if search.left < 0:
                return
            at = self.lowered.find(f" {seed} ", at + 1)
            search.left -= len(self.lowered)
            if at < 0:
                return
            yield self.lowered.count(" ", 0, at)


@frozen
class Passage:
    """What a source has instead of a quotation: its words, the line of the first that differ, these, those quoted."""

    words: str
    line: int
    theirs: str
    quoted: str
    likeness: float


def nearest_passage(fragment: str, source: SourceWords, search: Search) -> Passage | None:
    """The passage most like ``fragment``, or nothing when none is like it or enough was looked through."""
    words = around_difference(fragment.split(), source, search)
    lowered = [word.lower() for word in words]
    for length in SEEDS:
        found = [
            passage
            for start in seed_starts(lowered, length)
            for place in source.places(" ".join(lowered[start : start + length]), search)
            if (passage := passage_at(place - start, words, source))
        ]
        if found:
            return max(found, key=lambda passage: passage.likeness)
    return None


def around_difference(words: Sequence[str], source: SourceWords, search: Search) -> Sequence[str]:
    """The words of a quotation; of a long one those around the first that differ."""
    if len(words) <= MOST_WORDS:
        return words
    known, unknown = 0, len(words)
    while unknown - known > 1:
        middle = (known + unknown) // 2
        search.left -= len(source.lowered)
        if search.left < 0:
            break
        is_there = f" {' '.join(words[:middle]).lower()} " in source.lowered
        known, unknown = (middle, unknown) if is_there else (known, middle)
    start = max(0, known - MOST_WORDS // 2)
    return words[start : start + MOST_WORDS]


def seed_starts(lowered: Sequence[str], length: int) -> Sequence[int]:
    """Where runs of ``length`` words begin, at most so many; of single words the longest."""
    if length == 1:
        long = [place for place, word in enumerate(lowered) if len(word) >= SHORTEST_ALONE]
        return sorted(long, key=lambda place: -len(lowered[place]))[:MOST_PLACES]
    starts = range(len(lowered) - length + 1)
    return starts[:: max(1, -(-len(starts) // MOST_SEEDS))]


def passage_at(start: int, words: Sequence[str], source: SourceWords) -> Passage | None:
    """The passage about where ``words`` would begin at ``start``, if it is like them."""
    first = max(0, start - SLACK)
    window = source.words[first : max(0, start) + len(words) + SLACK]
    same = [step for step in matched(window, words).get_opcodes() if step[0] == "equal"]
    if not same:
        return None
    begin = max(0, same[0][1] - same[0][3])
    theirs = ends_cut(window[begin : same[-1][2] + len(words) - same[-1][4]], words)
    likeness = matched(theirs, words).ratio()
    if likeness < LIKE_ENOUGH:
        return None
    at, has, quoted = difference(theirs, words)
    return Passage(" ".join(theirs), source.line(first + begin + at), has, quoted, likeness)


def matched(theirs: Sequence[str], words: Sequence[str]) -> SequenceMatcher[str]:
    """Which words are alike but for upper and lower case and the signs around them."""
    return SequenceMatcher(None, list(map(bare, theirs)), list(map(bare, words)), autojunk=False)


def bare(word: str) -> str:
    """A word in lower case without the signs around it."""
    return word.lower().strip(punctuation) or word


def ends_cut(theirs: Sequence[str], words: Sequence[str]) -> Sequence[str]:
    """The words of a passage without what stands before and after the quotation in its first and its last word."""
    cut = list(theirs)
    if cut and cut[0].endswith(words[0]):
        cut[0] = words[0]
    if cut and cut[-1].startswith(words[-1]):
        cut[-1] = words[-1]
    return cut


def difference(theirs: Sequence[str], words: Sequence[str]) -> tuple[int, str, str]:
    """The place of the first words that differ, those of the source and those quoted, upper and lower case apart."""
    for kind, i, j, k, m in SequenceMatcher(None, theirs, words, autojunk=False).get_opcodes():
        if kind != "equal":
            return i, " ".join(theirs[i:j][:FEW_WORDS]), " ".join(words[k:m][:FEW_WORDS])
    return 0, "", ""
