"""Participants' data in whatever form they come."""

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers import (
    Purpose,
    Selection,
    StudyRecords,
    UnreadableError,
    read_participants,
    read_study,
    read_tables,
)

Data: TypeAlias = str | PathLike[str] | Mapping[str, object] | Sequence[Mapping[str, object]]
NESTED = (".json", ".ndjson", ".jsonl")


def open_records(  # noqa: PLR0913 - as many as there are questions
    data: Data,
    model: StudyModel,
    *,
    as_of: int | None,
    only: Selection,
    purpose: Purpose,
    mapping: str | PathLike[str] | None = None,
) -> StudyRecords:
    """The participants of a folder, a file, tables, or mappings; ``mapping`` is for a folder of SDTM domains.

    Raises:
        UnreadableError: They cannot be read at all.
    """
    if isinstance(data, str | PathLike):
        path = Path(data)
        own = None if mapping is None else Path(mapping)
        if own is None and path.suffix.lower() in NESTED and path.is_file():
            return read_participants(path, model, as_of=as_of, only=only, purpose=purpose)
        return read_study(path, model, as_of=as_of, only=only, purpose=purpose, mapping=own)
    if mapping is not None:
        raise UnreadableError("a mapping is for a folder of SDTM domains, and these data are in memory already")
    if isinstance(data, Mapping) and "participant" not in data:
        return read_tables(data, model, as_of=as_of, only=only, purpose=purpose)
    return read_participants(data, model, as_of=as_of, only=only, purpose=purpose)
