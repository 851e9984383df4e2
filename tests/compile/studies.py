"""Participants with everything that data may hold, and random studies: a protocol about a few topics with its data.

Cells are texts, as in a file: dates to the day, month or year, censored and empty values, words where a number is
wanted, names a letter off, rows twice, rows of nobody known.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import TypeVar

from attrs import frozen
from hypothesis import strategies as st
from tests.compile.rules import EVERYTHING, Topic, Topics, numbers, protocols, some_topics

Cell = TypeVar("Cell")
SCREENED = date(2004, 6, 14)
BIRTHS = ["1986-06-14", "1986-06-15", "1940", "1964-02-29", "1964-05", ""]
TABLES: Mapping[str, Topics] = {
    "participants": EVERYTHING,
    "events": EVERYTHING,
    "readings": frozenset({"counts", "words", "enzymes", "balances", "creatinine"}),
    "medications": frozenset({"drugs", "declared"}),
    "visits": frozenset({"visits"}),
}
"""The tables of a folder, each with the topics of which one suffices for it to be there."""

SELDOM = 400
"""One cell in so many is one that columns leave to the interpreter; a participant has about a hundred cells."""


BORDERS = (-101, -100, -31, -29, -28, -8, -7, 0, 1, 3, 4)
"""Days from the screening on which periods and windows begin or end, and those beside them."""


@cache
def near(days: int) -> st.SearchStrategy[date]:
    """Days around the screening, a few of them on a border."""
    anywhere, borders = st.integers(-days, 40), [each for each in BORDERS if each >= -days]
    drawn = often(st.sampled_from(borders), anywhere)
    return drawn.map(lambda count: SCREENED + timedelta(days=count))


def clean(rare: st.SearchStrategy[Cell], common: st.SearchStrategy[Cell]) -> st.SearchStrategy[Cell]:
    """Mostly what columns judge themselves, seldom what they leave to the interpreter."""
    return st.integers(1, SELDOM).flatmap(lambda drawn: rare if drawn == SELDOM // 3 else common)


def often(changed: st.SearchStrategy[Cell], kept: st.SearchStrategy[Cell]) -> st.SearchStrategy[Cell]:
    """Now and then what departs from the plan, and columns tell all the same."""
    return st.integers(0, 4).flatmap(lambda drawn: changed if drawn == 3 else kept)


@cache
def dates(days: int, *, partial: bool = False) -> st.SearchStrategy[str]:
    """Mostly days, or as often months and years; seldom times of day, nothing, and what is none."""
    known = near(days).map(date.isoformat)
    parts = st.one_of(known.map(lambda text: text[:7]), known.map(lambda text: text[:4]))
    rare = st.one_of(
        parts,
        st.builds(str.__add__, known, st.sampled_from(["T08:30", "T08:30Z", " "])),
        st.sampled_from(["", "2004-02-30", "14/06/2004", "2004-6-14", "0001-01-01"]),
    )
    return clean(rare, st.one_of(known, parts) if partial else known)


@cache
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
    st.sampled_from(["<50", "< 200", ">=400", ">199", "<=200", "", "199.5", "200.0", "0.25", ">400.5", "haemolysed"]),
)
values = clean(odd_values, plain_values)
drugs = clean(
    st.sampled_from(["zidovudin", "zidovudine 300 mg", ""]),
    st.sampled_from(["zidovudine", "Lamivudine", "efavirenz", "indinavir", "aspirin", "J05AR01"]),
)
CODED_DRUGS = [
    *(("zidovudine", "J05AF01"), ("zidovudine", "j05af"), ("combivir", "J05AR01"), ("aspirin", "N02BA01")),
    *(("Indinavir", "J05AE02"), ("indinavir", "n02ba01"), ("", "J05AE02"), ("aspirin", "J05AF05")),
]
"""Drugs with codes that are theirs, or nobody's."""
OTHER_DRUGS = [
    *(("zidovudine", "J05AE02"), ("indinavir", "J05AF99"), ("zidovudine", "J05AF05"), ("J05AF01", "J05AE02")),
    *(("zidovudin", "J05AE02"), ("indinavir 400 mg", "J05AF01"), ("NRTI", "J05AE02"), ("PI", "J05AE02")),
    *(("zidovudine", "J05AR01"), ("lamivudine tablets", "J05AR01"), ("aspirin", "J05AE77")),
]
"""Drugs with codes of others."""


def seldom(rare: st.SearchStrategy[Cell], common: st.SearchStrategy[Cell]) -> st.SearchStrategy[Cell]:
    """As ``clean``, but of rows and not of cells: one in fifty is one that columns leave to the interpreter."""
    return st.integers(1, 50).flatmap(lambda drawn: rare if drawn == 17 else common)


@frozen
class Tables:
    """The rows of each table, each a mapping of cells."""

    tables: Mapping[str, list[Mapping[str, str]]]


@frozen
class MadeUp:
    """A random study: its protocol and its data."""

    text: str
    data: Tables


@st.composite
def studies(draw: st.DrawFn) -> MadeUp:
    """A small protocol and a folder of participants of whom it asks something."""
    topics = draw(some_topics())
    return MadeUp(draw(protocols(topics)), draw(tables(topics)))


@st.composite
def tables(draw: st.DrawFn, topics: Topics = EVERYTHING) -> Tables:
    """A study folder of some participants, with rows about some topics."""
    rows: dict[str, list[Mapping[str, str]]] = {name: [] for name, needed in TABLES.items() if needed & topics}
    letter = draw(st.sampled_from([*"PPPPPPPPP", "É"]))
    for number in range(draw(st.integers(1, 8))):
        name = f"{letter}{number:02}"
        rows["participants"].append(draw(people(name, topics)))
        rows["events"] += draw(milestones(name))
        for topic, table, kind, most in ROWS:
            if topic in topics:
                rows[table] += draw(st.lists(kind(name), max_size=most))
    if "counts" in topics:
        rows["readings"] += draw(st.lists(readings("P99"), max_size=1))
    for table, found in rows.items():
        if found and draw(st.integers(0, 15 if table == "participants" else 3)) == 2:
            found.append(draw(written_again(draw(st.sampled_from(found)))))
    return Tables(rows)


@st.composite
def written_again(draw: st.DrawFn, row: Mapping[str, str]) -> Mapping[str, str]:
    """The same row, or one that differs in blanks or capitals alone: in a unit these make another row."""
    name = draw(st.sampled_from([each for each in row if each != "participant"]))
    cell = draw(st.sampled_from([row[name], row[name], f"{row[name]} ", f" {row[name]}", row[name].upper()]))
    return {**row, name: cell}


sites = often(st.just(""), st.sampled_from(["01", "02", "01", "02", "2", " 02"]))
births = clean(st.sampled_from(["2004-06", "x"]), st.sampled_from(BIRTHS))
sexes = clean(st.just("other"), st.sampled_from(["female", "F", "male", "", "unknown"]))
ATTRIBUTES = {
    "failing": clean(st.just("maybe"), st.sampled_from(["yes", "No", ""])),
    "karnofsky": clean(st.just("good"), st.sampled_from(["60", "70", "<70", ""])),
    "smoking": clean(st.just("sometimes"), st.sampled_from(["never", "Former", "current", "unknown", ""])),
    "last_test": clean(st.just("soon"), st.sampled_from(["2004-06-10", "2004-06-09", "2004-06", "2003"])),
}


@st.composite
def people(draw: st.DrawFn, name: str, topics: Topics) -> Mapping[str, str]:
    """A row of ``participants``."""
    person = {
        "participant": name,
        "site": draw(sites),
        "birth_date": draw(births),
        "sex": draw(sexes),
    }
    if "attributes" in topics:
        person |= {attribute: draw(cell) for attribute, cell in ATTRIBUTES.items()}
    return person


CONSENTED = tuple(date(2004, 6, day) for day in (9, 10, 13, 14, 19, 20))
"""The days on which amendments come into force, and those before them."""


@st.composite
def milestones(draw: st.DrawFn, name: str) -> list[Mapping[str, str]]:
    """Screening and consent of nearly everybody, randomization of half."""
    found: list[Mapping[str, str]] = []
    if draw(st.integers(0, 29)) != 7:
        found.append({"participant": name, "event": "screening", "date": SCREENED.isoformat()})
    if draw(st.integers(0, 29)) != 7:
        consent = draw(st.sampled_from(CONSENTED) | near(8))
        found.append({"participant": name, "event": "consent", "date": consent.isoformat()})
    if draw(st.booleans()):
        found.append({"participant": name, "event": "randomization", "date": draw(near(4)).isoformat()})
    return found


LABELS = st.sampled_from(["", "", "SC0", "SC0", "B0", "FIN", "Screening visit", "week 9"])


@cache
def events(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``events``, seldom of a milestone that happens once."""
    plain = st.sampled_from(["hiv1_infection", "regimen_change", "fall"])
    event = clean(st.sampled_from(["screening", "consent", "randomization", "death", "regimen_chang"]), plain)
    row = {"participant": st.just(name), "event": event, "date": perhaps_undated(dates(200, partial=True))}
    return often(coded_events(name), st.fixed_dictionaries(row))


@cache
def coded_events(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``events`` with codes; seldom with one of something else, or in words of their own."""
    plain = [("hiv1_infection", "B20"), ("fall", "W19"), ("HIV infection", "b20.1"), ("regimen_change", "Z99")]
    odd = [
        *(("regimen_change", "B20"), ("regimen_chang", "B20.1"), ("after a regimen change", "B20")),
        *(("late regimen change", ""), ("hiv1_infection, confirmed", ""), ("hiv1_infectio", "B20")),
    ]
    return st.builds(
        lambda pair, day: {"participant": name, "event": pair[0], "code": pair[1], "date": day},
        seldom(st.sampled_from(odd), st.sampled_from(plain)),
        dates(200, partial=True),
    )


@cache
def perhaps_undated(dated: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Dates, of which one in ten is not told."""
    return st.integers(0, 9).flatmap(lambda drawn: st.just("") if drawn == 7 else dated)


@cache
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


@cache
def enzymes(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``readings`` that may bring a reference range of their own; seldom one that is none."""
    limit = clean(st.sampled_from(["x", "<30", "-1"]), st.sampled_from(["", "", "30", "60.5"]))
    return st.fixed_dictionaries(
        {
            "participant": st.just(name),
            "measure": st.sampled_from(["alt", "alt", "ast"]),
            "date": dates(20),
            "visit": LABELS,
            "value": clean(odd_values, st.sampled_from(["30", "35", "45", "112.5", "<40", "> 150", "200", ""])),
            "low": limit,
            "high": limit,
        }
    )


@cache
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


@cache
def readings(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``readings``; seldom of a name a letter off, or in a unit of something else."""
    plain = st.sampled_from(sorted(MEASURES)).flatmap(
        lambda measure: st.sampled_from([(measure, unit) for unit in MEASURES[measure]])
    )
    odd = st.sampled_from([("hiv_rma", ""), ("", ""), ("cd4", "kg"), ("cd4", "cells/nl")])
    coded = st.sampled_from([("cd4", "", "24467-3"), ("CD4+ cells", "", "24467-3"), ("cd8", "", "8101-8")])
    # The code of a measure of the library that the protocols do not use is nobody's.
    other = st.sampled_from([("hiv_rna", "", "24467-3"), ("hiv_rma", "", "24467-3"), ("hiv_rna", "", "20447-9")])
    return st.builds(
        lambda found, day, value, visit: {
            "participant": name,
            "measure": found[0],
            "date": day,
            "visit": visit,
            "value": value,
            "unit": found[1],
            **({"code": found[2]} if len(found) > 2 else {}),
        },
        often(seldom(other, coded), clean(odd, plain)),
        st.one_of(dates(60), dates(8), timed(30)),
        values,
        LABELS,
    )


@cache
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


@cache
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


@cache
def medications(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``medications``; now and then one that ends before it starts."""
    ended = st.integers(0, 9).flatmap(lambda drawn: dates(200 if drawn == 7 else 0, partial=True))
    coded = seldom(st.sampled_from(OTHER_DRUGS), st.sampled_from(CODED_DRUGS))
    return st.builds(
        lambda found, start, end: {
            "participant": name,
            "drug": found[0],
            **({"code": found[1]} if found[1] else {}),
            "start": start,
            "end": end,
        },
        often(coded, st.tuples(drugs, st.just(""))),
        dates(300, partial=True),
        st.one_of(st.just(""), clean(st.just("unknown"), dates(0)), ended),
    )


@cache
def creatinine(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``readings`` in units of which one converts by its molar mass; seldom in one that does not."""
    units = [("", 1.5), ("mg/dL", 1.5), ("umol/L", 133), ("mmol/L", 0.133), ("g/L", 0.015), ("mg/L", 15)]
    cells = st.sampled_from(["{:g}", "{:g}", "<{:g}", ">={:g}", ""])
    return st.builds(
        lambda called, day, label, found, share, cell: {
            "participant": name,
            **called,
            "date": day,
            "visit": label,
            "value": cell.format(found[1] * share),
            "unit": found[0],
        },
        often(st.just({"measure": "CREA", "code": "2160-0"}), st.just({"measure": "creatinine"})),
        dates(60),
        LABELS,
        clean(st.just(("U/L", 1.5)), st.sampled_from(units)),
        st.sampled_from([0.5, 1, 1, 2, 20]),
        cells,
    )


DECLARED = [
    *({"event": event} for event in ("diabetes", "Diabetes", "E11", "asthma", "infection", "INFECTION")),
    *({"event": "infection", "category": category} for category in ("mild", "severe", "Needing admission", "A41")),
    *({"event": event, "code": code} for event, code in (("sepsis", "A41"), ("diabetes", "e10"), ("cold", "J00"))),
]
"""Events that a protocol declares, by their names, their titles and their codes."""


@cache
def declared(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``events`` of what a protocol declares; seldom with a category or a code of something else."""
    odd = [{"event": "infection", "category": "bad"}, {"event": "asthma", "code": "E10"}, {"event": "diabetis"}]
    ends = st.one_of(st.just(""), seldom(dates(200), st.sampled_from(["2004-08", "2004-07-30", "2005"])))
    return st.builds(
        lambda found, day, end: {"participant": name, **found, "date": day, "end_date": end},
        seldom(st.sampled_from(odd), st.sampled_from(DECLARED)),
        dates(120, partial=True),
        ends,
    )


@cache
def diagnosed(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """The milestone that a protocol declares."""
    called = st.sampled_from([{"event": "diagnosis"}, {"event": "breast cancer", "code": "C50"}])
    return st.builds(lambda found, day: {"participant": name, **found, "date": day}, called, dates(120))


@cache
def lowering(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``medications`` of the classes that a protocol declares."""
    known = [("simvastatin", ""), ("Atorvastatin", "C10AA05"), ("ezetimibe", ""), ("", "C10AX09"), ("c10aa01", "")]
    taken = st.sampled_from([{}, {"dose": "20", "unit": "mg", "route": "oral"}, {"dose": "one", "unit": "tablet"}])
    return st.builds(
        lambda found, how, start, end: {
            "participant": name,
            "drug": found[0],
            "code": found[1],
            **how,
            "start": start,
            "end": end,
        },
        seldom(st.sampled_from([("simvastatine", ""), ("ezetimibe", "C10AA01")]), st.sampled_from(known)),
        taken,
        dates(120, partial=True),
        st.one_of(st.just(""), dates(0)),
    )


@cache
def reactions(name: str) -> st.SearchStrategy[Mapping[str, str]]:
    """Rows of ``events`` that are related to a treatment, or to something else, or of which that is not told."""
    return st.fixed_dictionaries(
        {
            "participant": st.just(name),
            "event": st.just("reaction"),
            "date": dates(60, partial=True),
            "grade": st.sampled_from(["1", "3", "4", ""]),
            "related_to": st.sampled_from(["study_drug", "Study drug", "surgery", ""]),
        }
    )


ROWS: tuple[tuple[Topic, str, Callable[[str], st.SearchStrategy[Mapping[str, str]]], int], ...] = (
    ("events", "events", events, 4),
    ("counts", "readings", readings, 6),
    ("words", "readings", words_read, 2),
    ("enzymes", "readings", enzymes, 3),
    ("balances", "readings", balances, 2),
    ("events", "events", described, 3),
    ("visits", "visits", visited, 3),
    ("drugs", "medications", medications, 4),
    ("creatinine", "readings", creatinine, 4),
    ("declared", "events", declared, 4),
    ("declared", "events", diagnosed, 1),
    ("declared", "medications", lowering, 3),
    ("treated", "events", reactions, 3),
)
"""Rows about each topic: their table, and how many a participant has at most."""
