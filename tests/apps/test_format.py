"""``format``: in place and whole, as a check, as a difference, and through a pipe."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import which

import pytest

Run = Callable[..., tuple[int, str, str]]

UNTIDY = "anchor  SCR is screening\n\n\n\nanchor W0  is randomization\n"
TIDY = "anchor SCR is screening\n\nanchor W0 is randomization\n"


@pytest.fixture
def untidy(tmp_path: Path) -> Path:
    path = tmp_path / "untidy.protocol"
    path.write_text(UNTIDY, encoding="utf-8", newline="")
    return path


def test_a_file_is_laid_out_in_place(run: Run, untidy: Path) -> None:
    untidy.chmod(0o640)
    assert run("format", untidy) == (0, "", f"changed: {untidy}\n")
    assert untidy.read_text(encoding="utf-8") == TIDY
    assert untidy.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in untidy.parent.iterdir()] == [untidy.name]


def test_a_file_in_which_nothing_changes_is_not_touched(run: Run, untidy: Path) -> None:
    untidy.write_text(TIDY, encoding="utf-8")
    before = untidy.stat()
    assert run("format", untidy) == (0, "", "")
    assert (untidy.stat().st_ino, untidy.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert run("format", "--check", untidy) == (0, "", "would change: nothing\n")


def test_a_check_writes_nothing_and_exits_with_1(run: Run, untidy: Path) -> None:
    assert run("format", "--check", untidy) == (1, "", f"would change: {untidy}\n")
    assert run("format", "--check", "--quiet", untidy) == (1, "", "")
    assert untidy.read_text(encoding="utf-8") == UNTIDY


def test_a_difference_can_be_applied_as_a_patch(run: Run, untidy: Path) -> None:
    untidy.write_text(UNTIDY.rstrip("\n"), encoding="utf-8")
    code, out, _ = run("format", "--diff", untidy)
    assert code == 1
    assert "-anchor  SCR is screening\n+anchor SCR is screening\n" in out
    assert "\\ No newline at end of file\n" in out
    patch = which("patch")
    if patch is None:
        pytest.skip("there is no patch on this machine")
    subprocess.run([patch, str(untidy)], input=out, text=True, check=True, capture_output=True)  # noqa: S603 - ours
    assert untidy.read_text(encoding="utf-8") == TIDY


def test_standard_input_goes_to_standard_output(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(UNTIDY.encode())))
    assert run("format", "-") == (0, TIDY, "changed: standard input\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(UNTIDY.encode())))
    assert run("format", "--check", "-") == (1, "", "would change: standard input\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    code, out, err = run("format", "-")
    assert (code, out) == (2, "")
    assert "standard input is empty" in err


def test_a_byte_order_mark_is_dropped_and_windows_line_ends_stay(run: Run, untidy: Path) -> None:
    untidy.write_bytes(b"\xef\xbb\xbfanchor SCR is screening\r\n")
    assert run("format", "--quiet", untidy) == (0, "", "")
    assert untidy.read_bytes() == b"anchor SCR is screening\r\n"


def test_a_declaration_that_cannot_be_read_is_named(run: Run, untidy: Path) -> None:
    untidy.write_text(f"{UNTIDY}inclusion  I1\n  requires x\n", encoding="utf-8")
    code, _, err = run("format", untidy)
    assert code == 0
    assert f"{untidy}:6: cannot be read and is left as it is; lint says why\n" in err
    assert untidy.read_text(encoding="utf-8") == f"{TIDY}inclusion  I1\n  requires x\n"


def test_many_declarations_that_cannot_be_read_are_named_in_one_line(run: Run, untidy: Path) -> None:
    untidy.write_text(UNTIDY + "visitt W0\n" * 7, encoding="utf-8")
    _, _, err = run("format", untidy)
    assert f"{untidy}: 7 declarations cannot be read and are left as they are (lines 6, 7, 8, 9, 10 and 2 more)" in err
    untidy.write_text("anchor SCR is screening\nvisitt W0\nvisitt W4\n", encoding="utf-8")
    assert "(lines 2, 3); lint says why\n" in run("format", untidy)[2]


def test_a_file_that_cannot_be_read_does_not_stop_the_others(run: Run, untidy: Path) -> None:
    code, _, err = run("format", untidy.with_name("untidi.protocol"), untidy)
    assert code == 2
    assert "did you mean untidy.protocol?" in err
    assert untidy.read_text(encoding="utf-8") == TIDY


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may write any file")
def test_a_file_that_may_not_be_written_is_not_replaced(run: Run, untidy: Path) -> None:
    untidy.chmod(0o440)
    assert run("format", untidy) == (2, "", f"protocol-dsl: {untidy} may not be written\n")
    assert untidy.read_text(encoding="utf-8") == UNTIDY


def test_what_a_link_points_to_is_laid_out_and_the_link_stays(run: Run, untidy: Path) -> None:
    link = untidy.with_name("link.proto")
    link.symlink_to(untidy)
    assert run("format", "-q", link)[0] == 0
    assert link.is_symlink()
    assert untidy.read_text(encoding="utf-8") == TIDY
