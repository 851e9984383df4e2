"""Who discontinued a treatment, and who has events of some kinds that a plan hangs on: judged in columns."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.compile.folders import write_folder
from tests.compile.test_agreement import study_of
from tests.compile.test_check import require_agreement
from tests.compile.test_cycles import CHEMO, PLANNED, WITH_CHEMO, day_after, doses, in_arm
from tests.compile.test_parts import AMBIGUOUS, GIVEN, KEPT, TEXT, Row, folder_of, on
from tests.compile.test_windows import KEPT as HELD
from tests.compile.test_windows import rows

SAFETY = 'visit FU "Safety" at 30 days after last dose of {}\n  window ± 7 days\n'
FOLLOWED = {
    "": "",
    "a last dose": SAFETY.format("chemo"),
    "another last dose": SAFETY.format("obr"),
    "visits in cycles": 'visits C "Cycle" at cycle day 1, 3 of chemo\n  window ± 2 days\n',
    "visits in cycles inside": 'visits C "Cycle" at cycle day 1 of bone\n  window ± 2 days\n',
}
GONE: Mapping[str, Sequence[tuple[str, int]]] = {
    "never": [],
    "chemo": [("chemo", 50)],
    "by its title": [("Chemotherapy", 63)],
    "twice": [("chemo", 91), ("chemo", 66)],
    "before the first": [("chemo", 3)],
    "another": [("obr", 50)],
    "inside": [("bone", 50)],
    "something else": [("surgery", 50)],
    "both": [("", 20), ("chemo", 50)],
}
"""Discontinuations by what they are related to, and their days after randomization."""
PERHAPS: Mapping[str, Sequence[tuple[str, int]]] = {
    "nothing": [("", 50)],
    "another or nothing": [("", 50), ("obr", 40)],
}


def discontinued(people: Mapping[str, Sequence[tuple[str, int]]]) -> list[Row]:
    """The rows of events."""
    return [
        {"participant": name, "event": "discontinuation", "date": day_after(days), "related_to": cause}
        for name, found in people.items()
        for cause, days in found
    ]


@pytest.mark.parametrize(
    ("moves", "as_of"), [("counted from previous start", None), ("counted from plan", "2004-08-20")]
)
@pytest.mark.parametrize("followed", FOLLOWED)
def test_discontinued_cycles_are_not_due(followed: str, moves: str, as_of: str | None, tmp_path: Path) -> None:
    people = {**GONE, **PERHAPS}
    data = rows({name: list(HELD.items()) for name in people})
    begun = {number: PLANNED[number] for number in (1, 2)}
    given = [*doses(dict.fromkeys(people, begun))]
    given += [{"participant": name, "treatment": "obr", "date": day_after(0)} for name in people]
    events = [*data["events"], *discontinued(people)]
    folder = write_folder(tmp_path / "data", {**data, "events": events, "administrations": given}, group=2)
    text = in_arm("chemo, bone") + CHEMO.replace("counted from previous start", moves) + WITH_CHEMO
    study = study_of(text + FOLLOWED[followed], tmp_path)
    found = {each.participant: each for each in study.check(folder, as_of=as_of, engine="interpreter")}
    standing = {name: {one.status for one in each.cycles if one.cycle > 2} for name, each in found.items()}
    assert standing["before the first"] == {"not due"}
    assert "missed" in standing["never"] or as_of
    assert require_agreement(study, folder, as_of) == len(people)


@pytest.mark.parametrize("as_of", [None, on(40)])
def test_parts_of_those_with_events_of_some_kind_are_told_in_columns(as_of: str | None, tmp_path: Path) -> None:
    text = TEXT.replace("from W0, spaced 4 weeks", "every 4 weeks from W0 until relapse of grade at least 3")
    text += 'event relapse "Relapse"\n  grades 1 to 5\n  category local\n  category distant\n'
    text += "anchor PD is first relapse in {distant}\n"
    text += 'treatment rescue "Rescue"\n  cycles up to 2 from PD, spaced 3 weeks\n'
    text = text.replace("gives obr, il2, rest", "gives obr, il2, rest, rescue")
    folder = folder_of(tmp_path / "data", GIVEN, {})
    kinds = [("local", "1", 20), ("distant", "2", 30), ("local", "3", 50), ("distant", "4", 54)]
    happened = [
        {"participant": name, "event": "relapse", "category": category, "grade": grade, "date": on(day)}
        for number, name in enumerate(GIVEN)
        for category, grade, day in kinds[number % 2 :]
    ]
    dates = {"consent": -20, "screening": -10, "randomization": 0}
    events = [{"participant": name, "event": event, "date": on(day)} for name in GIVEN for event, day in dates.items()]
    given = [{"participant": name, **row} for name in GIVEN for row in GIVEN.get(name, KEPT)]
    given += [{"participant": name, "treatment": "rescue", "cycle": "", "date": on(54)} for name in GIVEN]
    write_folder(folder, {"events": [*events, *happened], "administrations": given})
    assert require_agreement(study_of(text, tmp_path), folder, as_of) == len(GIVEN) - len(AMBIGUOUS)


@pytest.mark.parametrize("followed", FOLLOWED)
def test_a_cycle_too_many_matters_to_what_hangs_on_that_treatment_alone(followed: str, tmp_path: Path) -> None:
    planned = {number: PLANNED[number] for number in (1, 2, 3)}
    people = {"as planned": planned, "too many": {**planned, 7: 100}, "no number": planned}
    data = rows({name: list(HELD.items()) for name in people})
    given = [*doses(people)]
    given.append({"participant": "no number", "treatment": "chemo", "date": day_after(80)})
    given += [{"participant": name, "treatment": "obr", "date": day_after(0)} for name in people]
    folder = write_folder(tmp_path / "data", {**data, "administrations": given}, group=2)
    study = study_of(in_arm("chemo, bone") + CHEMO + WITH_CHEMO + FOLLOWED[followed], tmp_path)
    assert require_agreement(study, folder) == len(people)
