"""Made-up participants are what was wished for, the same for the same seed, and their departures are found."""

from pathlib import Path

import pytest
from tests.protocols.planted import differences
from tests.semantics.texts import read

from protocol_dsl import load
from protocol_dsl.model.results import CycleResult, VisitResult
from protocol_dsl.project.study import Study
from protocol_dsl.simulate import (
    KINDS,
    Distances,
    NotPossible,
    Wanted,
    every_departure,
    possible,
    simulate,
    wanted,
    write_study,
)
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

attribute storage "Consents to storage" is yes or no
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
treatment patch "Patch"
  dose 5 mg transdermal, once daily
  continuous from W0 to W52
  level low 5 mg from W0, level high 10 mg from W4
treatment shot "Shot"
  dose 5 mg intravenous, once daily
  cycles up to 8 from W1, spaced 21 days
  window ± 2 days
treatment pill "Pill"
  dose 20 mg oral, once daily
  continuous from 1 day after W0 to W16
  window -1 to +5 days
arm a "A" gives drug, patch, shot, pill ratio 2
arm b "B" gives other, patch, shot, pill

prohibit PI from W0 to W8

visit SCR "Screening" assess cd4, hiv_rna
visit W0 "Baseline" assess cd4
visits W2, W4, W8, W12 window ± 4 days assess cd4
visit W24 "Week 24" window ± 7 days

interval screening_period "Screening to baseline" at most 14 days from SCR to W0
interval pause "Week 2 to week 4" at most 26 days from W2 to W4
deviation consented "No consent to storage" when storage is no

deviation relapse "A stage C event on study" when any cdc_event in {C} from W0 to W8
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    path = tmp_path_factory.mktemp("wishes") / "wishes.proto"
    path.write_text(TEXT, encoding="utf-8")
    return load(path)


def folder(study: Study, place: Path, kinds: tuple[Wanted, ...], *, seed: int = 1, participants: int = 60) -> Path:
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


@pytest.mark.parametrize("seed", range(3))
def test_a_crossover_is_kept_but_for_what_is_planted(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "crossover.proto"
    path.write_text(CROSSOVER, encoding="utf-8")
    crossover = load(path)
    assert differences(crossover, folder(crossover, tmp_path / "clean", (), seed=seed, participants=30)) == []
    made = folder(crossover, tmp_path / "made", every_departure(crossover.model), seed=seed)
    assert differences(crossover, made) == []


OF_EPOCHS = {"DV23", "QY17"}
"""Kinds that only a trial in epochs has: see test_protocols.py."""


@pytest.mark.parametrize("seed", [4])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in OF_EPOCHS])
def test_departures_of_each_kind_are_found_and_nothing_else(study: Study, tmp_path: Path, kind: str, seed: int) -> None:
    assert kind in possible(study.model)
    population = simulate(study.model, 30, seed, (Wanted(kind=kind, count=3),))
    assert len(population.departures) == 3
    write_study(population, tmp_path)
    assert differences(study, tmp_path) == []


@pytest.mark.parametrize(
    "words", ["DV19:W4", "DV05:drug=2", "DV01:I2", "QY01:I5", "on the limit:I1", "DV14:PI", "QY20:shot"]
)
def test_a_departure_is_about_what_was_asked_for(study: Study, words: str) -> None:
    asked = wanted(words, study.model)
    found = simulate(study.model, 60, 5, (asked,)).departures
    assert len(found) == asked.count
    for departure in found:
        named = {getattr(item, name, None) for item in departure.finds for name in ("visit", "treatment", "rule")}
        assert asked.about in named | {item.rule for item in departure.criteria}


READ_TWICE = """
protocol TWICE "What one rule reads another reads too"
  language 1
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
history medications complete
measure alt "ALT" in U/L
measure weight "Weight" in kg
drugs A "Class A" members donepezil
drugs AB "Class A and others"
  includes A
  members selegiline
attribute told "Told" is yes or no
attribute asked "Asked" is yes or no
inclusion I1 "ALT and weight" require latest alt before SCR <= 100 U/L and latest weight before SCR >= 50 kg
inclusion I2 "Male, or told" require sex is male or told is yes
exclusion X1 "Class A" exclude if exposed to A from 30 days before W0 to W0 or (told is no and asked is no)
exclusion X2 "Class A or others" exclude if exposed to AB from 1 month before W0 to W0
treatment drug "Drug" dose 5 mg oral, once daily for 1 days cycles up to 6 every 21 days from W0
  counted from previous start window -0 to +3 days delay while latest alt before M12 > 120 U/L
arm x "X" gives drug
visit SCR "Screening" assess alt, weight
visits W4, W8, W12 window ± 7 days
"""


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Study:
    path = tmp_path_factory.mktemp("twice") / "twice.proto"
    path.write_text(READ_TWICE, encoding="utf-8")
    return load(path)


@pytest.mark.parametrize("kind", ["DV01", "QY01", "QY07", "on the limit"])
def test_what_more_than_one_rule_reads_is_left_alone(twice: Study, tmp_path: Path, kind: str) -> None:
    asked = tuple(Wanted(kind=kind, about=name, count=8) for name in possible(twice.model)[kind])
    assert asked
    population = simulate(twice.model, 60, 3, asked)
    assert population.without_room == ()
    write_study(population, tmp_path)
    assert differences(twice, tmp_path) == []


@pytest.mark.parametrize("words", ["DV18:W12", "DV19:W12", "DV20:W12", "QY05:W4", "QY05:W12"])
def test_the_last_visit_and_neighbours_can_be_asked_for(twice: Study, tmp_path: Path, words: str) -> None:
    population = simulate(twice.model, 40, 2, (wanted(f"{words}=3", twice.model),))
    assert len(population.departures) == 3
    write_study(population, tmp_path)
    assert differences(twice, tmp_path) == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("DV99", "no kind of departure is called DV99; "),
        ("DV19:W0", "DV19 (visit late) cannot be planted about W0; it can be about W2, W4, W8, W12, W24"),
        ("DV14:PIs", "DV14 (prohibited medication) cannot be planted about PIs; did you mean PI?"),
        ("DV12:=3", "DV12:=3 is no departure"),
    ],
)
def test_what_cannot_be_planted_is_said(study: Study, words: str, reason: str) -> None:
    with pytest.raises(NotPossible) as caught:
        wanted(words, study.model)
    assert str(caught.value).startswith(reason)


def test_what_a_protocol_cannot_have_is_said_where_it_is_declared() -> None:
    found = read('visit W4 "Week 4"\n  window ± 3 days\n')
    assert found.model is not None
    with pytest.raises(NotPossible) as caught:
        wanted("DV15:W4", found.model)
    assert str(caught.value).endswith("cannot be planted: no visit but those at a milestone assesses a measure")
    assert caught.value.place is not None


@pytest.mark.parametrize(("kind", "days"), [("DV18", -1), ("DV19", 6), ("DV04", -1), ("DV05", 6)])
def test_days_out_are_those_asked_for(study: Study, tmp_path: Path, kind: str, days: int) -> None:
    population = simulate(study.model, 60, 2, (Wanted(kind=kind, count=4),), Distances(early=1, late=6))
    assert [item.finds[0].days_out for item in population.departures] == [days] * 4
    write_study(population, tmp_path)
    assert differences(study, tmp_path) == []


def test_visits_and_cycles_are_drawn_over_their_whole_windows(study: Study, tmp_path: Path) -> None:
    run = study.check(folder(study, tmp_path / "made", (), participants=150))
    days: dict[str, set[int]] = {}
    for result in run:
        items: tuple[VisitResult | CycleResult, ...] = (*result.visits, *result.cycles)
        for item in items:
            if item.status == "in window" and item.planned and item.actual:
                name = item.visit if isinstance(item, VisitResult) else item.treatment
                days.setdefault(name, set()).add(item.actual.first - item.planned.first)
    assert days["W4"] == days["W8"] == set(range(-4, 5))
    assert days["drug"] == set(range(-2, 4))


def test_the_same_seed_makes_the_same_bytes(study: Study, tmp_path: Path) -> None:
    kinds = every_departure(study.model)
    one, same, other = (folder(study, tmp_path / str(n), kinds, seed=s) for n, s in enumerate((3, 3, 4)))
    read = [{path.name: path.read_bytes() for path in made.iterdir()} for made in (one, same, other)]
    assert read[0] == read[1]
    assert read[0] != read[2]


def test_chance_depends_on_its_words_alone() -> None:
    assert [Chance("a", 1).whole(0, 9) for _ in range(3)] == [Chance("a", 1).whole(0, 9)] * 3
    assert sorted(Chance(2).order(range(9))) == list(range(9))
    assert {Chance(n).by_weight("ab", (1, 0)) for n in range(9)} == {"a"}
