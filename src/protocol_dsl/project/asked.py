"""What a caller from Python asked for, held to what there is: types do not reach those who do not check them."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from os import PathLike
from typing import get_args

from protocol_dsl.base.days import parse_days
from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.model.results import Reasons
from protocol_dsl.project.extras import EngineName
from protocol_dsl.readers import UnreadableError, is_frame

AMOUNT = re.compile(r"[0-9]{1,6}(?:\.[0-9]+)? ?(?:[KMGT]i?)?B", re.IGNORECASE)
"""Of memory, as DuckDB reads it; it takes more, such as an amount below zero for none at all."""
FORMS = "data are a path, a participant as a mapping, a list of such, or tables by name"


def require_data(data: object) -> None:
    """Refuse what holds no participants, and would be read as if there were none.

    Raises:
        UnreadableError: It is of no form that data have.
    """
    is_columns = isinstance(data, Mapping) and isinstance(data.get("participant"), list | tuple)
    if isinstance(data, str | PathLike | Mapping) and not is_columns:
        return
    if isinstance(data, bytes | bytearray):
        raise UnreadableError(f"{FORMS}; a path is a text, and these are bytes: os.fsdecode makes a text of them")
    if is_columns or is_frame(data):
        raise UnreadableError(f'{FORMS}; this is a table alone: name it, as {{"participants": table}}')
    if not isinstance(data, Iterable):
        raise UnreadableError(f"{FORMS}; {type(data).__name__} is none of these")


def require_words(engine: str, reasons: str | None) -> None:
    """Refuse an engine that does not exist, or an amount of prose.

    Raises:
        ValueError: There is no such.
    """
    engines, amounts = get_args(EngineName), get_args(Reasons)
    if engine not in engines:
        hint = did_you_mean(str(engine), engines) or f"they are {', '.join(engines)}"
        raise ValueError(f"no engine is called {engine}; {hint}")
    if reasons is not None and reasons not in amounts:
        raise ValueError(f"reasons are given {', '.join(amounts)}, and not {reasons}")


def require_memory(memory: str | None) -> None:
    """Refuse a limit that is no amount of memory, whether or not the engine that will judge has one.

    Raises:
        UnreadableError: It is none.
    """
    if memory is not None and AMOUNT.fullmatch(memory) is None:
        raise UnreadableError(f"--memory {memory}: write it as 512MB or 2GB")


def names_in(names: Collection[str]) -> tuple[str, ...]:
    """Names of participants or sites; a text alone is one name, not its letters."""
    return (names,) if isinstance(names, str) else tuple(names)


def day_number(as_of: str | date | None) -> int | None:
    """The cut-off as a day number.

    Raises:
        ValueError: It is no date, or not one to the day.
    """
    if as_of is None:
        return None
    if isinstance(as_of, date):
        return as_of.toordinal()
    days = parse_days(str(as_of))
    if not days.is_known:
        raise ValueError(f"a cut-off is one day, as 2006-03-02; {as_of} is not")
    return days.first
