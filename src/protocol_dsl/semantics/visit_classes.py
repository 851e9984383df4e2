"""What a visit's declaration says together with its class: its own clauses come first, so that they win."""

from collections.abc import Iterable, Iterator

from protocol_dsl.base.values import frozen
from protocol_dsl.semantics.document import Chapter
from protocol_dsl.semantics.points import window
from protocol_dsl.syntax import ast


@frozen
class Assessed:
    """What is asked for at a visit: each of ``names``, and of those in ``either`` one a group."""

    names: tuple[str, ...] = ()
    either: tuple[tuple[str, ...], ...] = ()

    @property
    def every(self) -> tuple[str, ...]:
        """All names, each once."""
        return tuple(dict.fromkeys((*self.names, *(name for group in self.either for name in group))))


def class_of(node: ast.Visits, chapter: Chapter) -> ast.VisitClass | None:
    """The class of the visits of a declaration."""
    said = next((clause for clause in node.clauses if isinstance(clause, ast.OfClass)), None)
    symbol = chapter.find(said.name.text, "visit class") if said else None
    return symbol.node if symbol and isinstance(symbol.node, ast.VisitClass) else None


def clauses_of(node: ast.Visits, chapter: Chapter) -> tuple[ast.VisitClause, ...]:
    """The clauses that hold for the visits of a declaration: the first of a kind holds, and every ``assess``."""
    shared = class_of(node, chapter)
    return (*node.clauses, *(shared.clauses if shared else ()))


def sides_of(visit: ast.Visits, chapter: Chapter) -> tuple[int, int] | None:
    """How many days before and after their planned days visits may come; ``None`` where no number of days says it."""
    clauses = clauses_of(visit, chapter)
    written = next((clause for clause in clauses if isinstance(clause, ast.Window)), None)
    counted_from = next((clause for clause in clauses if isinstance(clause, ast.CountedFrom)), None)
    if counted_from is not None and counted_from.reference == "previous visit":
        return None
    around = window(written) if written else None
    if written is None:
        return 0, 0
    if around is None or around.early.months or around.late.months:
        return None
    return around.early.days, around.late.days


def is_by_telephone(node: ast.Visits, chapter: Chapter) -> bool:
    """Whether the visits are held by telephone, as they or their class say."""
    shared = class_of(node, chapter)
    return node.by_telephone or (shared is not None and shared.by_telephone)


def assessed_besides(chapter: Chapter) -> dict[str, tuple[ast.Assess, ...]]:
    """What ``at V also assess M`` adds, by visit."""
    found: dict[str, tuple[ast.Assess, ...]] = {}
    for node in chapter.nodes.of(ast.AlsoAssess):
        for name in node.visits:
            found[name.text] = (*found.get(name.text, ()), node.assess)
    return found


def assessed(clauses: Iterable[object]) -> Assessed:
    """What some clauses ask for; a group one of which is asked for anyway adds nothing."""
    parts = tuple(part for clause in clauses if isinstance(clause, ast.Assess) for part in clause.parts)
    names = tuple(dict.fromkeys(part.text for part in parts if isinstance(part, ast.Name)))
    groups = dict.fromkeys(groups_of(parts))
    return Assessed(names, tuple(group for group in groups if not set(group) & set(names)))


def groups_of(parts: Iterable[ast.Name | ast.Either]) -> Iterator[tuple[str, ...]]:
    """The names of each ``one of``, each once."""
    for part in parts:
        if isinstance(part, ast.Either):
            yield tuple(dict.fromkeys(name.text for name in part.measures))
