"""Random studies, more than hypothesis tries in one test; the same ones in every run."""

import re
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import attrs
import pytest
from hypothesis.errors import StopTest
from tests.compile.tried import Kind, drawn

from protocol_dsl.base.source import Text
from protocol_dsl.base.values import every
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.parse import parse

ROOT = Path(__file__).parents[2]
SCREENS, CHECKS, VISITS, CYCLES = 250, 30, 20, 20
"""Studies of a seed: a minute or two of processor time."""
SEEDS_OF_SCREENS = 8
LEAST_IN_COLUMNS: dict[Kind, float] = {"screen": 2 / 3, "check": 0.4, "visits": 0.9, "cycles": 0.6}
"""The share of participants that columns must judge themselves, for the engines to be compared on anything."""
COUNTS = re.compile(
    r"([\d,]+) studies, ([\d,]+) participants, ([\d,]+) of them judged in columns alone; 0 disagreements"
)


@pytest.mark.parametrize(
    ("kind", "number", "count"),
    [
        *(("screen", number, SCREENS) for number in range(SEEDS_OF_SCREENS)),
        ("check", 1, CHECKS),
        ("visits", 1, VISITS),
        ("cycles", 1, CYCLES),
    ],
)
def test_the_engines_agree_on_random_studies(kind: Kind, number: int, count: int, tmp_path: Path) -> None:
    # A process of its own, which nobody traces where coverage is asked for: that would take twice the time.
    asked = ("--kind", kind, "--seed", str(number), "--studies", str(count), "--keep", str(tmp_path))
    command = [sys.executable, "-m", "tests.compile.many", *asked]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    kept = [each.read_text(encoding="utf-8") for each in sorted(tmp_path.glob("*/difference.txt"))]
    assert (kept, found.returncode) == ([], 0), found.stderr
    counts = COUNTS.search(found.stdout)
    assert counts is not None, found.stdout
    studies, participants, in_columns = (int(each.replace(",", "")) for each in counts.groups())
    assert studies == count
    assert in_columns >= LEAST_IN_COLUMNS[kind] * participants


OF_DUCKDB: tuple[Kind, ...] = ("screen", "check", "visits", "cycles")
OF_NO_ENGINE = "Design Enrolled Planned Ratio Registered Source Sponsor Quote Cite Against Assumption Because ChosenBy"
OF_EXAMPLES = "Example Cell Expect ExpectCount ExpectLastCycle Given Row"
OF_ENDPOINTS = """AnalysedIn AnalysisSet AnalysisWindow Average CensoredAt Compare Competing Confidence CountIn Course
Endpoint EventsIn MissingCounts ProportionWith TimeToFirst WorstGrade"""
MOST_TEXTS = 100
"""Random protocols of each kind that may be needed until everything was spoken of; some thirty are."""


def test_random_studies_speak_of_all_that_columns_judge() -> None:
    modules = [ast, *(import_module(f"{ast.__name__}.{each.name}") for each in iter_modules(ast.__path__))]
    kinds = {one for module in modules for one in vars(module).values() if isinstance(one, type) and attrs.has(one)}
    nodes = {one.__name__: one for one in kinds if one.__module__.startswith(ast.__name__)}
    others = {*OF_NO_ENGINE.split(), *OF_EXAMPLES.split(), *OF_ENDPOINTS.split()}
    spoken: set[str] = set()
    for number in range(MOST_TEXTS):
        for kind in OF_DUCKDB:
            with suppress(StopTest):  # larger than any that hypothesis draws
                tree = parse(Text("drawn", drawn(kind, number).study.text)).file
                spoken |= {type(node).__name__ for node in every(tuple(nodes.values()), tree)}
        if nodes.keys() - spoken <= others:
            break
    assert nodes.keys() - spoken == others
