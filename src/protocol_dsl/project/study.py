"""A protocol that is loaded and has no errors."""

from collections.abc import Collection, Mapping
from datetime import date
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Literal, TypeAlias

from attrs import field

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.base.source import Text
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.engine import Engine
from protocol_dsl.model.changes import Change, Touched
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.model.needs import Needs
from protocol_dsl.model.results import Reasons
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.tested import ExampleResults
from protocol_dsl.project.analysis import Checked, analysed, with_more
from protocol_dsl.project.asked import day_number, names_in, require_data, require_memory, require_words
from protocol_dsl.project.endpoints import Endpoints
from protocol_dsl.project.errors import ProtocolError
from protocol_dsl.project.extras import EngineName, has_columns, require_columns, require_statements
from protocol_dsl.project.records import Data, open_records
from protocol_dsl.project.runs import Check, Explanation, Schedule, Screen
from protocol_dsl.project.texts import HeldShelf
from protocol_dsl.readers import Purpose, Selection, StudyRecords
from protocol_dsl.readers.needs.gather import needs_of

EXAMPLES = "protocol_dsl.project.examples"
"""Imported by those who ask for it: no other command needs it."""

Dialect: TypeAlias = Literal["duckdb", "spark", "postgres", "bigquery", "snowflake"]
LARGE = 20_000
"""Bytes of a file of participants below which nobody asks for columns."""


@frozen(kw_only=True)
class Study:
    """A protocol, ready to run on participants' data.

    ``model`` is the protocol with names resolved and units fixed; ``diagnostics`` are its warnings and notes, ``texts``
    what they point into, by name, ``text`` the protocol itself.

    The data may be a study folder, a folder of SDTM domains or a DuckDB file (a path); participants with their rows
    (the path of a ``.json`` or ``.ndjson`` file, a mapping with the key ``participant``, or a list of such); or tables
    by name (Arrow, pandas, Polars, a DuckDB relation, rows as mappings, or columns as lists).
    ``as_of`` is the cut-off, ``2006-03-02`` or a date; without one it is the latest date in the data.
    ``participants`` and ``sites`` leave the others out, and may be one name. ``mapping`` is a file that says how SDTM
    domains are read where the shipped mapping does not. Each method raises ``ValueError`` where ``as_of`` is no day, or
    ``engine`` or ``reasons`` is none, :class:`~protocol_dsl.UnreadableError` where the data cannot be read at all, and
    :class:`~protocol_dsl.AbsentError`, which is one of these, when a run comes to its end without a participant or site
    that was asked for.
    """

    model: StudyModel
    diagnostics: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, Text] = field(factory=dict, repr=False)
    text: Text = field(repr=False)

    def check(  # noqa: PLR0913 - what a study is asked
        self,
        data: Data,
        *,
        as_of: str | date | None = None,
        participants: Collection[str] = (),
        sites: Collection[str] = (),
        reasons: Reasons | None = None,
        mapping: str | PathLike[str] | None = None,
        engine: EngineName = "auto",
        memory: str | None = None,
        master: str | None = None,
    ) -> Check:
        """Judge eligibility, visits, cycles, deviations and queries; ``reasons`` says how much prose.

        ``engine``, ``memory``, ``master`` and what stands for ``reasons`` left out are as those of :meth:`screen`.
        """
        require_words(engine, reasons)
        require_memory(memory)
        require_data(data)
        is_whole = not participants and not sites and mapping is None and reasons in {None, "none"}
        require_columns(engine)
        if engine == "spark":
            on_spark: Check = import_module("protocol_dsl.project.spark_check").spark_check(
                self.model, data, as_of=day_number(as_of), is_whole=is_whole, memory=memory, master=master
            )
            return on_spark
        if engine == "duckdb" or (engine == "auto" and is_whole and is_large(data) and has_columns()):
            run: Check | None = import_module("protocol_dsl.project.column_check").column_check(
                self.model, data, engine, as_of=day_number(as_of), is_whole=is_whole, memory=memory
            )
            if run is not None:
                return run
        return Check(self.model, self._records(data, "check", as_of, participants, sites, mapping), reasons or "all")

    def screen(  # noqa: PLR0913 - what a study is asked
        self,
        data: Data,
        *,
        as_of: str | date | None = None,
        participants: Collection[str] = (),
        sites: Collection[str] = (),
        reasons: Reasons | None = None,
        mapping: str | PathLike[str] | None = None,
        engine: EngineName = "auto",
        memory: str | None = None,
        master: str | None = None,
    ) -> Screen:
        """Judge eligibility alone, with the attrition by criterion; arms and administrations are not read.

        ``engine`` is ``interpreter``, ``duckdb`` (folders, DuckDB files, tables; no reasons), or ``auto``, which takes
        ``duckdb`` for many candidates where it can; ``memory`` is how much that may take before it uses the disk,
        ``512MB``. Without ``reasons`` the interpreter gives all, and ``duckdb`` none. ``spark`` is as ``duckdb``, but
        judged at ``master`` (``local[*]``, ``spark://host:port``, ``sc://host:port``).
        """
        require_words(engine, reasons)
        require_memory(memory)
        require_data(data)
        is_whole = not participants and not sites and mapping is None and reasons in {None, "none"}
        require_columns(engine)
        if engine == "spark":
            spark: Screen = import_module("protocol_dsl.project.spark").spark_screen(
                self.model, data, as_of=day_number(as_of), is_whole=is_whole, memory=memory, master=master
            )
            return spark
        if engine == "duckdb" or (engine == "auto" and is_whole and is_large(data) and has_columns()):
            columns = import_module("protocol_dsl.project.columns")
            run: Screen | None = columns.column_screen(
                self.model, data, engine, as_of=day_number(as_of), is_whole=is_whole, memory=memory
            )
            if run is not None:
                return run
        return Screen(self.model, self._records(data, "screen", as_of, participants, sites, mapping), reasons or "all")

    def schedule(
        self,
        data: Data,
        *,
        as_of: str | date | None = None,
        participants: Collection[str] = (),
        sites: Collection[str] = (),
        mapping: str | PathLike[str] | None = None,
    ) -> Schedule:
        """Plan visits and cycles, with the reason for each day and the status at the cut-off."""
        return Schedule(self.model, self._records(data, "schedule", as_of, participants, sites, mapping), "all")

    def endpoints(
        self,
        data: Data,
        *,
        as_of: str | date | None = None,
        participants: Collection[str] = (),
        sites: Collection[str] = (),
        mapping: str | PathLike[str] | None = None,
    ) -> Endpoints:
        """Report every endpoint by arm; needs scipy (the extra ``stats``)."""
        return Endpoints(self.model, self._records(data, "check", as_of, participants, sites, mapping))

    def explain(
        self,
        data: Data,
        participant: str,
        *,
        as_of: str | date | None = None,
        mapping: str | PathLike[str] | None = None,
    ) -> Explanation:
        """Say why, for one participant: each rule, visit and cycle as a tree with the rows used.

        Raises:
            AbsentError: No such participant is in the data.
        """
        records = self._records(data, "check", as_of, (participant,), (), mapping)
        record = next(iter(records))
        engine = Engine(self.model, records.cutoff)
        return Explanation(result=engine.check(record, "all"), rules=engine.explain(record))

    def diff(self, newer: "Study") -> tuple[Change, ...]:
        """Say what differs in meaning in ``newer``, in the order of that protocol; empty where nothing does.

        Layout, comments, order and the names of definitions make no difference.
        """
        found: tuple[Change, ...] = import_module("protocol_dsl.differences.versions").differences(
            self.model, newer.model
        )
        return found

    def touched(
        self,
        newer: "Study",
        data: Data,
        *,
        as_of: str | date | None = None,
        mapping: str | PathLike[str] | None = None,
    ) -> Touched:
        """Whom the differences in ``newer`` touch: verdicts, planned days and deviations that are others by it."""
        runs = [study.check(data, as_of=as_of, reasons="none", mapping=mapping) for study in (self, newer)]
        found: Touched = import_module("protocol_dsl.project.touched").touched(*runs)
        return found

    def needs(self) -> Needs:
        """List the tables, columns and names that the protocol reads, each with the rules that read it."""
        return needs_of(self.model)

    def sql(self, dialect: Dialect, *, schema: str = "", as_of: str | date | None = None) -> str:
        """The rules of entry as one statement for a database that has the tables of a study; no data are read.

        ``dialect`` is ``duckdb``, ``spark``, ``postgres``, ``bigquery`` or ``snowflake``; ``schema`` stands before the
        name of each table. Without ``as_of`` the statement finds the latest day itself.

        Raises:
            UnreadableError: A rule has what columns do not judge, or what prints the statement is not installed.
            ValueError: ``as_of`` is no day, or ``schema`` no name.
        """
        require_statements()
        room = import_module("protocol_dsl.project.sql")
        text: str = room.eligibility_sql(self.model, dialect, schema=schema, as_of=day_number(as_of))
        return text

    def test(self) -> ExampleResults:
        """Run the protocol's own examples, and say what none of them has seen."""
        found: ExampleResults = import_module(f"{EXAMPLES}.coverage").tested(self.model)
        return found

    def suggest(self) -> str:
        """Examples for what no example has seen, as text of the language, for the author to judge.

        What they expect is what the rules find, so they hold; empty where there is nothing to suggest.
        """
        shelf = HeldShelf({name: text for name, text in self.texts.items() if name != self.text.name})
        room = import_module(f"{EXAMPLES}.suggest")
        text: str = room.suggested(self.model, self.test(), lambda more: with_more(self.text, more, shelf))
        return text

    def _records(  # noqa: PLR0913, PLR0917 - what every method is asked
        self,
        data: Data,
        purpose: Purpose,
        as_of: str | date | None,
        participants: Collection[str],
        sites: Collection[str],
        mapping: str | PathLike[str] | None,
    ) -> StudyRecords:
        require_data(data)
        participants, sites = names_in(participants), names_in(sites)
        only = Selection(frozenset(participants), frozenset(sites))
        if participants and not sites and mapping is None and is_large(data) and has_columns():
            few = import_module("protocol_dsl.project.few")
            try:
                found: StudyRecords = few.open_few(
                    data, self.model, participants, as_of=day_number(as_of), purpose=purpose
                )
            except NotInColumnsError:
                pass
            else:
                return found
        return open_records(data, self.model, as_of=day_number(as_of), only=only, purpose=purpose, mapping=mapping)


def is_large(data: Data) -> bool:
    """Whether the data are of so many participants that columns may be faster."""
    if not isinstance(data, str | PathLike):
        return False
    place = Path(data)
    files = place.glob("participants*") if place.is_dir() else (place,)
    return any(file.is_dir() or file.stat().st_size >= LARGE for file in files if file.exists())


def load(path: str | PathLike[str], *, sources: str | PathLike[str] | None = None) -> Study:
    """Load the protocol at ``path``.

    Args:
        path: A file in UTF-8; libraries are looked for among those shipped, then beside it.
        sources: A folder that has the documents the protocol quotes, besides the protocol's own.

    Raises:
        ProtocolError: It has errors, all of which the exception carries, or cannot be read.
    """
    return study_of(analysed(path, sources))


def study_of(checked: Checked) -> Study:
    """The study of a protocol without errors.

    Raises:
        ProtocolError: It has errors.
    """
    if checked.model is None:
        raise ProtocolError(checked.diagnostics, checked.texts)
    return Study(model=checked.model, diagnostics=checked.diagnostics, texts=checked.texts, text=checked.text)
