"""Units of measurement: a small table in the spirit of UCUM (laboratory values, doses, lengths of time).

A unit is built of atoms with metric prefixes, ``.`` ``/`` and exponents: ``10^9/L``, ``mL/min/1.73m2``.
What is counted (cells, copies, units of activity) is a dimension of its own for each thing, so that a CD4 count is
never compared with a viral load. Months and years are calendar lengths and convert to one another only.

Source: the Unified Code for Units of Measure, https://ucum.org, for names and factors.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from protocol_dsl.base.nearest import nearest
from protocol_dsl.base.values import frozen

Dimension: TypeAlias = tuple[tuple[str, int], ...]
"""Base dimensions with their exponents, sorted by name; zero exponents left out."""

PREFIXES: Mapping[str, Fraction] = {
    "G": Fraction(10**9),
    "M": Fraction(10**6),
    "k": Fraction(10**3),
    "h": Fraction(10**2),
    "d": Fraction(1, 10),
    "c": Fraction(1, 100),
    "m": Fraction(1, 10**3),
    "u": Fraction(1, 10**6),
    "µ": Fraction(1, 10**6),
    "μ": Fraction(1, 10**6),
    "n": Fraction(1, 10**9),
    "p": Fraction(1, 10**12),
    "f": Fraction(1, 10**15),
}

# Atoms that take metric prefixes: dimension and factor to the base of that dimension (g, m, mol, day, ...).
METRIC: Mapping[str, tuple[Dimension, Fraction]] = {
    "g": ((("mass", 1),), Fraction(1)),
    "m": ((("length", 1),), Fraction(1)),
    "L": ((("length", 3),), Fraction(1, 1000)),
    "l": ((("length", 3),), Fraction(1, 1000)),
    "mol": ((("amount", 1),), Fraction(1)),
    "eq": ((("equivalent", 1),), Fraction(1)),
    "Eq": ((("equivalent", 1),), Fraction(1)),
    "osm": ((("osmole", 1),), Fraction(1)),
    "Osm": ((("osmole", 1),), Fraction(1)),
    "IU": ((("international unit", 1),), Fraction(1)),
    "U": ((("enzyme unit", 1),), Fraction(1)),
    "Pa": ((("length", -1), ("mass", 1), ("time", -2)), Fraction(1000 * 86400**2)),
    "s": ((("time", 1),), Fraction(1, 86400)),
    "kat": ((("amount", 1), ("time", -1)), Fraction(86400)),
    "Gy": ((("length", 2), ("time", -2)), Fraction(86400**2)),
}

GRADE = "grade"
"""The unit of what a ladder gives; it stands before its number: ``grade 3``."""

# Atoms that take none.
PLAIN: Mapping[str, tuple[Dimension, Fraction]] = {
    "cells": ((("cell", 1),), Fraction(1)),
    "cell": ((("cell", 1),), Fraction(1)),
    "copies": ((("copy", 1),), Fraction(1)),
    "copy": ((("copy", 1),), Fraction(1)),
    "events": ((("event", 1),), Fraction(1)),
    "beats": ((("beat", 1),), Fraction(1)),
    "breaths": ((("breath", 1),), Fraction(1)),
    GRADE: ((("grade", 1),), Fraction(1)),
    "points": ((("point", 1),), Fraction(1)),
    "tablets": ((("tablet", 1),), Fraction(1)),
    "tablet": ((("tablet", 1),), Fraction(1)),
    "capsules": ((("capsule", 1),), Fraction(1)),
    "capsule": ((("capsule", 1),), Fraction(1)),
    "patches": ((("patch", 1),), Fraction(1)),
    "drops": ((("drop", 1),), Fraction(1)),
    "puffs": ((("puff", 1),), Fraction(1)),
    "times": ((), Fraction(1)),
    "%": ((), Fraction(1, 100)),
    "ppm": ((), Fraction(1, 10**6)),
    "1": ((), Fraction(1)),
    "Cel": ((("temperature", 1),), Fraction(1)),
    "°C": ((("temperature", 1),), Fraction(1)),
    "mcg": ((("mass", 1),), Fraction(1, 10**6)),
    "lb": ((("mass", 1),), Fraction(45359237, 10**5)),
    "in": ((("length", 1),), Fraction(254, 10**4)),
    "mmHg": ((("length", -1), ("mass", 1), ("time", -2)), Fraction(133322387415, 10**9) * 1000 * 86400**2),
    "mm[Hg]": ((("length", -1), ("mass", 1), ("time", -2)), Fraction(133322387415, 10**9) * 1000 * 86400**2),
    "min": ((("time", 1),), Fraction(1, 1440)),
    "minutes": ((("time", 1),), Fraction(1, 1440)),
    "minute": ((("time", 1),), Fraction(1, 1440)),
    "h": ((("time", 1),), Fraction(1, 24)),
    "hours": ((("time", 1),), Fraction(1, 24)),
    "hour": ((("time", 1),), Fraction(1, 24)),
    "d": ((("time", 1),), Fraction(1)),
    "day": ((("time", 1),), Fraction(1)),
    "days": ((("time", 1),), Fraction(1)),
    "week": ((("time", 1),), Fraction(7)),
    "weeks": ((("time", 1),), Fraction(7)),
    "month": ((("calendar month", 1),), Fraction(1)),
    "months": ((("calendar month", 1),), Fraction(1)),
    "year": ((("calendar month", 1),), Fraction(12)),
    "years": ((("calendar month", 1),), Fraction(12)),
}

# For hints only: how people shorten units, in lower case.
ABBREVIATED: Mapping[str, str] = {
    "y": "years",
    "yr": "years",
    "yrs": "years",
    "mo": "months",
    "mos": "months",
    "w": "weeks",
    "wk": "weeks",
    "wks": "weeks",
    "dy": "days",
    "bpm": "beats/min",
    "c": "Cel",
    "ui": "IU",
    "mu": "MIU",
    "cc": "mL",
    "uiu/ml": "uIU/mL",
    "g/l": "10^9/L",
    "giga/l": "10^9/L",
    "gpt/l": "10^9/L",
    "t/l": "10^12/L",
    "k/ul": "10^3/uL",
    "cells/mcl": "cells/uL",
    "cells/cmm": "cells/mm3",
}

# For hints only: whole units that people write.
USUAL = (
    "cells/mm3",
    "cells/uL",
    "copies/mL",
    "10^9/L",
    "10^3/uL",
    "g/dL",
    "g/L",
    "mg/dL",
    "mg/L",
    "ug/L",
    "ng/mL",
    "mmol/L",
    "umol/L",
    "IU/mL",
    "IU/L",
    "mIU/mL",
    "mIU",
    "MIU",
    "IU",
    "U/L",
    "mg",
    "g",
    "ug",
    "kg",
    "lb",
    "cm",
    "m",
    "kg/m2",
    "mg/m2",
    "mg/kg",
    "mL",
    "mL/min",
    "mL/min/1.73m2",
    "mmHg",
    "beats/min",
    "Cel",
)

PIECE = re.compile(r"(^|[./])((?:\d+\.\d+)?[^./]*)", re.ASCII)
FACTOR = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?:[\^*](?P<power>-?\d+))?(?P<rest>.*)", re.ASCII)
ATOM = re.compile(r"(?P<name>[^\d^]+?)(?:\^?(?P<power>-?\d+))?", re.ASCII)
FAHRENHEIT = {"[degf]", "degf", "°f", "fahrenheit"}
LONGEST = 40
GREATEST_POWER = 30


class UnitError(ValueError):
    """A text that is no unit; ``hint`` says what may have been meant."""

    def __init__(self, text: str) -> None:
        """``text`` is what stands where a unit should."""
        super().__init__(f"{text} is not a unit that is known here")
        self.text = text

    @property
    def hint(self) -> str:
        """What may have been meant: of ``MIU`` and ``mIU``, a thousand million times apart, both and never one."""
        folded = self.text.casefold()
        if folded in FAHRENHEIT:
            return "a Fahrenheit scale starts elsewhere, so that no factor converts it; give temperatures in Cel"
        usual = ABBREVIATED.get(folded)
        if usual:
            return f"did you mean {usual}?"
        same = sorted({unit for unit in (*USUAL, *PLAIN) if unit.casefold() == folded})
        found = " or ".join(same) if same else nearest(self.text, (*USUAL, *PLAIN))
        return f"did you mean {found}?" if found else ""


@frozen
class Unit:
    """A unit as written, its dimension, and how many of the dimension's base it is."""

    text: str
    dimension: Dimension
    factor: Fraction


@lru_cache(maxsize=1024)
def parse_unit(text: str) -> Unit:
    """The unit that ``text`` stands for; it holds no blanks.

    Raises:
        UnitError: no such unit is known.

    >>> parse_unit("cells/uL").factor == parse_unit("cells/mm3").factor
    True
    """
    if not text or len(text) > LONGEST or any(sign.isspace() for sign in text):
        raise UnitError(text[:LONGEST])
    factor = Fraction(1)
    powers: dict[str, int] = {}
    for direction, piece in pieces(text):
        dimension, size = component(piece, text)
        factor *= size**direction
        for name, power in dimension:
            powers[name] = powers.get(name, 0) + direction * power
    return Unit(text, tuple(sorted((name, power) for name, power in powers.items() if power)), factor)


def pieces(text: str) -> list[tuple[int, str]]:
    """What is multiplied (1) and divided by (-1), from left to right as in UCUM: ``mg/L.d`` is ``mg.d/L``.

    A point after nothing but digits, with a digit behind it, is that of a number.

    >>> pieces("m2.kg/1.73m2")
    [(1, 'm2'), (1, 'kg'), (-1, '1.73m2')]
    """
    return [(-1 if sign == "/" else 1, piece) for sign, piece in PIECE.findall(text)]


def component(piece: str, text: str) -> tuple[Dimension, Fraction]:
    """Dimension and size of ``10^9``, ``1.73m2``, ``mm3``, ``IU``."""
    size = Fraction(1)
    found = FACTOR.fullmatch(piece)
    if found is not None:
        power = int(found["power"] or 1)
        if abs(power) > GREATEST_POWER:
            raise UnitError(text)
        number = Fraction(found["number"])
        if not number:
            raise UnitError(text)
        size, piece = number**power, found["rest"]
        if not piece:
            return (), size
    if piece in PLAIN:
        return PLAIN[piece][0], PLAIN[piece][1] * size
    atom = ATOM.fullmatch(piece)
    if atom is None:
        raise UnitError(text)
    power = int(atom["power"] or 1)
    if not power or abs(power) > GREATEST_POWER:
        raise UnitError(text)
    dimension, one = named(atom["name"], text)
    return tuple((name, exponent * power) for name, exponent in dimension), one**power * size


def named(name: str, text: str) -> tuple[Dimension, Fraction]:
    """Dimension and size of an atom, with or without a prefix."""
    if name in PLAIN:
        return PLAIN[name]
    if name in METRIC:
        return METRIC[name]
    prefix, atom = name[:1], name[1:]
    if prefix in PREFIXES and atom in METRIC:
        dimension, size = METRIC[atom]
        return dimension, size * PREFIXES[prefix]
    raise UnitError(text)


def conversion(source: str, target: str) -> Fraction | None:
    """What a number in ``source`` is multiplied by to be in ``target``; ``None`` when the two do not compare.

    Raises:
        UnitError: one of them is no unit.

    >>> conversion("g/dL", "g/L")
    Fraction(10, 1)
    """
    one, other = parse_unit(source), parse_unit(target)
    return one.factor / other.factor if one.dimension == other.dimension else None


def factor_between(source: str, target: str) -> Fraction | None:
    """As :func:`conversion`, of doses; an empty unit, of what has no dose, compares with itself alone.

    Raises:
        UnitError: one of them is no unit.
    """
    return Fraction(1) if source == target else conversion(source, target) if source and target else None


def uncounted(source: str, target: str) -> Fraction | None:
    """As :func:`conversion`, of cells to a number that does not say what is counted; ``None`` for anything else.

    Raises:
        UnitError: one of them is no unit.

    >>> uncounted("cells/uL", "10^9/L"), uncounted("copies/mL", "10^9/L")
    (Fraction(1, 1000), None)
    """
    one, other = parse_unit(source), parse_unit(target)
    without = tuple(part for part in one.dimension if part != ("cell", 1))
    return one.factor / other.factor if one.dimension != other.dimension == without else None


def is_suspicious(one: str, other: str) -> bool:
    """Whether two units differ by upper and lower case alone: ``MIU`` (a million) and ``mIU`` (a thousandth).

    Those that differ so but are one unit (``mL`` and ``ml``) are not suspicious.

    Raises:
        UnitError: they differ by case alone and one of them is no unit.

    >>> is_suspicious("MIU", "mIU"), is_suspicious("mL", "ml")
    (True, False)
    """
    return one != other and one.casefold() == other.casefold() and conversion(one, other) != 1
