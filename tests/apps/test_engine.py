"""``screen --engine duckdb``: the same bytes, and a sentence wherever it cannot."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pytest

from protocol_dsl.model.results import ParticipantResult
from protocol_dsl.project.column_eligibility import ColumnEligibility

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def parquet(data: Path, tmp_path: Path) -> Path:
    """The small study as Parquet files of texts."""
    folder = tmp_path / "parquet"
    folder.mkdir()
    for path in data.glob("*.csv"):
        query = f"from read_csv('{path}', all_varchar = true)"
        duckdb.sql(f"copy ({query}) to '{folder / path.stem}.parquet' (format parquet)")
    return folder


@pytest.mark.parametrize("form", ["text", "json", "jsonl"])
def test_the_answer_is_the_interpreters_to_the_byte(run: Run, protocol: Path, parquet: Path, form: str) -> None:
    asked = ("screen", protocol, parquet, "--format", form, "--reasons", "none", "--engine")
    reference, columns = run(*asked, "interpreter"), run(*asked, "duckdb", "--memory", "256MB")
    assert columns[:2] == reference[:2]
    assert "engine: interpreter" in reference[2]
    assert "engine: duckdb" in columns[2]
    assert "P1" in columns[1] or form == "text"


def test_a_sample_is_judged_again_by_the_interpreter(
    run: Run, protocol: Path, parquet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("screen", protocol, parquet, "--engine", "duckdb", "--verify", str(10**20))
    code, _, err = run(*asked)
    assert code == 0
    assert "note: verify: 2 participants judged again by the interpreter, with the same answers" in err
    assert "verify" not in run(*asked, "--quiet")[2]
    right = ColumnEligibility.result_of

    def wrong(answers: ColumnEligibility, row: Sequence[object]) -> ParticipantResult:
        return right(answers, [*row[:3], 2 - int(str(row[3])), *row[4:]])

    monkeypatch.setattr(ColumnEligibility, "result_of", wrong)
    code, _, err = run(*asked)
    assert code == 2
    assert "the engines disagree" in err
    assert "P1 is judged otherwise in columns" in err


def test_where_the_interpreter_judges_everybody_nobody_is_judged_again(run: Run, protocol: Path, parquet: Path) -> None:
    _, _, err = run("screen", protocol, parquet, "--engine", "interpreter", "--verify", "5")
    assert "note: verify: the interpreter judged everybody, so nobody was judged again" in err
    assert "verify" not in run("screen", protocol, parquet, "--engine", "interpreter")[2]


def test_a_program_of_its_own_says_nothing_else(protocol: Path, parquet: Path) -> None:
    command = [sys.executable, "-m", "protocol_dsl", "screen", str(protocol), str(parquet), "--engine", "duckdb"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    assert found.stderr.splitlines() == ["note: engine: duckdb"]


def test_a_small_study_is_left_to_the_interpreter(run: Run, protocol: Path, parquet: Path) -> None:
    assert "engine: interpreter" in run("screen", protocol, parquet)[2]


def test_what_is_too_old_for_columns_is_told(
    run: Run, protocol: Path, parquet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.version", {"duckdb": "1.3.2", "sqlglot": "29.0.1"}.__getitem__)
    monkeypatch.setattr("protocol_dsl.project.study.is_large", lambda _: True)
    database, trees = "need duckdb 1.4 or later, and 1.3.2 is", "need sqlglot 30.0 or later, and 29.0.1 is"
    for words, *command in (
        (database, "screen", protocol, parquet, "--engine", "duckdb"),
        (trees, "screen", protocol, parquet, "--engine", "duckdb"),
        (trees, "sql", protocol),
    ):
        code, out, err = run(*command)
        assert (code, out) == (2, "")
        assert f"columns {words} installed" in err
        assert 'pip install "protocol-dsl[columns]"' in err
    assert "engine: interpreter" in run("screen", protocol, parquet)[2]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--participant", "P1"), "judges everybody and gives no reasons"),
        (("--reasons", "all"), "judges everybody and gives no reasons"),
        (("--memory", "much"), "--memory much: write it as 512MB or 2GB"),
    ],
)
def test_what_columns_cannot_do_is_said(
    run: Run, protocol: Path, parquet: Path, options: tuple[str, ...], words: str
) -> None:
    code, out, err = run("screen", protocol, parquet, "--engine", "duckdb", *options)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.parametrize("engine", ["auto", "interpreter", "duckdb"])
@pytest.mark.parametrize("memory", ["much", "-1MB", "50%", "512", ""])
def test_a_memory_that_is_no_amount_is_refused_by_whoever_judges(
    run: Run, protocol: Path, parquet: Path, engine: str, memory: str
) -> None:
    code, out, err = run("screen", protocol, parquet, "--engine", engine, "--memory", memory)
    assert (code, out) == (2, "")
    assert f"--memory {memory}: write it as 512MB or 2GB" in err


@pytest.mark.parametrize("memory", ["512mb", "1.5 GB", "2GiB"])
def test_an_amount_of_memory_may_be_written_in_several_ways(
    run: Run, protocol: Path, parquet: Path, memory: str
) -> None:
    assert run("screen", protocol, parquet, "--engine", "duckdb", "--memory", memory)[0] == 0


def test_another_rule_is_refused_by_name(run: Run, protocol: Path, parquet: Path) -> None:
    rule = "0 times (latest cd4 within 28 days before SCR) < 200 cells/mm3"
    text = protocol.read_text(encoding="utf-8") + f'inclusion I9 "Another" require {rule}\n'
    protocol.write_text(text, encoding="utf-8")
    code, out, err = run("screen", protocol, parquet, "--engine", "duckdb")
    assert (code, out) == (2, "")
    assert "I9: 0 times" in err
    assert "nothing times or through a value" in err


def test_a_damaged_file_is_told_without_a_traceback(run: Run, protocol: Path, parquet: Path) -> None:
    (parquet / "readings.parquet").write_bytes(b"PAR1 and nothing else")
    code, out, err = run("screen", protocol, parquet, "--engine", "duckdb")
    assert (code, out) == (2, "")
    assert "readings.parquet" in err
    assert "fault of protocol-dsl" not in err


@pytest.mark.parametrize("command", ["screen", "check"])
def test_data_of_another_trial_are_remarked_upon_by_either_engine(
    run: Run, protocol: Path, data: Path, tmp_path: Path, command: str
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for path in data.glob("*.csv"):
        (other / path.name).write_bytes(path.read_bytes())
    (other / "medications.csv").unlink(missing_ok=True)
    (other / "administrations.csv").unlink(missing_ok=True)
    (other / "readings.csv").write_text(
        "participant,measure,date,value,unit\nP1,psa,2004-06-01,4,ug/L\n", encoding="utf-8"
    )
    people = (other / "participants.csv").read_text(encoding="utf-8").replace(",active", ",other")
    (other / "participants.csv").write_text(people.replace(",control", ",another"), encoding="utf-8")
    asked = (command, protocol, other, "--reasons", "none", "--engine")
    reference, columns = run(*asked, "interpreter"), run(*asked, "duckdb")
    assert columns[:2] == reference[:2]
    assert "are they of another trial?" in reference[2]
    assert columns[2] == reference[2].replace("interpreter", "duckdb")
