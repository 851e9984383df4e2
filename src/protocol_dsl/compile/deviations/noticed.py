"""Every family of deviations of which columns notice who may have one, in one list."""

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from sqlglot import exp

from protocol_dsl.compile import cycle_rules, doses, queries
from protocol_dsl.compile.cycle_plan import cycle_plans
from protocol_dsl.compile.deviations import arms, consent, courses, epochs, levels, own, prohibited, treatment
from protocol_dsl.compile.early import are_given, days_asked
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.parts import PARTS, Again, Part, has_plain_points
from protocol_dsl.model.columns import ODD, PARTICIPANT
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import column

Judging: TypeAlias = Part | Again | Literal["everything"]
"""What of a participant the interpreter judges: a part, what some tables are read again for, or everything."""


def noticed(model: StudyModel, gather: Gather, cutoff: int) -> Mapping[Judging, exp.Query]:
    """The participants of whom the interpreter judges a part, or everything.

    Beside them are those whom the answers of visits and cycles mark.

    Raises:
        NotInColumnsError: A family asks for what columns do not follow.
    """
    found: dict[Judging, exp.Query] = {}
    for judging, query in families(model, gather, cutoff):
        is_part = judging in PARTS and not has_plain_points(model)
        whole = "everything" if is_part else judging
        found[whole] = exp.union(found[whole], query) if whole in found else query
    return found


def families(model: StudyModel, gather: Gather, cutoff: int) -> Iterator[tuple[Judging, exp.Select]]:
    """Each family by itself, and what of those whom it concerns the interpreter judges."""
    plans = cycle_plans(model)
    # Where more hangs on doses than cycles, no part of whoever was given something besides the plan stands alone.
    of_doses: Judging = "everything" if days_asked(model) else "dose_rows"
    yield "everything", exp.select(column(PARTICIPANT)).from_(BASE).where(column(ODD))
    yield "everything", treatment.unusable()
    found: tuple[tuple[Judging, exp.Select | None], ...] = (
        (of_doses, treatment.noticed(model, plans)),
        (of_doses, treatment.open_doses()),
        (of_doses, arms.noticed(model, gather)),
        ("everything", doses.noticed(model, gather)),
        ("dose_rows", courses.noticed(model)),
        (
            "everything" if are_given(model.prohibitions) else "medication_rows",
            prohibited.noticed(model, gather, cutoff),
        ),
        ("dose_rows", levels.noticed(model, gather)),
        ("dose_rows", epochs.noticed(model, gather)),
        ("everything" if are_given(model.deviations) else "own", own.noticed(model, gather, cutoff)),
        ("everything", cycle_rules.noticed(model, gather)),
    )
    for judging, query in found:
        if query is not None:
            yield judging, query
    yield "everything", consent.noticed(gather)
    for query in queries.noticed(model, gather):
        yield "readings", query
