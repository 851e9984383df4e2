"""Phrases of other notations and of plain speech, and what each is written as here."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeAlias

from protocol_dsl.base.diagnostics import Code, Safety
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax.habits import OTHER_COMPARISON, OTHER_DATE, OTHER_NUMBER, SPLIT_POINT
from protocol_dsl.syntax.mistakes import NOT_EXPECTED
from protocol_dsl.syntax.signs import OTHER_SIGN

WRITTEN_OTHERWISE = Code("PD022", "this is written otherwise")
OTHER_COMMENT = Code("PD023", "a comment begins with #")

Reading: TypeAlias = Callable[[re.Match[str]], str]
LETTERS = {"w": "W", "m": "M", "d": "D"}
NUMBER = re.compile(r"\d+")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = rf"(?P<month>(?:{'|'.join(MONTHS)})[a-z]*)\.?"


@cache
def pattern(words: str) -> re.Pattern[str]:
    """A pattern of which a blank is any blanks within a line, and letters are upper or lower case."""
    return re.compile(words.replace(" ", r"[ \t]+"), re.IGNORECASE)


@frozen
class Phrase:
    """What is ``found``, a pattern; what it is read as, and what to say: ``instead`` is what to write.

    ``hint`` and ``message`` are made for all phrases alike where they are left empty. Some are what they are in some
    declarations only. ``safety`` is that of writing it so: few are such that nobody could have meant otherwise.
    """

    found: str
    reads: str | Reading
    code: Code = WRITTEN_OTHERWISE
    message: str = ""
    hint: str = ""
    only_in: frozenset[str] = frozenset()
    safety: Safety = "unsafe"

    def instead(self, match: re.Match[str]) -> str:
        """What the language says for a match."""
        return match.expand(self.reads) if isinstance(self.reads, str) else self.reads(match)


def points(match: re.Match[str]) -> str:
    """``week 52`` and ``52 weeks`` as W52; of a list each."""
    letter = LETTERS[(match["unit"] or "w")[0].lower()]
    return ", ".join(f"{letter}{number}" for number in NUMBER.findall(match["numbers"]))


def daily(match: re.Match[str]) -> str:
    """``bid x 5 days`` as twice daily for 5 days."""
    how = A_DAY[match["how"].replace(".", "").lower()]
    return f"{how} for {match['days']}" if match["days"] else how


def figures(match: re.Match[str]) -> str:
    """``eight`` as 8."""
    return str(FIGURES.index(match[1].lower()) + 1)


def hourly(match: re.Match[str]) -> str:
    """``every 8 hours`` as so many times daily."""
    times = max(1, HOURS // max(1, int(match[1])))
    return "once daily" if times == 1 else f"{times} times daily"


def exposed_to_each(match: re.Match[str]) -> str:
    """``exposed to NRTI, NNRTI and PI`` class by class."""
    names = [each for each in re.findall(r"\w+", match["names"]) if each not in {"and", "or"}]
    return f" {match['how']} ".join(f"exposed to {each}" for each in names)


def apart(match: re.Match[str]) -> str:
    """``q3w`` as the days between two cycles."""
    return f"{int(match['number']) * (7 if match['unit'].lower() == 'w' else 1)} days"


def offset(match: re.Match[str]) -> str:
    """``W0 + 7 days`` as 7 days after W0."""
    side = "after" if match["sign"] == "+" else "before"
    return f"{match['length']} {side} {match['point']}"


def dated_first(match: re.Match[str]) -> str:
    """``cd4 <= 200 cells/mm3 before SCR`` as latest cd4 before SCR <= 200 cells/mm3."""
    pick = match["pick"] or ("" if match["when"].startswith("at ") else "latest ")
    return f"{pick}{match['value']} {match['when']} {match['limit']}"


def dated(match: re.Match[str]) -> str:
    """``June 2005`` as 2005-06."""
    month = MONTHS.index(match["month"][:3].lower()) + 1
    day = match["day"]
    return f"{match['year']}-{month:02}" + (f"-{int(day):02}" if day else "")


A_DAY = {
    "bid": "twice daily",
    "tid": "three times daily",
    "qid": "4 times daily",
    "qd": "once daily",
    "od": "once daily",
}
FIGURES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
HOURS = 24
TREATMENT = frozenset({"treatment"})
VISITS = frozenset({"visit", "visits", "at"})
NUMERALS = r"\d[\d_.]*"
UNIT = r"[A-Za-z%\u00b5\u03bc][^\s,()]*"
LENGTH = r"\d+ ?(?:days?|weeks?|months?|years?)"
SIGN = r"(?:[<>=]=?|!=|[\u2264\u2265\u2260])"
EVERY = r"q\s*(?P<number>\d+)\s*(?P<unit>[dw])(?:ays?|k|eeks?)?\b"
MORE = r"(?:greater|more|higher|larger|bigger|older|later)"
LESS = r"(?:less|fewer|lower|smaller|younger|earlier)"
ANY = r"write: any \1 for an event, \1 is confirmed for a condition, exposed to \1 for a class of drugs"
MISSING = (
    r"(?:missing|unknown|absent|null|empty|unavailable|(?:not (?:recorded|known|available|done|measured|missing)))\b"
)

PHRASES: tuple[Phrase, ...] = (
    # Joining tests.
    Phrase(r"&&?", "and"),
    Phrase(r"\|\|", "or"),
    Phrase(r"!(?!=)", "not"),
    Phrase(r"(?:and|or)\s*/\s*(?:or|and)\b", "or", hint="write or, which holds when both tests do too"),
    Phrase(r"but\b(?: also\b)?", "and"),
    Phrase(r"(and|or) \1\b", r"\1", message="a word is written twice"),
    Phrase(r"(?:all|each|every)(?: of)?\s*\(", "at least 1 of (", hint="join the tests by and: TEST and TEST"),
    Phrase(r"(?:any|one|either|some)(?: one)?(?: of)?\s*\(", "at least 1 of ("),
    Phrase(r"(?:none|neither)(?: of)?\s*\(", "not at least 1 of ("),
    Phrase(
        r"(?:exactly|only) (\d+) of\s*\(",
        r"at least \1 of (",
        hint=r"write at least \1 of them, and not at least one more of them",
    ),
    Phrase(
        r"at most (\d+) of\s*\(",
        r"not at least \1 of (",
        hint=r"write not at least N of (TEST, TEST), where N is one more than \1",
    ),
    # Comparing.
    Phrase(r"is\s*(<=|>=|!=|=|<|>)", r"\1", OTHER_COMPARISON, hint=r"leave out is, and write \1"),
    Phrase(rf"(?:is )?{MORE} than or equal(?: to)?\b", ">=", OTHER_COMPARISON),
    Phrase(rf"(?:is )?(?:at least|(?:no|not) {LESS} than|(?:not )below or equal to)\b", ">=", OTHER_COMPARISON),
    Phrase(rf"(?:is )?{LESS} than or equal(?: to)?\b", "<=", OTHER_COMPARISON),
    Phrase(rf"(?:is )?(?:at most|up to|(?:no|not) {MORE} than)\b", "<=", OTHER_COMPARISON),
    Phrase(rf"(?:is )?(?:{MORE} than|above|over|exceeds|exceeding)\b", ">", OTHER_COMPARISON),
    Phrase(rf"(?:is )?(?:{LESS} than|below|under)\b", "<", OTHER_COMPARISON),
    Phrase(r"(?:is )?(?:not equal to|different from|other than)\b", "!=", OTHER_COMPARISON),
    Phrase(r"(?:is )?(?:equal to|equals)\b", "=", OTHER_COMPARISON),
    Phrase(rf"from ({NUMERALS})(?: {UNIT})? to ({NUMERALS}) ({UNIT})", r"between \1 \3 and \2 \3"),
    Phrase(rf"between ({NUMERALS})\s*(?:-|to)\s*({NUMERALS}) ({UNIT})", r"between \1 \3 and \2 \3"),
    Phrase(r"(first|latest|lowest|highest) (\w+) at (\w+)", r"\2 at \3", hint=r"write \2 at \3, or \1 \2 before \3"),
    Phrase(r"(?:==?|is)\s*\"(\w+)\"", r"is \1"),
    Phrase(
        r"(?:in|during|over) (?:the )?(\d+ \w+) (?:prior to|before|preceding) (?:the )?(\w+)", r"within \1 before \2"
    ),
    Phrase(
        r"within ([A-Za-z]\w*)",
        r"before \1",
        message="within says how long before a point the days begin",
        hint="write: within 28 days before POINT, or: before POINT",
    ),
    Phrase(r"consent before (\w+)", r"days from consent to \1 >= 0 days"),
    Phrase(rf"(\w+) (within \d+ \w+) (?:before|prior to) (\w+)(?=\s*{SIGN})", r"latest \1 \2 before \3"),
    Phrase(r"(\w+) (within \d+ \w+) (?:before|prior to) (\w+)", r"any \1 \2 before \3", hint=ANY),
    Phrase(r"(?:has|had|(?:(?:a|any) )?history of) (\w+)", r"any \1", hint=ANY),
    Phrase(r"exposed to (?P<names>\w+(?:\s*,\s*\w+)*(?:\s*,)? (?P<how>and|or) \w+)", exposed_to_each),
    Phrase(
        r"(?:in|during|within|over) (?:the )?(?:last|past|previous|preceding) (\d+ \w+)",
        r"from \1 before POINT to POINT",
        hint=r"write: from \1 before POINT to POINT",
    ),
    Phrase(
        rf"(?P<pick>(?:first|latest|lowest|highest) )?(?P<value>\w+)\s*(?P<limit>{SIGN}\s*{NUMERALS}\s*{UNIT})"
        r" (?P<when>at \w+|(?:within \d+ \w+ )?before \w+|from \w+ to \w+)",
        dated_first,
        message="the day of a value stands before what it is compared with",
    ),
    Phrase(
        r"(first|latest|lowest|highest) (\w+) after (\w+)",
        r"\1 \2 from \3 to \3",
        message="a reading after a point is one from that point to another",
        hint=r"write \1 \2 from \3 to POINT",
    ),
    Phrase(rf"(?:is )?({NUMERALS}) ({UNIT}) (?:or|and) (?:{MORE}|above|over)\b", r">= \1 \2", OTHER_COMPARISON),
    Phrase(rf"(?:is )?({NUMERALS}) ({UNIT}) (?:or|and) (?:{LESS}|below|under)\b", r"<= \1 \2", OTHER_COMPARISON),
    Phrase(rf"({NUMERALS})\s*(?:-|to)\s*({NUMERALS}) ({UNIT})", r"between \1 \3 and \2 \3"),
    Phrase(r"==?\s*(yes|no)\b", r"is \1"),
    Phrase(rf"is {MISSING}", "is recorded", hint="write: not VALUE is recorded"),
    Phrase(
        rf"(?:is )?in\s*\{{\s*({NUMERALS})(?:\s*,\s*{NUMERALS})*\s*,\s*({NUMERALS})\s*(?:{UNIT})?\s*\}}",
        "is recorded",
        message="words stand between { and }, and these are numbers",
        hint=r"write VALUE between \1 UNIT and \2 UNIT, or each with =, joined by or",
    ),
    Phrase(r"in (?=\{)", "is in "),
    Phrase(r"is not in\b", "is in", hint="write not before the whole test: not VALUE is in {...}"),
    Phrase(r"is not (\w+)", r"is \1", hint=r"write not before the whole test: not VALUE is \1"),
    Phrase(r"\[([^\]\n]*)\]", r"{\1}", hint="choices stand between { and }"),
    Phrase(r"\(([\w\s,]*)\)", r"{\1}", hint="choices stand between { and }"),
    Phrase(r"\w+(?:\s*,\s*\w+)+", r"{\g<0>}", hint="choices stand between { and }"),
    Phrase(r"\.(\d+)", r"0.\1", OTHER_NUMBER),
    # Points and lengths of time.
    Phrase(r"(?P<unit>week|month|day)s? (?P<numbers>\d+(?:\s*,\s*\d+)*)\b", points, SPLIT_POINT),
    Phrase(r"(?P<numbers>\d+) ?(?P<unit>week|month|day)s?\b", points, SPLIT_POINT),
    Phrase(r"(?P<unit>)(?P<numbers>\d+(?:\s*,\s*\d+)*)\b", points, SPLIT_POINT, only_in=VISITS),
    Phrase(rf"(?P<point>\w+)\s*(?P<sign>[+-])\s*(?P<length>{LENGTH})\b", offset),
    Phrase(r"(?:prior|previous) to\b|preceding\b", "before"),
    Phrase(r"(?:following|post|past)\b", "after"),
    Phrase(r"(?:until|till|through|thru)\b", "to"),
    Phrase(
        r"for (\d+ (?:days?|weeks?|months?|years?))\b",
        "to POINT",
        message="a course ends at a point, not after a length",
        hint="write: to W26, or another point",
        only_in=TREATMENT,
    ),
    Phrase(
        r"time to (?:the )?(?:first )?(\w+)",
        r"time from POINT to first \1",
        hint=r"write: time from W0 to first \1",
    ),
    Phrase(r"% change\b", "percent change"),
    Phrase(r"(?:all|each|every)(?: scheduled)? visits?\b", "VISIT", hint="name the visits, such as: at W0, W4"),
    Phrase(r"(\w+)\s*\(\s*([WDM]\d+|[A-Z]\w*)\s*\)", r"\1 at \2"),
    Phrase(
        r"before (\w+)",
        r"from \1 to \1",
        message="what is prohibited is so from one point to another",
        hint=r"write: from POINT to \1",
        only_in=frozenset({"prohibit"}),
    ),
    Phrase(r"within (\d+ \w+)", r"at most \1", only_in=frozenset({"interval"})),
    Phrase(rf"first (\w+)\s*({SIGN})", r"first visit with \1 \2", only_in=frozenset({"endpoint"})),
    # Windows and doses.
    Phrase(r"(?:\+\s*-|-\s*/?\s*\+|\+\s*/?\s*-)\s*", "±", safety="safe"),
    Phrase(r"-\s*(\d+)\s*(?:[-/,;]|and\b)?\s*\+?\s*(\d+)(?= ?(?:days?|weeks?|months?)\b)", r"-\1 to +\2"),
    Phrase(r"(\d+) (days?|weeks?|months?)\b", r"± \1 \2", hint=r"write ± \1 for both sides, or -\1 to +\1"),
    Phrase(r"(?:a|per|each|every) day\b|/\s*d(?:ay)?\b", "daily"),
    Phrase(r"(?P<how>[btq]id|[btq]\.i\.d\.|qd|od|q\.d\.)(?: [x\u00d7]\s*(?P<days>\d+ days?)\b)?", daily),
    Phrase(
        rf"({NUMERALS})\s*(?:[x\u00d7]|times)?\s*(?:the )?(?:ULN|upper limit of normal)\b",
        r"\1 times",
        hint=r"write \1 times upper limit of MEASURE, or \1 times where the measure is counted so",
    ),
    Phrase(rf"({NUMERALS}) million (I?U)(?:nits?)? (\w+)", r"\1 M\2 \3", OTHER_NUMBER),
    Phrase(r"[x\u00d7]\s*(\d+ days?)\b", r"for \1", only_in=TREATMENT),
    Phrase(rf"({NUMERALS})\s*[x\u00d7](?:\s*times\b)?", r"\1 times"),
    Phrase(r"(\d+) cycles", r"cycles up to \1", only_in=TREATMENT),
    Phrase(
        r"every (\d+ \w+)",
        r"at POINT then every \1",
        hint=r"write: at POINT, the first of them, then every \1",
        only_in=VISITS,
    ),
    Phrase(r"[WDM]\d+(?: [WDM]\d+){2,}\b", lambda match: ", ".join(match[0].split()), only_in=VISITS),
    Phrase(r"within (\d+) (days?|weeks?|months?)\b", r"± \1 \2"),
    Phrase(r"\+\s*(\d+) (days?|weeks?|months?)\b", r"-0 to +\1 \2"),
    Phrase(r"-\s*(\d+) (days?|weeks?|months?)\b", r"-\1 to +0 \2"),
    Phrase(r"repeat until\b", "stop when", only_in=TREATMENT),
    Phrase(
        r"delay until\b",
        "delay while",
        message="a cycle waits while something is so, not until it is",
        hint="write delay while, and the test that must be over: delay while latest M before P < LIMIT",
        only_in=TREATMENT,
    ),
    Phrase(r"plus(?: or |\s*/\s*| )minus\b", "±"),
    Phrase(r"(?:every|q)\s*(\d+)\s*(?:hours?|hrs?|h)\b", hourly),
    Phrase(r"(?:every|each)\b", "spaced"),
    Phrase(EVERY, lambda match: f"every {apart(match)}"),
    Phrase(EVERY, lambda match: f"spaced {apart(match)}"),
    # Grades, arms, criteria, analysis.
    Phrase(r"log\s*-?\s*rank\b", "logrank"),
    Phrase(r"(?:LOCF|last observation carried forward|carried forward)\b", "last value carried forward"),
    Phrase(r"(?:NRI|non-?responders?|non-?response|failures)\b", "failure"),
    Phrase(r"(?:all )?randomi[sz]ed(?: participants| patients)?\b", "randomized"),
    Phrase(r"(?:all )?treated(?: participants| patients)?\b", "treated"),
    Phrase(r"(?:of )?grades?\s*(?:>=|=>|\u2265)\s*(\d+)", r"of grade at least \1"),
    Phrase(rf"(?:of )?grades? (?:is )?(\d+) (?:(?:or|and) )?(?:{MORE}|above|over|worse)\b", r"of grade at least \1"),
    Phrase(r"(?:of )?grades?\s*>\s*(\d+)", lambda match: f"of grade at least {int(match[1]) + 1}"),
    Phrase(
        r"[A-Za-z]\w* (\d+)",
        r"\1",
        message="each arm says its own part of the ratio",
        hint=r"write ratio \1 in the arm whose part it is",
        only_in=frozenset({"arm"}),
    ),
    Phrase(
        r"(\d+)\s*(?::|to\b)\s*(\d+)(?:\s*:\s*\d+)*",
        r"\1",
        message="each arm says its own part of the ratio",
        hint=r"write ratio \1 in one arm and ratio \2 in another",
        only_in=frozenset({"arm"}),
    ),
    Phrase(
        r"exclud(?:e|es|ing)\b(?: if\b)?",
        "require",
        message="an inclusion says what is required, not what excludes",
        hint="write require and what must hold, or begin the criterion with exclusion",
        only_in=frozenset({"inclusion"}),
    ),
    Phrase(
        r"requires?\b",
        "exclude if",
        message="an exclusion says what excludes, not what is required",
        hint="write exclude if and what must not hold, or begin the criterion with inclusion",
        only_in=frozenset({"exclusion"}),
    ),
    Phrase(r"(medication|condition|event|administration)\b", r"\1s", only_in=frozenset({"history"})),
    Phrase(
        r"(?:severe|serious|major|critical|moderate|mild|slight|low)\b",
        "minor",
        NOT_EXPECTED,
        "the grade of a deviation is one of two words",
        hint="write important or minor",
        only_in=frozenset({"grades", "deviation"}),
    ),
    # Units, dates, titles, lists.
    Phrase(r"(NCT|ISRCTN) (\d+)", r"\1\2", only_in=frozenset({"protocol"})),
    Phrase(
        r"\w+(?:\s*,\s*\w+)*",
        r"(\g<0>)",
        message="the names that are brought in stand in parentheses",
        hint="write ( before them and ) after them",
        only_in=frozenset({"use"}),
    ),
    Phrase(rf"({'|'.join(FIGURES)})\b", figures, OTHER_NUMBER, "a number is written in figures"),
    Phrase(r"([A-Za-z]+) per ([A-Za-z]\w*)", r"\1/\2"),
    Phrase(rf"(?:(?P<day>\d+) )?{MONTH} (?P<year>\d{{4}})\b", dated, OTHER_DATE, "a date is written in figures"),
    Phrase(r"(?:and|or|&|;)(?=\s*\w+)", ","),
    Phrase(r"(?:;\s*\w+)+", lambda match: match[0].replace(";", ",")),
    Phrase(r"(?:the|an?)\b\s*", "", message="articles have no place here", hint="leave it out"),
    Phrase(r"'([^'\"\n]*)'", r'"\1"', OTHER_SIGN, hint='quotes are double: "..."'),
    Phrase(r"(?<=\s)(?:\d+[.)]|[a-z]\))\s+", "", hint="leave out the number; a rule is known by its name"),
)  # fmt: skip

COMMENT = re.compile(r"/\*(?:[^*\n]|\*(?!/))*(?:\*/)?|(?://|--)[^\n]*")
"""A comment of another notation: up to its end, or to the end of its line."""


def phrases_at(words: str, at: int, declaration: str) -> Iterator[tuple[Phrase, re.Match[str]]]:
    """The phrases that stand at an offset of a declaration."""
    for phrase in PHRASES:
        found = pattern(phrase.found).match(words, at) if not phrase.only_in or declaration in phrase.only_in else None
        if found:
            yield phrase, found
