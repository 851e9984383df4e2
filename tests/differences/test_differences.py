"""What differs in meaning, in words; and that no part of a model can differ unseen."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from attrs import evolve, fields, has
from tests.semantics.texts import read

from protocol_dsl.differences.compare import compare
from protocol_dsl.differences.meaning import WITHOUT_MEANING
from protocol_dsl.differences.versions import between, differences, up_to
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.study import load

Way: TypeAlias = tuple[str | int, ...]
ROOT = Path(__file__).resolve().parents[2]
BASE = """
amendment AM1 "More cells" in force 2005-06-01
inclusion I5 "Low CD4 count"
  require latest cd4 within 28 days before SCR <= 200 cells/mm3 and age at SCR >= 18 years
inclusion I5 "Low CD4 count"
  require latest cd4 within 28 days before SCR <= 250 cells/mm3 and age at SCR >= 18 years
  since AM1
treatment il2 "Interleukin"
  cycles up to 3 from W2, spaced 4 weeks
  dose 4 mg
arm active "Active" gives il2
visits W12, W24
  window ± 7 days
  assess cd4
visit W36
  window ± 7 days
  since AM1
prohibit PI from W0 to W52
"""


def lowered(content: str) -> StudyModel:
    found = read(content)
    assert found.model is not None, [mistake.message for mistake in found.diagnostics]
    return found.model


def told(new: str, old: str = BASE) -> list[str]:
    return [change.message for change in differences(lowered(old), lowered(new))]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "visits W12, W24\n  window ± 7 days",
            "visits W12, W24\n  window ± 14 days",
            ["W12: window widened from ± 7 days to ± 14 days", "W24: window widened from ± 7 days to ± 14 days"],
        ),
        ("cycles up to 3", "cycles up to 4", ["il2: number of cycles changed from 3 to 4"]),
        ("spaced 4 weeks", "spaced 5 weeks", ["il2: cycle spacing changed from 4 weeks to 5 weeks"]),
        ("dose 4 mg", "dose 5 mg", ["il2: amount changed from 4 to 5"]),
        ("dose 4 mg", "dose 0.004 g", []),
        ("dose 4 mg", "dose 4 g", ["il2: unit changed from mg to g"]),
        ("from W0 to W52", "from W0 to W48", ["PI: end moved from W52 to W48"]),
        ("  assess cd4", "  assess cd4, hiv_rna", [f"{name}: assessments: hiv_rna added" for name in ("W12", "W24")]),
        (
            "<= 250 cells/mm3",
            "<= 300 cells/mm3",
            ["as amended by AM1: I5: limit moved from 250 cells/mm3 to 300 cells/mm3"],
        ),
        (
            "<= 200 cells/mm3",
            "<= 150 cells/mm3",
            ["as first written: I5: limit moved from 200 cells/mm3 to 150 cells/mm3"],
        ),
        ("in force 2005-06-01", "in force 2005-07-01", ["AM1: day in force moved from 2005-06-01 to 2005-07-01"]),
        ("visit W36", "visit W48", ["as amended by AM1: visit W48 added", "as amended by AM1: visit W36 removed"]),
        ('arm active "Active"', 'arm active "Active" ratio 2', ["active: ratio changed from 1 to 2"]),
    ],
)
def test_a_difference_in_words(before: str, after: str, expected: list[str]) -> None:
    assert before in BASE
    assert told(BASE.replace(before, after)) == expected


def test_layout_order_comments_and_names_of_definitions_make_no_difference() -> None:
    visits = "visits W12, W24\n  window ± 7 days\n  assess cd4\n"
    other = (
        BASE.replace(visits, "")
        + "# moved\nvisit W24\n  assess cd4\n  window -7 to +7 days\n"
        + visits.replace(", W24", "")
    )
    named = other.replace(
        "latest cd4 within 28 days before SCR <= 200 cells/mm3 and age at SCR >= 18 years",
        "age at SCR >= 18 years and low",
    )
    named += '\ndefine low "Low" as latest cd4 within 4 weeks before SCR <= 0.2 cells/nL\n'
    assert told(named) == []


def test_an_amendment_that_came_is_told_with_what_it_changes() -> None:
    amended = (
        BASE + 'amendment AM2 "Wider" in force 2006-01-01\nvisit W24\n  window ± 9 days\n  assess cd4\n  since AM2\n'
    )
    added = [
        "amendment AM2 added, in force 2006-01-01",
        "as amended by AM2: W24: window widened from ± 7 days to ± 9 days",
    ]
    assert told(amended) == added
    assert told(BASE, old=amended) == ["amendment AM2 removed, which was in force 2006-01-01"]


def test_what_reads_as_before_is_told_by_what_it_stands_for() -> None:
    old = "anchor SCR is screening\n" + BASE + 'interval gap "Gap" at most 14 days from SCR to W0\n'
    new = old.replace("SCR is screening", "SCR is consent")
    found = told(new, old=old)
    assert "gap: start moved from SCR (screening) to SCR (consent)" in found
    words = "latest cd4 within 28 days before SCR <= 200 cells/mm3 and age at SCR >= 18 years"
    assert f"as first written: I5: test reads as before, and what it names has changed: {words}" in found


def test_two_amendments_of_one_text() -> None:
    model = lowered(BASE)
    assert [change.message for change in between(model, "original", "AM1")] == [
        "I5: limit moved from 200 cells/mm3 to 250 cells/mm3",
        "visit W36 added",
    ]
    assert [version.name for version in up_to(model, "original").versions] == [""]


# ------------------------------------------------------------------------------------------------ every part of a model
def parts(part: Any, path: Way = ()) -> Iterator[tuple[Any, Way]]:  # noqa: ANN401 - any part of a model
    """Every part of a model that is itself made of fields, with the way to it."""
    if isinstance(part, tuple):
        for place, each in enumerate(part):
            yield from parts(each, (*path, place))
    elif has(type(part)):
        yield part, path
        for attribute in fields(type(part)):
            if attribute.name in WITHOUT_MEANING:
                continue
            yield from parts(getattr(part, attribute.name), (*path, attribute.name))


def replaced(part: Any, path: Way, new: object) -> Any:  # noqa: ANN401 - any part of a model
    """The same with another part at the end of a way."""
    if not path:
        return new
    step, *others = path
    if isinstance(step, int):
        return (*part[:step], replaced(part[step], tuple(others), new), *part[step + 1 :])
    return evolve(part, **{step: replaced(getattr(part, step), tuple(others), new)})


def otherwise(value: object, default: object) -> Iterator[object]:
    """A value that could stand there as well, and is another one."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | Fraction):
        yield value + 1
    elif isinstance(value, str):
        yield f"{value}x"
    elif isinstance(value, tuple) and value:
        yield value[1:]
    if value is not None and default is None:
        yield None


def every_change(model: StudyModel) -> Iterator[tuple[str, StudyModel]]:
    """The model with one field changed, once for each field of each class that it has somewhere."""
    seen: set[str] = set()
    for part, path in parts(model):
        for attribute in fields(type(part)):
            key = f"{type(part).__name__}.{attribute.name}"
            if key not in seen and attribute.name not in WITHOUT_MEANING and attribute.eq:
                for value in otherwise(getattr(part, attribute.name), attribute.default):
                    seen.add(key)
                    yield key, replaced(model, path, evolve(part, **{attribute.name: value}))


WITHOUT_DIFFERENCE = {"DefinedTest.name", "DefinedValue.name"}
"""What a definition is called."""


@pytest.mark.parametrize("name", ["anrs123", "lzzt", "actg175"])
def test_no_field_of_a_model_differs_unseen(name: str) -> None:
    model = load(ROOT / "protocols" / f"{name}.proto").model
    unseen = {key for key, other in every_change(model) if not list(compare(model, other))}
    assert unseen <= WITHOUT_DIFFERENCE
    assert list(compare(model, model)) == []
