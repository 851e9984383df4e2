"""Which windows share a day."""

from tests.semantics.texts import read

ARMS = """
treatment care "Care"
arm a "A" gives care
arm b "B" gives care
visits W4 window ± 10 days arms a
visits W5 window ± 3 days arms b
visits W6 window ± 10 days arms a
"""


def test_a_visit_of_another_arm_between_two_hides_nothing() -> None:
    found = [each.message for each in read(ARMS).diagnostics if each.code.number == "PD208"]
    assert found == ["the windows of W4 and W6 share 7 days"]


def test_a_wide_window_reaches_beyond_the_next_visit() -> None:
    texts = "visits W4 window -0 to +20 days\nvisits W5, W6 window ± 1 days"
    found = [each.message for each in read(texts).diagnostics if each.code.number == "PD208"]
    assert found == ["the windows of W4 and W5 share 3 days", "the windows of W4 and W6 share 3 days"]


SERIES = """
milestone progression "Progression"
visits S "Weekly" at W1
  then every 1 weeks until progression
  window ± 4 days
treatment chemo "Chemotherapy"
  cycles every 21 days from W0 until progression
arm a "A"
  gives chemo
visits C "In cycles" at cycle day 1, 8 of chemo
  window ± 4 days
"""


def test_visits_of_a_series_are_held_to_one_another_once() -> None:
    found = [each.message for each in read(SERIES).diagnostics if each.code.number == "PD208"]
    assert found == ["the windows of S1 and S2 share 2 days", "the windows of C1D1 and C1D8 share 2 days"]


BESIDE = """
visits S "Every four weeks" at W4
  then every 4 weeks until W12
  window ± 3 days
visits W8, W16
  window ± 3 days
"""


def test_visits_of_a_series_are_held_to_others_up_to_the_point_that_ends_it() -> None:
    found = [each.message for each in read(BESIDE).diagnostics if each.code.number == "PD208"]
    assert found == ["the windows of S2 and W8 share 7 days"]
