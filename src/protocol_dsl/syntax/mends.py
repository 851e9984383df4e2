"""What would let the reading go on: words read otherwise, written, or left out, held to the words that follow.

Each guess here is tried on the parser's own table before anything is said: where the words after it could not stand
either, it is no guess. So one mistake gives one message, and the rest of its clause is read as it was meant.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from itertools import islice

from attrs import evolve

from protocol_dsl.base.diagnostics import Code, Diagnostic, Edit, Fix, reworded
from protocol_dsl.syntax.expected import END, expected, keyword_table
from protocol_dsl.syntax.gaps import missing, replaced
from protocol_dsl.syntax.lexing import ahead
from protocol_dsl.syntax.mistakes import (
    CHAINED,
    KINDS,
    OPEN_ROW,
    OTHER_WORD,
    RESERVED,
    open_quote,
    quoted,
    stray,
)
from protocol_dsl.syntax.phrases import COMMENT, OTHER_COMMENT, phrases_at
from protocol_dsl.syntax.session import Repair, Step
from protocol_dsl.syntax.stops import Guess, Mend, Stop

ONE_TOO_MANY = Code("PD024", "one too many")
NOT_QUOTED = Code("PD026", "words without quotes")

SUPERFLUOUS = {"COMMA", "RPAR", "RBRACE", "LBRACE", "PLUS", "MINUS", "STAR", "SLASH", "STRAY"}
FEW_WORDS = 12
CODES = re.compile(r"[ \t]*code\b")
"""Of codes each has quotes of its own."""
BLANKS = re.compile(r"[ \t]+")
MOST_NEAR = 3
LIKE = 0.65
"""How much of two words must be the same, as difflib counts it."""


def mend(stop: Stop) -> Mend | None:
    """The first guess that lets the reading go on, if need be as far as to another mistake that can be mended."""
    rules: tuple[Callable[[Stop], Mend | None], ...] = (
        row, unclosed, comment, phrase, half, near_word, near_word_before, unquoted, too_many, taken, missing, replaced,
    )  # fmt: skip
    once, twice = stop, evolve(stop, may_stop_again=True)
    return next((found for each in (once, twice) for rule in rules if (found := rule(each))), None)


# ---------------------------------------------------------------------------------------------- signs and whole lines
def row(stop: Stop) -> Mend | None:
    """PD018: a row of an example without its first or its last bar."""
    begin = stop.words.rfind("\n", 0, stop.at) + 1
    end = stop.words.find("\n", stop.at)
    line = stop.words[begin : end if end >= 0 else len(stop.words)].rstrip()
    written = line.strip()
    if stop.place.declaration != "example" or "|" not in line:
        return None
    whole = f"| {written.removeprefix('|').removesuffix('|').strip()} |"
    repair = Repair(begin + len(line) - len(line.lstrip()), begin + len(line), (("ROW", whole),))
    side = "end" if written.startswith("|") else "beginning"
    message = "a row of an example begins and ends with |"
    return Mend(OPEN_ROW.at(stop.place.span, message, hint=f"write | at its {side}"), repair)


def unclosed(stop: Stop) -> Mend | None:
    """PD004: a quote without its end, read as if it ended with its line."""
    found = open_quote(stop.place)
    words = stop.place.found.rstrip()
    repair = Repair(stop.at, stop.at + len(words), (("STRING", f'{words}"'),))
    return Mend(found, repair) if found and stop.guess(stop.steps[0], repair) else None


def comment(stop: Stop) -> Mend | None:
    """PD023: a comment of another notation."""
    for step in stop.steps:
        found = COMMENT.match(stop.words, stop.begin(step))
        if found and found.end() > stop.at:
            repair = Repair(found.start(), found.end(), ())
            if stop.guess(step, repair):
                message = f"a comment begins with #, not with {found.group()[:2]}"
                return Mend(OTHER_COMMENT.at(stop.span(repair), message, hint="begin it with #"), repair)
    return None


def phrase(stop: Stop) -> Mend | None:
    """What another notation, or plain speech, says otherwise; it may begin some words before the stop."""
    best: tuple[Guess, Mend] | None = None
    for step in stop.steps:
        for known, match in phrases_at(stop.words, stop.begin(step), stop.place.declaration):
            instead = known.instead(match)
            repair = Repair(match.start(), match.end(), tuple((each.type, str(each)) for each in ahead(instead)))
            guess = stop.guess(step, repair) if stop.reaches(match.end()) else None
            if guess and (best is None or guess.score > best[0].score):
                hint = match.expand(known.hint) if known.hint else f"write {instead}"
                how = "otherwise" if known.hint else quoted(instead)
                message = known.message or f"{quoted(match.group().strip())} is written {how} here"
                fix = None if known.hint else stop.fix(repair, instead, known.safety)
                best = guess, Mend(known.code.at(stop.span(repair), message, hint=hint, fix=fix), repair)
    return best[1] if best else None


# -------------------------------------------------------------------------------------------------------------- words
def near(word: str, words: Iterable[str]) -> list[str]:
    """The words most like ``word``, the nearest first."""
    by_fold = {each.casefold(): each for each in words}
    return [by_fold[each] for each in get_close_matches(word.casefold(), by_fold, n=MOST_NEAR, cutoff=LIKE)]


def near_word(stop: Stop) -> Mend | None:
    """PD020: a word almost like one that could stand here."""
    return near_at(stop, stop.steps[0], stop.place.words)


def near_word_before(stop: Stop) -> Mend | None:
    """PD020: the word before was taken for a name, and is almost like one that could have stood there."""
    for step in stop.steps[1:2]:
        if step.token.type == "NAME":
            words = keyword_table(stop.lark)
            could = [words[each] for each in expected(stop.state, step.stack) if each in words]
            return near_at(stop, step, could)
    return None


def near_at(stop: Stop, step: Step, words: Iterable[str]) -> Mend | None:
    """The nearest of ``words`` with which the reading goes on."""
    written = str(step.token)
    if not written[:1].isalpha() or step.token.type == END:
        return None
    known = tuple(words)
    for word in near(written, known):
        begin = stop.begin(step)
        end = begin + len(written)
        repair = Repair(begin, end, tuple((each.type, str(each)) for each in ahead(word)))
        if word != written and stop.guess(step, repair):
            message = f"{quoted(written)} is not a word that can stand here"
            fix = stop.fix(repair, word)
            if step is stop.steps[0]:  # a word before it was taken for a name, and may be one
                fix = reworded(stop.span(repair), written, word, known)
            return Mend(OTHER_WORD.at(stop.span(repair), message, hint=f"did you mean {word}?", fix=fix), repair)
    return None


def taken(stop: Stop) -> Mend | None:
    """PD011: a word of the language used as a name."""
    repair = Repair(stop.at, stop.end, (("NAME", stop.place.found),))
    is_word = stop.place.kind not in KINDS and stop.place.found.isidentifier() and not stop.place.is_complete
    if not is_word or stop.place.begins_clause or not stop.guess(stop.steps[0], repair):
        return None
    found = stop.place.found
    message = f"{quoted(found)} is a word of the language and cannot be a name"
    return Mend(RESERVED.at(stop.place.span, message, hint=f"choose another name, such as {found}_1"), repair)


def half(stop: Stop) -> Mend | None:
    """PD012: ``age >= 18 years and <= 65 years``."""
    repair = Repair(stop.at, stop.at, (("NAME", "VALUE"),))
    if stop.place.kind != "OPERATOR" or not stop.guess(stop.steps[0], repair):
        return None
    message = f"a comparison has two sides, and {quoted(stop.place.found)} has nothing before it"
    hint = f"write VALUE between LOW and HIGH, or the value again before {stop.place.found}"
    return Mend(CHAINED.at(stop.place.span, message, hint=hint), repair)


def unquoted(stop: Stop) -> Mend | None:
    """PD026: a title without its quotes, or with the second alone."""
    if "STRING" not in stop.place.expected or stop.is_first or not stop.place.found[:1].isalnum():
        return None
    if stop.guess(stop.steps[0], Repair(stop.at, stop.at, (("COMMA", ","),))):
        return None
    line = stop.words[stop.at :].partition("\n")[0].rstrip()
    words = line.partition('"')[0]
    begun = stop.words[: stop.at].rpartition("\n")[2]
    for text in (words, *line_ends(words)):
        end = stop.at + len(text) + (line[len(text) : len(text) + 1] == '"')
        repair = Repair(stop.at, end, (("STRING", f'"{text.strip()}"'),))
        if text.strip() and stop.guess(stop.steps[0], repair):
            hint = f'write "{text.strip()}"'
            if CODES.match(begun) and "," in text:
                hint = f'write "{text.partition(",")[0].strip()}", and each code in quotes of its own'
            return Mend(NOT_QUOTED.at(stop.span(repair), "a title stands in double quotes", hint=hint), repair)
    return None


def line_ends(words: str) -> Iterator[str]:
    """The beginnings of ``words`` that end before a word, the longest first; of a few words only."""
    ends = [blank.start() for blank in islice(BLANKS.finditer(words), FEW_WORDS)]
    yield from (words[:end] for end in reversed(ends) if end)


def too_many(stop: Stop) -> Mend | None:
    """PD024: a sign or a word that only has to be left out, or a comma just before."""
    here, *before = stop.steps[:2]
    for step in (here, *(each for each in before if each.token.type == "COMMA")):
        word, begin = str(step.token), stop.begin(step)
        twice = step is here and word == stop.place.before
        if not twice and step.token.type not in SUPERFLUOUS:
            continue
        repair = Repair(begin, begin + len(word), ())
        if stop.guess(step, repair):
            if word == "{":
                braces(stop)
            return Mend(superfluous(stop, repair, word), repair)
    return None


def braces(stop: Stop) -> None:
    """The brace that closes a declaration goes with the one that opened it, and is told of once."""
    end = stop.words.rstrip()
    if end.endswith("}"):
        place = len(end) - 1
        stop.session.repairs[stop.session.where(place)] = Repair(place, place + 1, ())
        stop.session.closed_at = stop.session.where(place)


def superfluous(stop: Stop, repair: Repair, word: str) -> Diagnostic:
    """What is said of a sign or a word that has to be left out."""
    found = stray(stop.place) if stop.place.found == word else None
    if found:
        return found
    hint = "clauses are indented, and need no braces" if word in {"{", "}"} else "take it out"
    fix = Fix("take it out", (Edit(stop.span(repair), ""),), "unsafe")
    message = f"{quoted(word)} has nothing to do here"
    return ONE_TOO_MANY.at(stop.span(repair), message, hint=hint, fix=fix)
