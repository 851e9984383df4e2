"""What a protocol reads as rows of words: for the text, and for a listing in CSV."""

from collections.abc import Iterable, Iterator, Mapping

from protocol_dsl.base.values import frozen
from protocol_dsl.model.needs import (
    Asker,
    NeededAttribute,
    NeededEvent,
    NeededLabel,
    NeededMeasure,
    NeededTreatment,
    Needs,
    Use,
)
from protocol_dsl.model.vocabulary import Coding

NAMELESS: Mapping[Asker, str] = {
    "eligibility": "the day of eligibility",
    "participation": "the end of participation",
    "consent": "procedures before consent",
    "arm": "the arm assigned",
    "analysis set": "who was treated",
}
"""What reads something without a name of its own."""
HEADING = ("kind", "name", "title", "values", "codes", "visits", "needed", "used_by")


@frozen(kw_only=True)
class Line:
    """One thing that is read; ``needed`` says of a column whether it is required or optional."""

    kind: str
    name: str
    title: str = ""
    values: str = ""
    codes: str = ""
    visits: str = ""
    needed: str = ""
    used_by: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """In the order of the heading."""
        return (self.kind, self.name, self.title, self.values, self.codes, self.visits, self.needed, self.used_by)


def lines(needs: Needs) -> Iterator[Line]:
    """Everything that is read, table by table, then name by name."""
    yield from columns(needs)
    yield from (Line(kind="arm", name=each.name, title=each.title, codes=codes(each.codes)) for each in needs.arms)
    yield from names(needs)
    for each in needs.visits:
        yield Line(kind="visit", name=each.name, title=each.title, values=members(each), codes=codes(each.codes))


def members(visit: NeededLabel) -> str:
    """The labels of a series of visits: ``CT1, CT2 and so on``."""
    return ", ".join(visit.members) + (" and so on" if visit.goes_on else "")


def columns(needs: Needs) -> Iterator[Line]:
    """The columns, each after its table."""
    for table in needs.tables:
        for each in table.columns:
            yield Line(
                kind="column",
                name=f"{table.table}.{each.column}",
                title=each.why,
                needed="required" if each.is_required else "optional",
                used_by=uses(each.used_by),
            )


def names(needs: Needs) -> Iterator[Line]:
    """What the rows of the tables may be about."""
    for attribute in needs.attributes:
        yield Line(
            kind="attribute",
            name=attribute.name,
            title=attribute.title,
            values=attribute_values(attribute),
            used_by=uses(attribute.used_by),
        )
    for event in needs.events:
        yield Line(
            kind=event.kind,
            name=event.name,
            title=event.title,
            values=event_values(event),
            codes=event_codes(event),
            used_by=uses(event.used_by),
        )
    for measure in needs.measures:
        yield Line(
            kind="measure",
            name=measure.name,
            title=measure.title,
            values=measure_values(measure),
            codes=codes(measure.codes),
            visits=", ".join(measure.visits),
            used_by=uses(measure.used_by),
        )
    for each in needs.classes:
        yield Line(
            kind="class of drugs",
            name=each.name,
            title=each.title,
            values=", ".join(f"{drug.name} {drug.atc}".strip() for drug in each.members),
            codes=codes(each.codes),
            used_by=uses(each.used_by),
        )
    for treatment in needs.treatments:
        yield Line(
            kind="treatment",
            name=treatment.name,
            title=treatment.title,
            values=treatment_values(treatment),
            codes=codes(treatment.codes),
            used_by=uses(treatment.used_by),
        )


def attribute_values(attribute: NeededAttribute) -> str:
    """What a cell may hold."""
    match attribute.kind:
        case "yes or no" | "choice":
            return ", ".join(attribute.choices)
        case "number":
            return f"a number in {attribute.unit}"
        case "date":
            return "a date"


def measure_values(measure: NeededMeasure) -> str:
    """``cells/mm3, or cells/uL``; the choices where there are some."""
    return ", ".join(measure.choices) if measure.choices else units(measure.unit, measure.units)


def units(unit: str, others: Iterable[str]) -> str:
    """A unit and those that convert to it."""
    return ", or ".join(filter(None, (unit, ", ".join(others))))


def event_values(event: NeededEvent) -> str:
    """Categories and grades, where they are read."""
    categories = f"category {', '.join(each.name for each in event.categories)}" if event.categories else ""
    grades = f"grade {event.grades[0]} to {event.grades[1]}" if event.grades else ""
    return "; ".join(filter(None, (categories, grades)))


def event_codes(event: NeededEvent) -> str:
    """The codes of an event, then those that tell its categories."""
    told = (f"{each.name}: {codes(each.codes)}" for each in event.categories if each.codes)
    return "; ".join(filter(None, (codes(event.codes), *told)))


def treatment_values(treatment: NeededTreatment) -> str:
    """The unit of a dose, the route, the levels."""
    levels = f"level {', '.join(treatment.levels)}" if treatment.levels else ""
    return "; ".join(filter(None, (units(treatment.unit, treatment.units), treatment.route, levels)))


def codes(found: Iterable[Coding]) -> str:
    """``loinc 24467-3, loinc 8123-2``."""
    return ", ".join(f"{each.system} {each.code}" for each in found)


def uses(found: Iterable[Use]) -> str:
    """Who reads it, those of a kind together: ``inclusion I5, I6; visit W0, W4``."""
    kinds: dict[str, list[str]] = {}
    for each in found:
        kinds.setdefault(each.kind if each.name else NAMELESS[each.kind], []).append(each.name)
    return "; ".join(f"{kind} {', '.join(named)}".rstrip() for kind, named in kinds.items())
