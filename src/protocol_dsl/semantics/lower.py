"""A protocol's tree as the model that engines run: names resolved, units fixed, nothing left but the author's words."""

from collections.abc import Iterator
from hashlib import sha256

from attrs import evolve

from protocol_dsl.base.days import parse_days
from protocol_dsl.model import rules
from protocol_dsl.model.expressions import DefinedTest
from protocol_dsl.model.study import Anchor, SiteDay, StudyModel, Version
from protocol_dsl.semantics.document import Chapter, Document, as_written, documents
from protocol_dsl.semantics.examples.read import read_examples
from protocol_dsl.semantics.kinds import Finding, kind_of_name
from protocol_dsl.semantics.lower_endpoints import analysis_sets, endpoints
from protocol_dsl.semantics.lower_expressions import fault, pattern, place, point
from protocol_dsl.semantics.lower_schedule import arm, epoch, lower_length, treatment, visits
from protocol_dsl.semantics.lower_tests import test
from protocol_dsl.semantics.lower_vocabulary import vocabulary
from protocol_dsl.semantics.points import milestone_of, period
from protocol_dsl.semantics.versions import stages, together
from protocol_dsl.syntax import ast

EDITION = 1


def lower(document: Document) -> StudyModel:
    """The model of a protocol in which the checks have found no error.

    Where amendments change it, it holds everything that was ever planned, each in its last version, for the data may
    speak of it; what holds for whom is told by its ``versions``.
    """
    file = document.main.file
    found = stages(file)
    examples = read_examples(document).examples
    if len(found) == 1:
        return evolve(study(document), examples=examples)
    versions = tuple(
        version(stage.amendment, study(each)) for stage, each in zip(found, documents(document), strict=True)
    )
    last = versions[-1].study
    return evolve(
        study(evolve(document, main=as_written(document.main, together(file)))),
        deviations=last.deviations,
        grades=last.grades,
        analysis_sets=last.analysis_sets,
        endpoints=last.endpoints,
        examples=examples,
        versions=versions,
    )


def version(amendment: ast.Amendment | None, whole: StudyModel) -> Version:
    """The protocol as an amendment left it, or as it stood first."""
    if amendment is None:
        return Version(study=whole)
    return Version(
        name=amendment.name.text,
        title=amendment.title.text,
        day=None if amendment.date is None else day(amendment.date),
        sites=tuple(SiteDay(site.site.text, day(site.date)) for site in amendment.sites),
        study=whole,
    )


def day(written: ast.DateLiteral) -> int:
    """A day that the checks have found to be one."""
    return parse_days(written.text).first


def study(document: Document) -> StudyModel:
    """The declarations of a document, each of which holds."""
    chapter = document.main
    header = chapter.header or fault(document)
    kept = {id(node): node for node in chapter.file.declarations}
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
        epochs=tuple(epoch(node, chapter) for node in kept.values() if isinstance(node, ast.Epoch)),
        visits=visits(chapter, kept),
        prohibitions=tuple(prohibition(node, chapter) for node in kept.values() if isinstance(node, ast.Prohibit)),
        intervals=tuple(interval(node, chapter) for node in kept.values() if isinstance(node, ast.RequiredInterval)),
        deviations=tuple(deviation(node, chapter) for node in kept.values() if isinstance(node, ast.Deviation)),
        grades=tuple(line for node in kept.values() if isinstance(node, ast.Grades) for line in grade_lines(node)),
        participation_end=point(ends.point, chapter) if ends else None,
        analysis_sets=analysis_sets(chapter),
        endpoints=endpoints(chapter),
        definitions=tuple(defined_tests(chapter)),
    )


def fingerprint(document: Document) -> str:
    """The SHA-256 of the protocol's text followed by those of the libraries it uses."""
    found = sha256()
    for chapter in document.chapters:
        found.update(chapter.text.content.encode("utf-8", "surrogatepass"))
    return found.hexdigest()


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
    during = period(node.period, chapter)
    start, end = during.start or fault(node), during.end or fault(node)
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


def defined_tests(chapter: Chapter) -> Iterator[DefinedTest]:
    """The definitions of the text that are tests, in its order."""
    for node in chapter.nodes.of(ast.Define):
        if isinstance(kind_of_name(node.name.text, chapter), Finding):
            inner = test(node.expression, chapter)
            yield DefinedTest(node.name.text, inner, words=node.name.text, place=place(node.name.span, chapter))


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
