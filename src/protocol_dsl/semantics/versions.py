"""The text as it stood first, and as each amendment left it."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from attrs import evolve

from protocol_dsl.base.values import frozen
from protocol_dsl.semantics.names import Kind, amendment_of, kind_of_declaration
from protocol_dsl.syntax import ast

Key: TypeAlias = tuple[str, str]
"""What makes two declarations versions of one: its kind and its name; a class names what is prohibited."""

NOT_AMENDABLE: frozenset[Kind] = frozenset(
    {
        "source",
        "anchor",
        "milestone",
        "measure",
        "ladder",
        "class",
        "condition",
        "event",
        "attribute",
        "assumption",
        "amendment",
    }
)
"""What data are called, and where rules come from: data are read before anyone knows which version holds."""

FOR_EVERYBODY = (ast.Endpoint, ast.AnalysisSet, ast.Grades, ast.Deviation)
"""Of these the last version holds for every participant."""


@frozen
class Unit:
    """A declaration, or one visit of several, with its place in the listing."""

    position: tuple[int, int]
    key: Key | None
    node: ast.Declaration


@frozen
class Stage:
    """The declarations that hold once an amendment is in force; without an amendment, those that held first."""

    amendment: ast.Amendment | None
    file: ast.File


def stages(file: ast.File) -> tuple[Stage, ...]:
    """The text as it stood first, then as each amendment left it, in the order in which they come into force.

    A text without amendments has one stage, which is the text.
    """
    amendments = in_order(file)
    if not amendments:
        return (Stage(None, file),)
    everything = tuple(units(file))
    held = [unit for unit in everything if amendment_of(unit.node) is None]
    found = [Stage(None, written(file, held))]
    for amendment in amendments:
        held = amended(held, amendment, everything, set(retired(file, amendment)))
        found.append(Stage(amendment, written(file, held)))
    return tuple(found)


def together(file: ast.File) -> ast.File:
    """Everything that ever held, each in its last version: what data may speak of."""
    everything = tuple(units(file))
    held = [unit for unit in everything if amendment_of(unit.node) is None]
    for amendment in in_order(file):
        held = amended(held, amendment, everything, set())
    return written(file, held)


def in_order(file: ast.File) -> tuple[ast.Amendment, ...]:
    """The amendments by the day on which each comes into force."""
    found = (node for node in file.declarations if isinstance(node, ast.Amendment))
    return tuple(sorted(found, key=lambda node: min(date.text for date in node.dates)))


def amended(held: Iterable[Unit], amendment: ast.Amendment, everything: Iterable[Unit], gone: set[Key]) -> list[Unit]:
    """What holds after an amendment: a new version stands where the one before it stood."""
    new = [unit for unit in everything if brought_by(unit.node, amendment)]
    versions = {unit.key: unit for unit in new if unit.key is not None}
    kept: list[Unit] = []
    placed: set[Key] = set()
    for unit in held:
        if unit.key is None or unit.key not in versions:
            kept += [] if unit.key in gone else [unit]
        elif unit.key not in placed:
            kept.append(evolve(versions[unit.key], position=unit.position))
            placed.add(unit.key)
    kept += [unit for unit in new if unit.key not in placed]
    return sorted(kept, key=lambda unit: unit.position)


def brought_by(node: ast.Declaration, amendment: ast.Amendment) -> bool:
    """Whether a declaration holds since this amendment."""
    since = amendment_of(node)
    return since is not None and since.amendment.text == amendment.name.text


def retired(file: ast.File, amendment: ast.Amendment) -> Iterator[Key]:
    """What an amendment ends."""
    for node in file.declarations:
        if isinstance(node, ast.Retire) and brought_by(node, amendment):
            for name in node.names:
                yield from keys_named(name.text, file)


def keys_named(name: str, file: ast.File) -> Iterator[Key]:
    """The keys of the declarations of a name; of a class, that of its prohibition."""
    yield from dict.fromkeys(unit.key for unit in units(file) if unit.key is not None and unit.key[1] == name)


def units(file: ast.File) -> Iterator[Unit]:
    """The declarations one by one; visits declared together are taken apart, since each has versions of its own."""
    for index, node in enumerate(file.declarations):
        if isinstance(node, ast.Visits):
            for place, visit in enumerate(node.visits):
                yield Unit((index, place), ("visit", visit.name.text), evolve(node, visits=(visit,)))
        elif not isinstance(node, ast.Retire):
            yield Unit((index, 0), key_of(node), node)


def key_of(node: ast.Declaration) -> Key | None:
    """What another version of a declaration has in common with it; nothing where there can be none."""
    match node:
        case ast.Prohibit():
            return "prohibition", node.drugs.text
        case ast.EligibilityAt():
            return "eligibility", ""
        case ast.ParticipationEnds():
            return "participation", ""
        case ast.Grades():
            return "grades", ""
        case _:
            found = kind_of_declaration(node)
            return None if found is None or found[0] in NOT_AMENDABLE else (found[0], found[1].text)


def written(file: ast.File, held: Iterable[Unit]) -> ast.File:
    """The declarations as a text of the same name."""
    return ast.File(file.name, tuple(unit.node for unit in held))
