"""Phrases of other notations and of plain speech, and what each is written as here."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeAlias

from protocol_dsl.base.diagnostics import Code, Safety
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax.habits import OTHER_COMPARISON, OTHER_DATE, OTHER_NUMBER, SPLIT_POINT
from protocol_dsl.syntax.mistakes import NOT_EXPECTED
from protocol_dsl.syntax.rephrased import (
    FIGURES,
    LETTERS,
    MONTHS,
    WORD,
    apart,
    daily,
    dated,
    dated_first,
    exposed_to_each,
    figures,
    hourly,
    in_categories,
    offset,
    one_of,
    points,
)
from protocol_dsl.syntax.signs import OTHER_SIGN

WRITTEN_OTHERWISE = Code("PD022", "this is written otherwise")
OTHER_COMMENT = Code("PD023", "a comment begins with #")

Reading: TypeAlias = Callable[[re.Match[str]], str]
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


TREATMENT = frozenset({"treatment"})
VISITS = frozenset({"visit", "visits", "at"})
ENDPOINT = frozenset({"endpoint"})
INTERVALS = frozenset({"interval"})
MEASURE = frozenset({"measure"})
TESTS = frozenset({"inclusion", "exclusion", "endpoint", "deviation", "define"})
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
    # Events, conditions, drugs.
    Phrase(r"confirmed (\w+)", r"\1 is confirmed", only_in=TESTS),
    Phrase(
        r"(?:prior|previous|treated with|treatment with|taking|receiving|received|use of|exposure to) (\w+)",
        r"exposed to \1",
        hint=ANY,
        only_in=TESTS,
    ),
    Phrase(
        r"(\w+) (?:in|during|within|over) (?:the )?(?:last|past|previous) (\d+ \w+)",
        r"any \1 from \2 before POINT to POINT",
        hint=ANY,
    ),
    Phrase(rf"({WORD}) in (\{{[^}}\n]*\}}) (from|before|within)\b", r"any \1 in \2 \3", only_in=TESTS),
    Phrase(rf"({WORD}) from\b", r"any \1 from", hint=ANY, only_in=TESTS),
    Phrase(rf"{WORD}(?:\s*,\s*{WORD})*(?:\s*,)?(?: or {WORD})?(?= from\b)", in_categories, only_in=TESTS),
    Phrase(
        rf"(?:from|by|due to|caused by|(?:attributed|attributable) to) ({WORD}) from\b",
        r"related to \1 from",
        only_in=TESTS,
    ),
    # Comparing.
    Phrase(
        rf"({NUMERALS})\s*log(?:10)? ({UNIT})",
        r"\1 \2",
        message="a limit has no logarithm, the value has",
        hint=r"write log10 before the value, and its limit as a number: log10 M at V > \1",
    ),
    Phrase(
        rf"(?:between|within|from) ({NUMERALS} {UNIT}) (?:and|to) ({NUMERALS} {UNIT})(?= from\b)",
        r"at least \1",
        hint=r"write at least \1 from POINT to POINT, and in an interval of its own: at most \2 from POINT to POINT",
        only_in=INTERVALS,
    ),
    Phrase(
        rf"(?:between|within|from) ({NUMERALS}) (?:and|to) ({NUMERALS}) ({UNIT})(?= from\b)",
        r"at least \1 \3",
        hint=r"write at least \1 \3 from POINT to POINT, "
        r"and in an interval of its own: at most \2 \3 from POINT to POINT",
        only_in=INTERVALS,
    ),
    Phrase(r"not between\b", "between", hint="write not before the whole test: not VALUE between LOW and HIGH"),
    Phrase(
        rf"({WORD}) (?:increase|rise|gain|decrease|fall|drop|decline|change) (from {WORD} to {WORD})",
        r"change in \1 \2",
        hint=r"write change in \1 \2; it is below 0 where the value fell",
    ),
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
    Phrase(r"in (?=\{[^}\n]*\}(?!\s*(?:from|before|within)\b))", "is in "),
    Phrase(r"is not in\b", "is in", hint="write not before the whole test: not VALUE is in {...}"),
    Phrase(r"is not (\w+)", r"is \1", hint=r"write not before the whole test: not VALUE is \1"),
    Phrase(r"\[([^\]\n]*)\]", r"{\1}", hint="choices stand between { and }"),
    Phrase(r"\(([\w\s,]*)\)", r"{\1}", hint="choices stand between { and }"),
    Phrase(r"\w+(?:\s*,\s*\w+)+", r"{\g<0>}", hint="choices stand between { and }"),
    Phrase(r"\.(\d+)", r"0.\1", OTHER_NUMBER),
    # Points and lengths of time.
    Phrase(r"(?P<unit>week|month|day)s? (?P<numbers>\d+(?:\s*,\s*\d+)*)\b", points, SPLIT_POINT),
    Phrase(r"(?P<numbers>\d+) ?(?P<unit>week|month|day)s?\b", points, SPLIT_POINT),
    Phrase(r"(week|month|day)\s*-\s*(\d+)", lambda match: f"{LETTERS[match[1][0].lower()]}-{match[2]}", SPLIT_POINT),
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
    Phrase(rf"({WORD})\s*({SIGN})", r"first visit with \1 \2", only_in=ENDPOINT),
    Phrase(r"any (\w+)", r"event \1", only_in=ENDPOINT),
    Phrase(r"number of\b", "count of"),
    Phrase(r"competing with\b", "competing", only_in=ENDPOINT),
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
    Phrase(r",\s*(\d+ days?)\b", r"for \1", only_in=TREATMENT),
    Phrase(r"then every\b", "then", hint="leave out every: spaced 4 weeks, then 6 weeks", only_in=TREATMENT),
    Phrase(
        r"every (\d+ (?:days?|weeks?|months?))",
        "once daily for 1 days",
        message="a dose says how often a day and for how many days",
        hint=r"write once daily for 1 days; how far cycles lie apart stands in their own clause: cycles ... every \1",
        only_in=TREATMENT,
    ),
    Phrase(rf"day (\d+) of ({WORD})", r"cycle day \1 of \2", only_in=VISITS),
    Phrase(rf"(?:each|every) cycle of ({WORD})", r"cycle day 1 of \1", only_in=VISITS),
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
    Phrase(r"medications?\b", "prohibited medication", only_in=frozenset({"grades", "deviation"})),
    # Measures and attributes.
    Phrase(r"(?:valid |possible |allowed )?(?:range|limits|values)\b", "plausible", only_in=MEASURE),
    Phrase(rf",\s*({UNIT})", r"in \1", only_in=MEASURE),
    Phrase(rf"\(\s*({UNIT})\s*\)", r"in \1", only_in=MEASURE),
    Phrase(rf"{WORD}(?:\s*,\s*{WORD})*(?:\s*,)? or {WORD}", one_of, only_in=frozenset({"attribute", "measure"})),
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
