"""A model as JSON and back, so that a protocol can be compiled once and loaded without a parser.

Each member of a union of classes carries its class in ``kind of node``; an exact fraction is the text ``"9/2"``. The
document says the version of the model, and another version is refused.
"""

import json
from fractions import Fraction
from functools import reduce
from operator import or_
from types import UnionType
from typing import Literal, Union, get_args, get_origin

from attrs import fields, has, resolve_types
from cattrs import BaseValidationError, Converter
from cattrs.strategies import configure_tagged_union

from protocol_dsl.base.numbers import Number
from protocol_dsl.model import examples, expressions, points, rules, schedule, study, vocabulary
from protocol_dsl.model.study import MODEL_VERSION, StudyModel

FORMAT = "protocol-dsl/model"
TAG = "kind of node"
MODULES = (points, expressions, vocabulary, schedule, rules, examples, study)


class ModelError(ValueError):
    """A text that is no model of this version; the message says why."""


def dump(model: StudyModel) -> str:
    """``model`` as a JSON document of one line."""
    document = {"format": FORMAT, "version": MODEL_VERSION, "model": CONVERTER.unstructure(model, StudyModel)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> StudyModel:
    """The model that :func:`dump` wrote.

    Raises:
        ModelError: the text is none, or of another version.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError("this is not a JSON document") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ModelError("this is not a compiled protocol")
    if document.get("version") != MODEL_VERSION:
        raise ModelError(f"version {document.get('version')} of the model cannot be read, only {MODEL_VERSION}")
    try:
        return CONVERTER.structure(document.get("model"), StudyModel)
    # A list where a class stood is an AttributeError of cattrs.
    except (BaseValidationError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelError("this compiled protocol is damaged") from error


def structure_number(value: object, _: object) -> Number:
    """A whole number, or a fraction written ``"9/2"``."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        return Fraction(value)
    raise ModelError(f"{value!r} is no number")


def unstructure_number(value: Number) -> int | str:
    """A whole number as it is, a fraction as ``"9/2"``."""
    return value if isinstance(value, int) else f"{value.numerator}/{value.denominator}"


def words_of(kind: object) -> tuple[object, ...]:
    """The words of a union of literals; none for another type."""
    parts = get_args(kind) if get_origin(kind) in {Union, UnionType} else ()
    return tuple(word for part in parts for word in get_args(part)) if all(map(is_literal, parts)) else ()


def is_literal(kind: object) -> bool:
    """Whether a type is one of some words."""
    return get_origin(kind) is Literal


def structure_word(value: object, kind: object) -> object:
    """One of the words of a union of literals."""
    if value not in words_of(kind):
        raise ModelError(f"{value!r} is none of {words_of(kind)}")
    return value


def unions_of(kind: object) -> list[object]:
    """The unions of classes within a type, the outermost first."""
    parts = get_args(kind)
    found = [union for part in parts for union in unions_of(part)]
    classes = [part for part in parts if has(part)]
    is_union = get_origin(kind) in {Union, UnionType}
    return [kind, *found] if is_union and len(classes) > 1 else found


def make() -> Converter:
    """The converter for all classes of the model."""
    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook(Number, structure_number)
    converter.register_unstructure_hook(Number, unstructure_number)
    converter.register_unstructure_hook(Fraction, unstructure_number)
    converter.register_structure_hook_func(lambda kind: bool(words_of(kind)), structure_word)
    for module in MODULES:
        classes = [kind for kind in vars(module).values() if isinstance(kind, type) and has(kind)]
        names = vars(expressions) | vars(module)
        for kind in classes:
            resolve_types(kind, names, names)
            for attribute in fields(kind):
                for union in unions_of(attribute.type):
                    tag(union, converter)
    return converter


def tag(union: object, converter: Converter) -> None:
    """Let a union of classes say which of them each member is; ``None`` stays ``None``."""
    classes = tuple(part for part in get_args(union) if has(part))
    plain = reduce(or_, classes)
    configure_tagged_union(plain, converter, tag_name=TAG)
    if type(None) in get_args(union):
        hook = converter.get_structure_hook(plain)
        back = converter.get_unstructure_hook(plain)
        converter.register_structure_hook(union, lambda value, _: None if value is None else hook(value, plain))
        converter.register_unstructure_hook(union, lambda value: None if value is None else back(value))


CONVERTER = make()
