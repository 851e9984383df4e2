"""The nearest right word, found soon among thousands: the same as by the table and by difflib."""

from difflib import get_close_matches
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.base.nearest import closest, distance, is_slip

WORDS = ["".join(letters) for length in range(6) for letters in product("ab", repeat=length)]


def test_a_slip_is_a_distance_of_one() -> None:
    words = [*WORDS, "abc", "acb", "bac", "cab", "abcd", "abdc"]
    assert all(is_slip(one, other) == (distance(one, other, 1) <= 1) for one, other in product(words, repeat=2))


@given(word=st.sampled_from(WORDS[1:]), names=st.lists(st.sampled_from(WORDS[1:]), unique=True, max_size=12))
def test_the_closest_name_is_the_one_that_difflib_finds_first(word: str, names: list[str]) -> None:
    assert closest(word, names) == next(iter(get_close_matches(word, names, n=1, cutoff=0.6)), "")
