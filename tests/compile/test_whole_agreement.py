"""A whole check of random plans, by the interpreter and in columns: the same answers, problems and counts."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from tests.compile.folders import write_folder
from tests.compile.plans import planned_studies
from tests.compile.studies import MadeUp
from tests.compile.test_agreement import study_of
from tests.compile.test_check import same_as_interpreter

from protocol_dsl import Study, UnreadableError

AS_OF = "2004-08-20"


def require_whole_agreement(study: Study, folder: Path, as_of: str | None) -> int:
    """How many participants columns judged themselves, nobody where they refuse the plan."""
    try:
        columns = study.check(folder, engine="duckdb", as_of=as_of)
    except UnreadableError as error:
        # What the database says of a statement that it cannot run is no refusal.
        if "does not judge this" not in str(error):
            raise
        return 0
    if as_of is None:
        # Judging twice takes its time; a third of the studies have no cut-off.
        require_counts_agree(study, folder)
    return same_as_interpreter(columns, study, folder, as_of)


def require_counts_agree(study: Study, folder: Path, as_of: str | None = None) -> None:
    """Columns count what the interpreter does, of everybody."""
    reference = study.check(folder, reasons="none", engine="interpreter", as_of=as_of)
    columns = study.check(folder, reasons="none", engine="duckdb", as_of=as_of)
    found, expected = (list(run.count(iter(run)).lines()) for run in (columns, reference))
    assert found == expected
    assert columns.end == reference.end


# A run takes seconds; `python -m tests.compile.many --kind check` tries as many plans as one has patience for.
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(one=planned_studies())
@pytest.mark.parametrize("as_of", [None, AS_OF])
def test_columns_agree_with_the_interpreter(as_of: str | None, one: MadeUp) -> None:
    with TemporaryDirectory() as place:
        folder = write_folder(Path(place) / "data", one.data.tables)
        require_whole_agreement(study_of(one.text, Path(place)), folder, as_of)
