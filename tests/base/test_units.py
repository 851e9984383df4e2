"""The table of units, held to pint where pint knows the unit."""

from fractions import Fraction

import pytest
from pint import UnitRegistry
from ucumvert import PintUcumRegistry

from protocol_dsl.base.units import METRIC, PLAIN, PREFIXES, UnitError, conversion, is_suspicious, parse_unit

UCUM: UnitRegistry[float] = PintUcumRegistry()
PAIRS = [
    ("g/dL", "g/L"),
    ("mg/dL", "ug/mL"),
    ("mmol/L", "umol/L"),
    ("mL/min", "L/h"),
    ("kg/m2", "g/cm2"),
    ("10*9/L", "10*3/uL"),
    ("mm[Hg]", "kPa"),
    ("d", "h"),
    ("min", "s"),
    ("ng/mL", "ug/L"),
    ("U/L", "mU/mL"),
    ("mg/kg", "%"),
    ("mL/min/m2", "L/h/m2"),
    ("nkat/L", "umol/s/L"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_factors_are_those_of_ucum(one: str, other: str) -> None:
    factor = conversion(one, other)
    assert factor is not None
    wanted = UCUM.from_ucum(one).to(UCUM.from_ucum(other).units).magnitude / UCUM.from_ucum(other).magnitude
    assert float(factor) == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("atom", [*METRIC, *PLAIN])
def test_units_convert_there_and_back(atom: str) -> None:
    for prefix in ["", *PREFIXES] if atom in METRIC else [""]:
        there, back = conversion(prefix + atom, atom), conversion(atom, prefix + atom)
        assert there is not None
        assert back is not None
        assert there * back == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("cells/mm3", "copies/mm3"), ("MIU", "mg"), ("mg/dL", "mmol/L"), ("months", "days"), ("IU", "U"), ("1", "points")],
)
def test_what_does_not_compare_has_no_factor(one: str, other: str) -> None:
    assert conversion(one, other) is None


def test_counts_by_volume() -> None:
    assert conversion("cells/uL", "cells/mm3") == 1
    assert conversion("cells/µL", "cells/μL") == 1
    assert conversion("MIU", "IU") == 10**6
    assert conversion("weeks", "days") == 7
    assert conversion("years", "months") == 12
    assert parse_unit("mL/min/1.73m2").factor == parse_unit("mL/min/m2").factor * Fraction(100, 173)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("cels/mm3", "cells/mm3"),
        ("mg/ dl", "mg/dL"),
        ("copies/ml/", "copies/mL"),
        ("", ""),
        ("m^99", ""),
        ("x" * 999, ""),
    ],
)
def test_an_unknown_unit_names_the_nearest(text: str, hint: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_unit(text)
    assert hint in caught.value.hint


def test_units_that_differ_by_case_alone() -> None:
    assert is_suspicious("MIU", "mIU")
    assert not is_suspicious("mL", "ml")
    assert not is_suspicious("mg", "mg")
