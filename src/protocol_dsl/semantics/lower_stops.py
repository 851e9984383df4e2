"""What a plan goes on until, as the model has it: events and points, and tests that are rules."""

from collections.abc import Iterator

from protocol_dsl.model import schedule as model
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.semantics.document import Chapter
from protocol_dsl.semantics.lower_expressions import fault, pattern, place
from protocol_dsl.semantics.lower_tests import test
from protocol_dsl.semantics.points import named, resolve
from protocol_dsl.syntax import ast


def stops(until: tuple[ast.Stop, ...], chapter: Chapter) -> tuple[model.Stop, ...]:
    """The events and points of a clause ``until``, in its order."""
    return tuple(found for each in until if (found := stop(each, chapter)) is not None)


def stop(node: ast.Stop, chapter: Chapter) -> model.Stop | None:
    """An event or a point; nothing for a test."""
    match node:
        case ast.StopOn(events=events):
            return model.StopOn(pattern(events))
        case ast.StopAt(point=point):
            return resolve(point, chapter) or fault(node)
        case ast.StopNamed(name=name):
            if (happening := event_called(name.text, chapter)) is not None:
                return model.StopOn(happening)
            return None if is_test(name.text, chapter) else named(name.text, chapter) or fault(node)
        case ast.StopWhen():
            return None


def event_called(name: str, chapter: Chapter) -> EventPattern | None:
    """What happens under a name: a milestone, an event or a condition, also by the name of an anchor."""
    anchor = chapter.find(name, "anchor")
    if anchor and isinstance(anchor.node, ast.Anchor):
        day = anchor.node.day
        return pattern(day) if isinstance(day, ast.EventPattern) else EventPattern(day.text)
    return EventPattern(name) if chapter.find(name, "milestone", "event", "condition") else None


def bounds_of(until: tuple[ast.Stop, ...], chapter: Chapter) -> Iterator[ast.Point]:
    """The points among what a plan goes on until; a visit's name is one."""
    for each in until:
        if isinstance(each, ast.StopAt):
            yield each.point
        elif isinstance(each, ast.StopNamed) and is_visit(each.name.text, chapter):
            yield ast.NamedPoint(each.name, span=each.span)


def is_visit(name: str, chapter: Chapter) -> bool:
    """Whether a name stands for a visit, and not for what happens."""
    return chapter.find(name, "visit") is not None and event_called(name, chapter) is None


def is_test(name: str, chapter: Chapter) -> bool:
    """Whether a name stands for a test or an attribute."""
    return chapter.find(name, "attribute", "definition") is not None


def tests_of(until: tuple[ast.Stop, ...], chapter: Chapter) -> Iterator[ast.Expression]:
    """The tests of a clause ``until``; a name that stands for one is read as one."""
    for each in until:
        match each:
            case ast.StopWhen(test=found):
                yield found
            case ast.StopNamed(name=name) if is_test(name.text, chapter):
                yield ast.NamedValue(name, span=each.span)
            case _:
                continue


def stop_rules(until: tuple[ast.Stop, ...], chapter: Chapter) -> Iterator[model.CycleRule]:
    """The tests of a clause ``until`` as rules judged on each planned day."""
    for node in tests_of(until, chapter):
        yield model.CycleRule(act="until", test=test(node, chapter), place=place(node.span, chapter))
