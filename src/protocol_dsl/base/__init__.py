"""The ground floor: texts and spans, diagnostics, truth, exact numbers, units, days. No I/O, no clock."""
