"""Whether what columns need is installed; asked before anything of it is imported."""

from importlib.util import find_spec
from typing import Literal, TypeAlias

from protocol_dsl.readers.errors import UnreadableError

EngineName: TypeAlias = Literal["auto", "interpreter", "duckdb", "spark"]


def require_columns(engine: EngineName) -> None:
    """Refuse an engine that is not installed.

    Raises:
        UnreadableError: It is not.
    """
    if engine in {"duckdb", "spark"} and not has_columns():
        extra = "columns" if engine == "duckdb" else "spark"
        raise UnreadableError(f'the engine {engine} is not installed: pip install "protocol-dsl[{extra}]"')


def has_columns() -> bool:
    """Whether what runs columns is installed."""
    return all(find_spec(name) is not None for name in ("duckdb", "sqlglot"))


def require_parquet() -> None:
    """Refuse to write Parquet files without what writes them.

    Raises:
        UnreadableError: It is not installed.
    """
    if not has_columns():
        raise UnreadableError(
            'Parquet files need duckdb and sqlglot to be written: pip install "protocol-dsl[columns]"'
        )
