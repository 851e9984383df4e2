"""Many participants: the model as one SQL statement, built as trees; the same file names as ``interpret``."""
