"""What the participants' data is called, as the engines and readers know it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from attrs import evolve

from protocol_dsl.base.numbers import Number, exact
from protocol_dsl.model import vocabulary as model
from protocol_dsl.semantics.document import Chapter
from protocol_dsl.semantics.kinds import conversions
from protocol_dsl.semantics.ladders import limit_of, rungs
from protocol_dsl.semantics.names import Symbol, kind_of_declaration
from protocol_dsl.semantics.quantities import factor, written
from protocol_dsl.syntax import ast

OPERATORS: Mapping[ast.Relation, Literal["<", "<=", ">", ">="]] = {"from": ">=", "above": ">", "to": "<=", "below": "<"}
"""What the words of a rung say of a reading and its limit."""


def vocabulary(chapter: Chapter) -> model.Vocabulary:
    """Every name that data may use: those built in, then those of the text in its order, used ones at their place."""
    named = tuple(nodes(chapter))
    return evolve(
        valued(chapter),
        classes=tuple(drug_class(node, home) for node, home in named if isinstance(node, ast.Drugs)),
        conditions=tuple(
            model.Condition(node.name.text, node.title.text, codes(node.clauses))
            for node, _ in named
            if isinstance(node, ast.Condition)
        ),
        events=tuple(event(node) for node, _ in named if isinstance(node, ast.Event)),
        milestones=(
            *(model.Milestone(name) for name in model.BUILT_IN_MILESTONES),
            *(
                model.Milestone(node.name.text, node.title.text, codes(node.clauses))
                for node, _ in named
                if isinstance(node, ast.Milestone)
            ),
        ),
        histories=tuple(model.History(node.of.text, node.state) for node in chapter.nodes.of(ast.History)),
    )


def valued(chapter: Chapter) -> model.Vocabulary:
    """Only the names of what has a value: measures, ladders and attributes."""
    named = tuple(nodes(chapter))
    return model.Vocabulary(
        measures=tuple(measure(node) for node, _ in named if isinstance(node, ast.Measure)),
        ladders=tuple(ladder(node, home) for node, home in named if isinstance(node, ast.Ladder)),
        attributes=(
            *built_in_attributes(chapter),
            *(attribute(node) for node, _ in named if isinstance(node, ast.Attribute)),
        ),
    )


def nodes(chapter: Chapter) -> Iterator[tuple[object, Chapter]]:
    """The declarations that the protocol names, each with the text it stands in."""
    seen: set[Symbol] = set()
    for declaration in chapter.file.declarations:
        for symbol in symbols_of(declaration, chapter):
            if symbol not in seen:
                seen.add(symbol)
                yield symbol.node, chapter.home(symbol)


def symbols_of(declaration: ast.Declaration, chapter: Chapter) -> Iterator[Symbol]:
    """The names that one declaration brings, in order."""
    if isinstance(declaration, ast.Use):
        for used in declaration.names:
            if symbol := chapter.find(used.text):
                yield symbol
    elif found := kind_of_declaration(declaration):
        kind, name = found
        symbol = chapter.find(name.text, kind)
        if symbol and symbol.node is declaration:
            yield symbol


def codes(clauses: Iterable[object]) -> tuple[model.Coding, ...]:
    """The codes of a declaration."""
    return tuple(coding(code) for clause in clauses if isinstance(clause, ast.Codes) for code in clause.codes)


def coding(code: ast.Code) -> model.Coding:
    """A code, its system in lower case."""
    return model.Coding(code.system.text.lower(), code.code.text)


def measure(node: ast.Measure) -> model.Measure:
    """A measure with its unit or its choices."""
    match node.kind:
        case ast.OneOf(choices=choices):
            return model.Measure(
                name=node.name.text,
                title=node.title.text,
                choices=tuple(choice.text.casefold() for choice in choices),
                codes=codes(node.clauses),
            )
        case ast.InUnit(unit=unit):
            own = written(unit.text)
            return model.Measure(
                name=node.name.text,
                title=node.title.text,
                unit=own,
                codes=codes(node.clauses),
                plausible=plausible(node, own),
                may_be_negative=any(isinstance(clause, ast.MayBeNegative) for clause in node.clauses),
                conversions=conversions(node, own),
                normals=tuple(normals(node, own)),
            )


def plausible(node: ast.Measure, unit: str) -> tuple[Number, Number] | None:
    """The plausible range in the unit of the measure."""
    for clause in node.clauses:
        if isinstance(clause, ast.Plausible):
            low, high = (in_unit(amount, unit, conversions(node, unit)) for amount in (clause.low, clause.high))
            return low, high
    return None


def normals(node: ast.Measure, unit: str) -> Iterator[model.Normal]:
    """The reference ranges in the unit of the measure."""
    known = conversions(node, unit)
    for clause in node.clauses:
        if isinstance(clause, ast.Normal):
            sex = clause.sex.text if clause.sex else ""
            yield model.Normal(in_unit(clause.low, unit, known), in_unit(clause.high, unit, known), sex)


def ladder(node: ast.Ladder, chapter: Chapter) -> model.Ladder:
    """A ladder with its limits in the unit of its measure."""
    measure = node.measure.text
    found = ((rung, limit_of(rung.limit, measure, chapter)) for rung in rungs(node))
    return model.Ladder(
        name=node.name.text,
        title=node.title.text,
        measure=measure,
        rungs=tuple(model.Rung(rung.grade, OPERATORS[rung.relation], limit) for rung, limit in found if limit),
    )


def in_unit(amount: ast.Amount, unit: str, known: tuple[model.Conversion, ...]) -> Number:
    """An amount's number in ``unit``; the checks have made sure that it converts."""
    step = factor(amount.unit.text if amount.unit else "", unit, known)
    return exact(amount.number * (1 if step is None else step))


def drug_class(node: ast.Drugs, chapter: Chapter) -> model.DrugClass:
    """A class with the members of the classes it includes, each drug once."""
    return model.DrugClass(
        node.name.text, node.title.text, tuple(dict.fromkeys(members(node, chapter))), codes(node.clauses)
    )


def members(node: ast.Drugs, chapter: Chapter) -> Iterator[model.Drug]:
    """The drugs of a class and of those it includes, in the order of the text, each class once."""
    seen: set[int] = set()
    stack: list[tuple[ast.Drugs, Chapter]] = [(node, chapter)]
    while stack:
        at, home = stack.pop()
        if id(at) in seen:
            continue
        seen.add(id(at))
        inner: list[tuple[ast.Drugs, Chapter]] = []
        for clause in at.clauses:
            if isinstance(clause, ast.Members):
                yield from (model.Drug(drug.name.text, drug.atc.text if drug.atc else "") for drug in clause.drugs)
            elif isinstance(clause, ast.Includes):
                found = (home.find(name.text, "class") for name in clause.classes)
                inner += [(each.node, home.home(each)) for each in found if each and isinstance(each.node, ast.Drugs)]
        stack.extend(reversed(inner))


def event(node: ast.Event) -> model.EventKind:
    """Events with their categories and grades."""
    graded = next((clause for clause in node.clauses if isinstance(clause, ast.Graded)), None)
    return model.EventKind(
        name=node.name.text,
        title=node.title.text,
        codes=codes(node.clauses),
        categories=tuple(
            model.Category(
                clause.name.text,
                clause.title.text if clause.title else "",
                tuple(coding(code) for code in clause.codes),
            )
            for clause in node.clauses
            if isinstance(clause, ast.Category)
        ),
        grades=(graded.low, graded.high) if graded else None,
    )


def built_in_attributes(chapter: Chapter) -> Iterator[model.Attribute]:
    """The attributes that need no declaration; any word may name a site."""
    yield model.Attribute(name="sex", kind="choice", choices=model.SEXES)
    yield model.Attribute(name="site", kind="choice")
    yield model.Attribute(
        name="arm", kind="choice", choices=tuple(node.name.text.casefold() for node in chapter.nodes.of(ast.Arm))
    )


def attribute(node: ast.Attribute) -> model.Attribute:
    """A declared attribute."""
    name, title = node.name.text, node.title.text
    match node.kind:
        case ast.YesNo():
            return model.Attribute(name=name, title=title, kind="yes or no", choices=("yes", "no"))
        case ast.OneOf(choices=choices):
            folded = tuple(choice.text.casefold() for choice in choices)
            return model.Attribute(name=name, title=title, kind="choice", choices=folded)
        case ast.InUnit(unit=unit):
            return model.Attribute(name=name, title=title, kind="number", unit=written(unit.text))
        case ast.IsDate():
            return model.Attribute(name=name, title=title, kind="date")
