"""How grave a deviation is."""

from protocol_dsl.model.rules import DeviationCategory, Grade, GradeLine

IMPORTANT: frozenset[DeviationCategory] = frozenset({"eligibility", "consent", "treatment"})
"""Categories that are important where the protocol says nothing."""


def grade_of(
    category: DeviationCategory, visit: str | None, lines: tuple[GradeLine, ...], own: Grade | None = None
) -> Grade:
    """The grade: the deviation's own, then a category at the visit, a category, ``otherwise``, the default.

    >>> grade_of("missed visit", "W24", (GradeLine(category="missed visit", visit="W24", grade="important"),))
    'important'
    """
    if own is not None:
        return own
    wanted = ((category, visit), (category, None), ("otherwise", None))
    for name, at in wanted[0 if visit is not None else 1 :]:
        for line in lines:
            if line.category == name and line.visit == at:
                return line.grade
    return "important" if category in IMPORTANT else "minor"
