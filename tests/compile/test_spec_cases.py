"""The spec cases of eligibility in columns: what the interpreter finds, which the cases hold, columns find too."""

from pathlib import Path

import pytest
from tests.compile.folders import write_folder
from tests.compile.test_agreement import same_as_interpreter, study_of
from tests.spec.cases import Case
from tests.spec.test_spec import ABOUT_DATA, tables_of

from protocol_dsl import UnreadableError

JUDGED = {"findings", "boundary", "verdicts", "attrition"}
CASES = [each for each in ABOUT_DATA if JUDGED & each.blocks.keys()]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case_in_columns(case: Case, tmp_path: Path) -> None:
    study = study_of(case.protocol, tmp_path)
    as_of = case.blocks["cutoff"].strip() if "cutoff" in case.blocks else None
    folder = write_folder(tmp_path / "data", tables_of(case))
    try:
        columns = study.screen(folder, engine="duckdb", as_of=as_of)
    except UnreadableError as error:
        # What the database says of a statement that it cannot run is no refusal.
        if "does not judge this" not in str(error):
            raise
        pytest.skip(str(error))
    reference = study.screen(folder, reasons="none", engine="interpreter", as_of=as_of)
    same_as_interpreter(columns, reference, list(reference))
