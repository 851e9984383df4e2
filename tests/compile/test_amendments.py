"""ANRS 123 with amendments that it never had, checked in columns: whoever keeps to the versions of their days."""

from pathlib import Path
from shutil import copytree

import pytest
from tests.compile.folders import write_folder
from tests.compile.test_agreement import study_of
from tests.compile.test_check import require_agreement
from tests.compile.test_cycles import day_after
from tests.compile.test_windows import HEAD, KEPT, rows

from protocol_dsl import Study, load
from protocol_dsl.compile.engines import check_refusals
from protocol_dsl.simulate import every_departure, simulate, write_study

PROTOCOLS = Path(__file__).parents[2] / "protocols"
MADE_UP = 40
VISITS = """
amendment AM1 "Wider windows, no week 12, one visit more" in force 2004-12-01
  in force 2005-01-15 at site "02"
visits W24, W36, W52
  window ± 14 days
  assess cd4, hiv_rna
  since AM1
at W52 also assess hiv_dna
visit W44
  window ± 7 days
  since AM1
retire W12 since AM1
"""
CYCLES = """
amendment AM1 "More time between cycles" in force 2004-12-01
treatment il2 "Interleukin-2"
  dose 3 MIU subcutaneous, twice daily for 5 days
  cycles up to 7 from W2, spaced 4 weeks, then 8 weeks
  window -3 to +7 days
  none after W54
  since AM1
"""
RULES = """
interval screening_period "Screening"
  at most 35 days from SCR to W0
amendment AM1 "Rules" in force 2004-12-01
interval screening_period "Screening"
  at most 7 days from SCR to W0
  since AM1
prohibit PI from W0 to W24
  since AM1
"""
ENDS = """
amendment AM1 "A shorter trial" in force 2004-12-01
  in force 2005-01-15 at site "02"
participation ends at W36
  since AM1
prohibit PI from W0 to W52
"""
IN_CYCLES = """
amendment AM1 "More time" in force 2004-12-01
visits C "Cycle" at cycle day 1 of il2
treatment il2 "Interleukin-2"
  dose 4.5 MIU subcutaneous, twice daily for 5 days
  cycles up to 7 from W2, spaced 4 weeks
  since AM1
"""


def amended(text: str, place: Path) -> Study:
    """The protocol with more at its end."""
    copytree(PROTOCOLS, place / "protocols")
    path = place / "protocols" / "anrs123.proto"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    return load(path)


@pytest.mark.parametrize(
    "text", [VISITS, CYCLES, RULES, ENDS, IN_CYCLES], ids=["visits", "cycles", "rules", "ends", "in cycles"]
)
def test_an_amended_protocol_is_checked_in_columns(text: str, tmp_path: Path) -> None:
    study = amended(text, tmp_path)
    population = simulate(study.model, MADE_UP, 4, every_departure(study.model))
    folder = tmp_path / "data"
    folder.mkdir()
    write_study(population, folder)
    assert require_agreement(study, folder) >= MADE_UP - len(population.departures) // 4


DOSED = HEAD.replace("continuous from W0", "continuous from W0\n  dose 54 mg, once daily")
MORE = """amendment AM1 "More" in force 2004-07-12
treatment obr "Optimized regimen"
  continuous from W0
  dose 81 mg, once daily
  since AM1
"""


def test_a_dose_that_only_an_earlier_version_forbids_is_told(tmp_path: Path) -> None:
    # The amendment comes into force on day 28.
    given = {"P0": {0: "54", 28: "81"}, "P1": {0: "81"}, "P2": {0: "54"}, "P3": {0: "81", 28: "54"}}
    courses = [
        {"participant": name, "treatment": "obr", "date": day_after(day), "dose": dose, "unit": "mg"}
        | {"end_date": day_after(27 if day == 0 and len(doses) > 1 else 120)}
        for name, doses in given.items()
        for day, dose in doses.items()
    ]
    data = {**rows({name: list(KEPT.items()) for name in given}), "administrations": courses}
    study = study_of(DOSED + MORE, tmp_path)
    folder = write_folder(tmp_path / "data", data)
    assert require_agreement(study, folder) == len(given)
    assert [each.participant for each in study.check(folder) if each.deviations] == ["P1", "P3"]


PLANS = (
    "  dose 54 mg, once daily\n",
    "  dose 0.054 g, once daily\n",
    "  dose 2 tablets, once daily\n",
    "  dose 54 mg, once daily\n  level low 27 mg, level full 54 mg\n",
    "  dose 0.081 g, once daily\n  level full 0.081 g, level low 0.054 g\n",
    "  dose 54 mg, once daily\n  level low 27 mg from W0, level high 54 mg from W2\n",
    "  level low 0.027 g from W0, level full 0.081 g from W8\n",
    "  level low 1 tablet from W0, level full 2 tablets from W2\n",
    "",
)
"""Doses as a version plans them: units that compare and that do not, levels with other names, amounts and days."""
AMOUNTS = (("54", "mg"), ("0.054", "g"), ("27", "mg"), ("0.1", "mg"), ("2", "tablets"), ("54", ""), ("", ""))


@pytest.mark.parametrize("place", range(len(PLANS)))
@pytest.mark.parametrize("further", [1, 3])
def test_doses_are_held_to_the_unit_and_the_levels_in_force(place: int, further: int, tmp_path: Path) -> None:
    before, after = PLANS[place], PLANS[(place + further) % len(PLANS)]
    given = {
        f"{amount}{unit}{level}{day}": {"dose": amount, "unit": unit, "level": level, "date": day_after(day)}
        for amount, unit in AMOUNTS
        for level in ("", "low", "full", "high")
        for day in (0, 28)
        if not (amount and level) or unit == "mg"
    }
    doses = [{"participant": name, "treatment": "obr", **cells} for name, cells in given.items()]
    data = {**rows({name: list(KEPT.items()) for name in given}), "administrations": doses}
    text = HEAD.replace("continuous from W0\n", f"continuous from W0\n{before}")
    text += f'amendment AM1 "More" in force 2004-07-12\n{HEAD[HEAD.index("treatment") : HEAD.index("arm active")]}'
    study = study_of(f"{text}{after}  since AM1\n", tmp_path)
    assert require_agreement(study, write_folder(tmp_path / "data", data)) > 0


def test_a_series_that_goes_on_until_a_test_may_be_amended(tmp_path: Path) -> None:
    series = 'visits CT "Scan" at W4 then every 8 weeks until latest cd4 from SCR to W96 > 500 cells/mm3\n  since AM1\n'
    study = amended(f'\namendment AM1 "More" in force 2004-12-01\n{series}', tmp_path)
    assert check_refusals(study.model) == ()
