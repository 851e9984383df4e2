"""What is known of one participant, and how far it may be read."""

from collections.abc import Hashable, Iterator
from typing import Protocol

from protocol_dsl.base.days import Days
from protocol_dsl.interpret.judged_cycles import JudgedCycle
from protocol_dsl.interpret.standing import Member
from protocol_dsl.model.given import GivenDay
from protocol_dsl.model.points import Point
from protocol_dsl.model.records import Cutoff, Event, Reading, Record
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.study import StudyModel, may_lack_doses
from protocol_dsl.model.vocabulary import Ladder

FAR = 10_000_000
"""A day after every other: nothing limits what is read."""

LIMITLESS = Days(FAR, FAR)
ANY_DAY = Days(0, FAR)
GRADES = "grades of a ladder"


class Plan(Protocol):
    """What a protocol plans for one participant, as far as it depends on what happened; see compiled_plan.py."""

    def members(self, version: int, visit: Visit, facts: "Facts") -> Iterator[Member]:
        """The visits of a series that the participant has by one version of the protocol, in order."""
        ...

    def cycles(self, treatment: str, facts: "Facts") -> tuple[JudgedCycle, ...]:
        """The cycles of a treatment; none while a rule of the plan itself is judged."""
        ...

    def cycle(self, given: GivenDay, facts: "Facts") -> JudgedCycle | None:
        """The planned cycle whose day is meant, or nothing where there is none."""
        ...

    def day(self, given: GivenDay, facts: "Facts") -> Days | None:
        """A day worked out from what was given, or ``None`` where there is none yet."""
        ...

    def is_to_come(self, given: GivenDay, facts: "Facts") -> bool:
        """Whether a day that nothing was given on yet may still come by the plan."""
        ...

    def grades(self, ladder: Ladder, facts: "Facts") -> tuple[Reading, ...]:
        """The readings of a ladder, which hang on visits and reference ranges."""
        ...


class Facts:
    """A record with the last day that is read: the horizon.

    The horizon is the cut-off, or the eligibility point while a criterion is judged. It may itself be an interval;
    then a fact may or may not belong. ``missing_horizon`` says why nothing dated can be read for certain:
    ``no screening date``. ``screening`` is the screening that is judged, where it is one of several.

    ``plan`` works out what depends on the participant; without one there are only the visits of the text, and no
    grades. ``whole`` are the same facts up to the cut-off, by which the plan goes. ``is_apart``: a rule of the plan
    itself is judged, which sees neither the cycles nor what hangs on them. ``model`` is the protocol, or one version of
    the ``protocol``.

    ``points`` keeps the points already resolved, on which the horizon has no bearing. ``memo`` keeps what else was
    worked out for this participant up to this horizon; its keys are the business of who fills it.
    """

    __slots__ = (
        "cutoff",
        "horizon",
        "horizon_point",
        "is_apart",
        "memo",
        "missing_horizon",
        "model",
        "plan",
        "points",
        "protocol",
        "record",
        "screening",
        "whole_or_none",
    )

    def __init__(
        self,
        record: Record,
        model: StudyModel,
        cutoff: Cutoff,
        horizon: Days | None = None,
        plan: Plan | None = None,
    ) -> None:
        """Facts up to ``horizon``, or up to a cut-off that was given.

        A cut-off that was not given is the latest date in the data, and keeps nothing out.
        """
        self.record = record
        self.model = self.protocol = model
        self.cutoff = cutoff
        if horizon is None:
            horizon = Days(cutoff.day, cutoff.day) if cutoff.is_given and cutoff.day is not None else LIMITLESS
        self.horizon = horizon
        self.horizon_point: Point | None = None
        self.plan = plan
        self.whole_or_none: Facts | None = None
        self.is_apart = False
        self.screening: Days | None = None
        self.missing_horizon = ""
        self.points: dict[tuple[str, int, int], Days | None] = {}
        self.memo: dict[Hashable, object] = {}

    @property
    def whole(self) -> "Facts":
        """The same facts up to the cut-off."""
        # Facts that held themselves would be let go by the garbage collector alone, which is slow for so many.
        return self.whole_or_none or self

    def at(self, horizon: Days, point: Point | None = None) -> "Facts":
        """The same facts, read only up to ``horizon``, and never beyond the horizon there is.

        ``point`` is the point of which this is the day, where there is one.
        """
        here = self.horizon
        if here is not LIMITLESS:
            horizon = Days(min(here.first, horizon.first), min(here.last, horizon.last))
        found = Facts.__new__(Facts)  # this is done for every participant, and nearly everything is as it was
        found.record, found.model, found.cutoff, found.plan = self.record, self.model, self.cutoff, self.plan
        found.horizon, found.missing_horizon, found.protocol = horizon, "", self.protocol
        found.horizon_point = point
        found.whole_or_none, found.is_apart, found.screening = self.whole, self.is_apart, self.screening
        found.points, found.memo = self.points, {}
        return found

    def apart(self, horizon: Days) -> "Facts":
        """The same facts, read up to ``horizon`` by a rule of the plan itself."""
        found = self.at(horizon)
        found.whole_or_none, found.is_apart = None, True
        found.points = {}
        return found

    def under(self, study: StudyModel) -> "Facts":
        """The same facts, held to one version of the protocol."""
        if study is self.model:
            return self
        found = Facts(self.record, study, self.cutoff, self.horizon, self.plan)
        found.protocol, found.is_apart = self.protocol, self.is_apart
        found.screening = self.screening
        found.points = self.points
        return found

    def at_unknown(self, why: str) -> "Facts":
        """The same facts, with a horizon that is not known: any dated fact may or may not belong."""
        found = self.at(ANY_DAY)
        found.missing_horizon = why
        return found

    def screened(self, day: Days) -> "Facts":
        """The same facts, with ``day`` as the day of screening whatever other screenings there are."""
        found = Facts(self.record, self.model, self.cutoff, self.horizon, self.plan)
        found.protocol, found.screening = self.protocol, day
        return found

    @property
    def may_lack_doses(self) -> bool:
        """Whether the absence of administrations proves nothing: the protocol, or a row that cannot be used, says so.

        Without a clause a dose is owed like a visit: a participant without any administration has missed it.
        """
        return "administrations" in self.record.open_histories or may_lack_doses(self.model)

    def may_lack(self, treatment: str) -> bool:
        """Whether doses of a treatment may have been given unseen, or one of which the data do not clearly say so."""
        rows = self.record.administrations.get(treatment, ())
        return self.may_lack_doses or any(row.is_in_doubt for row in rows)

    def belongs(self, first: int, last: int) -> int:
        """Whether a fact dated from ``first`` to ``last`` is read: 2 certainly, 1 perhaps, 0 not."""
        if last <= self.horizon.first:
            return 2
        return 1 if first <= self.horizon.last else 0

    def readings(self, measure: str) -> tuple[Reading, ...]:
        """All readings of a measure or of a ladder, the horizon not yet applied."""
        found = self.record.readings.get(measure)
        return self._graded(measure) if found is None else found

    def _graded(self, name: str) -> tuple[Reading, ...]:
        """The readings of a ladder, worked out once; none for any other name."""
        key = (GRADES, name)
        found = self.memo.get(key)
        if not isinstance(found, tuple):
            ladder = next((each for each in self.model.vocabulary.ladders if each.name == name), None)
            found = self.memo[key] = () if ladder is None or self.plan is None else self.plan.grades(ladder, self)
        return found

    def events(self, name: str) -> tuple[Event, ...]:
        """All events of a name, the horizon not yet applied."""
        return self.record.events.get(name, ())
