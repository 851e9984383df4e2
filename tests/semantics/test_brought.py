"""What a text brings in from libraries that use libraries, and what is added to its lists."""

import pytest
from tests.diagnostics.test_codes import Shown

from protocol_dsl.base.source import Text
from protocol_dsl.project.fixes import repaired

HEAD = """protocol T "T"
  language 1
anchor SCR is screening
eligibility at SCR
history events complete
exclusion X1 "E" exclude if bad
"""
INNER = """library inner "I"
  language 1
measure alt "ALT" in U/L
ladder alt_grade "Grades" of alt
  grade 1 above 40 U/L
  grade 2 above 120 U/L
event crisis "Crisis" grades 1 to 5
"""
MIDDLE = """library middle "M"
  language 1
use inner (alt, alt_grade, crisis)
define high "High" as latest alt_grade before screening >= grade 2
"""
OUTER = """library outer "O"
  language 1
use middle (high)
use inner (alt, alt_grade, crisis)
attribute told "Told" is yes or no
define bad "Bad" as high or told is yes or any crisis before screening
"""


def texts(uses: str) -> Shown:
    """A protocol that uses ``outer``, which uses ``middle`` and ``inner``."""
    beside = {name: Text(f"{name}.proto", text) for name, text in BESIDE.items()}
    return Shown(Text("case.proto", HEAD + uses), beside)


BESIDE = {"outer": OUTER, "middle": MIDDLE, "inner": INNER}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "use outer (bad)  # entry\n",
            "use middle (high)\nuse inner (crisis, alt_grade, alt)\nuse outer (bad, told)  # entry\n",
            id="lines of their own for libraries that the protocol does not use",
        ),
        pytest.param(
            "use inner (alt)\nuse middle (high)\nuse outer (bad, told)\n",
            "use inner (alt, alt_grade, crisis)\nuse middle (high)\nuse outer (bad, told)\n",
            id="into the lists that there are, one definition after the other",
        ),
    ],
)
def test_what_is_read_is_brought_in_from_the_library_that_declares_it(before: str, after: str) -> None:
    shelf = texts(before)
    found = repaired(shelf.protocol, shelf).text
    assert found.content == HEAD + after
    assert Shown(found, shelf.beside).found() == []


def test_a_name_that_both_libraries_hand_on_is_one_thing() -> None:
    assert texts("use outer (bad, told, high, alt, alt_grade, crisis)\n").found() == []


def test_a_name_used_and_declared_is_not_told_of_what_reads_it() -> None:
    found = texts('use outer (bad, told, high, alt, alt_grade, crisis)\nmeasure alt "ALT" in mmol/L\n').found()
    assert [mistake.code.number for _, _, mistake in found if mistake.severity == "error"] == ["PD107"]
