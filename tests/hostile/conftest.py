"""A study of two participants that a test may spoil, and one run of the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import frozen

from protocol_dsl.apps.cli import cli
from protocol_dsl.apps.cli.endings import ended

ROOT = Path(__file__).resolve().parents[2]
PROTOCOL = ROOT / "protocols" / "anrs123.proto"
EXAMPLE = ROOT / "examples" / "anrs123"


TABLES = {
    "participants": """participant,site,birth_date,sex,arm,failing,macrolin
P01,01,1965-12-21,female,active,yes,no
P02,02,1956-04-21,male,control,yes,no
""",
    "events": """participant,event,date
P01,screening,2004-06-04
P01,randomization,2004-06-15
P02,screening,2004-06-04
""",
    "readings": """participant,measure,date,value,unit,visit
P01,cd4,2004-06-04,67,cells/mm3,SCR
P02,cd4,2004-06-04,99,cells/mm3,SCR
""",
    "visits": """participant,visit,date,status
P01,SCR,2004-06-04,held
P01,W0,2004-06-15,held
""",
}


@frozen
class Ended:
    """How a run ended."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROTOCOL_DSL_CACHE", "off")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study folder of the shipped protocol."""
    folder = tmp_path / "study"
    folder.mkdir()
    for name, content in TABLES.items():
        (folder / f"{name}.csv").write_bytes(content.encode())
    return folder


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Run ``protocol-dsl`` here; whatever it is given, it ends with a code of the page and blames nobody else."""

    def running(*arguments: object) -> Ended:
        code = ended(cli, [str(argument) for argument in arguments])
        captured = capfd.readouterr()
        assert code in {0, 1, 2}
        assert "Traceback" not in captured.err
        assert "this is a fault of protocol-dsl" not in captured.err
        return Ended(code, captured.out, captured.err)

    return running
