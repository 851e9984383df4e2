"""PD410 to PD420: amendments, and the versions that they bring."""

from collections.abc import Iterator
from itertools import combinations, pairwise

from attrs import evolve

from protocol_dsl.base.diagnostics import Code, Diagnostic, Edit, Fix, Label
from protocol_dsl.base.source import Span, Text
from protocol_dsl.semantics.document import Document
from protocol_dsl.semantics.names import WORDS, amendment_of, declared
from protocol_dsl.semantics.reach import visits_read
from protocol_dsl.semantics.versions import (
    NOT_AMENDABLE,
    Key,
    Unit,
    brought_by,
    in_order,
    keys_named,
    retired,
    stages,
    units,
)
from protocol_dsl.syntax import ast

NO_DAY = Code("PD410", "not a day")
OUT_OF_ORDER = Code("PD411", "not later than the one before it")
SITE_TWICE = Code("PD412", "said again here")
NOT_AMENDABLE_HERE = Code("PD413", "cannot have another version")
TWO_VERSIONS = Code("PD414", "a second version")
NOTHING_TO_RETIRE = Code("PD415", "nothing that holds")
SAYS_THE_SAME = Code("PD416", "nothing differs", "warning")
CHANGES_NOTHING = Code("PD417", "changes nothing", "warning")
READ_AFTER_ALL = Code("PD418", "held no longer", "warning")
NEVER_THERE = Code("PD419", "of these sites alone")
DAY_OF_ALL = Code("PD420", "the day of all sites", "warning")

DAY_LENGTH = len("2005-06-01")


# ---------------------------------------------------------------------------------------------------------- amendments
def amendments_without_day(document: Document) -> Iterator[Diagnostic]:
    """PD410: an amendment comes into force in a month, so that nobody could tell which version held on its days."""
    for amendment in document.main.nodes.of(ast.Amendment):
        for date in amendment.dates:
            if len(date.text) < DAY_LENGTH:
                yield NO_DAY.at(
                    date.span,
                    f"{amendment.name.text} comes into force on a day, and {date.text} is a month",
                    hint=f"write the day: in force {date.text}-01",
                )


def amendments_out_of_order(document: Document) -> Iterator[Diagnostic]:
    """PD411: an amendment comes into force no later than the one declared before it, at all sites or at one.

    Each version is amended by the next one, so that two of one day have no order.
    """
    for before, amendment in pairwise(document.main.nodes.of(ast.Amendment)):
        sites = dict.fromkeys(["", *(each.site.text for node in (before, amendment) for each in node.sites)])
        told: set[Span] = set()
        if amendment.name.text == before.name.text:
            continue  # told by PD105
        for site in sites:
            earlier, later = date_at(site, before), date_at(site, amendment)
            if earlier is None or later is None:
                continue
            if later.text <= earlier.text and later.span not in told and later in amendment.dates:
                told.add(later.span)
                when = "on the same day as" if later.text == earlier.text else "before"
                at = f" at site {site}" if site else ""
                yield OUT_OF_ORDER.at(
                    later.span,
                    f"{amendment.name.text} comes into force{at} {when} {before.name.text}, declared before it",
                    labels=(Label(earlier.span, f"{before.name.text} comes into force"),),
                    hint="declare amendments in the order of their days, each on a day of its own",
                )


def amendments_that_skip_sites(document: Document) -> Iterator[Diagnostic]:
    """PD419: an amendment comes into force at a site where one declared before it never does.

    Each version is amended by the next one: what holds at that site would hold what was never in force there.
    """
    told: set[Span] = set()
    for before, amendment in combinations(document.main.nodes.of(ast.Amendment), 2):
        sites = dict.fromkeys(["", *(each.site.text for node in (before, amendment) for each in node.sites)])
        skipped = (site for site in sites if date_at(site, before) is None)
        site = next((site for site in skipped if date_at(site, amendment) is not None), None)
        if site is not None and before.name.span not in told:
            told.add(before.name.span)
            where = f"at site {site}" if site else "at all others"
            yield NEVER_THERE.at(
                before.name.span,
                f"{before.name.text} is of some sites alone, and {amendment.name.text} comes into force {where} too",
                labels=(Label(amendment.name.span, "this one would bring it there"),),
                hint=f"declare {before.name.text} last, or give it a day for all sites: in force DATE",
            )


def date_at(site: str, amendment: ast.Amendment) -> ast.DateLiteral | None:
    """The day on which an amendment comes into force at a site; nothing where it never does."""
    return next((each.date for each in amendment.sites if each.site.text == site), amendment.date)


def sites_said_twice(document: Document) -> Iterator[Diagnostic]:
    """PD412: an amendment comes into force at one site on two days."""
    for amendment in document.main.nodes.of(ast.Amendment):
        seen: dict[str, Span] = {}
        for each in amendment.sites:
            name = each.site.text.strip().casefold()
            if name in seen:
                yield SITE_TWICE.at(
                    each.span,
                    f"{amendment.name.text} comes into force at site {each.site.text} twice",
                    labels=(Label(seen[name], "said here first"),),
                    hint="keep one of the two",
                )
            seen.setdefault(name, each.span)


def sites_with_the_day_of_all(document: Document) -> Iterator[Diagnostic]:
    """PD420: a site has a day of its own on which the amendment comes into force everywhere."""
    for amendment in document.main.nodes.of(ast.Amendment):
        for each in amendment.sites:
            if amendment.date is not None and each.date == amendment.date:
                yield DAY_OF_ALL.at(
                    each.span,
                    f"{amendment.name.text} comes into force at site {each.site.text} on the day of all sites",
                    labels=(Label(amendment.date.span, "the day of all sites"),),
                    hint="write the day of the site, or leave this out",
                    fix=Fix("take it out", (Edit(with_its_line(each.span, document.main.text), ""),), "unsafe"),
                )


def with_its_line(span: Span, text: Text) -> Span:
    """The place of a clause with its line, where nothing else stands there; else with the blanks before it."""
    line = text.line_starts[text.position(span.start).line - 1]
    before, after = text.content[line : span.start], text.content[span.end :].partition("\n")
    if not before.strip() and not after[0].strip():
        return Span(text.name, line, span.end + len(after[0]) + len(after[1]))
    return Span(text.name, line + len(before.rstrip()), span.end)


def amendments_of_nothing(document: Document) -> Iterator[Diagnostic]:
    """PD417: an amendment brings no version, and ends none."""
    brought = {since.amendment.text for since in document.main.nodes.of(ast.Since)}
    for amendment in document.main.nodes.of(ast.Amendment):
        name = amendment.name.text
        if name not in brought and not document.half_read:
            yield CHANGES_NOTHING.at(
                amendment.name.span,
                f"amendment {name} changes nothing",
                hint=f"declare again what it changes, with the clause: since {name}",
            )


# ------------------------------------------------------------------------------------------------------------ versions
def versions_that_cannot_be(document: Document) -> Iterator[Diagnostic]:
    """PD413: a second version of something that data are read by, or that rules come from.

    Data are read before anyone can know which version holds for whom.
    """
    seen: dict[tuple[str, str], Span] = {}
    for symbol in declared(document.main.file):
        if symbol.kind in NOT_AMENDABLE:
            key = symbol.kind, symbol.name
            if key in seen and amendment_of(symbol.node) is not None:
                yield NOT_AMENDABLE_HERE.at(
                    symbol.span,
                    f"{symbol.name} is {WORDS[symbol.kind]}, of which there is one version",
                    labels=(Label(seen[key], "the first version"),),
                    hint="declare it under another name, and a version of each rule that shall use it",
                )
            seen.setdefault(key, symbol.span)
    histories: dict[str, Span] = {}
    for node in document.main.nodes.of(ast.History):
        if node.of.text in histories and amendment_of(node) is not None:
            yield NOT_AMENDABLE_HERE.at(
                node.of.span,
                f"history {node.of.text} has one version, whatever the day",
                labels=(Label(histories[node.of.text], "the first version"),),
                hint="keep one of the two",
            )
        histories.setdefault(node.of.text, node.of.span)


def versions_of_one_amendment(document: Document) -> Iterator[Diagnostic]:
    """PD414: an amendment brings two versions of one declaration, or ends what it brings."""
    file = document.main.file
    for amendment in in_order(file):
        gone = set(retired(file, amendment))
        seen: dict[Key, Span] = {}
        for unit in units(file):
            if unit.key is None or not brought_by(unit.node, amendment):
                continue
            span, name = place_of(unit), unit.key[1] or unit.key[0]
            if unit.key in seen:
                yield TWO_VERSIONS.at(
                    span,
                    f"{amendment.name.text} brings two versions of {name}",
                    labels=(Label(seen[unit.key], "the first of them"),),
                    hint="keep one of the two",
                )
            elif unit.key in gone:
                message = f"{amendment.name.text} brings a version of {name}, and retires {name}"
                yield TWO_VERSIONS.at(span, message, hint="keep one of the two")
            seen.setdefault(unit.key, span)


def nothing_to_retire(document: Document) -> Iterator[Diagnostic]:
    """PD415: an amendment ends what does not hold when it comes into force, or what cannot end."""
    file = document.main.file
    held = {
        stage.amendment.name.text: {unit.key for unit in units(before.file)}
        for before, stage in pairwise(stages(file))
        if stage.amendment is not None
    }
    for node in document.main.nodes.of(ast.Retire):
        known = held.get(node.since.amendment.text)
        for name in node.names:
            if known is None or name.text not in document.main.symbols:
                continue
            if not known & set(keys_named(name.text, file)):
                symbol = document.main.symbols[name.text][0]
                ends = f"{name.text} does not hold before {node.since.amendment.text}"
                if symbol.kind in NOT_AMENDABLE:
                    ends = f"{name.text} is {WORDS[symbol.kind]}, which no amendment ends"
                labels = () if symbol.is_built_in else (Label(symbol.span, "declared here"),)
                yield NOTHING_TO_RETIRE.at(
                    name.span, ends, labels=labels, hint="retire visits, criteria, treatments, arms and other rules"
                )


def retired_visits_read(document: Document) -> Iterator[Diagnostic]:
    """PD418: an endpoint reads at a visit that an amendment retires, so that later participants cannot have the value.

    Of an endpoint the last version holds for everybody.
    """
    file = document.main.file
    last = stages(file)[-1].file
    held = {unit.key for unit in units(last)}
    gone = {
        name.text: (name, node.since.amendment.text)
        for node in document.main.nodes.of(ast.Retire)
        for name in node.names
        if document.main.find(name.text, "visit") and ("visit", name.text) not in held
    }
    for endpoint in (node for node in last.declarations if isinstance(node, ast.Endpoint)) if gone else ():
        told: set[str] = set()
        for visit in visits_read(endpoint, document.main):
            if visit.text in gone and visit.text not in told:
                told.add(visit.text)
                retired_here, amendment = gone[visit.text]
                yield READ_AFTER_ALL.at(
                    visit.span,
                    f"{endpoint.name.text} reads {visit.text}, which {amendment} retires",
                    labels=(Label(retired_here.span, "retired here"),),
                    hint=f"read another visit, or retire {endpoint.name.text} too",
                )


def versions_that_say_the_same(document: Document) -> Iterator[Diagnostic]:
    """PD416: a version says what the one before it says."""
    file = document.main.file
    for before, stage in pairwise(stages(file)):
        held = {unit.key: unit for unit in units(before.file)}
        for unit in units(stage.file):
            earlier = held.get(unit.key)
            if unit.key is None or earlier is None or stage.amendment is None:
                continue
            if brought_by(unit.node, stage.amendment) and plain(earlier.node) == plain(unit.node):
                name = unit.key[1] or unit.key[0]
                yield SAYS_THE_SAME.at(
                    place_of(unit),
                    f"{name} since {stage.amendment.name.text} says what it said before",
                    labels=(Label(place_of(earlier), "the version before"),),
                    hint="change what the amendment changes, or leave this version out",
                )


def plain(node: ast.Declaration) -> ast.Declaration:
    """A declaration without the words that say where it comes from and since when it holds."""
    clauses: tuple[object, ...] = getattr(node, "clauses", ())
    origins = (ast.Quote, ast.Cite, ast.Against, ast.Because, ast.Since)
    kept = tuple(clause for clause in clauses if not isinstance(clause, origins))
    return evolve(node, clauses=kept)  # type: ignore[arg-type]  # every declaration that has a key has clauses


def place_of(unit: Unit) -> Span:
    """Where a declaration is named, or its first word where it has no name."""
    node = unit.node
    if isinstance(node, ast.Visits):
        return node.visits[0].name.span
    name = node.drugs if isinstance(node, ast.Prohibit) else getattr(node, "name", None)
    return name.span if isinstance(name, ast.Name) else Span(node.span.file, node.span.start, node.span.start + 1)
