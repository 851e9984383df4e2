"""A protocol's tree as the model that engines run: names resolved, units fixed, nothing left but the author's words."""

from collections.abc import Iterator
from hashlib import sha256

from protocol_dsl.model import rules
from protocol_dsl.model.study import Anchor, StudyModel
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.lower_endpoints import analysis_sets, endpoints
from protocol_dsl.semantics.lower_expressions import fault, pattern, place, point
from protocol_dsl.semantics.lower_schedule import arm, lower_length, treatment, visits
from protocol_dsl.semantics.lower_tests import test
from protocol_dsl.semantics.lower_vocabulary import vocabulary
from protocol_dsl.semantics.names import amendment_of, kind_of_declaration
from protocol_dsl.semantics.points import milestone_of
from protocol_dsl.syntax import ast

EDITION = 1


def lower(document: Document) -> StudyModel:
    """The model of a protocol in which the checks have found no error."""
    chapter = document.main
    header = chapter.header or fault(document)
    kept = {id(node): node for node in chapter.file.declarations if not is_left_out(node, chapter)}
    eligibility = next(chapter.nodes.of(ast.EligibilityAt), None)
    ends = next((node for node in kept.values() if isinstance(node, ast.ParticipationEnds)), None)
    return StudyModel(
        name=header.name.text,
        title=header.title.text,
        language=EDITION,
        sha256=fingerprint(document),
        anchors=tuple(anchor(node, chapter) for node in chapter.nodes.of(ast.Anchor)),
        eligibility_point=point(eligibility.point, chapter) if eligibility else None,
        criteria=tuple(criterion(node, chapter) for node in kept.values() if isinstance(node, ast.Criterion)),
        vocabulary=vocabulary(chapter),
        treatments=tuple(treatment(node, chapter) for node in kept.values() if isinstance(node, ast.Treatment)),
        arms=tuple(arm(node, chapter) for node in kept.values() if isinstance(node, ast.Arm)),
        visits=visits(chapter, kept),
        prohibitions=tuple(prohibition(node, chapter) for node in kept.values() if isinstance(node, ast.Prohibit)),
        intervals=tuple(interval(node, chapter) for node in kept.values() if isinstance(node, ast.RequiredInterval)),
        deviations=tuple(deviation(node, chapter) for node in kept.values() if isinstance(node, ast.Deviation)),
        grades=tuple(line for node in kept.values() if isinstance(node, ast.Grades) for line in grade_lines(node)),
        participation_end=point(ends.point, chapter) if ends else None,
        analysis_sets=analysis_sets(chapter),
        endpoints=endpoints(chapter),
        ignored=tuple(ignored(chapter)),
    )


def fingerprint(document: Document) -> str:
    """The SHA-256 of the protocol's text followed by those of the libraries it uses."""
    found = sha256()
    for chapter in document.chapters:
        found.update(chapter.text.content.encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def is_left_out(node: ast.Declaration, chapter: Chapter) -> bool:
    """Whether a declaration is a version that an amendment brings, which this version of the engine does not run.

    A name that exists only since an amendment stays where other declarations may call it.
    """
    if amendment_of(node) is None:
        return False
    if isinstance(node, ast.Visits):
        return all(is_second(visit.name.text, node, chapter) for visit in node.visits)
    if isinstance(node, ast.Treatment | ast.Arm):
        return is_second(node.name.text, node, chapter)
    return True


def is_second(name: str, node: ast.Declaration, chapter: Chapter) -> bool:
    """Whether the name is declared before by another declaration."""
    symbol = chapter.find(name, "visit", "treatment", "arm")
    return symbol is not None and symbol.node is not node and symbol.visits is not node


def anchor(node: ast.Anchor, chapter: Chapter) -> Anchor:
    """The name of a milestone, or of the first of some events."""
    first = pattern(node.day) if isinstance(node.day, ast.EventPattern) else None
    return Anchor(node.name.text, milestone_of(node, chapter) or fault(node), first)


def criterion(node: ast.Criterion, chapter: Chapter) -> rules.Criterion:
    """A rule of entry."""
    return rules.Criterion(
        kind=node.kind,
        name=node.name.text,
        title=node.title.text or node.name.text,
        test=test(node.test or fault(node), chapter),
        place=place(node.name.span, chapter),
    )


def prohibition(node: ast.Prohibit, chapter: Chapter) -> rules.Prohibition:
    """What may not be taken."""
    start, end = point(node.start, chapter), point(node.end, chapter)
    return rules.Prohibition(drugs=node.drugs.text, start=start, end=end, place=place(node.span, chapter))


def interval(node: ast.RequiredInterval, chapter: Chapter) -> rules.RequiredInterval:
    """How far apart two points must be."""
    return rules.RequiredInterval(
        name=node.name.text,
        title=node.title.text or node.name.text,
        bound=node.bound,
        length=lower_length(node.length),
        start=point(node.start, chapter),
        end=point(node.end, chapter),
        place=place(node.name.span, chapter),
    )


def deviation(node: ast.Deviation, chapter: Chapter) -> rules.OwnDeviation:
    """A deviation of the protocol's own."""
    return rules.OwnDeviation(
        name=node.name.text,
        title=node.title.text or node.name.text,
        test=test(node.test or fault(node), chapter),
        category=category(node.category or "other"),
        grade=node.grade,
        place=place(node.name.span, chapter),
    )


def category(written: str) -> rules.DeviationCategory:
    """The category that a text names; the checks have made sure that there is such a one."""
    return next((each for each in rules.CATEGORIES if each == written), None) or fault(written)


def grade_lines(node: ast.Grades) -> Iterator[rules.GradeLine]:
    """One line of the model for each category and visit."""
    for line in node.lines:
        what = "otherwise" if line.category == "otherwise" else category(line.category)
        if not line.visits:
            yield rules.GradeLine(category=what, grade=line.grade)
        for visit in line.visits:
            yield rules.GradeLine(category=what, visit=visit.text, grade=line.grade)


def ignored(chapter: Chapter) -> Iterator[str]:
    """What the text holds and this version does not run, a line each."""
    for word, kind in (("amendment", ast.Amendment), ("example", ast.Example)):
        if count := sum(1 for _ in chapter.nodes.of(kind)):
            does = "is" if count == 1 else "are"
            yield f"{counted(count, word)} {does} read, and not run by this version"
    for node in chapter.file.declarations:
        # Of an endpoint and of an analysis set the last version holds for everybody.
        if (since := amendment_of(node)) and not isinstance(node, ast.Endpoint | ast.AnalysisSet):
            yield f"{head_words(node)} since {since.amendment.text} is not run by this version"


def counted(count: int, word: str) -> str:
    """A number of things.

    >>> counted(1, "example"), counted(2, "example")
    ('1 example', '2 examples')
    """
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def head_words(node: ast.Declaration) -> str:
    """What a declaration is called in a sentence."""
    if isinstance(node, ast.Visits):
        return "visit " + ", ".join(visit.name.text for visit in node.visits)
    if found := kind_of_declaration(node):
        kind, name = found
        return f"{node.kind if isinstance(node, ast.Criterion) else kind} {name.text}"
    return "a declaration"
