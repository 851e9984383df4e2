"""Made-up participants are what was wished for, the same for the same seed, and their departures are found."""

from pathlib import Path

import pytest
from tests.protocols.planted import differences

from protocol_dsl import load
from protocol_dsl.project.study import Study
from protocol_dsl.simulate import every_departure, simulate, write_study
from protocol_dsl.simulate.chance import Chance

TEXT = """
protocol WISHES "Every kind of criterion"
  language 1

use hiv (cd4, hiv_rna, hiv1_infection, NRTI, PI, antiretroviral,
         cdc_event, regimen_change)

anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
history medications complete
history events complete

attribute failing "Failing" is yes or no
attribute region "Region" is one of {north, south, west}
attribute score "Score" in points

define entry_cd4 "CD4 at entry" as latest cd4 within 28 days before SCR

inclusion I1 "Adult, not old" require age at SCR between 18 years and 65 years
inclusion I2 "CD4 in range" require entry_cd4 >= 50 cells/mm3 and entry_cd4 < 350 cells/mm3
inclusion I3 "Infected" require hiv1_infection is confirmed before SCR
inclusion I4 "Treated" require exposed to NRTI and on antiretroviral at SCR
inclusion I5 "Region" require region is in {north, south} and not failing is yes
inclusion I6 "Score" require score > 3 points or score = 0 points
exclusion X1 "Recent event" exclude if any cdc_event in {C} before SCR
exclusion X2 "High load" exclude if latest hiv_rna within 28 days before SCR > 1_000_000 copies/mL
exclusion X3 "Two of three" exclude if at least 2 of (failing is yes, region is west, score < 1 points)

treatment drug "Drug"
  dose 100 mg oral, once daily for 3 days
  cycles up to 4 from D7, spaced 14 days
  window -2 to +3 days
  none after D49
treatment other "Other drug"
  dose 50 mg oral, once daily for 3 days
  cycles up to 3 from D7, spaced 14 days
  window -2 to +3 days
arm a "A" gives drug ratio 2
arm b "B" gives other

prohibit PI from W0 to W8

visit SCR "Screening" assess cd4, hiv_rna
visit W0 "Baseline" assess cd4
visits W2, W4, W8, W12 window ± 4 days assess cd4

deviation relapse "A stage C event on study" when any cdc_event in {C} from W0 to W8
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    path = tmp_path_factory.mktemp("wishes") / "wishes.proto"
    path.write_text(TEXT, encoding="utf-8")
    return load(path)


def folder(study: Study, place: Path, kinds: tuple[str, ...], *, seed: int = 1, participants: int = 60) -> Path:
    place.mkdir()
    write_study(simulate(study.model, participants, seed, kinds), place)
    return place


@pytest.mark.parametrize("seed", range(3))
def test_everybody_is_eligible_and_keeps_the_plan(study: Study, tmp_path: Path, seed: int) -> None:
    made = folder(study, tmp_path / "made", (), seed=seed)
    run = study.check(made)
    assert {result.eligibility.decisive.verdict for result in run if result.eligibility} == {"eligible"}
    assert differences(study, made) == []


CROSSOVER = """
protocol CROSSOVER "Epochs, classes of visits and either-or assessments"
  language 1
use hiv (cd4, hiv_rna)
anchor SCR is screening
anchor W0 is randomization
measure weight "Weight" in kg
treatment a "A" dose 5 mg oral, once daily
treatment b "B" dose 2 mg oral, once daily for 2 days cycles up to 3 from start of epoch, spaced 4 weeks window ± 3 days
arm AB "A then B" gives a in period1, b in period2
arm BA "B then A" gives b in period1, a in period2
epoch period1 "First period" from W0 to W12
epoch washout "Washout" from W12 to W16 without treatment
epoch period2 "Second period" from W16 to W28
class clinic "Clinic visit" window ± 3 days assess weight, one of (cd4, hiv_rna)
visits W4, W12, W16, W20, W28 class clinic
"""


@pytest.mark.parametrize("kinds", [(), *((kind,) for kind in every_departure())])
def test_a_crossover_is_kept_but_for_what_is_planted(tmp_path: Path, kinds: tuple[str, ...]) -> None:
    path = tmp_path / "crossover.proto"
    path.write_text(CROSSOVER, encoding="utf-8")
    crossover = load(path)
    assert differences(crossover, folder(crossover, tmp_path / "made", kinds, participants=30)) == []


@pytest.mark.parametrize("kind", every_departure())
def test_a_departure_of_each_kind_is_found_and_nothing_else(study: Study, tmp_path: Path, kind: str) -> None:
    made = folder(study, tmp_path / "made", (kind,))
    assert differences(study, made) == []


def test_the_same_seed_makes_the_same_bytes(study: Study, tmp_path: Path) -> None:
    kinds = every_departure()
    one, same, other = (folder(study, tmp_path / str(n), kinds, seed=s) for n, s in enumerate((3, 3, 4)))
    read = [{path.name: path.read_bytes() for path in made.iterdir()} for made in (one, same, other)]
    assert read[0] == read[1]
    assert read[0] != read[2]


def test_chance_depends_on_its_words_alone() -> None:
    assert [Chance("a", 1).whole(0, 9) for _ in range(3)] == [Chance("a", 1).whole(0, 9)] * 3
    assert sorted(Chance(2).order(range(9))) == list(range(9))
    assert {Chance(n).by_weight("ab", (1, 0)) for n in range(9)} == {"a"}
