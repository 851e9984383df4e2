"""What stops a reading at once."""


class UnreadableError(Exception):
    """A folder, file or table that cannot be read at all; the message says what and where, in plain words."""


class AbsentError(UnreadableError, KeyError):
    """A participant or site that was asked for is not in the data; the message says which, and what may be meant."""

    def __str__(self) -> str:
        """The sentence."""
        return str(self.args[0])
