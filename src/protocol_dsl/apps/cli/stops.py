"""What stops a command."""


class Stop(Exception):  # noqa: N818 - no fault of ours: a command that cannot run, with the reason in plain words
    """The command cannot run; the message says why, in a sentence without a full stop."""
