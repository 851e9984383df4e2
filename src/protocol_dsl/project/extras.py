"""Whether what columns need is installed, and not too old; asked before anything of it is imported."""

import re
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Literal, TypeAlias

from protocol_dsl.readers.errors import UnreadableError

EngineName: TypeAlias = Literal["auto", "interpreter", "duckdb", "spark"]
OLDEST: Mapping[str, tuple[int, int]] = {"duckdb": (1, 4), "sqlglot": (30, 0)}
"""What columns need, and from which version on, as in ``pyproject.toml``: earlier ones lack what is asked of them."""


def require_columns(engine: EngineName) -> None:
    """Refuse an engine that is not installed, or of which something is too old.

    Raises:
        UnreadableError: It is.
    """
    if engine in {"duckdb", "spark"}:
        require(f"the engine {engine} is not installed", *OLDEST, extra="columns" if engine == "duckdb" else "spark")


def require_statements() -> None:
    """Refuse to print a statement without what prints it.

    Raises:
        UnreadableError: It is not installed, or too old.
    """
    require("the statement needs sqlglot", "sqlglot")


def require_parquet() -> None:
    """Refuse to write Parquet files without what writes them.

    Raises:
        UnreadableError: It is not installed, or too old.
    """
    require("Parquet files need duckdb and sqlglot to be written", *OLDEST)


def has_columns() -> bool:
    """Whether what runs columns is installed, and not too old."""
    return not in_the_way("one is not installed", *OLDEST)


def require(words: str, *names: str, extra: str = "columns") -> None:
    """Refuse what needs the packages of these names; ``words`` say so of one that is not installed.

    Raises:
        UnreadableError: One is not installed, or too old.
    """
    if found := in_the_way(words, *names):
        raise UnreadableError(f'{found}: pip install "protocol-dsl[{extra}]"')


def in_the_way(words: str, *names: str) -> str:
    """Why these packages cannot be used: ``words`` if one is not installed, or which are too old; empty if they can."""
    is_absent = any(find_spec(name) is None for name in names)
    return words if is_absent else "; ".join(too_old(*names))


def too_old(*names: str) -> tuple[str, ...]:
    """Which of these packages are too old, each in a sentence."""
    metadata = import_module("importlib.metadata")  # of use to few runs, and longer in coming than all of ours
    found = []
    for name in names:
        try:
            here = metadata.version(name)
        except metadata.PackageNotFoundError:  # it is there without saying which it is
            continue
        if tuple(map(int, re.findall(r"\d+", here)[:2])) < OLDEST[name]:
            least = ".".join(map(str, OLDEST[name]))
            found.append(f"columns need {name} {least} or later, and {here} is installed")
    return tuple(found)
