"""The statement of eligibility, printed for a database of the user's own."""

import re

from protocol_dsl.compile.engines import refusals
from protocol_dsl.compile.printed import Dialect, Reading, not_printed, printed, too_wide
from protocol_dsl.model.columns import layout_of
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.columns.plain import REPEATED, plain_steps
from protocol_dsl.readers.errors import UnreadableError

SCHEMA = re.compile(r"[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)?", re.ASCII)


def eligibility_sql(model: StudyModel, dialect: Dialect, *, schema: str = "", as_of: int | None = None) -> str:
    """The statement; ``schema`` stands before the name of each table (``trial``, ``warehouse.trial``).

    Raises:
        UnreadableError: A rule of entry has what columns do not judge; each is named.
        ValueError: ``schema`` is no name.
    """
    found = refusals(model) or not_printed(model) or too_wide(model, dialect)
    if found:
        raise UnreadableError(f"columns do not judge this: {'; '.join(one.words for one in found)}")
    if schema and not SCHEMA.fullmatch(schema):
        raise ValueError(f"a schema is a name, or two with a point between them; {schema} is not")
    steps = plain_steps(model, layout_of(model), as_of, schema)
    return printed(model, Reading(steps=steps, repeated=REPEATED), dialect, as_of)
