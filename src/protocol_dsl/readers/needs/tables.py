"""The tables and columns that a protocol reads."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from protocol_dsl.base.values import frozen
from protocol_dsl.model.needs import NeededColumn, NeededTable, Needs, Use
from protocol_dsl.model.schedule import Continuous, Cycles, Treatment
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.needs.asked import Ask, Kind


@frozen
class Read:
    """A protocol, what it names, and who asks for what."""

    model: StudyModel
    needs: Needs
    asked: Sequence[Ask]

    def uses(self, kind: Kind, *names: str) -> tuple[Use, ...]:
        """Who asks for a kind of thing, of these names where some are given."""
        found = (each.use for each in self.asked if each.kind == kind and (not names or each.name in names))
        return tuple(dict.fromkeys(found))


Reason: TypeAlias = Callable[[Read], tuple[str, tuple[Use, ...]] | None]
"""Why an optional column is read and by whom; ``None`` where it is not."""


def needed_tables(model: StudyModel, needs: Needs, asked: Sequence[Ask]) -> Iterator[NeededTable]:
    """The tables of a study folder of which something is read; ``participants`` always."""
    read = Read(model, needs, asked)
    for table, layout in LAYOUTS.items():
        users = WANTED[table](read)
        if users is None:
            continue
        required = (
            NeededColumn(column=column, is_required=True, why=REQUIRED[table, column], used_by=users)
            for column in layout.required
        )
        optional = (
            NeededColumn(column=column, is_required=False, why=reason[0], used_by=reason[1])
            for column in layout.optional
            if (reason := OPTIONAL.get((table, column), nothing)(read)) is not None
        )
        own = own_columns(read) if table == "participants" else ()
        yield NeededTable(table=table, is_required=table == "participants", columns=(*required, *optional, *own))


def own_columns(read: Read) -> Iterator[NeededColumn]:
    """The columns of declared attributes."""
    for each in read.needs.attributes:
        yield NeededColumn(column=each.name, is_required=False, why=each.title, used_by=each.used_by)


# ----------------------------------------------------------------------------------------------- which tables are read
def somebody(found: Sequence[object], uses: tuple[Use, ...]) -> tuple[Use, ...] | None:
    """Who reads a table, if anything in it is read."""
    return uses if found else None


WANTED: Mapping[str, Callable[[Read], tuple[Use, ...] | None]] = {
    "participants": lambda _: (),
    "events": lambda read: somebody(read.needs.events, read.uses("event")),
    "readings": lambda read: somebody(read.needs.measures, read.uses("measure")),
    "medications": lambda read: somebody(read.needs.classes, read.uses("class")),
    "administrations": lambda read: somebody(read.needs.treatments, treatment_uses(read)),
    "visits": lambda read: somebody(read.needs.visits, visit_uses(read)),
}


def treatment_uses(read: Read) -> tuple[Use, ...]:
    """The treatments."""
    return tuple(use for each in read.needs.treatments for use in each.used_by)


def visit_uses(read: Read) -> tuple[Use, ...]:
    """The visits."""
    return tuple(Use("visit", visit.name, visit.place) for visit in read.model.visits)


# ---------------------------------------------------------------------------------------------- which columns are read
REQUIRED: Mapping[tuple[str, str], str] = {
    ("participants", "participant"): "who it is",
    ("events", "participant"): "who had it",
    ("events", "event"): "which milestone, condition or event, by its name or code",
    ("events", "date"): "the day, to the precision known",
    ("readings", "participant"): "whose reading",
    ("readings", "measure"): "which measure, by its name or code",
    ("readings", "date"): "the day of the reading",
    ("readings", "value"): "what was read; empty for not done",
    ("medications", "participant"): "who took it",
    ("medications", "drug"): "which drug, by its name or code",
    ("medications", "start"): "the first day",
    ("administrations", "participant"): "who was given it",
    ("administrations", "treatment"): "which treatment",
    ("administrations", "date"): "the day",
    ("visits", "participant"): "whose visit",
    ("visits", "visit"): "which visit; another label is a visit that was not planned",
    ("visits", "date"): "the day on which it was held",
}


def nothing(_: Read) -> None:
    """A column that nothing reads."""
    return


def always(why: str) -> Reason:
    """A column that is read of any row."""
    return lambda _: (why, ())


def by(kind: Kind, why: str, *names: str) -> Reason:
    """A column that is read where something of a kind is asked for."""
    return lambda read: (why, uses) if (uses := read.uses(kind, *names)) else None


def where(why: str, is_read: Callable[[Read], bool]) -> Reason:
    """A column that is read under a condition, by whoever reads the table."""
    return lambda read: (why, ()) if is_read(read) else None


def of_treatments(why: str, has: Callable[[Treatment], bool]) -> Reason:
    """A column that is read of those treatments whose plan says something about it."""

    def reason(read: Read) -> tuple[str, tuple[Use, ...]] | None:
        uses = tuple(Use("treatment", each.name, each.place) for each in read.model.treatments if has(each))
        return (why, uses) if uses else None

    return reason


def site(read: Read) -> tuple[str, tuple[Use, ...]]:
    """The site, by which listings are sorted and participants are chosen."""
    return "the site, in every listing", read.uses("attribute", "site")


def arms(read: Read) -> tuple[str, tuple[Use, ...]] | None:
    """The arm, where there are arms or a rule asks for it."""
    uses = (*(Use("arm", arm.name, arm.place) for arm in read.model.arms), *read.uses("attribute", "arm"))
    return ("the arm assigned", uses) if uses else None


def visit_labels(read: Read) -> tuple[str, tuple[Use, ...]] | None:
    """The visit of a reading, where visits are planned."""
    return ("the visit it belongs to; without it the day decides", visit_uses(read)) if read.needs.visits else None


def has_dose(treatment: Treatment) -> bool:
    """Whether a dose is planned."""
    return bool(treatment.dose or treatment.levels)


def is_coded(read: Read) -> bool:
    """Whether an event may be told by a code."""
    return any(each.codes or any(one.codes for one in each.categories) for each in read.needs.events)


def has_atc(read: Read) -> bool:
    """Whether a drug may be told by a code."""
    return any(drug.atc for each in read.needs.classes for drug in each.members)


OPTIONAL: Mapping[tuple[str, str], Reason] = {
    ("participants", "site"): site,
    ("participants", "birth_date"): by("birth", "for the age, to the precision known"),
    ("participants", "sex"): by("attribute", "female or male, as a rule or a reference range asks", "sex"),
    ("participants", "arm"): arms,
    ("events", "code"): where("a code, instead of the name", is_coded),
    ("events", "category"): by("category", "which category, unless the code says so"),
    ("events", "grade"): by("grade", "how grave the event is"),
    ("events", "related_to"): by("relation", "the treatment that the event is related to"),
    ("readings", "unit"): where(
        "the unit; empty for that of the measure", lambda read: any(each.unit for each in read.needs.measures)
    ),
    ("readings", "visit"): visit_labels,
    ("readings", "code"): where(
        "a code, instead of the name", lambda read: any(each.codes for each in read.needs.measures)
    ),
    ("readings", "low"): by(
        "limit", "the lower limit of normal, in the unit of the row; empty for that of the protocol"
    ),
    ("readings", "high"): by(
        "limit", "the upper limit of normal, in the unit of the row; empty for that of the protocol"
    ),
    ("medications", "end"): always("the last day; empty for ongoing"),
    ("medications", "code"): where("the ATC code, instead of the name", has_atc),
    ("administrations", "cycle"): of_treatments(
        "the number of the cycle; without it the days decide", lambda each: isinstance(each.course, Cycles)
    ),
    ("administrations", "dose"): of_treatments("how much was given", has_dose),
    ("administrations", "unit"): of_treatments(
        "the unit of the dose; empty for the planned one, unless an amendment changes it", has_dose
    ),
    ("administrations", "route"): of_treatments(
        "the route", lambda each: each.dose is not None and each.dose.route is not None
    ),
    ("administrations", "end_date"): of_treatments(
        "the last day of a continuous course", lambda each: isinstance(each.course, Continuous)
    ),
    ("administrations", "times"): of_treatments(
        "how many times a day", lambda each: each.dose is not None and each.dose.times_daily is not None
    ),
    ("administrations", "level"): of_treatments("the dose level, by its name", lambda each: bool(each.levels)),
    ("administrations", "given"): always("no for what is recorded as not given"),
    ("visits", "end_date"): always("the last day of a visit of several days"),
    ("visits", "status"): always("held, not held, early termination; empty for held"),
    ("visits", "reason"): always("shown beside a visit that was not planned or not held"),
}
"""Why each optional column is read, and by whom."""
