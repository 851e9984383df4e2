"""1,202 visit rows of a simulated study, each with the status that its maker gave it."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from protocol_dsl import load
from protocol_dsl.project.study import Study

Row = Mapping[str, str]
GRACE = 75
MEANS = {
    "Completed": {"in window", "early", "late"},
    "Expected": {"not due", "expected"},
    "Overdue": {"overdue"},
    "Missed": {"missed"},
}
LEFT_BEFORE_THE_WINDOW_CLOSED = ("02-020", "Visit 6", "Missed", "not due")


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def protocol(windows: list[Row]) -> str:
    """Their windows are study days, of which the first is 1; ours count from day 0."""
    lines = ['protocol STATUS "Windows of a simulated study"', "  language 1", "", "anchor W0 is screening", ""]
    for row in windows:
        first, last = int(row["STDY"]) - 1, int(row["ENDY"]) - 1
        point = f"{first} days after W0" if first else "W0"
        lines += [f'visit {row["VISITOID"]} "{row["VISIT"]}" at {point}', f"  window -0 to +{last - first} days"]
        lines += [f"  grace {GRACE} days", ""]
    return "\n".join(lines)


def participant(rows: list[Row], windows: Mapping[str, Row]) -> tuple[dict[str, object], date]:
    """The participant as data, and the last day that their rows speak of: there is no common one."""
    start = date.fromisoformat(rows[0]["visit_date"])
    events = [{"event": "screening", "date": start.isoformat()}]
    visits, as_of = [], start
    for row in rows:
        name, status, day = row["visit_name"], row["visit_status"], row["visit_date"]
        window = windows.get(name)
        if status == "Completed":
            as_of = max(as_of, date.fromisoformat(day))
            if name == "Early Termination":
                events.append({"event": "withdrawal", "date": day})
            visits.append({"visit": window["VISITOID"] if window else name, "date": day})
        elif window and status in {"Missed", "Overdue"}:
            as_of = max(as_of, start + timedelta(int(window["ENDY"])))
            if status == "Missed":
                visits.append({"visit": window["VISITOID"], "date": day, "status": "not held"})
    return {"participant": rows[0]["subjectnameoridentifier"], "events": events, "visits": visits}, as_of


def statuses(study: Study, visits: list[Row], windows: Mapping[str, Row]) -> Iterator[tuple[str, str, str, str]]:
    """Participant, visit, their status, ours."""
    by_participant = defaultdict(list)
    for row in visits:
        by_participant[row["subjectnameoridentifier"]].append(row)
    for rows in by_participant.values():
        person, as_of = participant(rows, windows)
        (result,) = study.schedule(person, as_of=as_of)
        found = {visit.visit: visit.status for visit in result.visits}
        for row in rows:
            if row["visit_name"] in windows:
                ours = found[windows[row["visit_name"]]["VISITOID"]]
                yield row["subjectnameoridentifier"], row["visit_name"], row["visit_status"], ours


def test_the_statuses_are_those_that_their_maker_gave(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "visit-status"
    schedule = read(folder / "schedule-of-events.csv")
    windows = {row["VISIT"]: row for row in schedule}
    text = tmp_path / "status.proto"
    text.write_text(protocol(schedule), encoding="utf-8")
    found = list(statuses(load(text), read(folder / "visits.csv"), windows))
    assert Counter(theirs for _, _, theirs, _ in found) == {
        "Completed": 535,
        "Expected": 386,
        "Overdue": 48,
        "Missed": 58,
        "Terminated": 53,
        "Failed": 15,
    }
    different = [item for item in found if item[2] in MEANS and item[3] not in MEANS[item[2]]]
    assert different == [LEFT_BEFORE_THE_WINDOW_CLOSED]
    assert {ours for _, _, theirs, ours in found if theirs == "Terminated"} == {"not due"}
