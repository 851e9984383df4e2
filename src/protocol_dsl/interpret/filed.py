"""Which visit a reading is of by its label: of an early termination that the data file under another, that itself.

The protocol plans a visit for whoever withdraws, and the data call it by the next planned visit (``W8``), or by a name
of the site's own. What is labelled so was read at the termination: at ``W8`` nothing was due. Where ``W8`` was held
too, the day tells the two apart.
"""

from collections.abc import Mapping

from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.visits_in_force import is_of_arm
from protocol_dsl.model.records import Reading, VisitRow
from protocol_dsl.model.series import visit_called

KEY = "what early terminations are filed under"
ANOTHER = ""
"""What stands for every label that is no planned visit's: of these the day alone tells."""


@frozen
class Filed:
    """A label that early terminations have: on which days, whether nothing else has it, on which days others do."""

    days: frozenset[int]
    is_alone: bool
    others: frozenset[int]

    def holds(self, row: Reading) -> bool:
        """Whether a reading of the label is one of the early termination."""
        if self.is_alone:
            return True
        return row.first == row.last and row.first in self.days and row.first not in self.others


def visit_of(row: Reading, facts: Facts) -> str | None:
    """The planned visit that a reading is of by its label, else the label as written; ``None`` without one."""
    if row.visit is None or not facts.record.visits:
        return row.visit
    found = facts.memo.get(KEY)
    if not isinstance(found, tuple):
        found = facts.memo[KEY] = filed(facts)
    name, labels = found
    label = row.visit if not labels or row.visit in labels or visit_called(row.visit, facts.model) else ANOTHER
    return str(name) if label in labels and labels[label].holds(row) else row.visit


def filed(facts: Facts) -> tuple[str, Mapping[str, Filed]]:
    """The visit planned at withdrawal, and each label under which the data file an early termination instead."""
    # Not as the participant's plan has it, which may itself hang on a reading at a visit.
    planned = (
        visit.name for visit in facts.model.visits if visit.is_at_withdrawal and is_of_arm(visit, facts.record.arm)
    )
    name = next(planned, None)
    if name is None:
        return "", {}
    rows = [row for row in facts.record.visits if facts.belongs(row.first, row.last)]
    ended = [row for row in rows if row.status == "early termination" and label_of(row) not in {name, None}]
    held = [row for row in rows if row.status == "held"]
    return name, {str(label): under(label, ended, held) for label in map(label_of, ended)}


def under(label: str | None, ended: list[VisitRow], held: list[VisitRow]) -> Filed:
    """What the data file under a label."""
    own, others = ([row for row in rows if label_of(row) == label] for rows in (ended, held))
    return Filed(
        days=frozenset(row.first for row in own if row.first == row.last),
        is_alone=label != ANOTHER and not others,
        others=frozenset(row.first for row in others),
    )


def label_of(row: VisitRow) -> str | None:
    """The visit that a row is labelled with, empty for another label, ``None`` without one."""
    return row.visit if row.visit is not None or not row.label else ANOTHER
