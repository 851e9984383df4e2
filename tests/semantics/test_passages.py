"""The passage most like a quotation, and where they differ."""

from random import Random

import pytest
from attrs import frozen

from protocol_dsl.semantics.passages import Search, SourceWords, nearest_passage

RECORD = """Eligibility

Ages Eligible:  18 Years
  and older; proven HIV-1-infection,
a CD4 Cell Count \u2264 200/mm3 and a plasma viral load
above 10,000 HIV RNA copies/ml.
"""


@pytest.mark.parametrize(
    ("quoted", "line", "theirs", "ours"),
    [
        ("18 years and older;", 3, "Years", "years"),
        ("18 Years and over;", 4, "older;", "over;"),
        ("a CD4 Cell Count < 200/mm3 and a plasma", 5, "\u2264", "<"),
        ("a plasma viral load above 10,000 copies/ml.", 6, "HIV RNA", ""),
        ("Ages Eligible are: 18 Years", 3, "Eligible:", "Eligible are:"),
        ("proven HIV-1 infection, a CD4 Cell Count", 4, "HIV-1-infection,", "HIV-1 infection,"),
    ],
)
def test_the_first_words_that_differ_are_told_with_their_line(quoted: str, line: int, theirs: str, ours: str) -> None:
    found = nearest_passage(quoted, SourceWords(RECORD), Search())
    assert found is not None
    assert (found.line, found.theirs, found.quoted) == (line, theirs, ours)


def test_nothing_is_near_what_is_about_something_else() -> None:
    assert nearest_passage("the lazy dog jumps over nobody", SourceWords(RECORD), Search()) is None
    assert nearest_passage("", SourceWords(RECORD), Search()) is None
    assert nearest_passage("18 years", SourceWords(""), Search()) is None


@frozen
class Long:
    """A source of five megabytes, and a sentence in its middle."""

    content: str
    sentence: str


@pytest.fixture(scope="module")
def long() -> Long:
    chance = Random(1)  # noqa: S311 -- words by chance, no secrets
    words = [f"w{chance.randrange(5_000)}" for _ in range(900_000)]
    sentence = " ".join(words[400_000:400_030])
    return Long(" ".join(words), sentence)


def test_little_is_looked_through_even_in_a_long_source(long: Long) -> None:
    search = Search()
    source = SourceWords(long.content)
    changed = long.sentence.split()
    changed[20] = "other"
    found = nearest_passage(" ".join(changed), source, search)
    assert found is not None
    assert (found.words, found.quoted) == (long.sentence, "other")
    for _ in range(200):
        nearest_passage("nothing of this is in it at all, whatever is looked for", source, search)
    assert search.left > -len(long.content) * 2


def test_a_quotation_of_thousands_of_words_is_shown_where_it_differs(long: Long) -> None:
    words = long.content.split()[:3_000]
    words[2_500] = "other"
    found = nearest_passage(" ".join(words), SourceWords(long.content), Search())
    assert found is not None
    assert found.quoted == "other"
    assert len(found.words.split()) == 200
