"""Checking in columns: who keeps to the plan, and what is early, late, missed or not read.

What columns find is worded by the interpreter's own rules, so that the results are its, to the byte, at the level of
reasons ``none``. Of whoever may have been given, or have taken, something besides the plan they hand the rows of that
to the interpreter's rules. Whatever else may be a deviation or a query is only noticed; the interpreter judges whoever
has one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby

from attrs import evolve

from protocol_dsl.compile import alike, parts
from protocol_dsl.compile.answers import Held, dropped, in_order, kept, kept_in, made, marked
from protocol_dsl.compile.assessments import asked
from protocol_dsl.compile.check import CheckStatements, check_statements
from protocol_dsl.compile.cycles import CYCLES
from protocol_dsl.compile.deviations.consent import ACTS
from protocol_dsl.compile.deviations.intervals import BROKEN
from protocol_dsl.compile.eligibility import Data as ColumnData
from protocol_dsl.compile.engines import Refusal, check_refusals
from protocol_dsl.compile.parts import AGAIN, Again, Part, made_again, none_of, people_again, read_again
from protocol_dsl.compile.schedule import VISIT_ANSWERS, epoch_points
from protocol_dsl.compile.unscheduled import UNSCHEDULED
from protocol_dsl.compile.visit_days import visit_days
from protocol_dsl.interpret import queries
from protocol_dsl.interpret.deviations import assessments, eligibility, treatment, visits
from protocol_dsl.interpret.deviations.judged import Found, Judged, deviations_in_order, queries_in_order
from protocol_dsl.interpret.epochs import epoch_results
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.schedule import other_visits, visit_result
from protocol_dsl.model.columns import DOSES, EVENTS, LABELLED, MEDICATIONS, VISITS, NotInColumnsError
from protocol_dsl.model.listed import listed_visits
from protocol_dsl.model.results import CycleResult, ParticipantResult
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.column_acts import before_consent, broken_intervals
from protocol_dsl.project.column_again import InOrder, ReadAgain
from protocol_dsl.project.column_counts import count_alike
from protocol_dsl.project.column_cycles import judged_cycle, on_day, result_of
from protocol_dsl.project.column_parts import Parts
from protocol_dsl.project.column_visits import WrittenPlan, judged_of, record_of
from protocol_dsl.project.columns import ColumnRun, Row, run_in_columns
from protocol_dsl.project.counts import Counts
from protocol_dsl.project.records import Data
from protocol_dsl.project.remarks import Remarks
from protocol_dsl.project.runs import Check
from protocol_dsl.readers.columns.picked import ODD_PEOPLE, is_anybody
from protocol_dsl.readers.columns.spans import at_once
from protocol_dsl.readers.connections import Connection, Parsed, whole_or_none
from protocol_dsl.readers.layout import Purpose

Rows = Sequence[Row]
ORDER: Mapping[str, Sequence[str]] = {
    UNSCHEDULED: ("day", "label"),
    CYCLES: ("treatment", "cycle"),
    ACTS: ("days", "kind", "label"),
    BROKEN: ("place",),
    parts.CONCERNED: (parts.PART,),
    EVENTS: ("first_day",),
    DOSES: ("treatment", "first_day", "last_day"),
    VISITS: ("first_day", "last_day", "label"),
    LABELLED: ("day",),
    MEDICATIONS: ("start_first", "drug"),
}
"""The tables of which a participant has several rows, and the order of these."""
IN_ANSWERS: Sequence[tuple[Part, str]] = (
    ("visit_rows", VISIT_ANSWERS),
    ("visit_rows", UNSCHEDULED),
    ("dose_rows", CYCLES),
)
"""The answers that say of whom the interpreter judges a part."""
FURTHER_PASSES = 6
"""Times that each span takes as long again as one pass over it, once entry is judged."""
NOBODY: tuple[object, Iterator[Row]] = (None, iter(()))


class ByParticipant:
    """Rows in the order of participants, handed out to one after another."""

    def __init__(self, rows: Iterator[Row]) -> None:
        """The rows, each with the participant first."""
        self._groups = groupby(rows, key=lambda row: row[0])
        self._who: object
        self._who, self._own = next(self._groups, NOBODY)

    def rows(self, participant: str) -> tuple[Row, ...]:
        """Those of the participant, who comes after all asked for before."""
        if self._who != participant:
            return ()
        found = tuple(self._own)
        self._who, self._own = next(self._groups, NOBODY)
        return found


class ColumnCheck(ColumnRun, Check):
    """Eligibility, visits, cycles, deviations and queries of everybody."""

    purpose: Purpose = "check"
    passes = ColumnRun.passes + FURTHER_PASSES
    holds: Held = "temp table"
    """What the steps are that several statements read."""

    def __init__(self, model: StudyModel, data: Data, *, as_of: int | None = None, memory: str | None = None) -> None:
        """Look through the names and dates of ``data``; ``memory`` is a limit such as ``512MB``.

        Raises:
            NotInColumnsError: The protocol or the data hold something that columns do not judge.
        """
        super().__init__(model, data, as_of=as_of, memory=memory)
        if VISITS not in self._prepared.tables:
            raise NotInColumnsError("a study without a table of visits, and without readings that name theirs")
        if self._prepared.cutoff.day is None:
            raise NotInColumnsError("a study without a date")
        self._groups = {group.measures: place for place, group in enumerate(asked(model))}
        self._places = {visit.name: place for place, visit in enumerate(listed_visits(model))}
        self._epochs = epoch_points(model)
        self._further: set[str] = set()
        self._filled: set[str] = set()
        self._hang_together = parts.hang_together(model)
        names = self._prepared.names.get("events")
        events = {} if names is None else {one.bits: one.events for one in names.meanings.values()}
        self._parts = Parts(model, self._prepared.cutoff, frozenset(self._prepared.files), events)
        self._again = ReadAgain(model, self._prepared, self._connection)
        self._days = visit_days(self._prepared.cutoff.day, self._prepared.earliest_visit)
        self._plan = WrittenPlan(model, self._days)

    def refused(self, model: StudyModel) -> tuple[Refusal, ...]:
        """What columns do not judge of a protocol."""
        return check_refusals(model)

    # -------------------------------------------------------------------------- statements
    def _judge(self) -> None:
        """Write the answers of everybody, and note who is left to the interpreter."""
        super()._judge()
        prepared, execute = self._prepared, self._connection.execute
        found = self._statements()
        self._further, self._filled = {*found.further}, set()
        execute(alike.made())
        for again in AGAIN:
            execute(made_again(again))
        extract = self._connection.extract_statements
        steps = [extract(made(self.holds, name, query)) for name, query in found.steps.items()]
        answers = {VISIT_ANSWERS: extract(kept(found.visits))}
        answers |= {name: extract(kept(query)) for name, query in found.further.items()}
        step = FURTHER_PASSES / (len(steps) + len(answers) + 1)
        self._steps_done = ColumnRun.passes * len(prepared.spans)

        def judge(connection: Connection, place: int) -> None:
            for (statement,) in self._counting(steps, step):
                connection.execute(statement)
            for name, (statement,) in self._counting(answers.items(), step):
                self._write(name, statement, connection, place)
            connection.execute(f"insert into {ODD_PEOPLE} {found.left}")
            self._hand_over(connection, found, place)
            for name in found.steps:
                connection.execute(dropped(self.holds, name))

        for _ in self._counting(at_once(self._connection, prepared.spans, judge), step):
            pass
        self._steps_done = None
        if CYCLES in self._further:
            execute(marked(ODD_PEOPLE, self._place(CYCLES)))
        for again in AGAIN:
            execute(none_of(again, ODD_PEOPLE))
            execute(alike.apart_in(people_again(again)))

    def _statements(self) -> CheckStatements:
        """The statements that judge, as DuckDB runs them."""
        return check_statements(self.model, self._prepared.cutoff, self._known_of_data(), self._prepared.tables)

    def _known_of_data(self) -> ColumnData:
        """What the look through the tables told, so that the statements ask for no more than they must."""
        prepared = self._prepared
        return ColumnData(
            tables=frozenset(),
            has_empty_readings=prepared.has_empty_readings,
            has_timed_readings=prepared.has_timed_readings,
            events_present=prepared.events_present,
            has_skipped_visits=prepared.has_skipped_visits,
            has_nameless_visits=prepared.has_nameless_visits,
            earliest_visit=prepared.earliest_visit,
        )

    def _write(self, name: str, statement: str | Parsed, connection: Connection, place: int) -> None:
        """Write the rows that a statement finds in the span of a number, under the name of their table."""
        folder = self._spill / name
        folder.mkdir(exist_ok=True)
        connection.execute(kept_in(str(folder / f"{place:06}.parquet")))
        ((rows, *_),) = connection.execute(statement).fetchmany(1)
        if rows:
            self._filled.add(name)

    def _hand_over(self, connection: Connection, found: CheckStatements, place: int) -> None:
        """Write the rows of those of whom the interpreter judges a part, of the span of a number."""
        execute = connection.execute
        for again, people in found.again.items():
            execute(read_again(again, people))
        execute(parts.made())
        concerned = [*found.concerned.items()]
        for part, name in IN_ANSWERS:
            if name in {VISIT_ANSWERS, *self._further}:
                concerned.append((part, parts.in_parts(str(self._spill / name / f"{place:06}.parquet"))))
        for part, people in concerned:
            for each in parts.with_others(part, self.model):
                execute(parts.concerned(each, people))
        if not is_anybody(parts.CONCERNED, connection):
            return
        execute(alike.apart_in(parts.CONCERNED))
        execute(f"insert into {ODD_PEOPLE} {found.ambiguous}")
        for name, statement in found.rows.items():
            self._write(name, kept(statement), connection, place)
            self._further.add(name)

    # ------------------------------------------------------------------------------ counts
    def count(self, results: Iterable[ParticipantResult]) -> Counts:
        """Count everybody by site, arm and what was found; of those who are alike one is judged for all."""
        del results
        self._judge()
        places = {alike.ENTRY: self._answers, **{name: self._place(name) for name in (VISIT_ANSWERS, *self._further)}}
        found = alike.Alike(self.model, self._days, ODD_PEOPLE, places)
        for statement in found.others():
            self._connection.execute(statement)
        self._write(alike.ALIKE, kept(found.alike()), self._connection, 0)
        self._connection.execute(alike.representatives(self._place(alike.ALIKE)))
        counts, (_, attrition), remarks = Counts(), self._counted(), Remarks(self.model, self.is_check)
        for result in chain(self._left(attrition, remarks), self._plain(alike.APART)):
            counts.add(result)
        several = ByParticipant(self._in_order(alike.ALIKE, (), None))
        for result in self._plain(alike.REPRESENTATIVES):
            count_alike(counts, result, several.rows(result.participant))
        self._finished(counts.tally(), attrition, remarks)
        return counts

    # ----------------------------------------------------------------------------- results
    def _plain(self, sample: str | None = None) -> Iterator[ParticipantResult]:
        """The answers of those whom columns judge, or of a sample of them."""
        answered = super()._plain(sample)
        visited = self._in_order(VISIT_ANSWERS, (), sample)
        further = {
            name: ByParticipant(self._in_order(name, order, sample))
            for name, order in ORDER.items()
            if name in self._further
        }
        records = self._again.begin()
        for result, row in zip(answered, visited, strict=True):
            own = {name: rows.rows(result.participant) for name, rows in further.items()}
            yield self._checked(result, row, own, records)

    def _place(self, name: str) -> str:
        """The files with the rows of a table."""
        return str(self._spill / name / "*.parquet")

    def _in_order(self, name: str, order: Sequence[str], sample: str | None) -> Iterator[Row]:
        """The rows of a table, participant by participant."""
        if name not in self._filled:
            return iter(())
        return self._rows(name, lambda path: in_order(ODD_PEOPLE, path, *order, sample=sample))

    def _checked(
        self, result: ParticipantResult, row: Row, further: Mapping[str, Rows], again: Mapping[Again, InOrder]
    ) -> ParticipantResult:
        """One participant's answer of the rows that columns gave.

        ``further`` are rows by the name of their table, ``again`` the records of those of whom tables are read again.
        """
        _, arm, randomized, skipped, *cells, is_in_part = row
        record = record_of(result, arm, randomized, skipped, self.model)
        facts = Facts(record, self.model, self._prepared.cutoff)
        numbers = [whole_or_none(cell) for cell in cells]
        for point, day in zip(self._epochs, numbers[: len(self._epochs)], strict=True):
            facts.points[point.milestone, point.months, point.days] = on_day(day)
        del numbers[: len(self._epochs)]
        concerned = {part for _, part in further.get(parts.CONCERNED, ())}
        is_in_part = bool(is_in_part or "visit_rows" in concerned)
        others = () if is_in_part else further[UNSCHEDULED]
        judged = judged_of(facts, result.eligibility, tuple(self._plan.judged(numbers)), others)
        is_dosed_apart = "dose_rows" in concerned
        if self._hang_together and (is_in_part or is_dosed_apart):
            judged, given, found = self._parts.plan(judged, further)
            facts = judged.facts
        else:
            missing = [each or 0 for each in numbers[self._plan.width :]]
            judged, found = self._conduct(judged, further, missing, is_in_part=is_in_part)
            given, departures = self._parts.cycles(judged, further) if is_dosed_apart else self._cycles(judged, further)
            found = [*found, *departures]
        found += eligibility.derive(judged)
        found += before_consent(judged, further[ACTS])
        found += self._parts.prohibited(judged, further)
        found += self._again.told(judged, again)
        found = [evolve(item, facts=()) for item in found]
        return evolve(
            result,
            arm=facts.record.arm,
            visits=(
                *(visit_result(item, facts, with_reason=False) for item in judged.visits),
                *other_visits(judged.matching, with_reason=False),
            ),
            cycles=given,
            deviations=deviations_in_order(found),
            queries=queries_in_order(found),
            epochs=epoch_results(facts),
        )

    def _conduct(
        self, judged: Judged, further: Mapping[str, Rows], missing: Sequence[int], *, is_in_part: bool
    ) -> tuple[Judged, list[Found]]:
        """The visits, of which the interpreter may judge a part, and what departs from their plan."""
        if is_in_part:
            judged, found = self._parts.visits(judged, further)
        else:
            found = [*visits.derive(judged), *self._unread(judged, missing)]
            found += [*queries.one_day(judged), *queries.reversed_order(judged)]
        found += broken_intervals(judged, further.get(BROKEN, ()), but_of_visits=is_in_part)
        return judged, found

    def _cycles(self, judged: Judged, further: Mapping[str, Rows]) -> tuple[tuple[CycleResult, ...], list[Found]]:
        """The cycles, and what departs from their plan."""
        given: list[CycleResult] = []
        found: list[Found] = []
        for _, *cells, status, out, administrations, is_after_last, _, _, _ in further.get(CYCLES, ()):
            item = judged_cycle(self.model, [*cells, status, out, is_after_last])
            given.append(result_of(item, administrations, judged.facts))
            found += treatment.cycle(judged, item)
        return tuple(given), found

    def _unread(self, judged: Judged, missing: Sequence[int]) -> Iterator[Found]:
        """What was not read at the visits that were held; without a table of readings that is a question alone."""
        if "readings" not in self._prepared.files:
            record = evolve(judged.facts.record, tables=frozenset(self._prepared.files))
            facts = Facts(record, self.model, self._prepared.cutoff)
            yield from assessments.derive(evolve(judged, facts=facts))
            return
        for item in judged.visits:
            place = self._places[item.visit.name]
            if any(bits >> place & 1 for bits in missing):
                for group in assessments.asked(item.visit, self._measures):
                    if missing[self._groups[group]] >> place & 1:
                        yield from assessments.assessed(judged, item, group)

    @property
    def _measures(self) -> frozenset[str]:
        return frozenset(measure.name for measure in self.model.vocabulary.measures)


def column_check(  # noqa: PLR0913 - what decides about the engine
    model: StudyModel, data: Data, engine: str, *, as_of: int | None, is_whole: bool, memory: str | None
) -> ColumnCheck | None:
    """Checking in columns where ``engine`` asks for it; see ``run_in_columns``."""
    return run_in_columns(ColumnCheck, model, data, engine, as_of=as_of, is_whole=is_whole, memory=memory)
