"""PD103 to PD109: names that are unknown, of another kind, declared twice, or hide another."""

from collections.abc import Callable, Iterable, Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label, respelt
from protocol_dsl.base.nearest import did_you_mean, nearest
from protocol_dsl.semantics.document import Chapter, Document, are_versions
from protocol_dsl.semantics.names import (
    MEASURED,
    WORDS,
    Kind,
    Symbol,
    built_in,
    declared,
    is_study_time,
    may_share,
    members_of,
)
from protocol_dsl.semantics.references import EVENTS, Reference, references
from protocol_dsl.syntax import ast

UNKNOWN_NAME = Code("PD103", "not declared")
OTHER_KIND = Code("PD104", "something else")
DECLARED_TWICE = Code("PD105", "declared again here")
HIDES_BUILT_IN = Code("PD106", "this name is built in")
HIDES_USED = Code("PD107", "this name is already there")
NAMED_AS_TIME = Code("PD108", "this is a point in study time")
SEXES = ("male", "female")


def unknown_names(document: Document) -> Iterator[Diagnostic]:
    """PD103: a name is called that nothing declares.

    What it stands for would have to be guessed.
    """
    for chapter in document.chapters:
        misspelt = {*meant_in_uses(chapter), *meant_by_second_ones(chapter).values(), *meant_by_small_letters(chapter)}
        for called in references(chapter):
            name = called.name.text
            if chapter.find(name) or name in document.half_read or name in misspelt or not is_read(called.name):
                continue
            known = chapter.known(*called.kinds) if called.kinds else chapter.symbols
            bring = library_hint(called, chapter)
            meant = did_you_mean(name, known) or title_hint(name, chapter, *called.kinds)
            hint = bring or meant or first_of(HINTS, called, chapter)
            what = f"no {called.wanted.split(maxsplit=1)[1]}" if len(called.told) == 1 else "nothing"
            fix = None if bring else respelt(called.name.span, name, known)
            yield UNKNOWN_NAME.at(called.name.span, f"{what} named {name} is declared", hint=hint, fix=fix)


def is_read(name: ast.Name) -> bool:
    """Whether the author wrote a name, of letters a to z: that another stands in it is told already.

    One that was put in where one is missing takes no place.
    """
    return name.span.end > name.span.start and name.text.isascii()


def meant_in_uses(chapter: Chapter) -> set[str]:
    """The names that a misspelt one in the list of a ``use`` most likely means: that it is misspelt is told there."""
    found = set[str]()
    for use in chapter.nodes.of(ast.Use):
        library = chapter.used.get(use.library.text)
        for name in use.names if library else ():
            if library and library.find(name.text) is None:
                found.add(nearest(name.text, library.symbols) or "")
    return found


def meant_by_small_letters(chapter: Chapter) -> set[str]:
    """The points in study time that a visit called ``w64`` most likely means: that it is no point is told there."""
    return {name.upper() for name in chapter.known("visit", "series") if not is_study_time(name)}


def first_of(hints: Iterable[Callable[[Reference, Chapter], str]], called: Reference, chapter: Chapter) -> str:
    """The first thing there is to say."""
    return next((found for hint in hints if (found := hint(called, chapter))), "")


def library_hint(called: Reference, chapter: Chapter) -> str:
    """What to do when a library has the name, and it was not brought in."""
    has = (library for library, text in chapter.used.items() if text.find(called.name.text, *called.kinds))
    library = next(has, None)
    return f"bring it in with: use {library} ({called.name.text})" if library else ""


def choice_hint(called: Reference, chapter: Chapter) -> str:
    """What to do when a choice stands where its attribute is meant."""
    if "attribute" not in called.kinds:
        return ""
    word = called.name.text
    names = [node.name.text for node in chapter.nodes.of(ast.Attribute) if is_choice_of(word, node)]
    if word.casefold() in SEXES:
        names.append("sex")
    return f"write {names[0]} is {word}" if len(names) == 1 else ""


def is_choice_of(word: str, attribute: ast.Attribute) -> bool:
    """Whether ``word`` is one of the choices of an attribute."""
    choices = attribute.kind.choices if isinstance(attribute.kind, ast.OneOf) else ()
    return any(word.casefold() == choice.text.casefold() for choice in choices)


def renamed_hint(called: Reference, chapter: Chapter) -> str:
    """What a name may be now, when all other names of its kind are called somewhere."""
    if not called.kinds:
        return ""
    used = {each.name.text for each in references(chapter)}
    left = [
        name
        for name in chapter.known(*called.kinds)
        if name not in used and (symbol := chapter.find(name, *called.kinds)) and not symbol.is_built_in
    ]
    return f"did you mean {left[0]}, which nothing else asks for?" if len(left) == 1 else ""


def drug_hint(called: Reference, chapter: Chapter) -> str:
    """What to do when a drug is called where a class is needed."""
    if "class" not in called.kinds:
        return ""
    for drugs in chapter.nodes.of(ast.Drugs):
        if any(drug.name.text == called.name.text for drug in members_of(drugs)):
            return f"{called.name.text} is a drug; declare a class of drugs with it as its only member"
    return ""


def measure_hint(called: Reference, chapter: Chapter) -> str:
    """What to do when a measure by itself is misspelt where a value is needed."""
    meant = nearest(called.name.text, chapter.known(*MEASURED)) if "attribute" in called.kinds else None
    return f"did you mean {meant} at VISIT, or latest {meant} before POINT?" if meant else ""


def amendment_hint(called: Reference, chapter: Chapter) -> str:
    """What to do when a version is of an amendment that nothing declares."""
    del chapter
    return f'declare it: amendment {called.name.text} "..." in force DATE' if called.kinds == ("amendment",) else ""


HINTS = (amendment_hint, drug_hint, choice_hint, measure_hint, renamed_hint)


def first_hint(called: Reference, symbol: Symbol) -> str:
    """What to do when an event, which may happen more than once, is called where a milestone is needed."""
    is_event = "milestone" in called.kinds and symbol.kind in EVENTS
    return f"write: first {called.name.text}" if is_event and len(called.kinds) == 1 else ""


def answer_hint(called: Reference, symbol: Symbol) -> str:
    """What to do when the attribute is called that says whether something happened: ``no prior_systemic``."""
    is_yes_no = isinstance(symbol.node, ast.Attribute) and isinstance(symbol.node.kind, ast.YesNo)
    name = called.name.text
    if is_yes_no and {*EVENTS} & {*called.kinds}:
        return f"write {name} is no, or {name} is yes"
    if "attribute" in called.kinds and symbol.kind == "condition":
        return f"write {name} is confirmed before POINT"
    if "measure" in called.kinds and symbol.kind == "class":
        return f"write: on {name} at POINT, or exposed to {name}"
    if "attribute" in called.kinds and symbol.kind == "class":
        return f"write: exposed to {name}, or on {name} at POINT"
    return f"write: any {name} from POINT to POINT" if "attribute" in called.kinds and symbol.kind == "event" else ""


def title_hint(name: str, chapter: Chapter, *kinds: Kind) -> str:
    """What to do where a title stands for its name: ``didanosine`` for ddi "Didanosine, 400 mg a day"."""
    words = name.replace("_", " ").casefold()
    found = [
        each
        for each in chapter.known(*kinds)
        if (title := title_of(chapter.find(each, *kinds))) == words or title.startswith(f"{words},")
    ]
    return f"did you mean {found[0]}?" if len(found) == 1 else ""


def title_of(symbol: Symbol | None) -> str:
    """The title of a declaration, in lower case; nothing where it has none."""
    title = getattr(symbol.node, "title", None) if symbol else None
    return title.text.casefold() if isinstance(title, ast.Title) else ""


def names_of_another_kind(document: Document) -> Iterator[Diagnostic]:
    """PD104: a name is called where only another kind of thing can stand."""
    for chapter in document.chapters:
        for called in references(chapter):
            name = called.name.text
            if called.kinds and name in chapter.symbols and not chapter.find(name, *called.kinds):
                symbol = chapter.symbols[name][0]
                yield OTHER_KIND.at(
                    called.name.span,
                    f"{name} is {WORDS[symbol.kind]}, and {called.wanted} is needed here",
                    label=f"{WORDS[symbol.kind]}",
                    labels=declared_at(symbol),
                    hint=did_you_mean(name, chapter.known(*called.kinds))
                    or title_hint(name, chapter, *called.kinds)
                    or first_hint(called, symbol)
                    or answer_hint(called, symbol),
                )


def classes_as_members(document: Document) -> Iterator[Diagnostic]:
    """PD104: a class of drugs lists another class as a drug; a class may be called like a drug that it has."""
    for chapter in document.chapters:
        for drugs in chapter.nodes.of(ast.Drugs):
            for drug in members_of(drugs):
                symbol = chapter.find(drug.name.text, "class")
                if symbol is None or not isinstance(symbol.node, ast.Drugs) or symbol.name == drugs.name.text:
                    continue
                if all(symbol.name != each.name.text for each in members_of(symbol.node)):
                    yield OTHER_KIND.at(
                        drug.name.span,
                        f"{symbol.name} is {WORDS[symbol.kind]}, and a drug is needed here",
                        label=WORDS[symbol.kind],
                        labels=declared_at(symbol),
                        hint=f"write: includes {symbol.name}",
                    )


def declared_at(symbol: Symbol) -> tuple[Label, ...]:
    """Where a name was declared, if a text declares it."""
    return () if symbol.is_built_in else (Label(symbol.span, "declared here"),)


def meant_by_second_ones(chapter: Chapter) -> dict[str, str]:
    """Names that are called and declared nowhere, by the name declared twice that one of them was meant to be.

    Of two I7, the second is the I8 that an assumption calls.
    """
    twice = [symbol.name for symbol, _ in declared_again(chapter)]
    called = dict.fromkeys(each.name.text for each in references(chapter)) if twice else ()
    lost = [name for name in called if not chapter.find(name)]
    found = {name: [each for each in lost if stem(each) == stem(name)] for name in twice}
    return {name: others[0] for name, others in found.items() if len(others) == 1}


def stem(name: str) -> str:
    """A name without the number at its end."""
    return name.rstrip("0123456789")


def declared_again(chapter: Chapter) -> Iterator[tuple[Symbol, Symbol]]:
    """Each declaration of a name that another has already, and that other one."""
    seen: dict[str, tuple[Symbol, ...]] = {}
    for symbol in declared(chapter.file):
        before = seen.get(symbol.name, ())
        clash = next(
            (other for other in before if not may_share(symbol, other) and not are_versions(symbol, other)), None
        )
        if clash is None:
            seen[symbol.name] = (*before, symbol)
        else:
            yield symbol, clash


def names_declared_twice(document: Document) -> Iterator[Diagnostic]:
    """PD105: two declarations have one name, and no amendment makes the second a version of the first."""
    for chapter in document.chapters:
        meant = meant_by_second_ones(chapter)
        for symbol, clash in declared_again(chapter):
            other = meant.get(symbol.name)
            yield DECLARED_TWICE.at(
                symbol.span,
                f"{symbol.name} is declared twice",
                labels=(Label(clash.span, "first declared here"),),
                hint=f"did you mean {other}, which is called and not declared?"
                if other
                else "give one of the two another name",
            )


def names_that_hide_built_in_ones(document: Document) -> Iterator[Diagnostic]:
    """PD106: a declaration has the name of a milestone or attribute that every text knows.

    A visit may have the name of the milestone at which it is planned.
    """
    known = {symbol.name: symbol for symbol in built_in()}
    for chapter in document.chapters:
        for symbol in declared(chapter.file):
            hidden = known.get(symbol.name)
            if hidden and not may_share(symbol, hidden):
                yield HIDES_BUILT_IN.at(
                    symbol.span,
                    f"{symbol.name} is {WORDS[hidden.kind]} that needs no declaration",
                    hint="leave the declaration out, or give it another name",
                )


def names_that_hide_used_ones(document: Document) -> Iterator[Diagnostic]:
    """PD107: a name comes from a library, and again from another one or from a declaration of the text itself."""
    for chapter in document.chapters:
        own = {symbol.name: symbol for symbol in declared(chapter.file)}
        brought: dict[str, ast.Name] = {}
        for use in chapter.nodes.of(ast.Use):
            # A library that is missing, or in a circle, brings no names, and has been told of.
            for name in use.names if use.library.text in chapter.used else ():
                if name.text in own:
                    yield HIDES_USED.at(
                        own[name.text].span,
                        f"{name.text} is declared here and used from the library {use.library.text}",
                        labels=(Label(name.span, "used here"),),
                        hint="keep one of the two",
                    )
                elif name.text in brought:
                    yield HIDES_USED.at(
                        name.span,
                        f"{name.text} is used twice",
                        labels=(Label(brought[name.text].span, "used here first"),),
                        hint="keep one of the two",
                    )
                brought.setdefault(name.text, name)


def names_that_are_study_time(document: Document) -> Iterator[Diagnostic]:
    """PD108: an anchor or a milestone is called like a point in study time, which counts from W0.

    D0 is another name of W0, and so of no other day.
    """
    for chapter in document.chapters:
        for symbol in declared(chapter.file):
            if (
                symbol.kind in {"anchor", "milestone"}
                and is_study_time(symbol.name)
                and symbol.name not in {"W0", "D0"}
            ):
                yield NAMED_AS_TIME.at(
                    symbol.span,
                    f"{symbol.name} is a point in study time and cannot name {WORDS[symbol.kind]}",
                    hint="W, D and M with a number count from the anchor W0; choose a word",
                )
        anchors = {anchor.name.text: anchor for anchor in chapter.nodes.of(ast.Anchor)}
        one, other = anchors.get("W0"), anchors.get("D0")
        if one and other and one.day != other.day:
            yield NAMED_AS_TIME.at(
                other.name.span,
                "D0 is the day of W0, from which days count too, and here another day",
                labels=(Label(one.name.span, "the anchor W0"),),
                hint="choose another name for this anchor, and count from it: 7 days after NAME",
            )
