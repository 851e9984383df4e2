"""PD247, PD248: endpoints and criteria that find nobody without the event: the absence of a row says nothing."""

from collections.abc import Iterable, Iterator, Sequence

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.kinds import plain_definition
from protocol_dsl.semantics.names import Symbol
from protocol_dsl.syntax import ast

NOBODY_WITHOUT = Code("PD247", "nobody is known to have had none", "warning")
NOBODY_PASSES = Code("PD248", "nobody without a row passes", "note")

GROUPS = {"condition": "conditions", "event": "events"}
"""What a clause calls all of a kind."""


@frozen
class Asked:
    """Something that is asked to be there or not, in a text that knows its name.

    ``called`` is where the protocol calls the definition of a library in which it stands.
    """

    events: ast.EventPattern
    home: Chapter
    called: Span | None

    @property
    def place(self) -> Span:
        """Where the protocol asks for it, which no library is."""
        return self.called or self.events.name.span


@frozen
class Unsaid:
    """The name of something of whose history no clause says anything, what it is, and where it is asked for."""

    name: str
    symbol: Symbol
    place: Span


def absences_never_known(document: Document) -> Iterator[Diagnostic]:
    """PD247: an endpoint asks whether there was something, and no clause says what the absence of a row means.

    Without a clause a row of the name makes a participant's history complete. Where every such row counts, nobody is
    left who certainly had none; where several names are asked about, nobody without a row of each. An endpoint of some
    rows of one name is told nothing, nor one of a history that the text says to be open.
    """
    asked = (
        each
        for endpoint in document.main.nodes.of(ast.Endpoint)
        for each in never_without(list(unsaid(document, patterns(endpoint, document.main))))
    )
    consequence = "is missing from the endpoint, and not counted as without"
    yield from by_kind(NOBODY_WITHOUT, asked, consequence, "nor to have had none of this")


def criteria_never_passed(document: Document) -> Iterator[Diagnostic]:
    """PD248: a criterion asks that there was nothing, and no clause says what the absence of a row means.

    Whoever has no row of the name at all is undetermined then: those of whom the data tell nothing bad.
    """
    asked = (
        found
        for criterion in document.main.nodes.of(ast.Criterion)
        for _, found in unsaid(
            document, forbidden(criterion.test, document.main, must_fail=criterion.kind == "exclusion")
        )
    )
    consequence = "is undetermined here, and not known to have had none"
    yield from by_kind(NOBODY_PASSES, asked, consequence, "and so is whoever has none of this")


def unsaid(document: Document, asked: Iterable[Asked]) -> Iterator[tuple[ast.EventPattern, Unsaid]]:
    """Those of some patterns of whose history no clause says anything."""
    if "history" in document.half_read:
        return
    said = {node.of.text for node in document.main.nodes.of(ast.History)}
    for each in asked:
        symbol = each.home.find(each.events.name.text, "condition", "event")
        if symbol is not None and said.isdisjoint((symbol.name, GROUPS[symbol.kind])):
            yield each.events, Unsaid(each.events.name.text, symbol, each.place)


def never_without(asked: Sequence[tuple[ast.EventPattern, Unsaid]]) -> Iterator[Unsaid]:
    """What an endpoint asks about, of which it finds nobody without a row."""
    is_of_one = len({found.symbol.name for _, found in asked}) == 1
    for pattern, found in asked:
        if not is_of_one or pattern == ast.EventPattern(pattern.name):
            yield found


def by_kind(code: Code, asked: Iterable[Unsaid], consequence: str, likewise: str) -> Iterator[Diagnostic]:
    """What is told of the first place of each name, kind by kind, with the clause to write."""
    found: dict[str, dict[str, Unsaid]] = {}
    for each in asked:
        found.setdefault(GROUPS[each.symbol.kind], {}).setdefault(each.symbol.name, each)
    for group, names in found.items():
        first, *others = names.values()
        yield code.at(
            first.place,
            f"whoever has no {first.name} on record {consequence}",
            labels=tuple(Label(other.place, likewise) for other in others),
            hint=f"where the data have every one, write: history {group if others else next(iter(names))} complete",
        )


def patterns(node: object, chapter: Chapter) -> Iterator[Asked]:
    """What an endpoint, or a definition that it calls, asks to be there or not; each definition is looked into once."""
    known: set[tuple[str, str]] = set()
    stack: list[tuple[object, Chapter, Span | None]] = [(node, chapter, None)]
    while stack:
        at, home, called = stack.pop()
        yield from (Asked(each, home, called) for each in ast.every(ast.EventPattern, at))
        names = [name for clause in ast.every(ast.Competing, at) for name in clause.events]
        names += [test.condition for test in ast.every(ast.IsConfirmed, at)]
        yield from (Asked(ast.EventPattern(name), home, called) for name in names)
        for name in (each.name for each in ast.every(ast.NamedValue, at)):
            if (name.text, home.text.name) not in known and (found := plain_definition(name.text, home)):
                known.add((name.text, home.text.name))
                stack.append((*found, called or call_of(name, home, found[1])))


def call_of(name: ast.Name, home: Chapter, other: Chapter) -> Span | None:
    """Where a definition of another text is called; nothing where it stands in the same."""
    return name.span if other.text.name != home.text.name else None


def forbidden(test: ast.Expression | None, chapter: Chapter, *, must_fail: bool) -> Iterator[Asked]:
    """What a test needs to be absent, so that it fails where it ``must_fail``, and else holds.

    Definitions that it calls are looked into once each way, however often they are called.
    """
    known: set[tuple[str, str, bool]] = set()
    stack: list[tuple[ast.Expression | None, Chapter, bool, Span | None]] = [(test, chapter, must_fail, None)]
    while stack:
        at, home, must_fail, called = stack.pop()
        match at:
            case ast.Not():
                stack.append((at.part, home, not must_fail, called))
            case ast.And(parts=parts) | ast.Or(parts=parts) | ast.AtLeast(tests=parts):
                stack += [(part, home, must_fail, called) for part in reversed(parts)]
            case ast.Happens() if must_fail == (at.quantifier == "any"):
                yield Asked(at.events, home, called)
            case ast.IsConfirmed() if must_fail:
                yield Asked(ast.EventPattern(at.condition), home, called)
            case ast.NamedValue():
                found = plain_definition(at.name.text, home)
                key = (at.name.text, home.text.name, must_fail)
                if found and key not in known:
                    known.add(key)
                    stack.append((*found, must_fail, called or call_of(at.name, home, found[1])))
            case _:
                pass
