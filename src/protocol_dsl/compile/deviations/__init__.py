"""Who departs from the plan, or may do so: columns only notice it, and the interpreter says what it is."""
