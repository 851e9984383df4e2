"""Prohibited medication."""

from sqlglot import exp

from protocol_dsl.compile.early import are_days_open, are_given
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.participation import participation_end
from protocol_dsl.compile.tables import has_bit
from protocol_dsl.model.columns import MEDICATIONS, PARTICIPANT
from protocol_dsl.model.rules import Prohibition
from protocol_dsl.model.study import StudyModel, studies_of
from protocol_dsl.trees import all_of, any_of, column, named_table, negated, selected


def noticed(model: StudyModel, gather: Gather, cutoff: int) -> exp.Select | None:
    """The participants with a medication of a class that a version prohibits, on days of the period, or perhaps so.

    Where the period hangs on days of doses that columns do not follow, any medication of the class may be.
    """
    rules = dict.fromkeys(rule for study in studies_of(model) for rule in study.prohibitions)
    if not rules:
        return None
    found = any_of(*(may_share(rule, model, gather, cutoff) for rule in rules))
    same = column(PARTICIPANT, BASE).eq(column(PARTICIPANT, MEDICATIONS))
    query = (
        selected(MEDICATIONS, column(PARTICIPANT, MEDICATIONS))
        .distinct(copy=False)
        .join(named_table(BASE), on=same, copy=False)
    )
    return query.where(found, copy=False)


def may_share(rule: Prohibition, model: StudyModel, gather: Gather, cutoff: int) -> exp.Expr:
    """Whether a course may share a day with the period, which runs on where its last point has no day."""
    is_of_class = has_bit("drugs", gather.layout.class_bit(rule.drugs))
    if are_days_open(model) and are_given((rule, [study.participation_end for study in studies_of(model)])):
        return is_of_class
    start, end = gather.point(rule.start), gather.point(rule.end)
    left = participation_end(model, gather, cutoff)
    goes_on = [column("end_last").is_(exp.null()), column("end_last") >= start.copy()]
    return all_of(
        is_of_class,
        any_of(end.is_(exp.null()), column("start_first") <= end.copy()),
        any_of(end.copy().is_(exp.null()), start.copy() <= end.copy()),
        any_of(left.is_(exp.null()), column("start_first") <= left.copy()),
        any_of(left.copy().is_(exp.null()), start.copy() <= left.copy()),
        any_of(*goes_on),
        negated(start.copy().is_(exp.null())),
    )
