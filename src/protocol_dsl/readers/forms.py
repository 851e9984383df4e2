"""The form in which a study's data come, and its reader."""

from importlib import import_module
from pathlib import Path

from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.layout import Purpose
from protocol_dsl.readers.selection import EVERYTHING, Selection
from protocol_dsl.readers.study import StudyRecords
from protocol_dsl.readers.study import read_study as read_study_folder

SDTM_ENDINGS = (".xpt", ".csv", ".json", ".ndjson")
"""The formats in which domains come; ``readers.sdtm`` itself is imported only for a folder of them."""


def is_sdtm(place: Path) -> bool:
    """Whether ``place`` is a folder of SDTM domains: it has DM, and no table of participants."""
    if not place.is_dir():
        return False
    try:
        names = {(path.stem.lower(), path.suffix.lower()) for path in place.iterdir()}
    except OSError:
        # The reader of study folders says what is wrong with it.
        return False
    stems = {stem for stem, _ in names}
    return any(("dm", ending) in names for ending in SDTM_ENDINGS) and not any(
        stem.partition("-")[0] == "participants" for stem in stems
    )


def read_study(  # noqa: PLR0913 - as many as there are questions
    path: str | Path,
    model: StudyModel,
    *,
    as_of: int | None = None,
    only: Selection = EVERYTHING,
    purpose: Purpose = "check",
    mapping: str | Path | None = None,
) -> StudyRecords:
    """The participants of a study folder, a DuckDB file with the same tables, or a folder of SDTM domains.

    Args:
        path: The folder or file.
        model: The protocol, which says what the rows are about.
        as_of: The cut-off as a day number; without one it is the latest date in the data.
        only: The participants to read.
        purpose: The command that asks.
        mapping: A TOML file that says how SDTM domains become tables, where the shipped mapping does not.

    Raises:
        UnreadableError: The folder, or one of its tables, cannot be read at all.
    """
    place = Path(path)
    if is_sdtm(place):
        own = None if mapping is None else Path(mapping)
        read_sdtm = import_module("protocol_dsl.readers.sdtm.records").read_sdtm
        found: StudyRecords = read_sdtm(place, model, as_of=as_of, only=only, purpose=purpose, mapping=own)
        return found
    if mapping is not None:
        raise UnreadableError(f"a mapping is for a folder of SDTM domains, with DM among them; {place} is none")
    return read_study_folder(place, model, as_of=as_of, only=only, purpose=purpose)
