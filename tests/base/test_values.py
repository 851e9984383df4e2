"""Our values are those of attrs, made sooner: compared with what attrs itself makes of the same class."""

from collections.abc import Callable
from importlib import import_module
from pkgutil import walk_packages

import attrs
import pytest

import protocol_dsl
from protocol_dsl.base import values
from protocol_dsl.base.source import Span

Make = Callable[[type], type]


def sample(frozen: Make) -> type:
    """A class of value with fields of every sort that ours have."""

    class Sample:
        name: str
        parts: tuple[object, ...] = ()
        note: str = attrs.field(default="", eq=False)
        place: int = attrs.field(default=0, eq=False, repr=False, kw_only=True)

    return frozen(Sample)


def empty(frozen: Make) -> type:
    """A class of value without a field."""

    class Empty:
        pass

    return frozen(Empty)


@pytest.mark.parametrize("slots", [True, False])
def test_values_are_shown_compared_and_hashed_as_those_of_attrs(slots: bool) -> None:  # noqa: FBT001 -- a parameter
    ours = sample(lambda cls: attrs_like(cls, slots=slots))
    theirs = sample(attrs.frozen)
    asked = [(("a",), {}), (("a", (1, None)), {}), (("a",), {"note": "x", "place": 3}), (("b",), {})]
    one, other = ([made(*args, **named) for args, named in asked] for made in (ours, theirs))
    assert [*map(repr, one)] == [*map(repr, other)]
    assert [[a == b for b in one] for a in one] == [[a == b for b in other] for a in other]
    assert len({*one}) == len({*other}) == 3
    assert one[0] != other[0]
    assert [each.name for each in attrs.fields(ours)] == [each.name for each in attrs.fields(theirs)]
    assert attrs.evolve(one[0], name="b") == one[3]


def attrs_like(cls: type, *, slots: bool) -> type:
    """Our decorator, as the class is made at run time."""
    made = values.value_class(cls, slots=slots)
    assert isinstance(made, type)
    return made


def test_a_value_without_fields_equals_every_other_of_its_class() -> None:
    ours, theirs = empty(values.frozen), empty(attrs.frozen)
    assert (ours() == ours(), ours() == theirs(), repr(ours())) == (theirs() == theirs(), False, repr(theirs()))
    assert len({ours(), ours()}) == 1


def test_a_value_may_equal_itself_alone() -> None:
    @values.frozen(eq=False)
    class Alone:
        name: str

    one = Alone("a")
    assert (one == Alone("a"), one == one, len({one, Alone("a")})) == (False, True, 2)  # noqa: PLR0124 -- the point


def test_a_value_inside_itself_is_shown_as_attrs_shows_it() -> None:
    ours, theirs = sample(values.frozen), sample(attrs.frozen)
    shown = []
    for made in (ours, theirs):
        within: list[object] = []
        within.append(made("a", within))
        shown.append(repr(within[0]))
    assert shown[0] == shown[1]


def test_a_method_of_the_class_itself_stands() -> None:
    @values.frozen
    class Named:
        name: str

        def __repr__(self) -> str:
            return self.name

    assert repr(Named("a")) == "a"


def test_no_value_asks_for_what_only_attrs_does() -> None:
    """Keys of comparison, hashes apart from it, and ways to show a field of its own: none is needed so far."""
    found = []
    for module in walk_packages(protocol_dsl.__path__, "protocol_dsl."):
        if module.name.endswith("__main__"):
            continue
        for kind in vars(import_module(module.name)).values():
            if isinstance(kind, type) and attrs.has(kind):
                found += [each for each in attrs.fields(kind) if each.eq_key or each.hash is not None]
                found += [each for each in attrs.fields(kind) if not isinstance(each.repr, bool)]
    assert found == []


def test_values_in_a_list_are_found_as_those_in_a_tuple_are() -> None:
    one, other = Span("a", 0, 1), Span("a", 2, 3)
    assert list(values.every(Span, [one, (other,)])) == list(values.every(Span, (one, [other]))) == [one, other]
