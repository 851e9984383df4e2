"""What was given and held in random plans of treatment and visits.

Most participants keep to the plan; now and then a cycle, a dose or a visit is another one.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from hypothesis import strategies as st
from tests.compile.draws import SCREENED, clean, often
from tests.compile.studies import Tables, tables
from tests.compile.topics import Topics

DAYS, TIMES = 2, 2
"""Days and administrations a day of a cycle."""
Rows = list[Mapping[str, str]]


@st.composite
def conduct(draw: st.DrawFn, topics: Topics) -> Tables:
    """A study folder with what was given and held."""
    rows: dict[str, Rows] = {name: list(found) for name, found in draw(tables(topics)).tables.items()}
    rows |= {"administrations": [], "visits": []}
    if draw(st.booleans()):
        # So much is odd of what entry asks for that columns would judge few of the plans themselves.
        rows |= draw(entered(rows["participants"]))
    people: Rows = []
    for person in rows["participants"]:
        name = person["participant"]
        arm = draw(
            clean(st.sampled_from(["", "placebo", "activ"]), st.sampled_from(["control", "active", "Active", "ACT"]))
        )
        begun = [date.fromisoformat(each["date"]) for each in rows["events"] if is_randomization(each, name)]
        people.append({**person, "arm": arm if begun else ""})
        for start in begun[:1]:
            rows["events"].append({"participant": name, "event": "consent", "date": "2004-06-01"})
            rows["administrations"] += draw(course(name, start))
            if draw(clean(st.just(arm != "active"), st.just(arm.lower() in {"active", "act"}))):
                rows["administrations"] += draw(cycles_given(name, start))
            rows["visits"] += draw(visits_held(name, start))
            rows["visits"] += draw(visits_in_cycles(name, rows["administrations"]))
            if draw(st.integers(0, 3)) == 0:
                rows["events"] += draw(ended(name, start))
            if "events" in topics and draw(st.integers(0, 2)) == 0:
                rows["events"].append(draw(toxic(name, start)))
    rows["participants"] = people
    if draw(st.integers(0, 3)) == 0:
        rows["readings"] = [reading_of(row) for row in rows.pop("visits")]
    return Tables(rows)


@st.composite
def toxic(draw: st.DrawFn, name: str, start: date) -> Mapping[str, str]:
    """A toxicity, and what it is related to."""
    day = start + timedelta(days=draw(st.integers(-3, 80) | on_ends))
    cause = draw(st.sampled_from(["il2", "Interleukin-2", "obr", "surgery", ""]))
    row = {"participant": name, "event": "toxicity", "date": day.isoformat(), "related_to": cause}
    return {**row, "grade": draw(st.sampled_from(["1", "3", ""]))}


ENDS = [
    ("withdrawal",),
    ("discontinuation",),
    ("discontinuation", "discontinuation"),
    ("discontinuation", "withdrawal"),
    ("death",),
    ("death", "withdrawal"),
]


@st.composite
def ended(draw: st.DrawFn, name: str, start: date) -> Rows:
    """The end of participation, or of a treatment, or both; what was held and given may go on all the same."""
    found: Rows = []
    for event in draw(st.sampled_from(ENDS)):
        day = start + timedelta(days=draw(st.integers(20, 80)))
        cause = draw(st.sampled_from(["il2", "il2", "obr", "surgery", ""])) if event == "discontinuation" else ""
        found.append({"participant": name, "event": event, "date": day.isoformat(), "related_to": cause})
    return found


@st.composite
def entered(draw: st.DrawFn, people: Rows) -> Mapping[str, Rows]:
    """Milestones, a count at screening, and what was taken; most are randomized."""
    found: dict[str, Rows] = {"events": [], "readings": [], "medications": []}
    for person in people:
        name, screened = person["participant"], SCREENED + timedelta(days=draw(st.integers(-5, 5)))
        start = screened + timedelta(days=draw(st.integers(0, 20)))
        found["events"].append({"participant": name, "event": "screening", "date": screened.isoformat()})
        count = {**reading_of({"participant": name, "visit": "SCR", "date": screened.isoformat()})}
        found["readings"].append({**count, "value": draw(often(st.sampled_from(["", "40", "310"]), st.just("150")))})
        if draw(often(st.just(value=False), st.just(value=True))):
            found["events"].append({"participant": name, "event": "randomization", "date": start.isoformat()})
        if draw(often(st.just(value=True), st.just(value=False))):
            day = (start + timedelta(days=draw(st.integers(-40, 80) | on_ends))).isoformat()
            before, first = ((start - timedelta(days=days)).isoformat() for days in (1, 0))
            end = draw(st.sampled_from(["", day, "2004-12", max(day, before), max(day, first)]))
            taken = {"participant": name, "drug": draw(st.sampled_from(["ritonavir", "indinavir"]))}
            found["medications"].append({**taken, "start": draw(often(st.just(day[:7]), st.just(day))), "end": end})
    return found


on_ends = st.sampled_from([-1, 0, 13, 14, 28, 29, 56, 57, 70, 71])
"""Days from randomization on which some medication is first or last prohibited, and those beside them."""


def reading_of(visit: Mapping[str, str]) -> Mapping[str, str]:
    """A reading that a visit is the label of."""
    known = {name: visit[name] for name in ("participant", "visit", "date")}
    return {**known, "measure": "cd4", "value": "150", "unit": "cells/mm3"}


def is_randomization(row: Mapping[str, str], participant: str) -> bool:
    """Whether a row is a randomization of the participant, on a plain day."""
    is_plain = len(row["date"]) == len("2004-06-14") and row["date"].startswith("2004-0") and " " not in row["date"]
    is_real = is_plain and row["date"] != "2004-02-30"
    return row["participant"] == participant and row["event"] == "randomization" and is_real


@st.composite
def course(draw: st.DrawFn, name: str, start: date) -> Rows:
    """Some stretches of the continuous treatment: mostly each on the day after the one before, seldom on the same.

    One may lie within another, and the last may go on for longer than anybody looks.
    """
    row = {"participant": name, "treatment": "obr", "date": start.isoformat(), "dose": "54", "unit": "mg"}
    if draw(st.booleans()):
        return [row]
    if draw(st.integers(0, 9)) == 3:
        return [row, {**row, "times": "1"}]
    end = start + timedelta(days=13)
    following = end + timedelta(days=draw(often(st.integers(-3, 9), st.just(1))))
    second = {**row, "date": following.isoformat(), **draw(later_doses)}
    if draw(st.booleans()):
        last = start + timedelta(days=28 + draw(st.sampled_from([*range(-5, 10), -14, 31])))
        ends = st.sampled_from([last.isoformat()[:7], LONG_AFTER, LONG_AFTER[:7]])
        second["end_date"] = draw(often(ends, st.just(last.isoformat())))
    first = {**row, "end_date": draw(often(st.just(LONG_AFTER), st.just(end.isoformat())))}
    if draw(st.integers(0, 4)) == 3:
        return [first, draw(inside(row, start)), second]
    return [first, second]


LONG_AFTER = "2006-12-31"
"""The end of what still goes on at any cut-off that is given."""


@st.composite
def inside(draw: st.DrawFn, row: Mapping[str, str], start: date) -> Mapping[str, str]:
    """A stretch that begins, and mostly ends, within the first."""
    begins, length = draw(st.integers(1, 12)), draw(st.integers(0, 20))
    end = (start + timedelta(days=begins + length)).isoformat()
    ends = st.sampled_from(["", LONG_AFTER, end[:7]])
    return {**row, "date": (start + timedelta(days=begins)).isoformat(), "end_date": draw(often(ends, st.just(end)))}


later_doses = st.sampled_from(
    [
        *({"dose": "81"},) * 5,
        {"dose": "54"},
        {"dose": "", "level": "high"},
        {"dose": "1", "unit": "tablet"},
        {"dose": "54", "level": "high"},
    ]
)


@st.composite
def cycles_given(draw: st.DrawFn, name: str, start: date) -> Rows:
    """Some cycles, most of them as planned."""
    found: Rows = []
    day = start + timedelta(days=draw(st.sampled_from([0, 3, 14, 31])))
    for number in range(1, draw(st.integers(0, 4)) + 1):
        began = day + timedelta(days=draw(clean(st.integers(-20, 20), st.integers(-3, 8))))
        found += draw(cycle_given(name, began, draw(cycle_numbers(number))))
        day += timedelta(days=draw(st.sampled_from([14, 28, 30, 42])))
    return found


def cycle_numbers(number: int) -> st.SearchStrategy[str]:
    """Mostly the number of the cycle; now and then none or another, seldom what is none."""
    return clean(st.just("x"), often(st.sampled_from(["", "0", "7"]), st.just(str(number))))


@st.composite
def cycle_given(draw: st.DrawFn, name: str, began: date, number: str) -> Rows:
    """The administrations of one cycle: each by itself, by the day, or all in one row."""
    row = {"participant": name, "treatment": "il2", "cycle": number, "dose": "4.5", "unit": "MIU"}
    row |= {"route": "subcutaneous", "given": "yes"}
    days = [(began + timedelta(days=count)).isoformat() for count in range(DAYS)]
    shape = draw(st.sampled_from(["each", "day", "all"]))
    found: Rows
    if shape == "all":
        found = [{**row, "date": days[0], "end_date": days[-1], "times": draw(clean(st.just(""), st.just(str(TIMES))))}]
    elif shape == "day":
        found = [{**row, "date": day, "times": str(TIMES)} for day in days]
    else:
        found = [{**row, "date": f"{day}T{hour:02}:00"} for day in days for hour in (8, 20)]
    change = draw(clean(odd_changes, often(changes, st.just({}))))
    if len(found) > 1 and draw(st.integers(0, 14)) == 7:
        # The last day of a cycle is recorded without its number.
        found[-1] = {**found[-1], "cycle": ""}
    return [{**found[0], **change}, *found[draw(often(st.just(2), st.just(1))) :]]


changes: st.SearchStrategy[Mapping[str, str]] = st.sampled_from(
    [
        {"dose": "2.25"},
        {"dose": ""},
        {"dose": "4500000", "unit": "IU"},
        {"dose": "", "level": "low"},
        {"level": "low"},
        {"dose": "2.25", "level": "low"},
        {"dose": "1", "unit": "tablet"},
        {"route": "intravenous"},
        {"route": ""},
        {"route": " Subcutaneous "},
        {"given": "no"},
        {"times": "0"},
        {"end_date": LONG_AFTER},
    ]
)
odd_changes: st.SearchStrategy[Mapping[str, str]] = st.sampled_from(
    [
        {"dose": "4,5"},
        {"unit": "mg"},
        {"dose": "", "level": "reduced"},
        {"date": "2004-07"},
        {"end_date": "2004-07"},
        {"given": "nein"},
        {"times": "1.5"},
        {"treatment": "il3"},
        {"treatment": "something else"},
    ]
)


@st.composite
def visits_held(draw: st.DrawFn, name: str, start: date) -> Rows:
    """The visits of a participant up to some week, seldom one without a label, not held, twice, or at the end."""
    found: Rows = []
    last, late = draw(st.sampled_from([28, 56, 70, 70])), 0
    for label, days in (("W0", 0), ("W4", 28), ("W8", 56), ("W10", 70)):
        # Whoever comes late comes late the next time too.
        late = draw(clean(st.integers(-20, 20), st.integers(0, 8))) + draw(st.sampled_from([0, late]))
        day = start + timedelta(days=days + late)
        if days > last:
            break
        row = {"participant": name, "visit": label, "date": day.isoformat(), "status": "held"}
        found.append({**row, **draw(clean(odd_visits, st.just({})))})
    return found


@st.composite
def visits_in_cycles(draw: st.DrawFn, name: str, given: Rows) -> Rows:
    """The visits on the first day of each cycle, most of them on its first dose."""
    firsts = {
        row["cycle"]: row for row in reversed(given) if row["participant"] == name and row.get("cycle", "").isdigit()
    }
    found: Rows = []
    for number, row in firsts.items() if draw(st.booleans()) else ():
        day = row["date"][:10]
        label = draw(clean(st.just("C9D1"), st.just(f"C{number}D1")))
        found.append({"participant": name, "visit": label, "date": day, "status": "held"})
    return found


odd_visits: st.SearchStrategy[Mapping[str, str]] = st.sampled_from(
    [{"visit": ""}, {"status": "not held"}, {"visit": "W4"}, {"visit": "extra"}, {"status": "early termination"}]
)
