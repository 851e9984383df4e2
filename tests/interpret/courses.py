"""A small trial, and participants of it by their tables, for tests of the schedule and the deviations."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from attrs import evolve

from protocol_dsl.base.days import Days, parse_days, write_days
from protocol_dsl.base.numbers import parse_reading
from protocol_dsl.interpret.engine import Engine
from protocol_dsl.model.points import Length, Point, Window
from protocol_dsl.model.records import (
    Administration,
    Cutoff,
    Event,
    Medication,
    Origin,
    Reading,
    Record,
    VisitRow,
)
from protocol_dsl.model.results import CycleResult, ParticipantResult, VisitResult
from protocol_dsl.model.schedule import Arm, Continuous, Cycles, Dose, Treatment, Visit
from protocol_dsl.model.study import Anchor, StudyModel
from protocol_dsl.model.vocabulary import Drug, DrugClass, History, Measure, Vocabulary

SCR = Point("screening", words="SCR")
W0 = Point("randomization", words="W0")
FOUR_WEEKS, SIX_WEEKS = Length(days=28), Length(days=42)
TABLES = frozenset({"participants", "events", "visits", "readings", "medications", "administrations"})


def week(number: int) -> Point:
    return Point("randomization", days=7 * number, words=f"W{number}")


def around(early: int, late: int) -> Window:
    return Window(Length(days=early), Length(days=late))


WEEK = around(-7, 7)
IL2_CYCLES = Cycles(
    up_to=8,
    start=week(2),
    spacings=(FOUR_WEEKS, SIX_WEEKS),
    window=around(-3, 7),
    none_after=week(42),
)
IL2 = Treatment(
    name="il2",
    title="Interleukin-2",
    course=IL2_CYCLES,
    dose=Dose(amount=4, unit="MIU", route="subcutaneous", times_daily=2, days=5),
)
OBR = Treatment(name="obr", title="Optimized regimen", course=Continuous(W0))
VISITS = (
    Visit(name="W0", title="Baseline", point=W0),
    Visit(name="W4", title="", point=week(4), window=WEEK),
    Visit(name="W12", title="", point=week(12), window=WEEK),
    Visit(name="W24", title="", point=week(24), window=WEEK),
)
VOCABULARY = Vocabulary(
    measures=(
        Measure(name="cd4", title="CD4", unit="cells/mm3", plausible=(0, 3000)),
        Measure(name="hiv_rna", title="HIV RNA", unit="copies/mL"),
    ),
    classes=(DrugClass("PI", "Protease inhibitors", (Drug("indinavir"),)),),
    histories=(History("administrations", "complete"),),
)
TRIAL = StudyModel(
    name="T",
    title="Trial",
    language=1,
    sha256="",
    anchors=(Anchor("SCR", "screening"), Anchor("W0", "randomization")),
    vocabulary=VOCABULARY,
    arms=(Arm(name="control", title="", gives=("obr",)), Arm(name="active", title="", gives=("obr", "il2"))),
)
VISITS_ONLY = evolve(TRIAL, visits=VISITS)
CYCLES_ONLY = evolve(TRIAL, treatments=(IL2,))
DEFAULT_EVENTS = {"consent": "2004-01-01", "screening": "2004-06-01", "randomization": "2004-06-14"}


def trial_with(*visits: Visit, **changes: object) -> StudyModel:
    return evolve(TRIAL, visits=visits, **changes)  # type: ignore[arg-type]  # fields of the model


def visit_row(label: str, date: str, status: str = "held", *, planned: Iterable[str] = ()) -> VisitRow:
    on = parse_days(date)
    known = set(planned) or {visit.name for visit in VISITS} | {"ET", "V1", "V2", "V3"}
    name = label if label in known else None
    return VisitRow(visit=name, label=label, first=on.first, last=on.last, status=status)  # type: ignore[arg-type]  # one of three


def given(date: str, cycle: int | None = None, **more: object) -> Administration:
    on = parse_days(date)
    fields: dict[str, object] = {"treatment": "il2", "dose": 4, "unit": "MIU", "written_dose": "4"}
    fields["route"] = "subcutaneous"
    return Administration(first=on.first, last=on.last, cycle=cycle, **(fields | more))  # type: ignore[arg-type]  # keywords of the test


def full_cycle(date: str, cycle: int | None = None, days: int = 5, times: int = 2) -> list[Administration]:
    """Every administration of a cycle, one row each."""
    start = parse_days(date).first
    return [given(write_days(Days(start + n, start + n)), cycle) for n in range(days) for _ in range(times)]


def reading(measure: str, date: str, written: str, visit: str | None = None) -> Reading:
    on = parse_days(date)
    value = parse_reading(written) if written else None
    return Reading(measure=measure, first=on.first, last=on.last, value=value, written=written, visit=visit)


def medication(drug: str, start: str, end: str | None = None) -> Medication:
    return Medication(drug=drug, start=parse_days(start), end=None if end is None else parse_days(end))


def event(name: str, date: str, related_to: str | None = None) -> Event:
    on = parse_days(date)
    return Event(name=name, first=on.first, last=on.last, related_to=related_to)


AnyRow = VisitRow | Administration | Reading | Medication | Event


def record(
    *rows: AnyRow,
    events: Mapping[str, str] = DEFAULT_EVENTS,
    arm: str | None = "active",
    tables: frozenset[str] = TABLES,
) -> Record:
    """A participant whose rows stand in the order given."""
    numbered = [evolve(row, origin=Origin("rows", number)) for number, row in enumerate(rows, 2)]
    milestones = [event(name, date) for name, date in events.items() if date]
    administrations = [row for row in numbered if isinstance(row, Administration)]
    return Record(
        participant="P1",
        site="01",
        arm=arm,
        arm_written=arm or "",
        events=grouped([*milestones, *(row for row in numbered if isinstance(row, Event))], "name"),
        readings=grouped([row for row in numbered if isinstance(row, Reading)], "measure"),
        medications=tuple(row for row in numbered if isinstance(row, Medication)),
        administrations=grouped(administrations, "treatment"),
        visits=tuple(sorted((row for row in numbered if isinstance(row, VisitRow)), key=by_day)),
        administrations_since=min((row.last for row in administrations), default=None),
        tables=tables,
    )


def by_day(row: VisitRow | Administration | Reading | Event) -> tuple[int, int]:
    return row.first, row.last


def grouped(rows: Sequence, name: str) -> dict[str, tuple]:  # type: ignore[type-arg]  # rows of any one kind
    ordered = sorted(rows, key=lambda row: (getattr(row, name), *by_day(row)))
    return {key: tuple(found) for key, found in groupby(ordered, key=lambda row: getattr(row, name))}


def check(of: Record, study: StudyModel = VISITS_ONLY, cutoff: str | None = "2006-01-01") -> ParticipantResult:
    day = None if cutoff is None else parse_days(cutoff).first
    return Engine(study, Cutoff(day)).check(of)


def scheduled(result: ParticipantResult) -> tuple[VisitResult | CycleResult, ...]:
    """Visits, then cycles."""
    return (*result.visits, *result.cycles)


def written(item: VisitResult | CycleResult) -> str:
    """``W24 late 3``, ``il2/1 in window``."""
    name = item.visit if isinstance(item, VisitResult) else f"{item.treatment}/{item.cycle}"
    out = "" if item.days_out is None else f" {item.days_out}"
    return f"{name} {item.status}{out}" + ("" if item.days_out_max is None else f"..{item.days_out_max}")


def statuses(of: Record, study: StudyModel = VISITS_ONLY, cutoff: str | None = "2006-01-01") -> list[str]:
    return [written(item) for item in scheduled(check(of, study, cutoff))]


def deviations(of: Record, study: StudyModel = VISITS_ONLY, cutoff: str | None = "2006-01-01") -> list[str]:
    """Without the ``/P1``: ``DV19 W24/2004-12-09``."""
    return [item.id.replace("/P1/", " ", 1) for item in check(of, study, cutoff).deviations]


def queries(of: Record, study: StudyModel = VISITS_ONLY, cutoff: str | None = "2006-01-01") -> list[str]:
    return [item.id.replace("/P1", "", 1).replace("/", " ", 1) for item in check(of, study, cutoff).queries]
