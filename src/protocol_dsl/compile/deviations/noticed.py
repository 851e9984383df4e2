"""Every family of deviations of which columns notice who may have one, in one list."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from attrs import evolve
from sqlglot import exp

from protocol_dsl.compile import cycle_rules, queries
from protocol_dsl.compile.amendments import site_matters
from protocol_dsl.compile.cycle_plan import cycle_plans, open_cycles
from protocol_dsl.compile.deviations import (
    arms,
    consent,
    contradictions,
    course_days,
    courses,
    epochs,
    levels,
    own,
    prohibited,
    treatment,
)
from protocol_dsl.compile.early import hangs_on_columns, places_asked, places_followed
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.parts import Again, Part
from protocol_dsl.model.amended import studies_alike
from protocol_dsl.model.columns import ODD, PARTICIPANT
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import column, is_null, selected

Judging: TypeAlias = Part | Again | Literal["everything"]
"""What of a participant the interpreter judges: a part, what some tables are read again for, or everything."""


def noticed(model: StudyModel, gather: Gather, cutoff: int, present: int = -1) -> Mapping[Judging, exp.Query]:
    """The participants of whom the interpreter judges a part, or everything.

    ``present`` are the bits of the events that the data hold at all. Beside those found are those whom the answers of
    visits and cycles mark. What departs from the plan of any version is noticed: the interpreter says which holds.

    Raises:
        NotInColumnsError: A family asks for what columns do not follow.
    """
    found: dict[Judging, exp.Query] = {}
    everybody = [*families(model, gather, cutoff, present)]
    for study in studies_alike(model):
        everybody += families_of_acts(study, evolve(gather, model=study, protocol=model), cutoff, model)
    if open_cycles(model):
        everybody.append(("dose_rows", selected(BASE, column(PARTICIPANT))))
    if site_matters(model.versions):
        site = column("site_folded", BASE)
        everybody.append(("everything", selected(BASE, column(PARTICIPANT), where=is_null(site))))
    for judging, query in everybody:
        found[judging] = exp.union(found[judging], query, copy=False) if judging in found else query
    return found


def families(model: StudyModel, gather: Gather, cutoff: int, present: int) -> Iterator[tuple[Judging, exp.Select]]:
    """Each family by itself, and what of those whom it concerns the interpreter judges; acts have their own."""
    yield "everything", selected(BASE, column(PARTICIPANT), where=column(ODD))
    yield "everything", treatment.unusable()
    asked, hangs = places_asked(model), hangs_on_columns(model)
    found: tuple[tuple[Judging, exp.Select | None], ...] = (
        ("dose_rows", treatment.open_doses()),
        # What columns say of these days of whoever they do not follow is no ground for any other rule.
        ("everything", treatment.open_doses_of(asked) if asked and hangs else None),
        ("everything", treatment.ended_on_open_days(asked, model, gather)),
        ("everything" if asked and hangs else "dose_rows", arms.noticed(model, gather)),
        ("everything" if hangs else "medication_rows", prohibited.noticed(model, gather, cutoff)),
        ("own", own.noticed(model, gather, cutoff)),
        ("dose_rows", contradictions.after_discontinuation(model, gather, present)),
        ("everything", cycle_rules.noticed_in_series(model, gather, cutoff)),
    )
    yield from some(found)
    yield "everything", consent.noticed(gather)
    for query in queries.noticed(model, gather):
        yield "readings", query
    for query in contradictions.after_death(gather, present):
        yield "deaths", query


def families_of_acts(
    model: StudyModel, gather: Gather, cutoff: int, protocol: StudyModel
) -> Iterator[tuple[Judging, exp.Select]]:
    """Those about what was given, by the plan of one version of the protocol."""
    hangs = hangs_on_columns(model)
    return some(
        (
            ("dose_rows", treatment.noticed(model, cycle_plans(model))),
            ("everything", treatment.uncounted(cycle_plans(model), places_followed(model)) if hangs else None),
            ("dose_rows", courses.noticed(model)),
            ("dose_rows", course_days.noticed(model, gather, cutoff, protocol)),
            ("dose_rows", levels.noticed(model, gather, protocol)),
            ("dose_rows", contradictions.other_levels(model, protocol)),
            ("dose_rows", epochs.noticed(model, gather)),
            ("everything", cycle_rules.noticed(model, gather, cutoff, protocol)),
        )
    )


def some(found: Iterable[tuple[Judging, exp.Select | None]]) -> Iterator[tuple[Judging, exp.Select]]:
    """The families of which there is anybody to notice."""
    for judging, query in found:
        if query is not None:
            yield judging, query
