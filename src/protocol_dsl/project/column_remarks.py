"""What there is to say of data as a whole, where columns judge: what the interpreter says."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

from protocol_dsl.compile.remarks import SomeRow
from protocol_dsl.model.columns import DOSES, MEDICATIONS, READINGS, layout_of
from protocol_dsl.project.remarks import RANDOMIZATION, TELLING, Remarks
from protocol_dsl.readers.columns.picked import ODD_PEOPLE
from protocol_dsl.readers.columns.prepare import Prepared
from protocol_dsl.readers.columns.spans import one_by_one
from protocol_dsl.readers.connections import Connection, whole
from protocol_dsl.readers.layout import Purpose

Key = TypeVar("Key", str, tuple[str, str])
KNOWN = ("readings", "medications", "administrations")
"""Tables whose names tell whether the data are of this trial."""
MANY_SITES = 1_000
MOST_ROUTES = 100
"""More than there are words for one route: among so many one is of another."""


def is_perhaps_foreign(prepared: Prepared, purpose: Purpose) -> bool:
    """Whether the data have no name of the protocol, and others; everybody is left to the interpreter then."""
    names = prepared.names
    known = [one for table in KNOWN if table in names for one in names[table].meanings.values()]
    if any(one.bits >= 0 and not one.is_unused for one in known):
        return False
    has_arm = purpose == "check" and prepared.files["participants"].has("arm")
    visits = names["visits"].meanings.values() if "visits" in names else ()
    return has_arm or any(one.is_unused for one in known) or any(one.bits < 0 for one in visits)


def complete(
    remarks: Remarks, connection: Connection, prepared: Prepared, purpose: Purpose, unused: Iterable[tuple[str, str]]
) -> None:
    """See those whom columns judge; ``remarks`` has met everybody else.

    Args:
        remarks: What was seen so far.
        connection: Where the tables are.
        prepared: The tables.
        purpose: What they were read for.
        unused: Tables and names of rows that were not read.
    """
    rows = SomeRow(prepared.tables, ODD_PEOPLE)

    def has(query: str) -> bool:
        return any(connection.execute(query).fetchmany(1) for _ in one_by_one(connection, prepared.spans))

    visits = prepared.names["visits"].meanings.values() if "visits" in prepared.names else ()
    remarks.has_known_visit |= any(one.bits >= 0 for one in visits)
    is_doubtful = remarks.has_unknown_arm or remarks.has_unknown_visit or any(table in TELLING for table, _ in unused)
    if is_doubtful and not remarks.is_known:
        queries = [rows.of(READINGS), rows.of(MEDICATIONS)]
        queries += [rows.of(DOSES), rows.with_arm()] if purpose == "check" else []
        remarks.is_known = any(map(has, queries))
    if remarks.sites.named:
        for _ in one_by_one(connection, prepared.spans):
            connection.execute(rows.sites())
            while batch := connection.fetchmany(MANY_SITES):
                for (site,) in batch:
                    remarks.sites.meet(str(site))
    if purpose != "check":
        return
    meet_measures(remarks, connection, prepared, rows)
    if not remarks.has_randomization and prepared.files["participants"].has("arm"):
        remarks.has_arm = remarks.has_arm or has(rows.with_arm())
        layout = layout_of(remarks.model)
        is_asked = remarks.has_arm and RANDOMIZATION in layout.events
        remarks.has_randomization = is_asked and has(rows.of_event(RANDOMIZATION, layout))
    for number, treatment in enumerate(remarks.model.treatments):
        planned = treatment.dose.route if treatment.dose else None
        if not planned or treatment.name in remarks.met_routes:
            continue
        if has(rows.with_route(number, planned)):
            remarks.met_routes.add(treatment.name)
            continue
        for _ in one_by_one(connection, prepared.spans):
            found = connection.execute(rows.routes(number)).fetchmany(MOST_ROUTES)
            remarks.meet_routes(treatment.name, planned, (str(route) for (route,) in found))


def meet_measures(remarks: Remarks, connection: Connection, prepared: Prepared, rows: SomeRow) -> None:
    """See which measures that visits ask for have a reading; one whose name no row has needs no look."""
    names = [measure.name for measure in remarks.model.vocabulary.measures]
    meant = prepared.names["readings"].meanings.values() if "readings" in prepared.names else ()
    present = {names[one.bits] for one in meant if not one.is_unused and one.bits >= 0}
    if not present or not remarks.says_what_lacks:
        return
    for _ in one_by_one(connection, prepared.spans):
        wanted = present.intersection(remarks.lacking)
        if not wanted and remarks.measures_read:
            return
        found = connection.execute(rows.measures(sorted(map(names.index, wanted or present)))).fetchmany(len(names))
        remarks.measures_read.update(names[whole(number)] for (number,) in found)


def replaced(everybody: Mapping[Key, int], odd: Mapping[Key, int], read: Mapping[Key, int]) -> Mapping[Key, int]:
    """Counts of everybody in which those of the odd participants are what the row readers counted of them."""
    return dict(sorted((Counter(everybody) - Counter(odd) + Counter(read)).items()))
