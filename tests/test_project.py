"""What holds for every file of the project."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from runpy import run_path
from shutil import which
from zipfile import ZipFile

import pytest

from protocol_dsl.project.extras import OLDEST

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
MODULE_LINES = 400

# Written in parts, so that this file does not hold what it forbids.
ADDRESSES = ("py" + "pi.org", "python" + "hosted.org", "index" + "-url", "/sim" + "ple/")


@pytest.fixture(scope="module")
def tracked_texts() -> dict[str, str]:
    """Text of each file that git tracks, by its path."""
    git = which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so no list of the project's files")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - fixed words
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8", errors="replace")
        for path in paths
        if path.is_file()
    }


def imports_inside(tree: ast.Module) -> Iterator[int]:
    """Lines of the imports that stand inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (inner.lineno for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom))


def pinned(name: str) -> dict[str, str]:
    """Versions by package in one lock file."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, flags=re.MULTILINE))


def test_no_file_names_a_package_index_or_a_path_of_this_machine(tracked_texts: dict[str, str]) -> None:
    words = (*ADDRESSES, f"{ROOT.parent}/", f"{Path.home()}/")
    found = [(path, word) for path, text in tracked_texts.items() for word in words if word != "//" and word in text]
    assert found == []


def test_what_columns_are_told_to_need_is_what_the_extra_brings() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    wanted = [f"{name}>={major}.{minor}".removesuffix(".0") for name, (major, minor) in OLDEST.items()]
    assert sorted(extras["columns"]) == sorted(wanted)
    assert set(wanted) < set(extras["spark"])


def test_every_module_fits_on_a_few_screens() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {path: lines for path, lines in lengths.items() if lines >= MODULE_LINES} == {}


def test_no_import_stands_inside_a_function() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in SOURCES
        for line in imports_inside(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_an_import_inside_a_function_is_seen() -> None:
    assert list(imports_inside(ast.parse("import json\ndef late():\n    import csv\n"))) == [3]


def test_the_demo_and_the_tests_run_on_the_same_versions() -> None:
    run, dev = pinned("run"), pinned("dev")
    assert run
    assert run.items() <= dev.items()


def test_the_lowest_versions_are_those_that_are_allowed() -> None:
    wanted = run_path(str(ROOT / "requirements" / "lowest.py"))["lowest"]()
    locked = pinned("lowest")
    allowed = [each.split("==") for each in wanted]
    assert [name for name, version in allowed if not f"{locked[name]}.0".startswith(f"{version}.")] == []
    assert {"attrs", "duckdb", "scipy"} <= {name for name, _ in allowed}


def test_every_locked_file_has_its_hash() -> None:
    for name in ("run", "dev", "spark", "lowest"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=\w)", text.strip()))


def test_the_wheel_holds_the_data_of_the_package(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="the build backend is not installed here; the lock has it")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - fixed words
    (wheel,) = tmp_path.glob("*.whl")
    package = ROOT / "src" / "protocol_dsl"
    kinds = ("py.typed", "library/*.proto", "syntax/grammar.lark", "syntax/*.table", "writers/schemas/*.json")
    data = {f"protocol_dsl/{path.relative_to(package).as_posix()}" for kind in kinds for path in package.glob(kind)}
    assert "protocol_dsl/py.typed" in data
    assert data <= set(ZipFile(wheel).namelist())
