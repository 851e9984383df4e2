"""A protocol's text and model as the content of a document: what is in it, and in which order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import PurePath
from typing import TypeVar

from protocol_dsl.base.source import Span, Text
from protocol_dsl.base.values import frozen
from protocol_dsl.model.schedule import Cycles
from protocol_dsl.model.study import StudyModel
from protocol_dsl.syntax import ast
from protocol_dsl.writers.document import sentences
from protocol_dsl.writers.document.activities import activities
from protocol_dsl.writers.document.bars import DRAWN_OF_AN_OPEN_PLAN
from protocol_dsl.writers.document.blocks import origin_words
from protocol_dsl.writers.document.clock import clock_of, cycle_days, study_time
from protocol_dsl.writers.document.content import (
    Block,
    Cell,
    Clause,
    Document,
    Entry,
    Fact,
    Origin,
    Paragraph,
    Part,
    Table,
)
from protocol_dsl.writers.document.lanes import timeline
from protocol_dsl.writers.document.lexicon import Lexicon, amount_words, lexicon, listed
from protocol_dsl.writers.document.spoken import clause
from protocol_dsl.writers.document.versions import Amended, amended, since_of, until
from protocol_dsl.writers.document.visits import series_rules, visit_entries
from protocol_dsl.writers.document.vocabulary import vocabulary

Node = TypeVar("Node")
HOW_TO_READ = "“Before” a day includes that day; a period and a window include both of their ends."
NO_SOURCE = "The protocol names no source: nothing here is held against a document."
NO_ORIGIN = "Neither a source nor an assumption stands beside these. Whoever reads this decides whether they are right."


@frozen(kw_only=True)
class Outline:
    """What the parts are made from: the tree of the protocol, its model and text, and what names are called.

    ``assumed`` are the assumptions by what they affect; ``unsourced`` the rules that nothing is said to be behind;
    ``amended`` what each amendment does.
    """

    file: ast.File
    model: StudyModel
    text: Text
    words: Lexicon
    assumed: Mapping[str, tuple[Origin, ...]]
    unsourced: tuple[str, ...]
    amended: Mapping[str, Amended]

    def of(self, kind: type[Node]) -> tuple[Node, ...]:
        """The declarations of one kind, in the order of the text."""
        return tuple(each for each in self.file.declarations if isinstance(each, kind))

    def place(self, span: Span) -> str:
        """``trial.proto:12``."""
        return f"{PurePath(self.text.name).name}:{self.text.position(span.start).line}"

    def origins(self, clauses: Iterable[object], *names: str) -> tuple[Origin, ...]:
        """Where a declaration comes from, the assumptions that affect its names last."""
        found = [origin for name in names for origin in self.assumed.get(name, ())]
        return (*sentences.origins(clauses), *dict.fromkeys(found))


def document(text: Text, files: Sequence[ast.File], model: StudyModel, unsourced: Iterable[str]) -> Document:
    """The document of a protocol.

    Args:
        text: Its text.
        files: Its tree, then those of the libraries it uses.
        model: Its model.
        unsourced: The names of rules that have neither a source nor an assumption.
    """
    outline = Outline(
        file=files[0],
        model=model,
        text=text,
        words=lexicon(files, model),
        assumed=assumptions_of(files[0]),
        unsourced=tuple(unsourced),
        amended=amended(files[0]),
    )
    return Document(
        name=model.name,
        title=model.title,
        facts=tuple(head_facts(outline)),
        parts=tuple(part for part in parts(outline) if part.blocks),
    )


def assumptions_of(file: ast.File) -> Mapping[str, tuple[Origin, ...]]:
    """The assumptions by the names that they affect."""
    found: dict[str, tuple[Origin, ...]] = {}
    for node in file.declarations:
        if isinstance(node, ast.Assumption):
            for name in node.affects:
                origin = Origin("assumption", node.name.text, node.title.text)
                found[name.text] = (*found.get(name.text, ()), origin)
    return found


def parts(outline: Outline) -> Iterator[Part]:
    """Every part, those that hold nothing too."""
    rules = open_rules(outline)
    line, table = timeline(outline.model, rules), activities(outline.model, rules)
    entries = (*arm_entries(outline), *epoch_entries(outline), *treatment_entries(outline))
    arms: tuple[Block, ...] = (*((line,) if line else ()), *entries)
    yield Part(key="arms", title="Arms and treatments", blocks=arms)
    visits = visit_entries(
        outline.of(ast.VisitClass), outline.of(ast.Visits), outline.of(ast.AlsoAssess), outline.words
    )
    described = [entry_of(outline, each.entry, each.span, each.clauses, each.names) for each in visits]
    yield Part(key="schedule", title="Schedule of activities", blocks=(*((table,) if table else ()), *described))
    yield Part(key="eligibility", title="Eligibility", blocks=tuple(eligibility(outline)))
    yield Part(key="definitions", title="Definitions", blocks=tuple(definitions(outline)))
    yield Part(key="conduct", title="During the study", blocks=tuple(conduct(outline)))
    yield Part(key="deviations", title="Deviations and their grades", blocks=tuple(deviations(outline)))
    yield Part(key="endpoints", title="Endpoints", blocks=tuple(endpoints(outline)))
    yield Part(key="histories", title="Histories", blocks=tuple(histories(outline)))
    yield Part(key="amendments", title="Amendments", blocks=tuple(amendments(outline)))
    yield Part(key="assumptions", title="Assumptions", blocks=tuple(assumptions(outline)))
    yield Part(key="sources", title="Sources", blocks=tuple(sources(outline)))
    yield Part(key="unsaid", title="What no source says", blocks=tuple(unsaid(outline)))
    yield Part(key="words", title="Words of the data", blocks=tuple(vocabulary(outline.model)))


def open_rules(outline: Outline) -> Mapping[str, str]:
    """By what cycles without a number and series of visits go on, in words, by name; as their last version says."""
    found = [
        (node.name, sentences.cycle_words(clause, outline.words))
        for node in outline.of(ast.Treatment)
        for clause in node.clauses
        if isinstance(clause, ast.Cycles) and clause.until
    ]
    found += [rule for node in outline.of(ast.Visits) for rule in series_rules(node, outline.words)]
    model = outline.model
    places = {(each.name, each.place.line) for each in model.treatments}
    places |= {(each.name, each.place.line) for each in model.visits}
    return {
        name.text: words for name, words in found if (name.text, outline.text.position(name.span.start).line) in places
    }


def entry_of(
    outline: Outline, entry: Entry, span: Span, clauses: Iterable[object], names: Iterable[str] | None = None
) -> Entry:
    """An entry with where it stands and where it comes from."""
    about = tuple(filter(None, (entry.name,) if names is None else names))
    clauses = tuple(clauses)
    return Entry(
        name=entry.name,
        title=entry.title,
        tag=entry.tag,
        clauses=entry.clauses,
        facts=(*entry.facts, *until(about, since_of(clauses), outline.amended)),
        origins=outline.origins(clauses, *about),
        place=outline.place(span),
    )


# ---------------------------------------------------------------------------------------------------------------- head
def head_facts(outline: Outline) -> Iterator[Fact]:
    """What the head of the text says, and the points that everything is counted from."""
    for head in outline.of(ast.Header):
        for said in head.clauses:
            if (fact := head_fact(said)) is not None:
                yield fact
        yield from (Fact("source", origin_words(each)) for each in sentences.origins(head.clauses))
    for anchor in outline.of(ast.Anchor):
        yield Fact(anchor.name.text, f"the day of {outline.words.point_name(anchor.name.text)}")
    yield Fact("how to read", HOW_TO_READ)


def head_fact(clause: ast.HeaderClause) -> Fact | None:
    """One clause of the head."""
    match clause:
        case ast.Registered(numbers):
            words = (
                each.text if isinstance(each, ast.Name) else f"{each.system.text} {each.code.text}" for each in numbers
            )
            return Fact("registered", ", ".join(words))
        case ast.Sponsor(name):
            return Fact("sponsor", name.text)
        case ast.Design(each):
            return Fact("design", ", ".join(each))
        case ast.Planned(count):
            return Fact("planned", f"{count:,} participants")
        case ast.Enrolled(count):
            return Fact("enrolled", f"{count:,} participants")
        case ast.Language(edition):
            return Fact("language", f"edition {edition}")
        case _:
            return None


def number_of_registry(node: ast.Name | ast.Code) -> str:
    """``NCT00113282``, ``EUDRACT 2004-001329-29``."""
    return node.text if isinstance(node, ast.Name) else f"{node.system.text} {node.code.text}"


# ---------------------------------------------------------------------------------------------------------- parts
def arm_entries(outline: Outline) -> Iterator[Entry]:
    """The arms."""
    for node in outline.of(ast.Arm):
        ratio = next((each.parts for each in node.clauses if isinstance(each, ast.Ratio)), 1)
        entry = Entry(
            name=node.name.text,
            title=node.title.text,
            tag="arm",
            clauses=tuple(sentences.arm(node, outline.words)),
            facts=(Fact("share", f"{ratio} of {sum(arm.ratio for arm in outline.model.arms)}"),),
        )
        yield entry_of(outline, entry, node.name.span, node.clauses)


def epoch_entries(outline: Outline) -> Iterator[Entry]:
    """The epochs."""
    for node in outline.of(ast.Epoch):
        clauses = tuple(sentences.epoch(node, outline.words))
        entry = Entry(name=node.name.text, title=node.title.text, tag="epoch", clauses=clauses)
        yield entry_of(outline, entry, node.name.span, node.clauses)


def treatment_entries(outline: Outline) -> Iterator[Entry]:
    """The treatments."""
    for node in outline.of(ast.Treatment):
        clauses = tuple(sentences.treatment_clauses(node, outline.words))
        days = tuple(planned_cycles(outline.model, node.name.text))
        facts = (Fact("planned", ", ".join(days)),) if days else ()
        entry = Entry(name=node.name.text, title=node.title.text, tag="treatment", clauses=clauses, facts=facts)
        yield entry_of(outline, entry, node.name.span, node.clauses)


def planned_cycles(model: StudyModel, name: str) -> Iterator[str]:
    """The planned days of the cycles of a treatment, in weeks where they are whole."""
    clock = clock_of(model)
    for course in (each.course for each in model.treatments if each.name == name):
        if isinstance(course, Cycles):
            most = DRAWN_OF_AN_OPEN_PLAN if course.up_to is None else course.up_to
            days = list(islice(cycle_days(course, clock), most + 1))
            yield from (study_time(day) for _, day in days[:most])
            if len(days) > most:
                yield "and so on"


def eligibility(outline: Outline) -> Iterator[Block]:
    """The criteria."""
    for point in outline.of(ast.EligibilityAt):
        yield Entry(
            name="",
            title=f"Judged at {outline.words.point(point.point)}",
            origins=outline.origins(point.clauses),
            place=outline.place(point.span),
        )
    for node in outline.of(ast.Criterion):
        clauses = tuple(sentences.asked(node, outline.words))
        entry = Entry(name=node.name.text, title=node.title.text, tag=node.kind, clauses=clauses)
        yield entry_of(outline, entry, node.name.span, node.clauses)


def definitions(outline: Outline) -> Iterator[Block]:
    """What the protocol gives a name to."""
    for node in outline.of(ast.Define):
        clauses = (clause(node.expression, outline.words),)
        entry = Entry(name=node.name.text, title=node.title.text, tag="definition", clauses=clauses)
        yield entry_of(outline, entry, node.name.span, node.clauses)


def conduct(outline: Outline) -> Iterator[Block]:
    """Prohibited medication, required intervals, the end of participation."""
    words = outline.words
    for node in outline.of(ast.Prohibit):
        entry = Entry(
            name=node.drugs.text,
            title=words.title(node.drugs.text),
            tag="prohibited",
            clauses=(Clause(f"Not{words.period(node.period)}."),),
        )
        yield entry_of(outline, entry, node.drugs.span, node.clauses)
    for interval in outline.of(ast.RequiredInterval):
        span = f"from {words.point(interval.start)} to {words.point(interval.end)}"
        clause = Clause(f"{interval.bound.capitalize()} {amount_words(interval.length)} {span}.")
        entry = Entry(name=interval.name.text, title=interval.title.text, tag="interval", clauses=(clause,))
        yield entry_of(outline, entry, interval.name.span, interval.clauses)
    for end in outline.of(ast.ParticipationEnds):
        entry = Entry(name="", title=f"Participation ends at {words.point(end.point)}")
        yield entry_of(outline, entry, end.point.span, end.clauses)


def deviations(outline: Outline) -> Iterator[Block]:
    """The protocol's own deviations, and how grave each deviation is."""
    for node in outline.of(ast.Deviation):
        facts = [Fact("category", node.category or "other")]
        facts += [Fact("grade", node.grade)] if node.grade else []
        clauses = tuple(sentences.when(node.test, outline.words))
        entry = Entry(name=node.name.text, title=node.title.text, tag="deviation", clauses=clauses, facts=tuple(facts))
        yield entry_of(outline, entry, node.name.span, node.clauses)
    for grades in outline.of(ast.Grades):
        rows = tuple((Cell(grade_words(line, outline.words)), Cell(line.grade)) for line in grades.lines)
        yield Table(caption="Grades", heading=(Cell("Deviation"), Cell("Grade")), rows=rows)


def grade_words(line: ast.GradeLine, words: Lexicon) -> str:
    """``missed visit at week 24 and week 52``."""
    if line.category == "otherwise":
        return "any other"
    at = f" at {listed(words.visit(visit.text) for visit in line.visits)}" if line.visits else ""
    return f"{line.category}{at}"


def endpoints(outline: Outline) -> Iterator[Block]:
    """Analysis sets and endpoints."""
    words = outline.words
    for node in outline.of(ast.AnalysisSet):
        clauses = tuple(sentences.analysis_set(node))
        entry = Entry(name=node.name.text, title=node.title.text, tag="analysis set", clauses=clauses)
        yield entry_of(outline, entry, node.name.span, node.clauses)
    for endpoint in outline.of(ast.Endpoint):
        said = [sentences.endpoint_fact(each, words) for each in endpoint.clauses]
        entry = Entry(
            name=endpoint.name.text,
            title=endpoint.title.text,
            tag=endpoint.rank,
            clauses=(sentences.kind(endpoint.kind, words),) if endpoint.kind else (),
            facts=tuple(fact for fact in said if fact is not None),
        )
        yield entry_of(outline, entry, endpoint.name.span, endpoint.clauses)


def histories(outline: Outline) -> Iterator[Block]:
    """What absence proves."""
    proof = {"complete": "What is not recorded did not happen.", "open": "What is not recorded may have happened."}
    for node in outline.of(ast.History):
        title = f"History of {outline.words.title(node.of.text)}: {node.state}"
        yield entry_of(
            outline,
            Entry(name="", title=title, clauses=(Clause(proof[node.state]),)),
            node.of.span,
            node.clauses,
        )


def amendments(outline: Outline) -> Iterator[Block]:
    """The amendments, and what each changes."""
    for node in outline.of(ast.Amendment):
        sites = tuple(Fact(f"at site {each.site.text}", f"in force {each.date.text}") for each in node.sites)
        done = outline.amended[node.name.text]
        changes = (Fact("changes", names=done.changed), Fact("ends", names=done.retired))
        everywhere = Fact("in force", node.date.text if node.date else "at these sites alone")
        facts = (everywhere, *sites, *(each for each in changes if each.names))
        entry = Entry(name=node.name.text, title=node.title.text, tag="amendment", facts=facts)
        yield entry_of(outline, entry, node.name.span, node.clauses)


def assumptions(outline: Outline) -> Iterator[Block]:
    """What was decided, why, and what it affects."""
    for node in outline.of(ast.Assumption):
        because = (Clause(f"Because {node.because.reason.text}."),) if node.because else ()
        affects = (Fact("affects", names=tuple(name.text for name in node.affects)),) if node.affects else ()
        entry = Entry(name=node.name.text, title=node.title.text, tag="assumption", clauses=because, facts=affects)
        yield entry_of(outline, entry, node.name.span, node.clauses)


def sources(outline: Outline) -> Iterator[Block]:
    """The documents that the protocol names, and which file each is looked up in."""
    for node in outline.of(ast.Source):
        facts = (Fact("file", node.file.text),) if node.file else ()
        entry = Entry(name=node.name.text, title=node.title.text, tag="source", facts=facts)
        yield entry_of(outline, entry, node.name.span, ())


def unsaid(outline: Outline) -> Iterator[Block]:
    """The rules that nothing is said to be behind."""
    if not outline.of(ast.Source):
        yield Paragraph(NO_SOURCE)
    if outline.unsourced:
        yield Paragraph(NO_ORIGIN)
        yield Entry(name="", title="Without an origin", facts=(Fact("rules", names=outline.unsourced),))
