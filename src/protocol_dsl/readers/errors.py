"""What stops a reading at once."""


class UnreadableError(Exception):
    """A folder, file or table that cannot be read at all; the message says what and where, in plain words."""
