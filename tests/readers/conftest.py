"""A small protocol and folders to read with it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from protocol_dsl.base.numbers import data_number
from protocol_dsl.model.points import Point
from protocol_dsl.model.schedule import Arm, Dose, Level, Treatment, Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import (
    BUILT_IN_MILESTONES,
    Attribute,
    Category,
    Coding,
    Condition,
    Conversion,
    Drug,
    DrugClass,
    EventKind,
    Measure,
    Milestone,
    Vocabulary,
)

VOCABULARY = Vocabulary(
    measures=(
        Measure(name="cd4", title="CD4 count", unit="cells/mm3", codes=(Coding("loinc", "24467-3"),)),
        Measure(
            name="change",
            title="",
            unit="kg",
            may_be_negative=True,
            conversions=(Conversion("stone", data_number("6.35")),),
        ),
        Measure(name="clinical_status", title="", choices=("Better", "worse")),
    ),
    classes=(
        DrugClass(
            "NRTI",
            "Nucleoside inhibitors",
            (Drug("zidovudine", "J05AF01"), Drug("didanosine")),
            (Coding("atc", "J05AF"),),
        ),
        DrugClass("PI", "", (Drug("ritonavir"),)),
    ),
    conditions=(Condition("hiv1_infection", "HIV-1 infection", (Coding("icd10", "B20"), Coding("icd10", "B20.6"))),),
    events=(
        EventKind(
            name="adverse_event",
            title="",
            categories=(Category("B", "", (Coding("icd10", "B37"),)), Category("C", "", (Coding("ICD10", "B20.6"),))),
            grades=(1, 5),
        ),
    ),
    milestones=tuple(Milestone(name) for name in BUILT_IN_MILESTONES),
    attributes=(
        Attribute(name="failing", kind="yes or no"),
        Attribute(name="stage", kind="choice", choices=("Early", "late")),
        Attribute(name="weight", kind="number", unit="kg"),
        Attribute(name="diagnosed", kind="date"),
    ),
)

MODEL = StudyModel(
    name="SMALL",
    title="",
    language=1,
    sha256="",
    vocabulary=VOCABULARY,
    treatments=(
        Treatment(name="il2", title="Interleukin-2", dose=Dose(amount=data_number("4.5"), unit="MIU")),
        Treatment(name="obr", title="", levels=(Level(name="low", amount=54, unit="mg"),)),
    ),
    arms=(Arm(name="active", title="Regimen plus interleukin-2", gives=("il2",), codes=(Coding("own", "A"),)),),
    visits=(Visit(name="W24", title="Week 24", point=Point("randomization", days=168)),),
)

Folder = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture
def model() -> StudyModel:
    return MODEL


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A study folder of some files; a table of participants with P1 and P2 stands in where none is given."""

    def make(files: Mapping[str, str | bytes]) -> Path:
        place = tmp_path / "study"
        place.mkdir()
        if not any(name.lower().startswith("participants.") for name in files):
            files = {"participants.csv": "participant\nP1\nP2\n", **files}
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (place / name).write_bytes(data)
        return place

    return make
