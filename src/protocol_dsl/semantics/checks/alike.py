"""PD126 and PD135: names and titles that data or readers do not tell apart, for capitals make no difference there.

One would be taken for both, and nobody would see it.
"""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic
from protocol_dsl.semantics.document import Document, imported
from protocol_dsl.semantics.names import Kind, Symbol, built_in, declared, members_of
from protocol_dsl.syntax import ast

ALIKE = Code("PD126", "data cannot tell it apart")
SAME_TITLE = Code("PD135", "another has this title", "warning")
COLUMNS: tuple[tuple[Kind, ...], ...] = (
    ("arm",),
    ("treatment",),
    ("measure",),
    ("milestone", "condition", "event"),
    ("visit",),
    ("attribute",),
)
"""The kinds whose names stand in one column of the data, or are columns."""
RULES: tuple[Kind, ...] = ("criterion", "endpoint", "deviation", "interval")
"""The kinds whose titles results show beside their findings."""
OF_EVERYBODY = ("participant", "birth_date")
"""Columns of everybody that are no attributes."""
HINT = "give one of the two another name: data are read without regard to capitals"


def names_alike(document: Document) -> Iterator[Diagnostic]:
    """PD126: two names differ in capitals alone, or a title is the name of another thing."""
    for symbols in by_column(document):
        names: dict[str, Symbol] = {}
        for symbol in symbols:
            other = names.setdefault(folded(symbol.name), symbol)
            if other is not symbol:
                yield ALIKE.at(symbol.span, f"{symbol.name} and {other.name} differ in capitals alone", hint=HINT)
            elif symbol.kind == "attribute" and folded(symbol.name) in OF_EVERYBODY:
                hint = "give it another name: data have this column of everybody, and it is no attribute"
                yield ALIKE.at(symbol.span, f"{symbol.name} is the column {folded(symbol.name)} of the data", hint=hint)
        for symbol, title in titled(symbols):
            other = names.get(folded(title.text), symbol)
            if other.name != symbol.name:
                yield ALIKE.at(title.span, f"the title of {symbol.name} is the name of {other.name}", hint=HINT)


def titles_alike(document: Document) -> Iterator[Diagnostic]:
    """PD135: two things have one title; told of the second alone, for others say nothing new."""
    of_data = "data that say it are read as one of them: give one of the two another title"
    of_results = "who reads the results takes one for the other: give one of the two another title"
    rules = {(each.kind, each.name): each for each in declared(document.main.file) if each.kind in RULES}
    groups = [(symbols, of_data) for symbols in by_column(document)]
    groups += [([each for each in rules.values() if each.kind == kind], of_results) for kind in RULES]
    for symbols, hint in groups:
        having: dict[str, list[Symbol]] = {}
        for symbol, title in titled(symbols):
            others = having.setdefault(folded(title.text), [])
            others.append(symbol)
            if len(others) == 2:  # noqa: PLR2004 - the second
                yield SAME_TITLE.at(title.span, f"{others[0].name} and {symbol.name} have one title", hint=hint)


def by_column(document: Document) -> Iterator[list[Symbol]]:
    """What data may name in each column: what every text knows, what libraries bring, then the protocol's own."""
    main = document.main
    known = (*built_in(), *imported(main.nodes, main.used), *declared(main.file))
    # Of several versions the last gives the title.
    last = {(symbol.kind, symbol.name): symbol for symbol in known}
    for kinds in COLUMNS:
        yield [symbol for symbol in last.values() if symbol.kind in kinds]


def titled(symbols: list[Symbol]) -> Iterator[tuple[Symbol, ast.Title]]:
    """Those that data may call by a title, which names no column."""
    for symbol in symbols:
        title = getattr(symbol.node, "title", None)
        if isinstance(title, ast.Title) and title.text.strip() and symbol.kind != "attribute":
            yield symbol, title


def folded(words: str) -> str:
    """A name or a title as data are compared with it."""
    return words.strip().casefold()


def drugs_alike(document: Document) -> Iterator[Diagnostic]:
    """PD126: two classes write one drug differently, which would be a drug of the first alone."""
    seen: dict[str, str] = {}
    for chapter in reversed(document.chapters):
        for drugs in chapter.nodes.of(ast.Drugs):
            for drug in members_of(drugs):
                other = seen.setdefault(folded(drug.name.text), drug.name.text)
                if other != drug.name.text:
                    yield ALIKE.at(
                        drug.name.span,
                        f"{drug.name.text} and {other} differ in capitals alone",
                        hint=f"write {other} here too",
                    )


def codes_alike(document: Document) -> Iterator[Diagnostic]:
    """PD126: one code stands for two things of a column, or for drugs of two names in classes that differ by it."""
    for symbols in by_column(document):
        seen: dict[tuple[str, str], Symbol] = {}
        for symbol in symbols:
            # Events and conditions may share a code, and each happens then; of treatments the arm says which is meant.
            if symbol.kind not in {"arm", "measure"}:
                continue
            for code in codes_of(symbol):
                other = seen.setdefault((folded(code.system.text), folded(code.code.text)), symbol)
                if other.name != symbol.name:
                    words = f"{code.system.text} {code.code.text} is a code of {other.name} too"
                    yield ALIKE.at(code.span, words, hint="leave it with the one that it means")
    yield from drugs_of_one_code(document)


def codes_of(symbol: Symbol) -> Iterator[ast.Code]:
    """The codes that a declaration lists."""
    for clause in getattr(symbol.node, "clauses", ()):
        if isinstance(clause, ast.Codes):
            yield from clause.codes


def drugs_of_one_code(document: Document) -> Iterator[Diagnostic]:
    """The same of drugs: data that say the code are read as the first name, in whose classes the other is not."""
    classes = [node for chapter in reversed(document.chapters) for node in chapter.nodes.of(ast.Drugs)]
    names: dict[str, list[set[str]]] = {}
    for node in classes:
        of_class: dict[str, set[str]] = {}
        for drug in members_of(node):
            if drug.atc is not None:
                of_class.setdefault(folded(drug.atc.text), set()).add(folded(drug.name.text))
        for code, called in of_class.items():
            names.setdefault(code, []).append(called)
    for node in classes:
        for drug in members_of(node):
            others = names.get(folded(drug.atc.text), []) if drug.atc else []
            lacking = next((each for each in others if folded(drug.name.text) not in each), None)
            if lacking and drug.atc is not None:
                yield ALIKE.at(
                    drug.atc.span,
                    f"{drug.atc.text} is {min(lacking)} in another class",
                    hint="list each of the names in both classes, or one name in both",
                )
