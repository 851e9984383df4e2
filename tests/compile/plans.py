"""Small random plans of treatment and visits on top of random rules of entry, and what was given and held.

Most participants keep to the plan; now and then a cycle, a dose or a visit is another one.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from hypothesis import strategies as st
from tests.compile.read_at_visits import told
from tests.compile.rules import Topics, near_screening, of_plans, protocols, since, some_topics, tests, written
from tests.compile.studies import SCREENED, MadeUp, Tables, clean, often, tables

PLAN_HEAD = """arm control "Control"
  gives obr
arm active "Active"
  gives obr, il2
  code cdisc "ACT"
visit SCR "Screening" at SCR
visit W0 "Baseline" at W0
visit W4 window ± 7 days
  assess cd4
"""
AMENDED_RULES: Mapping[str, Sequence[str]] = {
    "PI": ("prohibit PI from W0 to W4\n", "prohibit PI from W2 to W10\n"),
    "participation": ("participation ends at W8\n", "participation ends at 90 days after SCR\n"),
    "screening_period": ('interval screening_period "Screening"\n  at most 7 days from SCR to W0\n',),
}
"""What amendments make of rules about acts."""
DAYS, TIMES = 2, 2
"""Days and administrations a day of a cycle."""
Rows = list[Mapping[str, str]]

in_summer = st.builds(
    """amendment AM1 "First" in force 2004-{}
  in force 2004-{} at site "02"
amendment AM2 "Second" in force 2004-{}
""".format,
    st.sampled_from(["06-28", "07-12"]),
    st.sampled_from(["06-29", "07-14"]),
    st.sampled_from(["07-19", "08-16", "08-30"]),
)
starts = st.sampled_from(["W0", "W2", "D3", "M1"])
spacings = st.sampled_from(["2 weeks", "1 month", "4 weeks, then 6 weeks"])
windows = st.sampled_from(["", "  window -3 to +7 days\n", "  window ± 5 days\n", "  window -0 to +7 days\n"])
doses = st.sampled_from(
    [
        "",
        "  dose 4.5 MIU subcutaneous, twice daily for 2 days\n",
        "  dose 4.5 MIU subcutaneous\n",
        "  dose 4.5 MIU subcutaneous, three times daily for 1 day\n",
        "  dose 4.5 MIU subcutaneous, 4 times daily for 2 days\n",
        "  dose 4.5 MIU\n  level low 2.25 MIU\n",
    ]
)
LEVELS = "  level low 54 mg from D0, level high 81 mg from W2\n"
OF_TWO = "  level low 54 mg from W0, level high 81 mg from 35 days after SCR\n"
courses = st.sampled_from(["", *(f"  dose 54 mg, once daily\n{levels}" for levels in ("", LEVELS, OF_TWO))])
stopped = written("every 4 weeks from {} until relapse, withdrawal", starts)
counts = st.sampled_from(["", "  counted from previous start\n"])
rules = st.sampled_from(
    [
        *("",) * 6,
        "  delay while latest cd4 before W52 > 300 cells/mm3\n",
        "  delay while latest cd4 before W52 > 300 cells/mm3\n  delay while latest cd4 before W52 < 50 cells/mm3\n",
        "  stop when latest cd4 before W52 < 50 cells/mm3 or any relapse from W0 to W52\n",
        "  stop when latest cd4 before W52 / first cd4 before W52 > 2 times\n",
        "  stop when consecutive cd4 < 50 cells/mm3 before W52\n",
        "  repeat while latest recorded cd4 before W52 >= 50 cells/mm3 and no relapse in {local} from W0 to W52\n",
    ]
)
endings = st.sampled_from(["", "  none after W10\n"])
sides = st.sampled_from(["± 7 days", "-3 to +10 days", "± 0 days"])
clauses = st.sampled_from(
    ["", "  grace 20 days\n", "  arms active\n", "  assess cd4\n", "  assess one of (cd4, hiv_rna)\n"]
)
moves = st.sampled_from(["", "  counted from previous visit\n"])
terminations = st.sampled_from(
    ["", 'visit ET "End" at withdrawal\n', 'visit ET "End" at withdrawal\n  window -7 to +14 days\n  assess cd4\n']
)
RELATED = st.sampled_from(
    [
        "any toxicity related to il2 from W0 to W10",
        "count of toxicity of grade at least 3 related to il2 from first dose of il2 to W10 >= 1 times",
        "no toxicity related to obr before W8",
        "arm is active and any toxicity related to il2 from W0 to W10",
        "arm is in {control} and not (days from SCR to W0 < 10 days)",
    ]
)
"""Tests of what is related to a treatment, or of the arm."""
grades = st.sampled_from(
    [
        *("",) * 3,
        "grades\n  dosing minor\n  missed visit at W8, W10 minor\n  otherwise important\n",
        "grades\n  treatment minor\n  visit window important\n  prohibited medication important\n",
        "grades\n  consent minor\n  missed assessment important\n  visit window at W8 important\n  other important\n",
    ]
)
"""How much departures matter."""
ASKED: Topics = frozenset({"counts", "events"})
"""What every plan is about: a visit assesses CD4 counts, and a relapse ends cycles."""
EPOCHS = """epoch on_drug "Treatment" from W0 to last dose
epoch off_drug "Follow-up" from last dose to 30 days after last dose
"""
PAUSE = """epoch pause "Before treatment" from SCR to 1 day before W0 without treatment
epoch on_drug "Treatment" from W0 to W8
"""
IN_CYCLES = """visits C "Cycle" at cycle day 1 of il2
  counted from plan
  window ± 2 days
  assess cd4
interval rest "Without treatment" at least 7 days from last dose of il2 to W10
"""
outside_series = st.sampled_from(
    [
        *("",) * 5,
        'visit FU "Follow-up" at 30 days after last dose of il2\n  window ± 7 days\n',
        f'visit FU "Follow-up" at 14 days after last dose\n  window ± 7 days\n{EPOCHS}',
        PAUSE,
    ]
)
in_cycles = st.sampled_from(['visits C "Cycle" at cycle day 1, 3 of il2\n  window ± 2 days\n', IN_CYCLES])
after_doses = outside_series | outside_series | in_cycles


@st.composite
def planned_studies(draw: st.DrawFn) -> MadeUp:
    """A protocol with a plan, and a folder with what was given and held."""
    topics = draw(some_topics(of_plans)) | ASKED
    return MadeUp(draw(plans(topics)), draw(conduct(topics)))


def others(topics: Topics) -> st.SearchStrategy[str]:
    """Something besides, or nothing."""
    return st.one_of(
        st.just(""),
        st.just("prohibit PI from W0 to W8\n"),
        st.just("prohibit PI from W0 to last dose of il2\n"),
        st.just('interval screening_period "Screening"\n  at most 14 days from SCR to W0\n'),
        st.just("participation ends at W10\n"),
        written('deviation own "Own" when {}\n{}', tests(topics), told),
        written('deviation own "Own" when {}\n{}', RELATED, told),
    )


@st.composite
def plans(draw: st.DrawFn, topics: Topics) -> str:
    """A protocol with treatments, arms and visits."""
    when = draw(written("from {}, spaced {}", starts, spacings) | stopped)
    cycles = f"  cycles up to {draw(st.integers(1, 4))} {when}\n"
    text = draw(protocols(topics, amendments=near_screening | in_summer))
    is_amended = "amendment AM1" in text
    if draw(st.booleans()):
        # No part of anybody stands alone where points count from events of a certain kind.
        text = text.replace("first relapse in {distant}", "first relapse")
    given = draw(courses)
    text += f'treatment obr "Optimized regimen"\n{draw(lasting)}{given}'
    moves, dose = draw(counts), draw(doses)
    text += 'treatment il2 "Interleukin-2"\n' + cycles + moves + draw(windows) + draw(rules) + draw(endings) + dose
    text += PLAN_HEAD + draw(later_visits()) + draw(others(topics)) + draw(grades)
    # Amended cycles have studies of their own; here they would leave few of whom columns judge everything.
    if is_amended and draw(st.integers(0, 7)) == 0:
        text += f'treatment il2 "Interleukin-2"\n{cycles}{moves}{draw(windows)}{draw(endings)}{draw(like(dose))}'
        text += f"  since {draw(since)}\n"
    if is_amended and draw(st.booleans()):
        text += f'treatment obr "Optimized regimen"\n{draw(lasting)}{draw(like(given))}  since {draw(since)}\n'
    if is_amended:
        text += draw(amended_rules(text))
        return during(text + draw(st.just("") | st.just(PAUSE)), is_asked=draw(st.booleans()))
    return during(text + draw(after_doses), is_asked=draw(st.booleans()))


def during(text: str, *, is_asked: bool) -> str:
    """The same, with the continuous treatment as long as an epoch, where one has plain ends."""
    return (
        text.replace("  continuous from W0\n", "  continuous during on_drug\n") if is_asked and PAUSE in text else text
    )


def like(dose: str) -> st.SearchStrategy[str]:
    """A dose as an amendment has it: the same, another amount or unit (some convert), other levels."""
    less = dose.replace("4.5", "2.25", 1).replace("54 mg,", "81 mg,", 1)
    other_unit = dose.replace("4.5 MIU", "4500 kIU").replace("54 mg", "0.054 g").replace("81 mg", "0.081 g")
    counted = dose
    for amount, tablets in (("4.5 MIU", "2"), ("2.25 MIU", "1"), ("54 mg", "1"), ("81 mg", "2")):
        counted = counted.replace(amount, f"{tablets} tablet{'' if tablets == '1' else 's'}")
    other_levels = dose.replace("level low", "level reduced").replace("high 81 mg", "high 108 mg")
    no_levels = dose.partition("  level")[0]
    return st.sampled_from([dose, less, less, other_unit, counted, other_levels, no_levels])


@st.composite
def amended_rules(draw: st.DrawFn, text: str) -> str:
    """Visits, and rules about acts, as an amendment has them; one that ``text`` has may be retired."""
    found = ""
    for name in ("W4", "W8", "W10"):
        changed = st.builds("visit {} window {}\n{}{}  since {}\n".format, st.just(name), sides, moves, clauses, since)
        found += draw(st.just("") | changed | st.builds("retire {} since {}\n".format, st.just(name), since))
    found += draw(st.just("") | written("visit W6 window {}\n{}  since {}\n", sides, clauses, since))
    has_one = {name: f"{kind} {name} " in text for kind, name in (("prohibit", "PI"), ("interval", "screening_period"))}
    has_one["participation"] = False  # an end is never retired
    for name, rules in AMENDED_RULES.items():
        removed = [f"retire {name}\n"] if has_one[name] else []
        if rule := draw(st.sampled_from(["", *rules, *removed])):
            found += f"{rule}  since {draw(since)}\n"
    return found


@st.composite
def later_visits(draw: st.DrawFn) -> str:
    """Visits of which some move with the visit before, and one at the end of those who withdraw."""
    text = ""
    for name in ("W8", "W10"):
        text += f"visit {name} window {draw(sides)}\n{draw(moves)}{draw(clauses)}"
    return text + draw(terminations)


# ---------------------------------------------------------------------------------------------------------------- data
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


lasting = st.sampled_from(
    [
        *("  continuous from W0\n",) * 5,
        "  continuous from W0\n  window ± 3 days\n",
        "  continuous from W0 to W4\n  window -3 to +7 days\n",
        "  continuous from 3 days after W0 to W4\n  window ± 2 days\n",
        "  continuous from W0 to M1\n  window -0 to +1 months\n",
    ]
)
"""How long the continuous treatment goes on, and the window around its first and its last day."""
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
