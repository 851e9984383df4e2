"""What a protocol reads, as JSON; ``schemas/needs.json`` describes it."""

import json
from collections.abc import Iterable
from typing import TypeAlias

from protocol_dsl.model.needs import NeededColumn, NeededEvent, NeededLabel, NeededMeasure, Needs, Use
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Coding

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"


def needs_json(model: StudyModel, needs: Needs) -> str:
    """One document, with a line end after it."""
    found: dict[str, Json] = {
        "format": "protocol-dsl/needs/1",
        "protocol": {"name": model.name, "language": model.language, "sha256": model.sha256},
        "tables": [
            {"table": each.table, "required": each.is_required, "columns": list(map(column, each.columns))}
            for each in needs.tables
        ],
        "arms": list(map(label, needs.arms)),
        "attributes": [
            {
                "name": each.name,
                "title": each.title,
                "kind": each.kind,
                "choices": list(each.choices),
                "unit": each.unit or None,
                "used_by": uses(each.used_by),
            }
            for each in needs.attributes
        ],
        "events": list(map(event, needs.events)),
        "measures": list(map(measure, needs.measures)),
        "classes": [
            {
                "name": each.name,
                "title": each.title,
                "members": [{"drug": drug.name, "atc": drug.atc or None} for drug in each.members],
                "codes": codes(each.codes),
                "used_by": uses(each.used_by),
            }
            for each in needs.classes
        ],
        "treatments": [
            {
                "name": each.name,
                "title": each.title,
                "levels": list(each.levels),
                "unit": each.unit or None,
                "accepted_units": list(each.units),
                "route": each.route or None,
                "codes": codes(each.codes),
                "used_by": uses(each.used_by),
            }
            for each in needs.treatments
        ],
        "visits": list(map(visit, needs.visits)),
    }
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def column(each: NeededColumn) -> Json:
    """A column."""
    return {"column": each.column, "required": each.is_required, "why": each.why, "used_by": uses(each.used_by)}


def label(each: NeededLabel) -> Json:
    """An arm or a visit."""
    return {"name": each.name, "title": each.title or None, "codes": codes(each.codes)}


def visit(each: NeededLabel) -> Json:
    """A visit, or a series of visits with the first of its members."""
    return {
        "name": each.name,
        "title": each.title or None,
        "codes": codes(each.codes),
        "members": list(each.members),
        "goes_on": each.goes_on,
    }


def measure(each: NeededMeasure) -> Json:
    """A measure."""
    return {
        "name": each.name,
        "title": each.title,
        "unit": each.unit or None,
        "accepted_units": list(each.units),
        "choices": list(each.choices),
        "codes": codes(each.codes),
        "visits": list(each.visits),
        "used_by": uses(each.used_by),
    }


def event(each: NeededEvent) -> Json:
    """A milestone, a condition or an event."""
    return {
        "kind": each.kind,
        "name": each.name,
        "title": each.title or None,
        "codes": codes(each.codes),
        "categories": [
            {"name": one.name, "title": one.title or None, "codes": codes(one.codes)} for one in each.categories
        ],
        "grades": None if each.grades is None else list(each.grades),
        "used_by": uses(each.used_by),
    }


def codes(found: Iterable[Coding]) -> Json:
    """Codes with their systems."""
    return [{"system": each.system, "code": each.code} for each in found]


def uses(found: Iterable[Use]) -> Json:
    """Who reads it."""
    return [
        {
            "kind": each.kind,
            "name": each.name or None,
            "file": each.place.file if each.place else None,
            "line": each.place.line if each.place else None,
            "column": each.place.column if each.place else None,
        }
        for each in found
    ]
