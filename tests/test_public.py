"""The Python interface: what `import protocol_dsl` promises."""

import json
import tomllib
from datetime import date
from pathlib import Path

import pytest

import protocol_dsl
from protocol_dsl.project.errors import UnreadableProtocolError
from protocol_dsl.project.texts import FolderShelf, read_text

PROTOCOL = """protocol SMALL "A small trial"
  language 1
measure cd4 "CD4 cell count" in cells/mm3
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
inclusion I1 "Low CD4 count"
  require latest cd4 within 28 days before SCR <= 200 cells/mm3
  because "made up"
visit W0 "Baseline"
  assess cd4
  because "made up"
"""
P1 = {
    "participant": "P1",
    "events": [{"event": "screening", "date": "2004-06-01"}, {"event": "randomization", "date": "2004-06-14"}],
    "readings": [{"measure": "cd4", "date": "2004-06-01", "value": "199", "unit": "cells/mm3"}],
}
P2 = {"participant": "P2", "events": [{"event": "screening", "date": "2004-06-01"}]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "small.proto"
    found.write_text(PROTOCOL, encoding="utf-8")
    return found


@pytest.fixture
def study(path: Path) -> protocol_dsl.Study:
    return protocol_dsl.load(path)


def test_the_public_names_are_there_and_typed() -> None:
    for name in protocol_dsl.__all__:
        assert getattr(protocol_dsl, name).__doc__
        assert name in dir(protocol_dsl)
    with pytest.raises(AttributeError, match="no attribute 'lod'"):
        _ = protocol_dsl.lod


def test_the_version_is_that_of_the_package() -> None:
    root = Path(__file__).resolve().parents[1]
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["project"]["version"] == protocol_dsl.__version__


def test_a_study_judges_one_participant_or_many(study: protocol_dsl.Study) -> None:
    assert [each.participant for each in study.check(P1)] == ["P1"]
    check = study.check([P2, P1])
    verdicts = {each.participant: each.eligibility.decisive.verdict for each in check if each.eligibility}
    assert verdicts == {"P1": "eligible", "P2": "undetermined"}
    assert check.summary.participants == 2
    assert check.problems == ()


def test_the_summary_does_not_need_an_iteration_and_allows_another(study: protocol_dsl.Study) -> None:
    check = study.check([P1, P2])
    assert check.summary.eligible == 1
    assert len(list(check)) == 2
    assert len(list(check)) == 2
    assert check.summary.participants == 2


def test_screen_schedule_and_explain(study: protocol_dsl.Study) -> None:
    screen = study.screen([P1, P2])
    assert [(step.rule, step.unknown) for step in screen.attrition] == [("I1", 1)]
    (planned,) = study.schedule(P1)
    assert planned.visits[0].visit == "W0"
    explanation = study.explain([P1, P2], "P2")
    assert explanation.result.participant == "P2"
    assert explanation.rules[0].finding.missing
    with pytest.raises(KeyError):
        study.explain(P1, "P9")


def test_tables_and_files_are_data_too(study: protocol_dsl.Study, tmp_path: Path) -> None:
    tables = {"participants": [{"participant": "P1"}], "readings": [{**P1["readings"][0], "participant": "P1"}]}  # type: ignore[dict-item] # a known form
    assert study.check(tables).summary.participants == 1
    file = tmp_path / "one.json"
    file.write_text(json.dumps(P1), encoding="utf-8")
    assert study.check(file).summary.participants == 1
    with pytest.raises(protocol_dsl.UnreadableError):
        study.check(tmp_path / "nowhere")


def test_a_cut_off_is_one_day(study: protocol_dsl.Study) -> None:
    assert study.check(P1, as_of="2004-06-02").as_of == study.check(P1, as_of=date(2004, 6, 2)).as_of
    assert study.check(P1, as_of="2004-06-02").is_as_of_given
    with pytest.raises(ValueError, match="a cut-off is one day"):
        study.check(P1, as_of="2004-06")


def test_an_error_carries_every_mistake(path: Path) -> None:
    path.write_text(PROTOCOL.replace("require", "requier").replace("assess", "asess"), encoding="utf-8")
    with pytest.raises(protocol_dsl.ProtocolError) as caught:
        protocol_dsl.load(path)
    assert len(caught.value.diagnostics) == 2
    assert str(caught.value).count(f"--> {path}:") == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"protocol \0", "holds a NUL byte at line 1, byte 10"),
        ("protocol".encode("utf-16"), "is in UTF-16: save it as UTF-8"),
        (b'protocol A "x"\n# caf\xe9\n', "byte 0xE9 (perhaps \xe9 in Latin-1) at line 2, byte 6; save it as UTF-8"),
        (b"# " + b"x" * 5_000_000, "is larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_text_is_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "odd.proto"
    path.write_bytes(content)
    with pytest.raises(UnreadableProtocolError) as caught:
        protocol_dsl.load(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))


def test_a_missing_file_and_a_folder(path: Path) -> None:
    with pytest.raises(
        protocol_dsl.ProtocolError, match=r"there is no file .*smal\.proto; did you mean small\.proto\?"
    ):
        protocol_dsl.load(path.with_name("smal.proto"))
    with pytest.raises(protocol_dsl.ProtocolError, match=r"is a folder: name the protocol in it \(small\.proto\)"):
        protocol_dsl.load(path.parent)
    with pytest.raises(protocol_dsl.ProtocolError, match="cannot be read"):
        protocol_dsl.load("a\0b")


def test_a_byte_order_mark_is_dropped(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + PROTOCOL.encode())
    assert read_text(path).content == PROTOCOL
    assert protocol_dsl.load(path).model.name == "SMALL"


def test_line_ends_of_every_system(path: Path) -> None:
    for end in ("\r\n", "\r", "\n"):
        path.write_bytes(PROTOCOL.replace("requ", "reqi").replace("\n", end).encode())
        with pytest.raises(protocol_dsl.ProtocolError, match=r"small\.proto:8:3"):
            protocol_dsl.load(path)


def test_no_path_leaves_the_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret.proto").write_text("secret", encoding="utf-8")
    (inner / "link.proto").symlink_to(tmp_path / "secret.proto")
    (inner / "mine.protocol").write_text("mine", encoding="utf-8")
    shelf = FolderShelf(inner)
    assert shelf.library("mine") is not None
    assert [shelf.library(name) for name in ("../secret", "link", "nothing", "a\0b", "x" * 5000)] == [None] * 5
    names = ("../secret.proto", str(tmp_path / "secret.proto"), "link.proto", "", "mine.protocol/../../secret.proto")
    assert [shelf.source(name) for name in names] == [None] * 5
    shipped = shelf.library("hiv")
    assert shipped is not None
    assert shipped.name == "library/hiv.proto"


def test_sources_are_found_in_their_folder_too(tmp_path: Path) -> None:
    (tmp_path / "REG.txt").write_text("18 Years and older", encoding="utf-8")
    assert FolderShelf(tmp_path / "elsewhere", tmp_path).source("sources/REG.txt") == "18 Years and older"
