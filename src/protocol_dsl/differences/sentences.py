"""One difference as a sentence: ``W24: window widened from ± 7 days to ± 14 days``."""

from collections.abc import Iterator, Mapping

from attrs import has

from protocol_dsl.differences.meaning import is_same, meaning, names_of_fields
from protocol_dsl.differences.words import plain, point_words, words
from protocol_dsl.model.changes import Change
from protocol_dsl.model.expressions import Constant, ConstantDate, DefinedTest, DefinedValue
from protocol_dsl.model.points import Length, Point, Window

LABELS: Mapping[str, str] = {
    "point": "planned day",
    "spacings": "cycle spacing",
    "up_to": "number of cycles",
    "none_after": "last point of cycles",
    "counted_from": "counting",
    "skipped_count": "skipped cycles count",
    "rules": "rules of cycles",
    "inside": "cycles of another treatment",
    "start": "start",
    "end": "end",
    "grace_days": "days of grace",
    "assess": "assessments",
    "either": "assessments of which one is enough",
    "by_telephone": "by telephone",
    "gives": "treatments given",
    "times_daily": "times a day",
    "days": "days of a cycle",
    "length": "length",
    "chosen_by": "chooser",
    "eligibility_point": "point of eligibility",
    "participation_end": "end of participation",
    "base": "participants counted",
    "of_class": "class of visits",
    "may_be_negative": "negative values allowed",
    "sets": "analysis sets",
    "missing": "rule for missing values",
    "compare": "comparisons of arms",
}
"""What a part of a declaration is called, where the name of the field is not what a reader would say."""


def added(kind: str, name: str) -> Change:
    """A declaration that only the new text has."""
    return Change(kind=kind, name=name, act="added", message=f"{kind} {name} added")


def removed(kind: str, name: str) -> Change:
    """A declaration that only the old text has."""
    return Change(kind=kind, name=name, act="removed", message=f"{kind} {name} removed")


def changed(kind: str, name: str, part: str, before: object, after: object) -> Iterator[Change]:
    """A part of a declaration that differs: its own parts where both have the same ones, else the whole of it."""
    limits = moved_limits(before, after)
    if limits is not None:
        for old, new in limits:
            yield change(kind, name, "limit", "moved", (old, new))
    elif isinstance(before, Window) and isinstance(after, Window):
        yield change(kind, name, label_of(part), window_verb(before, after), (before, after))
    elif isinstance(before, Point) and isinstance(after, Point):
        yield change(kind, name, label_of(part), "moved", (before, after))
    elif is_set_of_names(before) and is_set_of_names(after):
        yield from names_changed(kind, name, part, before, after)
    elif has_parts(before) and type(before) is type(after):
        for inner in names_of_fields(type(after)):
            old, new = getattr(before, inner), getattr(after, inner)
            if not is_same(old, new):
                yield from changed(kind, name, inner, old, new)
    else:
        yield change(kind, name, label_of(part), "changed", (before, after))


def change(kind: str, name: str, field: str, verb: str, values: tuple[object, object]) -> Change:
    """A part that differs, as a sentence with what it was and what it is."""
    old, new = map(words, values)
    if old == new and isinstance(values[0], Point) and isinstance(values[1], Point):
        old, new = (f"{words(each)} ({point_words(each)})" for each in (values[0], values[1]))
    message = f"{name or kind}: {field} {verb} from {old} to {new}"
    if old == new:
        message = f"{name or kind}: {field} reads as before, and what it names has changed: {new}"
    return Change(kind=kind, name=name, act="changed", field=field, before=old, after=new, message=message)


def label_of(part: str) -> str:
    """What a part of a declaration is called."""
    return LABELS.get(part, plain(part))


def has_parts(part: object) -> bool:
    """Whether a part is looked into: one that the author did not write as one phrase."""
    return has(type(part)) and not isinstance(part, Length) and not getattr(part, "words", "")


# ------------------------------------------------------------------------------------------------------------- windows
def window_verb(before: Window, after: Window) -> str:
    """What became of a window."""
    is_earlier = rough(after.early) <= rough(before.early)
    is_later = rough(after.late) >= rough(before.late)
    if is_earlier and is_later:
        return "widened"
    if rough(after.early) >= rough(before.early) and rough(after.late) <= rough(before.late):
        return "narrowed"
    return "moved"


def rough(length: Length) -> int:
    """Days of a length, a month taken at 30: only ever compared."""
    return 30 * length.months + length.days


# --------------------------------------------------------------------------------------------------------------- names
def is_set_of_names(part: object) -> bool:
    """Whether a part is a list of names, or an empty list."""
    return isinstance(part, tuple) and all(isinstance(each, str) for each in part)


def names_changed(kind: str, name: str, part: str, before: object, after: object) -> Iterator[Change]:
    """The names that a list has gained and lost; one that becomes empty, or was, is told whole."""
    if not isinstance(before, tuple) or not isinstance(after, tuple) or not before or not after:
        yield change(kind, name, label_of(part), "changed", (before, after))
        return
    gained = [each for each in after if each not in before]
    lost = [each for each in before if each not in after]
    old, new = words(before), words(after)
    for verb, found in (("added", gained), ("removed", lost)):
        if found:
            message = f"{name or kind}: {label_of(part)}: {', '.join(found)} {verb}"
            yield Change(
                kind=kind, name=name, act="changed", field=label_of(part), before=old, after=new, message=message
            )


# -------------------------------------------------------------------------------------------------------------- limits
def moved_limits(before: object, after: object) -> list[tuple[object, object]] | None:
    """The constants that differ, where two expressions differ in nothing else."""
    found: list[tuple[object, object]] = []
    return found if is_expression(before) and is_expression(after) and gather(before, after, found) and found else None


def is_expression(part: object) -> bool:
    """Whether a part is a value or a test."""
    return type(part).__module__.endswith("model.expressions")


def gather(before: object, after: object, found: list[tuple[object, object]]) -> bool:
    """Whether two expressions differ in constants alone, which are gathered on the way."""
    before, after = bare(before), bare(after)
    if meaning(before) == meaning(after):
        return True
    if isinstance(before, Constant | ConstantDate) and isinstance(after, Constant | ConstantDate):
        found.append((before, after))
        return True
    if isinstance(before, tuple) and isinstance(after, tuple):
        return len(before) == len(after) and all(
            gather(old, new, found) for old, new in zip(before, after, strict=True)
        )
    if not has(type(before)) or type(before) is not type(after):
        return False
    return all(gather(getattr(before, name), getattr(after, name), found) for name in names_of_fields(type(after)))


def bare(part: object) -> object:
    """A definition as what it stands for."""
    while isinstance(part, DefinedValue | DefinedTest):
        part = part.value if isinstance(part, DefinedValue) else part.test
    return part
