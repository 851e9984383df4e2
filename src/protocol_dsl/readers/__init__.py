"""Data in: a study folder, tables or JSON become records; what cannot be used becomes a data problem."""

from protocol_dsl.readers.errors import AbsentError, UnreadableError
from protocol_dsl.readers.forms import read_study
from protocol_dsl.readers.layout import Purpose
from protocol_dsl.readers.memory import is_frame
from protocol_dsl.readers.selection import EVERYTHING, Selection
from protocol_dsl.readers.study import StudyRecords, read_participants, read_tables

read_participant = read_participants
"""The same: one is a list of one."""

__all__ = [
    "EVERYTHING",
    "AbsentError",
    "Purpose",
    "Selection",
    "StudyRecords",
    "UnreadableError",
    "is_frame",
    "read_participant",
    "read_participants",
    "read_study",
    "read_tables",
]
