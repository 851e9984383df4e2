"""Participants' data in whatever form they come."""

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from protocol_dsl.model.records import Records
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers import Purpose, Selection, read_participants, read_study, read_tables

Data: TypeAlias = str | PathLike[str] | Mapping[str, object] | Sequence[Mapping[str, object]]
NESTED = (".json", ".ndjson", ".jsonl")


def open_records(data: Data, model: StudyModel, *, as_of: int | None, only: Selection, purpose: Purpose) -> Records:
    """The participants of a folder, a file, tables, or mappings.

    Raises:
        UnreadableError: They cannot be read at all.
    """
    if isinstance(data, str | PathLike):
        path = Path(data)
        if path.suffix.lower() in NESTED and path.is_file():
            return read_participants(path, model, as_of=as_of, only=only, purpose=purpose)
        return read_study(path, model, as_of=as_of, only=only, purpose=purpose)
    if isinstance(data, Mapping) and "participant" not in data:
        return read_tables(data, model, as_of=as_of, only=only, purpose=purpose)
    return read_participants(data, model, as_of=as_of, only=only, purpose=purpose)
