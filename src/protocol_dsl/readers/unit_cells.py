"""Units in cells, and values brought to the unit of the protocol."""

import re

from attrs import evolve

from protocol_dsl.base.numbers import Number, Range, exact
from protocol_dsl.base.units import UnitError, conversion, is_suspicious
from protocol_dsl.model.vocabulary import Conversion
from protocol_dsl.readers.cells import Remembered, Value

PERCENT = "%"
OF_SUBSTANCE = re.compile("[mu\u00b5\u03bc]?mol/mol")
"""Parts of a whole as well, but glycated haemoglobin of 48 mmol/mol is 6.5%, not 4.8%."""


class UnitCells:
    """Brings values to ``own``, by what units say of themselves or by what the protocol says of two units."""

    def __init__(self, own: str, conversions: tuple[Conversion, ...] = ()) -> None:
        """Convert to ``own``."""
        self._own = own
        self._given = {one.unit: one.factor for one in conversions}
        self._factors: Remembered[str, Number | str] = Remembered(self._factor)

    def convert(self, value: Value, unit: str) -> tuple[Value, str]:
        """The value in the own unit, and what is wrong with ``unit``; an absent unit is the own one."""
        factor = self._factors[unit.strip()]
        if isinstance(factor, str):
            return Value(None), factor
        if factor == 1 or value.value is None or isinstance(value.value, str):
            return value, ""
        if isinstance(value.value, Range):
            return evolve(value, value=value.value.scaled(factor)), ""
        return evolve(value, value=exact(value.value * factor)), ""

    def _factor(self, unit: str) -> Number | str:
        if not unit or unit == self._own:
            return 1
        if unit in self._given:
            return self._given[unit]
        if not self._own:
            return "the protocol has no unit for this"
        if PERCENT in {unit, self._own} and any(map(OF_SUBSTANCE.fullmatch, (unit, self._own))):
            return f"{unit} cannot be converted to {self._own}: laboratories relate the two by no factor (HbA1c)"
        try:
            factor = conversion(unit, self._own)
            if is_suspicious(unit, self._own):
                return f"{unit} and {self._own} differ in capitals alone, and greatly in size: one may be a slip"
        except UnitError:
            return f"no unit is written so; {self._own} is expected"
        return f"{unit} cannot be converted to {self._own}" if factor is None else exact(factor)
