"""What the participants' data is called, as tables."""

from collections.abc import Iterable, Iterator

from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Attribute, Coding, DrugClass, EventKind, Measure
from protocol_dsl.writers.document.content import Cell, Table
from protocol_dsl.writers.document.lexicon import listed, number_words

MANY = 12
"""Members of a class that are listed; of more, the first and how many others."""


def vocabulary(model: StudyModel) -> Iterator[Table]:
    """Measures, classes of drugs, conditions, events, attributes: those that the protocol declares or brings in."""
    words = model.vocabulary
    rows = [(each.name, each.title, measure_words(each), codes(each.codes)) for each in words.measures]
    yield from table("Measures", ("Name", "Title", "Values", "Codes"), rows)
    rows = [(each.name, each.title, members(each), codes(each.codes)) for each in words.classes]
    yield from table("Classes of drugs", ("Name", "Title", "Members", "Codes"), rows)
    rows = [(each.name, each.title, "", codes(each.codes)) for each in words.conditions]
    rows += [(each.name, each.title, event_words(each), codes(each.codes)) for each in words.events]
    rows += [(each.name, each.title, "once", codes(each.codes)) for each in words.milestones if each.title]
    yield from table("Conditions and events", ("Name", "Title", "Values", "Codes"), rows)
    declared = [(each.name, each.title, attribute_words(each)) for each in words.attributes if each.title]
    yield from table("Attributes of participants", ("Name", "Title", "Values"), declared)


def table(caption: str, heading: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[Table]:
    """A table, unless it has no row."""
    found = tuple(tuple(map(Cell, row)) for row in rows)
    if found:
        yield Table(caption=caption, heading=tuple(map(Cell, heading)), rows=found)


def codes(found: Iterable[Coding]) -> str:
    """``loinc 24467-3, loinc 8123-2``."""
    return ", ".join(f"{each.system} {each.code}" for each in found)


def measure_words(measure: Measure) -> str:
    """The unit and the plausible range, or the choices."""
    if measure.choices:
        return listed(measure.choices, "or")
    if measure.plausible is None:
        return measure.unit
    low, high = map(number_words, measure.plausible)
    return f"{measure.unit}, plausible {low} to {high}"


def members(found: DrugClass) -> str:
    """The members with their ATC codes, the first of many."""
    words = [f"{drug.name} {drug.atc}".strip() for drug in found.members]
    more = f" and {len(words) - MANY:,} more" if len(words) > MANY else ""
    return ", ".join(words[:MANY]) + more


def event_words(event: EventKind) -> str:
    """The categories and the grades."""
    categories = f"category {listed((each.name for each in event.categories), 'or')}" if event.categories else ""
    grades = f"grade {event.grades[0]} to {event.grades[1]}" if event.grades else ""
    return ", ".join(filter(None, (categories, grades)))


def attribute_words(attribute: Attribute) -> str:
    """What values an attribute has."""
    match attribute.kind:
        case "yes or no":
            return "yes or no"
        case "choice":
            return listed(attribute.choices, "or")
        case "number":
            return attribute.unit
        case "date":
            return "a date"
