"""Counts of a check: of participants who are alike one is judged for all. And how far a check is."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.compile.folders import write_folder
from tests.compile.test_agreement import study_of
from tests.compile.test_whole_agreement import require_counts_agree
from tests.compile.test_windows import HEAD, KEPT, Rows, rows

from protocol_dsl import load
from protocol_dsl.compile.answers import kept_in
from protocol_dsl.interpret.deviations.judged import Found, Judged
from protocol_dsl.project.column_acts import before_consent
from protocol_dsl.project.column_check import ColumnCheck
from protocol_dsl.readers.columns import spans
from protocol_dsl.simulate import every_departure, simulate, write_study

PROTOCOLS = Path(__file__).parents[2] / "protocols"
KINDS = {
    "kept": {},
    "other days": {"W4": 25},
    "late": {"W4": 40},
    "later": {"W4": 45},
    "twice late": {"W4": 40, "W8": 70},
    "reversed": {"W4": 60},
    "one day": {"W4": 56},
}
PEOPLE = {f"P{place}{number}": {**KEPT, **days} for number in range(4) for place, days in enumerate(KINDS.values())}


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The participants whose answers are put together one by one."""
    found: list[str] = []

    def noted(judged: Judged, acts: Sequence[Sequence[object]]) -> Iterator[Found]:
        found.append(judged.facts.record.participant)
        return before_consent(judged, acts)

    monkeypatch.setattr("protocol_dsl.project.column_check.before_consent", noted)
    return found


def data_of(people: dict[str, dict[str, int]]) -> Rows:
    """Participants of two sites and two arms."""
    data = rows({name: list(days.items()) for name, days in people.items()})
    arms = [
        {**row, "site": str(place % 3 % 2), "arm": ("active", "control")[place % 2]}
        for place, row in enumerate(data["participants"])
    ]
    return {**data, "participants": arms}


def test_of_those_who_are_alike_one_is_judged(looked_at: list[str], tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "data", data_of(PEOPLE))
    require_counts_agree(study_of(HEAD, tmp_path), folder)
    # Visits on one day, or in reversed order, are told of each; one is late in two ways, one in one, one in none.
    assert len(looked_at) == 2 * 4 + 3


def test_visits_that_no_plan_has_and_acts_before_consent_are_told_apart(looked_at: list[str], tmp_path: Path) -> None:
    people = {
        "P0": KEPT,
        "P1": {**KEPT, "extra": 30},
        "P2": {**KEPT, "extra": 28},
        "P3": {**KEPT, "extra": 30, "other": 30},
        "P4": {**KEPT, "early": -40},
        "P5": {**KEPT, "extra": 90},
    }
    folder = write_folder(tmp_path / "data", data_of(people))
    require_counts_agree(study_of(HEAD, tmp_path), folder)
    assert len(looked_at) == 3 + 1


def test_without_consent_all_are_alike(looked_at: list[str], tmp_path: Path) -> None:
    data = data_of(dict.fromkeys(PEOPLE, KEPT))
    events = [row for row in data["events"] if row["event"] != "consent"]
    folder = write_folder(tmp_path / "data", {**data, "events": events})
    require_counts_agree(study_of(HEAD, tmp_path), folder)
    assert len(looked_at) == 1


def test_whoever_has_a_visit_of_consent_and_no_consent_is_told_apart(looked_at: list[str], tmp_path: Path) -> None:
    people = {"P0": {"INF": -30}, "P1": {"INF": -30, **KEPT}, "P2": KEPT, "P3": {"INF": -30, "extra": -12}}
    data = data_of(people)
    events = [row for row in data["events"] if row["event"] != "consent"]
    folder = write_folder(tmp_path / "data", {**data, "events": events})
    study = study_of(HEAD + 'visit INF "Information" at consent\n', tmp_path)
    require_counts_agree(study, folder)
    assert {"P0", "P3"} < {*looked_at}


@pytest.mark.parametrize("protocol", ["anrs123", "lzzt"])
def test_planted_departures_are_counted_in_columns(protocol: str, looked_at: list[str], tmp_path: Path) -> None:
    study = load(PROTOCOLS / f"{protocol}.proto")
    write_study(simulate(study.model, 120, 3, every_departure(study.model)), tmp_path)
    require_counts_agree(study, tmp_path)
    assert len(looked_at) < 120 // 2


def test_a_check_tells_how_far_its_statements_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "PEOPLE_IN_A_SPAN", {"screen": 10, "check": 10})
    folder = write_folder(tmp_path / "data", data_of(dict(sorted(PEOPLE.items()))), group=2)
    run = study_of(HEAD, tmp_path).check(folder, reasons="none", engine="duckdb")
    assert isinstance(run, ColumnCheck)
    shares: list[float] = []

    def noted(path: str) -> str:
        shares.append(run.share or 0)
        return kept_in(path)

    monkeypatch.setattr("protocol_dsl.project.column_check.kept_in", noted)
    assert len(list(run)) == len(PEOPLE)
    assert len(run.spans) > 1
    assert min(shares) >= 1 / 4, "entry is judged before"
    assert len(set(shares)) > len(run.spans), "each statement in each span is counted, though two spans are at once"
    assert 1 / 2 < max(shares) <= 1
    assert run.share is None
