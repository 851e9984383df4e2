"""``diff``: from its arguments to its exit codes, and a small study in which an amendment by site changes verdicts."""

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

import pytest
from jsonschema import Draft202012Validator

Run: TypeAlias = Callable[..., tuple[int, str, str]]
AMENDED = """protocol AMENDED "A trial that was amended"
  language 1
measure cd4 "CD4 cell count" in cells/mm3
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
history medications complete

amendment AM1 "More cells, wider windows" in force 2005-06-01
  in force 2005-07-01 at site "02"

inclusion I1 "Adult" require age at SCR >= 18 years
inclusion I5 "Low CD4 count" require latest cd4 within 28 days before SCR <= 200 cells/mm3
inclusion I5 "Low CD4 count" require latest cd4 within 28 days before SCR <= 250 cells/mm3
  since AM1

visit W0 "Baseline"
visits W4, W8
  window ± 3 days
visit W8
  window ± 7 days
  since AM1
visit W12
  window ± 7 days
  since AM1
"""
TABLES = {
    "participants": (
        "participant,site,birth_date\nP1,01,1970-01-01\nP2,02,1970-01-01\nP3,02,1970-01-01\nP4,,1970-01-01\n"
    ),
    # All have 220 cells/mm3. P1 consents at site 01 and P2 at site 02 on 15 June, P3 at site 02 on 1 July.
    "events": "participant,event,date\n"
    + "".join(
        f"{who},consent,{consent}\n{who},screening,{screening}\n{who},randomization,{start}\n"
        for who, consent, screening, start in (
            ("P1", "2005-06-15", "2005-06-20", "2005-06-27"),
            ("P2", "2005-06-15", "2005-06-20", "2005-06-27"),
            ("P3", "2005-07-01", "2005-07-04", "2005-07-11"),
            ("P4", "2005-06-15", "2005-06-20", "2005-06-27"),
        )
    ),
    "readings": "participant,measure,date,value,unit\n"
    + "".join(f"{who},cd4,{day},220,cells/mm3\n" for who, day in (("P1", "2005-06-16"), ("P2", "2005-06-16")))
    + "P3,cd4,2005-07-02,220,cells/mm3\nP4,cd4,2005-06-16,220,cells/mm3\n",
    # W8 of P1, P2 and P4 is 22 August, of P3 5 September; P1 and P3 come five days late.
    "visits": "participant,visit,date\n"
    + "".join(f"{who},W0,2005-06-27\n{who},W4,2005-07-25\n" for who in ("P1", "P2", "P4"))
    + "P3,W0,2005-07-11\nP3,W4,2005-08-08\nP1,W8,2005-08-27\nP2,W8,2005-08-22\nP3,W8,2005-09-10\nP4,W8,2005-08-22\n",
}


@pytest.fixture
def protocol(tmp_path: Path) -> Path:
    path = tmp_path / "amended.proto"
    path.write_text(AMENDED, encoding="utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def verdicts(out: str) -> dict[str, str]:
    return {each["participant"]: each["eligibility"]["verdict"] for each in json.loads(out)["participants"]}


def test_an_amendment_by_site_changes_verdicts(run: Run, protocol: Path, data: Path) -> None:
    _, out, _ = run("check", protocol, data, "--format", "json")
    # P4 has no site: on 15 June the amendment was in force at some sites only.
    assert verdicts(out) == {"P1": "eligible", "P2": "not eligible", "P3": "eligible", "P4": "undetermined"}
    reasons = {
        each["participant"]: each["eligibility"]["criteria"][1]["reason"] for each in json.loads(out)["participants"]
    }
    assert reasons["P1"].endswith("at most 250 cells/mm3, as amended by AM1")
    assert reasons["P2"].endswith("not at most 200 cells/mm3")
    assert "no site, and AM1 came into force at some sites on another day" in reasons["P4"]
    assert "not run by this version" not in run("check", protocol, data)[2]


def test_explain_says_which_version(run: Run, protocol: Path, data: Path) -> None:
    assert "as amended by AM1" in run("explain", protocol, data, "P1", "I5")[1]
    assert "as amended by AM1" in run("explain", protocol, data, "P1", "W8")[1]
    assert "as amended by AM1" not in run("explain", protocol, data, "P2", "I5")[1]


def test_two_amendments_of_one_protocol(run: Run, protocol: Path) -> None:
    code, out, _ = run("diff", protocol, "--between", "original", "AM1")
    assert code == 1
    assert out == (
        "I5: limit moved from 200 cells/mm3 to 250 cells/mm3\n"
        "W8: window widened from ± 3 days to ± 7 days\n"
        "visit W12 added\n"
        "\n"
        "3 differences in meaning\n"
    )
    assert run("diff", protocol, "--between", "original", "AM1", "--exit-zero")[0] == 0


def test_no_difference_exits_with_0(run: Run, protocol: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.proto"
    other.write_text("# the same\n" + AMENDED.replace("visits W4, W8", "visits W8, W4"), encoding="utf-8")
    assert run("diff", protocol, other)[:2] == (0, "no difference in meaning\n")


def test_whom_the_differences_touch(run: Run, protocol: Path, data: Path) -> None:
    code, out, _ = run("diff", protocol, "--between", "original", "AM1", "--data", data)
    assert code == 1
    after = out[out.index("Of 4 participants") :].splitlines()
    assert after == [
        "Of 4 participants, data up to 2005-09-10",
        "  verdicts that change: 3",
        "    P1  eligible, was not eligible      I5",
        "    P3  eligible, was not eligible      I5",
        "    P4  undetermined, was not eligible  I5",
        "  visits and cycles whose planned day moves: 1",
        "    W12  4 newly planned",
        "  deviations that vanish: 5",
        "    P1  DV01  randomized though not eligible: I5 Low CD4 count",
        "    P1  DV19  visit W8 was held 2 days after its window closed",
        "    P3  DV01  randomized though not eligible: I5 Low CD4 count",
        "    P3  DV19  visit W8 was held 2 days after its window closed",
        "    P4  DV01  randomized though not eligible: I5 Low CD4 count",
    ]


@pytest.mark.parametrize("with_data", [False, True])
def test_json_keeps_its_schema(run: Run, protocol: Path, data: Path, with_data: bool) -> None:  # noqa: FBT001 - a parameter
    more = ("--data", data) if with_data else ()
    code, out, _ = run("diff", protocol, "--between", "original", "AM1", "--format", "json", *more)
    assert code == 1
    schema = json.loads((files("protocol_dsl") / "writers" / "schemas" / "diff.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    found = json.loads(out)
    Draft202012Validator(schema).validate(found)
    assert found["new"]["version"] == "AM1"
    assert [each["change"] for each in found["differences"]] == ["changed", "changed", "added"]
    assert (found["data"] is not None) == with_data


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name two protocols, or one and two of its amendments"),
        (("--between", "original", "AM2"), "AM2 is no amendment of AMENDED; did you mean AM1?"),
        (("nowhere.proto",), "nowhere.proto"),
        (("--between", "original", "AM1", "--as-of", "2005-01-01"), "--as-of goes with --data"),
        (("--between", "original", "AM1", "--mapping", __file__), "--mapping goes with --data"),
    ],
)
def test_what_cannot_be_run_exits_with_2(run: Run, protocol: Path, arguments: tuple[str, ...], words: str) -> None:
    code, out, err = run("diff", protocol, *arguments)
    assert (code, out) == (2, "")
    assert words in err


def test_a_protocol_and_amendments_at_once_are_refused(run: Run, protocol: Path) -> None:
    assert run("diff", protocol, protocol, "--between", "original", "AM1")[0] == 2


def test_a_series_that_an_amendment_changes(run: Run, tmp_path: Path) -> None:
    """Every 6 months becomes every 3 months on 1 July 2005: M15 is planned newly, and M18 has another number."""
    series = """
visits CT "Tumour assessment" at M3 and M6
  then every {} months until death
  window ± 14 days
"""
    start = 'protocol SCANS "Scans"\n  language 1\nanchor SCR is screening\nanchor W0 is randomization\n'
    amendment = 'amendment AM1 "Closer follow-up" in force 2005-07-01\n'
    text = start + amendment + series.format(6) + series.format(3) + "  since AM1\n"
    folder = tmp_path / "data"
    folder.mkdir()
    (tmp_path / "scans.proto").write_text(text, encoding="utf-8")
    (tmp_path / "before.proto").write_text(start + series.format(6), encoding="utf-8")
    (folder / "participants.csv").write_text("participant\nP1\n", encoding="utf-8")
    (folder / "events.csv").write_text("participant,event,date\nP1,randomization,2004-06-14\n", encoding="utf-8")
    options = ("--data", folder, "--as-of", "2005-10-01")
    _, out, _ = run("diff", tmp_path / "scans.proto", "--between", "original", "AM1", *options)
    assert "CT: every changed from 6 months to 3 months" in out
    _, out, _ = run("diff", tmp_path / "before.proto", tmp_path / "scans.proto", *options)
    # CT3 is that of M12 in both; CT4 moves from 14 December to 14 September 2005, and CT5 (14 December) is listed next.
    moved = out[out.index("planned day moves") :]
    assert "CT4  1 moved" in moved
    assert "CT5  1 newly planned" in moved
    assert "CT3" not in moved.split("deviations")[0]
