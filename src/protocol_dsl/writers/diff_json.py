"""The differences between two protocols as JSON; ``schemas/diff.json`` describes the document."""

import json
from collections.abc import Sequence

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.model.changes import Change, Touched
from protocol_dsl.model.study import StudyModel

FORMAT = "protocol-dsl/diff/1"


def diff_json(
    sides: tuple[tuple[StudyModel, str], tuple[StudyModel, str]],
    changes: Sequence[Change],
    touched: Touched | None,
    as_of: Days | None,
) -> str:
    """One document, with a line end.

    Args:
        sides: The old and the new protocol, each with the version that is meant (empty for all of them).
        changes: What differs.
        touched: Whom it touches; nothing where no data were given.
        as_of: The cut-off of the data.
    """
    (old, before), (new, after) = sides
    document = {
        "format": FORMAT,
        "old": side_json(old, before),
        "new": side_json(new, after),
        "differences": [change_json(change) for change in changes],
        "data": None if touched is None else touched_json(touched, as_of),
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def side_json(model: StudyModel, version: str) -> dict[str, object]:
    """One of the two protocols."""
    return {"name": model.name, "language": model.language, "sha256": model.sha256, "version": version or None}


def change_json(change: Change) -> dict[str, object]:
    """One difference."""
    return {
        "kind": change.kind,
        "name": change.name or None,
        "change": change.act,
        "field": change.field or None,
        "before": change.before if change.field else None,
        "after": change.after if change.field else None,
        "version": change.version or None,
        "message": change.message,
    }


def touched_json(touched: Touched, as_of: Days | None) -> dict[str, object]:
    """Whom the differences touch."""
    return {
        "as_of": None if as_of is None else write_days(as_of),
        "participants": touched.participants,
        "verdicts": [
            {
                "participant": each.participant,
                "before": each.before,
                "after": each.after,
                "criteria": list(each.criteria),
            }
            for each in touched.verdicts
        ],
        "planned_days": [
            {"subject": each.subject, "moved": each.moved, "new": each.new, "gone": each.gone} for each in touched.days
        ],
        "deviations": [
            {
                "participant": each.participant,
                "change": each.act,
                "id": each.id,
                "code": each.code,
                "message": each.message,
            }
            for each in touched.deviations
        ],
    }
