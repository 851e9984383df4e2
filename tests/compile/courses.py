"""Small random plans of cycles.

Entry and visits are plain here, so that columns judge nearly everybody's cycles themselves.
"""

from collections.abc import Sequence

from attrs import evolve, frozen
from hypothesis import strategies as st
from tests.compile.plans import courses, doses, lasting, like
from tests.compile.read_at_visits import own_rules
from tests.compile.schedules import AMENDED, HEAD, amendments

IL2 = 'treatment il2 "Interleukin-2"\n'

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
        ("  window -0 to +1 months\n", 0, 30),
    ]
)
MORE = """measure rpr "Rapid plasma reagin" is one of {reactive, nonreactive}
measure alt "ALT" in U/L
  normal 7 U/L to 40 U/L
at SCR also assess alt, cd4
at W0 also assess alt
drugs PI "Protease inhibitors" members ritonavir
attribute frail "Frail" is yes or no
event toxicity "Toxicity"
  grades 1 to 5
history events complete
"""
"""What the rules of cycles, and of series, speak of besides."""
COMPARED = (
    "consecutive cd4 < 50 cells/mm3 from SCR to M12",
    "latest alt before M12 / alt at W0 > 3 times",
    "percent change in alt from SCR to W0 > 20 percent",
    "change in cd4 from SCR to W0 < -100 cells/mm3",
    "log10 lowest recorded cd4 before M12 < 1.7",
)
"""Tests of readings that are compared with each other."""
MULTIPLIED = (
    "latest cd4 before M12 * (latest alt before M12 / alt at W0) > 900 cells/mm3",
    "highest cd4 before M12 * count of toxicity before M12 > 500 cells/mm3",
    "120 U/L / lowest recorded alt before M12 > 5 times",
    "latest cd4 before M12 < cd4 at W0 * (lowest cd4 before M12 / highest cd4 before M12) - 100 cells/mm3",
    "highest alt before M12 - percent change in alt from SCR to W0 * 1 U/L > 400 U/L",
)
"""Tests of values times others, or through them."""
THERE = (
    "not (latest cd4 before M12 is recorded)",
    "not (lowest recorded alt from SCR to M12 is recorded)",
    "not (cd4 at W0 is recorded)",
    "latest cd4 from M6 to M12 is recorded",
)
"""Tests of whether anything was read."""
REPEATED = (
    "consecutive cd4 >= 50 cells/mm3 from SCR to M12",
    "consecutive alt <= 120 U/L before M12 and frail is no",
    "latest cd4 before M12 is recorded",
)
"""Tests that must be met for cycles to be repeated."""
TWO_DELAYS = """  delay while latest cd4 before M12 > 300 cells/mm3
  delay while latest alt before M12 > 3 times upper limit of alt
"""
rules = st.sampled_from(
    [
        *("",) * 34,
        "  delay while latest cd4 before M12 > 300 cells/mm3\n",
        "  delay while latest alt before M12 > 3 times upper limit of alt\n",
        "  delay while alt at W0 > 3 times upper limit of alt\n",
        "  stop when lowest recorded alt from SCR to M12 > 3 times upper limit of alt\n",
        "  delay while cd4 at W0 > 300 cells/mm3\n",
        "  delay while on PI at W4\n",
        *(TWO_DELAYS,) * 2,
        "  stop when highest alt from SCR to M12 - lowest alt from SCR to M12 > 100 U/L\n",
        "  stop when latest rpr before M12 is reactive\n",
        "  stop when count of progression from SCR to M12 >= 1 times\n",
        "  stop when at least 2 of (latest cd4 before M12 < 50 cells/mm3, any progression before M9, frail is yes)\n",
        *(f"  {act} {test}\n" for act in ("stop when", "delay while") for test in COMPARED),
        "  repeat while mean cd4 before M12 >= 50 cells/mm3\n",
        *(f"  {act} {test}\n" for act in ("stop when", "delay while") for test in (*MULTIPLIED, *THERE)),
        *(f"  repeat while {test}\n" for test in REPEATED),
        "  repeat while latest recorded cd4 before M12 != 310 cells/mm3 or age at W0 > 100 years\n",
    ]
)
EVERY_FEW = (
    "  only in C2 on, every second cycle\n",
    "  only every third cycle\n",
    "  only in C1, C2 to C5, every second cycle\n",
)
inside = st.one_of(
    st.just(""),
    st.builds(
        'treatment zol "Zoledronic acid"\n  cycles at cycle day {} of il2\n{}{}{}{}{}{}'.format,
        st.sampled_from([1, 1, 3, 8]),
        st.sampled_from(
            ["", "", "  only in C2 on\n", "  only every second cycle\n", "  only in C1, C3 to C4\n", *EVERY_FEW]
        ),
        st.sampled_from(["", "", "  counted from plan\n"]),
        st.sampled_from(["  window ± 3 days\n", "  window -0 to +5 days\n", "  window -1 to +1 months\n"]),
        st.sampled_from(["", "", "", "  none after W8\n", "  none after 60 days after SCR\n"]),
        st.sampled_from(["", "  dose 4 mg intravenous, once daily for 1 days\n"]),
        st.sampled_from(["", "", "  stop when latest cd4 before M12 > 300 cells/mm3\n"]),
    ),
)
KEEP = "keep"
kept = st.one_of(
    *(st.just(""),) * 5,
    st.builds(
        'treatment keep "Maintenance"\n  cycles up to {} every 3 weeks from {}\n{}{}{}'.format,
        st.integers(1, 3),
        st.sampled_from(
            ["21 days after last dose of il2", "1 month after last dose of il2", "10 days after cycle 1 of il2"]
        ),
        st.sampled_from(["", "  counted from previous start\n"]),
        st.sampled_from(["  window ± 3 days\n", "  window -0 to +7 days\n"]),
        st.sampled_from(
            [
                "",
                "",
                "  stop when latest cd4 before M12 > 300 cells/mm3\n",
                "  none after 60 days after last dose of il2\n",
            ]
        ),
    ),
)
"""A treatment that follows another."""
OF_GIVEN = (
    "lowest cd4 from SCR to last dose of il2 < 50 cells/mm3",
    "lowest recorded cd4 before last dose of il2 < 50 cells/mm3 and frail is no",
    "latest cd4 from last dose of il2 to 60 days after last dose of il2 > 300 cells/mm3",
    "not (highest recorded alt from cycle 1 of il2 to W40 <= 120 U/L)",
    "count of toxicity from first dose of il2 to last dose of il2 >= 2 times",
    "mean cd4 before last dose of il2 > 300 cells/mm3 or count of toxicity from cycle 2 of il2 to W40 > 2 times",
    "days from W0 to last dose of il2 > 100 days",
    "latest rpr before last dose of il2 is recorded and latest rpr from W0 to last dose of il2 is reactive",
    "highest cd4 from first dose of il2 to last dose of il2 - first cd4 before W0 > 200 cells/mm3",
)
"""Tests of values and counts that hang on the days of doses."""
spoken = st.sampled_from(
    [
        *("",) * 12,
        "prohibit PI from W0 to last dose of il2\n",
        "prohibit PI from cycle 1 of il2 to 30 days after last dose of il2\n",
        'deviation own "Own" when {} and frail is no\n',
        'deviation own "Own" when not (frail is yes or not {})\n',
        *(f'deviation own "Own" when {test}\n' for test in OF_GIVEN),
        'deviation own "Own" when any toxicity related to il2 from first dose of il2 to W40\n  category dosing\n',
        'deviation own "Own" when no toxicity related to il2 before last dose of il2\n  grade minor\n',
        "grades\n  dosing minor\n  missed visit at W0 minor\n  otherwise important\n",
        "grades\n  treatment minor\n  visit window important\n  missed visit important\n",
    ]
).map(lambda text: text.format("any toxicity of grade at least 3 from first dose of il2 to last dose of il2"))
"""What other rules say of the days of cycles."""
EPOCHS = """epoch early "First period" from W0 to {}
epoch late "Second period" from W17 to W40
"""
lasts = st.sampled_from(
    ["", "", "", "", "participation ends at 8 weeks after first dose of il2\n", "participation ends at W12\n"]
)
ends = st.sampled_from(["", "participation ends at W12\n", "participation ends at 80 days after SCR\n"])
followed = st.sampled_from(
    [
        *("",) * 6,
        'visits C "Cycle" at cycle day 1, 3 of {}\n  window ± 2 days\n',
        'visit FU "Follow-up" at 30 days after last dose of {}\n  window ± 7 days\n',
    ]
)
BESIDE_CYCLES = """visit X "Before a cycle" at 3 days before cycle 2 of il2
  window ± 2 days
visit Y "After a cycle" at 10 days after cycle 2 of il2
  {}window -3 to +5 days
"""
"""Visits that count from a cycle, and lie in none."""
BESIDE = "visit X "
AFTERWARDS = ("C1D1", "C1D3", "C2D1", "C2D3", "C3D1", "FU")
"""Visits at which something may be read."""
LATER_VISITS = (
    'visits C "Cycle" at cycle day 1 of {}\n  window ± 3 days\n  since {}\n',
    'visits C "Cycle" at cycle day 1, 3, 8 of {}\n  counted from plan\n  window ± 2 days\n  since {}\n',
    "retire C since {1}\n",
)
"""What an amendment makes of visits in cycles."""
skipped = st.sampled_from([*("",) * 9, "  skipped cycles do not count\n"])
histories = st.sampled_from([*("",) * 9, "history administrations open\n"])
OF_EPOCH = """  dose 4.5 MIU
  level low 2.25 MIU from start of epoch, level full 4.5 MIU from 28 days after start of epoch
"""
endings = st.sampled_from(["", "", "  none after W10\n", "  none after M3\n"])
stops = st.sampled_from(
    [
        "",
        "",
        " until progression",
        " until progression, withdrawal",
        " until W12",
        " until toxicity of grade at least 3",
        " until toxicity related to il2 or progression or W12, whichever is first",
    ]
)


@frozen
class Course:
    """The cycles of a treatment as a text, and the days after randomization on which the plan has them.

    ``until`` is the end of the epoch that they count from, if they do.
    """

    text: str
    days: Sequence[int]
    early: int
    late: int
    is_by_epoch: bool = False
    until: str = "W16"


@st.composite
def planned(draw: st.DrawFn, dose: str, *, is_by_epoch: bool) -> Course:
    """Some cycles of interleukin-2, each of a dose."""
    (point, first), (spacing, gaps) = draw(starts), draw(spacings)
    if is_by_epoch:
        point, first = draw(st.sampled_from([("start of epoch", 0), ("7 days after start of epoch", 7)]))
    window, early, late = draw(windows)
    if "months" in window:
        spacing, gaps = "2 months", (61,)
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
    text += draw(st.sampled_from(["", "  counted from previous start\n"])) + draw(skipped)
    text += window + draw(endings) + dose
    if "level low" in dose and draw(st.integers(0, 3)) == 3:
        text += "  reduce to low when latest cd4 before M12 < 50 cells/mm3\n"
    return Course(text + draw(rules), days, early, late, is_by_epoch, draw(st.sampled_from(["W4", "W8", "W16"])))


def may_be(visit: str, text: str) -> bool:
    """Whether a protocol may plan a visit of these: no reading is asked for at one that it never does."""
    return visit == "FU" or all(f"cycles up to {number} " not in text for number in range(1, int(visit[1])))


def of_arms(plan: Course, others: Sequence[str], *, control: bool) -> str:
    """What the arms give: the one or both of them cycles, in epochs of their own if the plan counts from these.

    The first arm gives ``others`` too.
    """
    early, late = (" in early", " in late") if plan.is_by_epoch else ("", "")
    gives = {"active": ", ".join((f"il2{early}", *others)), "control": f"il2{late}" if control else ""}
    codes = {"active": "ACT", "control": "CTL"}
    arms = (
        f'arm {arm} "{arm.title()}"\n  gives obr{", " if given else ""}{given}\n  code cdisc "{codes[arm]}"\n'
        for arm, given in gives.items()
    )
    return "".join(arms) + (EPOCHS.format(plan.until) if plan.is_by_epoch else "")


@st.composite
def some_end(draw: st.DrawFn, names: Sequence[str]) -> str:
    """The end of participation, if it is planned, and as amendments have it."""
    if not names:
        return draw(lasts)
    amended = (f"{end}  since {name}\n" for name in names if (end := draw(ends)))
    return draw(ends) + "".join(amended)


@frozen
class Trial:
    """A protocol of cycles: the ``plans`` of its versions, whether others lie in them, whether both arms have some."""

    text: str
    plans: Sequence[Course]
    has_inside: bool
    is_crossed: bool


@st.composite
def trials(draw: st.DrawFn) -> Trial:
    """A protocol of cycles, half of them amended."""
    dose, given = draw(doses), draw(courses)
    plan, is_crossed = draw(planned(dose, is_by_epoch=draw(st.integers(0, 3)) == 3)), draw(st.integers(0, 3)) == 0
    if plan.is_by_epoch and draw(st.integers(0, 3)) == 3:
        plan = evolve(plan, text=plan.text.replace(dose, "", 1) + OF_EPOCH) if dose else plan
    # What lies in the cycles of another treatment is given by its arms, and in no epoch of its own.
    other = "" if plan.is_by_epoch else draw(inside)
    before, _, after = HEAD.replace("  continuous from W0\n", f"{draw(lasting)}{given}").partition("arm active")
    after_it = draw(kept)
    given_too = [*(["zol"] if other else []), *([KEEP] if after_it else [])]
    text = f"{before}{IL2}{plan.text}{other}{after_it}{of_arms(plan, given_too, control=is_crossed)}"
    names, plans = draw(st.sampled_from(AMENDED)), [plan]
    text += after[after.index("anchor") :] + MORE + draw(some_end(names)) + draw(histories)
    text = text.replace('visit W0 "Baseline" at W0\n', 'visit W0 "Baseline" at W0\n  assess cd4\n')
    text += draw(amendments(names))
    for name in names:
        if draw(st.booleans()):
            plans.append(draw(planned(draw(like(dose)), is_by_epoch=plan.is_by_epoch)))
            text += f"{IL2}{plans[-1].text}  since {name}\n"
        if draw(st.booleans()):
            text += f'treatment obr "Optimized regimen"\n{draw(lasting)}{draw(like(given))}  since {name}\n'
    text += draw(spoken)
    treatment = draw(st.sampled_from(["il2", *given_too]))
    visits_then = draw(followed).format(treatment)
    reads = bool(visits_then) and "  only " not in text and not names and draw(st.booleans())
    text += visits_then + ("  assess cd4\n" if reads else "")
    if reads:
        shown = [
            name for name in AFTERWARDS if name[0] == visits_then.partition(" ")[2].lstrip()[0] and may_be(name, text)
        ]
        text += draw(own_rules(["W0", *shown, *shown]))
    if "visits C " in visits_then and names and draw(st.booleans()):
        text += draw(st.sampled_from(LATER_VISITS)).format(treatment, names[0])
    # There is no second cycle to count from where one is planned.
    if "cycles up to 1 " in text:
        text = text.replace("cycle 2 of il2", "cycle 1 of il2")
    elif draw(st.integers(0, 3)) == 3:
        text += BESIDE_CYCLES.format(draw(st.sampled_from(["", "counted from previous visit\n  "])))
    text = text.replace("from W2", draw(st.sampled_from(["from W2", "from 14 days after first dose of obr"])), 1)
    return Trial(text, plans, bool(other), is_crossed)
