"""``lint --fix``: what is repaired in a file, and what never is."""

import codecs
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from protocol_dsl.apps.cli import fixing
from protocol_dsl.base.source import Text
from protocol_dsl.project.fixes import Repaired, repaired
from protocol_dsl.project.texts import Shelf

Run: TypeAlias = Callable[..., tuple[int, str, str]]

SPOILT = """protocol SMALL "A small trial"
  language 1
use hiv (cd4, hiv_rna)
anchor SCR is screening
eligibility at SCR
inclusion I1 \u201cAdult\u201d
  require age at SCR \u2265 18years
visit SCR assess cd4
"""
WHOLE = """protocol SMALL "A small trial"
  language 1
use hiv (cd4)
anchor SCR is screening
eligibility at SCR
inclusion I1 "Adult"
  require age at SCR >= 18 years
visit SCR assess cd4
"""


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    """A protocol as a word processor leaves it."""
    path = tmp_path / "spoilt.proto"
    path.write_text(SPOILT, encoding="utf-8")
    return path


def test_safe_fixes_are_made_and_told_and_a_second_time_there_is_nothing_to_do(run: Run, spoilt: Path) -> None:
    code, _, err = run("lint", spoilt)
    assert code == 1
    assert "; --fix repairs " in err
    assert spoilt.read_text(encoding="utf-8") == SPOILT
    code, out, err = run("lint", spoilt, "--fix")
    assert (code, out) == (0, "")
    assert spoilt.read_text(encoding="utf-8") == WHOLE
    assert f"{spoilt}:7: PD007 repaired: write >=" in err
    assert f"{spoilt}:3: PD131 repaired: take out hiv_rna" in err
    assert "no mistakes" in err
    before = spoilt.stat().st_mtime_ns
    assert "repaired" not in run("lint", spoilt, "--fix")[2]
    assert spoilt.stat().st_mtime_ns == before
    assert sorted(path.name for path in spoilt.parent.iterdir()) == [spoilt.name]


def test_line_ends_a_byte_order_mark_and_permissions_stay(run: Run, spoilt: Path) -> None:
    spoilt.write_bytes(codecs.BOM_UTF8 + SPOILT.replace("\n", "\r\n").encode())
    spoilt.chmod(0o640)
    run("lint", spoilt, "--fix", "--quiet")
    assert spoilt.read_bytes() == codecs.BOM_UTF8 + WHOLE.replace("\n", "\r\n").encode()
    assert stat.S_IMODE(spoilt.stat().st_mode) == 0o640


def test_what_may_have_been_meant_otherwise_is_repaired_only_when_asked_for(run: Run, spoilt: Path) -> None:
    bare = WHOLE.replace("18 years", "18")
    spoilt.write_text(bare, encoding="utf-8")
    assert run("lint", spoilt, "--fix")[0] == 1
    assert spoilt.read_text(encoding="utf-8") == bare
    assert run("lint", spoilt, "--fix", "--unsafe-fixes")[0] == 0
    assert spoilt.read_text(encoding="utf-8") == WHOLE
    assert "--unsafe-fixes goes with --fix" in run("lint", spoilt, "--unsafe-fixes")[2]


def test_a_file_that_changes_meanwhile_is_left_as_it_is(
    run: Run, spoilt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(text: Text, shelf: Shelf, safeties: tuple[str, ...]) -> Repaired:  # noqa: ARG001 -- safe ones are made
        found = repaired(text, shelf)
        spoilt.write_text("# somebody else\n" + SPOILT, encoding="utf-8")
        return found

    monkeypatch.setattr(fixing, "repaired", slow)
    code, _, err = run("lint", spoilt, "--fix")
    assert code == 2
    assert "changed while it was being repaired" in err
    assert spoilt.read_text(encoding="utf-8") == "# somebody else\n" + SPOILT


def test_a_library_beside_the_protocol_is_left_alone(run: Run, spoilt: Path) -> None:
    beside = spoilt.with_name("own.proto")
    beside.write_text("library own\n  language 1\nmeasure cd8 \u201cCD8\u201d in cells/mm3\n", encoding="utf-8")
    before = beside.read_text(encoding="utf-8")
    spoilt.write_text(
        WHOLE.replace("visit SCR assess cd4", "visit SCR assess cd4, cd8") + "use own (cd8)\n", encoding="utf-8"
    )
    assert run("lint", spoilt, "--fix")[0] == 1
    assert beside.read_text(encoding="utf-8") == before


def test_a_file_that_is_not_there_is_told_once(run: Run, spoilt: Path) -> None:
    code, _, err = run("lint", spoilt.with_name("gone.proto"), spoilt, "--fix")
    assert code == 2
    assert err.count("gone.proto") == 1
    assert spoilt.read_text(encoding="utf-8") == WHOLE


def test_fixes_stand_in_json_and_sarif(run: Run, spoilt: Path) -> None:
    found = json.loads(run("lint", spoilt, "--format", "json")[1])["diagnostics"]
    fixes = {each["code"]: each["fix"] for each in found}
    assert fixes["PD007"]["edits"] == [
        {"file": str(spoilt), "line": 7, "column": 22, "end_line": 7, "end_column": 23, "words": ">="}
    ]
    (results,) = (each["results"] for each in json.loads(run("lint", spoilt, "--format", "sarif")[1])["runs"])
    (made,) = (each["fixes"] for each in results if each["ruleId"] == "PD007")
    assert made[0]["artifactChanges"][0]["replacements"] == [
        {
            "deletedRegion": {"startLine": 7, "startColumn": 22, "endLine": 7, "endColumn": 23},
            "insertedContent": {"text": ">="},
        }
    ]


def test_what_was_not_decided_is_told_when_asked_for(run: Run, spoilt: Path) -> None:
    rising = WHOLE + 'inclusion I2 "Rising"\n  require latest cd4 before SCR > 2 times first cd4 before SCR\n'
    spoilt.write_text(rising, encoding="utf-8")
    assert run("lint", spoilt)[1] == ""
    assert "PD336" in run("lint", spoilt, "--verbose")[1]
