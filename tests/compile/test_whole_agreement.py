"""A whole check by the interpreter and in columns: the same answers, problems and counts."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from tests.compile.folders import write_folder
from tests.compile.plans import conduct, plans
from tests.compile.studies import Tables
from tests.compile.test_agreement import study_of

from protocol_dsl import Study
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.project.column_check import ColumnCheck
from protocol_dsl.project.study import day_number

AS_OF = "2004-08-20"


def require_whole_agreement(study: Study, folder: Path, as_of: str | None) -> int:
    """Both engines over the same data; how many participants columns judged themselves."""
    reference = study.check(folder, reasons="none", as_of=as_of)
    expected = list(reference)
    try:
        columns = ColumnCheck(study.model, folder, as_of=day_number(as_of))
    except NotInColumnsError:
        return 0
    assert list(columns) == expected
    assert columns.end == reference.end
    return columns.judged_in_columns


@settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(text=plans(), data=conduct())
@pytest.mark.parametrize("as_of", [None, AS_OF])
def test_columns_agree_with_the_interpreter(as_of: str | None, text: str, data: Tables) -> None:
    with TemporaryDirectory() as place:
        folder = write_folder(Path(place) / "data", data.tables)
        require_whole_agreement(study_of(text, Path(place)), folder, as_of)
