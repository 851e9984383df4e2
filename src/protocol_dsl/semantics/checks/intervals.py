"""PD234 to PD236, PD239: required intervals that the plan does not keep, and what runs backwards."""

from collections.abc import Iterator
from itertools import combinations

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.values import frozen
from protocol_dsl.semantics.apart import Apart, days_apart, days_long, is_before
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.points import length, resolve, write_amount, write_point
from protocol_dsl.semantics.visit_classes import sides_of
from protocol_dsl.syntax import ast

NEVER_KEPT = Code("PD234", "cannot be kept", still_runs=True)
PLANNED_OTHERWISE = Code("PD235", "the plan says otherwise", "warning")
CONTRADICTS = Code("PD239", "not together with the other", still_runs=True)
BACKWARDS = Code("PD236", "from the later to the earlier", "warning")


@frozen
class Held:
    """An interval's days as planned, and as far as the windows let the visits be moved; and the days it asks for.

    ``allowed`` is ``None`` where the windows move with the visits before them, or are not counted in days.
    """

    planned: Apart
    allowed: Apart | None
    asked: Apart
    is_at_most: bool

    def breaks(self, days: Apart | None) -> bool:
        """Whether such days certainly break the interval, as near or as far as they may be."""
        if days is None:
            return False
        return days.least > self.asked.most if self.is_at_most else days.most < self.asked.least


def intervals_never_kept(document: Document) -> Iterator[Diagnostic]:
    """PD234: no days that the plan and its windows allow keep a required interval."""
    for node, held in intervals(document.main):
        if held.allowed is not None and held.breaks(held.allowed):
            days = f"at least {counted(held.allowed.least)}"
            if not held.is_at_most:
                days = f"at most {counted(held.allowed.most)}"
            yield broken(NEVER_KEPT, node, f"comes {days}", "change the length, or the plan", document.main)


def intervals_planned_otherwise(document: Document) -> Iterator[Diagnostic]:
    """PD235: whoever comes on the planned days breaks a required interval; only some other days keep it."""
    for node, held in intervals(document.main):
        if held.breaks(held.planned) and not held.breaks(held.allowed):
            days = counted(held.planned.least if held.is_at_most else held.planned.most)
            hint = "change the length, or the planned days"
            yield broken(PLANNED_OTHERWISE, node, f"is planned {days}", hint, document.main)


def broken(code: Code, node: ast.RequiredInterval, comes: str, hint: str, chapter: Chapter) -> Diagnostic:
    """What an interval asks for, and how long after its first point the second one ``comes``."""
    asks = f"{node.name.text} asks for {node.bound} {write_amount(node.length)}"
    message = f"{asks}, and {write_point(node.end)} {comes} after {write_point(node.start)}"
    return code.at(node.length.span, message, labels=planned_at(node, chapter), hint=hint)


def intervals_that_contradict(document: Document) -> Iterator[Diagnostic]:
    """PD239: one required interval asks for more days than another allows from the same point to the same."""
    chapter = document.main
    for one, other in combinations(chapter.nodes.of(ast.RequiredInterval), 2):
        least, most = (one, other) if one.bound == "at least" else (other, one)
        low, high = length(least.length), length(most.length)
        places = [(resolve(node.start, chapter), resolve(node.end, chapter)) for node in (one, other)]
        if one.bound == other.bound or low is None or high is None or places[0] != places[1] or None in places[0]:
            continue
        if days_long(low).least > days_long(high).most:
            yield CONTRADICTS.at(
                other.length.span,
                f"{other.name.text} asks for {other.bound} {write_amount(other.length)}, "
                f"and {one.name.text} for {one.bound} {write_amount(one.length)}",
                labels=(Label(one.length.span, "the other interval"),),
                hint="change one of the two",
            )


def counted(days: int) -> str:
    """A number of days."""
    return f"{days} day{'' if days == 1 else 's'}"


def intervals(chapter: Chapter) -> Iterator[tuple[ast.RequiredInterval, Held]]:
    """The required intervals of which the plan says how long they are; those that run backwards are told as such."""
    for node in chapter.nodes.of(ast.RequiredInterval):
        asked = length(node.length)
        planned = days_apart(resolve(node.start, chapter), resolve(node.end, chapter))
        if asked is not None and planned is not None and planned.most >= 0 and node.start != node.end:
            start, end = sides(node.start, chapter), sides(node.end, chapter)
            allowed = None
            if start is not None and end is not None:
                allowed = Apart(planned.least + end[0] - start[1], planned.most + end[1] - start[0])
            yield node, Held(planned, allowed, days_long(asked), node.bound == "at most")


def sides(point: ast.Point, chapter: Chapter) -> tuple[int, int] | None:
    """How many days before and after its planned day a point may come: as its window allows where it is a visit."""
    visit = held_at(point, chapter)
    return (0, 0) if visit is None else sides_of(visit, chapter)


def held_at(point: ast.Point, chapter: Chapter) -> ast.Visits | None:
    """The declaration of the visit that a point names, whose actual day then counts."""
    if not isinstance(point, ast.NamedPoint) or chapter.find(point.name.text, "anchor", "milestone"):
        return None
    symbol = chapter.find(point.name.text, "visit")
    return symbol.visits if symbol else None


def planned_at(node: ast.RequiredInterval, chapter: Chapter) -> tuple[Label, ...]:
    """Where the visits of an interval are planned."""
    visits = (chapter.find(write_point(point), "visit") for point in (node.start, node.end) if held_at(point, chapter))
    return tuple(Label(symbol.span, "planned here") for symbol in visits if symbol)


def counted_backwards(document: Document) -> Iterator[Diagnostic]:
    """PD236: a change, or a required interval, is counted from a later day to an earlier one, or to the same."""
    for chapter in document.chapters:
        for change in chapter.nodes.of(ast.Change):
            start, end = (ast.NamedPoint(name, span=name.span) for name in (change.start, change.end))
            what = f"{'percent ' if change.percent else ''}change in {change.measure.text}"
            yield from backwards(start, end, what, chapter)
        for node in chapter.nodes.of(ast.RequiredInterval):
            yield from backwards(node.start, node.end, f"{node.bound} {write_amount(node.length)}", chapter)


def backwards(start: ast.Point, end: ast.Point, what: str, chapter: Chapter) -> Iterator[Diagnostic]:
    """The message where the second of two points is the earlier one, or the first again."""
    one, other = write_point(start), write_point(end)
    place = start.span.to(end.span)
    if start == end:
        message = f"nothing lies between {one} and {other}"
        yield BACKWARDS.at(place, message, label="the same day", hint="name two different days")
    elif is_before(resolve(end, chapter), resolve(start, chapter)):
        message = f"{other} is before {one}"
        yield BACKWARDS.at(place, message, hint=f"write: {what} from {other} to {one}")
