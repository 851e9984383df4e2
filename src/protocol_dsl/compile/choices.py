"""Choices (``yes``, ``female``), and whether there is a value at all."""

from sqlglot import exp

from protocol_dsl.base.truth import Truth
from protocol_dsl.compile.comparison import Compiled
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.tables import column
from protocol_dsl.compile.truth import constant
from protocol_dsl.compile.values import compile_value
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.model.expressions import AttributeValue, DefinedValue, IsOneOf, IsRecorded, Value

NO_ANSWER = "unknown"
"""Whoever wrote so said that there is an answer, and not which: absent, unless the test itself asks for it."""


def compile_is_one_of(node: IsOneOf) -> Compiled:
    """Whether an attribute is one of some choices.

    Raises:
        NotInColumnsError: The value is no attribute.
    """
    value = bare(node.value)
    if not isinstance(value, AttributeValue):
        raise NotInColumnsError(f"{node.words}: a choice that is read")
    choices = [choice.casefold() for choice in node.choices]
    written = choice_column(value.name)
    absent: exp.Expr = written.copy().is_(exp.null())
    if NO_ANSWER not in choices:
        absent = exp.or_(absent, written.copy().eq(exp.Literal.string(NO_ANSWER)))
    is_in = written.copy().isin(*(exp.Literal.string(choice) for choice in choices))
    truth = exp.Case().when(absent, constant(Truth.UNKNOWN)).when(is_in, constant(Truth.MET))
    return Compiled(truth.else_(constant(Truth.NOT_MET)), exp.false())


def compile_is_recorded(node: IsRecorded, gather: Gather) -> Compiled:
    """Whether there is a value at all; never unknown."""
    value = bare(node.value)
    if isinstance(value, AttributeValue) and is_choice(value, gather):
        written = choice_column(value.name)
        is_there: exp.Expr = exp.and_(written.is_(exp.null()).not_(), written.copy().neq(exp.Literal.string(NO_ANSWER)))
    else:
        is_there = compile_value(value, gather).is_known
    return Compiled(exp.Case().when(is_there, constant(Truth.MET)).else_(constant(Truth.NOT_MET)), exp.false())


def bare(node: Value) -> Value:
    """A value without the name it was given."""
    return bare(node.value) if isinstance(node, DefinedValue) else node


def choice_column(name: str) -> exp.Column:
    """The column of an attribute that is a choice; the site is one too."""
    return column("site_folded" if name == "site" else f"choice_{name}", BASE)


def is_choice(value: AttributeValue, gather: Gather) -> bool:
    """Whether an attribute is a choice and not a number."""
    kinds = {one.name: one.kind for one in gather.model.vocabulary.attributes}
    return kinds.get(value.name, "choice") in {"choice", "yes or no"}
