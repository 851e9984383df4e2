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
