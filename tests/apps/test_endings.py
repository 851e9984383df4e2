"""However a run ends: an exit code and a sentence, no traceback, no half-written file."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

import click
import pytest

from protocol_dsl.apps.cli.endings import DEBUG, ended
from protocol_dsl.apps.cli.kept import folder_beside
from protocol_dsl.apps.cli.output import beside, ink_of
from protocol_dsl.apps.cli.progress import patient, shared, watched

COMMAND = [sys.executable, "-m", "protocol_dsl"]


def failing(error: BaseException) -> click.Command:
    @click.command()
    def command() -> None:
        raise error

    return command


def test_a_fault_of_ours_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DEBUG, raising=False)
    assert ended(failing(KeyError("x")), []) == 2
    said = capsys.readouterr().err
    assert "this is a fault of protocol-dsl" in said
    assert "Traceback" not in said
    monkeypatch.setenv(DEBUG, "1")
    assert ended(failing(KeyError("x")), []) == 2
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (BrokenPipeError(), 141, ""),
        (PermissionError(13, "Permission denied", "x.json"), 2, "x.json: Permission denied"),
        (OSError(28, "No space left on device"), 2, "could not write the output: No space left"),
    ],
)
def test_what_the_system_does_is_no_fault(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, words: str
) -> None:
    assert ended(failing(error), []) == code
    said = capsys.readouterr().err
    assert words in said
    assert "fault of" not in said


def test_a_reader_that_goes_away(protocol: Path, data: Path) -> None:
    with subprocess.Popen(  # noqa: S603 - ours
        [*COMMAND, "check", protocol, data, "--format", "jsonl"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
        assert process.wait() == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk(protocol: Path, data: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run([*COMMAND, "check", protocol, data], stdout=full, stderr=subprocess.PIPE, check=False)  # noqa: S603 - ours
    assert ran.returncode == 2
    assert b"could not write the output" in ran.stderr
    assert b"Traceback" not in ran.stderr


def test_the_same_bytes_under_any_locale(protocol: Path, data: Path) -> None:
    written = {
        subprocess.run(  # noqa: S603 - ours
            [*COMMAND, "check", protocol, data, "--format", "json", "--exit-zero"],
            env={**os.environ, "LC_ALL": locale, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            check=True,
        ).stdout
        for locale, seed, zone in (("C", "1", "UTC"), ("C.UTF-8", "2", "Asia/Tokyo"))
    }
    assert len(written) == 1


def test_an_interrupted_write_leaves_nothing(tmp_path: Path) -> None:
    def write_half() -> None:
        with beside(tmp_path / "out.txt") as file:
            file.write("half")
            signal.raise_signal(signal.SIGINT)

    def list_half() -> None:
        with folder_beside(tmp_path / "out") as folder:
            (folder / "a.csv").write_text("half", encoding="utf-8")
            signal.raise_signal(signal.SIGINT)

    for write in (write_half, list_half):
        with pytest.raises(KeyboardInterrupt):
            write()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told_by_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 255)
    with pytest.raises(OSError, match="File name too long") as caught, folder_beside(path):
        pass
    assert caught.value.filename == str(path)


def test_listings_go_into_a_folder_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("kept", encoding="utf-8")
    with folder_beside(tmp_path / "out") as folder:
        (folder / "a.csv").write_text("new", encoding="utf-8")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"mine.txt", "a.csv"}


def test_no_colour_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert ink_of(Terminal()).is_coloured  # type: ignore[arg-type] # as much of a stream as is asked
    monkeypatch.setenv("NO_COLOR", "1")
    assert not ink_of(Terminal()).is_coloured  # type: ignore[arg-type] # as above
    assert not ink_of(None).is_coloured


def test_progress_is_told_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("protocol_dsl.apps.cli.progress.PATIENCE", 0)
    assert list(watched(range(120), is_quiet=False)) == list(range(120))
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert list(watched(range(120), is_quiet=False)) == list(range(120))
    assert "50 participants" in capsys.readouterr().err
    with patient("reading the data", is_quiet=False):
        time.sleep(0.05)
    assert "reading the data" in capsys.readouterr().err


def test_the_share_of_a_statement_is_told_while_it_runs_and_never_falls(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("protocol_dsl.apps.cli.progress.PATIENCE", 0)
    monkeypatch.setattr("protocol_dsl.apps.cli.progress.PACE", 0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    said, everything = iter([0.25, 0.75, 0.5, None]), Event()

    def share() -> float | None:
        found = next(said, None)
        if found is None:
            everything.set()
        return found

    with shared(share, is_quiet=False):
        assert everything.wait(10)
    shown = capsys.readouterr().err.split("\r\x1b[K")
    assert shown[:5] == ["", *(f"judging in columns: {part}%" for part in (25, 75, 75)), ""]
    with shared(lambda: 0.5, is_quiet=True):
        pass
    assert capsys.readouterr().err == ""


def test_a_signal_while_modules_are_imported_is_an_interruption() -> None:
    # A finder of modules that answers as Ctrl-C does.
    script = """
import sys
class Interrupted:
    def find_spec(self, name, *_):
        if name == "protocol_dsl.apps.cli.commands":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupted())
import protocol_dsl.apps.cli
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert (ran.returncode, ran.stderr) == (130, "protocol-dsl: interrupted\n")
