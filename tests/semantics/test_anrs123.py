"""The first protocol: nothing to find fault with, and every quotation in its source."""

from pathlib import Path

import pytest
from tests.semantics.texts import ROOT, library

from protocol_dsl.base.source import Text
from protocol_dsl.model.schedule import Cycles
from protocol_dsl.semantics.analyse import Analysis, analyse
from protocol_dsl.semantics.libraries import read as read_texts
from protocol_dsl.syntax import ast

CONTENT = (ROOT / "protocols" / "anrs123.proto").read_text(encoding="utf-8")


def analysed(content: str, shared: Path | None = None) -> Analysis:
    def find(path: str) -> str | None:
        return (shared / path).read_text(encoding="utf-8") if shared else None

    return analyse(Text("anrs123.proto", content), library, find)


def test_without_its_source_a_note_is_all_there_is_to_say() -> None:
    found = analysed(CONTENT)
    assert [mistake.code.number for mistake in found.diagnostics] == ["PD402"]
    assert found.model is not None


def test_every_quotation_stands_in_the_record(shared: Path) -> None:
    found = analysed(CONTENT, shared)
    assert [mistake.code.number for mistake in found.diagnostics] == []


def test_a_changed_quotation_is_found(shared: Path) -> None:
    found = analysed(CONTENT.replace("18 Years and older", "18 years and older"), shared)
    (mistake,) = (mistake for mistake in found.diagnostics if mistake.code.number == "PD401")
    assert mistake.hint == "the source writes: 18 Years and older"


def test_starting_at_w0_the_last_cycle_is_at_w40() -> None:
    found = analysed(CONTENT.replace("cycles up to 8 from W2", "cycles up to 8 from W0"))
    (mistake,) = (mistake for mistake in found.diagnostics if mistake.severity == "error")
    assert mistake.code.number == "PD212"
    assert mistake.message == "the last cycle is at W40, not W42"
    assert mistake.labels[0].words == "cycles at W0, W4, W10, W16, W22, W28, W34, W40"


def test_cycles_and_classes() -> None:
    model = analysed(CONTENT).model
    assert model is not None
    course = next(treatment.course for treatment in model.treatments if treatment.name == "il2")
    assert isinstance(course, Cycles)
    assert (course.start.milestone, course.start.days, [step.days for step in course.spacings]) == (
        "randomization",
        14,
        [28, 42],
    )
    classes = {kind.name: {drug.name for drug in kind.members} for kind in model.vocabulary.classes}
    both = "efavirenz_emtricitabine_tenofovir"
    assert both in classes["NRTI"] & classes["NNRTI"]
    assert classes["NRTI"] | classes["NNRTI"] | classes["PI"] < classes["antiretroviral"]


def test_no_drug_has_two_codes_and_no_code_two_drugs() -> None:
    text = library("hiv")
    assert text is not None
    main, _ = read_texts(text, library)
    drugs = {(drug.name.text, drug.atc.text) for drug in main.nodes.of(ast.Drug) if drug.atc}
    assert len(drugs) == len({name for name, _ in drugs}) == len({atc for _, atc in drugs})


@pytest.mark.parametrize("cut", range(0, len(CONTENT), 997))
def test_any_part_of_it_gives_diagnostics_and_no_exception(cut: int) -> None:
    for part in (CONTENT[:cut], CONTENT[cut:]):
        found = analysed(part)
        assert (found.model is None) == any(mistake.severity == "error" for mistake in found.diagnostics)
