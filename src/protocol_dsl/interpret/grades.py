"""How grave a deviation is."""

from protocol_dsl.model.rules import DeviationCategory, Grade, GradeLine

IMPORTANT: frozenset[DeviationCategory] = frozenset({"eligibility", "consent", "treatment"})
"""Categories that are important where the protocol says nothing."""


def grade_of(
    category: DeviationCategory, visits: tuple[str, ...], lines: tuple[GradeLine, ...], own: Grade | None = None
) -> Grade:
    """The grade: the deviation's own, then a category at the visit, a category, ``otherwise``, the default.

    ``visits`` is the visit, and after it the series of which it is one.

    >>> grade_of("missed visit", ("W24",), (GradeLine(category="missed visit", visit="W24", grade="important"),))
    'important'
    """
    if own is not None:
        return own
    wanted = (*((category, visit) for visit in visits), (category, None), ("otherwise", None))
    for name, at in wanted:
        for line in lines:
            if line.category == name and line.visit == at:
                return line.grade
    return "important" if category in IMPORTANT else "minor"
