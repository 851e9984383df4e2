"""Units as expressions meet them: what converts to what, and what a product or a quotient is in."""

import re

from protocol_dsl.base.numbers import Number, exact
from protocol_dsl.base.units import UnitError, conversion, parse_unit
from protocol_dsl.model.vocabulary import Conversion

PERCENT = "%"
YEARS = ("year", "years")
MONTHS = ("month", "months")
DAYS = ("d", "day", "days")
WEEKS = ("week", "weeks")
COUNTS = ("times", "events")
SIGNS = re.compile(r"(/|\.(?!\d)|(?<!\d)\.)")
"""What stands between the parts of a unit; the point of ``1.73m2`` does not."""


def written(unit: str) -> str:
    """The unit that a word of the language stands for: ``percent`` is ``%``."""
    return PERCENT if unit == "percent" else unit


def is_unit(unit: str) -> bool:
    """Whether ``unit`` is known; no unit at all is that of plain numbers."""
    try:
        parse_unit(written(unit) or "1")
    except UnitError:
        return False
    return True


def unit_hint(unit: str) -> str:
    """What an unknown unit may have been meant to be."""
    try:
        parse_unit(written(unit))
    except UnitError as error:
        return error.hint
    return ""


def factor(source: str, target: str, conversions: tuple[Conversion, ...] = ()) -> Number | None:
    """What a number in ``source`` is multiplied by to be in ``target``; ``conversions`` are to ``target``.

    >>> factor("weeks", "days"), factor("years", "days")
    (7, None)
    """
    one, other = written(source) or "1", written(target) or "1"
    if not (is_unit(one) and is_unit(other)):
        return None
    if {one, other} == {"events", "times"}:
        return 1
    if (plain := conversion(one, other)) is not None:
        return exact(plain)
    for known in conversions:
        if (step := conversion(one, known.unit)) is not None:
            return exact(step * known.factor)
    return None


def product(one: str, other: str) -> str:
    """The unit of a product.

    >>> product("mg/kg", "kg/L"), product("1/min", "10^9/L")
    ('mg.kg/kg/L', '10^9/min/L')
    """
    if not one or not other:
        return one or other
    return composed([*pieces(one), *pieces(other)])


def quotient(one: str, other: str) -> str:
    """The unit of a quotient; empty when the two compare, for then the numbers are brought to one unit.

    >>> quotient("kg", "m2"), quotient("g/L", "g/L"), quotient("mg", "mg/kg.d")
    ('kg/m2', '', 'mg.kg/mg/d')
    """
    return composed([*pieces(one), *((not is_above, piece) for is_above, piece in pieces(other))])


def pieces(unit: str) -> list[tuple[bool, str]]:
    """The parts of a unit, read from left to right as UCUM does, and whether each stands above the line."""
    found = SIGNS.split(unit)
    signs = [".", *found[1::2]]
    return [(sign != "/", piece) for sign, piece in zip(signs, found[::2], strict=True) if piece not in {"", "1"}]


def composed(parts: list[tuple[bool, str]]) -> str:
    """The unit of some parts, those above the line first."""
    above = [piece for is_above, piece in parts if is_above]
    below = [piece for is_above, piece in parts if not is_above]
    return reduced("/".join([".".join(above) or "1", *below]))


def reduced(unit: str) -> str:
    """``unit``, or nothing when it has no dimension and is one."""
    if is_unit(unit):
        parsed = parse_unit(unit)
        return "" if not parsed.dimension and parsed.factor == 1 else unit
    return unit
