"""Departures from the plan and what the data leave open: one module a family, each a pure function."""
