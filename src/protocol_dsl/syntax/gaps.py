"""Words and signs that are missing, and words that stand for others: what the parser's table allows at a place."""

from collections.abc import Iterator, Mapping

from protocol_dsl.syntax.expected import END, after, expected, keyword_table
from protocol_dsl.syntax.mistakes import NOT_EXPECTED, ORIGINS, POINT_WORDS, UNFINISHED, listed, quoted
from protocol_dsl.syntax.session import Repair
from protocol_dsl.syntax.stops import Guess, Mend, Stop

MOST_CHOICES = 3
MOST_REPLACED = 6
LONGEST_GAP = 3
SIGNS = {"COMMA": ",", "RPAR": ")", "RBRACE": "}", "PLUSMINUS": "±", "OPERATOR": ">="}
"""Signs that may have been forgotten, as they are read."""
NAMES = {"NAME": "NAME", "STRING": '"..."'}
"""What stands in a hint for words that only the author knows."""


def missing(stop: Stop) -> Mend | None:
    """PD003: a word or a sign is missing before the stop."""
    if stop.place.elsewhere and stop.place.is_complete:
        return None  # a clause of another declaration
    ways = list(sequences(stop, stop.steps[0].stack, Repair(stop.at, stop.at, ())))
    guesses = [guess for way in ways if (guess := stop.guess(stop.steps[0], way))]
    best = best_of(guesses)
    if not best or len(best) > MOST_CHOICES:
        return None
    wanted = [written(guess.repair) for guess in best]
    what = "a comma" if wanted == [","] else listed([quoted(each) for each in wanted])
    place = stop.place
    if stop.is_first and wanted[0][0].isalpha():
        span, where = place.span, f"before {quoted(place.found)}"
    elif stop.is_first or place.kind == END:
        span, where = place.before_span, f"after {quoted(place.before)}"
    else:
        span, where = place.before_span, f"between {quoted(place.before)} and {quoted(place.found)}"
    return Mend(UNFINISHED.at(span, f"{what} is missing {where}", hint=how_to_write(stop, wanted)), best[0].repair)


def how_to_write(stop: Stop, wanted: list[str]) -> str:
    """The words around the gap with what is missing between them, or what to choose from."""
    place = stop.place
    before = "" if stop.is_first else place.before
    after_it = "" if place.kind == END else place.found
    if len(wanted) > 1:
        return f"write {listed(wanted)} {'after ' + before if not after_it else 'before ' + after_it}"
    if wanted == [","]:
        return f"write a comma after {place.before}"
    if wanted[0] in {")", "}"}:
        return f"write {wanted[0]} after {place.before}"
    return "write: " + " ".join(words for words in (before, wanted[0], after_it) if words)


def best_of(guesses: list[Guess]) -> list[Guess]:
    """The guesses that go furthest; a comma before all others, and of them the shortest."""
    comma = [guess for guess in guesses if guess.repair.terminals == ["COMMA"]]
    if comma:
        return comma
    furthest = max((guess.score for guess in guesses), default=0)
    best = [guess for guess in guesses if guess.score == furthest]
    shortest = min((len(guess.repair.instead) for guess in best), default=0)
    return [guess for guess in best if len(guess.repair.instead) == shortest]


def sequences(stop: Stop, stack: list[object], so_far: Repair) -> Iterator[Repair]:
    """What could be written at a place: a word, a sign, or the few words that can only stand together."""
    words = keyword_table(stop.lark)
    everything = without_days_of_doses(expected(stop.state, stack))
    could = [each for each in sorted(everything) if may_be_missing(stop, each, words)]
    for terminal in could:
        text = words.get(terminal) or SIGNS.get(terminal) or NAMES[terminal]
        if terminal == "NAME" and "NUMBER" in everything:
            text = "POINT"
        one = Repair(so_far.begin, so_far.end, (*so_far.instead, (terminal, text)))
        yield one
        then = after(stop.state, stack, terminal)
        if then is not None and len(one.instead) < LONGEST_GAP and terminal in words:
            forced = without_days_of_doses(expected(stop.state, then)) & {*words, *SIGNS, *NAMES}
            if len(forced) == 1:
                yield from sequences(stop, then, one)


def without_days_of_doses(could: frozenset[str]) -> frozenset[str]:
    """What could stand at a place; where it is a point, a name stands for those that begin with a word too."""
    return could - (POINT_WORDS | {"START"}) | {"NAME", "NUMBER"} if could >= POINT_WORDS else could


def may_be_missing(stop: Stop, terminal: str, words: Mapping[str, str]) -> bool:
    """Whether a terminal may have been forgotten: a clause where a line begins, else anything but a clause."""
    if stop.place.kind == END or stop.place.begins_clause:
        return terminal in {"RPAR", "RBRACE"}  # what else is missing there, only the author knows
    if terminal in NAMES:
        return True
    word = words.get(terminal, "")
    if word and stop.place.is_complete and word in stop.place.clauses:
        return stop.is_first and word not in ORIGINS
    return bool(word) or terminal in SIGNS


def written(repair: Repair) -> str:
    """What a repair writes, in words."""
    return " ".join(words for _, words in repair.instead)


def replaced(stop: Stop) -> Mend | None:
    """PD001: another word stands where only one or a few can."""
    words = keyword_table(stop.lark)
    place = stop.place
    could = [each for each in sorted(place.expected) if each in words]
    if not place.found[:1].isalpha() or place.is_complete or not 0 < len(could) <= MOST_REPLACED:
        return None
    ways = sequences(stop, stop.steps[0].stack, Repair(stop.at, stop.at + len(place.found), ()))
    best = best_of([guess for way in ways if (guess := stop.guess(stop.steps[0], way))])
    if not 0 < len(best) <= MOST_CHOICES:
        return None
    instead = listed([written(guess.repair) for guess in best])
    message = (
        f"{quoted(place.found)} stands where {listed([quoted(written(guess.repair)) for guess in best])} is expected"
    )
    fix = stop.fix(best[0].repair, instead) if len(best) == 1 else None
    return Mend(NOT_EXPECTED.at(place.span, message, hint=f"write {instead}", fix=fix), best[0].repair)
