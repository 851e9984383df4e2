"""The documentation keeps its promises: its protocols run, and its generated pages are as generated."""

import re
from pathlib import Path

import pytest
from docs.generate import pages
from tests.spec.cases import Case

from protocol_dsl.project.study import load

HEADER = 'protocol CASE "A case"\n  language 1\n\n'
ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```protocol\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCKS = [
    (str(path.relative_to(ROOT)), number, block)
    for path in sorted([ROOT / "README.md", ROOT / "docs" / "tutorial.md", *(ROOT / "docs" / "reference").glob("*.md")])
    for number, block in enumerate(BLOCK.findall(path.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize(("file", "number", "block"), BLOCKS, ids=[f"{file}-{number}" for file, number, _ in BLOCKS])
def test_every_protocol_in_the_docs_has_no_error(file: str, number: int, block: str, tmp_path: Path) -> None:
    if block.startswith("protocol "):
        text = block
    elif block.startswith("use"):
        text = HEADER + block  # the preamble declares these names itself
    else:
        text = Case("", file, {"protocol": block}).protocol
    path = tmp_path / f"block{number}.proto"
    path.write_text(text, encoding="utf-8")
    assert load(path).model.name


@pytest.mark.parametrize("page", list(pages()), ids=str)
def test_generated_pages_are_as_generated(page: str) -> None:
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == pages()[page], "run: python -m docs.generate"
