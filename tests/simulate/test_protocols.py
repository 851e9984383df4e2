"""Made-up participants of the shipped protocols, and of an amended one: ``check`` finds what was planted, no more."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import evolve
from tests.protocols.planted import differences

from protocol_dsl import Study, load
from protocol_dsl.simulate import every_departure, simulate, write_study

PROTOCOLS = sorted((Path(__file__).parents[2] / "protocols").glob("*.proto"))

AMENDED = """
protocol AMENDED "Windows, criteria and doses that change"
  language 1
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
measure weight "Weight" in kg
inclusion I1 "Heavy" require latest weight before SCR >= 50 kg
amendment AM1 "Later visits" in force 2005-06-01
  in force 2005-07-15 at site "02"
inclusion I1 "Heavy" require latest weight before SCR >= 60 kg since AM1
treatment drug "Drug" dose 100 mg oral, once daily for 2 days cycles up to 6 from W1, spaced 4 weeks window ± 2 days
treatment drug "Drug" dose 50 mg oral, once daily for 2 days cycles up to 6 from W1, spaced 4 weeks window ± 3 days
  since AM1
arm a "A" gives drug
visit SCR "Screening" assess weight
visits W4, W8, W16 window ± 3 days assess weight
visit W8 "Week 8" window ± 5 days assess weight since AM1
visit W20 "Week 20" window ± 5 days since AM1
visits CT "Scan" at M1 and M2 then every 2 months until death window ± 5 days
visits CT "Scan" at M1 and M2 then every 1 months until death window ± 3 days since AM1
visits C "Cycle" at cycle day 1, 8 of drug window ± 1 days
visits C "Cycle" at cycle day 1 of drug window ± 1 days since AM1
"""

TITRATED = """
protocol TITRATED "Levels that change"
  language 1
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
treatment drug "Drug" continuous from W0 dose 500 mg oral, once daily {}
arm a "A" gives drug
visit SCR "Screening"
visits W4, W12, W24 window ± 7 days
amendment AM1 "Other levels" in force 2005-06-01
  in force 2005-07-15 at site "02"
treatment drug "Drug" continuous from W0 {}
  since AM1
"""
LEVELS = (
    "level low 250 mg from W0, level full 500 mg from W4",
    "level low 250 mg from W0, level mid 400 mg from W4, level full 500 mg from W8",
    "dose 0.5 g oral, once daily level low 0.25 g from W0, level full 0.5 g from W12",
    "dose 1 g oral, once daily",
)


CROSSOVER = """
protocol CROSSOVER "One treatment after the other"
  language 1
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
treatment a "Treatment A" dose 10 mg oral, once daily
treatment b "Treatment B" dose 20 mg oral, once daily
arm AB "A then B" gives a in period1, b in period2
arm BA "B then A" gives b in period1, a in period2
epoch period1 "First period" from W0 to W12
epoch washout "Washout" from W12 to W16 without treatment
epoch period2 "Second period" from W16 to W28
visit SCR "Screening"
visits W4, W12, W16, W28 window ± 7 days
visit W36 "Follow-up" window ± 7 days
interval first_period "Length of the first period" at most 91 days from W0 to W12
interval pause "Washout" at least 14 days from W12 to W16
"""


def test_treatment_outside_its_epoch_and_intervals_that_are_open(tmp_path: Path) -> None:
    path = tmp_path / "crossover.proto"
    path.write_text(CROSSOVER, encoding="utf-8")
    study = load(path)
    wanted = [each for each in every_departure(study.model) if each.kind in {"DV23", "QY12", "QY17"}]
    assert {each.kind for each in wanted} == {"DV23", "QY12", "QY17"}
    for seed in range(8):
        population = simulate(study.model, 20, seed, tuple(evolve(each, count=3) for each in wanted))
        out = tmp_path / str(seed)
        out.mkdir()
        write_study(population, out)
        assert differences(study, out) == []
        assert {found.code for each in population.departures for found in each.finds} >= {"DV23", "QY12", "QY17"}


PLANS = {
    "counted from the first dose": """
protocol FIRST "Counted from the first dose"
  language 1
anchor SCR is screening
anchor W0 is randomization
anchor DOSE is first_dose
eligibility at SCR
measure weight "Weight" in kg
treatment a "A" dose 5 mg oral, once daily for 1 days cycles up to 3 from DOSE, spaced 4 weeks window ± 3 days
treatment b "B" dose 5 mg oral, once daily for 1 days cycles up to 3 from W0, spaced 4 weeks window ± 3 days
arm x "X" gives a, b
visit W0 assess weight
visit V28 "28 days after the first dose" at 28 days after DOSE window ± 3 days assess weight
""",
    "counted from the previous start, by what is read": """
protocol PREVIOUS "Counted from the previous start"
  language 1
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
measure alt "ALT" in U/L
  plausible 1 U/L to 1_000 U/L
treatment a "A" dose 5 mg oral, once daily for 1 days cycles up to 12 every 21 days from W1 until death, withdrawal
  counted from previous start window -0 to +3 days delay while latest alt before M12 > 120 U/L
arm x "X" gives a
visit SCR "Screening" assess alt
visits C "Cycle" at cycle day 1 of a window ± 3 days assess alt
""",
    "counted from the previous visit, beside others": """
protocol MOVED "Windows that pass one another"
  language 1
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
visits W0, M1 window -0 to +1 months
visit M3 window ± 2 weeks
visit M6 window ± 14 days
  counted from previous visit
visits CT "Scan" at M2 and M4 then every 2 months until death window ± 7 days
visit FU "Follow-up" at 30 days after M6 window -0 to +7 days
""",
    "a history without a clause, exposures on study": """
protocol HISTORY "Events of some grade"
  language 1
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
history medications complete
event ae "Adverse event" grades 1 to 5
drugs STATINS "Statins" members simvastatin
exclusion X1 "Severe event" exclude if any ae of grade at least 3 before SCR
exclusion X2 "Treated" exclude if exposed to STATINS from 2 weeks before W0 to W0
deviation D1 "Statins on study" when exposed to STATINS from W0 to W26
visits W4, W8, W30 window ± 3 days
""",
}


@pytest.mark.parametrize("name", PLANS)
def test_what_a_plan_counts_from_and_reads_is_kept_but_for_what_is_planted(name: str, tmp_path: Path) -> None:
    study = made_of(PLANS[name], tmp_path)
    for seed in range(3):
        for wanted in ((), every_departure(study.model)):
            place = tmp_path / f"{seed}-{len(wanted)}"
            place.mkdir()
            write_study(simulate(study.model, 20, seed, wanted), place)
            assert differences(study, place) == []
            if not wanted:
                require_no_dose_before_randomization(place)


def require_no_dose_before_randomization(folder: Path) -> None:
    """Nobody who keeps the plan is given anything before being randomized."""
    with (folder / "events.csv").open(encoding="utf-8") as file:
        days = {row["participant"]: row["date"] for row in csv.DictReader(file) if row["event"] == "randomization"}
    if (folder / "administrations.csv").exists():
        with (folder / "administrations.csv").open(encoding="utf-8") as file:
            assert all(row["date"] >= days[row["participant"]] for row in csv.DictReader(file))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda path: path.stem)
def test_check_finds_in_a_shipped_protocol_what_was_planted(path: Path, tmp_path: Path, seed: int) -> None:
    study = load(path)
    population = simulate(study.model, 60, seed, every_departure(study.model))
    assert len(population.departures) + len(population.without_room) == len(every_departure(study.model))
    write_study(population, tmp_path)
    assert differences(study, tmp_path) == []


def made_of(text: str, folder: Path) -> Study:
    """The study of a text."""
    path = folder / "amended.proto"
    path.write_text(text, encoding="utf-8")
    return load(path)


@pytest.mark.parametrize("levels", LEVELS)
@pytest.mark.parametrize("before", ["", *LEVELS[:2]])
def test_doses_have_the_levels_in_force(levels: str, before: str, tmp_path: Path) -> None:
    study = made_of(TITRATED.format(before, levels), tmp_path)
    every = every_departure(study.model)
    titrated = tuple(each for each in every if each.kind == "DV13") * 15
    for name, wanted in (("clean", ()), ("planted", every), ("titrated", titrated)):
        (tmp_path / name).mkdir()
        write_study(simulate(study.model, 40, 1, wanted), tmp_path / name)
        assert differences(study, tmp_path / name) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_participants_are_held_to_the_version_in_force(tmp_path: Path, seed: int) -> None:
    study = made_of(AMENDED, tmp_path)
    for name, wanted in (("clean", ()), ("planted", every_departure(study.model))):
        (tmp_path / name).mkdir()
        write_study(simulate(study.model, 50, seed, wanted), tmp_path / name)
        assert differences(study, tmp_path / name) == []
    visits = (tmp_path / "clean" / "visits.csv").read_text(encoding="utf-8")
    assert 0 < visits.count(",W20,") < visits.count(",W8,")


def test_the_same_bytes_come_out_under_any_hash_seed(tmp_path: Path) -> None:
    made = []
    for seed in ("0", "1"):
        out = tmp_path / seed
        command = [sys.executable, "-m", "protocol_dsl", "simulate", str(PROTOCOLS[0]), "--participants", "25", "-q"]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([*command, "--out", str(out)], check=True, env=environment)  # noqa: S603 - our own command
        made.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert made[0] == made[1]
