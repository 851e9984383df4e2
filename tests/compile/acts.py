"""Cycles and what columns notice of deviations, beside what the interpreter says: for tests."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import frozen
from sqlglot import exp

from protocol_dsl import Study
from protocol_dsl.base.days import LAST_DAY
from protocol_dsl.compile.answers import statement_over
from protocol_dsl.compile.cycle_plan import cycle_plans
from protocol_dsl.compile.cycles import CYCLES, cycle_tables
from protocol_dsl.compile.deviations.noticed import noticed
from protocol_dsl.compile.eligibility import Data, common_tables
from protocol_dsl.compile.gather import AT_CUTOFF, Gather
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.model.columns import layout_of
from protocol_dsl.model.records import Record
from protocol_dsl.model.results import CycleResult
from protocol_dsl.project.column_cycles import judged_cycle, result_of
from protocol_dsl.project.columns import sources_of
from protocol_dsl.project.study import day_number
from protocol_dsl.readers.columns.copied import open_tables
from protocol_dsl.readers.columns.prepare import prepare
from protocol_dsl.readers.columns.source import connect
from protocol_dsl.readers.notes import Notes

NOTICED = {"DV03", "DV07", "DV09", "DV10", "DV11", "DV12", "DV13", "DV14", "DV16", "DV17", "DV21", "DV22"}
NOTICED |= {"QY03", "QY07", "QY08", "QY10", "QY11", "QY12", "QY13", "QY15", "QY16"}
"""Deviations and queries that columns only notice: whoever has one is left to the interpreter."""


@frozen
class InColumns:
    """Who is left to the interpreter, and the cycles of everybody else."""

    left: frozenset[str]
    cycles: Mapping[str, tuple[CycleResult, ...]]
    after_last: Mapping[str, tuple[int, ...]]


def acts_in_columns(study: Study, folder: Path, as_of: str | None) -> InColumns:
    """Judge the cycles of everybody in a folder of Parquet files."""
    model = study.model
    with TemporaryDirectory() as spill:
        connection = connect(str(folder), Path(spill), None)
        layout = layout_of(model.vocabulary)
        notes = Notes()
        attributes = tuple(one.name for one in model.vocabulary.attributes)
        sources = sources_of(folder, model, notes)
        files = open_tables(sources, attributes, connection, Path(spill), notes=notes, purpose="check")
        prepared = prepare(connection, files, model, layout, day_number(as_of), "check")
        cutoff = prepared.cutoff
        assert cutoff.day is not None
        last = cutoff.day if cutoff.is_given else LAST_DAY
        gather = Gather(model, layout, AT_CUTOFF, prepared.has_empty_readings, last)
        steps = cycle_tables(model, gather, cutoff.day)
        query = noticed(model, gather, cutoff.day)

        def rows(query: exp.Query) -> list[tuple[object, ...]]:
            found = Data(tables=frozenset(), events_present=prepared.events_present)
            parts = [*common_tables(gather, found), *steps]
            whole = query
            for name, body in parts:
                whole = whole.with_(name, as_=body.copy())
            return connection.execute(statement_over(prepared.tables, whole).sql("duckdb")).fetchmany(1_000_000)

        left = frozenset(str(name) for (name,) in rows(query))
        everything = exp.select("*").from_(CYCLES).order_by("participant", "treatment", "cycle")
        found = rows(everything) if cycle_plans(model) else []
        connection.close()
    cycles: dict[str, tuple[CycleResult, ...]] = {}
    after_last: dict[str, tuple[int, ...]] = {}
    for participant, *start, status, out, count, is_after_last, _ in found:
        name = str(participant)
        item = judged_cycle(model, [*start, status, out, is_after_last])
        facts = Facts(Record(participant=name), model, cutoff)
        cycles[name] = (*cycles.get(name, ()), result_of(item, count, facts))
        if is_after_last and item.run is not None:
            after_last[name] = (*after_last.get(name, ()), item.number)
    return InColumns(left, cycles, after_last)


def require_acts(study: Study, folder: Path, as_of: str | None = None) -> int:
    """Both engines over one folder: the same cycles, and nobody overlooked; how many columns judged themselves."""
    columns = acts_in_columns(study, folder, as_of)
    judged = 0
    for result in study.check(folder, reasons="none", as_of=as_of):
        name = result.participant
        if name in columns.left:
            continue
        judged += 1
        assert columns.cycles.get(name, ()) == result.cycles
        assert not {each.code for each in result.deviations} & NOTICED
        assert not {each.code for each in result.queries} & NOTICED
        after = tuple(each.cycle for each in result.deviations if each.code == "DV08")
        assert columns.after_last.get(name, ()) == after
    return judged
