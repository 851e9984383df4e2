"""The LZZT trial as participants with their rows, written from its CSV tables without any reader of SDTM."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from tests.protocols.lzzt_by_hand import rows, terminations, visit_number

Row: TypeAlias = dict[str, object]
UNITS: Mapping[str, str] = {"GI/L": "10^9/L", "BEATS/MIN": "beats/min", "C": "Cel"}
TREATMENTS: Mapping[str, str] = {"Pbo": "placebo", "Xan_Lo": "xanomeline_low", "Xan_Hi": "xanomeline_high"}


def participants(folder: Path, *, knows_terminations: bool = True) -> list[Row]:
    """Every participant of DM with events, visits, readings, medications and administrations.

    ``knows_terminations``: a visit that a participant ended at is told from the planned one it is filed under.
    """
    events, visits = events_by_person(folder), visits_by_person(folder, knows_terminations=knows_terminations)
    readings, medications, given = readings_by_person(folder), medications_by_person(folder), doses_by_person(folder)
    return [
        {
            "participant": person,
            "site": row["SITEID"],
            "sex": {"F": "female", "M": "male"}[row["SEX"]],
            "arm": row["ARMCD"] if row["ARMCD"] in TREATMENTS else "",
            "events": events[person],
            "visits": visits[person],
            "readings": readings[person],
            "medications": medications[person],
            "administrations": given[person],
        }
        for row in rows(folder, "dm")
        if (person := row["USUBJID"])
    ]


def events_by_person(folder: Path) -> defaultdict[str, list[Row]]:
    """Screening, randomization, the end of participation, and medical history."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    names = {"1": "screening", "3": "randomization"}
    for row in rows(folder, "sv"):
        number = visit_number(row["VISITNUM"])
        if number in names:
            found[row["USUBJID"]].append({"event": names[number], "date": row["SVSTDTC"]})
    ends = {"COMPLETED": "completion", "DEATH": "death"}
    for row in rows(folder, "ds"):
        if row["DSCAT"] == "DISPOSITION EVENT" and row["DSDECOD"] != "SCREEN FAILURE":
            event = ends.get(row["DSDECOD"], "withdrawal")
            found[row["USUBJID"]].append({"event": event, "date": row["DSSTDTC"]})
    found_at = {(row["USUBJID"], visit_number(row["DSSEQ"])): row["DSSTDTC"] for row in rows(folder, "ds")}
    for row in rows(folder, "suppds"):
        if row["QNAM"] == "ENTCRIT":
            day = found_at[row["USUBJID"], visit_number(row["IDVARVAL"])]
            found[row["USUBJID"]].append({"event": "ENTCRIT", "date": day})
    for row in rows(folder, "mh"):
        found[row["USUBJID"]].append({"event": row["MHDECOD"] or row["MHTERM"], "date": row["MHSTDTC"]})
    return found


def visits_by_person(folder: Path, *, knows_terminations: bool) -> defaultdict[str, list[Row]]:
    """Visits by number; the one that a participant ended at is an early termination."""
    ended = terminations(folder) if knows_terminations else {}
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows(folder, "sv"):
        person, number = row["USUBJID"], visit_number(row["VISITNUM"])
        is_last = ended.get(person, ("", None))[0] == number
        status = "early termination" if is_last else "held"
        found[person].append({"visit": number, "date": row["SVSTDTC"], "status": status})
    return found


def readings_by_person(folder: Path) -> defaultdict[str, list[Row]]:
    """Laboratory values and vital signs in standard units, labelled with their visits."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for domain in ("LB", "VS"):
        for row in rows(folder, domain.lower()):
            unit = row[f"{domain}STRESU"]
            reading: Row = {
                "measure": row[f"{domain}TESTCD"],
                "date": row[f"{domain}DTC"],
                "value": row[f"{domain}STRESC"],
                "unit": UNITS.get(unit, unit),
                "visit": visit_number(row["VISITNUM"]),
            }
            # The heart rate lying and standing may be the same, and would stand twice.
            if reading not in found[row["USUBJID"]]:
                found[row["USUBJID"]].append(reading)
    return found


def medications_by_person(folder: Path) -> defaultdict[str, list[Row]]:
    """Medications as the site wrote them; the trial lists each again at every visit."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows(folder, "cm"):
        written: Row = {"drug": row["CMTRT"], "start": row["CMSTDTC"], "end": row["CMENDTC"]}
        if written not in found[row["USUBJID"]]:
            found[row["USUBJID"]].append(written)
    return found


def doses_by_person(folder: Path) -> defaultdict[str, list[Row]]:
    """Courses of the treatment of the arm assigned."""
    arms = {row["USUBJID"]: row["ARMCD"] for row in rows(folder, "dm")}
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows(folder, "ex"):
        person = row["USUBJID"]
        found[person].append(
            {
                "treatment": TREATMENTS[arms[person]],
                "date": row["EXSTDTC"],
                "end_date": row["EXENDTC"] or "unknown",
                "dose": row["EXDOSE"],
                "unit": row["EXDOSU"],
                "route": row["EXROUTE"].lower(),
            }
        )
    return found
