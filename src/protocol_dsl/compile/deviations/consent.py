"""Anything done before consent."""

from collections.abc import Iterator

from sqlglot import exp

from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.tables import column
from protocol_dsl.compile.truth import all_hold
from protocol_dsl.model.columns import DOSES, LABELLED, PARTICIPANT, VISITS
from protocol_dsl.model.points import Point
from protocol_dsl.model.study import StudyModel

UNLABELLED = -1


def noticed(model: StudyModel, gather: Gather) -> Iterator[exp.Select]:
    """The participants with an act before consent, or with one and without a consent.

    Acts are those of the interpreter: visits but that of consent, doses, readings that the data file under a visit, and
    randomization, which by itself raises no question where no consent is recorded.
    """
    consent = gather.point(Point("consent"))
    of_consent = [place for place, visit in enumerate(model.visits) if visit.point == Point("consent")]
    acts: dict[str, list[exp.Expr]] = {
        VISITS: [
            exp.or_(column("is_held", VISITS), column("is_ended", VISITS)),
            *([column("visit", VISITS).isin(*of_consent).not_()] if of_consent else []),
        ],
        DOSES: [column("is_given", DOSES)],
        LABELLED: [column("is_recorded", LABELLED), column("visit", LABELLED).neq(UNLABELLED)],
    }
    for table, conditions in acts.items():
        same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, table))
        is_before = exp.or_(consent.copy().is_(exp.null()), column("day", table) < consent.copy())
        query = exp.select(column(PARTICIPANT, table)).from_(table).join(BASE, on=same)
        yield query.where(all_hold([*conditions, is_before]))
    is_early = gather.point(Point("randomization")) < consent.copy()
    yield exp.select(column(PARTICIPANT, BASE)).from_(BASE).where(is_early)
