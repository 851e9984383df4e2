"""A small protocol in SDTM's own codes, and domains in every format."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from tests.readers.sdtm.transport import transport

from protocol_dsl.base.numbers import data_number
from protocol_dsl.model.points import Length, Point, Window
from protocol_dsl.model.schedule import Arm, Dose, Treatment, Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import (
    BUILT_IN_MILESTONES,
    Attribute,
    Coding,
    Condition,
    Drug,
    DrugClass,
    EventKind,
    Measure,
    Milestone,
    Vocabulary,
)

WEEK = 7
RACES = ("WHITE", "BLACK OR AFRICAN AMERICAN", "AMERICAN INDIAN OR ALASKA NATIVE", "ASIAN")
TREATED = {"placebo": "0", "low": "54", "high": "81"}


def visit(name: str, title: str, number: str, week: int) -> Visit:
    window = Window(Length(days=3), Length(days=3))
    point = Point("randomization", days=week * WEEK)
    return Visit(name=name, title=title, point=point, window=window, codes=(Coding("cdisc", number),))


MODEL = StudyModel(
    name="PILOT",
    title="",
    language=1,
    sha256="",
    vocabulary=Vocabulary(
        measures=(
            Measure(name="alt", title="Alanine aminotransferase", unit="U/L", codes=(Coding("cdisc", "ALT"),)),
            Measure(name="platelets", title="", unit="10^9/L", codes=(Coding("cdisc", "PLAT"),)),
            Measure(name="systolic", title="", unit="mmHg", codes=(Coding("cdisc", "SYSBP"),)),
            Measure(name="pulse", title="", unit="beats/min", codes=(Coding("cdisc", "PULSE"),)),
        ),
        classes=(DrugClass("analgesics", "", (Drug("aspirin"), Drug("prednisolone"))),),
        conditions=(Condition("alzheimer", "Alzheimer's disease", (Coding("meddra", "Dementia"),)),),
        events=(EventKind(name="adverse_event", title="", grades=(1, 5)), EventKind(name="ENTCRIT", title="")),
        milestones=tuple(Milestone(name) for name in BUILT_IN_MILESTONES),
        attributes=(Attribute(name="race", kind="choice", choices=RACES), Attribute(name="fit", kind="yes or no")),
    ),
    treatments=tuple(
        Treatment(
            name=name,
            title="",
            dose=Dose(amount=data_number(amount), unit="mg"),
            codes=(Coding("cdisc", "PLACEBO" if name == "placebo" else "XANOMELINE"),),
        )
        for name, amount in TREATED.items()
    ),
    arms=(
        Arm(name="arm_p", title="Placebo", gives=("placebo",), codes=(Coding("cdisc", "Pbo"),)),
        Arm(name="arm_l", title="Xanomeline Low Dose", gives=("low",), codes=(Coding("cdisc", "Xan_Lo"),)),
        Arm(name="arm_h", title="Xanomeline High Dose", gives=("high",), codes=(Coding("cdisc", "Xan_Hi"),)),
    ),
    visits=(
        Visit(name="SCR", title="Screening 1", point=Point("screening"), codes=(Coding("cdisc", "1"),)),
        visit("W0", "Baseline", "3", 0),
        visit("W2", "Week 2", "4", 2),
        visit("W4", "Week 4", "5", 4),
        visit("W6", "Week 6", "7", 6),
        visit("W8", "Week 8", "8", 8),
        visit("W10", "Week 10 (T)", "8.1", 10),
        visit("W12", "Week 12", "9", 12),
        visit("W16", "Week 16", "10", 16),
        visit("W20", "Week 20", "11", 20),
        visit("W24", "Week 24", "12", 24),
        visit("W26", "Week 26", "13", 26),
    ),
)

DM = """USUBJID,SITEID,RFSTDTC,RFXSTDTC,RFICDTC,BRTHDTC,AGE,AGEU,SEX,RACE,ARMCD,ARM
01-1,701,2014-01-02,2014-01-02,2013-12-20,1950-05,63.0,YEARS,F,WHITE,Pbo,Placebo
01-2,702,2014-02-03,2014-02-03,2014-01-20,,71.0,YEARS,M,WHITE,Xan_Hi,Xanomeline High Dose
01-3,702,,,2014-01-20,,60.0,YEARS,M,WHITE,Scrnfail,Screen Failure
"""
SV = """USUBJID,VISITNUM,VISIT,SVSTDTC,SVENDTC
01-1,1.0,SCREENING 1,2013-12-26,2013-12-26
01-1,3.0,BASELINE,2014-01-02,2014-01-02
01-1,4.0,WEEK 2,2014-01-16,2014-01-16
01-2,1.0,SCREENING 1,2014-01-28,2014-01-28
"""


def rows_of(text: str) -> tuple[list[str], list[list[str]]]:
    """Heading and rows of a CSV text."""
    heading, *rows = csv.reader(io.StringIO(text, newline=""))
    return heading, rows


def typed(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, list[str | float | None]]:
    """Columns, in which numbers are numbers where a whole column is."""
    columns: dict[str, list[str | float | None]] = {}
    for place, name in enumerate(heading):
        cells = [row[place] for row in rows]
        written = [cell for cell in cells if cell]
        is_number = bool(written) and all(cell.replace(".", "", 1).removeprefix("-").isdecimal() for cell in written)
        columns[name] = [(float(cell) if cell else None) if is_number else cell for cell in cells]
    return columns


def write_json(text: str, domain: str, path: Path) -> None:
    """A CSV text as Dataset-JSON 1.1, or line by line where ``path`` says so."""
    columns = typed(*rows_of(text))
    kinds = {
        name: "float" if any(isinstance(one, float) for one in cells) else "string" for name, cells in columns.items()
    }
    rows = [[None if cell == "" else cell for cell in row] for row in zip(*columns.values(), strict=True)]
    description: dict[str, object] = {
        "datasetJSONVersion": "1.1.0",
        "name": domain,
        "label": domain,
        "records": len(rows),
        "columns": [
            {"itemOID": f"IT.{domain}.{name}", "name": name, "label": name, "dataType": kinds[name]} for name in columns
        ],
    }
    if path.suffix == ".ndjson":
        path.write_text("\n".join(json.dumps(one) for one in (description, *rows)) + "\n", "utf-8")
    else:
        path.write_text(json.dumps({**description, "rows": rows}), "utf-8")


def write_xpt(text: str, domain: str, path: Path) -> None:
    """A CSV text as a transport file."""
    path.write_bytes(transport(domain, typed(*rows_of(text))))
