"""Small random plans of cycles, and what was given: most cycles on a day that a window begins or ends with, or beside.

Entry and visits are plain here, so that columns judge nearly everybody's cycles themselves.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from attrs import frozen
from hypothesis import strategies as st
from tests.compile.plans import course, courses, cycle_given, doses, like
from tests.compile.schedules import AMENDED, ARMS, HEAD, SITES, START, amendments
from tests.compile.studies import MadeUp, Tables, clean, often

PEOPLE = 10
IL2 = 'treatment il2 "Interleukin-2"\n'
Rows = list[Mapping[str, str]]

starts = st.sampled_from([("W0", 0), ("W2", 14), ("D3", 3), ("M1", 31)])
spacings = st.sampled_from(
    [("2 weeks", (14,)), ("3 weeks", (21,)), ("1 month", (31,)), ("4 weeks, then 6 weeks", (28, 42))]
)
windows = st.sampled_from(
    [
        ("", 0, 0),
        ("  window -3 to +7 days\n", -3, 7),
        ("  window ± 5 days\n", -5, 5),
        ("  window -0 to +7 days\n", 0, 7),
    ]
)
endings = st.sampled_from(["", "", "  none after W10\n", "  none after M3\n"])
stops = st.sampled_from(["", "", " until progression", " until progression, withdrawal", " until W12"])


@frozen
class Course:
    """The cycles of a treatment as a text, and the days after randomization on which the plan has them."""

    text: str
    days: Sequence[int]
    early: int
    late: int


@st.composite
def planned(draw: st.DrawFn, dose: str) -> Course:
    """Some cycles of interleukin-2, each of a dose."""
    (point, first), (spacing, gaps) = draw(starts), draw(spacings)
    window, early, late = draw(windows)
    stop = draw(stops)
    if stop:
        repeated = "every " + spacing.partition(",")[0]
        text = f"  cycles up to {draw(st.integers(2, 5))} {repeated} from {point}{stop}\n"
        gaps = gaps[:1]
    else:
        text = f"  cycles up to {draw(st.integers(1, 5))} from {point}, spaced {spacing}\n"
    days = [first]
    for place in range(5):
        days.append(days[-1] + gaps[min(place, len(gaps) - 1)])
    moved = "month" not in spacing and draw(st.booleans())
    text += ("  counted from previous start\n" if moved else "") + window + draw(endings) + dose
    return Course(text, days, early, late)


@st.composite
def given_studies(draw: st.DrawFn) -> MadeUp:
    """A protocol of cycles, and a folder with who was given what."""
    dose, given = draw(doses), draw(courses)
    plans = [draw(planned(dose))]
    text = HEAD.replace("  continuous from W0\n", f"  continuous from W0\n{given}")
    text = text.replace('arm active "Active"\n  gives obr', 'arm active "Active"\n  gives obr, il2')
    text = text.replace('arm active "Active"', f'{IL2}{plans[0].text}arm active "Active"')
    names = draw(st.sampled_from(AMENDED))
    text += draw(amendments(names))
    for name in names:
        if draw(st.booleans()):
            plans.append(draw(planned(draw(like(dose)))))
            text += f"{IL2}{plans[-1].text}  since {name}\n"
        elif draw(st.booleans()):
            text += f'treatment obr "Optimized regimen"\n  continuous from W0\n{draw(like(given))}  since {name}\n'
    rows: dict[str, Rows] = {name: [] for name in ("participants", "events", "visits", "administrations")}
    for number in range(PEOPLE):
        name = f"P{number:02}"
        start = START + timedelta(days=draw(st.integers(0, 40)))
        arm = draw(clean(st.just(""), often(ARMS, st.just("active"))))
        rows["participants"].append({"participant": name, "site": draw(clean(st.just(""), SITES)), "arm": arm})
        happened = [("consent", -30), ("screening", -10), ("randomization", 0)]
        happened += [(event, draw(st.integers(5, 120))) for event in draw(ended)]
        for event, days in happened:
            day = (start + timedelta(days=days)).isoformat()
            rows["events"].append({"participant": name, "event": event, "date": day})
        for label, days in (("SCR", -10), ("W0", 0)):
            day = (start + timedelta(days=days)).isoformat()
            rows["visits"].append({"participant": name, "visit": label, "date": day, "status": "held"})
        if draw(often(st.just(value=False), st.just(value=True))):
            rows["administrations"] += draw(course(name, start))
        if arm == "active":
            rows["administrations"] += draw(cycles_given(name, start, draw(st.sampled_from(plans))))
    return MadeUp(text, Tables(rows))


ended = st.sampled_from([(), (), (), ("progression",), ("withdrawal",), ("death",), ("progression", "withdrawal")])


@st.composite
def cycles_given(draw: st.DrawFn, name: str, start: date, plan: Course) -> Rows:
    """The cycles of a participant, a few of them left out, each on an edge of its window, beside it, or as planned."""
    found: Rows = []
    edges = st.sampled_from([plan.early - 1, plan.early, plan.early, 0, 1, plan.late, plan.late, plan.late + 1])
    late = 0
    for number, day in enumerate(plan.days[: draw(st.integers(0, 6))], 1):
        if draw(st.integers(0, 9)) == 3:
            continue
        # Whoever is late is as late the next time, where cycles count from the previous one.
        late = draw(st.sampled_from([0, late])) + draw(edges)
        found += draw(
            cycle_given(name, start + timedelta(days=day + late), draw(clean(st.just(""), st.just(str(number)))))
        )
    return found
