"""Parts of participants: rows that columns read, for the rules of the interpreter that say what they mean.

Whoever may depart from the plan in what was given, or taken, is not read again as a whole: the interpreter's rules of
that part are handed the rows of that part, with the days of milestones. So is whoever has visits of which columns do
not know which they are: two with one label, or one of an uncertain day.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias, get_args

from attrs import evolve
from sqlglot import exp

from protocol_dsl.base.values import every
from protocol_dsl.compile.answers import answered
from protocol_dsl.compile.days import ordinal
from protocol_dsl.compile.dosing import other_dose
from protocol_dsl.compile.early import days_asked
from protocol_dsl.compile.tables import has_bit
from protocol_dsl.model.amended import studies_alike
from protocol_dsl.model.columns import DOSES, EVENTS, LABELLED, MEDICATIONS, PARTICIPANT, VISITS, Layout
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.schedule import Cycles, Repeated
from protocol_dsl.model.study import StudyModel, studies_of
from protocol_dsl.trees import any_of, column, named, selected, text_of, within

Part: TypeAlias = Literal["dose_rows", "medication_rows", "visit_rows"]
"""A part, by the table of its rows."""
PARTS: tuple[Part, ...] = get_args(Part)
OF_PLAN: tuple[Part, ...] = ("dose_rows", "visit_rows")
"""The parts that plans are made of."""
Again: TypeAlias = Literal["own", "readings", "deaths"]
"""What tables are read again for: the protocol's own deviations, questions that readings raise, acts after death."""
AGAIN: tuple[Again, ...] = get_args(Again)
CONCERNED, PART = "concerned_people", "part"
"""The temporary table of participants of whom a part is judged so, and its column that says which."""
COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    DOSES: (
        ("treatment", "cycle", "amount", "unit", "times", "level", "route", "is_given", "goes_on"),
        ("first_day", "last_day", "end_first", "end_last"),
    ),
    MEDICATIONS: (("drug",), ("start_first", "start_last", "end_first", "end_last")),
    EVENTS: (("what",), ("first_day", "last_day")),
    VISITS: (("visit", "label", "is_held", "is_ended"), ("first_day", "last_day", "end_first", "end_last")),
    LABELLED: (("measure", "visit", "is_recorded"), ("day",)),
}
"""What is handed over of a table, behind the participant: columns as they are, then days as ordinal numbers."""
IN_PARTS = "in_parts"


def milestones(model: StudyModel, layout: Layout) -> int:
    """The bits of the events that points count from, or after which nothing is planned any more."""
    names = {one.name for one in model.vocabulary.milestones} | {one.name for one in patterns(model)}
    return sum(layout.event_bit(name) for name in names)


def hang_together(model: StudyModel) -> bool:
    """Whether visits and doses are judged as one part, since points count from what was given."""
    return bool(days_asked(model))


def with_others(part: Part, model: StudyModel) -> tuple[Part, ...]:
    """A part, and what is judged with it."""
    return OF_PLAN if part in OF_PLAN and hang_together(model) else (part,)


def patterns(model: StudyModel) -> Iterator[EventPattern]:
    """The events that points count from, or that end a plan."""
    for study in map(without_rules, (model, *studies_of(model))):
        yield from every(EventPattern, (study.anchors, study.treatments, study.visits))


def without_rules(model: StudyModel) -> StudyModel:
    """A protocol without the rules of cycles and of series, which act on nobody whom columns judge."""
    treatments = (
        evolve(each, course=evolve(each.course, rules=())) if isinstance(each.course, Cycles) else each
        for each in model.treatments
    )
    visits = (
        evolve(each, series=evolve(each.series, rules=())) if isinstance(each.series, Repeated) else each
        for each in model.visits
    )
    versions = (evolve(version, study=without_rules(version.study)) for version in model.versions)
    return evolve(model, treatments=tuple(treatments), visits=tuple(visits), versions=tuple(versions))


# ------------------------------------------------------------------------- who is concerned
def made() -> str:
    """Make the table of those concerned, of nobody."""
    return f"create or replace temp table {CONCERNED} ({PARTICIPANT} varchar, {PART} varchar)"


def concerned(part: Part, people: str) -> str:
    """Add the participants of a statement to those concerned."""
    return f"insert into {CONCERNED} select distinct {PARTICIPANT}, '{part}' from ({people})"  # noqa: S608 - our names


def people_again(again: Again) -> str:
    """The table of those of whom some tables are read again."""
    return f"people_again_{again}"


def made_again(again: Again) -> str:
    """Make the table of those of whom some tables are read again, of nobody."""
    return f"create or replace table {people_again(again)} ({PARTICIPANT} varchar)"


def read_again(again: Again, people: str) -> str:
    """Add the participants of a statement to those of whom some tables are read again."""
    return f"insert into {people_again(again)} select distinct {PARTICIPANT} from ({people})"  # noqa: S608 - our names


def none_of(again: Again, left: str) -> str:
    """Take those in the table ``left``, whom the interpreter judges whole, from those of whom tables are read again."""
    return f"delete from {people_again(again)} where {PARTICIPANT} in (select {PARTICIPANT} from {left})"  # noqa: S608 - as above


def in_parts(answers: str) -> str:
    """The participants whom rows of answers say to be judged in parts."""
    return text_of(selected(answered(answers), PARTICIPANT, where=column(IN_PARTS)))


def of_part(part: Part) -> exp.Select:
    """The participants of whom a part is concerned."""
    return selected(CONCERNED, PARTICIPANT, where=column(PART).eq(exp.Literal.string(part)))


def who_is_concerned() -> exp.Select:
    """Those concerned with the part: of whom a part is judged there may be no row."""
    return selected(CONCERNED, column(PARTICIPANT), column(PART))


# ----------------------------------------------------------------------------------- rows
def rows(table: str, people: exp.Query, condition: exp.Expr | None = None) -> exp.Select:
    """The rows of a table that belong to some participants."""
    plain, days = COLUMNS[table]
    known = (*map(column, plain), *(named(ordinal(column(name)), name) for name in days))
    query = selected(table, column(PARTICIPANT), *known, where=within(column(PARTICIPANT), people))
    return query if condition is None else query.where(condition, copy=False)


def rows_of_milestones(model: StudyModel, layout: Layout) -> exp.Select:
    """The events that points count from, of all those concerned."""
    everybody = selected(CONCERNED, PARTICIPANT)
    return rows(EVENTS, everybody, has_bit("what", milestones(model, layout)))


def readings_of_visits() -> exp.Select:
    """The readings of those whose visits are judged: some tell that a visit was held, some are asked for at one."""
    return rows(LABELLED, of_part("visit_rows"))


def ambiguous_doses(model: StudyModel) -> exp.Select:
    """The participants with doses of a treatment on one day that depart from the plan in different ways.

    The one that the row readers have first is told; they alone know the order of rows.
    """
    others = ("amount", "unit", "times", "level", "route", "end_first", "end_last")
    differing = exp.Tuple(expressions=[column(name) for name in others])
    query = selected(DOSES, PARTICIPANT).where(column("is_given"), any_of(*departing(model)), copy=False)
    query = query.where(within(column(PARTICIPANT), of_part("dose_rows")), copy=False)
    query = query.group_by(
        column(PARTICIPANT), column("treatment"), column("first_day"), column("last_day"), copy=False
    )
    return query.having(exp.Count(this=exp.Distinct(expressions=[differing])) > 1, copy=False)


def departing(model: StudyModel) -> Sequence[exp.Expr]:
    """Conditions of which one holds for a dose that may be told of by itself."""
    single = sorted(
        {
            place
            for study in studies_alike(model)
            for place, treatment in enumerate(study.treatments)
            if not isinstance(treatment.course, Cycles) or any(level.start is not None for level in treatment.levels)
        }
    )
    return [other_dose(model), *([column("treatment").isin(*single)] if single else [])]
