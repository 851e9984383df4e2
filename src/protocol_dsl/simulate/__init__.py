"""Made-up participants who keep a protocol, and a few who depart from it in ways that are listed.

A room of its own beside the engines and without knowledge of them: the planned days are worked out here a second time,
so that what ``check`` finds in made-up data is a real test of it.
"""

from protocol_dsl.simulate.asked import NotPossible, every_departure, wanted
from protocol_dsl.simulate.departures import KINDS, Distances, Wanted, possible
from protocol_dsl.simulate.folder import write_study
from protocol_dsl.simulate.population import Population, simulate

__all__ = [
    "KINDS",
    "Distances",
    "NotPossible",
    "Population",
    "Wanted",
    "every_departure",
    "possible",
    "simulate",
    "wanted",
    "write_study",
]
