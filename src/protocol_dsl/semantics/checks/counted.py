"""PD286 and PD287: what visits and cycles cannot be counted from."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Edit, Fix
from protocol_dsl.semantics.apart import days_apart
from protocol_dsl.semantics.checks.visits import in_one_arm
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.lower_schedule import every
from protocol_dsl.semantics.names import is_series
from protocol_dsl.semantics.points import visit_point
from protocol_dsl.syntax import ast

NOTHING_BEFORE = Code("PD286", "no visit before it", "warning")
NOT_COUNTED_SO = Code("PD287", "not counted so")


def first_visits_counted_from_another(document: Document) -> Iterator[Diagnostic]:
    """PD286: the window of a visit moves with the visit before it, and the plan has none before it.

    Of visits that share the clause it is said for the others.
    """
    chapter = document.main
    for node in chapter.nodes.of(ast.Visits):
        clause = next((each for each in every(ast.CountedFrom, node.clauses)), None)
        if clause is None or clause.reference != "previous visit" or len(node.visits) > 1:
            continue
        visit = node.visits[0]
        if not is_series(visit, node) and is_first(visit, node, chapter):
            yield NOTHING_BEFORE.at(
                clause.span,
                f"{visit.name.text} is the first visit of the plan, so that its window moves with no other",
                hint="leave this out, or add the visit that comes before it",
            )


def is_first(visit: ast.PlannedVisit, node: ast.Visits, chapter: Chapter) -> bool:
    """Whether all other visits of an arm with this one are certainly planned later, or listed later for that day."""
    point, arms, is_after = visit_point(visit, chapter), arms_of(node), False
    for other_node in chapter.nodes.of(ast.Visits):
        is_with = in_one_arm(arms, arms_of(other_node))
        for other in other_node.visits:
            if other is visit:
                is_after = True
            elif is_with and other.name.text != visit.name.text:
                apart = days_apart(point, None if other.in_cycles else visit_point(other, chapter))
                if apart is None or apart.least < 0 or (apart.least == 0 and not is_after):
                    return False
    return True


def arms_of(node: ast.Visits) -> set[str]:
    """The arms that have some visits; none named means all."""
    return {name.text for clause in every(ast.InArms, node.clauses) for name in clause.arms}


def counted_from_the_other_kind(document: Document) -> Iterator[Diagnostic]:
    """PD287: a visit is counted from the start of a cycle, or a cycle from a visit, where the plan would count."""
    nodes = document.main.nodes
    found = [
        (clause, "visit", "start")
        for node in nodes.either(ast.Visits, ast.VisitClass)
        for clause in every(ast.CountedFrom, node.clauses)
    ]
    found += [
        (clause, "start", "visit")
        for node in nodes.of(ast.Treatment)
        for clause in every(ast.CountedFrom, node.clauses)
    ]
    for clause, own, other in found:
        if clause.reference == f"previous {other}":
            what = "a cycle" if own == "start" else "a visit"
            meant = f"counted from previous {own}"
            yield NOT_COUNTED_SO.at(
                clause.span,
                f"{what} is counted from the plan or from the previous {own}, and not from the previous {other}",
                hint=f"write: {meant}",
                fix=Fix(f"write {meant}", (Edit(clause.span, meant),), "unsafe"),
            )
