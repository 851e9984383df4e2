"""Small random schedules of visits, and who was seen when: most come about as planned, each on a day of their own."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from hypothesis import strategies as st
from tests.compile.draws import clean, often
from tests.compile.read_at_visits import counts_at, own_rules
from tests.compile.studies import MadeUp, Tables

HEAD = """protocol SCHEDULE "Made-up schedule"
  language 1
treatment obr "Optimized regimen"
  continuous from W0
arm active "Active"
  gives obr
  code cdisc "ACT"
arm control "Control"
  gives obr
anchor SCR is screening
anchor W0 is randomization
event progression "Progression"
anchor PD is first progression
eligibility at SCR
measure cd4 "CD4 count" in cells/mm3
  plausible 0 cells/mm3 to 1_000 cells/mm3
measure weight "Weight" in kg
  plausible 30 kg to 200 kg
measure height "Height" in cm
class clinic "Clinic visit"
  window ± 5 days
  grace 6 days
  assess one of (cd4, weight)
class call "Telephone call" by telephone
  window -3 to +7 days
visit SCR "Screening" at SCR
  window -28 to +0 days
visit W0 "Baseline" at W0
"""
START = date(2004, 6, 14)
WEEKS = (4, 6, 8, 12, 14, 16)
PEOPLE = 12
AMENDED: Sequence[tuple[str, ...]] = ((), (), ("AM1",), ("AM1", "AM2"))
STOPPED = "then every 3 weeks until progression or death or 2 months after PD, whichever is first\n  "
RATIO = "highest cd4 before W52 / lowest cd4 before W52"
TESTED = (
    "then every 3 weeks until W40 or latest cd4 before W52 > 300 cells/mm3\n  ",
    "then every 4 weeks until latest cd4 before W52 / first cd4 before W52 > 2 times\n  ",
    f"then every 4 weeks until latest cd4 before W52 * ({RATIO}) > 900 cells/mm3\n  ",
    "then every 3 weeks until W40 or first cd4 from W8 to W52 is recorded\n  ",
)
SEVERAL = (
    "W5 and W9 and M3",
    "40 days after SCR and W6",
    "W5 and 2 weeks after PD",
    "2 weeks after PD and W9",
    "W4 and 4 weeks after PD and M3",
)
"""Points of which the one is not always after the other, or hangs on another milestone."""
Rows = list[Mapping[str, str]]

sides = st.sampled_from(["± 3 days", "± 7 days", "-3 to +14 days", "-0 to +7 days", "-0 to +1 months"])
graces = st.sampled_from(["", "", "", "  grace 10 days\n"])
arms = st.sampled_from(["", "", "", "  arms active\n"])
asked = st.sampled_from(
    [
        *("", "  assess cd4\n") * 3,
        "  assess one of (cd4, weight)\n",
        "  assess cd4, one of (weight, height)\n",
        "  assess weight, height\n",
    ]
)
grades = st.sampled_from(
    [
        *("",) * 3,
        "grades\n  visit window important\n  missed visit at V4, V8 important\n  otherwise minor\n",
        "grades\n  missed assessment at W0 important\n  missed visit important\n  visit window at V6 important\n",
        "grades\n  other important\n  eligibility minor\n  otherwise important\n",
    ]
)
"""How much departures from the schedule matter."""
moves = st.one_of(st.just(st.just("")), st.just(st.sampled_from(["", "  counted from previous visit\n"])))
beside = st.just("") | st.builds(
    'visit S "By screening" at {} days after SCR\n  window {}\n{}{}'.format,
    st.sampled_from([38, 66, 94]),
    sides,
    graces,
    asked,
)
"""A visit on the day of another, for whoever was screened ten days before randomization, as everybody was."""
terminations = st.sampled_from(["", "\n", "\n  window -7 to +14 days\n", "\n  window ± 3 days\n  assess cd4\n"])
informed = st.sampled_from(
    ["", "", "", *(f'visit INF "Information" at {point}\n' for point in ("consent", "SCR", "60 days after consent"))]
)
"""A visit of consent itself, or what an amendment makes of it."""
lasts = st.sampled_from(["", "", "", *(f"participation ends at {end}\n" for end in ("W10", "D75", "1 month after PD"))])
gaps = st.sampled_from(
    [
        "",
        'interval gap "Gap"\n  at most 29 days from V4 to V8\n',
        'interval gap "Gap"\n  at least 1 months from V4 to V8\n',
        'interval gap "Gap"\n  at most 52 days from SCR to V6\n',
        'interval gap "Gap"\n  at least 12 days from V12 to V14\n',
    ]
)
series = st.one_of(
    st.just(""),
    st.builds(
        'visits CT "Scan" at {}\n  {}window ± {} days\n{}{}{}'.format,
        st.sampled_from(["D38", "W5 and W9", "1 month after SCR", "2 weeks after PD", *SEVERAL]),
        st.sampled_from(["", "then every 3 weeks until W40\n  ", "then every 1 month until W15\n  ", STOPPED, *TESTED]),
        st.sampled_from([0, 3, 6]),
        graces,
        arms,
        asked,
    ),
)


def scheduled_studies() -> st.SearchStrategy[MadeUp]:
    """A schedule, and a folder with who was seen when."""
    return st.builds(MadeUp, text=schedules(), data=attendance())


@st.composite
def schedules(draw: st.DrawFn) -> str:
    """A protocol of visits alone, half of them amended."""
    text, moved = HEAD, draw(moves)
    names = draw(st.sampled_from(AMENDED))
    text += draw(amendments(names))
    same_day, is_first = draw(beside), draw(st.booleans())
    text += same_day if is_first else ""
    for week in WEEKS:
        how = draw(st.sampled_from(["", "", "", " by telephone"]))
        text += f'visit V{week} "Week {week}" at W{week}{how}\n  code site "{week}00"\n' + draw(clauses(moved))
        for name in names:
            if f"retire V{week} " not in text:
                text += draw(st.just("") | amended(week, name, moved))
    text += "" if is_first else same_day
    if draw(st.booleans()) and names:
        text += f'visit V10 "New" at W10\n{draw(clauses(moved))}  since {names[0]}\n'
    if ending := draw(terminations):
        text += f'visit ET "End" at withdrawal{ending}'
    text += draw(series) + draw(lasts) + draw(informed)
    for name in names:
        text += f"{visit}  since {name}\n" if (visit := draw(informed)) else ""
        text += f"{end}  since {name}\n" if (end := draw(lasts)) else ""
    graded = draw(grades)
    text += "" if any(f"retire {visit} " in text for visit in ("V4", "V8", "V6")) else graded
    gap = draw(gaps)
    text += "" if any(f"retire {visit} " in text for visit in gap.split()) else gap
    text += draw(often(amended_series(text, names), st.just("")))
    return text + (draw(own_rules(read_at(text))) if draw(st.booleans()) else "")


def read_at(text: str) -> Sequence[str]:
    """Visits at which counts are read; the first of a series as often as all others."""
    found = ["W0", *(f"V{week}" for week in WEEKS if f"retire V{week} " not in text)]
    if "visits CT" in text and "retire CT" not in text and is_series(text):
        most = 3 if "  then every" in text and text.count("visits CT") == 1 else 2
        found += [f"CT{number}" for number in range(1, most + 1)] * 3
    return found


@st.composite
def amendments(draw: st.DrawFn, names: Sequence[str]) -> str:
    """Amendments that come into force on days for which visits are planned, or beside them; now and then by site."""
    text, day = "", START
    for name in names:
        day += timedelta(days=7 * draw(st.integers(2, 9)) + draw(st.sampled_from([0, 0, 1])))
        text += f'amendment {name} "{name}" in force {day}\n'
        if draw(st.booleans()):
            text += f'  in force {day + timedelta(days=draw(st.sampled_from([-6, 6])))} at site "02"\n'
    return text


@st.composite
def clauses(draw: st.DrawFn, moved: st.SearchStrategy[str]) -> str:
    """The clauses of a visit; some are those of a class, of which it may say some otherwise."""
    if (shared := draw(st.sampled_from(["", "", "", "", "clinic", "call"]))) and draw(st.booleans()):
        return f"  class {shared}\n" + draw(moved) + draw(arms) + draw(asked)
    return (
        (f"  class {shared}\n" if shared else "")
        + f"  window {draw(sides)}\n"
        + draw(moved)
        + draw(graces)
        + draw(arms)
        + draw(asked)
    )


@st.composite
def amended_series(draw: st.DrawFn, text: str, names: Sequence[str]) -> str:
    """A series, or the visit at the end, as the first amendment has it; ``text`` has what may be retired."""
    if not names:
        return ""
    found, since = "", f"  since {names[0]}\n"
    later = draw(series)
    if "visits CT" in text and draw(st.booleans()):
        found += f"retire CT{since}"
    elif later and ("visits CT" not in text or is_series(text) == is_series(later)):
        found += later + since
    if "visit ET" in text and draw(st.booleans()):
        found += f'visit ET "End" at withdrawal\n  window ± 5 days\n{since}'
    return found


def is_series(text: str) -> bool:
    """Whether scans are planned more than once; a single one is a visit like any other."""
    return "  then every" in text or any(f" at {points}\n" in text for points in ("W5 and W9", *SEVERAL))


@st.composite
def amended(draw: st.DrawFn, week: int, amendment: str, moved: st.SearchStrategy[str]) -> str:
    """A visit as an amendment has it: in another window, on another day, or no longer."""
    if draw(st.integers(0, 3)) == 0:
        return f"retire V{week} since {amendment}\n"
    at = draw(st.sampled_from([f"W{week}", f"W{week + 1}", f"D{7 * week - 3}"]))
    return f'visit V{week} "Amended" at {at}\n{draw(clauses(moved))}  since {amendment}\n'


@st.composite
def attendance(draw: st.DrawFn) -> Tables:
    """A study folder of a dozen participants, up to the week that each has come to; seldom nothing has a label."""
    rows: dict[str, Rows] = {name: [] for name in ("participants", "events", "visits", "readings")}
    are_informed = draw(st.booleans())
    for number in range(PEOPLE):
        name = f"P{number:02}"
        start = START + timedelta(days=draw(started))
        arm, site = draw(clean(st.just(""), ARMS)), draw(clean(st.just(""), SITES))
        rows["participants"].append({"participant": name, "site": site, "arm": arm})
        rows["events"] += [
            {"participant": name, "event": event, "date": (start + timedelta(days=days)).isoformat()}
            for event, days in (("consent", draw(consented)), ("screening", -10), ("randomization", 0))
            if days is not None
        ]
        last = draw(st.sampled_from([*WEEKS, WEEKS[-1], WEEKS[-1]]))
        rows["visits"] += draw(information(name, start)) if are_informed else []
        rows["visits"] += draw(visits_held(name, start, last))
        if draw(st.integers(0, 2)) == 0:
            ended = start + timedelta(days=7 * last + draw(st.integers(1, 13) | on_ends))
            rows["events"].append({"participant": name, "event": "withdrawal", "date": ended.isoformat()})
            rows["visits"] += draw(termination(name, ended))
        if draw(st.integers(0, 7)) == 3:
            # Whoever was seen after it raises a question.
            died = start + timedelta(days=7 * last + draw(st.integers(-30, 20) | st.sampled_from([-1, 0])))
            rows["events"].append({"participant": name, "event": "death", "date": died.isoformat()})
        if draw(st.integers(0, 3)) == 0:
            day = start + timedelta(days=draw(st.integers(10, 120) | on_scans))
            rows["events"].append({"participant": name, "event": "progression", "date": day.isoformat()})
    if draw(st.integers(0, 9)) == 3:
        rows["participants"].append({**draw(st.sampled_from(rows["participants"])), "site": draw(SITES)})
    is_counted = draw(st.booleans())
    rows["readings"] = (
        draw(counts_at(rows["visits"]))
        if is_counted
        else [
            reading_of(row, draw(clean(st.sampled_from(["310", "1200", ""]), st.just("150"))), draw(measures))
            for row in rows["visits"]
            if draw(often(st.just(value=False), st.just(value=True)))
        ]
    )
    if draw(st.integers(0, 7)) == 3:
        # Readings alone say which visits were held.
        rows["readings"] = [reading_of(row, "150") for row in rows.pop("visits") if row["status"] == "held"]
    if lacking := draw(unlabelled):
        for table in ("visits", "readings") if "visits" in rows else ("readings",):
            rows[table] = [{**row, "visit": ""} if row["visit"] in lacking else row for row in rows[table]]
    return Tables(rows)


def reading_of(visit: Mapping[str, str], value: str, measure: str = "cd4") -> Mapping[str, str]:
    """A count, or another measure, that a visit is the label of."""
    known = {name: visit[name] for name in ("participant", "visit", "date")}
    return {**known, "measure": measure, "value": value}


measures = often(st.sampled_from(["weight", "height"]), st.just("cd4"))
SCANS = tuple(f"CT{number}" for number in range(1, 41))
SOME = ("V6", "V12", *SCANS)
ALL = ("W0", "ET", "extra", *(f"V{week}" for week in WEEKS), *SCANS)
unlabelled = st.sampled_from([(), (), (), (), (), SCANS, SOME, ALL])
"""The labels that a study lacks: none, some, whose rows may lie in the windows of visits that have one, or all."""
started = st.sampled_from([0, 7, 14, 21]) | st.sampled_from([0, 7, 14, 21, 28, 35]) | st.integers(0, 40)
"""Days after the first of all: most of them whole weeks, so that ends of windows fall on one day."""
consented: st.SearchStrategy[int | None] = st.integers(0, 11).flatmap(
    lambda drawn: st.sampled_from([None, -9, 1, 28, 29]) if drawn == 5 else st.just(-30)
)
"""Days after randomization: nearly always long before it, seldom on the day of a visit or after it, or not at all."""
on_ends = st.sampled_from([17, 18, 21, 22, 28, 29, 31, 35])
"""Days after a visit on which the window of a later one closes, and those after them."""
on_scans = st.sampled_from([35, 38, 41, 44, 56, 59, 62, 65, 77, 80])
"""Days on which scans are planned, or their windows begin or end."""
ARMS = st.sampled_from(["active", "control", "ACT", "Control"])
SITES = st.sampled_from(["01", "02", " 02"])


@st.composite
def visits_held(draw: st.DrawFn, name: str, start: date, last: int) -> Rows:
    """The visits of a participant up to some week, a few of them late, not held, or missed."""
    found: Rows = []
    late = 0
    for week in (0, *(week for week in WEEKS if week <= last)):
        # Whoever comes late comes late the next time too.
        late = draw(st.sampled_from([0, late])) + draw(often(edges, clean(st.integers(-9, 15), st.integers(-2, 3))))
        day = start + timedelta(days=7 * week + (late if week else 0))
        known = draw(often(st.just(f"{week}00"), st.just(f"V{week}"))) if week else "W0"
        row = {"participant": name, "visit": known, "date": day.isoformat(), "status": "held"}
        if draw(st.booleans()):
            number = draw(clean(st.integers(1, 40), st.just(1 + week // 3)))
            scanned = day + timedelta(days=draw(st.integers(1, 5)))
            label = draw(often(st.just("S"), st.just(f"CT{number}"))) if week in {4, 8, 12} else f"CT{number}"
            found.append({**row, "visit": label, "date": scanned.isoformat()})
        if (change := draw(clean(changes, st.just({})))) is not None:
            found.append({**row, **change})
    return found


@st.composite
def information(draw: st.DrawFn, name: str, start: date) -> Rows:
    """What may be the visit of consent: on the day of consent or screening, or before it; or not at all."""
    days = draw(st.sampled_from([None, -31, -30, -30, -11, -10, 30]))
    if days is None:
        return []
    row = {"participant": name, "visit": draw(often(st.just("Consent"), st.just("INF"))), "status": "held"}
    return [{**row, "date": (start + timedelta(days=days)).isoformat()}]


edges = st.sampled_from([-8, -7, -4, -3, 3, 4, 7, 8, 14, 15])
"""Days from the planned one that windows begin or end with, and those beside them."""

changes: st.SearchStrategy[Mapping[str, str] | None] = st.sampled_from(
    [
        *(None, {"status": "not held"}, {"visit": ""}, {"visit": "extra"}, {"date": "2004-09"}),
        *({"end_date": "2004-12-01"}, {"end_date": "2004-06-01"}, {"status": "not held", "reason": "ill"}),
    ]
)


@st.composite
def termination(draw: st.DrawFn, name: str, ended: date) -> Rows:
    """How the visit at the end is filed: under another, under its own name, or not at all."""
    day = ended + timedelta(days=draw(clean(st.integers(-20, 30), st.integers(-2, 5))))
    row = {"participant": name, "date": day.isoformat(), "status": "early termination"}
    label = draw(st.sampled_from(["V8", "V16", "ET", "", "extra"]))
    return draw(st.sampled_from([[], [{**row, "visit": label}], [{**row, "visit": "ET", "status": "held"}]]))
