"""Participants' data in whatever form they come."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from protocol_dsl.model.records import Records
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers import Purpose, Selection, read_participant, read_study, read_tables

Data: TypeAlias = str | PathLike[str] | Mapping[str, object]
ONE_PARTICIPANT = ".json"


def open_records(data: Data, model: StudyModel, *, as_of: int | None, only: Selection, purpose: Purpose) -> Records:
    """The participants of a folder, of tables, or the one of a JSON file or mapping.

    Raises:
        UnreadableError: They cannot be read at all.
    """
    if isinstance(data, Mapping):
        if "participant" in data:
            return read_participant(data, model, as_of=as_of, only=only, purpose=purpose)
        return read_tables(data, model, as_of=as_of, only=only, purpose=purpose)
    path = Path(data)
    if path.suffix.lower() == ONE_PARTICIPANT and path.is_file():
        return read_participant(path, model, as_of=as_of, only=only, purpose=purpose)
    return read_study(path, model, as_of=as_of, only=only, purpose=purpose)
