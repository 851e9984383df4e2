"""Values of typed tables as the text of a cell."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

from protocol_dsl.model.vocabulary import Conversion
from protocol_dsl.readers.cells import Value
from protocol_dsl.readers.unit_cells import UnitCells
from protocol_dsl.readers.values import NoTextError, cell_text, kind


class Scalar:
    """A number of an array library."""

    def item(self) -> float:
        return 0.5


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (199, "199"),
        (199.0, "199"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (float("nan"), "nan"),
        (Decimal("1.50"), "1.50"),
        (Decimal("NaN"), "NaN"),
        (Fraction(1, 2), "1/2"),
        (dt.date(2004, 6, 14), "2004-06-14"),
        (dt.datetime(2004, 6, 14), "2004-06-14"),  # noqa: DTZ001 - data tables rarely know a zone
        (dt.datetime(2004, 6, 14, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5))), "2004-06-14T23:30:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Scalar(), "0.5"),
        ("half \ud800", "half \ufffd"),
    ],
)
def test_a_value_is_written_as_a_csv_file_would_have_it(value: object, text: str) -> None:
    assert cell_text(value) == text


@pytest.mark.parametrize("value", [[1], {"a": 1}, b"bytes", object(), dt.timedelta(1), (1,), {1}])
def test_what_no_cell_can_hold(value: object) -> None:
    with pytest.raises(NoTextError):
        cell_text(value)


def test_a_number_of_a_million_digits_is_not_written_out() -> None:
    assert cell_text(10**5000).startswith("0x")
    assert len(cell_text(Decimal("1e1000000"))) < 20


def test_a_percentage_is_not_read_from_mmol_per_mol() -> None:
    value, problem = UnitCells("%").convert(Value(48), "mmol/mol")
    assert value.value is None
    assert "by no factor" in problem
    assert UnitCells("%", (Conversion("mmol/mol", 1),)).convert(Value(48), "mmol/mol") == (Value(48), "")


@pytest.mark.parametrize("value", [b"a", bytearray(b"a")])
def test_bytes_of_any_kind_are_told_as_bytes(value: object) -> None:
    assert kind(value) == "(bytes of 1)"
