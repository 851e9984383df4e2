"""Small random protocols over what columns judge, and participants with everything that data may hold.

Cells are texts, as in a file: dates to the day, month or year, censored and empty values, words where a number is
wanted, names a letter off, rows twice, rows of nobody known.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeVar

from attrs import frozen
from hypothesis import strategies as st

HEAD = """protocol MADE_UP "A made-up protocol"
  language 1
use hiv (cd4, hiv_rna, hiv1_infection, NRTI, NNRTI, PI, regimen_change)
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
attribute failing "Failing" is yes or no
attribute karnofsky "Karnofsky score" in points
attribute last_test "Last test" is a date
measure rpr "Rapid plasma reagin" is one of {reactive, nonreactive, unknown}
measure balance "Base excess" in mmol/L
  may be negative
measure alt "Alanine aminotransferase" in U/L
  normal for female 7 U/L to 35 U/L
  normal for male 7 U/L to 45 U/L
ladder alt_grade "Alanine aminotransferase" of alt
  grade 1 above upper limit of alt
  grade 2 from 2.5 times upper limit of alt
  grade 3 from 200 U/L
visit SC0 "Screening visit" at SCR
  window -7 to +3 days
visit B0 "Baseline visit" at W0
  window ± 2 days
visit FIN "Final visit" at 7 days after PD
  window ± 3 days
at SC0, B0, FIN also assess cd4, alt, rpr, balance
ladder rising "Rise" of alt
  grade 1 above alt at SC0
  grade 2 from 2.5 times alt at SC0
ladder acidosis "Acidosis" of balance
  grade 1 to -5 mmol/L
  grade 3 below -10 mmol/L
event toxicity "Toxicity"
  grades 1 to 5
event relapse "Relapse"
  category local
  category distant
anchor PD is first relapse in {distant}
"""
Cell = TypeVar("Cell")
SCREENED = date(2004, 6, 14)
BIRTHS = ["1986-06-14", "1986-06-15", "1940", "1964-02-29", "1964-05", ""]

SELDOM = 400
"""One cell in so many is one that columns leave to the interpreter; a participant has about a hundred cells."""

numbers = st.sampled_from([0, 1, 49, 50, 199, 200, 201, 400])
bounds = st.sampled_from(
    ["before SCR", "within 28 days before SCR", "from 100 days before SCR to SCR", "from 1 month before SCR to W0"]
)
picks = st.sampled_from(["latest", "first", "lowest", "highest", "latest recorded", "lowest recorded"])
operators = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
classes = st.sampled_from(["NRTI", "NNRTI", "PI"])


def written(form: str, *parts: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    """Texts of one form with its parts filled in."""
    return st.tuples(*parts).map(lambda found: form.format(*found))


words = st.sampled_from(["is reactive", "is in {reactive, unknown}", "is in {nonreactive}"])
cell_counts = st.one_of(
    written("{} cd4 {}", picks, bounds),
    written("{} cd4 {}", picks, bounds),
    st.sampled_from(["200 cells/mm3", "0.75 cells/mm3"]),
)
counts = st.recursive(
    cell_counts,
    lambda inner: st.one_of(
        written("({} {} {})", inner, st.sampled_from(["+", "-"]), inner),
        written("{} times ({})", st.sampled_from(["3", "0.5"]), inner),
    ),
    max_leaves=3,
)
averages = st.sampled_from(["mean", "median", "mean recorded", "median recorded"])
grades = st.sampled_from(["grade 1", "grade 2", "grade 3"])
normals = st.sampled_from(["upper limit of alt", "lower limit of alt", "3 times upper limit of alt"])
cell_limits = written("cd4 {} {} cells/mm3", operators, numbers)
stretches = st.sampled_from(["from 100 days before SCR to SCR", "from PD to SCR"])
planned = st.sampled_from(["SC0", "SC0", "B0", "FIN"])
at_visits = written("{} at {}", st.sampled_from(["cd4", "cd4", "alt_grade"]), planned)
at_count = written("{} times cd4 at {}", st.sampled_from(["0.5", "1"]), planned)
patterns = st.sampled_from(
    ["toxicity", "toxicity of grade at least 3", "relapse in {local}", "relapse in {local, distant}"]
)
atoms = st.one_of(
    written("age at SCR {} {} years", operators, st.sampled_from([18, 40, 65])),
    written("age at SCR between {} years and 65 years", st.sampled_from([18, 40])),
    written("{} cd4 {} {} {} cells/mm3", picks, bounds, operators, numbers),
    written("{} cd4 {} between 50 cells/mm3 and {} cells/mm3", picks, bounds, st.sampled_from([50, 200])),
    written("{} hiv_rna {} {} {} copies/mL", picks, bounds, operators, numbers),
    written("consecutive cd4 {} ({}) {}", st.sampled_from(["<", ">="]), st.one_of(cell_counts, at_count), stretches),
    written("cd4 at {} {} {} cells/mm3", planned, operators, numbers),
    written("cd4 at {} {} {}", planned, operators, counts),
    written("balance at {} {} {} mmol/L", planned, operators, st.sampled_from(["-5", "0"])),
    written("alt_grade at {} {} {}", planned, operators, grades),
    written("rpr at {} {}", planned, words),
    written("{} is recorded", st.one_of(at_visits, written("rpr at {}", planned), written("balance at {}", planned))),
    written("change in cd4 from SC0 to B0 {} {} cells/mm3", operators, st.sampled_from([-150, 0, 150])),
    st.just("change in balance from SC0 to B0 is recorded"),
    written("percent change in cd4 from B0 to SC0 {} {}%", operators, st.sampled_from([-75, 0, 100])),
    written("{} rising {} {} {}", picks, bounds, operators, grades),
    written("log10 {} hiv_rna {} {} {}", picks, bounds, operators, st.sampled_from(["2", "1.7", "2.3", "0.5"])),
    written("{} {} {}", counts, operators, counts),
    written("{} {} {} {} {} cells/mm3", averages, st.just("cd4"), bounds, operators, numbers),
    written("{} {} {} {} {}", averages, st.just("alt_grade"), bounds, operators, grades),
    written("consecutive {} {}", st.one_of(cell_limits, st.just("alt_grade >= grade 2")), stretches),
    written("{} {} {} {} {}", picks, st.sampled_from(["alt_grade", "acidosis"]), bounds, operators, grades),
    written("{} alt {} {} {}", picks, bounds, operators, normals),
    written("{} balance {} {} {} mmol/L", picks, bounds, operators, st.sampled_from(["-5", "-0.5", "0", "2"])),
    written("{} {} {}", st.sampled_from(["any", "no"]), patterns, bounds),
    written("count of {} {} {} {} times", patterns, bounds, operators, st.sampled_from([1, 2])),
    written("days from PD to SCR {} {} days", operators, st.sampled_from([0, 30])),
    written("{} cd4 from PD to SCR >= {} cells/mm3", st.one_of(picks, averages), numbers),
    written("({}) rounded to {} decimals {} 200 cells/mm3", counts, st.sampled_from([0, 1, 2]), operators),
    written("({}) / ({}) {} {} times", counts, counts, operators, st.sampled_from(["0.5", "1", "1.25", "8"])),
    written("{} rpr {} {}", st.sampled_from(["first", "latest", "latest recorded"]), bounds, words),
    written("latest rpr {} is recorded", bounds),
    written("last_test {} {}", operators, st.sampled_from(["2004-06-10", "2004-06", "2003-12"])),
    written("{} cd4 {} is recorded", picks, bounds),
    written("hiv1_infection is confirmed {}", bounds),
    written("exposed to {} {}", classes, st.one_of(st.just(""), bounds)),
    written("on {} at {}", classes, st.sampled_from(["SCR", "W0", "7 days before SCR"])),
    written("{} regimen_change {}", st.sampled_from(["any", "no"]), bounds),
    written("failing is {}", st.sampled_from(["yes", "no"])),
    written("sex is in {{{}}}", st.sampled_from(["female", "male, unknown"])),
    written("karnofsky {} {} points", operators, st.sampled_from([60, 70])),
    written("days from SCR to W0 {} {} days", operators, st.sampled_from([0, 7, 14])),
    st.sampled_from(["failing is recorded", "sex is recorded", "karnofsky is recorded"]),
)
tests = st.recursive(
    atoms,
    lambda inner: st.one_of(
        written("not ({})", inner),
        written("({}) and ({})", inner, inner),
        written("({}) or ({})", inner, inner),
        written("at least 2 of ({}, {}, {})", inner, inner, inner),
    ),
    max_leaves=4,
)
histories = st.sampled_from(
    [
        "",
        "history medications complete\n",
        "history medications open\n",
        "history medications complete\nhistory events complete\n",
        "history medications complete\nhistory conditions open\n",
    ]
)


AMENDMENTS = """amendment AM1 "First" in force 2004-06-10
  in force 2004-06-14 at site "02"
amendment AM2 "Second" in force 2004-06-20
"""
since = st.sampled_from(["AM1", "AM2"])


@st.composite
def protocols(draw: st.DrawFn, *, may_be_amended: bool = True) -> str:
    """A protocol of one to four criteria."""
    text = HEAD + draw(histories)
    is_amended = may_be_amended and draw(st.integers(0, 4)) == 3
    text += AMENDMENTS if is_amended else ""
    for number, test in enumerate(draw(st.lists(tests, min_size=1, max_size=4)), 1):
        kind, clause = draw(st.sampled_from([("inclusion", "require"), ("exclusion", "exclude if")]))
        text += f'{kind} R{number} "Rule {number}" {clause} {test}\n'
        if is_amended:
            later = f'{kind} R{number} "Rule {number}, amended" {clause} {draw(tests)}\n  since {draw(since)}\n'
            text += draw(st.sampled_from([later, f"retire R{number} since AM1\n", ""]))
    return text


# ------------------------------------------------------------------------------------------------------- participants
def near(days: int) -> st.SearchStrategy[date]:
    """Days around the screening."""
    return st.integers(-days, 40).map(lambda count: SCREENED + timedelta(days=count))


def clean(rare: st.SearchStrategy[Cell], common: st.SearchStrategy[Cell]) -> st.SearchStrategy[Cell]:
    """Mostly what columns judge themselves, seldom what they leave to the interpreter."""
    return st.integers(1, SELDOM).flatmap(lambda drawn: rare if drawn == SELDOM // 3 else common)


def dates(days: int, *, partial: bool = False) -> st.SearchStrategy[str]:
    """Mostly days, or as often months and years; seldom times of day, nothing, and what is none."""
    known = near(days).map(date.isoformat)
    parts = st.one_of(known.map(lambda text: text[:7]), known.map(lambda text: text[:4]))
    rare = st.one_of(
        parts,
        known.map(lambda text: f"{text}T08:30"),
        st.sampled_from(["", "2004-02-30", "14/06/2004", "2004-6-14", " 2004-06-14", "0001-01-01"]),
    )
    return clean(rare, st.one_of(known, parts) if partial else known)


def timed(days: int) -> st.SearchStrategy[str]:
    """Days, half of them with a time of day."""
    hours = st.sampled_from(["", "T08:30", "T14:05", " 23:59:59"])
    return st.builds(lambda day, hour: f"{day.isoformat()}{hour}", near(days), hours)


odd_values = st.sampled_from(
    ["1e2", "007", "-5", "abc", "1,5", "<0", "200.1234", "99999999999", "+5", ".5", "5.", " 200"]
)
plain_values = st.one_of(
    numbers.map(str),
    numbers.map(str),
    st.sampled_from(["<50", "< 200", ">=400", ">199", "<=200", "", "199.5", "200.0", "0.25", ">400.5"]),
)
values = clean(odd_values, plain_values)
drugs = clean(
    st.sampled_from(["zidovudin", "zidovudine 300 mg", ""]),
    st.sampled_from(["zidovudine", "Lamivudine", "efavirenz", "indinavir", "aspirin", "J05AR01"]),
)


@frozen
class Tables:
    """The rows of each table, each a mapping of cells."""

    tables: Mapping[str, list[Mapping[str, str]]]


@st.composite
def tables(draw: st.DrawFn) -> Tables:
    """A study folder of some participants."""
    rows: dict[str, list[Mapping[str, str]]] = {
        name: [] for name in ("participants", "events", "readings", "medications", "visits")
    }
    for number in range(draw(st.integers(1, 8))):
        name = f"P{number:02}"
        person = {
            "participant": name,
            "site": draw(st.sampled_from(["01", "02", ""])),
            "birth_date": draw(clean(st.sampled_from(["2004-06", "x"]), st.sampled_from(BIRTHS))),
            "sex": draw(clean(st.just("other"), st.sampled_from(["female", "F", "male", "", "unknown"]))),
            "failing": draw(clean(st.just("maybe"), st.sampled_from(["yes", "No", ""]))),
            "karnofsky": draw(clean(st.just("good"), st.sampled_from(["60", "70", "<70", ""]))),
            "last_test": draw(clean(st.just("soon"), st.sampled_from(["2004-06-10", "2004-06-09", "2004-06", "2003"]))),
        }
        rows["participants"].append(person)
        if draw(st.integers(0, 29)) != 7:
            rows["events"].append({"participant": name, "event": "screening", "date": SCREENED.isoformat()})
        if draw(st.integers(0, 29)) != 7:
            day = draw(near(8)).isoformat()
            rows["events"].append({"participant": name, "event": "consent", "date": day})
        if draw(st.booleans()):
            day = draw(near(4)).isoformat()
            rows["events"].append({"participant": name, "event": "randomization", "date": day})
        rows["events"] += draw(st.lists(events(name), max_size=4))
        rows["readings"] += draw(st.lists(readings(name), max_size=6))
        rows["readings"] += draw(st.lists(words_read(name), max_size=2))
        rows["readings"] += draw(st.lists(enzymes(name), max_size=3))
        rows["readings"] += draw(st.lists(balances(name), max_size=2))
        rows["events"] += draw(st.lists(described(name), max_size=3))
        rows["visits"] += draw(st.lists(visited(name), max_size=3))
        rows["medications"] += draw(st.lists(medications(name), max_size=4))
    rows["readings"] += draw(st.lists(readings("P99"), max_size=1))
    return Tables(rows)


LABELS = st.sampled_from(["", "", "SC0", "SC0", "B0", "FIN", "Screening visit", "week 9"])


def events(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``events``, seldom of a milestone that happens once."""
    plain = st.sampled_from(["hiv1_infection", "regimen_change", "fall"])
    event = clean(st.sampled_from(["screening", "consent", "randomization", "death", "regimen_chang"]), plain)
    row = {"participant": st.just(name), "event": event, "date": dates(200, partial=True)}
    return st.fixed_dictionaries(row)


def described(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``events`` with a grade or a category; seldom of one that there is not."""
    graded = st.sampled_from(
        ["toxicity 2", "toxicity 3", "toxicity 5", "toxicity ", "relapse local", "relapse distant"]
    )
    odd = st.sampled_from(["toxicity 9", "toxicity x", "relapse near", "relapse distan"])
    return st.builds(
        lambda what, day: {
            "participant": name,
            "event": what.partition(" ")[0],
            "date": day,
            "grade" if what.startswith("toxicity") else "category": what.partition(" ")[2],
        },
        clean(odd, graded),
        dates(120, partial=True),
    )


def enzymes(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``readings`` that may bring a reference range of their own; seldom one that is none."""
    limit = clean(st.sampled_from(["x", "<30", "-1"]), st.sampled_from(["", "", "30", "60.5"]))
    return st.fixed_dictionaries(
        {
            "participant": st.just(name),
            "measure": st.just("alt"),
            "date": dates(20),
            "visit": LABELS,
            "value": clean(odd_values, st.sampled_from(["30", "35", "45", "112.5", "<40", "> 150", "200", ""])),
            "low": limit,
            "high": limit,
        }
    )


def balances(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``readings`` whose values may be negative."""
    plain = st.sampled_from(["-5", "-0.5", "0", "-0", "2", "<-10", "< 2", ">-5", "-12", ""])
    return st.fixed_dictionaries(
        {
            "participant": st.just(name),
            "measure": st.just("balance"),
            "date": dates(20),
            "visit": LABELS,
            "value": clean(st.sampled_from(["--5", "- 5", "-.5", "-"]), plain),
        }
    )


WORDS = ["reactive", "Nonreactive", "unknown", ""]
MEASURES = {
    "cd4": ("", "cells/uL", "cells/mm3"),
    "CD4": ("",),
    "hiv_rna": ("", "copies/mL", "copies/uL", "copies/L"),
    "cd8": ("", "kg"),
}


def readings(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``readings``; seldom of a name a letter off, or in a unit of something else."""
    plain = st.sampled_from(sorted(MEASURES)).flatmap(
        lambda measure: st.sampled_from([(measure, unit) for unit in MEASURES[measure]])
    )
    odd = st.sampled_from([("hiv_rma", ""), ("", ""), ("cd4", "kg"), ("cd4", "cells/nl")])
    return st.builds(
        lambda pair, day, value, visit: {
            "participant": name,
            "measure": pair[0],
            "date": day,
            "visit": visit,
            "value": value,
            "unit": pair[1],
        },
        clean(odd, plain),
        st.one_of(dates(60), dates(8), timed(30)),
        values,
        LABELS,
    )


def words_read(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``readings`` whose values are words; seldom of one that is no choice."""
    return st.fixed_dictionaries(
        {
            "participant": st.just(name),
            "measure": st.just("rpr"),
            "date": dates(20),
            "visit": LABELS,
            "value": clean(st.sampled_from(["200", "positive"]), st.sampled_from(WORDS)),
        }
    )


def visited(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``visits``; seldom without a label, of several days or not held."""
    return st.fixed_dictionaries(
        {
            "participant": st.just(name),
            "visit": clean(st.just(""), st.sampled_from(["SC0", "B0", "FIN", "Final visit", "week 9"])),
            "date": dates(8),
            "end_date": clean(st.just(SCREENED.isoformat()), st.just("")),
            "status": clean(st.sampled_from(["not held", "early termination"]), st.sampled_from(["", "held"])),
        }
    )


def medications(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``medications``; now and then one that ends before it starts."""
    ended = st.integers(0, 9).flatmap(lambda drawn: dates(200 if drawn == 7 else 0, partial=True))
    return st.fixed_dictionaries(
        {
            "participant": st.just(name),
            "drug": drugs,
            "start": dates(300, partial=True),
            "end": st.one_of(st.just(""), clean(st.just("unknown"), dates(0)), ended),
        }
    )
