"""Whose a row is."""

LOST = "\ufffd"
"""What stands where a sign could not be read, so that two names may look the same."""

NO_PARTICIPANT = "the row names no participant"
LOST_NAME = f"a sign of the name is no text or was lost ({LOST}), so that it may be anybody's; nobody is given the row"


def named(cell: str) -> str:
    """The participant that a cell names, or nothing when it names none for certain.

    >>> named(" P01 "), named("P\N{REPLACEMENT CHARACTER}")
    ('P01', '')
    """
    name = cell.strip()
    return "" if LOST in name else name


def why_nobody(cell: str) -> str:
    """Why a cell names no participant."""
    return LOST_NAME if cell.strip() else NO_PARTICIPANT
