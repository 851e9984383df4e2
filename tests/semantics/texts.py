"""How the tests of this room read a text."""

from pathlib import Path

from tests.spec.cases import Case

from protocol_dsl.base.source import Text
from protocol_dsl.semantics.analyse import Analysis, analyse

ROOT = Path(__file__).resolve().parents[2]


def library(name: str) -> Text | None:
    """A shipped library."""
    path = ROOT / "src" / "protocol_dsl" / "library" / f"{name}.proto"
    return Text(f"library/{name}.proto", path.read_text(encoding="utf-8")) if path.exists() else None


def read(content: str) -> Analysis:
    """A text, with the preamble of the spec cases for what it leaves out."""
    return analyse(Text("case.proto", Case("", "", {"protocol": content}).protocol), library, lambda _: None)
