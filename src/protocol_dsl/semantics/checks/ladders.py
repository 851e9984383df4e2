"""PD350 to PD358: ladders of grades, and the reference ranges they are counted from."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.model.vocabulary import SEXES, Limit
from protocol_dsl.semantics.brought import bringing, brought, lacking
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.kinds import Choices, kind_of_measure
from protocol_dsl.semantics.ladders import limit_of, rungs
from protocol_dsl.syntax import ast

NO_RUNGS = Code("PD350", "no grade")
OF_A_CHOICE = Code("PD351", "a choice")
NO_LIMIT = Code("PD352", "nothing to count a grade from")
OUT_OF_ORDER = Code("PD353", "out of order")
NO_NORMAL = Code("PD354", "no reference range", "warning")
MEASURE_MISSING = Code("PD355", "its measure is not brought in")
OTHER_GRADE = Code("PD356", "not a grade")
OTHER_NORMAL = Code("PD357", "for whom?")
NO_EVENTS = Code("PD358", "of events only")

GRADES = range(1, 6)
RISING = ("from", "above")


def ladders_without_rungs(document: Document) -> Iterator[Diagnostic]:
    """PD350: a ladder has no grade, so that every reading would have grade 0."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.Ladder):
            if not rungs(node) and node.span not in document.broken:
                name = node.name.text
                hint = f"add, such as: grade 1 from 1.25 times upper limit of {node.measure.text}"
                yield NO_RUNGS.at(node.name.span, f"ladder {name} has no grade", hint=hint)


def ladders_of_choices(document: Document) -> Iterator[Diagnostic]:
    """PD351: a ladder grades a measure that is no number, so that nothing lies above or below its limits."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.Ladder):
            if isinstance(kind_of_measure(node.measure.text, chapter), Choices):
                message = f"{node.measure.text} is a choice, and has nothing above or below a limit"
                yield OF_A_CHOICE.at(node.measure.span, message, hint="a ladder grades a measure with a unit")


def limits_of_no_form(document: Document) -> Iterator[Diagnostic]:
    """PD352: the limit of a grade is none of the few that every reading can be held to."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.Ladder):
            measure = node.measure.text
            if isinstance(kind_of_measure(measure, chapter), Choices) or not chapter.find(measure, "measure"):
                continue
            for rung in rungs(node):
                # An amount in another unit, or without one, has a message of its own.
                if not isinstance(rung.limit, ast.AmountValue) and limit_of(rung.limit, measure, chapter) is None:
                    yield NO_LIMIT.at(
                        rung.limit.span,
                        f"a grade of {measure} is not counted from this",
                        hint="write an amount, 3 times upper limit of "
                        f"{measure}, 3 times lower limit of {measure}, or 3 times {measure} at VISIT",
                    )


def rungs_out_of_order(document: Document) -> Iterator[Diagnostic]:
    """PD353: a grade can never be reached, or is reached before the one below it."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.Ladder):
            so_far: list[ast.Rung] = []
            for rung in rungs(node):
                for before in so_far:
                    if message := out_of_order(before, rung, node.measure.text, chapter):
                        labels = (Label(before.span, f"grade {before.grade}"),)
                        hint = "write the lowest grade first, each limit beyond the one before, all in one direction"
                        yield OUT_OF_ORDER.at(rung.span, message, labels=labels, hint=hint)
                        break
                so_far.append(rung)


def out_of_order(before: ast.Rung, rung: ast.Rung, measure: str, chapter: Chapter) -> str:
    """What is wrong with a rung that stands after another; nothing where all is well, or nobody can say."""
    rises = rung.relation in RISING
    if rises != (before.relation in RISING):
        return f"grade {before.grade} goes {'down' if rises else 'up'}, and grade {rung.grade} the other way"
    if rung.grade < before.grade:
        return f"grade {rung.grade} stands after grade {before.grade}"
    one, other = limit_of(before.limit, measure, chapter), limit_of(rung.limit, measure, chapter)
    if one is None or other is None or (one.of, one.visit) != (other.of, other.visit):
        return ""
    if rung.grade == before.grade:
        return f"grade {rung.grade} has two limits of one kind"
    if is_beyond(one, before.relation, other, rung.relation):
        return ""
    return f"whatever reaches grade {before.grade} has grade {rung.grade} already"


def is_beyond(one: Limit, relation: ast.Relation, other: Limit, other_relation: ast.Relation) -> bool:
    """Whether a reading may reach the first of two limits without reaching the other."""
    if one.number == other.number:
        return relation in {"from", "to"} and other_relation in {"above", "below"}
    return (other.number > one.number) == (relation in RISING)


def limits_without_range(document: Document) -> Iterator[Diagnostic]:
    """PD354: an end of a reference range is asked for that the measure does not have: only rows that bring it count."""
    chapter = document.main
    if chapter.header and chapter.header.kind == "library":
        return  # the data of whoever uses it bring their limits
    told: set[str] = set()
    for node in chapter.nodes.of(ast.LimitOfNormal):
        name = node.measure.text
        symbol = chapter.find(name, "measure")
        if symbol is None or not isinstance(symbol.node, ast.Measure) or name in told:
            continue
        if not any(isinstance(clause, ast.Normal) for clause in symbol.node.clauses):
            told.add(name)
            yield NO_NORMAL.at(
                node.span,
                f"{name} has no reference range: only readings that bring their own {node.end} limit are held to it",
                labels=(Label(symbol.span, "declared here"),),
                hint="add to the measure: normal LOW to HIGH; or give the data the columns low and high",
            )


def ladders_without_measure(document: Document) -> Iterator[Diagnostic]:
    """PD355: a ladder is brought in from a library, and the measure that it grades is not, or is another one here."""
    for chapter in document.chapters:
        there = {each.symbol for each in brought(chapter)}
        for one in brought(chapter):
            if not isinstance(one.symbol.node, ast.Ladder):
                continue
            for measure in lacking(one, there):
                word, name = measure.name, one.name
                if here := chapter.find(word):
                    yield MEASURE_MISSING.at(
                        name.span,
                        f"{name.text} grades another {word} than the one declared here",
                        labels=(Label(here.span, "here"),),
                        hint="keep the library's measure, or declare a ladder of your own",
                    )
                else:
                    words, fix = bringing((measure,), one, chapter)
                    message = f"{name.text} grades {word}, which is not brought in"
                    yield MEASURE_MISSING.at(name.span, message, hint=f"bring it in too: {words}", fix=fix)


def grades_that_are_none(document: Document) -> Iterator[Diagnostic]:
    """PD356: a grade lies outside 1 to 5; 0 is what no limit is reached for."""
    for chapter in document.chapters:
        for rung in chapter.nodes.of(ast.Rung):
            if rung.grade not in GRADES:
                hint = "write a grade from 1 to 5; a reading that reaches no limit has grade 0"
                yield OTHER_GRADE.at(rung.span, f"there is no grade {rung.grade} on a ladder", hint=hint)


def ranges_for_nobody(document: Document) -> Iterator[Diagnostic]:
    """PD357: a reference range is for a sex that there is not, or there are two for the same participants."""
    for chapter in document.chapters:
        for measure in chapter.nodes.of(ast.Measure):
            seen: set[str] = set()
            for clause in measure.clauses:
                if not isinstance(clause, ast.Normal):
                    continue
                sex = clause.sex.text if clause.sex else ""
                if clause.sex and sex not in SEXES:
                    hint = did_you_mean(sex, SEXES) or f"it is one of: {', '.join(SEXES)}"
                    yield OTHER_NORMAL.at(clause.sex.span, f"sex is never {sex}", hint=hint)
                elif sex in seen:
                    whom = f"for {sex}" if sex else "for everyone"
                    message = f"{measure.name.text} has two reference ranges {whom}"
                    yield OTHER_NORMAL.at(clause.span, message, hint="keep one of the two")
                seen.add(sex)


def patterns_of_ladders(document: Document) -> Iterator[Diagnostic]:
    """PD358: the worst grade of a ladder is asked for with what only events have: categories, grades, treatments."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.WorstGrade):
            pattern = node.events
            has_more = pattern.categories or pattern.least_grade or pattern.related_to
            if has_more and chapter.find(pattern.name.text, "ladder"):
                message = (
                    f"{pattern.name.text} grades readings, which have no category, grade or treatment of their own"
                )
                yield NO_EVENTS.at(pattern.span, message, hint=f"write: worst grade of {pattern.name.text} from P to Q")
