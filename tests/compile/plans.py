"""Small random plans of treatment and visits on top of random rules of entry."""

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st
from tests.compile.conduct import conduct
from tests.compile.read_at_visits import told
from tests.compile.rules import near_screening, protocols, since, tests, written
from tests.compile.studies import MadeUp
from tests.compile.topics import Topics, of_plans, some_topics

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
