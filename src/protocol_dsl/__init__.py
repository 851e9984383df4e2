"""Clinical trial protocols as texts that clinicians read and machines run on participants' data.

>>> import protocol_dsl
>>> protocol_dsl.__all__
['AbsentError', 'Check', 'Explanation', 'ProtocolError', 'Schedule', 'Screen', 'Study', 'UnreadableError', 'load']
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from protocol_dsl.project.errors import ProtocolError
    from protocol_dsl.project.runs import Check, Explanation, Schedule, Screen
    from protocol_dsl.project.study import Study, load
    from protocol_dsl.readers.errors import AbsentError, UnreadableError

__version__ = "0.1.0"
__all__ = [
    "AbsentError",
    "Check",
    "Explanation",
    "ProtocolError",
    "Schedule",
    "Screen",
    "Study",
    "UnreadableError",
    "load",
]

PLACES = {
    "AbsentError": "readers.errors",
    "Check": "project.runs",
    "Explanation": "project.runs",
    "ProtocolError": "project.errors",
    "Schedule": "project.runs",
    "Screen": "project.runs",
    "Study": "project.study",
    "UnreadableError": "readers.errors",
    "load": "project.study",
}
"""Where each public name stands; imported at first use, so that a command loads only what it needs."""


def __getattr__(name: str) -> object:
    """A public name, from where it stands."""
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{PLACES[name]}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted([*globals(), *__all__])
