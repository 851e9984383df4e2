"""Data in: a study folder, tables or one participant as JSON become records, and what cannot be used becomes a problem."""

from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.layout import Purpose
from protocol_dsl.readers.study import EVERYTHING, Selection, StudyRecords, read_study

__all__ = ["EVERYTHING", "Purpose", "Selection", "StudyRecords", "UnreadableError", "read_study"]
