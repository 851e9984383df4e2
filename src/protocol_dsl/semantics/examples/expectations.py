"""What an example may expect to be found of its participant: a closed list of forms."""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias, get_args

from attrs import evolve

from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.base.truth import WORDS as FINDINGS
from protocol_dsl.base.truth import Truth
from protocol_dsl.model.deviation_codes import DEVIATION_CODES, QUERY_CODES
from protocol_dsl.model.examples import Expected, ExpectedFinding, ExpectedPlan, ExpectedRaised, ExpectedVerdict
from protocol_dsl.model.results import Status, Verdict
from protocol_dsl.semantics.examples.mistakes import NO_EXPECTATION, NO_FINDING, OTHER_KIND, Mistaken
from protocol_dsl.semantics.examples.mistakes import UNKNOWN_IN_EXAMPLE as UNKNOWN
from protocol_dsl.semantics.examples.phrases import NAME, Phrase, Reader, date_of
from protocol_dsl.semantics.kinds import Finding, kind_of_name
from protocol_dsl.semantics.names import Kind
from protocol_dsl.syntax import ast

Expectation: TypeAlias = Callable[[Phrase], Expected]
"""A heading of a table that waits for what its cells expect."""
Form: TypeAlias = Callable[[Reader, re.Match[str], Phrase], Expected]

VERDICT = "verdict"
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
STATUSES: tuple[Status, ...] = get_args(Status)
TRUTHS: Mapping[str, Truth] = {words: truth for truth, words in FINDINGS.items()}
RULES: tuple[Kind, ...] = ("criterion", "deviation", "definition", "endpoint")
CODES = {"deviation": [each.number for each in DEVIATION_CODES], "query": [each.number for each in QUERY_CODES]}
FORMS_ARE = (
    "an expectation is written as: eligible, I5 met, cycle 2 of il2 on 2004-07-26, W24 late, W24 planned 2004-11-29, "
    "deviation DV19 at W24, no deviations"
)


def line_expectation(reader: Reader, phrase: Phrase) -> Expected:
    """What an ``expect`` line expects.

    Raises:
        Mistaken: It has none of the forms, or calls a name that it cannot.
    """
    for pattern, form in FORMS:
        if found := re.fullmatch(pattern, phrase.text):
            return evolve(form(reader, found, phrase), words=phrase.text, place=phrase.span)
    if reader.document.main.find(phrase.text, *RULES, "visit"):
        message, hint = (
            f"what is expected of {phrase.text} is not said",
            f"write for instance {phrase.text} {said_of(reader, phrase)}",
        )
    else:
        message = f"{phrase.text} is nothing that can be expected" if phrase.text else "nothing is expected here"
        hint = did_you_mean(phrase.text, VERDICTS) or FORMS_ARE
    raise Mistaken(NO_EXPECTATION.at(phrase.span, message, hint=hint))


def said_of(reader: Reader, name: Phrase) -> str:
    """What may be expected of a name: a status of a visit, a finding of a rule."""
    return "in window" if reader.document.main.find(name.text, "visit") else "met"


def heading(reader: Reader, phrase: Phrase) -> Expectation | None:
    """What the cells below a heading expect; nothing where the heading is that of a fact.

    Raises:
        Mistaken: It names an endpoint or a definition that is no test.
    """
    if phrase.text == VERDICT:
        return verdict_in_cell
    chapter = reader.document.main
    if symbol := chapter.find(phrase.text, *RULES):
        require_test(reader, phrase, symbol.node)
        return lambda cell: ExpectedFinding(phrase.text, finding_of(cell, phrase.text))
    if chapter.find(phrase.text, "visit") and not chapter.find(phrase.text, "milestone"):
        return lambda cell: status_of(cell, phrase.text, None)
    return None


def verdict_in_cell(cell: Phrase) -> Expected:
    """``eligible``, ``not eligible``, ``undetermined``."""
    found = next((each for each in VERDICTS if each == cell.text), None)
    if found is None:
        hint = did_you_mean(cell.text, VERDICTS) or f"a verdict is: {', '.join(VERDICTS)}"
        raise Mistaken(NO_FINDING.at(cell.span, f"a verdict is never {cell.text}", hint=hint))
    return ExpectedVerdict(found)


def require_test(reader: Reader, name: Phrase, node: object) -> None:
    """Refuse a rule of which nothing is ever met.

    Raises:
        Mistaken: It is no test.
    """
    match node:
        case ast.Endpoint(kind=kind) if not isinstance(kind, ast.ProportionWith):
            words = f"{name.text} is an endpoint without a test, so it is neither met nor not met"
            raise Mistaken(OTHER_KIND.at(name.span, words, hint="only a proportion has a test"))
        case ast.Define():
            if not isinstance(kind_of_name(name.text, reader.document.main), Finding | None):
                words = f"{name.text} is a value, so it is neither met nor not met"
                raise Mistaken(OTHER_KIND.at(name.span, words, hint="expect a rule that reads it"))
        case _:
            pass


def finding_of(words: Phrase, rule: str) -> Truth:
    """Met, not met or unknown.

    Raises:
        Mistaken: It is none of them.
    """
    if words.text not in TRUTHS:
        hint = did_you_mean(words.text, TRUTHS) or "a finding is: met, not met, unknown"
        raise Mistaken(NO_FINDING.at(words.span, f"{rule} is never {words.text}", hint=hint))
    return TRUTHS[words.text]


def status_of(words: Phrase, of: str, cycle: int | None) -> ExpectedPlan:
    """``late``, ``late by 3 days``.

    Raises:
        Mistaken: It is no status.
    """
    found = re.fullmatch(r"(?P<status>.+?)(?: by (?P<days>[0-9]+) days?)?", words.text)
    name = found["status"] if found else words.text
    status = next((each for each in STATUSES if each == name), None)
    days = int(found["days"]) if found and found["days"] else None
    if status is None or (days is not None and status not in {"early", "late"}):
        what = of if cycle is None else f"cycle {cycle} of {of}"
        hint = did_you_mean(name, STATUSES) or f"a status is: {', '.join(STATUSES)}"
        if name.startswith("on "):
            hint = "write the day as 2004-06-14"
        raise Mistaken(NO_FINDING.at(words.span, f"{what} is never {words.text}", hint=hint))
    return ExpectedPlan(of, cycle, status=status, days_out=-days if days and status == "early" else days)


# ------------------------------------------------------------------------------------------------------ lines
def verdict(_: Reader, _found: re.Match[str], phrase: Phrase) -> Expected:
    """``expect eligible``."""
    return verdict_in_cell(phrase)


def nothing_raised(_: Reader, found: re.Match[str], _phrase: Phrase) -> Expected:
    """``expect no deviations``."""
    return ExpectedRaised("deviation" if found["kind"] == "deviations" else "query", is_raised=False)


def raised(reader: Reader, found: re.Match[str], phrase: Phrase) -> Expected:
    """``expect deviation DV19 at W24``, ``expect no query QY01``."""
    name = phrase.group(found, "name")
    kind = found["kind"]
    if name.text not in CODES[kind]:
        if re.fullmatch(r"(DV|QY)[0-9]+", name.text):
            message = f"there is no {kind} {name.text}"
            raise Mistaken(UNKNOWN.at(name.span, message, hint=did_you_mean(name.text, CODES[kind])))
        reader.symbol(name, "deviation", "criterion", "interval", "visit", "treatment")
    at, cycle = None, None
    if found["at"]:
        at, cycle = about(reader, re.fullmatch(SUBJECT, found["at"]), phrase.group(found, "at"))
    return ExpectedRaised("deviation" if kind == "deviation" else "query", name.text, at, cycle, not found["no"])


def about(reader: Reader, found: re.Match[str] | None, phrase: Phrase) -> tuple[str, int | None]:
    """``W24``, ``cycle 2 of il2``: a visit, or a treatment and the number of its cycle."""
    if found is None or found["treatment"] is None:
        reader.symbol(phrase, "visit")
        return phrase.text, None
    reader.symbol(phrase.group(found, "treatment"), "treatment")
    return found["treatment"], int(found["cycle"])


def plan(reader: Reader, found: re.Match[str], phrase: Phrase) -> Expected:
    """``expect W24 planned 2004-11-29``, ``expect W24 from 2004-11-22 to 2004-12-06``."""
    of, cycle = about(reader, re.fullmatch(SUBJECT, found["subject"]), phrase.group(found, "subject"))
    if found["planned"]:
        word = "planned" if cycle is None else "on"
        if found["word"] != word:
            said = f"write {found['subject']} {word} {found['planned']}"
            raise Mistaken(NO_EXPECTATION.at(phrase.span, f"{phrase.text} is written otherwise", hint=said))
        return ExpectedPlan(of, cycle, planned=date_of(phrase.group(found, "planned"), of="a planned day"))
    first = date_of(phrase.group(found, "first"), of="the first day of a window")
    last = date_of(phrase.group(found, "last"), of="the last day of a window")
    return ExpectedPlan(of, cycle, window=(first, last))


def found_of(reader: Reader, found: re.Match[str], phrase: Phrase) -> Expected:
    """``expect I5 met``, ``expect W24 late``, ``expect cycle 2 of il2 missed``: what the name is says which."""
    words, subject = phrase.group(found, "words"), phrase.group(found, "subject")
    if found["treatment"]:
        of, cycle = about(reader, re.fullmatch(SUBJECT, found["subject"]), subject)
        return status_of(words, of, cycle)
    symbol = reader.symbol(subject, *RULES, "visit")
    if symbol.kind == "visit":
        return status_of(words, subject.text, None)
    require_test(reader, subject, symbol.node)
    return ExpectedFinding(subject.text, finding_of(words, subject.text))


SUBJECT = rf"(?:cycle (?P<cycle>[0-9]{{1,4}}) of (?P<treatment>{NAME})|{NAME})"


def raised_otherwise(_reader: Reader, found: re.Match[str], phrase: Phrase) -> Expected:
    """``expect deviation DV16 of washout``, which has no such form.

    Raises:
        Mistaken: Always.
    """
    kind, code = found["kind"], "DV19" if found["kind"] == "deviation" else "QY02"
    message = f"{phrase.text} is nothing that can be expected"
    hint = f"write {kind} with a code or the name of a rule, not both, such as {kind} {code} at W24"
    raise Mistaken(NO_EXPECTATION.at(phrase.span, message, hint=hint))


FORMS: tuple[tuple[str, Form], ...] = (
    (rf"{'|'.join(VERDICTS)}", verdict),
    (r"no (?P<kind>deviations|queries)", nothing_raised),
    (rf"(?P<no>no )?(?P<kind>deviation|query) (?P<name>{NAME})(?: at (?P<at>{SUBJECT}))?", raised),
    (r"(?:no )?(?P<kind>deviation|query) .+", raised_otherwise),
    (
        rf"(?P<subject>{SUBJECT}) (?:(?P<word>planned|on) (?P<planned>\S+)|from (?P<first>\S+) to (?P<last>\S+))",
        plan,
    ),
    (rf"(?P<subject>{SUBJECT}) (?P<words>.+)", found_of),
)
"""The forms, the more special ones first."""
