"""Random rows of each table about each topic."""

from collections.abc import Callable, Mapping
from functools import cache

from hypothesis import strategies as st
from tests.compile.draws import SCREENED, clean, dates, often, perhaps_undated, seldom, timed
from tests.compile.rules import numbers
from tests.compile.topics import Topic

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
