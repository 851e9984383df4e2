"""``delay while``, ``stop when`` and their like: columns know of whom such a rule changes nothing on any day.

Whether it does is judged of all days together, with all that is read by the cut-off: a test on the latest reading comes
out the same on each of them where it does so for every reading, and there is one from the first day on. Whomever a rule
may act on, or leave open, the interpreter judges.
"""

from functools import partial
from typing import assert_never

from attrs import evolve
from sqlglot import exp

from protocol_dsl.base.truth import Truth
from protocol_dsl.compile.comparison import EQUAL, MIRRORED, compile_compare
from protocol_dsl.compile.deviations.own import joined_with_all
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.histories import has_begun_by
from protocol_dsl.compile.ladders import rows_of
from protocol_dsl.compile.periods import bounds_of
from protocol_dsl.compile.tests import compile_test
from protocol_dsl.compile.values import bare, constant_of
from protocol_dsl.model.columns import PARTICIPANT, NotInColumnsError
from protocol_dsl.model.expressions import (
    And,
    AtLeast,
    AttributeValue,
    Between,
    Choice,
    Compare,
    Consecutive,
    DefinedTest,
    ExposedTo,
    Happens,
    IsConfirmed,
    IsOneOf,
    IsRecorded,
    Not,
    OnDrugs,
    Operator,
    Or,
    Pick,
    Test,
)
from protocol_dsl.model.points import Point
from protocol_dsl.model.schedule import CycleRule, Cycles
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, any_of, call, column, grouped, negated

ABOVE: frozenset[Operator] = frozenset({">", ">="})
OPPOSITE = {Truth.MET: Truth.NOT_MET, Truth.NOT_MET: Truth.MET}


def noticed(model: StudyModel, gather: Gather) -> exp.Select | None:
    """The participants for whom some rule may act, or be unknown, on the planned day of a cycle.

    Raises:
        NotInColumnsError: The test of a rule is one of which columns do not know that.
    """
    early = evolve(gather, knows_given=False)
    found: list[exp.Expr] = []
    for treatment in model.treatments:
        if isinstance(treatment.course, Cycles):
            found += [may_act(rule, treatment.course.start, treatment.name, early) for rule in treatment.course.rules]
    if not found:
        return None
    return joined_with_all(exp.select(column(PARTICIPANT, BASE)).from_(BASE), gather).where(any_of(*found))


def may_act(rule: CycleRule, start: Point, name: str, gather: Gather) -> exp.Expr:
    """Whether a rule may act on some day from the first cycle's on.

    Raises:
        NotInColumnsError: As above; the message names the rule.
    """
    idle = Truth.MET if rule.act == "repeat while" else Truth.NOT_MET
    first = gather.point(start)
    try:
        is_sure = surely(rule.test, idle, first, gather)
    except NotInColumnsError as error:
        raise NotInColumnsError(f"{name}: {rule.act} {rule.test.words or error}") from None
    return all_of(negated(first.copy().is_(exp.null())), negated(call("coalesce", is_sure, exp.false())))


def surely(test: Test, wanted: Truth, start: exp.Expr, gather: Gather) -> exp.Expr:
    """Whether a test certainly comes out as ``wanted`` on every day from ``start`` to the cut-off.

    Raises:
        NotInColumnsError: Only the day itself can tell.
    """
    again = partial(surely, start=start, gather=gather)
    match test:
        case Compare():
            return surely_compares(test, wanted, start, gather)
        case Between():
            low, high = (Compare(test.value, ">=", test.low), Compare(test.value, "<=", test.high))
            return again(And((low, high), words=test.words), wanted)
        case IsOneOf() if isinstance(bare(test.value), AttributeValue):
            return compiled(test, wanted, gather)
        case IsConfirmed() | Happens() | ExposedTo() if wanted is Truth.NOT_MET:
            # What has not happened by the cut-off had not happened before, once its absence proves anything.
            return all_of(compiled(test, wanted, gather), has_begun_by(test, start, gather))
        case And():
            parts = [again(part, wanted) for part in test.parts]
            return all_of(*parts) if wanted is Truth.MET else any_of(*parts)
        case Or():
            parts = [again(part, wanted) for part in test.parts]
            return any_of(*parts) if wanted is Truth.MET else all_of(*parts)
        case Not():
            return again(test.part, OPPOSITE[wanted])
        case DefinedTest():
            return again(test.test, wanted)
        case IsConfirmed() | Happens() | ExposedTo() | IsOneOf() | IsRecorded() | OnDrugs() | Consecutive() | AtLeast():
            raise NotInColumnsError(test.words)
        case _:
            assert_never(test)


def compiled(test: Test, wanted: Truth, gather: Gather) -> exp.Expr:
    """Whether a test comes out so at the cut-off."""
    return grouped(compile_test(test, gather).truth).eq(int(wanted))


def surely_compares(node: Compare, wanted: Truth, start: exp.Expr, gather: Gather) -> exp.Expr:
    """Whether every reading that may be the latest compares so, and the first of them is there from the start on.

    Raises:
        NotInColumnsError: It is no comparison of a latest reading with a constant that lies on one side of it.
    """
    left, operator, right = node.left, node.operator, node.right
    if constant_of(right) is None:
        left, operator, right = right, MIRRORED[operator], left
    pick = bare(left)
    is_latest = isinstance(pick, Pick) and pick.choice == "latest" and pick.period.start is None
    if not isinstance(pick, Pick) or not is_latest or operator in EQUAL or constant_of(right) is None:
        raise NotInColumnsError(node.words)
    furthest: Choice = "highest" if (operator in ABOVE) == (wanted is Truth.NOT_MET) else "lowest"
    of_all = compile_compare(Compare(evolve(pick, choice=furthest), operator, right), gather)
    rows = rows_of(pick.measure, gather)
    belongs = rows.belonging(bounds_of(pick.period, gather))
    counts = all_of(belongs, negated(rows.high.copy().is_(exp.null()))) if pick.recorded else belongs
    first = gather.reading(exp.Min(this=exp.If(this=counts, true=column("day"))))
    return all_of(grouped(of_all.truth).eq(int(wanted)), first <= start.copy())
