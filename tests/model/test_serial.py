"""A model written and read again is the same."""

import json
from pathlib import Path

import pytest
from tests.spec.cases import Case, cases

from protocol_dsl.base.source import Text
from protocol_dsl.model.serial import ModelError, dump, load
from protocol_dsl.model.study import StudyModel
from protocol_dsl.semantics.analyse import analyse

ROOT = Path(__file__).resolve().parents[2]


def library(name: str) -> Text | None:
    path = ROOT / "src" / "protocol_dsl" / "library" / f"{name}.proto"
    return Text(f"library/{name}.proto", path.read_text(encoding="utf-8")) if path.exists() else None


def model_of(name: str, content: str) -> StudyModel | None:
    return analyse(Text(name, content), library, lambda _: None).model


def anrs123() -> StudyModel:
    model = model_of("anrs123.proto", (ROOT / "protocols" / "anrs123.proto").read_text(encoding="utf-8"))
    assert model is not None
    return model


def test_the_first_protocol_there_and_back() -> None:
    written = dump(anrs123())
    assert load(written) == anrs123()
    assert dump(load(written)) == written  # words and places take no part in equality, and are kept


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_every_spec_case_there_and_back(case: Case) -> None:
    model = model_of("case.proto", case.protocol)
    if model is None:
        pytest.skip("a case of a mistake")
    assert load(dump(model)) == model
    assert dump(load(dump(model))) == dump(model)


def test_fractions_are_exact_texts() -> None:
    dose = json.loads(dump(anrs123()))["model"]["treatments"][1]["dose"]
    assert dose["amount"] == "9/2"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "not a JSON document"),
        ("[" * 100_000, "not a JSON document"),
        ("[]", "not a compiled protocol"),
        ('{"format": "protocol-dsl/model", "version": 0}', "version 0"),
        ('{"format": "protocol-dsl/model", "version": 1, "model": {"name": 1}}', "damaged"),
        ('{"format": "protocol-dsl/model", "version": 1, "model": []}', "damaged"),
    ],
)
def test_what_is_no_model_is_refused(text: str, why: str) -> None:
    with pytest.raises(ModelError, match=why):
        load(text)
