"""PD247, PD248: endpoints and criteria that find nobody without the event: the absence of a row says nothing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.extents import calls
from protocol_dsl.semantics.kinds import plain_definition
from protocol_dsl.semantics.names import Symbol
from protocol_dsl.syntax import ast

NOBODY_WITHOUT = Code("PD247", "nobody is known to have had none", "warning")
NOBODY_PASSES = Code("PD248", "nobody without a row passes", "note")

Pattern: TypeAlias = tuple[ast.EventPattern, Chapter]
"""Something that is asked to be there or not, with the text that knows its name."""
GROUPS = {"condition": "conditions", "event": "events"}
"""What a clause calls all of a kind."""


def absences_never_known(document: Document) -> Iterator[Diagnostic]:
    """PD247: an endpoint asks whether there was something, and no clause says what the absence of a row means.

    Without a clause a row of the name makes a participant's history complete. Where every such row counts, nobody is
    left who certainly had none; where several names are asked about, nobody without a row of each. An endpoint of some
    rows of one name is told nothing, nor one of a history that the text says to be open.
    """
    asked = (
        name
        for endpoint in document.main.nodes.of(ast.Endpoint)
        for name in never_without(list(unsaid(document, patterns(endpoint, document.main))))
    )
    consequence = "is missing from the endpoint, and not counted as without"
    yield from by_kind(NOBODY_WITHOUT, asked, consequence, "nor to have had none of this")


def criteria_never_passed(document: Document) -> Iterator[Diagnostic]:
    """PD248: a criterion asks that there was nothing, and no clause says what the absence of a row means.

    Whoever has no row of the name at all is undetermined then: those of whom the data tell nothing bad.
    """
    asked = (
        (pattern.name, symbol)
        for criterion in document.main.nodes.of(ast.Criterion)
        for pattern, symbol in unsaid(
            document, forbidden(criterion.test, document.main, must_fail=criterion.kind == "exclusion")
        )
    )
    consequence = "is undetermined here, and not known to have had none"
    yield from by_kind(NOBODY_PASSES, asked, consequence, "and so is whoever has none of this")


def unsaid(document: Document, asked: Iterable[Pattern]) -> Iterator[tuple[ast.EventPattern, Symbol]]:
    """Those of some patterns of whose history no clause says anything, with what they name."""
    if "history" in document.half_read:
        return
    said = {node.of.text for node in document.main.nodes.of(ast.History)}
    for pattern, home in asked:
        symbol = home.find(pattern.name.text, "condition", "event")
        if symbol is not None and said.isdisjoint((symbol.name, GROUPS[symbol.kind])):
            yield pattern, symbol


def never_without(asked: Sequence[tuple[ast.EventPattern, Symbol]]) -> Iterator[tuple[ast.Name, Symbol]]:
    """What an endpoint asks about, of which it finds nobody without a row."""
    is_of_one = len({symbol.name for _, symbol in asked}) == 1
    for pattern, symbol in asked:
        if not is_of_one or pattern == ast.EventPattern(pattern.name):
            yield pattern.name, symbol


def by_kind(
    code: Code, asked: Iterable[tuple[ast.Name, Symbol]], consequence: str, likewise: str
) -> Iterator[Diagnostic]:
    """What is told of the first place of each name, kind by kind, with the clause to write."""
    found: dict[str, dict[str, ast.Name]] = {}
    for name, symbol in asked:
        found.setdefault(GROUPS[symbol.kind], {}).setdefault(symbol.name, name)
    for group, names in found.items():
        first, *others = names.values()
        yield code.at(
            first.span,
            f"whoever has no {first.text} on record {consequence}",
            labels=tuple(Label(name.span, likewise) for name in others),
            hint=f"where the data have every one, write: history {group if others else next(iter(names))} complete",
        )


def patterns(node: object, chapter: Chapter) -> Iterator[Pattern]:
    """What an endpoint, or a definition that it calls, asks to be there or not; each definition is looked into once."""
    called: set[tuple[str, str]] = set()
    stack: list[tuple[object, Chapter]] = [(node, chapter)]
    while stack:
        at, home = stack.pop()
        yield from ((each, home) for each in ast.every(ast.EventPattern, at))
        names = [name for clause in ast.every(ast.Competing, at) for name in clause.events]
        names += [test.condition for test in ast.every(ast.IsConfirmed, at)]
        yield from ((ast.EventPattern(name), home) for name in names)
        for name in calls(at):
            if (name, home.text.name) not in called and (found := plain_definition(name, home)):
                called.add((name, home.text.name))
                stack.append(found)


def forbidden(test: ast.Expression | None, chapter: Chapter, *, must_fail: bool) -> Iterator[Pattern]:
    """What a test needs to be absent, so that it fails where it ``must_fail``, and else holds.

    Definitions that it calls are looked into once each way, however often they are called.
    """
    called: set[tuple[str, str, bool]] = set()
    stack = [(test, chapter, must_fail)]
    while stack:
        at, home, must_fail = stack.pop()
        match at:
            case ast.Not():
                stack.append((at.part, home, not must_fail))
            case ast.And(parts=parts) | ast.Or(parts=parts) | ast.AtLeast(tests=parts):
                stack += [(part, home, must_fail) for part in reversed(parts)]
            case ast.Happens() if must_fail == (at.quantifier == "any"):
                yield at.events, home
            case ast.IsConfirmed() if must_fail:
                yield ast.EventPattern(at.condition), home
            case ast.NamedValue():
                found = plain_definition(at.name.text, home)
                key = (at.name.text, home.text.name, must_fail)
                if found and key not in called:
                    called.add(key)
                    stack.append((*found, must_fail))
            case _:
                pass
