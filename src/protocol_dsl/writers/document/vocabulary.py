"""What the participants' data is called, as tables."""

from collections.abc import Iterable, Iterator

from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Attribute, Coding, DrugClass, EventKind, Ladder, Limit, Measure, Vocabulary
from protocol_dsl.writers.document.content import Cell, Table
from protocol_dsl.writers.document.lexicon import listed, number_words

REACHED = {">=": "from", ">": "above", "<=": "at or below", "<": "below"}
MANY = 12
"""Members of a class that are listed; of more, the first and how many others."""


def vocabulary(model: StudyModel) -> Iterator[Table]:
    """Measures, classes of drugs, conditions, events, attributes: those that the protocol declares or brings in."""
    words = model.vocabulary
    rows = [(each.name, each.title, measure_words(each), codes(each.codes)) for each in words.measures]
    yield from table("Measures", ("Name", "Title", "Values", "Codes"), rows)
    graded = [(each.name, each.title, each.measure, ladder_words(each, words)) for each in words.ladders]
    yield from table("Ladders of grades", ("Name", "Title", "Measure", "Grades"), graded)
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
    """The unit with the plausible and the reference ranges, or the choices."""
    if measure.choices:
        return listed(measure.choices, "or")
    ranges = [("plausible", *measure.plausible)] if measure.plausible else []
    ranges += [(f"normal for {each.sex}" if each.sex else "normal", each.low, each.high) for each in measure.normals]
    words = (f"{what} {number_words(low)} to {number_words(high)}" for what, low, high in ranges)
    return ", ".join([measure.unit, *words])


def ladder_words(ladder: Ladder, words: Vocabulary) -> str:
    """``grade 1 from 1.25 times the upper limit of normal, grade 2 ...``."""
    unit = next((each.unit for each in words.measures if each.name == ladder.measure), "")
    return ", ".join(
        f"grade {each.grade} {REACHED[each.operator]} {limit_words(each.limit, unit)}" for each in ladder.rungs
    )


def limit_words(limit: Limit, unit: str) -> str:
    """A limit: ``10 g/dL``, ``3 times the upper limit of normal``, ``the reading at W0``."""
    if limit.of == "amount":
        return f"{number_words(limit.number)} {unit}"
    base = f"the reading at {limit.visit}" if limit.of == "visit" else f"the {limit.of} limit of normal"
    return base if limit.number == 1 else f"{number_words(limit.number)} times {base}"


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
