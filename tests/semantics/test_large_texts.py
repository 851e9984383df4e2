"""Texts that are short to write and long to work out end in a message, and soon; large ones that are sound do not."""

from collections.abc import Callable

import pytest
from tests.semantics.texts import read

from protocol_dsl.project.examples.lint import failing_examples
from protocol_dsl.semantics.analyse import Analysis

ADULT = 'define d0 "Adult" as age at W0 >= 18 years\n'


def numbers(found: Analysis) -> list[str]:
    return [mistake.code.number for mistake in found.diagnostics if mistake.severity == "error"]


def definitions(count: int, form: str, first: str = ADULT) -> str:
    steps = "".join(f'define d{n} "Step" as {form.format(f"d{n - 1}")}\n' for n in range(1, count))
    return f'{first}{steps}inclusion I1 "A rule"\n  require d{count - 1}'


@pytest.mark.parametrize("form", ["{0} and {0}", "{0} and not {0}", "at least 1 of ({0}, {0}, {0})"])
def test_definitions_that_double_are_too_large(form: str) -> None:
    assert numbers(read(definitions(40, form))) == ["PD123"]


def test_sums_that_double_are_too_large() -> None:
    text = definitions(40, "{0} + {0}", 'define d0 "Age" as age at W0\n')
    assert numbers(read(f"{text} > 18 years")) == ["PD123"]


@pytest.mark.parametrize("form", ["not {0}", "{0}", "{0} and sex is male"])
def test_definitions_through_thousands_are_too_deep(form: str) -> None:
    assert numbers(read(definitions(3000, form))) == ["PD122"]


@pytest.mark.parametrize("form", ["not {0}", "{0} and sex is male"])
def test_definitions_through_dozens_are_worked_out(form: str) -> None:
    assert numbers(read(definitions(70, form))) == []


def visit(number: int) -> str:
    return f'visit v{number} "A visit" at 1 day after v{number - 1}\n'


def drugs(number: int) -> str:
    return f'drugs v{number} "A class"\n  includes v{number - 1}\n'


@pytest.mark.parametrize(
    ("write", "code"), [(visit, "PD205"), (drugs, "PD115"), (lambda n: f'define v{n} "A" as not v{n - 1}\n', "PD114")]
)
def test_a_large_circle_is_told_once_and_in_short(write: Callable[[int], str], code: str) -> None:
    first = write(0).replace("v-1", "v2999")
    found = read(first + "".join(map(write, range(1, 3000))))
    assert numbers(found) == [code]
    told = next(mistake.message for mistake in found.diagnostics if mistake.severity == "error")
    assert told.count("v") < 10


def test_thousands_of_misspelt_names_are_told_soon() -> None:
    measures = "".join(f'measure measure{n} "A measure" in kg\n' for n in range(1000))
    rules = "".join(f'inclusion I{n} "A rule"\n  require latest measur{n} before W0 > 3 kg\n' for n in range(1000))
    found = read(measures + rules).diagnostics
    assert [mistake.code.number for mistake in found] == ["PD103"] * 200 + ["PD125"]


def test_two_circles_are_told_each_at_its_first_name() -> None:
    texts = 'define a "A" as not b\ndefine b "B" as not a\ndefine x "X" as not c\ndefine c "C" as not c'
    assert [mistake.message for mistake in read(texts).diagnostics] == [
        "definitions in a circle: a needs b needs a",
        "definitions in a circle: c needs c",
    ]


def test_visits_through_thousands_are_told_once() -> None:
    first = 'visit v0 "A visit" at W0\n'
    assert numbers(read(first + "".join(map(visit, range(1, 1000))))) == ["PD233"]


def test_classes_that_include_one_another_have_each_drug_once() -> None:
    both = "".join(
        f'drugs a{n} "A"\n  includes a{n - 1}, b{n - 1}\ndrugs b{n} "B"\n  includes a{n - 1}, b{n - 1}\n'
        for n in range(1, 30)
    )
    found = read(f'drugs a0 "A"\n  members da\ndrugs b0 "B"\n  members db\n{both}')
    assert found.model is not None
    last = found.model.vocabulary.classes[-1]
    assert [drug.name for drug in last.members] == ["da", "db"]


@pytest.mark.parametrize(("rows", "codes"), [(500, []), (501, ["PD125"])])
def test_lint_runs_five_hundred_examples_and_says_which_it_leaves_out(rows: int, codes: list[str]) -> None:
    """The command ``test`` runs them all."""
    rule = 'inclusion I1 "Low"\n  require latest cd4 before W0 <= 200 cells/mm3\n'
    row = "  | 199 cells/mm3 | met |\n"
    text = rule + 'example "many"\n  | latest cd4    | I1  |\n' + row * rows
    model = read(text).model
    assert model is not None
    found = tuple(failing_examples(model))
    assert [each.code.number for each in found] == codes
    assert [each.message for each in found] == [
        "500 examples are run here, and neither this one nor any after it" for _ in codes
    ]
    assert all(each.span.start > text.rindex("|\n  | 199") for each in found)
