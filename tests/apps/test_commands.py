"""The commands, from their arguments to their exit codes."""

import csv
import json
import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import TypeAlias

import pytest

from protocol_dsl import __version__
from protocol_dsl.writers.columns import WIDTH, width_of

Run: TypeAlias = Callable[..., tuple[int, str, str]]
MISTAKE = "  requier latest cd4 within 28 days before SCR <= 200 cells/mm3"
ROOT = Path(__file__).resolve().parents[2]
MORE = """
source REG "A record"
drugs IFN "Interferons"
  members interferon_alfa L03AB01
history medications complete
  because "made up"
prohibit IFN from W0 to W4
  cite REG "section 4.1"
interval entry "Screening to baseline"
  at most 14 days from SCR to W0
  because "made up"
deviation HIGH "A count too high"
  when cd4 at W4 > 900 cells/mm3
  because "made up"
visit W8 "A call" by telephone
  window ± 3 days
  grace 2 days
  because "made up"
measure weight "Weight" in kg
class clinic "Clinic visit"
  window ± 3 days
  assess one of (cd4, weight)
  because "made up"
visit W12
  class clinic
participation ends at W4
  because "made up"
"""
RIGHT = "  require latest cd4 within 28 days before SCR <= 200 cells/mm3"


def break_it(protocol: Path) -> None:
    protocol.write_text(protocol.read_text(encoding="utf-8").replace(RIGHT, MISTAKE), encoding="utf-8")


def test_check_finds_deviations_and_exits_with_1(run: Run, protocol: Path, data: Path) -> None:
    code, out, err = run("check", protocol, data)
    assert code == 1
    assert "1 eligible, 1 not eligible, 1 undetermined" in out
    assert "Data problems: 1" in out
    assert "readings cd8: the protocol never mentions it" in out
    assert "note: engine: interpreter" in err
    assert max(map(width_of, out.splitlines())) <= WIDTH


def test_exit_codes_can_be_bent(run: Run, protocol: Path, data: Path) -> None:
    assert run("check", protocol, data, "--exit-zero")[0] == 0
    assert run("check", protocol, data, "--strict")[0] == 2
    assert run("check", protocol, data, "--participant", "P2")[0] == 0
    assert run("screen", protocol, data)[0] == 0
    assert run("screen", protocol, data, "--strict")[0] == 2


def test_quiet_says_nothing(run: Run, protocol: Path, data: Path) -> None:
    assert run("check", protocol, data, "-q")[2] == ""


def test_json_and_jsonl_hold_the_same(run: Run, protocol: Path, data: Path) -> None:
    document = json.loads(run("check", protocol, data, "--format", "json")[1])
    first, *participants, last = map(json.loads, run("check", protocol, data, "--format", "jsonl")[1].splitlines())
    assert participants == document["participants"]
    assert {**first, **last, "participants": participants} == document
    assert [each["participant"] for each in participants] == ["=P3()", "P1", "P2"]


def test_screen_gives_attrition(run: Run, protocol: Path, data: Path) -> None:
    assert "Attrition" in run("screen", protocol, data)[1]
    document = json.loads(run("screen", protocol, data, "--format", "json", "--reasons", "none")[1])
    assert document["attrition"][0]["against"] == 1
    assert document["reasons"] == "none"


def test_csv_is_a_folder_or_one_listing(run: Run, protocol: Path, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "listings"
    assert run("check", protocol, data, "--format", "csv", "--output", out)[0] == 1
    assert {path.name for path in out.iterdir()} >= {"deviations.csv", "data_problems.csv", "criteria.csv"}
    listing = run("check", protocol, data, "--format", "csv", "--kind", "participants")[1]
    assert [row["participant"] for row in csv.DictReader(StringIO(listing))] == ["'=P3()", "P1", "P2"]
    code, _, err = run("check", protocol, data, "--format", "csv")
    assert code == 2
    assert "--kind deviations" in err


def test_a_file_appears_whole_and_replaces_the_old_one(run: Run, protocol: Path, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    out.write_text("old", encoding="utf-8")
    assert run("check", protocol, data, "--format", "json", "-o", out)[1] == ""
    assert json.loads(out.read_text(encoding="utf-8"))["summary"]["participants"] == 3
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_a_failed_run_leaves_the_old_file(run: Run, protocol: Path, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    out.write_text("old", encoding="utf-8")
    assert run("check", protocol, data, "--participant", "P9", "-o", out)[0] == 2
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out.json", "small.proto"]


def test_what_is_read_is_never_written_over(run: Run, protocol: Path, data: Path) -> None:
    before = {path: path.read_bytes() for path in (protocol, *data.iterdir())}
    for command, *options in (
        ("check", protocol, data, "--output", protocol),
        ("check", protocol, data, "--output", data / "visits.csv"),
        ("check", protocol, data, "--format", "csv", "--output", data),
        ("screen", protocol, data, "--format", "csv", "--output", data),
        ("schedule", protocol, data, "--format", "csv", "--output", data),
        ("explain", protocol, data, "P1", "--output", data / "visits.csv"),
        ("lint", protocol, "--output", protocol),
        ("show", protocol, "--output", protocol),
    ):
        code, _, err = run(command, *options)
        assert code == 2
        assert "is what is read: name another place" in err
    assert {path: path.read_bytes() for path in (protocol, *data.iterdir())} == before
    assert run("check", protocol, data, "--output", data / "new.txt")[0] == 1


def test_an_unknown_participant_or_site_stops_before_anything_is_written(run: Run, protocol: Path, data: Path) -> None:
    code, out, err = run("check", protocol, data, "--participant", "P1", "--participant", "P11", "--format", "jsonl")
    assert (code, out) == (2, "")
    assert "no participant P11 in the data; did you mean P1?" in err
    assert "no site 09 in the data" in run("screen", protocol, data, "--site", "09")[2]
    assert "1 participant," in run("screen", protocol, data, "--site", "02")[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--as-of", "2004-13-01"), "there is no month 13"),
        (("--as-of", "2004-06"), "a cut-off is one day"),
        (("--master", "local[2]"), "--master goes with --engine spark"),
        (("--format", "html", "--engine", "duckdb"), "the engine duckdb only checks and screens"),
        (("--kind", "visits"), "--kind goes with --format csv"),
        (("--output", "no/such/folder"), "there is no folder"),
        (("--output", "."), "is a folder"),
        (("--bogus",), "No such option"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    run: Run, protocol: Path, data: Path, options: tuple[str, ...], words: str
) -> None:
    code, out, err = run("check", protocol, data, *options)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


def test_as_of_is_the_cut_off(run: Run, protocol: Path, data: Path) -> None:
    document = json.loads(run("check", protocol, data, "--format", "json", "--as-of", "2004-06-20")[1])
    assert document["as_of"] == "2004-06-20"
    assert "as of 2004-06-20\n" in run("check", protocol, data, "--as-of", "2004-06-20")[1]


def test_missing_data_stop_the_run(run: Run, protocol: Path, tmp_path: Path) -> None:
    code, _, err = run("check", protocol, tmp_path / "nowhere")
    assert code == 2
    assert "does not exist" in err
    assert "fault" not in err


def test_a_protocol_with_errors_shows_them_and_stops(run: Run, protocol: Path, data: Path) -> None:
    break_it(protocol)
    code, out, err = run("check", protocol, data)
    assert (code, out) == (2, "")
    assert "requier" in err
    assert "repair it first" in err


def test_a_plan_from_an_anchor(run: Run, protocol: Path) -> None:
    code, out, _ = run("schedule", protocol, "--anchor", "W0=2004-06-14", "--arm", "active")
    assert code == 0
    assert "2004-07-12  2004-07-09 to 07-15" in out
    assert "did you mean W0?" in run("schedule", protocol, "--anchor", "W00=2004-06-14")[2]
    assert "has no arm activ" in run("schedule", protocol, "--anchor", "W0=2004-06-14", "--arm", "activ")[2]
    assert "there is no month 13" in run("schedule", protocol, "--anchor", "W0=2004-13-14")[2]
    assert "either DATA or --anchor" in run("schedule", protocol)[2]


def test_the_schedule_of_participants(run: Run, protocol: Path, data: Path) -> None:
    out = run("schedule", protocol, data)[1]
    assert "P1, site 01, arm active" in out
    assert "--arm goes with --anchor" in run("schedule", protocol, data, "--arm", "active")[2]
    document = json.loads(run("schedule", protocol, data, "--format", "json")[1])
    assert document["participants"][1]["visits"][0]["reason"]


def test_the_schedule_counts_what_is_not_applicable(run: Run) -> None:
    words = ("schedule", ROOT / "protocols" / "anrs123.proto", "--anchor", "W0=2004-06-14", "--arm", "control")
    out = run(*words)[1]
    assert "  not applicable: 8 cycles (--verbose lists them)\n" in out
    assert "il2 8" not in out
    whole = run(*words, "--verbose")[1]
    assert "il2 8" in whole
    assert "--verbose" not in whole


def test_data_of_another_trial_are_told_of(run: Run, protocol: Path, data: Path) -> None:
    assert "another trial" not in run("check", protocol, data)[2]
    other = ROOT / "protocols" / "actg175.proto"
    (data / "readings.csv").write_text("participant,measure,date,value\nP1,tps,2004-06-01,50\n", encoding="utf-8")
    told = "note: ACTG175 knows no arm, measure, drug or treatment that the data name: are they of another trial?"
    for command in ("check", "screen"):
        assert run(command, other, data)[2].count(told) == 1
        assert told not in run(command, other, data, "--quiet")[2]
    assert told in run("diff", protocol, other, "--data", data)[2]


def test_arms_without_randomization_are_told_of(run: Run, protocol: Path, data: Path) -> None:
    told = "note: participants have arms, and none has an event randomization: nobody has a day W0"
    assert told not in run("check", protocol, data)[2]
    events = data / "events.csv"
    events.write_text(events.read_text(encoding="utf-8").replace("P1,randomization,2004-06-14\n", ""), encoding="utf-8")
    assert told in run("check", protocol, data)[2]
    assert told not in run("screen", protocol, data)[2]


def test_another_word_for_a_route_is_told_once(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "made-up"
    anrs123 = ROOT / "protocols" / "anrs123.proto"
    run("simulate", anrs123, "--participants", "6", "--none", "--out", data)
    given = data / "administrations.csv"
    told = "note: every route of il2 in the data is sc, and the protocol says subcutaneous"
    assert told not in run("check", anrs123, data)[2]
    words = given.read_text(encoding="utf-8")
    given.write_text(words.replace("subcutaneous", "SC"), encoding="utf-8")
    assert run("check", anrs123, data)[2].count(told) == 1
    given.write_text(words.replace("subcutaneous", "SC", 3), encoding="utf-8")
    assert told not in run("check", anrs123, data)[2]


def test_simulate_refuses_to_plant_nothing_and_something(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "made-up"
    words = ("simulate", ROOT / "protocols" / "anrs123.proto", "--none", "--plant", "DV19", "--out", place)
    code, _, err = run(*words)
    assert code == 2
    assert "--none plants nothing, and --plant something" in err
    assert not place.exists()


def test_simulate_says_how_many_were_planted(run: Run, tmp_path: Path) -> None:
    words = ("simulate", ROOT / "protocols" / "anrs123.proto", "--participants", "4", "--plant", "DV19=20")
    err = run(*words, "--out", tmp_path / "made-up")[2]
    assert "note: 4 of 20 DV19 planted: each participant has one departure at most" in err


def test_an_explanation_says_what_would_decide(run: Run, protocol: Path, data: Path) -> None:
    out = run("explain", protocol, data, "=P3()")[1]
    assert "undetermined" in out
    assert "What would decide it\n  I1 Low CD4 count: " in out
    rule = run("explain", protocol, data, "P1", "I1")[1]
    assert "readings row 2: cd4 200 cells/mm3 (2004-06-01)" in rule
    assert "visit W4: late (+5 days)" in run("explain", protocol, data, "P1", "W4")[1]
    assert "did you mean I1?" in run("explain", protocol, data, "P1", "I11")[2]
    assert run("explain", protocol, data, "P9")[0] == 2


def test_show_tells_the_protocol_in_words(run: Run, protocol: Path) -> None:
    out = run("show", protocol)[1]
    assert "Schedule of activities" in out
    assert "Requires: the latest CD4 cell count within 28 days before screening is at most 200 cells/mm3" in out
    assert run("show", protocol, "--format", "markdown")[1].startswith("# SMALL: A small trial\n")
    assert run("show", protocol, "--format", "html")[1].startswith("<!DOCTYPE html>\n")


def test_show_tells_a_whole_protocol(run: Run) -> None:
    code, out, _ = run("show", ROOT / "protocols" / "anrs123.proto")
    assert code == 0
    for words in (
        "Arms and treatments\n",
        "Up to 8 cycles from week 2, 4 weeks apart, then 6 weeks.",
        "although REG:",
        "missed visit at week 24 and week 52  important",
        "Assumptions\n",
        "Sources\n",
    ):
        assert words in out
    assert max(map(width_of, out.splitlines())) <= WIDTH


def test_show_tells_every_kind_of_rule(run: Run, protocol: Path) -> None:
    protocol.write_text(protocol.read_text(encoding="utf-8") + MORE, encoding="utf-8")
    code, out, err = run("show", protocol, "-q")
    assert (code, err) == (0, "")
    for words in (
        "Not from randomization to week 4.",
        "entry  Screening to baseline",
        "At most 14 days from screening to randomization.",
        "When: the CD4 cell count at week 4 is above 900 cells/mm3",
        "Participation ends at week 4",
        "(telephone visit, small.proto:",
        "One of these is enough: CD4 cell count or Weight.",
        "REG, section 4.1",
        "medications: complete",
    ):
        assert words in out


def test_the_first_words(run: Run) -> None:
    assert run("--version")[:2] == (0, f"protocol-dsl, version {__version__}\n")
    assert run("--help")[0] == 0
    assert run()[0] == 2
    assert "No such command" in run("chek")[2]


def test_a_device_is_written_directly(run: Run, protocol: Path, data: Path) -> None:
    assert run("check", protocol, data, "-o", os.devnull)[:2] == (1, "")


def test_a_cut_off_leaves_rows_out_and_says_so(run: Run, protocol: Path, data: Path) -> None:
    err = run("check", protocol, data, "--as-of", "2004-06-20", "--format", "jsonl")[2]
    assert "note: 2 rows dated after the cut-off, not read\n" in err
    assert "note: 1 row about names that the protocol never mentions\n" in err


def test_lint_prints_mistakes_in_every_format(run: Run, protocol: Path) -> None:
    assert run("lint", protocol)[0] == 0
    break_it(protocol)
    code, out, err = run("lint", protocol)
    assert code == 1
    assert out.startswith("error[PD")
    assert "1 error" in err
    assert json.loads(run("lint", protocol, "--format", "json")[1])["summary"]["errors"] == 1
    assert json.loads(run("lint", protocol, "--format", "sarif")[1])["version"] == "2.1.0"
    assert run("lint", protocol, "--format", "github")[1].startswith("::error file=")
    assert run("lint", protocol, "--exit-zero")[0] == 0


def test_lint_goes_on_after_a_file_that_cannot_be_read(run: Run, protocol: Path, tmp_path: Path) -> None:
    break_it(protocol)
    code, out, err = run("lint", tmp_path / "small.prot", protocol)
    assert code == 2
    assert "error[PD" in out
    assert "did you mean small.proto?" in err


def test_one_participant_from_a_file(run: Run, protocol: Path, tmp_path: Path) -> None:
    one = {"participant": "P1", "readings": [{"measure": "cd4", "date": "2004-06-01", "value": "150"}]}
    path = tmp_path / "one.json"
    path.write_text(json.dumps(one), encoding="utf-8")
    assert json.loads(run("screen", protocol, path, "--format", "json")[1])["summary"]["participants"] == 1
