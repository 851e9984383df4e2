"""Acts without a name and the planned ones that they are: the best choice of all."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from protocol_dsl.interpret.pairs import paired

Ways = Sequence[Mapping[int, int]]
WAYS = st.lists(st.dictionaries(st.integers(0, 4), st.integers(0, 3), max_size=5), max_size=5)


def all_choices(ways: Ways) -> Iterator[dict[int, int]]:
    """Every way to give places to some acts."""
    for places in permutations([*range(5), *[-1] * len(ways)], len(ways)):
        if all(place < 0 or place in ways[act] for act, place in enumerate(places)):
            yield {place: act for act, place in enumerate(places) if place >= 0}


def cost(choice: Mapping[int, int], ways: Ways) -> tuple[int, ...]:
    """What must be least: places without an act, days from the plan, then how late and how far out of order."""
    days = sum(ways[act][place] for place, act in choice.items())
    order = -sum(act * place for place, act in choice.items())
    return -len(choice), days, sum(choice), sum(choice.values()), order


@given(WAYS)
def test_no_other_choice_is_better(ways: Ways) -> None:
    found = paired(ways)
    assert all(place in ways[act] for place, act in found.items())
    assert cost(found, ways) == min(cost(choice, ways) for choice in all_choices(ways))


def test_many_acts_in_many_windows_are_matched_in_order() -> None:
    count = 1_000
    ways = [{place: abs(act - place) for place in range(max(0, act - 3), min(count, act + 4))} for act in range(count)]
    assert paired(ways) == {place: place for place in range(count)}


def test_of_a_thousand_acts_of_one_day_the_first_serve() -> None:
    assert paired([{0: 3, 1: 4}] * 1_000) == {0: 0, 1: 1}


@given(st.lists(st.integers(0, 90), min_size=12, max_size=60))
def test_of_more_acts_than_places_none_lies_nearer(days: Sequence[int]) -> None:
    """With a place for every act in every window, only the days count: those that scipy finds."""
    ways = [{place: abs(day - 7 * place) for place in range(12)} for day in sorted(days)]
    found = paired(ways)
    nearest = linear_sum_assignment([[way[place] for place in range(12)] for way in ways])
    assert len(found) == 12
    assert sum(ways[act][place] for place, act in found.items()) == sum(
        ways[act][place] for act, place in zip(*nearest, strict=True)
    )
