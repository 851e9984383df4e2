"""What a word in the wrong place most likely meant, in the author's words."""

import re
from collections.abc import Collection
from functools import lru_cache

from protocol_dsl.base.diagnostics import Code, Diagnostic, Edit, Fix, reworded
from protocol_dsl.base.nearest import did_you_mean, distance, nearest
from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax.signs import OTHER_SIGN

NOT_EXPECTED = Code("PD001", "not expected here")
NOT_A_DECLARATION = Code("PD002", "not the beginning of a declaration")
UNFINISHED = Code("PD003", "something is missing after this")
OPEN_QUOTE = Code("PD004", "this quote is never closed")
RESERVED = Code("PD011", "a word of the language")
CHAINED = Code("PD012", "a second comparison")
OPEN_ROW = Code("PD018", "this row is not closed")
INDENTED = Code("PD025", "indented")
OTHER_WORD = Code("PD020", "none of the words that can stand here")
IN_COLUMN_0 = Code("PD021", "not indented")

CATEGORIES = (
    "consent",
    "eligibility",
    "treatment",
    "dosing",
    "visit window",
    "missed visit",
    "missed assessment",
    "prohibited medication",
    "other",
)

VALUE_SIGNS = frozenset({"AGE", "NUMBER", "LPAR", "NAME"})
POINT_WORDS = frozenset({"NAME", "NUMBER", "FIRST", "LAST", "CYCLE"})
"""What can begin a point."""
KINDS = {
    "NAME": "a name",
    "STRING": "words in double quotes",
    "NUMBER": "a number",
    "UNIT": "a unit such as days or cells/mm3",
    "DATE": "a date such as 2004-06-14",
    "OPERATOR": "a comparison such as <=",
    "COMMA": "a comma",
    "LPAR": "(",
    "RPAR": ")",
    "LBRACE": "{",
    "RBRACE": "}",
    "PLUSMINUS": "±",
    "ROW": "a row such as | 199 cells/mm3 | met |",
}
"""Other terminals than words, as an author would call them."""
ORIGINS = frozenset({"quote", "cite", "against", "because", "since"})
"""The words of clauses that any declaration can have."""
WHOLE = {"exclude": "exclude if", "missing": "missing counts as", "compare": "compare arms by"}
"""Words that begin a clause and say little alone."""
YEAR = re.compile(r"[12][0-9]{3}")
FEW = 6
MISSPELT, MIN_MISSPELT = 2, 4
LONG = 60


@frozen
class Place:
    """Where the reading stopped: what was found, what came before, and what could have stood there."""

    kind: str
    found: str
    span: Span
    before: str
    before_span: Span
    declaration: str
    expected: frozenset[str]
    words: tuple[str, ...]
    clauses: tuple[str, ...]
    elsewhere: str = ""
    begins_clause: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether the declaration could have ended here."""
        return "$END" in self.expected


def listed(things: Collection[str]) -> str:
    """``a, b or c``."""
    *first, last = things
    return f"{', '.join(first)} or {last}" if first else last


def quoted(words: str) -> str:
    """A word as a word: in quotes, unless it is quoted already."""
    words = " ".join(words.splitlines())
    words = words if len(words) <= LONG else words[:LONG] + "..."
    return words if words.startswith('"') else f'"{words}"'


@lru_cache(maxsize=1_000)
def clause_meant(word: str, clauses: tuple[str, ...]) -> str | None:
    """The one of ``clauses`` that ``word`` is, or was most likely meant to be."""
    if word in clauses:
        return word
    if len(word) <= MIN_MISSPELT:
        return None
    return next((each for each in clauses if distance(word, each, MISSPELT) <= MISSPELT), None)


def expectation(place: Place) -> str:
    """What is expected at a place, grouped, in words."""
    if place.expected >= VALUE_SIGNS:
        return "a value or a test such as age at SCR" if "NOT" in place.expected else "a value such as age at SCR"
    if place.expected - {"START"} == POINT_WORDS:
        return "a point such as W52"
    if place.is_complete:
        return f"the next clause of {place.declaration}" if place.clauses else "the end of the declaration"
    kinds = [words for kind, words in KINDS.items() if kind in place.expected]
    words = [quoted(word) for word in place.words]
    if "NAME" in place.expected and "UNIT" in place.expected:
        kinds = [words for words in kinds if words != KINDS["NAME"]]
        words = []
    if len(words) > FEW:
        words = [*words[:FEW], "..."]
    return listed([*kinds, *words]) if kinds or words else "nothing more"


def explain(place: Place) -> Diagnostic:
    """The one message for the place where the reading stopped."""
    for rule in (open_quote, stray, unfinished, chained, reserved, length_for_point, misspelt, foreign_clause):
        found = rule(place)
        if found:
            return found
    message = f"{quoted(place.found)} stands where {expectation(place)} is expected"
    return NOT_EXPECTED.at(place.span, message, hint=sign_hint(place) or date_hint(place) or clause_hint(place))


def date_hint(place: Place) -> str:
    """What a year alone lacks."""
    if "DATE" in place.expected and YEAR.fullmatch(place.found):
        return f"write the month too, such as {place.found}-06, and the day where it is known"
    return ""


def sign_hint(place: Place) -> str:
    """What signs in a wrong place may have meant."""
    if place.found == "%":
        return "write % right after its number, such as 95%"
    if place.found in {"+", "-"} and "PLUSMINUS" in place.expected | {place.before}:
        return "write ± or +/-"
    if place.before in {"+", "-"} and place.found in {"+", "-"}:
        return "write ± or +/- for both sides"
    if place.expected == {"TO"} and place.before.isdigit():
        return f"write ± {place.before} for both sides, or -{place.before} to +{place.before}"
    return ""


def clause_hint(place: Place) -> str:
    """The clauses that could follow."""
    if place.is_complete and place.clauses:
        own = [WHOLE.get(word, word) for word in place.clauses if word not in ORIGINS] or place.clauses
        return f"a clause of {place.declaration} begins with {listed(own)}; a comment begins with #"
    return ""


def open_quote(place: Place) -> Diagnostic | None:
    """PD004: a quote without its end on the same line."""
    if place.kind != "OPEN_QUOTE":
        return None
    end = Span(place.span.file, place.span.end, place.span.end)
    return OPEN_QUOTE.at(
        place.span,
        "a quote that is opened here is not closed on its line",
        hint='write " at its end; words in quotes stand on one line',
        fix=Fix('write "', (Edit(end, '"'),), "unsafe"),
    )


def stray(place: Place) -> Diagnostic | None:
    """PD009, PD018: signs that the language does not have."""
    if place.found == "|" or place.before.endswith("|"):
        return OPEN_ROW.at(place.span, "a row of an example begins and ends with |", hint="write | at its end")
    if place.kind != "STRAY":
        return None
    if place.found.isdigit():
        return OTHER_SIGN.at(place.span, f"{place.found} is not one of the digits 0 to 9", hint="write 0 to 9")
    if place.found.isalpha():
        hint = "other letters may stand in titles, between quotes"
        return OTHER_SIGN.at(place.span, f"{place.found} is not one of the letters a to z", hint=hint)
    hints = {
        "%": "write % right after its number, such as 95%",
        "'": 'quotes are double: "..."',
        ".": "decimals begin with a digit: 0.5" if not place.before else "",
        ";": "declarations and clauses end without a sign",
        ":": "no colon is needed",
        "\u2026": "write each of them",
        "[": "choices stand between { and }",
    }
    name = (
        f"the sign {place.found}" if place.found.isprintable() else f"a sign without a shape (U+{ord(place.found):04X})"
    )
    return OTHER_SIGN.at(place.span, f"{name} has no meaning here", hint=hints.get(place.found, "take it out"))


def unfinished(place: Place) -> Diagnostic | None:
    """PD003: a declaration or a clause that ends too early."""
    next_clause = place.begins_clause and not place.is_complete
    if place.kind != "$END" and not next_clause:
        return None
    # Much could go on inside brackets, but their end is what was forgotten.
    bracket = next((KINDS[kind] for kind in ("RPAR", "RBRACE") if kind in place.expected), "")
    what = bracket or expectation(place)
    message = f"{what} is missing after {quoted(place.before)}"
    return UNFINISHED.at(place.before_span, message, hint=f"write {what} after {place.before}")


def chained(place: Place) -> Diagnostic | None:
    """PD012: ``a < b < c``."""
    if place.kind != "OPERATOR" or "AND" not in place.expected:
        return None
    hint = "write VALUE between LOW and HIGH, or join two comparisons by and"
    return CHAINED.at(place.span, f"a comparison has two sides, and {place.found} begins a third", hint=hint)


def reserved(place: Place) -> Diagnostic | None:
    """PD011: a word of the language used as a name."""
    is_word = place.kind not in KINDS and place.found.isidentifier()
    if not is_word or "NAME" not in place.expected or place.is_complete or "AGE" in place.expected:
        return None
    hint = f"choose another name, such as {place.found}_1"
    return RESERVED.at(place.span, f"{quoted(place.found)} is a word of the language and cannot be a name", hint=hint)


def length_for_point(place: Place) -> Diagnostic | None:
    """PD001: ``at 52 weeks``."""
    if place.kind != "NUMBER" or "NAME" not in place.expected or "NUMBER" in place.expected or place.is_complete:
        return None
    hint = f"week {place.found} is the point W{place.found}; {place.found} weeks is a length"
    if "YES" in place.expected:
        hint = "choices are names; write for instance VALUE <= 1 points, or between 0 points and 1 points"
    return NOT_EXPECTED.at(
        place.span, f"{quoted(place.found)} stands where {expectation(place)} is expected", hint=hint
    )


def misspelt(place: Place) -> Diagnostic | None:
    """PD020: a word almost like one that could stand here."""
    if not place.found[:1].isalpha():
        return None
    candidates = place.clauses if place.is_complete and place.found not in place.words else place.words
    meant = nearest(place.found, [*candidates, *place.words])
    if meant is None or meant == place.found:
        return None
    fix = Fix(f"write {meant}", (Edit(place.span, meant),), "unsafe")
    message = f"{quoted(place.found)} is not a word that can stand here"
    return OTHER_WORD.at(place.span, message, hint=f"did you mean {meant}?", fix=fix)


def foreign_clause(place: Place) -> Diagnostic | None:
    """PD001: a clause of another declaration."""
    if not place.elsewhere or not place.is_complete:
        return None
    if place.found in place.clauses:
        hint = f"{place.found} and what it says stand on one line"
        return UNFINISHED.at(place.span, f"{quoted(place.found)} says nothing", hint=hint)
    message = f"{quoted(place.found)} is a clause of {place.elsewhere}, not of {place.declaration}"
    return NOT_EXPECTED.at(place.span, message, hint=clause_hint(place))


def incomplete(span: Span, what: str, clause: str) -> Diagnostic:
    """PD003: a declaration without the clause that makes it one."""
    return UNFINISHED.at(span, f"{what} does not say what it asks for", hint=f"write a clause such as {clause}")


def before_all(span: Span, word: str, words: Collection[str]) -> Diagnostic:
    """PD025, PD002: an indented line above every declaration; ``words`` begin declarations."""
    if word in words:
        message = f"{quoted(word)} begins a declaration, and stands indented"
        return INDENTED.at(span, message, hint="write it in column 0")
    message = f"{quoted(word)} stands indented, and no declaration begins above it"
    return NOT_A_DECLARATION.at(
        span, message, hint="begin it with # if it is a comment, else write it below its declaration"
    )


def no_category(span: Span, said: str) -> Diagnostic:
    """PD020: a category of deviations that does not exist."""
    hint = did_you_mean(said, CATEGORIES) or f"the categories are {listed(CATEGORIES)}"
    return OTHER_WORD.at(span, f"{said} is not a category of deviations", hint=hint)


def indented(place: Place) -> Diagnostic:
    """PD025: a declaration that is not in column 0."""
    message = f"{quoted(place.found)} begins a declaration, and stands indented in {quoted(place.declaration)}"
    return INDENTED.at(place.span, message, hint="write it in column 0")


def no_declaration(span: Span, word: str, meant: str, words: Collection[str]) -> Diagnostic:
    """PD002: a word in column 0 that begins no declaration; ``words`` are those that do."""
    fix = reworded(span, word, meant, words) if meant else None
    hint = f"did you mean {meant}?" if meant else "indent it if it is a clause, begin it with # if it is a comment"
    return NOT_A_DECLARATION.at(span, f"{quoted(word)} does not begin a declaration", hint=hint, fix=fix)


def in_column_0(span: Span, word: str) -> Diagnostic:
    """PD021: a clause or a closing bracket in column 0."""
    fix = Fix("indent it", (Edit(Span(span.file, span.start, span.start), "  "),))
    what = "a declaration" if word in {")", "}"} else "the declaration it belongs to"
    message = f"{quoted(word)} stands in column 0, where declarations begin"
    return IN_COLUMN_0.at(span, message, hint=f"indent it, as a part of {what}", fix=fix)
