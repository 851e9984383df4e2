"""PD242 to PD245: endpoints whose clauses contradict what they report, or compare nothing."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.numbers import write_number
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.lower_schedule import every
from protocol_dsl.semantics.reach import visits_read
from protocol_dsl.syntax import ast

COMPETES_WITH_ITSELF = Code("PD242", "waited for as well", "warning")
LOW_CONFIDENCE = Code("PD243", "a low confidence", "warning")
OTHER_TEST = Code("PD244", "compares something else", "warning")
ONE_ARM = Code("PD245", "no other arm", "warning")

LEAST_CONFIDENCE = 50
COMPARED: dict[str, tuple[type, ...]] = {
    "fisher": (ast.ProportionWith, ast.EventsIn),
    "wilcoxon": (ast.Average, ast.Course, ast.CountIn, ast.WorstGrade),
    "logrank": (ast.TimeToFirst,),
}
"""Of which endpoints each method compares the arms."""
SAYS = {"fisher": "proportions", "wilcoxon": "numbers", "logrank": "times"}


def events_that_compete_with_themselves(document: Document) -> Iterator[Diagnostic]:
    """PD242: what an endpoint waits for is also said to compete with it."""
    for node in document.main.nodes.of(ast.Endpoint):
        events = node.kind.events if isinstance(node.kind, ast.TimeToFirst) else ()
        waited = {event.name.text: event for event in events if event == ast.EventPattern(event.name)}
        for name in (name for clause in every(ast.Competing, node.clauses) for name in clause.events):
            if name.text in waited:
                yield COMPETES_WITH_ITSELF.at(
                    name.span,
                    f"{node.name.text} is the time to {name.text}, which cannot compete with it",
                    labels=(Label(waited[name.text].span, "waited for here"),),
                    hint="name another event, or leave it out of one of the two",
                )


def confidences_too_low(document: Document) -> Iterator[Diagnostic]:
    """PD243: a confidence is below a half, as when the chance of an error is written in its place."""
    for node in document.main.nodes.of(ast.Confidence):
        number = node.level.number
        if 0 < number < LEAST_CONFIDENCE and node.level.unit is not None:
            yield LOW_CONFIDENCE.at(
                node.level.span,
                f"an interval of {write_number(number)}% confidence misses the value more often than not",
                hint=f"write: confidence {write_number(100 - number)}%",
            )


def methods_that_do_not_fit(document: Document) -> Iterator[Diagnostic]:
    """PD244: arms are compared by a method for another kind of endpoint, so that it is not computed."""
    for node in document.main.nodes.of(ast.Endpoint):
        for method in (name for clause in every(ast.Compare, node.clauses) for name in clause.methods):
            if node.kind is None or method.text not in COMPARED or isinstance(node.kind, COMPARED[method.text]):
                continue
            fits = next(word for word, kinds in COMPARED.items() if isinstance(node.kind, kinds))
            yield OTHER_TEST.at(
                method.span,
                f"{method.text} compares {SAYS[method.text]}, and {node.name.text} reports {SAYS[fits]}",
                hint=f"write: compare arms by {fits}",
            )


def arms_to_compare(document: Document) -> Iterator[Diagnostic]:
    """PD245: arms are compared where the text declares one alone, or where one alone has the visit that is read."""
    chapter = document.main
    arms = {arm.name.text: arm.name for arm in chapter.nodes.of(ast.Arm)}
    for endpoint in chapter.nodes.of(ast.Endpoint) if arms else ():
        for node in every(ast.Compare, endpoint.clauses):
            alone, of = (next(iter(arms.values())), "") if len(arms) == 1 else visit_of_one_arm(endpoint, chapter)
            if alone is not None:
                yield ONE_ARM.at(
                    node.span,
                    f"there is no arm to compare {alone.text} with{of}",
                    labels=(Label(alone.span, "the only arm"),),
                    hint="leave this out, or name the other arms there",
                )


def visit_of_one_arm(endpoint: ast.Endpoint, chapter: Chapter) -> tuple[ast.Name | None, str]:
    """The arm that alone has a visit at which an endpoint reads, and which visit that is."""
    for visit in visits_read(endpoint, chapter):
        nodes = [
            node for node in chapter.nodes.of(ast.Visits) if any(each.name.text == visit.text for each in node.visits)
        ]
        arms = [[name for clause in every(ast.InArms, node.clauses) for name in clause.arms] for node in nodes]
        if all(arms) and len({name.text for some in arms for name in some}) == 1:
            return arms[0][0], f": it alone has the visit {visit.text}"
    return None, ""
