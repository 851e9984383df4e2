"""Rows that stand twice, of which one counts: where no rule counts rows, the second makes no difference."""

from protocol_dsl.base.values import every
from protocol_dsl.model.columns import visits_asked
from protocol_dsl.model.expressions import Consecutive, CountOf, Pick
from protocol_dsl.model.study import StudyModel, studies_of

AVERAGES = frozenset({"mean", "median"})


def harmless_twice(model: StudyModel, *, is_entry: bool, tables: frozenset[str]) -> frozenset[str]:
    """The tables in which a second row like another changes nothing of what columns find.

    Args:
        model: The protocol, in all its versions.
        is_entry: Whether rules of entry alone are judged.
        tables: Those that the data have.
    """
    studies = studies_of(model)
    asked: object = tuple(one.criteria for one in studies) if is_entry else studies
    found: set[str] = set()
    if not any(True for _ in every(CountOf, asked)):
        found.add("events")
    is_averaged = any(one.choice in AVERAGES for one in every(Pick, asked))
    # Without a table of visits these are made of readings, each a row of one.
    if not is_averaged and not any(True for _ in every(Consecutive, asked)) and (is_entry or "visits" in tables):
        found.add("readings")
    if is_entry or not any(study.prohibitions for study in studies):
        found.add("medications")
    if is_entry and not visits_asked(model):
        found.add("visits")
    return frozenset(found)
