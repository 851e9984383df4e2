"""Measurements: ratios within one run on one machine, medians of several turns; never timed tests."""
