"""Random trees of the language; quantities are finite, and every tree can be written and read again.

Whole protocols with the data of their participants are in ``tests.compile.studies`` and ``tests.compile.plans``.
"""

from fractions import Fraction
from string import ascii_letters, digits

from hypothesis import strategies as st

from protocol_dsl.syntax import ast
from protocol_dsl.syntax.keywords import reserved_words


def exact(digits_: int, places: int) -> int | Fraction:
    """A decimal number with ``places`` digits after its point."""
    found = Fraction(digits_, 10**places)
    return found.numerator if found.denominator == 1 else found


RESERVED = frozenset(reserved_words())

plain_names = (
    st.text(ascii_letters + digits + "_", min_size=1, max_size=8)
    .filter(lambda text: text[0].isalpha() and text not in RESERVED)
    .map(ast.Name)
)
study_days = st.builds(
    lambda letter, sign, count: ast.Name(f"{letter}{sign}{count}"),
    st.sampled_from("WDM"),
    st.sampled_from(["", "-"]),
    st.integers(0, 200),
)
names = st.one_of(plain_names, study_days)
choices = st.one_of(plain_names, st.sampled_from(["yes", "no", "none", "open", "complete"]).map(ast.Name))
titles = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters='"', include_characters=" "), max_size=30
).map(ast.Title)
units = st.one_of(
    st.sampled_from(
        [
            "days",
            "weeks",
            "cells/mm3",
            "copies/mL",
            "%",
            "mL/min/1.73m2",
            "10^9/L",
            "10*3/uL",
            "mm[Hg]",
            "µg",
            "percent",
            "times",
        ]
    ).map(ast.Name),
    plain_names.filter(lambda name: not name.text.lower().startswith("e")),
)
whole = st.integers(0, 10**6)
naturals = st.one_of(whole, st.builds(exact, st.integers(0, 10**8), st.integers(0, 6)))
numbers = st.one_of(naturals, naturals.map(lambda number: -number))

measured = st.builds(ast.Amount, naturals, units)
amounts = st.one_of(measured, st.builds(ast.Amount, naturals))
signed_amounts = st.builds(ast.Amount, numbers, st.one_of(st.none(), units))
grades_reached = st.builds(ast.Amount, whole, st.just(ast.Name("grade")))
dates = st.one_of(
    st.dates().map(lambda day: ast.DateLiteral(day.isoformat())),
    st.dates().map(lambda day: ast.DateLiteral(day.isoformat()[:7])),
)
codes = st.builds(ast.Code, st.one_of(plain_names, st.just(ast.Name("site"))), titles)


def tuples(part: st.SearchStrategy, least: int = 1, most: int = 3) -> st.SearchStrategy:
    """Tuples of ``part``."""
    return st.lists(part, min_size=least, max_size=most).map(tuple)


points = st.recursive(
    st.one_of(
        st.builds(ast.NamedPoint, names),
        st.builds(ast.DosePoint, st.just("first"), names),
        st.builds(ast.DosePoint, st.just("last"), st.one_of(st.none(), names)),
        st.builds(ast.CyclePoint, whole, names),
        st.just(ast.EpochStart()),
    ),
    lambda inner: st.builds(ast.OffsetPoint, amounts, st.sampled_from(["after", "before"]), inner),
    max_leaves=3,
)
from_to = st.builds(ast.FromTo, points, points)
stretches = st.one_of(from_to, st.builds(ast.During, names))
periods = st.one_of(st.builds(ast.Before, points), st.builds(ast.Within, amounts, points), stretches)
maybe_periods = st.one_of(st.none(), periods)
event_patterns = st.builds(
    ast.EventPattern,
    names,
    tuples(choices, 0),
    st.one_of(st.none(), amounts),
    st.one_of(st.none(), names),
)
operators = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])

simple_expressions = st.one_of(
    st.builds(ast.AmountValue, st.one_of(signed_amounts, grades_reached)),
    st.builds(ast.DateValue, dates),
    st.builds(ast.NamedValue, st.one_of(names, st.sampled_from(["arm", "site"]).map(ast.Name))),
    st.builds(ast.AgeAt, points),
    st.builds(ast.ReadingAt, names, names),
    st.builds(
        ast.Pick,
        st.sampled_from(["first", "latest", "lowest", "highest", "mean", "median"]),
        names,
        maybe_periods,
        st.booleans(),
    ),
    st.builds(ast.Change, names, names, names, st.booleans()),
    st.builds(ast.DaysFromTo, points, points),
    st.builds(ast.LimitOfNormal, st.sampled_from(["lower", "upper"]), names),
    st.builds(ast.CountOf, event_patterns, maybe_periods),
    st.builds(ast.IsConfirmed, names, maybe_periods),
    st.builds(ast.ExposedTo, names, maybe_periods),
    st.builds(ast.OnDrugs, names, points),
    st.builds(ast.Happens, st.sampled_from(["any", "no"]), event_patterns, maybe_periods),
)


def larger_expressions(inner: st.SearchStrategy[ast.Expression]) -> st.SearchStrategy[ast.Expression]:
    """Expressions made of ``inner``."""
    return st.one_of(
        st.builds(ast.Log10, inner),
        st.builds(ast.Arithmetic, inner, st.sampled_from(["+", "-", "*", "/"]), inner),
        st.builds(ast.Times, st.builds(ast.Amount, naturals), inner),
        st.builds(ast.Rounded, inner, st.integers(0, 9)),
        st.builds(ast.Comparison, inner, operators, inner),
        st.builds(ast.Between, inner, inner, inner),
        st.builds(ast.Is, inner, choices),
        st.builds(ast.IsIn, inner, tuples(choices)),
        st.builds(ast.IsRecorded, inner),
        st.builds(ast.Consecutive, names, operators, inner, periods),
        st.builds(ast.AtLeast, st.integers(0, 9), tuples(inner)),
        st.builds(ast.And, tuples(inner, 2)),
        st.builds(ast.Or, tuples(inner, 2)),
        st.builds(ast.Not, inner),
    )


expressions: st.SearchStrategy[ast.Expression] = st.recursive(simple_expressions, larger_expressions, max_leaves=8)

# -------------------------------------------------------------------------------- clauses
windows = st.builds(ast.Window, numbers, numbers, units)
because = st.builds(ast.Because, titles)
origins = st.one_of(
    st.builds(ast.Quote, names, titles),
    st.builds(ast.Cite, names, titles),
    st.builds(ast.Against, names, titles),
    because,
    st.builds(ast.Since, names),
)
some_origins = tuples(origins, 0, 2)
some_codes = st.builds(ast.Codes, tuples(codes))
plain_words = st.lists(st.text(ascii_letters, min_size=1, max_size=6), min_size=1, max_size=3).map(" ".join)


def clauses(*kinds: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    """Clauses of some kinds, and origins."""
    return tuples(st.one_of(*kinds, origins), 0, 4)


# --------------------------------------------------------------------------- declarations
headers = st.builds(
    ast.Header,
    st.sampled_from(["protocol", "library"]),
    names,
    titles,
    clauses(
        st.builds(ast.Language, whole),
        st.builds(ast.Registered, tuples(st.one_of(names, codes))),
        st.builds(ast.Sponsor, titles),
        st.builds(ast.Design, tuples(plain_words)),
        st.builds(ast.Planned, whole),
        st.builds(ast.Enrolled, whole),
    ),
)
one_of = st.builds(ast.OneOf, tuples(choices))
in_unit = st.builds(ast.InUnit, units)
data_declarations = st.one_of(
    st.builds(
        ast.Measure,
        names,
        titles,
        st.one_of(in_unit, one_of),
        clauses(
            some_codes,
            st.builds(ast.Plausible, signed_amounts, signed_amounts),
            st.builds(ast.MayBeNegative),
            st.builds(ast.Converts, amounts, amounts),
            st.builds(ast.Normal, signed_amounts, signed_amounts, st.one_of(st.none(), names)),
        ),
    ),
    st.builds(
        ast.Ladder,
        names,
        titles,
        names,
        clauses(st.builds(ast.Rung, whole, st.sampled_from(["from", "above", "to", "below"]), expressions)),
    ),
    st.builds(
        ast.Drugs,
        names,
        titles,
        clauses(
            st.builds(ast.Members, tuples(st.builds(ast.Drug, names, st.one_of(st.none(), names)))),
            st.builds(ast.Includes, tuples(names)),
            some_codes,
        ),
    ),
    st.builds(ast.Condition, names, titles, clauses(some_codes)),
    st.builds(
        ast.Event,
        names,
        titles,
        clauses(
            some_codes,
            st.builds(ast.Category, names, st.one_of(st.none(), titles), tuples(codes, 0)),
            st.builds(ast.Graded, whole, whole),
        ),
    ),
    st.builds(ast.Milestone, names, titles, clauses(some_codes)),
    st.builds(
        ast.Attribute,
        names,
        titles,
        st.one_of(st.builds(ast.YesNo), one_of, in_unit, st.builds(ast.IsDate)),
        some_origins,
    ),
    st.builds(
        ast.History,
        st.one_of(names, st.just(ast.Name("administrations"))),
        st.sampled_from(["complete", "open"]),
        some_origins,
    ),
)
event_stops = event_patterns.filter(lambda node: node.categories or node.least_grade or node.related_to)
stops = st.one_of(
    st.builds(ast.StopNamed, plain_names),
    st.builds(ast.StopOn, event_stops),
    st.builds(ast.StopAt, points.filter(lambda point: isinstance(point, ast.OffsetPoint))),
    st.builds(ast.StopAt, st.builds(ast.NamedPoint, study_days)),
    st.builds(ast.StopWhen, expressions.filter(lambda node: not isinstance(node, ast.NamedValue))),
)
until_lists = tuples(stops, 0)
cycle_ranges = st.one_of(
    st.builds(ast.CycleRange, names, st.one_of(st.none(), names)),
    names.map(lambda name: ast.CycleRange(name, goes_on=True)),
)
paces = st.builds(ast.Pace, amounts, st.one_of(st.none(), cycle_ranges))
counted = st.builds(ast.CountedFrom, st.sampled_from(["plan", "previous start", "previous visit"]))
cycle_rules = st.one_of(
    st.builds(ast.CycleRule, st.sampled_from(["repeat while", "stop when", "delay while"]), expressions),
    st.builds(ast.CycleRule, st.just("reduce to"), expressions, names),
)
treatments = st.builds(
    ast.Treatment,
    names,
    titles,
    clauses(
        st.builds(ast.Continuous, points, st.one_of(st.none(), points)),
        st.builds(ast.ContinuousDuring, names),
        st.builds(ast.ChosenBy, names),
        st.builds(
            ast.Dose,
            measured,
            st.one_of(st.none(), names),
            st.one_of(st.none(), st.integers(1, 30)),
            st.one_of(st.none(), amounts),
        ),
        st.builds(ast.Levels, tuples(st.builds(ast.Level, names, measured, st.one_of(st.none(), points)))),
        st.builds(ast.Cycles, whole, points, tuples(amounts, 0), st.just(()), until_lists),
        st.builds(ast.Cycles, st.one_of(st.none(), whole), points, st.just(()), tuples(paces), until_lists),
        counted,
        windows,
        st.builds(ast.NoneAfter, points),
        st.builds(ast.SkippedDoNotCount),
        cycle_rules,
        st.builds(ast.ExpectLastCycle, points),
        st.builds(ast.ExpectCount, whole, st.sampled_from(["administrations", "cycles"])),
        some_codes,
    ),
)
maybe_titles = st.one_of(st.none(), titles)
planned_visits = st.one_of(
    st.builds(ast.PlannedVisit, names, maybe_titles, st.one_of(st.none(), points)),
    st.builds(ast.PlannedVisit, names, maybe_titles, points, tuples(points)),
    st.builds(
        ast.PlannedVisit,
        names,
        maybe_titles,
        st.none(),
        st.just(()),
        st.builds(ast.CycleDays, tuples(st.integers(0, 9999)), names),
    ),
)
assessments = st.builds(ast.Assess, tuples(st.one_of(names, st.builds(ast.Either, tuples(names)))))
class_clauses = (windows, counted, assessments, st.builds(ast.Grace, amounts), st.builds(ast.AnalysisWindow, windows))
visits = st.builds(
    ast.Visits,
    tuples(planned_visits),
    st.booleans(),
    clauses(
        *class_clauses,
        st.builds(ast.ThenEvery, amounts, until_lists),
        st.builds(ast.Only, tuples(cycle_ranges), st.one_of(st.none(), plain_names)),
        st.builds(ast.Only, st.just(()), plain_names),
        st.builds(ast.OfClass, names),
        st.builds(ast.InArms, tuples(names)),
        some_codes,
    ),
)
CATEGORY_WORDS = (
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
categories = st.sampled_from(CATEGORY_WORDS)
grade_words = st.sampled_from(["important", "minor"])
grade_lines = st.one_of(
    st.builds(ast.GradeLine, categories, tuples(names, 0), grade_words),
    st.builds(ast.GradeLine, st.just("otherwise"), st.just(()), grade_words),
)
gifts = st.one_of(names, st.builds(ast.GivenIn, names, names))
trial_declarations = st.one_of(
    headers,
    st.builds(ast.Source, names, titles, st.one_of(st.none(), titles)),
    st.builds(ast.Use, names, tuples(names)),
    st.builds(ast.Anchor, names, st.one_of(names, event_patterns), some_origins),
    st.builds(ast.Define, names, titles, expressions, some_origins),
    st.builds(ast.EligibilityAt, points, some_origins),
    st.builds(
        ast.Criterion,
        st.sampled_from(["inclusion", "exclusion"]),
        names,
        titles,
        st.one_of(st.none(), expressions),
        some_origins,
    ),
    treatments,
    st.builds(
        ast.Arm, names, titles, clauses(st.builds(ast.Gives, tuples(gifts)), st.builds(ast.Ratio, whole), some_codes)
    ),
    st.builds(ast.Prohibit, names, stretches, some_origins),
    st.builds(ast.Epoch, names, titles, points, points, clauses(st.just(ast.WithoutTreatment()))),
    visits,
    st.builds(ast.VisitClass, names, titles, st.booleans(), clauses(*class_clauses)),
    st.builds(ast.AlsoAssess, tuples(names), assessments, some_origins),
    st.builds(ast.ParticipationEnds, points, some_origins),
    st.builds(
        ast.RequiredInterval,
        names,
        titles,
        st.sampled_from(["at most", "at least"]),
        amounts,
        points,
        points,
        some_origins,
    ),
    st.builds(
        ast.Deviation,
        names,
        titles,
        st.one_of(st.none(), expressions),
        st.one_of(st.none(), categories),
        st.one_of(st.none(), grade_words),
        some_origins,
    ),
    st.builds(ast.Grades, tuples(grade_lines, 0), some_origins),
)
endpoint_kinds = st.one_of(
    st.builds(ast.ProportionWith, expressions),
    st.builds(ast.Average, st.sampled_from(["median", "mean"]), expressions),
    st.builds(ast.Course, names, tuples(names), st.booleans()),
    st.builds(ast.TimeToFirst, points, names, st.tuples(operators, signed_amounts)),
    st.builds(ast.TimeToFirst, points, st.none(), st.none(), tuples(event_patterns)),
    st.builds(ast.EventsIn, event_patterns, periods),
    st.builds(ast.CountIn, event_patterns, periods),
    st.builds(ast.WorstGrade, event_patterns, maybe_periods),
)
missing_rules = st.sampled_from(["failure", "observed only", "last value carried forward"])
endpoints = st.builds(
    ast.Endpoint,
    st.sampled_from(["primary", "secondary", "exploratory"]),
    names,
    titles,
    st.one_of(st.none(), endpoint_kinds),
    clauses(
        st.builds(ast.AnalysedIn, tuples(names)),
        st.builds(ast.MissingCounts, tuples(missing_rules)),
        st.builds(ast.Compare, tuples(names)),
        st.builds(ast.Confidence, amounts),
        st.builds(ast.Competing, tuples(names)),
        st.builds(ast.CensoredAt, tuples(names)),
        windows,
    ),
)
no_because = tuples(origins.filter(lambda clause: not isinstance(clause, ast.Because)), 0, 2)
cell_words = st.text(ascii_letters + digits + " <>=/%_.-", max_size=12).map(lambda text: " ".join(text.split()))
cells = cell_words.map(ast.Cell)
full_cells = cell_words.filter(bool).map(ast.Cell)
analysis_declarations = st.one_of(
    st.builds(
        ast.AnalysisSet,
        names,
        titles,
        st.sampled_from(["randomized", "treated", "everyone"]),
        tuples(st.one_of(names, categories.map(ast.Name)), 0),
        some_origins,
    ),
    endpoints,
    st.one_of(
        st.builds(ast.Assumption, names, titles, because, tuples(names, 0), some_origins),
        st.builds(ast.Assumption, names, titles, st.none(), tuples(names, 0), no_because),
    ),
    st.builds(ast.Amendment, names, titles, dates, tuples(st.builds(ast.SiteDate, dates, titles), 0, 2), some_origins),
    st.builds(
        ast.Amendment, names, titles, st.none(), tuples(st.builds(ast.SiteDate, dates, titles), 1, 2), some_origins
    ),
    st.builds(ast.Retire, tuples(names), st.builds(ast.Since, names), some_origins),
    st.builds(
        ast.Example,
        titles,
        tuples(st.builds(ast.Row, tuples(cells)), 0),
        tuples(st.builds(ast.Given, tuples(full_cells)), 0, 2),
        tuples(st.builds(ast.Expect, full_cells), 0, 2),
    ),
)
declarations = st.one_of(data_declarations, trial_declarations, analysis_declarations)
files = st.builds(ast.File, st.just("generated.proto"), tuples(declarations, 0, 5))
