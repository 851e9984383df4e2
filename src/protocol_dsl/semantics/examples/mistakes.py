"""What can be wrong with the lines of an example."""

from protocol_dsl.base.diagnostics import Code, Diagnostic

UNKNOWN_IN_EXAMPLE = Code("PD502", "not declared")
NO_FINDING = Code("PD503", "not a finding")
NO_FACT = Code("PD510", "not a fact")
NO_EXPECTATION = Code("PD511", "not an expectation")
NO_VALUE = Code("PD512", "no value of it")
OTHER_KIND = Code("PD513", "of another kind")
GIVEN_TWICE = Code("PD514", "given twice")


class Mistaken(Exception):  # noqa: N818 - it carries a mistake of the author's, and is none of ours
    """A phrase that is none of the forms; ``diagnostic`` says why, nothing where another check speaks of it."""

    def __init__(self, diagnostic: Diagnostic | None) -> None:
        """Carry the message."""
        super().__init__(diagnostic)
        self.diagnostic = diagnostic
