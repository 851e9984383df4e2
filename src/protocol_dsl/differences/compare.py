"""Two models held to one another, declaration by declaration."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from attrs import has

from protocol_dsl.differences.meaning import in_units_of, is_same, names_of_fields
from protocol_dsl.differences.sentences import added, changed, removed
from protocol_dsl.model.changes import Change
from protocol_dsl.model.rules import Criterion, GradeLine, Prohibition
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import History, Vocabulary

KINDS: Mapping[str, str] = {
    "anchors": "anchor",
    "measures": "measure",
    "classes": "class",
    "conditions": "condition",
    "events": "event",
    "milestones": "milestone",
    "attributes": "attribute",
    "histories": "history",
    "criteria": "criterion",
    "treatments": "treatment",
    "arms": "arm",
    "visits": "visit",
    "prohibitions": "prohibition",
    "intervals": "interval",
    "deviations": "deviation",
    "grades": "grade",
    "analysis_sets": "analysis set",
    "endpoints": "endpoint",
}
"""What the things of each list of a model are called."""


def compare(old: StudyModel, new: StudyModel) -> Iterator[Change]:
    """The differences in the order of the model: what was said of the whole, then each list by name."""
    yield from compare_parts(old, new)


def compare_parts(old: object, new: object) -> Iterator[Change]:
    """The differences of two models, or of two vocabularies."""
    for name in names_of_fields(type(new)):
        before, after = getattr(old, name), getattr(new, name)
        if isinstance(after, Vocabulary):
            yield from compare_parts(before, after)
        elif is_list_of_declarations(before) and is_list_of_declarations(after):
            yield from compare_lists(KINDS.get(name, name.removesuffix("s").replace("_", " ")), before, after)
        elif not is_same(before, after):
            yield from changed("protocol", "", name, before, after)


def is_list_of_declarations(part: object) -> bool:
    """Whether a part holds declarations, or none."""
    return isinstance(part, tuple) and all(has(type(each)) for each in part)


def compare_lists(kind: str, old: Iterable[object], new: Iterable[object]) -> Iterator[Change]:
    """Declarations of one kind by their names: those of the new text in its order, then those that are gone."""
    before, after = by_key(old), by_key(new)
    for key, item in after.items():
        if key not in before:
            yield added(kind_of(item, kind), name_of(item))
            continue
        told = in_units_of(before[key], item)
        if not is_same(before[key], told):
            yield from compare_items(kind_of(item, kind), name_of(item), before[key], told)
    for key, item in before.items():
        if key not in after:
            yield removed(kind_of(item, kind), name_of(item))


def compare_items(kind: str, name: str, old: object, new: object) -> Iterator[Change]:
    """Two declarations of one name, part by part; a part that has parts of its own is looked into."""
    for part in names_of_fields(type(new)):
        before, after = getattr(old, part), getattr(new, part)
        if not is_same(before, after):
            yield from changed(kind, name, part, before, after)


def by_key(items: Iterable[object]) -> dict[tuple[str, int], object]:
    """Declarations by name; those without one of their own by what they are about, and which of several they are."""
    found: dict[tuple[str, int], object] = {}
    count = Counter[str]()
    for item in items:
        name = name_of(item)
        found[name, count[name]] = item
        count[name] += 1
    return found


def name_of(item: object) -> str:
    """The name of a declaration, or what it is about."""
    match item:
        case Prohibition():
            return item.drugs
        case History():
            return item.of
        case GradeLine():
            return f"{item.category} at {item.visit}" if item.visit else item.category
        case _:
            return str(getattr(item, "name", "") or next(getattr(item, name) for name in names_of_fields(type(item))))


def kind_of(item: object, kind: str) -> str:
    """What a declaration is called."""
    return item.kind if isinstance(item, Criterion) else kind
