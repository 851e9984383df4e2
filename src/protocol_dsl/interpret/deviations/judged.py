"""What a derivation sees of a participant, and how it says what it found."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from attrs import evolve

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.facts import FAR, Facts
from protocol_dsl.interpret.grades import grade_of
from protocol_dsl.interpret.judged_cycles import JudgedCycle
from protocol_dsl.interpret.matching import Matching
from protocol_dsl.interpret.slots import Slot
from protocol_dsl.interpret.standing import Standing
from protocol_dsl.interpret.visit_status import JudgedVisit
from protocol_dsl.model.deviation_codes import DeviationCode, QueryCode
from protocol_dsl.model.points import Place
from protocol_dsl.model.records import Administration
from protocol_dsl.model.results import Deviation, Eligibility, Fact, Query
from protocol_dsl.model.rules import DeviationCategory, Grade
from protocol_dsl.model.series import series_of
from protocol_dsl.model.study import StudyModel

NO_STANDING = Standing("undetermined")


@frozen(kw_only=True)
class Judged:
    """A participant with everything judged: eligibility, visits, cycles.

    ``eligibility_facts`` are the facts as the criteria read them.
    """

    facts: Facts
    eligibility: Eligibility | None
    eligibility_facts: Facts
    matching: Matching
    visits: tuple[JudgedVisit, ...]
    cycles: tuple[JudgedCycle, ...]

    @property
    def model(self) -> StudyModel:
        """The protocol."""
        return self.facts.model

    @property
    def is_randomized(self) -> bool:
        """Whether any randomization is recorded, even where its days disagree."""
        return bool(self.facts.events("randomization"))

    @property
    def is_arm_unknown(self) -> bool:
        """Whether a randomized participant has no arm that the protocol knows."""
        return bool(self.model.arms) and self.is_randomized and self.facts.record.arm is None

    def given(self, treatment: str) -> tuple[Administration, ...]:
        """The administrations of a treatment recorded as given, by day."""
        return tuple(row for row in self.facts.record.administrations.get(treatment, ()) if row.is_given)


Found: TypeAlias = Deviation | Query
Derive: TypeAlias = Callable[[Judged], Iterator[Found]]


@frozen(kw_only=True)
class About:
    """What a deviation or query is about: the rule, visit or cycle, its day, and where the protocol says so."""

    rule: str | None = None
    visit: str | None = None
    treatment: str | None = None
    cycle: int | None = None
    date: Days | None = None
    facts: tuple[Fact, ...] = ()
    place: Place | None = None

    @property
    def subject(self) -> str:
        """Its part of an id: the visit, the treatment and cycle, or the rule."""
        if self.treatment is not None:
            return self.treatment if self.cycle is None else f"{self.treatment}-{self.cycle}"
        return self.visit or self.rule or ""


def visits_of(visit: str | None, model: StudyModel) -> tuple[str, ...]:
    """The visit of a deviation, and the series of which it is one."""
    if visit is None or not model.grades:
        return ()
    series = series_of(visit, model)
    return (visit,) if series is None else (visit, series)


def deviation(  # noqa: PLR0913 - a deviation has these parts; most are left out
    judged: Judged,
    code: DeviationCode,
    about: About,
    message: str,
    *,
    slot: Slot | None = None,
    actual: Days | None = None,
    standing: Standing = NO_STANDING,
    category: DeviationCategory | None = None,
    grade: Grade | None = None,
) -> Deviation:
    """A deviation with its category, grade and id; ``category`` and ``grade`` are the protocol's own."""
    kind = category or code.category
    return Deviation(
        id=identity(code.number, judged, about),
        code=code.number,
        category=kind,
        grade=grade_of(kind, visits_of(about.visit, judged.model), judged.model.grades, grade),
        message=message,
        rule=about.rule,
        visit=about.visit,
        treatment=about.treatment,
        cycle=about.cycle,
        date=about.date,
        planned=None if slot is None else slot.planned,
        earliest=None if slot is None else slot.earliest,
        latest=None if slot is None else slot.latest,
        actual=actual,
        days_out=standing.days_out,
        days_out_max=standing.days_out_max,
        facts=about.facts,
        place=about.place,
    )


def query(judged: Judged, code: QueryCode, about: About, message: str) -> Query:
    """A question to the site."""
    return Query(
        id=identity(code.number, judged, about),
        code=code.number,
        message=message,
        rule=about.rule,
        visit=about.visit,
        treatment=about.treatment,
        cycle=about.cycle,
        date=about.date,
        facts=about.facts,
        place=about.place,
    )


def identity(number: str, judged: Judged, about: About) -> str:
    """``DV19/P1/W24/2004-12-09``: what is not known is left out."""
    day = "" if about.date is None else write_days(about.date)
    return "/".join(part for part in (number, judged.facts.record.participant, about.subject, day) if part)


# -------------------------------------------------------------------------------- order
def deviations_in_order(found: Sequence[Found]) -> tuple[Deviation, ...]:
    """The deviations by date, code and id, no id twice."""
    ordered = sorted((item for item in found if isinstance(item, Deviation)), key=order)
    return tuple(evolve(item, id=name) for item, name in zip(ordered, names(ordered), strict=True))


def queries_in_order(found: Sequence[Found]) -> tuple[Query, ...]:
    """The queries by date, code and id, no id twice."""
    ordered = sorted((item for item in found if isinstance(item, Query)), key=order)
    return tuple(evolve(item, id=name) for item, name in zip(ordered, names(ordered), strict=True))


def order(item: Found) -> tuple[int, int, str, str, str, str]:
    """By date (what has none comes last), then code, then id; then by what is said, never by rows."""
    first, last = (FAR, FAR) if item.date is None else (item.date.first, item.date.last)
    return first, last, item.code, item.id, item.rule or "", item.message


def names(ordered: Sequence[Found]) -> Iterator[str]:
    """The ids, a second one of a name with ``/2``."""
    seen: dict[str, int] = {}
    for item in ordered:
        seen[item.id] = seen.get(item.id, 0) + 1
        yield item.id if seen[item.id] == 1 else f"{item.id}/{seen[item.id]}"
