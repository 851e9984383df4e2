"""A run in a hostile place: full disks, closed streams, other locales, strange paths."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.hostile.conftest import EXAMPLE, PROTOCOL, Ended

COMMAND = [sys.executable, "-m", "protocol_dsl"]
FULL = Path("/dev/full")


def bytes_of(arguments: list[str], **environment: str) -> tuple[int, bytes, bytes]:
    """A run of its own: code, output, what was said."""
    with_more: Mapping[str, str] = {**os.environ, "PROTOCOL_DSL_CACHE": "off", **environment}
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, env=with_more, timeout=60, check=False)  # noqa: S603 - our own command
    return done.returncode, done.stdout, done.stderr


def test_the_same_bytes_in_every_environment() -> None:
    arguments = ["check", str(PROTOCOL), str(EXAMPLE), "--reasons", "against"]
    expected = bytes_of(arguments)
    for environment in (
        {
            "LC_ALL": "C",
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
            "PYTHONHASHSEED": "1",
            "TZ": "Pacific/Kiritimati",
        },
        {"PYTHONIOENCODING": "utf-16", "COLUMNS": "20", "PYTHONHASHSEED": "77", "TZ": "America/Los_Angeles"},
    ):
        assert bytes_of(arguments, **environment) == expected


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_said_and_leaves_nothing() -> None:
    for arguments in (["check", str(PROTOCOL), str(EXAMPLE)], ["lint", str(PROTOCOL)], ["--help"]):
        with FULL.open("wb") as full:
            done = subprocess.run([*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, check=False)  # noqa: S603 - our own command
        assert done.returncode == 2
        assert b"could not write the output: No space left" in done.stderr
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_changes_no_exit_code(tmp_path: Path, closed: str) -> None:
    output = tmp_path / "out.txt"
    words = f'"$@" -q -o "{output}" {closed}'
    done = subprocess.run(  # noqa: S603 - our own command
        ["/bin/sh", "-c", words, "sh", *COMMAND, "check", str(PROTOCOL), str(EXAMPLE)],
        env={**os.environ, "PROTOCOL_DSL_CACHE": "off"},
        check=False,
    )
    assert done.returncode == 1
    assert output.read_text(encoding="utf-8").startswith("ANRS123")


@pytest.mark.parametrize(
    "place",
    ["data/readings.csv", "data", "anrs123.proto", "nowhere/out.txt"],
    ids=["table", "data", "protocol", "nowhere"],
)
def test_output_never_takes_the_place_of_what_is_read(
    run: Callable[..., Ended], study: Path, tmp_path: Path, place: str
) -> None:
    study.rename(tmp_path / "data")
    protocol = tmp_path / "anrs123.proto"
    protocol.write_bytes(PROTOCOL.read_bytes())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert run("check", protocol, tmp_path / "data", "-o", tmp_path / place).code == 2
    if place == "data":
        assert run("check", protocol, tmp_path / "data", "--format", "csv", "-o", tmp_path / place).code == 2
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_listings_take_the_place_of_listings_and_of_nothing_else(run: Callable[..., Ended], study: Path) -> None:
    before = (study / "participants.csv").read_bytes()
    ended = run("check", PROTOCOL, EXAMPLE, "--format", "csv", "-o", study)
    assert ended.code == 2
    assert "participants.csv is no listing of protocol-dsl" in ended.err
    assert (study / "participants.csv").read_bytes() == before
    listings = study.parent / "listings"
    for _ in range(2):
        assert run("check", PROTOCOL, EXAMPLE, "--format", "csv", "-o", listings).code == 1


@pytest.mark.parametrize(
    "day", ["", "x", "2004", "2004-06", "2004-02-30", "0000-00-00", "10000-01-01", "20060302", "٢٠٠٦-٠٣-٠٢", "-1"]
)
def test_a_cut_off_that_is_no_day_is_refused(run: Callable[..., Ended], day: str) -> None:
    ended = run("check", PROTOCOL, EXAMPLE, "--as-of", day)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.startswith(f"protocol-dsl: --as-of {day}: ")


@pytest.mark.parametrize(
    "place", ["", "-", "no/such/folder", str(PROTOCOL), str(EXAMPLE / "readings.csv"), "a" * 5_000]
)
def test_data_that_are_no_study_are_refused(
    run: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = run("check", PROTOCOL, place)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    "anchor",
    [
        "W0=2004-06-14 --anchor W0=2005-01-01",
        "W0=2004-06-14 --anchor randomization=2004-06-14",
        "W0",
        "W0=",
        "=2004",
        "W9=2004-01-01",
        "W0=x",
        "w0=2004-01-01",
    ],
)
def test_an_anchor_that_is_none_is_refused(run: Callable[..., Ended], anchor: str) -> None:
    assert run("schedule", PROTOCOL, "--anchor", *anchor.split()).code == 2


@pytest.mark.parametrize(
    ("name", "nearest"), [("I55", "I5"), ("i5", "I5"), ("W25", "W52"), ("", ""), ("no such rule", "")]
)
def test_explain_offers_the_nearest_name(run: Callable[..., Ended], name: str, nearest: str) -> None:
    ended = run("explain", PROTOCOL, EXAMPLE, "P01", name)
    assert ended.code == 2
    assert "is no rule" in ended.err
    assert not nearest or f"did you mean {nearest}?" in ended.err


def test_a_participant_of_another_site_is_said_to_be_so(run: Callable[..., Ended], study: Path) -> None:
    (study / "participants.csv").write_text("participant,site\nP01,01\nP02,02\n", encoding="utf-8")
    asked = ("check", PROTOCOL, study, "--participant", "P01")
    assert "P01 is not of site 02" in run(*asked, "--site", "02").err
    assert "no site 03 in the data" in run(*asked, "--site", "03").err
    assert run(*asked, "--site", "02", "--site", "01").code in {0, 1}


@pytest.mark.parametrize(
    ("command", "nearest"),
    [
        (("explain", PROTOCOL, EXAMPLE, "p01"), "P01"),
        (("explain", PROTOCOL, EXAMPLE, "P001", "I5"), "P01"),
        (("check", PROTOCOL, EXAMPLE, "--participant", "P001"), "P01"),
        (("screen", PROTOCOL, EXAMPLE, "--site", "001"), "01"),
    ],
)
def test_the_nearest_name_in_the_data_is_offered(
    run: Callable[..., Ended], command: tuple[object, ...], nearest: str
) -> None:
    ended = run(*command)
    assert ended.code == 2
    assert f"did you mean {nearest}?" in ended.err


def test_explain_says_how_an_endpoint_is_asked_for(run: Callable[..., Ended]) -> None:
    assert "S1 is an endpoint: --endpoint S1 says" in run("explain", PROTOCOL, EXAMPLE, "P01", "S1").err


STEERING = "\x1b[31mRED\x1b]0;t\x07\u202e\x9b2J\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", PROTOCOL, EXAMPLE, STEERING),
        ("check", PROTOCOL, EXAMPLE, "-q", "--participant", STEERING),
        ("check", PROTOCOL, EXAMPLE, "-q", "--site", STEERING),
        ("check", PROTOCOL, EXAMPLE, "--as-of", STEERING),
        ("check", PROTOCOL, STEERING, "-q"),
        ("schedule", PROTOCOL, "--anchor", f"{STEERING}=2004-01-01"),
        ("schedule", PROTOCOL, "--anchor", "W0=2004-01-01", "--arm", STEERING),
        ("simulate", PROTOCOL, "--out", "nowhere", "--plant", STEERING),
        ("check", PROTOCOL, EXAMPLE, f"--{STEERING}"),
        ("lint", f"{STEERING}.proto"),
    ],
)
def test_what_stops_a_run_is_said_without_steering_the_terminal(arguments: tuple[object, ...], tmp_path: Path) -> None:
    shown = on_a_terminal(tmp_path, *arguments)
    assert b"RED" in shown
    assert [sign for sign in ("\x1b", "\x07", "\u202e", "\x9b") if sign.encode() in shown] == []


@pytest.mark.parametrize("form", [("csv", "--kind", "participants"), ("jsonl",), ("json",)], ids=lambda form: form[0])
def test_a_listing_on_a_terminal_does_not_steer_it(study: Path, form: tuple[str, ...]) -> None:
    with (study / "participants.csv").open("a", encoding="utf-8") as file:
        file.write(f'"{STEERING}",01,1970-01-01,male,control,yes,no\n')
    shown = on_a_terminal(study, "check", PROTOCOL, study, "-q", "--format", *form)
    assert b"RED" in shown
    assert [sign for sign in ("\x1b", "\x07", "\u202e", "\x9b") if sign.encode() in shown] == []


def on_a_terminal(folder: Path, *arguments: object) -> bytes:
    """What a run prints on a terminal, output and errors."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PROTOCOL_DSL_CACHE": "off", "NO_COLOR": "1"}
    command = [*COMMAND, *map(str, arguments)]
    shown = b""
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, cwd=folder, env=environment) as process:  # noqa: S603 - our own command
        os.close(theirs)
        try:
            while piece := os.read(ours, 65_536):
                shown += piece
        except OSError:  # Linux says so where the other side has gone
            pass
        process.wait(60)
    os.close(ours)
    return shown
