"""Frozen values: attrs classes that are made in half the time.

attrs writes the comparison, the hash and the text of each class as source and compiles it whenever the class is
imported, which for some hundreds of classes took longer than reading a protocol. Here they are functions that need no
compiling. Everything else is attrs' own, so that ``fields``, ``evolve``, cattrs and the type checker see the classes
that they know.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, TypeVar, cast

import attrs

__all__ = ["every", "frozen", "parts"]

Value = TypeVar("Value")

PLAIN = frozenset({str, int, bool, float, type(None)})
HELD: dict[type, Callable[[object], Iterable[object]]] = {}
"""What gives the fields of the classes met so far; asking attrs each time would be the slowest step of a walk."""


def value_class(cls: type | None = None, *, kw_only: bool = False, slots: bool = True, eq: bool = True) -> object:
    """As ``attrs.frozen``: two values of one class are equal, and hash alike, where their compared fields are equal.

    Without ``eq`` a value equals itself alone.
    """
    if cls is None:
        return partial(value_class, kw_only=kw_only, slots=slots, eq=eq)
    own = {"__eq__", "__hash__", "__repr__"} & {*vars(cls)}
    if not eq:
        own |= {"__eq__", "__hash__"}
    made = attrs.frozen(  # noqa: TID251 -- what is made sooner here
        repr=False, eq=False, kw_only=kw_only, slots=slots
    )(cls)
    for name, method in methods(made).items():
        if name not in own:
            setattr(made, name, method)
    return made


def methods(made: type) -> dict[str, Callable[..., object]]:
    """What attrs would have compiled for the class ``made``."""
    names = [each.name for each in attrs.fields(made) if each.eq]
    compared: Callable[[object], object] = attrgetter(*names) if names else lambda _: ()

    def equal(self: object, other: object) -> object:
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash((made, compared(self)))

    return {"__eq__": equal, "__hash__": hashed, "__repr__": text}


def parts(value: object) -> Sequence[object]:
    """What a value holds that may hold more: the fields of a value, what stands in a tuple or list, in their order.

    Texts, numbers and nothing are left out.
    """
    kind = value.__class__
    try:
        held = HELD[kind]
    except KeyError:
        held = HELD[kind] = holder(kind)
    return [each for each in held(value) if each.__class__ not in PLAIN]


def holder(kind: type) -> Callable[[object], Iterable[object]]:
    """What gives all that a value of a class holds."""
    if issubclass(kind, tuple | list):
        return cast(Callable[[object], Iterable[object]], iter)
    names = tuple(attrs.fields_dict(kind)) if attrs.has(kind) else ()
    if not names:
        return lambda _: ()
    # Of a single name it gives what that stands for, and no tuple.
    return attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)


def every(kind: type[Value] | tuple[type[Value], ...], within: object) -> Iterator[Value]:
    """Each value of ``kind``, or of any of several, in a tree of values and tuples, in the order of the text.

    The whole is one of them. A list holds values as a tuple does: no value has one, but who gathers several values may.
    """
    left = [within]
    while left:
        value = left.pop()
        if isinstance(value, kind):
            yield value
        left += parts(value)[::-1]


@recursive_repr("...")
def text(self: attrs.AttrsInstance) -> str:
    """A value as attrs shows it: ``Position(line=2, column=2)``."""
    shown = (each.name for each in attrs.fields(self.__class__) if each.repr)
    written = (f"{name}={getattr(self, name, attrs.NOTHING)!r}" for name in shown)
    return f"{self.__class__.__qualname__.rpartition('>.')[2]}({', '.join(written)})"


if TYPE_CHECKING:
    # The checker knows the classes of attrs by the name of attrs' own decorator.
    from attrs import frozen  # noqa: TID251 -- as said above
else:
    frozen = value_class
