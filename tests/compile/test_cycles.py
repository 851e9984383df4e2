"""Cycles in columns that are counted from the start of the previous one."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from tests.compile.folders import write_folder
from tests.compile.test_agreement import study_of
from tests.compile.test_check import require_agreement, same_as_interpreter
from tests.compile.test_windows import HEAD, KEPT, START, rows

from protocol_dsl.model.listed import MOST_CYCLES

CHEMO = """treatment chemo "Chemotherapy"
  cycles up to 5 from W2, spaced 3 weeks, then 4 weeks
  counted from previous start
  window -3 to +7 days
"""
PLANNED = {1: 14, 2: 35, 3: 63, 4: 91, 5: 119}
"""Cycles by their days after randomization, each given on its planned day."""


def doses(people: Mapping[str, Mapping[int, int]]) -> Sequence[Mapping[str, str]]:
    """What was given: by cycle, so many days after randomization."""
    return [
        {"participant": name, "treatment": "chemo", "cycle": str(cycle), "date": day_after(days)}
        for name, cycles in people.items()
        for cycle, days in cycles.items()
    ]


def day_after(days: int) -> str:
    """A day of the study as it is written."""
    return (START + timedelta(days=days)).isoformat()


@pytest.mark.parametrize("as_of", ["2004-08-01", "2004-10-20", None])
@pytest.mark.parametrize("ending", ["", "  none after W17\n", "  none after 100 days after SCR\n"])
def test_cycles_counted_from_the_previous_start(ending: str, as_of: str | None, tmp_path: Path) -> None:
    given = {
        "P0": PLANNED,
        "P1": {1: 20, 2: 41, 3: 69, 4: 97, 5: 125},  # six days late, and then on the days that moved
        "P2": {1: 20, 2: 35, 3: 63, 4: 91},
        "P3": {1: 14, 3: 63, 4: 98},  # without the second: the day planned for it stands in
        "P4": {2: 35, 3: 63},
        "P5": {},
        "P6": {1: 14, 2: 70},
    }
    data = rows({name: list(KEPT.items()) for name in given})
    folder = write_folder(tmp_path / "data", {**data, "administrations": doses(given)}, group=2)
    text = HEAD.replace("gives obr\narm control", "gives obr, chemo\narm control") + CHEMO + ending
    assert require_agreement(study_of(text, tmp_path), folder, as_of) == len(given)


def in_arm(gives: str) -> str:
    """The protocol whose active arm gives so much besides."""
    return HEAD.replace("gives obr\narm control", f"gives obr, {gives}\narm control")


@pytest.mark.parametrize("as_of", ["2004-08-20", None])
@pytest.mark.parametrize(("spacing", "window"), [("1 month", "-0 to +20 days"), ("6 months", "-0 to +1 months")])
def test_cycles_counted_in_months_from_the_previous_start(
    spacing: str, window: str, as_of: str | None, tmp_path: Path
) -> None:
    # 31 August, 30 September, then 30 October: a month that clips is not made up for. Half a year clips so too.
    given = {"P0": {1: 78}, "P1": {1: 78, 2: 108}, "P2": {1: 78, 3: 139}, "P3": {}, "P4": {1: 78, 2: 260}}
    data = rows({name: list(KEPT.items()) for name in given})
    text = in_arm("chemo") + CHEMO.replace("3 weeks, then 4 weeks", spacing).replace("W2", "78 days after W0")
    text = text.replace("window -3 to +7 days", f"window {window}")
    folder = write_folder(tmp_path / "data", {**data, "administrations": doses(given)}, group=2)
    assert require_agreement(study_of(text, tmp_path), folder, as_of) == len(given)


WITH_CHEMO = """treatment bone "Bone protection"
  cycles at cycle day 3 of chemo
  only every second cycle
  window ± 2 days
"""


@pytest.mark.parametrize("as_of", ["2004-08-20", None])
@pytest.mark.parametrize(
    "clause", ["", "  counted from plan\n", "  none after W11\n", "  none after 90 days after SCR\n"]
)
def test_cycles_in_those_of_another_treatment(clause: str, as_of: str | None, tmp_path: Path) -> None:
    given = {"P0": PLANNED, "P1": {1: 24, 2: 41, 3: 69}, "P2": {1: 14, 3: 63}, "P3": {}, "P4": {1: 14, 2: 35}}
    bone = {"P0": {1: 16, 3: 65}, "P1": {1: 24, 3: 71}, "P2": {3: 70}, "P4": {1: 16}}
    data = rows({name: list(KEPT.items()) for name in given})
    events = [{"participant": "P4", "event": "withdrawal", "date": day_after(67)}]
    given_both = [*doses(given), *({**row, "treatment": "bone"} for row in doses(bone))]
    found = {**data, "events": [*data["events"], *events], "administrations": given_both}
    folder = write_folder(tmp_path / "data", found, group=2)
    # Control gives the one without the other.
    text = in_arm("chemo, bone").replace('"Control"\n  gives obr', '"Control"\n  gives obr, chemo') + CHEMO
    text += WITH_CHEMO.replace("window", f"{clause.strip()}\n  window" if clause else "window")
    text += 'visits B "Bone visit" at cycle day 1 of bone\n  window ± 1 days\n'
    assert require_agreement(study_of(text, tmp_path), folder, as_of) == len(given)


BY_EPOCH = """epoch early "First period" from W0 to W16
epoch late "Second period" from W20 to W40
"""


@pytest.mark.parametrize("ending", ["", "  none after 10 weeks after start of epoch\n"])
def test_cycles_that_count_from_the_epoch_of_the_arm(ending: str, tmp_path: Path) -> None:
    given = {"P0": {1: 14, 2: 35, 3: 63}, "P1": {1: 20, 2: 41}, "P2": {}}
    # Whoever has a dose on the day before the epoch begins has one outside of it.
    crossed = {"C0": {1: 154, 2: 175}, "C1": {1: 160}, "C2": {1: 140}, "C3": {1: 139}}
    data = rows({name: list(KEPT.items()) for name in given})
    others = rows({name: list(KEPT.items()) for name in crossed}, arm="control")
    every = {name: [*data[name], *others[name]] for name in data}
    text = in_arm("chemo in early").replace('"Control"\n  gives obr', '"Control"\n  gives obr, chemo in late')
    text += CHEMO.replace("from W2", "from 14 days after start of epoch") + ending + BY_EPOCH
    folder = write_folder(tmp_path / "data", {**every, "administrations": [*doses(given), *doses(crossed)]}, group=2)
    for as_of in ("2004-08-20", "2004-12-01"):
        assert require_agreement(study_of(text, tmp_path), folder, as_of) == len(given) + len(crossed)


@pytest.mark.parametrize("as_of", ["2004-08-20", None])
def test_participation_that_ends_some_time_after_the_first_dose(as_of: str | None, tmp_path: Path) -> None:
    given = {"P0": PLANNED, "P1": {1: 20, 2: 41}, "P2": {}}
    data = rows({name: list(KEPT.items())[:3] for name in given})
    text = in_arm("chemo") + CHEMO + "participation ends at 8 weeks after first dose of chemo\n"
    folder = write_folder(tmp_path / "data", {**data, "administrations": doses(given)}, group=2)
    assert require_agreement(study_of(text, tmp_path), folder, as_of) == len(given)


@pytest.mark.parametrize("as_of", ["2004-08-20", None])
@pytest.mark.parametrize("counted", ["", "  counted from previous start\n"])
def test_cycles_that_go_on_until_an_event(counted: str, as_of: str | None, tmp_path: Path) -> None:
    given = {"P0": PLANNED, "P1": {1: 14, 2: 38}, "P2": {1: 14, 2: 38, 3: 90}, "P3": {1: 14}, "P4": {}}
    ends = {"P1": ("progression", 50), "P2": ("progression", 50), "P3": ("withdrawal", 30), "P4": ("progression", 10)}
    data = rows({name: list(KEPT.items()) for name in given})
    events = [{"participant": name, "event": what, "date": day_after(day)} for name, (what, day) in ends.items()]
    found = {**data, "events": [*data["events"], *events], "administrations": doses(given)}
    text = HEAD.replace("gives obr\narm control", "gives obr, chemo\narm control") + CHEMO
    text = text.replace("from W2, spaced 3 weeks, then 4 weeks", "every 3 weeks from W2 until progression, withdrawal")
    text = text.replace("  counted from previous start\n", counted) + 'event progression "Progression"\n'
    folder = write_folder(tmp_path / "data", found, group=2)
    assert require_agreement(study_of(text, tmp_path), folder, as_of) == len(given)


@pytest.mark.parametrize("arm", ["active", ""])
def test_arms_and_doses_show_that_data_are_of_this_trial(arm: str, tmp_path: Path) -> None:
    data = rows({name: list(KEPT.items()) for name in "AB"}, arm=arm)
    given = [*doses({"A": PLANNED}), {"participant": "B", "treatment": "something else", "date": day_after(14)}]
    found = {**data, "readings": [], "administrations": given}
    folder = write_folder(tmp_path / "data", found)
    text = HEAD.replace("gives obr\narm control", "gives obr, chemo\narm control") + CHEMO
    assert require_agreement(study_of(text, tmp_path), folder) == 2


WORD = "every route of chemo in the data is {}, and the protocol says subcutaneous"


@pytest.mark.parametrize(
    ("routes", "told"),
    [(("sc", "subcutaneous"), None), (("sc", "oral"), None), (("", "sc"), "sc"), (("sc", "s.c."), "s.c. or sc")],
)
def test_another_word_for_a_route_is_told_wherever_it_stands(
    routes: tuple[str, str], told: str | None, tmp_path: Path
) -> None:
    # The first has two days of death and is left to the interpreter.
    data = rows({name: list(KEPT.items()) for name in "AB"})
    deaths = [{"participant": "A", "event": "death", "date": day_after(days)} for days in (200, 201)]
    by_name = dict(zip("AB", routes, strict=True))
    given = [
        {**row, "dose": "4", "unit": "mg", "route": by_name[row["participant"]]}
        for row in doses(dict.fromkeys("AB", PLANNED))
    ]
    study = study_of(in_arm("chemo") + CHEMO + "  dose 4 mg subcutaneous\n", tmp_path)
    tables = {**data, "events": [*data["events"], *deaths], "administrations": given}
    folder = write_folder(tmp_path / "data", tables)
    check = study.check(folder, engine="duckdb")
    assert same_as_interpreter(check, study, folder, None) == 1
    assert [each.partition(":")[0] for each in check.end.remarks] == ([] if told is None else [WORD.format(told)])


FOLLOWED = """visits C "Cycle" at cycle day 1, 8 of chemo
  window ± 2 days
visit FU "Follow-up" at 30 days after last dose
  window ± 7 days
epoch on_drug "Treatment" from W0 to last dose
interval rest "Rest" at least 30 days from last dose of chemo to PD
event progression "Progression"
anchor PD is first progression
"""


@pytest.mark.parametrize("as_of", ["2004-08-20", None])
@pytest.mark.parametrize("count", ["up to 5 ", ""])
def test_what_hangs_on_doses_is_judged_in_columns(count: str, as_of: str | None, tmp_path: Path) -> None:
    given = {"P0": PLANNED, "P1": {1: 14, 2: 38}, "P2": {1: 20, 2: 41}, "P3": {}, "P4": {1: 14, 3: 70}}
    ends = {"P1": ("progression", 50), "P2": ("withdrawal", 60), "P4": ("progression", 80)}
    seen = {name: [(f"C{cycle}D1", day) for cycle, day in cycles.items()] for name, cycles in given.items()}
    visits = {name: [*KEPT.items(), *held] for name, held in seen.items()}
    data = rows({**visits, "P1": [*visits["P1"], ("FU", 68)]})
    events = [{"participant": name, "event": what, "date": day_after(day)} for name, (what, day) in ends.items()]
    found = {**data, "events": [*data["events"], *events], "administrations": doses(given)}
    text = HEAD.replace("gives obr\narm control", "gives obr, chemo\narm control") + CHEMO + FOLLOWED
    text = text.replace(
        "up to 5 from W2, spaced 3 weeks, then 4 weeks", f"{count}every 3 weeks from W2 until progression, withdrawal"
    )
    folder = write_folder(tmp_path / "data", found, group=2)
    assert require_agreement(study_of(text, tmp_path), folder, as_of) == len(given)


@pytest.mark.parametrize(("value", "in_columns"), [("400", 3), ("600", 2), ("", 2), ("<50", 3)])
def test_rules_that_change_nothing_are_judged_in_columns(value: str, in_columns: int, tmp_path: Path) -> None:
    given = {"P0": PLANNED, "P1": {1: 14, 2: 38}, "P2": PLANNED}
    data = rows({name: list(KEPT.items()) for name in given})
    later = {"participant": "P1", "measure": "cd4", "date": day_after(60), "visit": "W8", "value": value}
    found = {**data, "readings": [*data["readings"], later], "administrations": doses(given)}
    rule = "  delay while latest cd4 before W52 > 500 cells/mm3\n"
    text = HEAD.replace("gives obr\narm control", "gives obr, chemo\narm control") + CHEMO + rule
    folder = write_folder(tmp_path / "data", found, group=2)
    assert require_agreement(study_of(text, tmp_path), folder) == in_columns


TWO_STARTS = """  dose 54 mg, once daily
  level low 54 mg from W0, level high 81 mg from 45 days after SCR
"""


def test_levels_that_begin_at_points_of_several_milestones(tmp_path: Path) -> None:
    # Everybody is screened ten days before randomization, so that the high level begins on day 35.
    stretches = {"P0": [(0, 34, 54), (35, 90, 81)], "P1": [(0, 33, 54), (34, 90, 81)], "P2": [(0, 35, 54)], "P3": []}
    data = rows({name: list(KEPT.items()) for name in stretches})
    given = [
        {
            "participant": name,
            "treatment": "obr",
            "date": day_after(first),
            "end_date": day_after(last),
            "dose": f"{amount}",
            "unit": "mg",
        }
        for name, found in stretches.items()
        for first, last, amount in found
    ]
    folder = write_folder(tmp_path / "data", {**data, "administrations": given}, group=2)
    study = study_of(HEAD.replace("continuous from W0\n", f"continuous from W0\n{TWO_STARTS}"), tmp_path)
    assert require_agreement(study, folder, "2004-10-01") == len(stretches)
    found = {result.participant: [each.code for each in result.deviations] for result in study.check(folder)}
    assert {name for name, codes in found.items() if "DV13" in codes} == {"P1", "P2"}


RULES = """measure rpr "Reagin" is one of {reactive, nonreactive}
drugs PI "Protease inhibitors" members ritonavir
history medications complete
history events complete
event progression "Progression"
"""


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        ("delay while cd4 at W0 > 500 cells/mm3", {"P1"}),
        ("stop when mean cd4 from W0 to W52 - first cd4 from W0 to W52 > 150 cells/mm3", {"P1"}),
        ("stop when latest rpr from W0 to W52 is reactive", {"P0"}),
        ("repeat while latest rpr from W0 to W52 is nonreactive", {"P0"}),
        ("delay while on PI at W4", {"P2"}),
        ("stop when count of progression from W0 to W52 >= 1 times", {"P0", "P2"}),
        ("stop when at least 2 of (on PI at W4, any progression from W0 to W52, cd4 at W0 > 500 cells/mm3)", {"P2"}),
    ],
)
def test_whomever_a_rule_may_act_on_the_interpreter_judges(rule: str, who: set[str], tmp_path: Path) -> None:
    given = {"P0": PLANNED, "P1": {1: 14, 2: 38}, "P2": PLANNED, "P3": {1: 14}}
    data = rows({name: list(KEPT.items()) for name in given})
    values = {("P1", "W0"): "501", ("P1", "W8"): "900"}
    readings = [{**row, "value": values.get((row["participant"], row["visit"]), "100")} for row in data["readings"]]
    words = {("P0", 60): "reactive"}
    readings += [
        {"participant": name, "measure": "rpr", "date": day_after(day), "value": words.get((name, day), "nonreactive")}
        for name in given
        for day in (2, 60)
    ]
    events = [{"participant": name, "event": "progression", "date": day_after(120)} for name in ("P0", "P2")]
    taken = [{"participant": "P2", "drug": "ritonavir", "start": day_after(20)}]
    found = {**data, "events": [*data["events"], *events], "readings": readings, "medications": taken}
    folder = write_folder(tmp_path / "data", {**found, "administrations": doses(given)}, group=2)
    study = study_of(in_arm("chemo") + CHEMO + f"  {rule}\n" + RULES, tmp_path)
    assert require_agreement(study, folder) == len(given) - len(who)


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        ("stop when latest cd4 from W0 to W52 / cd4 at W0 > 1.5 times", {"P1"}),
        ("delay while cd4 at W0 / latest cd4 from W0 to W52 < 0.6 times", {"P1"}),
        ("delay while percent change in cd4 from W0 to W4 > 50 percent", {"P1", "P3"}),
        ("stop when change in cd4 from W0 to W4 > 50 cells/mm3", {"P1", "P3"}),
        ("reduce to low when log10 latest cd4 from W0 to W52 > 2.5", {"P1"}),
        ("delay while consecutive cd4 > 150 cells/mm3 from W0 to W52", {"P1", "P3"}),
        ("repeat while consecutive cd4 > 50 cells/mm3 from W0 to W52", {"P3"}),
        ("delay while latest cd4 from W0 to W52 * (cd4 at W0 / cd4 at W0) > 150 cells/mm3", {"P1", "P2"}),
        ("stop when 100 cells/mm3 / lowest cd4 from W0 to W52 > 1.5 times", set()),
        ("delay while not (cd4 at W4 is recorded)", {"P3"}),
        ("repeat while latest cd4 from W0 to W52 is recorded", set()),
        ("stop when latest cd4 from W40 to W52 is recorded", set()),
    ],
)
def test_rules_of_quotients_changes_and_two_in_a_row(rule: str, who: set[str], tmp_path: Path) -> None:
    # The first cycle is planned for week 6, or for three weeks after it began. P2 is on the limits; P3 missed week 4.
    given = {"P0": {1: 42, 2: 63}, "P1": {1: 42}, "P2": {1: 42, 2: 63}, "P3": {1: 42}}
    data = rows({name: list(KEPT.items()) for name in given})
    values = {("P1", "W0"): "300", ("P1", "W4"): "600", ("P1", "W8"): "900", ("P2", "W4"): "150"}
    readings = [
        {**row, "value": values.get((row["participant"], row["visit"]), "100")}
        for row in data["readings"]
        if (row["participant"], row["visit"]) != ("P3", "W4")
    ]
    found = {**data, "readings": readings, "administrations": doses(given)}
    folder = write_folder(tmp_path / "data", found, group=2)
    text = in_arm("chemo") + CHEMO.replace("from W2", "from W6") + f"  dose 4 mg\n  level low 2 mg\n  {rule}\n"
    assert require_agreement(study_of(text, tmp_path), folder) == len(given) - len(who)


def test_of_two_readings_at_a_visit_a_change_is_not_known(tmp_path: Path) -> None:
    # Both are of week 4 by their label, and of one day: whatever they are, which of them counts is open.
    data = rows({name: list(KEPT.items()) for name in ("P0", "P1")})
    second = {"participant": "P1", "measure": "cd4", "date": day_after(28), "visit": "W4", "value": "101"}
    found = {**data, "readings": [*data["readings"], second], "administrations": doses({"P0": {1: 42}, "P1": {1: 42}})}
    text = in_arm("chemo") + CHEMO.replace("from W2", "from W6")
    text += "  stop when percent change in cd4 from W0 to W4 > 50 percent\n"
    folder = write_folder(tmp_path / "data", found, group=2)
    assert require_agreement(study_of(text, tmp_path), folder) == 1


UNTIL = "\n  then every 1 weeks until progression"
IN_SERIES = """visits CT "Scan" at W1 and W2{}
  window ± 2 days
  assess cd4
event progression "Progression"
"""


@pytest.mark.parametrize(
    ("rule", "more", "in_columns"),
    [
        ("cd4 at CT2 > 300 cells/mm3", IN_SERIES.format(""), 2),
        ("cd4 at CT2 > 300 cells/mm3", IN_SERIES.format(UNTIL), 1),
        ("change in cd4 from W0 to CT2 > 300 cells/mm3", IN_SERIES.format(UNTIL), 1),
        ("cd4 at W4 > 300 cells/mm3", 'amendment AM1 "Fewer visits" in force 2004-07-01\nretire W4 since AM1\n', 0),
    ],
)
def test_a_reading_of_a_visit_that_not_everybody_has(rule: str, more: str, in_columns: int, tmp_path: Path) -> None:
    # P1 progressed before the second scan, which is none, whatever the data call the reading.
    given = {"P0": {1: 42}, "P1": {1: 42}}
    data = rows({name: list(KEPT.items()) for name in given})
    progression = {"participant": "P1", "event": "progression", "date": day_after(10)}
    scans = [
        {"participant": name, "measure": "cd4", "date": day_after(14), "visit": "CT2", "value": "100"} for name in given
    ]
    found = {**data, "events": [*data["events"], progression], "readings": [*data["readings"], *scans]}
    folder = write_folder(tmp_path / "data", {**found, "administrations": doses(given)}, group=2)
    text = in_arm("chemo") + CHEMO.replace("from W2", "from W6") + f"  stop when {rule}\n" + more
    assert require_agreement(study_of(text, tmp_path), folder) == in_columns


def test_a_cycle_long_before_its_day_moves_the_next_before_any_reading(tmp_path: Path) -> None:
    # The second cycle of P1 is planned for day -5, before the first of its counts.
    given = {"P0": {1: 14, 2: 35}, "P1": {1: -26, 2: 35}}
    data = rows({name: list(KEPT.items()) for name in given})
    readings = [row for row in data["readings"] if row["date"] >= day_after(-1)]
    folder = write_folder(tmp_path / "data", {**data, "readings": readings, "administrations": doses(given)}, group=2)
    text = in_arm("chemo") + CHEMO + "  delay while latest cd4 before W52 > 500 cells/mm3\n"
    assert require_agreement(study_of(text, tmp_path), folder) == 1


def test_a_rule_that_columns_do_not_follow_leaves_them_the_other_arms(tmp_path: Path) -> None:
    given = {"P0": PLANNED, "P1": {1: 14}}
    data, others = (rows({name: list(KEPT.items()) for name in names}, arm=arm) for names, arm in ARMS)
    every = {name: [*data[name], *others[name]] for name in data}
    folder = write_folder(tmp_path / "data", {**every, "administrations": doses(given)}, group=2)
    text = in_arm("chemo") + CHEMO + "  stop when latest cd4 before W52 is recorded\n"
    assert require_agreement(study_of(text, tmp_path), folder) == 3
    of_both = text.replace('"Control"\n  gives obr', '"Control"\n  gives obr, chemo')
    assert require_agreement(study_of(of_both, tmp_path), folder) == 0


OF_DOSES = """drugs PI "Protease inhibitors" members ritonavir
history medications complete
history events complete
event progression "Progression"
prohibit PI from W0 to last dose of chemo
deviation early "Progression while treated" when {} from first dose of chemo to last dose of chemo{}
"""


def test_rules_that_count_from_cycles_which_columns_do_not_follow(tmp_path: Path) -> None:
    # P1 and P2 took the drug before and after the last dose; P2 progressed between the first and the last, P3 after it.
    given = {"P0": PLANNED, "P1": PLANNED, "P2": {1: 14, 2: 35}, "P3": {1: 14}}
    data = rows({name: list(KEPT.items()) for name in given})
    withdrawn = [{"participant": name, "event": "withdrawal", "date": day_after(130)} for name in given]
    events = [("P2", 20), ("P3", 60)]
    happened = [{"participant": name, "event": "progression", "date": day_after(day)} for name, day in events]
    taken = [("P1", 100), ("P2", 125)]
    found = {
        **data,
        "events": [*data["events"], *withdrawn, *happened],
        "medications": [{"participant": name, "drug": "ritonavir", "start": day_after(day)} for name, day in taken],
        "administrations": doses(given),
    }
    folder = write_folder(tmp_path / "data", found, group=2)
    plan = in_arm("chemo") + CHEMO + "  skipped cycles do not count\n"
    study = study_of(plan + OF_DOSES.format("any progression", ""), tmp_path)
    # Of those two the tables are read again.
    assert require_agreement(study, folder) == len(given)
    told = {
        (result.participant, each.code)
        for result in study.check(folder)
        for each in result.deviations
        if each.code in {"DV14", "DV17"}
    }
    assert told == {("P1", "DV14"), ("P2", "DV17")}
    counted = study_of(plan + OF_DOSES.format("count of progression", " >= 2 times"), tmp_path)
    assert require_agreement(counted, folder) == len(given)


ARMS = ((("P0", "P1"), "active"), (("C0", "C1", "C2"), "control"))


def test_a_cycle_too_far_from_the_first_is_judged_with_all_that_hangs_on_it(tmp_path: Path) -> None:
    given = {"P0": {1: 0, 2: 3, MOST_CYCLES + 1: 110}, "P1": {1: 0}, "P2": {}}
    data = rows({name: list(KEPT.items()) for name in given})
    text = HEAD.replace("gives obr\narm control", "gives obr, chemo\narm control") + CHEMO
    text = text.replace("up to 5 from W2, spaced 3 weeks, then 4 weeks", "every 3 days from W0 until progression")
    text = text.replace("window -3 to +7 days", "window ± 1 days") + 'event progression "Progression"\n'
    text += 'visit FU "Follow-up" at 30 days after last dose\n  window ± 7 days\n'
    folder = write_folder(tmp_path / "data", {**data, "administrations": doses(given)}, group=2)
    # By the last day of the data cycle 38 has come.
    assert require_agreement(study_of(text, tmp_path), folder) == len(given)
    assert require_agreement(study_of(text, tmp_path), folder, "2004-07-20") == len(given)


@pytest.mark.parametrize("days", [104, 105, 106])
def test_the_last_cycle_that_columns_list_may_be_planned_on_the_cut_off(days: int, tmp_path: Path) -> None:
    # Then another comes after it, which the interpreter lists as the next one. P2 went before.
    given = {"P0": {1: 0, 2: 3}, "P1": {}, "P2": {1: 0}}
    data = rows({name: list(KEPT.items()) for name in given})
    events = [*data["events"], {"participant": "P2", "event": "withdrawal", "date": day_after(104)}]
    text = in_arm("chemo") + 'event progression "Progression"\n' + CHEMO
    text = text.replace("up to 5 from W2, spaced 3 weeks, then 4 weeks", "every 3 days from W0 until progression")
    text = text.replace("previous start", "plan").replace("window -3 to +7 days", "window ± 1 days")
    found = {**data, "events": events, "administrations": doses(given)}
    folder, study = write_folder(tmp_path / "data", found, group=2), study_of(text, tmp_path)
    assert require_agreement(study, folder, day_after(days)) == len(given)
    listed = {each.participant: len(each.cycles) for each in study.check(folder, as_of=day_after(days))}
    assert listed == {"P0": MOST_CYCLES + (days > 104), "P1": MOST_CYCLES + (days > 104), "P2": MOST_CYCLES}


@pytest.mark.parametrize("counted", ["plan", "previous start"])
@pytest.mark.parametrize("last", ["90 days after SCR", "PD"])
def test_which_cycles_are_planned_is_open_where_the_last_point_has_no_day(
    last: str, counted: str, tmp_path: Path
) -> None:
    given = {name: {1: 14, 2: 35} for name in ("both", "screening", "progression", "neither")} | {"nothing": {}}
    data = rows({name: list(KEPT.items()) for name in given})
    events = [each for each in data["events"] if each["event"] != "screening"]
    happened = {"both": ("screening", "progression"), "screening": ("screening",), "progression": ("progression",)}
    days = {"screening": -10, "progression": 70}
    events += [
        {"participant": name, "event": event, "date": day_after(days[event])}
        for name, found in happened.items()
        for event in found
    ]
    text = in_arm("chemo") + CHEMO.replace("previous start", counted) + f"  none after {last}\n"
    text += 'event progression "Progression"\nanchor PD is first progression\n'
    folder = write_folder(tmp_path / "data", {**data, "events": events, "administrations": doses(given)}, group=2)
    assert require_agreement(study_of(text, tmp_path), folder) == len(given)
