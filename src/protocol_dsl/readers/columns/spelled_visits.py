"""What labels of visits mean, worked out by a statement itself: in ``visits``, and of readings."""

from collections.abc import Mapping

from sqlglot import exp

from protocol_dsl.model.columns import ANOTHER_LABEL, NO_LABEL, visits_asked
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.columns.cells import text
from protocol_dsl.readers.columns.probes import Probes
from protocol_dsl.readers.columns.slips import key, rows
from protocol_dsl.readers.columns.spelled import Spelled, asked
from protocol_dsl.readers.columns.tables import BITS, KEYS, LABELS, LEVEL, NAME_ODD, ROUTE, Names
from protocol_dsl.trees import call, case, column, named, named_table, negated, selected


def visit_names(probes: Probes, model: StudyModel) -> Spelled:
    """The labels of ``visits``: every one can be used, whatever it says; a status must be known.

    Where rules ask for readings at visits, also which visit each label names, and whether it was held.
    """
    meant = {status: probes.visit(("", status)) for status in probes.statuses}
    known = [status for status, one in meant.items() if not one.is_odd]
    odd = negated(key("status").isin(*map(text, known)))
    query = selected("visits_asked", *(key(each) for each in KEYS["visits"]), named(odd, NAME_ODD))
    steps = {"visits_asked": asked("visits")}
    if visits_asked(model):
        words = probes.visit_words
        labels = [(word, probes.visit((word, "")).bits) for word in dict.fromkeys((*words.names, *words.codes))]
        steps["visits_words"] = rows("v", ("word", BITS), labels)
        query = query.join(
            named_table("visits_words"),
            join_type="left",
            on=key("visit").eq(exp.column("word", table="visits_words")),
            copy=False,
        )
        levels = [(key("status").eq(text(status)), exp.convert(one.level)) for status, one in meant.items()]
        query = query.select(
            named(call("coalesce", exp.column(BITS, table="visits_words"), exp.convert(-1)), BITS),
            named(case(*levels, otherwise=exp.convert(0)), LEVEL),
            named(key("visit"), ROUTE),
            copy=False,
        )
    return Spelled(Names("visits", {}), {**steps, "visits_names": query})


def reading_labels(probes: Probes) -> Mapping[str, exp.Select]:
    """The steps that say which visit each label of a reading names."""
    words = probes.visit_words
    known = dict.fromkeys((*words.names, *words.codes))
    numbers = {word: probes.visit((word, "")).bits for word in known}
    labels = [(word, number if number >= 0 else ANOTHER_LABEL) for word, number in numbers.items()]
    written = column("visit")
    found = call("coalesce", exp.column(BITS, table="labels_words"), exp.convert(ANOTHER_LABEL))
    number = case((written.eq(text("")), exp.convert(NO_LABEL)), otherwise=found)
    query = selected("readings_cells", named(written.copy(), "written"), named(number, "number")).distinct(copy=False)
    query = query.join(
        named_table("labels_words"),
        join_type="left",
        on=written.copy().eq(exp.column("word", table="labels_words")),
        copy=False,
    )
    return {"labels_words": rows("v", ("word", BITS), labels), LABELS: query}
