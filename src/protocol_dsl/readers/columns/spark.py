"""Spark: a session, the tables of a study as its views, and the answers of a statement as a Parquet file."""

import logging
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from socket import create_connection
from typing import Protocol, cast
from urllib.parse import urlsplit

from sqlglot import exp

from protocol_dsl.readers.columns.source import Table, parquet
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.frames import SparkFrame, faults, first_line

MASTER = "PROTOCOL_DSL_SPARK"
"""The environment variable that names a master: ``local[*]``, ``spark://host:port``, ``sc://host:port``."""
LOCAL = "local[*]"
CONNECT, CONNECT_PORT = "sc://", 15002
PATIENCE = 20
"""Seconds."""
CONSTRAINTS = "spark.sql.constraintPropagation.enabled"
QUIET = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.session.timeZone": "UTC",
    # The statement has many steps: most of a run on one machine goes into planning them again and again.
    "spark.sql.adaptive.enabled": "false",
    CONSTRAINTS: "false",  # see begin()
    # Nobody reads a plan in words, which is megabytes, nor those of statements that are done.
    "spark.sql.maxPlanStringLength": "1000",
    "spark.sql.ui.retainedExecutions": "1",
    # Its thousands of expressions would be compiled as Java, which takes longer than to judge 100,000 participants.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    # What Spark's parser remembers of a statement, for the next one, is several times what the rest needs, and it never
    # forgets: some ten screens of one session filled the heap. It forgets beyond 5 % of it.
    "spark.sql.parser.manageParserCaches": "true",
    "spark.sql.parser.parserDfaCacheFlushRatio": "5",
}
LOCAL_HOST = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
    # Without memory a part of it would end, and the rest wait for that part for ever. What users ask for themselves, by
    # extraJavaOptions, is put behind it.
    "spark.driver.defaultJavaOptions": "-XX:+ExitOnOutOfMemoryError",
}


class Frame(Protocol):
    """What is used of a data frame."""

    def localCheckpoint(self) -> "Frame":  # noqa: N802 - theirs
        """Its rows, found now, without how they were found."""
        ...

    def createOrReplaceTempView(self, name: str) -> None:  # noqa: N802 - theirs
        """A name for statements."""
        ...

    def toArrow(self) -> object:  # noqa: N802 - theirs
        """All rows."""
        ...


class Reader(Protocol):
    """What reads files."""

    def parquet(self, *paths: str) -> Frame:
        """Parquet files with the same columns."""
        ...


class Settings(Protocol):
    """What a session is set to."""

    def get(self, key: str) -> str:
        """The value of a setting."""
        ...

    def set(self, key: str, value: str) -> None:
        """Change a setting from now on."""
        ...


class Session(Protocol):
    """What is used of a session."""

    read: Reader
    conf: Settings

    def sql(self, query: str) -> Frame:
        """The rows of a statement."""
        ...

    def createDataFrame(self, data: object, schema: object) -> Frame:  # noqa: N802 - theirs
        """The rows of an Arrow table, whose columns have kinds of Spark."""
        ...


def session(master: str | None, data: object = None) -> Session:
    """The session at ``master``, that of the data frames in ``data``, where the environment says, or on this machine.

    Raises:
        UnreadableError: pyspark or Java is not installed, or nothing answers there.
    """
    frames = [each for each in data.values() if isinstance(each, SparkFrame)] if isinstance(data, Mapping) else []
    if frames and master is None:
        return cast(Session, frames[0].sparkSession)
    where = master or os.environ.get(MASTER) or LOCAL
    if find_spec("pyspark") is None or find_spec("pyarrow") is None:
        raise UnreadableError('the engine spark is not installed: pip install "protocol-dsl[spark]"')
    builder = import_module("pyspark.sql").SparkSession.builder.appName("protocol-dsl")
    if where.startswith(CONNECT):
        require_answer(where)
        builder = builder.remote(where)
    else:
        builder = builder.master(where)
        for name, value in {**QUIET, **(LOCAL_HOST if where.startswith("local") else {})}.items():
            builder = builder.config(name, value)
    # What goes wrong is told in a sentence, and not in pages of Java.
    logging.getLogger("SQLQueryContextLogger").disabled = True
    expected: tuple[type[Exception], ...] = (ImportError, OSError, RuntimeError, *faults())
    try:
        return cast(Session, builder.getOrCreate())
    except expected as error:
        raise UnreadableError(f"Spark does not start at {where}; it needs Java 17: {first_line(error)}") from None


def require_answer(where: str) -> None:
    """See that something listens at an address of Spark Connect, which would try again for ten minutes.

    Raises:
        UnreadableError: Nothing does, or it is no address.
    """
    try:
        address = urlsplit(where)
        create_connection((address.hostname or "", address.port or CONNECT_PORT), timeout=PATIENCE).close()
    except (OSError, ValueError) as error:
        raise UnreadableError(f"nothing answers at {where}: {error}") from None


class Views:
    """Views of a session from when they are made until all are let go: it may be somebody's, with views of theirs."""

    def __init__(self, found: Session) -> None:
        """No views so far."""
        self._session = found
        self._names: dict[str, None] = {}
        self._constraints: str | None = None

    def begin(self) -> None:
        """Let Spark plan without what follows from every filter, in somebody's session too, until all is let go.

        To work that out for every step takes longer than to plan the rest; and with it Spark 4.3 does not find columns
        of some checkpoints again (``key not found``).
        """
        self._constraints = self._session.conf.get(CONSTRAINTS)
        self._session.conf.set(CONSTRAINTS, "false")

    def show_files(self, table: Table) -> None:
        """Let statements read the files of a table, with the columns that they have.

        Raises:
            UnreadableError: Spark does not find them.
        """
        try:
            self._show(_view(table), self._session.read.parquet(*map(str, table.paths)))
        except faults() as error:
            raise UnreadableError(f"Spark cannot read {table.shown}: {first_line(error)}") from None

    def show_small(self, name: str, path: Path) -> None:
        """Let statements read a Parquet file that only this machine sees."""
        rows = import_module("pyarrow.parquet").read_table(str(path))
        # Spark Connect is to be told which columns a table without rows has.
        schema = import_module("pyspark.sql.pandas.types").from_arrow_schema(rows.schema)
        self._show(name, self._session.createDataFrame(rows, schema))

    def hold(self, name: str, statement: str) -> None:
        """Let the rows of a statement, which is run now, be read by a name.

        Of what is cached under a view Spark knows how it was found: it analyses all of that again for each statement
        that reads it, which took most of the time of a check. Rows that are checkpointed stand by themselves.

        Raises:
            UnreadableError: Spark cannot run it to its end.
        """
        try:
            self._show(name, self._session.sql(statement).localCheckpoint())
        except faults() as error:
            raise UnreadableError(f"Spark cannot judge this: {first_line(error)}") from None

    def let_go(self) -> None:
        """Drop all; what was held is thrown away once nobody reads it. A session that has ended holds nothing."""
        with suppress(OSError, *faults()):
            while self._names:
                name, _ = self._names.popitem()
                self._session.sql(f"drop view if exists {name}")
            if self._constraints is not None:
                self._session.conf.set(CONSTRAINTS, self._constraints)

    def _show(self, name: str, frame: Frame) -> None:
        """Let statements read a data frame by a name."""
        frame.createOrReplaceTempView(name)
        self._names[name] = None


def over_views(trees: Mapping[str, exp.Select], files: Iterable[Table]) -> Mapping[str, exp.Select]:
    """Trees that read files of the ``files``, in one span or another, as those that read their views as a whole."""
    views = {parquet(table.paths).this: _view(table) for table in files}
    trees = {name: tree.copy() for name, tree in trees.items()}
    for tree in trees.values():
        for read in list(tree.find_all(exp.Table)):
            if not isinstance(read.this, exp.Identifier):
                read.set("this", exp.to_identifier(views[read.this]))
        for variable in list(tree.find_all(exp.Anonymous)):
            if variable.name.lower() == "getvariable":
                variable.replace(exp.null())
    return trees


def _view(table: Table) -> str:
    return f"protocol_dsl_files_of_{table.name}"


def write_answers(found: Session, statement: str, path: Path) -> None:
    """Write the answers of a statement into a Parquet file on this machine.

    Raises:
        UnreadableError: Spark cannot run it to its end.
    """
    parquet = import_module("pyarrow.parquet")
    try:
        rows = found.sql(statement).toArrow()
    except faults() as error:
        raise UnreadableError(f"Spark cannot judge this: {first_line(error)}") from None
    parquet.write_table(rows, str(path))
