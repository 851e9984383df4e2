"""PD247: endpoints that find nobody without the event, since the absence of a row says nothing."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.extents import calls
from protocol_dsl.semantics.kinds import plain_definition
from protocol_dsl.syntax import ast

NOBODY_WITHOUT = Code("PD247", "nobody is known to have had none", "warning")

GROUPS = {"condition": "conditions", "event": "events"}
"""What a clause calls all of a kind."""


def absences_never_known(document: Document) -> Iterator[Diagnostic]:
    """PD247: an endpoint asks whether there was something, and no clause says what the absence of a row means.

    Without a clause a row of the name makes a participant's history complete. Where every such row counts, nobody is
    left who certainly had none; where several names are asked about, nobody without a row of each. An endpoint of some
    rows of one name is told nothing, nor one of a history that the text says to be open.
    """
    chapter = document.main
    if "history" in document.half_read:
        return
    said = {node.of.text for node in chapter.nodes.of(ast.History)}
    found: dict[str, dict[str, ast.Name]] = {}
    for endpoint in chapter.nodes.of(ast.Endpoint):
        for name, group in unsaid(endpoint, said, chapter):
            found.setdefault(group, {}).setdefault(name.text, name)
    for group, names in found.items():
        first, *others = names.values()
        yield NOBODY_WITHOUT.at(
            first.span,
            f"whoever has no {first.text} on record is missing from the endpoint, and not counted as without",
            labels=tuple(Label(name.span, "nor to have had none of this") for name in others),
            hint=f"where the data have every one, write: history {group if others else first.text} complete",
        )


def unsaid(endpoint: ast.Endpoint, said: set[str], chapter: Chapter) -> Iterator[tuple[ast.Name, str]]:
    """The names of which an endpoint finds nobody without a row, and what their kind is called."""
    asked: dict[str, tuple[ast.EventPattern, str]] = {}
    for pattern, home in patterns(endpoint, chapter):
        symbol = home.find(pattern.name.text, "condition", "event")
        if symbol is not None and said.isdisjoint((symbol.name, GROUPS[symbol.kind])):
            asked.setdefault(symbol.name, (pattern, GROUPS[symbol.kind]))
    for pattern, group in asked.values():
        if len(asked) > 1 or pattern == ast.EventPattern(pattern.name):
            yield pattern.name, group


def patterns(node: object, chapter: Chapter) -> Iterator[tuple[ast.EventPattern, Chapter]]:
    """What an endpoint, or a definition that it calls, asks to be there or not, with the text that knows its name."""
    yield from ((each, chapter) for each in ast.every(ast.EventPattern, node))
    names = [name for clause in ast.every(ast.Competing, node) for name in clause.events]
    names += [test.condition for test in ast.every(ast.IsConfirmed, node)]
    yield from ((ast.EventPattern(name), chapter) for name in names)
    for name in calls(node):
        if found := plain_definition(name, chapter):
            yield from patterns(*found)
