"""``protocol-dsl sql``: a statement or a sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]


def test_the_statement_names_every_rule(run: Run, protocol: Path) -> None:
    code, out, err = run("sql", protocol, "--dialect", "spark", "--schema", "trial", "--as-of", "2004-07-01")
    assert code == 0, err
    assert "finding_I1" in out
    assert "inclusion I1: Low CD4 count" in out
    assert "FROM trial.readings" in out
    assert "-- Cut-off: 2004-07-01." in out


def test_it_is_written_into_a_file(run: Run, protocol: Path, tmp_path: Path) -> None:
    assert run("sql", protocol, "--output", tmp_path / "out.sql")[:2] == (0, "")
    assert (tmp_path / "out.sql").read_text(encoding="utf-8") == run("sql", protocol)[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--dialect", "oracle"), "'oracle' is not one of"),
        (("--schema", "a;b"), "a schema is a name, or two with a point between them; a;b is not"),
        (("--as-of", "2004-06"), "a cut-off is one day"),
        (("--as-of", "soon"), "not a date"),
        (("--output", "/no/such/folder/out.sql"), "there is no folder /no/such/folder"),
    ],
)
def test_what_cannot_be_is_said(run: Run, protocol: Path, options: tuple[str, ...], words: str) -> None:
    code, out, err = run("sql", protocol, *options)
    assert (code, out) == (2, "")
    assert words in err
    assert "fault of protocol-dsl" not in err


def test_the_protocol_is_not_written_over(run: Run, protocol: Path) -> None:
    code, _, err = run("sql", protocol, "--output", protocol)
    assert code == 2
    assert "is what is read" in err


def test_other_rules_are_refused_by_name(run: Run, protocol: Path) -> None:
    text = protocol.read_text(encoding="utf-8").replace("latest cd4 within", "median cd4 within")
    protocol.write_text(text, encoding="utf-8")
    code, out, err = run("sql", protocol, "--dialect", "postgres")
    assert (code, out) == (2, "")
    assert "columns do not judge this: I1: a median, which is not written for postgres" in err


def test_a_protocol_with_errors_is_repaired_first(run: Run, protocol: Path) -> None:
    protocol.write_text(protocol.read_text(encoding="utf-8").replace("latest cd4", "latest cd5"), encoding="utf-8")
    code, out, err = run("sql", protocol)
    assert (code, out) == (2, "")
    assert "repair it first" in err
