"""Examples run: what fails is shown with its reasons, what none has seen is told, and suggestions hold."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from protocol_dsl.apps.cli.commands import cli
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.base.truth import Truth
from protocol_dsl.model.tested import ExampleResults
from protocol_dsl.project import memory
from protocol_dsl.project.analysis import analysed
from protocol_dsl.project.study import Study, load
from protocol_dsl.project.texts import FolderShelf
from protocol_dsl.semantics.checks.examples import FAILS

ROOT = Path(__file__).resolve().parents[2]
PROTOCOLS = sorted((ROOT / "protocols").glob("*.proto"))
SMALL = """\
protocol SMALL "A small trial"
  language 1
measure cd4 "CD4 cell count" in cells/mm3
measure score "A score" in points
condition relapse "Relapse"
attribute failing "Failing" is yes or no
drugs NRTI "Nucleoside inhibitors"
  members zidovudine, lamivudine
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
inclusion I1 "Low"
  require latest cd4 within 28 days before SCR <= 200 cells/mm3 and failing is yes
exclusion X1 "Score"
  exclude if latest score before SCR between 0.5 points and 2.5 points
visit W4 "Week 4"
  window ± 7 days
  assess cd4
"""
HOLDS = """\
example "it holds"
  | latest cd4    | failing | I1      |
  | 200 cells/mm3 | yes     | met     |
  | 201 cells/mm3 | yes     | not met |
"""
FAILING = """\
example "it fails"
  | latest cd4    | failing | I1  |
  | 201 cells/mm3 | yes     | met |
"""


def study_of(tmp_path: Path, *parts: str) -> Study:
    path = tmp_path / "small.proto"
    path.write_text("".join([SMALL, *parts]), encoding="utf-8")
    return load(path)


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["test", *arguments], standalone_mode=False, catch_exceptions=False)


def unseen(tested: ExampleResults) -> dict[str, set[Truth]]:
    return {rule.rule: set(rule.unseen) for rule in tested.rules}


# ------------------------------------------------------------------------------------------------ holding and failing
def test_an_example_that_fails_keeps_nobody_from_using_the_protocol(tmp_path: Path) -> None:
    study = study_of(tmp_path, FAILING)
    assert [each.code for each in study.diagnostics if each.severity == "error"] == [FAILS]
    tested = study.test()
    assert not tested.holds
    (answer,) = tested.examples[0].cases[0].answers
    assert (answer.found, answer.holds) == ("not met", False)
    assert answer.finding is not None
    assert [part.truth for part in answer.finding.parts] == [Truth.NOT_MET, Truth.MET]


def test_what_fails_is_shown_with_its_place_the_facts_and_the_reasons(tmp_path: Path) -> None:
    study_of(tmp_path, HOLDS, FAILING)
    path = tmp_path / "small.proto"
    result = ran(str(path))
    line = path.read_text(encoding="utf-8").splitlines().index("  | 201 cells/mm3 | yes     | met |") + 1
    assert result.return_value == 1
    assert f"{path}:{line}:31" in result.stdout.replace("\n", "")
    assert "given latest cd4 is 201 cells/mm3; failing is yes" in result.stdout
    assert "expected I1 met, found not met" in result.stdout
    assert "not at most 200 cells/mm3" in " ".join(result.stdout.split())
    assert "1 fails" in result.stdout


def test_exit_codes(tmp_path: Path) -> None:
    for parts, code in (((), 0), ((HOLDS,), 0), ((FAILING,), 1)):
        study_of(tmp_path, *parts)
        assert ran(str(tmp_path / "small.proto")).return_value == code
    assert ran(str(tmp_path / "small.proto"), "--exit-zero").return_value == 0


def test_a_protocol_without_examples_says_so(tmp_path: Path) -> None:
    study_of(tmp_path)
    assert "no examples" in ran(str(tmp_path / "small.proto")).stdout


def test_lint_remembers_what_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROTOCOL_DSL_CACHE", str(tmp_path / "cache"))
    first = study_of(tmp_path, FAILING)
    remembered = memory.recall(first.text, FolderShelf(tmp_path))
    assert remembered is not None
    assert remembered.diagnostics == first.diagnostics
    assert FAILS in {each.code for each in first.diagnostics}
    assert remembered.model == first.model


# ----------------------------------------------------------------------------------------------------------- coverage
def test_what_no_example_has_seen(tmp_path: Path) -> None:
    tested = study_of(tmp_path, HOLDS).test()
    every = {Truth.MET, Truth.NOT_MET, Truth.UNKNOWN}
    assert unseen(tested) == {"I1": {Truth.UNKNOWN}, "X1": every}
    assert [(each.name, each.count) for each in tested.plan] == [("W4", 0)]


def test_a_row_that_fails_has_seen_nothing(tmp_path: Path) -> None:
    assert len(unseen(study_of(tmp_path, FAILING).test())["I1"]) == 3


def test_boundaries_are_in_the_precision_of_the_limit(tmp_path: Path) -> None:
    rules = {rule.rule: rule for rule in study_of(tmp_path).test().rules}
    assert [each.values for each in rules["I1"].boundaries] == [
        ("199 cells/mm3", "200 cells/mm3", "201 cells/mm3"),
        ("yes", "no"),
    ]
    assert [each.values for each in rules["X1"].boundaries] == [
        ("0.4 points", "0.5 points", "0.6 points", "2.4 points", "2.5 points", "2.6 points")
    ]


# -------------------------------------------------------------------------------------------------------- suggestions
@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda path: path.stem)
def test_every_example_of_a_shipped_protocol_holds(path: Path) -> None:
    tested = load(path).test()
    assert tested.examples
    assert [each.example.title for each in tested.examples if not each.holds] == []


@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda path: path.stem)
def test_what_is_suggested_is_read_and_holds(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    bare = text[: text.index('\nexample "')] + "\n"
    (tmp_path / path.name).write_text(bare, encoding="utf-8")
    more = load(tmp_path / path.name).suggest()
    assert "example" in more
    (tmp_path / path.name).write_text(bare + more, encoding="utf-8")
    found = analysed(tmp_path / path.name)
    assert [each.message for each in found.diagnostics if each.severity == "error"] == []
    tested = load(tmp_path / path.name).test()
    assert len(tested.examples) > 5
    seen = [rule.rule for rule in tested.rules if len(rule.unseen) < 3]
    assert len(seen) > len(tested.rules) / 2


def test_suggestions_go_where_they_are_asked_to_and_never_into_the_protocol(tmp_path: Path) -> None:
    study_of(tmp_path)
    path = tmp_path / "small.proto"
    before = path.read_text(encoding="utf-8")
    ran(str(path), "--suggest", "--output", str(tmp_path / "more.proto"))
    written = (tmp_path / "more.proto").read_text(encoding="utf-8")
    assert 'example "suggested for I1"' in written
    assert "| 200 cells/mm3 " in written
    assert path.read_text(encoding="utf-8") == before


def test_the_protocol_itself_is_no_place_for_output(tmp_path: Path) -> None:
    study_of(tmp_path)
    path = str(tmp_path / "small.proto")
    with pytest.raises(Stop, match="name another place"):
        ran(path, "--suggest", "--output", path)


@pytest.mark.parametrize("name", ["actg175", "anrs123", "lzzt"])
def test_nothing_is_suggested_where_all_is_seen_that_can_be(name: str) -> None:
    assert not load(ROOT / "protocols" / f"{name}.proto").suggest()


def test_suggestions_are_no_json(tmp_path: Path) -> None:
    study_of(tmp_path)
    with pytest.raises(Stop, match="leave --format json out"):
        ran(str(tmp_path / "small.proto"), "--suggest", "--format", "json")


# ---------------------------------------------------------------------------------------------------------------- JSON
def test_json_keeps_its_schema(tmp_path: Path) -> None:
    schema = json.loads((files("protocol_dsl") / "writers" / "schemas" / "test.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    study_of(tmp_path, HOLDS, FAILING)
    result = ran(str(tmp_path / "small.proto"), str(PROTOCOLS[0]), "--format", "json")
    found = json.loads(result.stdout)
    Draft202012Validator(schema).validate(found)
    assert found["summary"]["failing"] == 1
    assert [each["name"] for each in found["protocols"]] == ["SMALL", "ACTG175"]
    found["protocols"][0]["examples"][0]["holds"] = "yes"
    assert len(list(Draft202012Validator(schema).iter_errors(found))) == 1
