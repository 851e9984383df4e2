"""What a statement asks of each table, gathered while tests are compiled: one aggregate a table, never a join a term.

A test says which aggregate it needs and gets the column in which it will stand; equal ones are asked for once. Tests on
one table that differ in the name alone share one ``bit_or``, and take the bit of their name from it.
"""

from attrs import Factory, define, evolve, field
from sqlglot import exp

from protocol_dsl.compile.tables import has_bit
from protocol_dsl.model.columns import NARROW_BITS, Layout, NotInColumnsError
from protocol_dsl.model.given import GivenDay, given_day
from protocol_dsl.model.patterns import pattern_of
from protocol_dsl.model.points import Point
from protocol_dsl.model.study import StudyModel, studies_of
from protocol_dsl.trees import call, case, cast, column, grouped, is_null, number

BASE, MILESTONES, READ, TAKEN, HAPPENED = "base", "milestones", "read", "taken", "happened"
READ_BEFORE = "read_before"
"""What is read of readings before the pass over them in which each of its rows is held to it."""
GIVEN_BETWEEN = "given_between"
"""The first and the last days on which something of a treatment was given, or may have been."""
AT_CUTOFF = Point("the cut-off")
"""The last day that is read where no point in the participant's time is."""
CUTOFF_DAY = "cutoff_day"


@define
class Packed:
    """Conditions on the rows of a table, as many to a ``bit_or`` as a whole number holds the bits of a row.

    ``rows`` is the column with the bits of a row, ``width`` how many it may have.
    """

    rows: str
    table: str
    width: int
    conditions: list[exp.Expr] = field(factory=list)

    def some(self, asked: dict[str, exp.Expr], condition: exp.Expr, bit: int) -> exp.Expr:
        """Whether a condition holds for some row with the bit; the aggregate that tells it is ``asked`` for."""
        if condition not in self.conditions:
            self.conditions.append(condition)
        room = max(NARROW_BITS // self.width, 1)
        which, place = divmod(self.conditions.index(condition), room)
        name = f"k{which}"
        asked[name] = self.aggregate(self.conditions[which * room : (which + 1) * room])
        found = call("coalesce", column(name, self.table), number(0))
        return grouped(exp.BitwiseAnd(this=found, expression=number(bit << (place * self.width)))).neq(0)

    def aggregate(self, conditions: list[exp.Expr]) -> exp.Expr:
        """The bits of all rows for which a condition holds, those of each condition above those of the last."""
        bits = cast(column(self.rows), "bigint" if self.width <= NARROW_BITS else "int128")
        first, *others = [
            case((condition, number(1 << (place * self.width))), otherwise=number(0))
            for place, condition in enumerate(conditions)
        ]
        if not others:
            return call("bit_or", case((conditions[0], bits), otherwise=number(0)))
        places: exp.Expr = first
        for each in others:
            places = exp.Add(this=places, expression=each)
        return call("bit_or", exp.Mul(this=bits, expression=grouped(places)))


@define
class Gather:
    """The aggregates of one statement; ``horizon`` is the last day that is read.

    ``cutoff`` is the day of ``AT_CUTOFF``, for a statement that reads up to it; ``last_listed`` is the last day, known
    to a check alone, up to which plans without an end are listed. ``protocol`` is the whole of it, where ``model`` is
    one of its versions. ``in_period`` are the conditions under which a reading counts for some test, ``left`` those
    under which a participant is left to the interpreter; ``left_for_row`` are those on a row that counts for a test
    which holds it to something of its own. ``readings_before`` and ``in_period_before`` are the same for what rows of
    readings are themselves held to; ``before_readings`` are the other tables of which such things are asked.
    ``given_between`` are the first and last days asked for of treatments, by column. ``held`` are visits by the column
    that says when each was held.
    ``of_people`` is what is worked out of each participant once.
    ``points_given`` count from days worked out from cycles; there are none unless it ``knows_given``. ``first_doses``
    are treatments by the column that says when the first dose of each was given.
    """

    model: StudyModel
    layout: Layout
    horizon: Point
    has_empty_readings: bool = True
    has_timed_readings: bool = False
    cutoff: int | None = None
    last_listed: int | None = None
    protocol: StudyModel | None = None
    first_rows: dict[str, exp.Expr] = field(factory=dict)
    points: dict[Point, str] = field(factory=dict)
    readings: dict[str, exp.Expr] = field(factory=dict)
    medications: dict[str, exp.Expr] = field(factory=dict)
    events: dict[str, exp.Expr] = field(factory=dict)
    in_period: list[exp.Expr] = field(factory=list)
    left: list[exp.Expr] = field(factory=list)
    left_for_row: list[exp.Expr] = field(factory=list)
    readings_before: dict[str, exp.Expr] = field(factory=dict)
    in_period_before: list[exp.Expr] = field(factory=list)
    before_readings: dict[str, None] = field(factory=dict)
    given_between: dict[str, exp.Expr] = field(factory=dict)
    held: dict[str, int] = field(factory=dict)
    first_doses: dict[str, int] = field(factory=dict)
    of_people: dict[str, exp.Expr] = field(factory=dict)
    points_given: dict[Point, str] = field(factory=dict)
    knows_given: bool = False
    is_before: bool = False
    of_medications: Packed = Factory(
        lambda self: Packed("drugs", TAKEN, self.layout.bits_of("medications")), takes_self=True
    )
    of_events: Packed = Factory(lambda self: Packed("what", HAPPENED, self.layout.bits_of("events")), takes_self=True)

    @property
    def versions(self) -> tuple[StudyModel, ...]:
        """The protocol in each of its versions."""
        return studies_of(self.protocol or self.model)

    def leave(self, condition: exp.Expr) -> None:
        """Leave whoever the condition holds for to the interpreter."""
        if condition != exp.false() and condition not in self.left:
            self.left.append(condition)

    def leave_for_row(self, condition: exp.Expr) -> None:
        """Leave whoever has a row for which the condition holds, among those that count for the test, likewise."""
        self.left_for_row.append(condition)

    def leave_without_day(self) -> None:
        """Leave whoever has no last day that is read to the interpreter: any dated fact may belong then."""
        if self.horizon != AT_CUTOFF:
            self.leave(is_null(self.point(self.horizon)))

    def reading(self, aggregate: exp.Expr) -> exp.Column:
        """The column of an aggregate over the readings up to the horizon."""
        return _asked(self.readings, aggregate, *(("g", READ_BEFORE) if self.is_before else ("r", READ)))

    def before(self, construct: str) -> "Gather":
        """What asks for values that rows of readings are held to, which must be known before these are gone through.

        Raises:
            NotInColumnsError: It is asked for by one of these values; the message names the ``construct``.
        """
        if self.is_before:
            raise NotInColumnsError(construct)
        return evolve(
            self, readings=self.readings_before, in_period=self.in_period_before, left_for_row=[], is_before=True
        )

    def medication(self, condition: exp.Expr, bit: int) -> exp.Expr:
        """Whether a condition holds for some medication with the bit."""
        return self.of_medications.some(self.medications, condition, bit)

    def begun(self) -> exp.Column:
        """The first day by which some medication of any name had begun."""
        return _asked(self.medications, exp.Min(this=column("start_last")), "t", TAKEN)

    def event(self, condition: exp.Expr, bit: int) -> exp.Expr:
        """Whether a condition holds for some event with the bit."""
        return self.of_events.some(self.events, condition, bit)

    def first_row(self, day: str, bit: int) -> exp.Column:
        """The earliest ``first_day`` or ``last_day`` of the events with the bit, read before any point is known."""
        earliest = exp.Min(this=exp.If(this=has_bit("what", bit), true=column(day)))
        return column(_asked(self.first_rows, earliest, "f", MILESTONES).name, BASE)

    def participant(self, value: exp.Expr) -> exp.Column:
        """The column of what is worked out of the row of a participant, once for all rows that are held to it."""
        return _asked(self.of_people, value, "n", BASE)

    def count(self, condition: exp.Expr) -> exp.Expr:
        """For how many events a condition holds."""
        counted = exp.Sum(this=case((condition, number(1)), otherwise=number(0)))
        return call("coalesce", _asked(self.events, counted, "h", HAPPENED), number(0))

    def point(self, point: Point) -> exp.Column:
        """The day of a point, null where the participant has none.

        Raises:
            NotInColumnsError: It counts from what is no single milestone.
        """
        if point == AT_CUTOFF:
            return column(CUTOFF_DAY, BASE)
        given = given_day(point.milestone)
        if given is not None and given.what == "first dose" and self.horizon == AT_CUTOFF:
            self.first_doses[first_dose_column(given)] = place_of(given, self.model)
            return _point(point, self.points, "p")
        if self.knows_given and given is not None:
            return _point(point, self.points_given, "q")
        if pattern_of(point.milestone, self.model) is None:
            self.layout.event_bit(point.milestone)
        return _point(point, self.points, "p")


def first_dose_column(day: GivenDay) -> str:
    """The column of the day of a first dose."""
    return f"first_dose_{day.treatment}"


def place_of(day: GivenDay, model: StudyModel) -> int:
    """The number of the treatment that a day is of.

    Raises:
        NotInColumnsError: The protocol has no such treatment any more.
    """
    for place, treatment in enumerate(model.treatments):
        if treatment.name == day.treatment:
            return place
    raise NotInColumnsError(f"the day of {day.milestone}")


def packed(name: str, rows: str, table: str, gather: Gather) -> Packed:
    """No condition yet on the rows of a table of the data."""
    return Packed(rows, table, gather.layout.bits_of(name))


def _point(point: Point, points: dict[Point, str], letter: str) -> exp.Column:
    bare = Point(point.milestone, point.months, point.days)
    return column(points.setdefault(bare, f"{letter}{len(points)}"), BASE)


def _asked(asked: dict[str, exp.Expr], aggregate: exp.Expr, letter: str, table: str) -> exp.Column:
    for name, known in asked.items():
        if known == aggregate:
            return column(name, table)
    name = f"{letter}{len(asked)}"
    asked[name] = aggregate
    return column(name, table)
