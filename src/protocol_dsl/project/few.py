"""A few participants out of very many: their rows alone are picked by DuckDB, and read as if there were nobody else."""

from collections.abc import Collection
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from weakref import finalize

from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.column_data import sources_of
from protocol_dsl.project.records import Data
from protocol_dsl.readers import Purpose, StudyRecords
from protocol_dsl.readers.columns.copied import open_tables
from protocol_dsl.readers.columns.few import records_of
from protocol_dsl.readers.columns.source import connect
from protocol_dsl.readers.notes import Notes


def open_few(
    data: Data, model: StudyModel, participants: Collection[str], *, as_of: int | None, purpose: Purpose
) -> StudyRecords:
    """The records of some participants; the cut-off, and what is wrong with the shape of tables, are the study's.

    Raises:
        NotInColumnsError: The data are in a form that is read row by row.
        UnreadableError: They cannot be read at all.
    """
    notes = Notes()
    sources = sources_of(data, model, notes)
    spill = Path(mkdtemp(prefix="protocol-dsl-"))
    with ExitStack() as opening:
        opening.callback(rmtree, spill, ignore_errors=True)
        connection = connect(sources["participants"].name, spill, None)
        attributes = tuple(one.name for one in model.vocabulary.attributes)
        files = open_tables(sources, attributes, connection, spill, notes=notes, purpose=purpose)
        records = records_of(files, participants, connection, model, as_of=as_of, purpose=purpose, notes=notes)
        # The copies are read until nobody asks for the records any more.
        finalize(records, opening.pop_all().close)
    return records
