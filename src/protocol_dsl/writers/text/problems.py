"""What could not be used of the data, grouped."""

from collections.abc import Iterable, Iterator, Mapping

from protocol_dsl.model.records import DataProblem
from protocol_dsl.writers.columns import cut, table
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.text.words import counted, paragraph, rest, shortened

VALUE = 24
PLACES = 4


def problem_lines(problems: Iterable[DataProblem], ink: Ink) -> Iterator[str]:
    """Each kind of problem: how often, where, why, and below it what stands there and in which rows."""
    groups: dict[tuple[str, str, str], list[DataProblem]] = {}
    for problem in problems:
        groups.setdefault((problem.table, problem.column or "", problem.problem), []).append(problem)
    if not groups:
        return
    yield ""
    yield ink(f"Data problems: {sum(map(len, groups.values())):,}", "warning")
    digits = len(f"{max(map(len, groups.values())):,}")
    for (name, column, why), found in shortened(tuple(groups.items())):
        where = f"{name}.{column}" if column else name
        count = f"{len(found):,} x "
        indent = " " * (2 + digits + len(" x ") - len(count))
        yield from paragraph(f"{count}{where}: {why}", indent, " " * len(count))
        yield from paragraph(", ".join(filter(None, (values(found), places(found)))), indent + " " * len(count))
    yield from rest(len(groups))


def places(problems: list[DataProblem]) -> str:
    """``rows 31, 40, ...``."""
    found = sorted({problem.row for problem in problems if problem.row is not None})
    if not found:
        return ""
    more = ", ..." if len(found) > PLACES else ""
    return f"row{'' if len(found) == 1 else 's'} {', '.join(map(str, found[:PLACES]))}{more}"


def values(problems: list[DataProblem]) -> str:
    """The first value as written, and how many others there are."""
    distinct = list(dict.fromkeys(problem.value for problem in problems))
    more = f" and {counted(len(distinct) - 1, 'other')}" if len(distinct) > 1 else ""
    return f'"{cut(distinct[0], VALUE)}"{more}' if distinct[0] or more else "empty"


def left_out_lines(unused: Mapping[tuple[str, str], int], after_cutoff: Mapping[str, int]) -> Iterator[str]:
    """Rows that were not read, per name and per table: no problem, but told."""
    if not unused and not after_cutoff:
        return
    yield ""
    yield "Rows not read"
    rows = [
        (f"{count:,}", f"{name} {about}: the protocol never mentions it") for (name, about), count in unused.items()
    ]
    rows += [(f"{count:,}", f"{name}: dated after the cut-off") for name, count in after_cutoff.items()]
    yield from table(("", ""), shortened(rows), indent="  ", numbers=frozenset({0}))
    yield from rest(len(rows))
