"""What columns read a study from, and whether there is enough of it to be worth their while."""

from collections.abc import Mapping
from itertools import islice
from os import PathLike
from pathlib import Path

from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.records import NESTED, Data
from protocol_dsl.readers.forms import is_sdtm
from protocol_dsl.readers.memory import open_tables as in_memory
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sources import Source
from protocol_dsl.readers.study import open_sources

CROSSING = 1_000
"""Participants from which on columns are faster; measured in ``docs/benchmarks.md``."""


def sources_of(data: Data, model: StudyModel, notes: Notes) -> Mapping[str, Source]:
    """The tables of a study; what is wrong with its files goes into ``notes``.

    Raises:
        NotInColumnsError: The data are in another form.
        UnreadableError: They cannot be opened.
    """
    if isinstance(data, Mapping) and "participant" not in data:
        return in_memory(data)
    if not isinstance(data, str | PathLike):
        raise NotInColumnsError("participants one by one")
    place = Path(data)
    if is_sdtm(place):
        raise NotInColumnsError("a folder of SDTM domains")
    if place.is_file() and place.suffix.lower() in NESTED:
        raise NotInColumnsError("a file of participants one by one")
    return open_sources(place, model, notes)


def has_many(data: Data, model: StudyModel) -> bool:
    """Whether there are so many participants that columns are faster."""
    people = sources_of(data, model, Notes())["participants"]
    return next(islice(people.rows(Notes()), CROSSING - 1, None), None) is not None
