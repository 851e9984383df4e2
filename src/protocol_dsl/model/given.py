"""Days worked out from what was given, which a point may count from as from a milestone."""

import re
from typing import Literal

from protocol_dsl.base.values import frozen

WORDS = re.compile(r"(first dose|last dose|cycle|planned cycle)(?: ([0-9]+))?(?: of (\w+))?")


@frozen(kw_only=True)
class GivenDay:
    """The first or last dose of a treatment (the last of all where none is named), or the start of one of its cycles.

    A cycle's day is the one on which it began, or else is planned; that of a ``planned cycle`` is the one planned.
    """

    what: Literal["first dose", "last dose", "cycle", "planned cycle"]
    treatment: str = ""
    number: int = 0

    @property
    def milestone(self) -> str:
        """What a point calls this day; no milestone's name has a blank in it.

        >>> GivenDay(what="cycle", number=2, treatment="chemo").milestone
        'cycle 2 of chemo'
        """
        number = f" {self.number}" if self.number else ""
        return self.what + number + (f" of {self.treatment}" if self.treatment else "")


def given_day(milestone: str) -> GivenDay | None:
    """The day that the milestone of a point stands for, or nothing where it is a milestone.

    >>> given_day("last dose of chemo"), given_day("randomization")
    (GivenDay(what='last dose', treatment='chemo', number=0), None)
    """
    found = WORDS.fullmatch(milestone) if " " in milestone else None
    if found is None:
        return None
    number, treatment = int(found[2] or 0), found[3] or ""
    match found[1]:
        case "first dose" | "last dose" | "cycle" | "planned cycle" as what:
            return GivenDay(what=what, treatment=treatment, number=number)
        case _:
            return None
