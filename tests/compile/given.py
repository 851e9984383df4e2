"""Who was given what in random plans of cycles: most of it on a day that a window begins or ends with, or beside."""

from collections.abc import Mapping
from datetime import date, timedelta

from hypothesis import strategies as st
from tests.compile.conduct import course, cycle_given
from tests.compile.courses import BESIDE, KEEP, Course, trials
from tests.compile.draws import clean, often
from tests.compile.read_at_visits import counts_at
from tests.compile.schedules import ARMS, SITES, START, consented, started
from tests.compile.studies import MadeUp, Tables

PEOPLE = 10
Rows = list[Mapping[str, str]]


@st.composite
def given_studies(draw: st.DrawFn) -> MadeUp:
    """A protocol of cycles, and a folder with who was given what."""
    trial = draw(trials())
    plan = trial.plans[0]
    rows: dict[str, Rows] = {name: [] for name in TABLES}
    for number in range(PEOPLE):
        name = f"P{number:02}"
        start = START + timedelta(days=draw(started))
        arm = draw(clean(st.just(""), often(ARMS, st.just("active"))))
        site = draw(clean(st.just(""), SITES))
        row = {"participant": name, "site": site, "arm": arm, "birth_date": "1960-01-01", "frail": draw(frail)}
        rows["participants"].append(row)
        happened = [("consent", days) for days in [draw(consented)] if days is not None]
        happened += [("screening", -10), ("randomization", 0)]
        happened += [(event, draw(st.integers(5, 120) | on_edges(plan))) for event in draw(ended)]
        for event, days in happened:
            day = (start + timedelta(days=days)).isoformat()
            grade = draw(st.sampled_from(["1", "3", "4", ""])) if event == "toxicity" else ""
            cause = draw(causes) if event in {"discontinuation", "toxicity"} else ""
            row = {"participant": name, "event": event, "date": day, "grade": grade, "related_to": cause}
            rows["events"].append(row)
        for label, days in (("SCR", -10), ("W0", 0)):
            day = (start + timedelta(days=days)).isoformat()
            rows["visits"].append({"participant": name, "visit": label, "date": day, "status": "held"})
        if draw(often(st.just(value=False), st.just(value=True))):
            rows["administrations"] += draw(course(name, start))
        rows["readings"] += draw(readings(name, start))
        rows["medications"] += draw(medications(name, start))
        if arm in ACTIVE or (arm and (trial.is_crossed or draw(st.integers(0, 9)) == 3)):
            # The second period begins in week 17.
            later = timedelta(weeks=17 if plan.is_by_epoch and arm not in ACTIVE else 0)
            own = draw(cycles_given(name, start + later, draw(st.sampled_from(trial.plans))))
            rows["administrations"] += own
            rows["administrations"] += draw(given_inside(name, own)) if trial.has_inside and arm in ACTIVE else []
            rows["administrations"] += draw(given_after(name, own)) if f"treatment {KEEP} " in trial.text else []
            afterwards = draw(visits_in_cycles(name, own))
            if "visit FU" in trial.text and own:
                on = max(began(own).values(), default=start) + timedelta(
                    days=draw(st.sampled_from([22, 23, 30, 37, 38]))
                )
                afterwards.append({"participant": name, "visit": "FU", "date": on.isoformat(), "status": "held"})
            rows["visits"] += afterwards
            rows["readings"] += draw(counts_at(afterwards)) if "own_counts" in trial.text else []
            if BESIDE in trial.text and draw(st.booleans()):
                on = start + timedelta(days=plan.days[1] + draw(st.sampled_from([-6, -5, -3, -1, 0])))
                label = draw(often(st.just("Y"), st.just("X")))
                rows["visits"].append({"participant": name, "visit": label, "date": on.isoformat(), "status": "held"})
    return MadeUp(trial.text, Tables(rows))


TABLES = ("participants", "events", "visits", "administrations", "readings", "medications")
ACTIVE = ("active", "ACT")
frail = st.sampled_from(["no", "no", "no", "yes", ""])
ended = st.sampled_from(
    [
        *((),) * 3,
        ("progression",),
        ("withdrawal",),
        ("death",),
        ("progression", "withdrawal"),
        ("toxicity", "toxicity"),
        ("discontinuation",),
        ("discontinuation", "discontinuation"),
        ("discontinuation", "discontinuation", "progression"),
    ]
)
causes = st.sampled_from(["il2", "il2", "Interleukin-2", "zol", "obr", "surgery", "", ""])
"""What is discontinued, or why."""


def on_edges(plan: Course) -> st.SearchStrategy[int]:
    """Days on which the window of some cycle closes, or around its planned day."""
    return st.builds(int.__add__, st.sampled_from(plan.days), st.sampled_from([1, 3, 4, plan.late]))


@st.composite
def cycles_given(draw: st.DrawFn, name: str, start: date, plan: Course) -> Rows:
    """The cycles of a participant, a few of them left out, each on an edge of its window, beside it, or as planned."""
    found: Rows = []
    edges = st.sampled_from([plan.early - 1, plan.early, plan.early, 0, 1, plan.late, plan.late, plan.late + 1])
    late, has_numbers = 0, draw(often(st.just(value=False), st.just(value=True)))
    for number, day in enumerate(plan.days[: draw(st.integers(0, 6))], 1):
        if draw(st.integers(0, 9)) == 3:
            continue
        # Whoever is late is as late the next time, where cycles count from the previous one.
        late = draw(st.sampled_from([0, late])) + draw(edges)
        written = draw(clean(st.just(""), st.just(str(number) if has_numbers else "")))
        found += draw(cycle_given(name, start + timedelta(days=day + late), written))
    return found


def began(given: Rows) -> Mapping[str, date]:
    """The day in the first row of each cycle, where it is one."""
    rows = (row for row in reversed(given) if len(row["date"]) >= len("2004-06-14"))
    return {row["cycle"]: date.fromisoformat(row["date"][:10]) for row in rows}


@st.composite
def given_inside(draw: st.DrawFn, name: str, given: Rows) -> Rows:
    """What goes with the cycles of another treatment, a few of them left out, most of them near their first days."""
    found: Rows = []
    for cycle, start in began(given).items():
        if draw(st.integers(0, 4)) == 3:
            continue
        day = start + timedelta(days=draw(st.sampled_from([-4, -3, 0, 0, 2, 3, 5, 7])))
        dose = draw(often(st.sampled_from(["", "3"]), st.just("4")))
        row = {"participant": name, "treatment": "zol", "date": day.isoformat(), "route": "intravenous"}
        found.append({**row, "cycle": cycle, "dose": dose, "unit": "mg"})
    return found


@st.composite
def given_after(draw: st.DrawFn, name: str, given: Rows) -> Rows:
    """Maintenance from three weeks after the last cycle on, or one that may be it."""
    found: Rows = []
    day = max(began(given).values(), default=START) + timedelta(
        days=draw(st.sampled_from([10, 18, 21, 21, 24, 28, 31]))
    )
    for number in range(1, draw(st.integers(0, 3)) + 1):
        written = draw(clean(st.just(""), st.just(str(number))))
        found.append({"participant": name, "treatment": KEEP, "date": day.isoformat(), "cycle": written})
        day += timedelta(days=21 + draw(st.sampled_from([-4, -3, 0, 0, 0, 3, 7, 8])))
    return found


on_limits = often(st.sampled_from(["50", "300"]), st.just("150"))
"""Counts of CD4 cells, a few of them on the limit of a rule, which does not act on them."""


SCREENED = -10
screened = st.sampled_from([(SCREENED,), (SCREENED,), ()])
"""Whether something was read at screening."""


@st.composite
def readings(draw: st.DrawFn, name: str, start: date) -> Rows:
    """What rules of cycles read: most of it there before the first cycle, and as it should be."""
    found: Rows = []
    usual = {"cd4": draw(on_limits), "alt": draw(often(st.just("120"), st.just("30"))), "rpr": "nonreactive"}
    others = {"cd4": ["40", "310", "50", "300", "", "<50"], "alt": ["120", "121", "160", ""], "rpr": ["reactive", ""]}
    for measure, value in usual.items():
        for days in (*draw(screened), 0, *draw(st.lists(st.integers(-5, 90), max_size=2))):
            day = (start + timedelta(days=draw(clean(st.just(20), st.just(days))))).isoformat()
            cell = draw(clean(st.sampled_from(others[measure]), st.just(value)))
            label = {0: "W0", SCREENED: "SCR"}.get(days, "")
            row = {"participant": name, "measure": measure, "date": day, "value": cell, "visit": label}
            limit = draw(often(st.sampled_from(["10", "50"]), st.just(""))) if measure == "alt" else ""
            found.append({**row, "high": limit})
    return found


@st.composite
def medications(draw: st.DrawFn, name: str, start: date) -> Rows:
    """Something that is never asked for, and now and then something that is."""
    row = {"participant": name, "start": (start - timedelta(days=20)).isoformat()}
    taken = draw(often(st.sampled_from(["ritonavir", "something"]), st.just("aspirin")))
    end = draw(often(st.just(""), st.integers(-5, 120).map(lambda days: (start + timedelta(days=days)).isoformat())))
    return [] if taken == "something" else [{**row, "drug": taken, "end": end}]


@st.composite
def visits_in_cycles(draw: st.DrawFn, name: str, given: Rows) -> Rows:
    """Visits on the first day of cycles, most of them on that of the first dose."""
    found: Rows = []
    for cycle, start in began(given).items():
        if cycle and draw(st.booleans()):
            day = start + timedelta(days=draw(st.sampled_from([0, 0, 2, 3, 5])))
            label = f"C{cycle}D{draw(st.sampled_from([1, 1, 3]))}"
            found.append({"participant": name, "visit": label, "date": day.isoformat(), "status": "held"})
    return found
