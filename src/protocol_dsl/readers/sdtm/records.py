"""An SDTM folder as records."""

from pathlib import Path

from attrs import evolve

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.model.records import FIRST_DAY, Record
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.cells import DayCells
from protocol_dsl.readers.drafts import Draft
from protocol_dsl.readers.feeds import Feed, feed_of
from protocol_dsl.readers.layout import Purpose
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.origins import traced
from protocol_dsl.readers.sdtm.days import SdtmDayCells
from protocol_dsl.readers.sdtm.folder import SdtmFolder, open_sdtm
from protocol_dsl.readers.sdtm.places import SdtmNotes
from protocol_dsl.readers.selection import EVERYTHING, Selection
from protocol_dsl.readers.study import StudyRecords


def read_sdtm(  # noqa: PLR0913 - as ``read_study``, and a mapping
    folder: Path,
    model: StudyModel,
    *,
    as_of: int | None = None,
    only: Selection = EVERYTHING,
    purpose: Purpose = "check",
    mapping: Path | None = None,
) -> "SdtmRecords":
    """The participants of a folder of SDTM domains.

    Args:
        folder: The folder with ``dm.xpt`` (or ``.ndjson``, ``.json``, ``.csv``) and the other domains.
        model: The protocol, which says what the rows are about.
        as_of: The cut-off as a day number; without one it is the latest date in the data.
        only: The participants to read.
        purpose: The command that asks.
        mapping: A TOML file laid over the shipped mapping.

    Raises:
        UnreadableError: DM or the mapping cannot be read at all.
    """
    found = open_sdtm(folder, model, mapping)
    feed = feed_of(found.tables, model, found.notes)
    return SdtmRecords(found, feed, model, as_of=as_of, only=only, purpose=purpose)


class SdtmRecords(StudyRecords):
    """As of a study folder, but problems and origins are told in the words of SDTM."""

    def __init__(  # noqa: PLR0913 - as many as a study has
        self,
        folder: SdtmFolder,
        feed: Feed,
        model: StudyModel,
        *,
        as_of: int | None = None,
        only: Selection = EVERYTHING,
        purpose: Purpose = "check",
    ) -> None:
        """Read the participants of ``feed``, which is made from the domains of ``folder``."""
        super().__init__(feed, model, folder.notes, as_of=as_of, only=only, purpose=purpose)
        self._folder = folder

    def _new_notes(self) -> SdtmNotes:
        return SdtmNotes(problems=list(self._first_problems), places=self._folder.places)

    def _new_days(self) -> SdtmDayCells:
        return SdtmDayCells(self._cutoff)

    def _finished(self, draft: Draft, days: DayCells, notes: Notes, tables: frozenset[str]) -> Record:
        """The record, with what only SDTM can tell of it."""
        _set_unborn_aside(draft, days, notes)
        draft.open_histories.update(self._folder.open_histories())
        return traced(draft.record(tables), self._folder.places.origin)


def _set_unborn_aside(draft: Draft, days: DayCells, notes: Notes) -> None:
    """A visit before birth was on some other day."""
    if draft.birth is None:
        return
    for place, visit in enumerate(draft.visits):
        if visit.last < draft.birth.first:
            words = "the date lies before the participant's birth"
            written = write_days(Days(visit.first, visit.last))
            notes.problem("visits", visit.origin.row, "date", written, words, participant=draft.participant)
            draft.visits[place] = evolve(visit, first=FIRST_DAY, last=days.last)
