"""The clauses of declarations as text, one line each."""

from typing import TypeAlias, assert_never

from protocol_dsl.base.numbers import Number
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.printer.expressions import (
    SUM,
    amount,
    cycle_days,
    during,
    events,
    inside,
    names,
    number,
    print_expression,
    print_period,
    print_point,
    print_stop_test,
)

Clause: TypeAlias = (
    ast.HeaderClause
    | ast.MeasureClause
    | ast.Rung
    | ast.DrugsClause
    | ast.EventClause
    | ast.TreatmentClause
    | ast.Gives
    | ast.Ratio
    | ast.VisitClause
)

OFTEN = {1: "once", 2: "twice", 3: "three times"}


def quoted(title: ast.Title) -> str:
    """Words in double quotes."""
    return f'"{title.text}"'


def code(node: ast.Code) -> str:
    """``loinc "24467-3"``."""
    return f"{node.system.text} {quoted(node.code)}"


def signed(value: Number) -> str:
    """``+7``, ``-0``: a zero belongs to the side it stands on."""
    return number(value) if value < 0 else f"+{number(value)}"


def window(node: ast.Window) -> str:
    """``window ± 7 days``, ``window -3 to +7 days``."""
    if node.early == -node.late and node.late >= 0:
        return f"window ± {number(node.late)} {node.unit.text}"
    early = "-0" if node.early == 0 else signed(node.early)
    return f"window {early} to {signed(node.late)} {node.unit.text}"


def origin(node: ast.OriginClause) -> str:
    """Where a rule comes from."""
    match node:
        case ast.Quote(source, words):
            return f"quote {source.text} {quoted(words)}"
        case ast.Cite(source, words):
            return f"cite {source.text} {quoted(words)}"
        case ast.Against(source, words):
            return f"against {source.text} {quoted(words)}"
        case ast.Because(words):
            return f"because {quoted(words)}"
        case ast.Since(amendment):
            return f"since {amendment.text}"
        case _:
            assert_never(node)


def header(node: ast.HeaderClause) -> str:
    """A clause of ``protocol`` or ``library``."""
    match node:
        case ast.Language(edition):
            return f"language {number(edition)}"
        case ast.Registered(numbers):
            words = (part.text if isinstance(part, ast.Name) else code(part) for part in numbers)
            return f"registered {', '.join(words)}"
        case ast.Sponsor(name):
            return f"sponsor {quoted(name)}"
        case ast.Design(parts):
            return f"design {', '.join(parts)}"
        case ast.Planned(count):
            return f"planned {number(count)} participants"
        case ast.Enrolled(count):
            return f"enrolled {number(count)} participants"
        case _:
            return origin(node)


def data(node: ast.MeasureClause | ast.Rung | ast.DrugsClause | ast.EventClause) -> str:
    """A clause of what the participants' data is called."""
    match node:
        case ast.Codes(codes):
            return f"code {', '.join(map(code, codes))}"
        case ast.Plausible(low, high):
            return f"plausible {amount(low)} to {amount(high)}"
        case ast.Normal(low, high, sex):
            whose = f"for {sex.text} " if sex else ""
            return f"normal {whose}{amount(low)} to {amount(high)}"
        case ast.Rung(grade, relation, limit):
            return f"grade {number(grade)} {relation} {inside(limit, SUM)}"
        case ast.MayBeNegative():
            return "may be negative"
        case ast.Converts(source, target):
            return f"converts {amount(source)} to {amount(target)}"
        case ast.Members(drugs):
            members = (drug.name.text + (f" {drug.atc.text}" if drug.atc else "") for drug in drugs)
            return f"members {', '.join(members)}"
        case ast.Includes(classes):
            return f"includes {names(classes)}"
        case ast.Category(name, title, codes):
            words = " ".join([name.text, *([quoted(title)] if title else [])])
            listed = ", ".join(map(code, codes))
            return f"category {words} {listed}".rstrip()
        case ast.Graded(low, high):
            return f"grades {number(low)} to {number(high)}"
        case _:
            return origin(node)


def dose(node: ast.Dose) -> str:
    """``dose 4.5 MIU subcutaneous, twice daily for 5 days``."""
    words = f"dose {amount(node.amount)}" + (f" {node.route.text}" if node.route else "")
    if node.times_daily is not None:
        words += f", {OFTEN.get(node.times_daily, f'{number(node.times_daily)} times')} daily"
    return words + (f" for {amount(node.length)}" if node.length else "")


def level(node: ast.Level) -> str:
    """``level low 54 mg from D0``."""
    start = f" from {print_point(node.start)}" if node.start else ""
    return f"level {node.name.text} {amount(node.amount)}{start}"


def cycles(node: ast.Cycles) -> str:
    """``cycles up to 8 from W2, spaced 4 weeks, then 6 weeks``."""
    words = "cycles" if node.up_to is None else f"cycles up to {number(node.up_to)}"
    if node.paces:
        words += f" every {', '.join(map(pace, node.paces))}" + ("," if node.paces[-1].cycles else "")
    words += f" from {print_point(node.start)}"
    for i, spacing in enumerate(node.spacings):
        words += f", {'then' if i else 'spaced'} {amount(spacing)}"
    return words + until(node.until)


def pace(node: ast.Pace) -> str:
    """``21 days in C1 to C3``."""
    return amount(node.length) + (f" in {cycle_range(node.cycles)}" if node.cycles else "")


def cycle_range(node: ast.CycleRange) -> str:
    """``C1 to C3``, ``C4``, ``C13 on``."""
    if node.goes_on:
        return f"{node.first.text} on"
    return node.first.text + (f" to {node.last.text}" if node.last else "")


def until(stops: tuple[ast.Stop, ...]) -> str:
    """`` until progression, death or 2 years after W0, whichever is first``; nothing without a stop."""
    if not stops:
        return ""
    *others, last = map(stop, stops)
    return f" until {', '.join(others)} or {last}, whichever is first" if others else f" until {last}"


def stop(node: ast.Stop) -> str:
    """One of the things that end a plan."""
    match node:
        case ast.StopNamed(name):
            return name.text
        case ast.StopOn(pattern):
            return events(pattern)
        case ast.StopAt(point):
            return print_point(point)
        case ast.StopWhen(test):
            return print_stop_test(test)
        case _:
            assert_never(node)


def gift(node: ast.Name | ast.GivenIn) -> str:
    """``il2``, ``a in period1``."""
    return node.text if isinstance(node, ast.Name) else f"{node.treatment.text} in {node.epoch.text}"


def treatment(node: ast.TreatmentClause | ast.Gives | ast.Ratio) -> str:
    """A clause of a treatment or an arm."""
    match node:
        case ast.Continuous(start, end):
            return f"continuous from {print_point(start)}" + (f" to {print_point(end)}" if end else "")
        case ast.ContinuousDuring(epoch):
            return f"continuous during {epoch.text}"
        case ast.ChosenBy(name):
            return f"chosen by {name.text}"
        case ast.Dose():
            return dose(node)
        case ast.Levels(levels):
            return ", ".join(map(level, levels))
        case ast.Cycles():
            return cycles(node)
        case ast.CyclesInside(days):
            return f"cycles at {cycle_days(days)}"
        case ast.Only():
            return only(node)
        case ast.CountedFrom(reference):
            return f"counted from {reference}"
        case ast.Window():
            return window(node)
        case ast.NoneAfter(point):
            return f"none after {print_point(point)}"
        case ast.SkippedDoNotCount():
            return "skipped cycles do not count"
        case ast.CycleRule(act, test, to):
            words = f"{act} {to.text} when" if to else act
            return f"{words} {print_expression(test)}"
        case ast.ExpectLastCycle(point):
            return f"expect last cycle at {print_point(point)}"
        case ast.ExpectCount(count, what):
            return f"expect {number(count)} {what}"
        case ast.Gives(gifts):
            return f"gives {', '.join(map(gift, gifts))}"
        case ast.Ratio(parts):
            return f"ratio {number(parts)}"
        case _:
            return data(node)


def assess(node: ast.Assess) -> str:
    """``assess cd4, one of (chest_xray, chest_ct)``."""
    parts = (f"one of ({names(part.measures)})" if isinstance(part, ast.Either) else part.text for part in node.parts)
    return f"assess {', '.join(parts)}"


def only(node: ast.Only) -> str:
    """``only in C2 on, every second cycle``."""
    words = f" in {', '.join(map(cycle_range, node.ranges))}" if node.ranges else ""
    if node.ordinal:
        words += f"{',' if words else ''} every {node.ordinal.text} cycle"
    return f"only{words}"


def visit(node: ast.VisitClause) -> str:
    """A clause of a visit."""
    match node:
        case ast.ThenEvery(length, stops):
            return f"then every {amount(length)}{until(stops)}"
        case ast.Only():
            return only(node)
        case ast.Assess():
            return assess(node)
        case ast.OfClass(name):
            return f"class {name.text}"
        case ast.InArms(arms):
            return f"arms {names(arms)}"
        case ast.Grace(length):
            return f"grace {amount(length)}"
        case ast.AnalysisWindow(inner):
            return f"analysis {window(inner)}"
        case _:
            return treatment(node)


def kind(node: ast.EndpointKind) -> str:
    """What an endpoint measures."""
    match node:
        case ast.ProportionWith(test):
            return f"proportion with {print_expression(test)}"
        case ast.Average(statistic, value):
            return f"{statistic} of {print_expression(value)}"
        case ast.Course(measure, visits, log10):
            return f"course of {'log10 ' if log10 else ''}{measure.text} at {names(visits)}"
        case ast.TimeToFirst(start, measure, comparison, patterns):
            until = " or ".join(map(events, patterns))
            if measure and comparison:
                until = f"visit with {measure.text} {comparison[0]} {amount(comparison[1])}"
            return f"time from {print_point(start)} to first {until}"
        case ast.EventsIn(pattern, period):
            return f"event {events(pattern)} {print_period(period)}"
        case ast.CountIn(pattern, period):
            return f"count of {events(pattern)} {print_period(period)}"
        case ast.WorstGrade(pattern, asked):
            return f"worst grade of {events(pattern)}{during(asked)}"
        case _:
            assert_never(node)


def endpoint(node: ast.EndpointClause) -> str:
    """A clause of an endpoint."""
    match node:
        case ast.AnalysedIn(sets):
            return f"analysed in {names(sets)}"
        case ast.MissingCounts(rules):
            return f"missing counts as {', '.join(rules)}"
        case ast.Compare(methods):
            return f"compare arms by {names(methods)}"
        case ast.Confidence(share):
            return f"confidence {amount(share)}"
        case ast.Competing(others):
            return f"competing {names(others)}"
        case ast.CensoredAt(assessments):
            return f"censored at last {names(assessments)}"
        case ast.Window():
            return f"analysis {window(node)}"
        case _:
            return origin(node)
