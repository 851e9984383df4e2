"""Participants with everything that data may hold, and random studies: a protocol about a few topics with its data.

Cells are texts, as in a file: dates to the day, month or year, censored and empty values, words where a number is
wanted, names a letter off, rows twice, rows of nobody known.
"""

from collections.abc import Mapping
from datetime import date

from attrs import frozen
from hypothesis import strategies as st
from tests.compile.drawn_rows import ROWS, readings
from tests.compile.draws import SCREENED, clean, near, often
from tests.compile.rules import protocols
from tests.compile.topics import EVERYTHING, Topics, some_topics

BIRTHS = ["1986-06-14", "1986-06-15", "1940", "1964-02-29", "1964-05", ""]
TABLES: Mapping[str, Topics] = {
    "participants": EVERYTHING,
    "events": EVERYTHING,
    "readings": frozenset({"counts", "words", "enzymes", "balances", "creatinine"}),
    "medications": frozenset({"drugs", "declared"}),
    "visits": frozenset({"visits"}),
}
"""The tables of a folder, each with the topics of which one suffices for it to be there."""


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
