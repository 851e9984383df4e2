"""The table of units, held to pint where pint knows the unit."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ucumvert import PintUcumRegistry

from protocol_dsl.base.units import METRIC, PLAIN, PREFIXES, USUAL, UnitError, conversion, is_suspicious, parse_unit

UCUM = PintUcumRegistry()
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
    ("mg/L.d/kg", "ug.h/mL/g"),
]


# What UCUM calls our atoms; what stands in neither table is called the same.
IN_UCUM = {
    "Eq": "eq",
    "IU": "[IU]",
    "Osm": "osm",
    "day": "d",
    "days": "d",
    "hour": "h",
    "hours": "h",
    "in": "[in_i]",
    "lb": "[lb_av]",
    "mcg": "ug",
    "minute": "min",
    "minutes": "min",
    "mmHg": "mm[Hg]",
    "ppm": "[ppm]",
    "week": "wk",
    "weeks": "wk",
    "°C": "Cel",
}
# UCUM counts these without a dimension or has no word for them; ours keep a dimension for each thing.
NOT_IN_UCUM = {
    *("beats", "breaths", "capsule", "capsules", "cell", "cells", "copies", "copy", "drops", "events", "patches"),
    *("grade", "points", "puffs", "tablet", "tablets", "times"),
}
# A mean month of 30.4 days there, a month of the calendar here.
CALENDAR = {"month", "months", "year", "years"}
# What one of each dimension is in UCUM.
BASES = {
    "mass": "g",
    "length": "m",
    "amount": "mol",
    "equivalent": "eq",
    "osmole": "osm",
    "international unit": "[IU]",
    "enzyme unit": "U",
    "time": "d",
    "temperature": "Cel",
}


@pytest.mark.parametrize("atom", [*METRIC, *PLAIN])
def test_each_atom_is_as_large_as_in_ucum(atom: str) -> None:
    if atom in NOT_IN_UCUM:
        pytest.skip(f"UCUM does not know {atom}")
    if atom in CALENDAR:
        pytest.skip(f"{atom}: of mean length in UCUM, of the calendar here")
    unit = parse_unit(atom)
    base = ".".join(f"{BASES[name]}{power}" for name, power in unit.dimension) or "1"
    theirs = UCUM.from_ucum(IN_UCUM.get(atom, atom)).to(UCUM.from_ucum(base).units)
    assert float(unit.factor) == pytest.approx(theirs.magnitude, rel=1e-6)


@pytest.mark.parametrize("sign", [sign for sign in PREFIXES if sign.isascii()])
def test_each_prefix_is_as_large_as_in_ucum(sign: str) -> None:
    theirs = UCUM.from_ucum(f"{sign}g").to("gram")
    assert float(parse_unit(f"{sign}g").factor) == pytest.approx(theirs.magnitude)


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


@pytest.mark.parametrize("unit", USUAL)
def test_the_units_that_hints_name_are_units(unit: str) -> None:
    assert parse_unit(unit).text == unit


@pytest.mark.parametrize("unit", ["mg/0", "0/L", "0.0", "0^9/L", "mg/0.00m2", "0*-3/L"])
def test_nothing_is_measured_in_zeros(unit: str) -> None:
    with pytest.raises(UnitError):
        parse_unit(unit)


@pytest.mark.parametrize("unit", ["°F", "[degF]", "Fahrenheit"])
def test_fahrenheit_is_refused_with_the_reason(unit: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_unit(unit)
    assert "Cel" in caught.value.hint


def test_a_hint_never_chooses_between_a_million_and_a_thousandth() -> None:
    with pytest.raises(UnitError) as caught:
        parse_unit("miu")
    assert caught.value.hint == "did you mean MIU or mIU?"


@given(st.text(max_size=45) | st.from_regex(r"[-0-9a-zA-Zµ%^*./\[\]]{0,20}", fullmatch=True))
def test_any_text_is_a_unit_or_says_why_not(text: str) -> None:
    with suppress(UnitError):
        unit = parse_unit(text)
        assert unit.factor > 0
        assert conversion(text, text) == 1


ATOMS = st.sampled_from([*METRIC, *PLAIN])


@given(ATOMS, ATOMS, st.integers(1, 4))
def test_units_are_multiplied_divided_and_raised(one: str, other: str, power: int) -> None:
    ratio = parse_unit(f"{one}/{other}")
    if (one, other) != ("1", "1"):  # 1.1 is a number
        assert parse_unit(f"{one}.{other}").factor == parse_unit(one).factor * parse_unit(other).factor
    assert ratio.factor == parse_unit(one).factor / parse_unit(other).factor
    if one not in {"%", "1"}:
        assert parse_unit(f"{one}^{power}").factor == parse_unit(one).factor ** power
    assert parse_unit(f"{one}/{one}").dimension == ()


@pytest.mark.parametrize(
    ("unit", "same"),
    [
        ("10^9.10^3/L", "10^12/L"),
        ("m2.1.73m2", "1.73m4"),
        ("1.min.1.73m2", "1.73m2.min"),
        ("g.m.s-2", "g.m/s2"),
        ("mg/kg/d", "mg/kg.d-1"),
        ("mg/L.d/kg", "mg.d/L/kg"),
        ("mm^3", "uL"),
        ("2.5mg", "2500ug"),
    ],
)
def test_products_and_powers_read_as_one_expects(unit: str, same: str) -> None:
    assert conversion(unit, same) == 1


@pytest.mark.parametrize("unit", ["mg..kg", "mg.", ".5mg", "mg//L", "/L", "mg^0", "mg^", "mg 2"])
def test_half_written_units_are_refused(unit: str) -> None:
    with pytest.raises(UnitError):
        parse_unit(unit)


def test_units_that_differ_by_case_alone() -> None:
    assert is_suspicious("MIU", "mIU")
    assert not is_suspicious("mL", "ml")
    assert not is_suspicious("mg", "mg")
