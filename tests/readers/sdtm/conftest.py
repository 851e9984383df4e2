"""Folders of SDTM domains."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.readers.sdtm.samples import DM, MODEL, SV

from protocol_dsl.model.study import StudyModel

Table = str | bytes
Folder = Callable[[Mapping[str, Table]], Path]


@pytest.fixture
def model() -> StudyModel:
    return MODEL


@pytest.fixture
def sdtm(tmp_path: Path) -> Folder:
    """A folder of domains as CSV, where DM and SV stand in if not given; an empty content leaves a file out."""

    def make(files: Mapping[str, Table]) -> Path:
        place = tmp_path / "sdtm"
        place.mkdir()
        stems = {name.partition(".")[0] for name in files}
        given = {f"{stem}.csv": text for stem, text in (("dm", DM), ("sv", SV)) if stem not in stems}
        for name, content in {**given, **files}.items():
            if content:
                (place / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return place

    return make
