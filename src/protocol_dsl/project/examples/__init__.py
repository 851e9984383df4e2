"""A protocol's own examples: made-up participants, judged as any other, and what no example has seen."""
