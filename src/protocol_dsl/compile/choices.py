"""Choices (``yes``, ``female``), and whether there is a value at all."""

from collections.abc import Iterator

from sqlglot import exp

from protocol_dsl.base.truth import Truth
from protocol_dsl.compile.comparison import Compiled
from protocol_dsl.compile.gather import AT_CUTOFF, BASE, Gather
from protocol_dsl.compile.intervals import Interval
from protocol_dsl.compile.quantities import Quantity
from protocol_dsl.compile.truth import constant
from protocol_dsl.compile.values import bare, compile_value
from protocol_dsl.model.columns import NotInColumnsError, choice_number
from protocol_dsl.model.expressions import AttributeValue, IsOneOf, IsRecorded, Pick, ReadingAt
from protocol_dsl.trees import all_of, any_of, case, column, negated, number

NO_ANSWER = "unknown"
"""Whoever wrote so said that there is an answer, and not which: absent, unless the test itself asks for it."""


def compile_is_one_of(node: IsOneOf, gather: Gather) -> Compiled:
    """Whether a choice is one of some.

    Raises:
        NotInColumnsError: It is the arm before entry, or a choice that is no attribute and no reading.
    """
    value = bare(node.value)
    match value:
        case AttributeValue():
            return compile_attribute_is(value, node, gather)
        case Pick(choice="first" | "latest") | ReadingAt():
            return compile_reading_is(value, node, gather)
        case _:
            raise NotInColumnsError(f"{node.words}: a choice that is worked out")


def compile_attribute_is(value: AttributeValue, node: IsOneOf, gather: Gather) -> Compiled:
    """Whether an attribute is one of some choices.

    Raises:
        NotInColumnsError: It is the arm, which is not read before entry.
    """
    choices = [choice.casefold() for choice in node.choices]
    written: exp.Expr = choice_column(value.name)
    if value.name == "arm":
        if gather.horizon != AT_CUTOFF:
            raise NotInColumnsError("the arm")
        written = exp.Lower(this=column("arm", BASE))
    absent: exp.Expr = written.copy().is_(exp.null())
    if NO_ANSWER not in choices:
        absent = any_of(absent, written.copy().eq(exp.Literal.string(NO_ANSWER)))
    is_in = written.copy().isin(*(exp.Literal.string(choice) for choice in choices), copy=False)
    truth = case((absent, constant(Truth.UNKNOWN)), (is_in, constant(Truth.MET)), otherwise=constant(Truth.NOT_MET))
    return Compiled(truth, exp.false())


def compile_reading_is(value: Pick | ReadingAt, node: IsOneOf, gather: Gather) -> Compiled:
    """Whether a reading that is a word is one of some; where readings of one day differ, the interpreter decides."""
    found = compile_value(value, gather)
    if isinstance(found, Interval):
        raise NotInColumnsError(f"{node.words}: a choice that is worked out")
    gather.leave(all_of(found.is_known, found.low.copy().neq(found.high.copy())))
    asked = {choice.casefold() for choice in node.choices}
    measure = next(one for one in gather.model.vocabulary.measures if one.name == value.measure)
    words = [choice.casefold() for choice in measure.choices]
    truth = [(negated(found.is_known), constant(Truth.UNKNOWN))]
    if NO_ANSWER in words and NO_ANSWER not in asked:
        no_answer = number(choice_number(words.index(NO_ANSWER)))
        truth.append((found.low.copy().eq(no_answer), constant(Truth.UNKNOWN)))
    numbers = [number(choice_number(place)) for place, word in enumerate(words) if word in asked]
    if numbers:
        truth.append((found.low.copy().isin(*numbers, copy=False), constant(Truth.MET)))
    return Compiled(case(*truth, otherwise=constant(Truth.NOT_MET)), exp.false())


def compile_is_recorded(node: IsRecorded, gather: Gather) -> Compiled:
    """Whether there is a value at all; never unknown."""
    value = bare(node.value)
    if isinstance(value, AttributeValue) and is_choice(value, gather):
        written = choice_column(value.name)
        is_there: exp.Expr = all_of(negated(written.is_(exp.null())), written.copy().neq(exp.Literal.string(NO_ANSWER)))
    else:
        found = compile_value(value, gather)
        is_there = found.is_recorded if isinstance(found, Interval) else found.is_known
        if isinstance(value, Pick | ReadingAt) and not isinstance(found, Interval):
            is_there = all_of(is_there, *(negated(each) for each in no_answer(value, found, gather)))
    return Compiled(
        case((is_there, constant(Truth.MET)), otherwise=constant(Truth.NOT_MET)),
        exp.false(),
    )


def no_answer(value: Pick | ReadingAt, found: Quantity, gather: Gather) -> Iterator[exp.Expr]:
    """Whether a reading that is a word says that there is an answer, and not which; nothing where no word says so."""
    words = [
        choice.casefold()
        for measure in gather.model.vocabulary.measures
        if measure.name == value.measure
        for choice in measure.choices
    ]
    if NO_ANSWER in words:
        word = number(choice_number(words.index(NO_ANSWER)))
        yield all_of(found.low.copy().eq(word), found.high.copy().eq(word.copy()))


def choice_column(name: str) -> exp.Column:
    """The column of an attribute that is a choice; the site is one too."""
    return column("site_folded" if name == "site" else f"choice_{name}", BASE)


def is_choice(value: AttributeValue, gather: Gather) -> bool:
    """Whether an attribute is a choice and not a number."""
    kinds = {one.name: one.kind for one in gather.model.vocabulary.attributes}
    return kinds.get(value.name, "choice") in {"choice", "yes or no"}
