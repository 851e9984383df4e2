"""``protocol-dsl endpoints`` and ``explain --endpoint``, from their arguments to their output."""

import csv
import json
from collections.abc import Callable
from importlib import resources
from io import StringIO
from pathlib import Path
from typing import TypeAlias

import jsonschema
import pytest

from protocol_dsl import load
from protocol_dsl.apps.cli import cli
from protocol_dsl.apps.cli.endings import ended
from protocol_dsl.project import endpoints as project_endpoints
from protocol_dsl.writers.columns import WIDTH, width_of

Run: TypeAlias = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).resolve().parents[2]
PROTOCOL = ROOT / "protocols" / "anrs123.proto"
DATA = ROOT / "examples" / "anrs123"


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def running(*arguments: object) -> tuple[int, str, str]:
        code = ended(cli, [str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return running


def schema() -> dict[str, object]:
    text = resources.files("protocol_dsl").joinpath("writers/schemas/endpoints.json").read_text(encoding="utf-8")
    found: dict[str, object] = json.loads(text)
    return found


def test_every_endpoint_of_the_registry_record_runs(run: Run) -> None:
    code, out, _ = run("endpoints", PROTOCOL, DATA)
    assert code == 0
    names = [endpoint.name for endpoint in load(PROTOCOL).model.endpoints]
    assert [name for name in names if f"\n{name} (" in out] == names
    assert "nan" not in out.lower().split()
    assert max(map(width_of, out.splitlines())) <= WIDTH


def test_json_is_as_its_schema_says(run: Run) -> None:
    code, out, _ = run("endpoints", PROTOCOL, DATA, "--format", "json")
    assert code == 0
    document = json.loads(out)
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(document, schema())
    assert document["format"] == "protocol-dsl/endpoints/1"
    assert document["summary"]["participants"] == 57
    primary = document["endpoints"][0]
    assert [block["missing_counts_as"] for block in primary["blocks"]] == ["failure", "observed only"]


def test_each_line_of_jsonl_is_as_the_schema_says(run: Run) -> None:
    _, out, _ = run("endpoints", PROTOCOL, DATA, "--format", "jsonl", "--endpoint", "P1")
    first, endpoint, last = [json.loads(line) for line in out.splitlines()]
    whole = schema()
    for each in (first, endpoint, last):
        jsonschema.validate(each, {"$ref": "#/$defs/line", "$defs": whole["$defs"]})
    assert endpoint["endpoint"] == "P1"
    assert list(last) == ["summary", "data_problems"]


def test_csv_has_a_line_an_estimate(run: Run) -> None:
    _, out, _ = run("endpoints", PROTOCOL, DATA, "--format", "csv", "--endpoint", "P1")
    rows = list(csv.DictReader(StringIO(out)))
    assert {row["endpoint"] for row in rows} == {"P1"}
    # Two rules; in each two estimates of two arms, a difference and a test.
    assert len(rows) == 2 * (2 * 2 + 2)
    assert [row["statistic"] for row in rows[:6]] == ["events", "proportion"] * 2 + ["difference", "fisher"]
    assert 0 < float(rows[5]["p"]) <= 1


def test_the_same_data_give_the_same_bytes(run: Run) -> None:
    first = run("endpoints", PROTOCOL, DATA, "--format", "json")
    assert run("endpoints", PROTOCOL, DATA, "--format", "json") == first


def test_explain_lists_every_participant_with_the_reason(run: Run) -> None:
    code, out, _ = run("explain", PROTOCOL, DATA, "--endpoint", "P1")
    assert code == 0
    assert out.startswith("P1: CD4 above 200 at week 52, 57 participants\n")
    assert sum(line.startswith("  P") for line in out.splitlines()) == 57
    assert "cells/mm3, not above 200 cells/mm3" in out


def test_explain_of_one_participant(run: Run) -> None:
    code, out, _ = run("explain", PROTOCOL, DATA, "P01", "--endpoint", "S4")
    assert code == 0
    assert {line.split()[0] for line in out.splitlines()[1:] if line.startswith("  P")} == {"P01"}


def test_an_unknown_endpoint_is_refused_with_the_nearest(run: Run) -> None:
    code, _, err = run("endpoints", PROTOCOL, DATA, "--endpoint", "P2")
    assert code == 2
    assert "P2 is no endpoint of ANRS123" in err
    code, _, err = run("explain", PROTOCOL, DATA, "--endpoint", "P2")
    assert code == 2


def test_explain_needs_somebody_or_something(run: Run) -> None:
    code, _, err = run("explain", PROTOCOL, DATA)
    assert code == 2
    assert "name a participant, or an endpoint" in err


def test_without_scipy_the_command_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}", name="scipy")

    monkeypatch.setattr(project_endpoints, "import_module", absent)
    code, _, err = run("endpoints", PROTOCOL, DATA)
    assert code == 2
    assert 'pip install "protocol-dsl[stats]"' in err


def test_strict_answers_2_for_data_problems(run: Run) -> None:
    assert run("endpoints", PROTOCOL, DATA, "--strict")[0] == 2


def test_a_protocol_without_endpoints_says_so(run: Run, tmp_path: Path) -> None:
    protocol = tmp_path / "small.proto"
    protocol.write_text('protocol SMALL "A small trial"\n  language 1\nanchor W0 is randomization\n', encoding="utf-8")
    code, out, _ = run("endpoints", protocol, DATA)
    assert code == 0
    assert "The protocol has no endpoint." in out


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("endpoints", "--participant", "P99"), "no participant P99 in the data"),
        (("endpoints", "--participant", "P01", "--participant", "p02"), "no participant p02 in the data; did you mean"),
        (("endpoints", "--site", "04", "--site", "4"), "no site 4 in the data; did you mean"),
        (("endpoints", "--participant", "P01", "--site", "02"), "P01 is not of site 02"),
        (("explain", "P99", "--endpoint", "S1"), "no participant P99 in the data"),
        (("explain", "P01", "I5", "--endpoint", "S1"), "ask for I5 or for --endpoint S1"),
        (("endpoints", "--engine", "duckdb"), "the engine duckdb only checks and screens: leave --engine out for"),
    ],
)
def test_whoever_or_whatever_is_not_there_stops_the_run(run: Run, command: tuple[str, ...], words: str) -> None:
    name, *rest = command
    code, out, err = run(name, PROTOCOL, DATA, *rest)
    assert (code, out) == (2, "")
    assert words in err


def test_the_engine_may_be_named(run: Run) -> None:
    assert run("endpoints", PROTOCOL, DATA, "--engine", "interpreter") == run("endpoints", PROTOCOL, DATA)
