"""Small models and records for tests of the interpreter, built by hand."""

from collections.abc import Iterable, Mapping

from protocol_dsl.base.days import Days, parse_days
from protocol_dsl.base.numbers import parse_reading
from protocol_dsl.base.truth import Truth
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.tests import compile_test
from protocol_dsl.model.expressions import Test
from protocol_dsl.model.points import Length, Period, Point, Window
from protocol_dsl.model.records import AttributeFact, Cutoff, Event, Medication, Origin, Reading, Record
from protocol_dsl.model.results import Finding
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import (
    Attribute,
    Condition,
    Drug,
    DrugClass,
    EventKind,
    History,
    Measure,
    Vocabulary,
)

SCR = Point("screening", words="SCR")
W0 = Point("randomization", words="W0")
BEFORE_SCR = Period(None, SCR)
LAST_28_DAYS = Period(Point("screening", days=-28), SCR)
EVER = Period()


def week(number: int) -> Point:
    return Point("randomization", days=7 * number, words=f"W{number}")


def vocabulary(*histories: History) -> Vocabulary:
    return Vocabulary(
        measures=(
            Measure(name="cd4", title="CD4", unit="cells/mm3"),
            Measure(name="hiv_rna", title="HIV RNA", unit="copies/mL"),
            Measure(name="status", title="Status", choices=("symptomatic", "asymptomatic")),
        ),
        classes=(
            DrugClass("PI", "Protease inhibitors", (Drug("indinavir"), Drug("combo"))),
            DrugClass("NRTI", "Nucleosides", (Drug("zidovudine"), Drug("combo"))),
        ),
        conditions=(Condition("hiv1_infection", "HIV-1"),),
        events=(EventKind(name="adverse_event", title="Adverse event", grades=(1, 5)),),
        attributes=(
            Attribute(name="macrolin", kind="yes or no", choices=("yes", "no")),
            Attribute(name="visa", kind="date"),
        ),
        histories=histories,
    )


def model(*histories: History) -> StudyModel:
    window = Window(Length(days=-7), Length(days=7))
    return StudyModel(
        name="T",
        title="Test",
        language=1,
        sha256="",
        eligibility_point=SCR,
        vocabulary=vocabulary(*histories),
        visits=(
            Visit(name="W0", title="", point=W0, assess=("cd4",)),
            Visit(name="W4", title="", point=week(4), window=window, assess=("cd4",)),
        ),
    )


def days(text: str) -> Days:
    return parse_days(text)


def reading(measure: str, date: str, written: str, **more: object) -> Reading:
    on = days(date)
    value = parse_reading(written) if written[:1] in "<>0123456789-" and written else (written or None)
    return Reading(
        measure=measure,
        first=on.first,
        last=on.last,
        value=value,
        written=written,
        **more,  # type: ignore[arg-type]  # keywords of the test
    )


def event(name: str, date: str, **more: object) -> Event:
    on = days(date)
    return Event(name=name, first=on.first, last=on.last, **more)  # type: ignore[arg-type]  # keywords of the test


def medication(drug: str, start: str, end: str | None = None) -> Medication:
    return Medication(drug=drug, start=days(start), end=None if end is None else days(end), written=drug)


def grouped(rows: Iterable[Reading]) -> Mapping[str, tuple[Reading, ...]]:
    found: dict[str, tuple[Reading, ...]] = {}
    for row in rows:
        found[row.measure] = (*found.get(row.measure, ()), row)
    return {
        name: tuple(sorted(each, key=lambda row: (row.first, row.last, row.time or 0))) for name, each in found.items()
    }


def by_name(rows: Iterable[Event]) -> Mapping[str, tuple[Event, ...]]:
    found: dict[str, tuple[Event, ...]] = {}
    for row in rows:
        found[row.name] = (*found.get(row.name, ()), row)
    return found


def record(*rows: Reading | Event | Medication, screening: str = "2004-06-01", **more: object) -> Record:
    events = [row for row in rows if isinstance(row, Event)]
    if screening:
        events.append(event("screening", screening))
    medications = tuple(row for row in rows if isinstance(row, Medication))
    fields: dict[str, object] = {
        "participant": "P1",
        "readings": grouped(row for row in rows if isinstance(row, Reading)),
        "events": by_name(events),
        "medications": medications,
        "medications_since": min((row.start.last for row in medications), default=None),
        "birth": days("1967-03-05"),
        "origin": Origin("participants", 2),
    }
    return Record(**(fields | more))  # type: ignore[arg-type]  # keywords of the test


def attribute(value: str) -> AttributeFact:
    return AttributeFact(value, value, Origin("participants", 2))


def facts(of: Record, study: StudyModel | None = None, cutoff: str = "2006-01-01") -> Facts:
    """The facts a criterion at screening reads."""
    return Facts(of, study or model(), Cutoff(days(cutoff).last)).at(days("2004-06-01"))


def find(test: Test, of: Record | Facts, study: StudyModel | None = None) -> Finding:
    """The finding with reasons, whose truth the bare judgement must share."""
    study = study or model()
    known = of if isinstance(of, Facts) else facts(of, study)
    compiled = compile_test(test, study)
    found = compiled.explain(known)
    assert found.truth == compiled.judge(known)
    return found


def truth(test: Test, of: Record | Facts, study: StudyModel | None = None) -> str:
    return Truth(find(test, of, study).truth).words
