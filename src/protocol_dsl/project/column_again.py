"""Participants of whom some tables are read once more: rules whose words need cells as they stand in the data.

That is the protocol's own deviations, the questions that readings raise, and acts after death. Everything else of these
participants is judged in columns.
"""

from collections.abc import Iterator, Mapping

from attrs import evolve

from protocol_dsl.base.values import every
from protocol_dsl.compile.early import speaks_of_given
from protocol_dsl.compile.parts import AGAIN, Again, people_again, without_rules
from protocol_dsl.interpret.compiled_plan import CompiledPlan
from protocol_dsl.interpret.deviations.contradictions import after_death
from protocol_dsl.interpret.deviations.judged import Derive, Found, Judged
from protocol_dsl.interpret.deviations.own import derive_own
from protocol_dsl.interpret.eligibility import EligibilityRules
from protocol_dsl.interpret.queries import reading_queries
from protocol_dsl.model.columns import measures_named
from protocol_dsl.model.expressions import ExposedTo, OnDrugs
from protocol_dsl.model.records import Record
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.columns.picked import is_anybody, picked_records
from protocol_dsl.readers.columns.prepare import Prepared, only
from protocol_dsl.readers.connections import Connection
from protocol_dsl.readers.layout import LAYOUTS


class ReadAgain:
    """The rules of the interpreter that some tables are read once more for."""

    def __init__(self, model: StudyModel, prepared: Prepared, connection: Connection) -> None:
        """Know the rules of a protocol, and where the tables are."""
        self._model = model
        self._prepared = prepared
        self._connection = connection
        # Rules act on nobody whom columns judge, and may read tables that are not read again.
        self._plan = CompiledPlan(without_rules(model))
        self._rules = EligibilityRules(model, self._plan)
        self._derivations: dict[Again, Derive] = {
            "own": derive_own(model),
            "readings": reading_queries(model),
            "deaths": after_death,
        }

    def begin(self) -> Mapping[Again, "InOrder"]:
        """The records of everybody of whom something is read again; nothing is read before it is asked for."""
        return {again: InOrder(self._records(again)) for again in AGAIN}

    def told(self, judged: Judged, records: Mapping[Again, "InOrder"]) -> Iterator[Found]:
        """What the rules say of a participant, who comes after all asked for before."""
        for again, derive in self._derivations.items():
            record = records[again].of(judged.facts.record.participant)
            if record is not None:
                facts = self._plan.facts(record, self._prepared.cutoff)
                yield from derive(evolve(judged, facts=facts, eligibility_facts=self._rules.limited(facts)))

    def _records(self, again: Again) -> Iterator[Record]:
        """The records for some rules, of the tables that these read."""
        prepared, people = self._prepared, people_again(again)
        if not is_anybody(people, self._connection):
            return
        yield from picked_records(
            only(prepared.files, tables_read(self._model, again)),
            (),
            self._connection,
            self._model,
            prepared.cutoff,
            "check",
            people_table=people,
        )


class InOrder:
    """Records in the order of participants, handed out to those who ask in that order."""

    def __init__(self, records: Iterator[Record]) -> None:
        """The records, none read yet."""
        self._records = records
        self._next: Record | None = None
        self._is_begun = False

    def of(self, participant: str) -> Record | None:
        """The record of the participant, if there is one."""
        if not self._is_begun:
            self._is_begun, self._next = True, next(self._records, None)
        while self._next is not None and self._next.participant < participant:
            self._next = next(self._records, None)
        return self._next if self._next is not None and self._next.participant == participant else None


def tables_read(model: StudyModel, again: Again) -> frozenset[str]:
    """The tables that rules read; whatever asks for readings may ask for them at visits."""
    if again == "deaths":
        return frozenset(LAYOUTS)
    found = {"participants", "events"}
    if again == "readings" or measures_named(model.deviations):
        found |= {"readings", "visits"}
    if again == "own" and any(True for kind in (ExposedTo, OnDrugs) for _ in every(kind, model.deviations)):
        found.add("medications")
    if again == "own" and speaks_of_given(model.deviations, model):
        found |= {"administrations", "visits"}
    return frozenset(found)
