"""The clauses of declarations as sentences."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from protocol_dsl.model.expressions import RELATIONS
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.printer.clauses import OFTEN, cycle_range, only, window
from protocol_dsl.writers.document.content import Clause, Fact, Origin
from protocol_dsl.writers.document.lexicon import Lexicon, amount_words, days_words, listed, number_words
from protocol_dsl.writers.document.spoken import clause, sentence, value

METHODS = {"fisher": "Fisher's exact test", "wilcoxon": "the Wilcoxon rank sum test", "logrank": "the logrank test"}
MISSING: dict[ast.MissingRule, str] = {
    "failure": "counted as failure",
    "observed only": "left out (observed only)",
    "last value carried forward": "replaced by the last value (carried forward)",
}
BASES = {"randomized": "everyone randomized", "treated": "everyone treated", "everyone": "everyone"}
TERMS = {"sponsor": "Sponsor"}


def headed(words: str, below: Clause) -> Clause:
    """``words`` in front of a test, whose parts stay below."""
    return Clause(f"{words} {below.words}", below.parts)


def asked(node: ast.Criterion, words: Lexicon) -> Iterator[Clause]:
    """What an inclusion requires, what an exclusion excludes."""
    if node.test is not None:
        yield headed("Requires:" if node.kind == "inclusion" else "Excludes if:", clause(node.test, words))


def when(test: ast.Expression | None, words: Lexicon) -> Iterator[Clause]:
    """When a deviation of the protocol's own is one."""
    if test is not None:
        yield headed("When:", clause(test, words))


# ------------------------------------------------------------------------------------------------ treatments and arms
def treatment(node: ast.TreatmentClause, words: Lexicon, *, is_continuous: bool) -> Clause | None:
    """A clause of a treatment; nothing for codes, origins and the author's own checks."""
    match node:
        case ast.Continuous(start, end):
            until = f" to {words.point(end)}" if end else ", without a planned end"
            return Clause(f"Continuous from {words.point(start)}{until}.")
        case ast.ContinuousDuring(epoch):
            return Clause(f"Continuous during {words.quoted(epoch.text)}.")
        case ast.ChosenBy(name):
            return Clause(f"Chosen by {name.text}.")
        case ast.Dose():
            return Clause(f"Dose: {dose_words(node)}.")
        case ast.Levels(levels):
            return Clause("Dose levels:", tuple(Clause(level_words(each, words)) for each in levels))
        case ast.Cycles():
            return Clause(f"{cycle_words(node, words)}.")
        case ast.CyclesInside(days):
            return Clause(f"Given in the cycles of {words.title(days.treatment.text)}, on {days_words(days.days)}.")
        case ast.Only():
            return Clause(f"O{only(node)[1:]}.")
        case ast.CountedFrom(reference):
            return Clause(f"Each cycle is counted from {counted(reference)}.")
        case ast.Window() if is_continuous:
            return Clause(f"It may begin, and end, in a {window(node)} around the planned day.")
        case ast.Window():
            return Clause(f"Each cycle may start in a {window(node)} around its planned day.")
        case ast.NoneAfter(point):
            return Clause(f"No cycle is planned after {words.point(point)}.")
        case ast.SkippedDoNotCount():
            return Clause("Skipped cycles do not count.")
        case ast.CycleRule(act, test, level):
            return headed(
                f"{act.capitalize()} {f'{level.text} when ' if level else ''}".strip() + ":", clause(test, words)
            )
        case ast.ExpectLastCycle() | ast.ExpectCount() | ast.Codes():
            return None
        case ast.Quote() | ast.Cite() | ast.Against() | ast.Because() | ast.Since():
            return None
        case _:
            assert_never(node)


def treatment_clauses(node: ast.Treatment, words: Lexicon) -> Iterator[Clause]:
    """The clauses of a treatment that say what is given."""
    is_continuous = any(isinstance(each, ast.Continuous | ast.ContinuousDuring) for each in node.clauses)
    for each in node.clauses:
        if (found := treatment(each, words, is_continuous=is_continuous)) is not None:
            yield found


def counted(reference: str) -> str:
    """What planned days are counted from.

    >>> counted("previous visit")
    'the previous visit as it was held'
    """
    return {
        "plan": "the plan",
        "previous start": "the start of the one before",
        "previous visit": "the previous visit as it was held",
    }[reference]


def dose_words(node: ast.Dose) -> str:
    """``4.5 MIU subcutaneous, twice daily for 5 days``."""
    found = amount_words(node.amount) + (f" {node.route.text}" if node.route else "")
    if node.times_daily is not None:
        found += f", {OFTEN.get(node.times_daily, f'{number_words(node.times_daily)} times')} daily"
    return found + (f" for {amount_words(node.length)}" if node.length else "")


def level_words(node: ast.Level, words: Lexicon) -> str:
    """``low: 54 mg, from day 0``."""
    start = f", from {words.point(node.start)}" if node.start else ""
    return f"{node.name.text}: {amount_words(node.amount)}{start}"


def cycle_words(node: ast.Cycles, words: Lexicon) -> str:
    """``Up to 8 cycles from week 2, 4 weeks apart``, ``Cycles from week 0, every 21 days, until death``."""
    many = "Cycles" if node.up_to is None else f"Up to {number_words(node.up_to)} cycles"
    found = f"{many} from {words.point(node.start)}"
    if node.paces:
        found += f", every {', '.join(map(pace_words, node.paces))}"
    for number, spacing in enumerate(node.spacings):
        found += f", then {amount_words(spacing)}" if number else f", {amount_words(spacing)} apart"
    return found + until_words(node.until, words)


def pace_words(node: ast.Pace) -> str:
    """``21 days in C1 to C3``."""
    return amount_words(node.length) + (f" in {cycle_range(node.cycles)}" if node.cycles else "")


def until_words(stops: tuple[ast.Stop, ...], words: Lexicon) -> str:
    """``, until progression or 2 years after week 0, whichever is first``; nothing without a stop."""
    found = [stop_words(each, words) for each in stops]
    first = ", whichever is first" if len(found) > 1 else ""
    return f", until {listed(found, 'or')}{first}" if found else ""


def stop_words(node: ast.Stop, words: Lexicon) -> str:
    """One of the things that end a plan."""
    match node:
        case ast.StopNamed(name):
            return words.title(name.text)
        case ast.StopOn(pattern):
            return words.events(pattern)
        case ast.StopAt(point):
            return words.point(point)
        case ast.StopWhen(test):
            return sentence(test, words)
        case _:
            assert_never(node)


def arm(node: ast.Arm, words: Lexicon) -> Iterator[Clause]:
    """What an arm gives."""
    given = [gift(each, words) for clause in node.clauses if isinstance(clause, ast.Gives) for each in clause.gifts]
    yield Clause(f"Gives {listed(given)}." if given else "Gives nothing.")


def gift(node: ast.Name | ast.GivenIn, words: Lexicon) -> str:
    """A treatment, and the epoch in which alone it is given."""
    if isinstance(node, ast.Name):
        return words.title(node.text)
    return f"{words.title(node.treatment.text)} in {words.quoted(node.epoch.text)}"


def epoch(node: ast.Epoch, words: Lexicon) -> Iterator[Clause]:
    """From when to when an epoch is, and that nothing is given in it."""
    is_washout = any(isinstance(each, ast.WithoutTreatment) for each in node.clauses)
    span = f"From {words.point(node.start)} to {words.point(node.end)}"
    yield Clause(f"{span}, without treatment." if is_washout else f"{span}.")


# ----------------------------------------------------------------------------------------------------------- endpoints
def kind(node: ast.EndpointKind, words: Lexicon) -> Clause:
    """What an endpoint counts."""
    match node:
        case ast.ProportionWith(test):
            return headed("The proportion of participants with:", clause(test, words))
        case ast.Average(statistic, of):
            return Clause(f"The {statistic} of {value(of, words)}.")
        case ast.Course(measure, visits, log10):
            read = f"the logarithm (base 10) of {words.title(measure.text)}" if log10 else words.title(measure.text)
            return Clause(f"The course of {read} at {listed(words.visit(name.text) for name in visits)}.")
        case ast.TimeToFirst(start, measure, comparison, patterns):
            until = f"first {listed((words.events(each) for each in patterns), 'or')}"
            if measure and comparison:
                relation = next(said for sign, said in RELATIONS.items() if sign == comparison[0])
                until = f"first visit with {words.title(measure.text)} {relation} {amount_words(comparison[1])}"
            return Clause(f"The time from {words.point(start)} to the {until}.")
        case ast.EventsIn(pattern, period):
            return Clause(f"Participants with {words.events(pattern)}{words.period(period)}, and how many events.")
        case ast.CountIn(pattern, period):
            return Clause(f"How many times each participant has {words.events(pattern)}{words.period(period)}.")
        case ast.WorstGrade(pattern, period):
            return Clause(f"The worst grade of {words.events(pattern)}{words.period(period)}.")
        case _:
            assert_never(node)


def endpoint_fact(node: ast.EndpointClause, words: Lexicon) -> Fact | None:
    """How an endpoint is analysed."""
    match node:
        case ast.AnalysedIn(sets):
            return Fact("analysed in", names=tuple(name.text for name in sets))
        case ast.MissingCounts(rules):
            return Fact("missing values", "; ".join(MISSING[rule] for rule in rules) + reported(rules))
        case ast.Compare(methods):
            return Fact("arms compared by", listed(METHODS.get(name.text, name.text) for name in methods))
        case ast.Confidence(level):
            return Fact("confidence", amount_words(level))
        case ast.Competing(others):
            return Fact("competing", listed(words.title(name.text) for name in others))
        case ast.CensoredAt(assessments):
            return Fact("censored at", f"the last {listed((words.title(name.text) for name in assessments), 'or')}")
        case ast.Window():
            return Fact("analysis window", window(node).removeprefix("window "))
        case ast.Quote() | ast.Cite() | ast.Against() | ast.Because() | ast.Since():
            return None
        case _:
            assert_never(node)


def reported(rules: tuple[ast.MissingRule, ...]) -> str:
    """Several rules are not alternatives: each is reported."""
    return "; each is reported" if len(rules) > 1 else ""


def analysis_set(node: ast.AnalysisSet) -> Iterator[Clause]:
    """Who is counted."""
    left_out = listed((name.text.replace("_", " ") for name in node.without), "or")
    yield Clause(f"Counts {BASES[node.base]}" + (f", without those who have {left_out}." if left_out else "."))


# ------------------------------------------------------------------------------------------------------------- origins
def origins(clauses: Iterable[object]) -> Iterator[Origin]:
    """Where a declaration comes from."""
    for node in clauses:
        match node:
            case ast.Quote(source, said):
                yield Origin("quote", source.text, said.text)
            case ast.Cite(source, said):
                yield Origin("cite", source.text, said.text)
            case ast.Against(source, said):
                yield Origin("against", source.text, said.text)
            case ast.Because(said):
                yield Origin("because", "", said.text)
            case ast.Since(amendment):
                yield Origin("since", amendment.text, "")
            case _:
                pass
