"""The table of participants as columns: site, birth, and the attributes that the protocol declares."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from sqlglot import exp

from protocol_dsl.model.columns import ODD, PARTICIPANT, SCALE, NotInColumnsError
from protocol_dsl.model.records import Cutoff
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.cells import DayCells
from protocol_dsl.readers.columns.cells import DayCell, ValueCell, day, day_cell, stepped, text, value_cell
from protocol_dsl.readers.columns.source import Table, Tabled, rows_of
from protocol_dsl.readers.connections import Connection
from protocol_dsl.readers.layout import Purpose
from protocol_dsl.readers.names import fold
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.rows.participants import ParticipantRows
from protocol_dsl.trees import any_of, call, case, cast, column, grouped, named, negated, selected

Choice: TypeAlias = Callable[[str], tuple[exp.Expr, exp.Expr | None]]
"""For an attribute: the choice that its cell means, and whether the cell is odd where any is."""
MOST_CHOICES = 200
"""Distinct texts of an attribute that is a choice; with more, columns leave the study to the interpreter."""


def people(table: Tabled, model: StudyModel, purpose: Purpose, choice: Choice) -> exp.Select:
    """Everyone, with the attributes that rules may read, and the arm where ``purpose`` reads it.

    ``choice`` says what the cells of an attribute that is a choice mean, and those of the arm.

    Raises:
        NotInColumnsError: An attribute that is a choice holds more different texts than choices have.
    """
    site = call("nullif", exp.Trim(this=table.text("site")), text(""))
    born = day_cell(table.cell("birth_date"), table.kind("birth_date"), "birth")
    query = selected(table.origin, named(table.cell("participant"), PARTICIPANT), named(site, "site"))
    cells: list[DayCell | ValueCell] = [born]
    odd = [born.is_odd]
    numbers: list[exp.Expr] = []
    words: list[exp.Expr] = []
    declared = {one.name: one.kind for one in model.vocabulary.attributes}
    for name in dict.fromkeys(("sex", *declared)):
        kind = declared.get(name, "choice")
        if name in {"site", "arm"} or not table.has(fold(name)):
            if kind in {"number", "date"}:
                numbers += [named(cast(exp.null(), "bigint"), f"{end}_{name}") for end in ("low", "high")]
            elif name not in {"site", "arm"}:
                words.append(named(cast(exp.null(), "varchar"), f"choice_{name}"))
            continue
        written = table.cell(fold(name))
        if kind == "number":
            value = value_cell(written, table.kind(fold(name)), f"a_{name}", may_be_negative=exp.true())
            cells.append(value)
            odd.append(value.is_odd)
            numbers += [named(value.low, f"low_{name}"), named(value.high, f"high_{name}")]
        elif kind == "date":
            when = day_cell(written, table.kind(fold(name)), f"a_{name}")
            cells.append(when)
            odd.append(when.is_odd)
            ends = (("low", when.first), ("high", when.last))
            numbers += [named(day_value(each), f"{end}_{name}") for end, each in ends]
        else:
            words += choice_columns(name, choice)
    if purpose == "screen":
        words.append(named(cast(exp.null(), "varchar"), "arm"))
    else:
        words += choice_columns("arm", choice)
    query = query.select(*words, copy=False)
    query = stepped(query, *cells)
    chosen = [each.alias for each in words]
    odd += [column(name) for name in chosen if name.startswith("odd_")]
    return selected(
        query.subquery("steps", copy=False),
        *map(column, (PARTICIPANT, "site", *(name for name in chosen if not name.startswith("odd_")))),
        named(exp.Lower(this=column("site")), "site_folded"),
        named(exp.Lower(this=column("arm")), "choice_arm"),
        named(born.first, "birth_first"),
        named(born.last, "birth_last"),
        *numbers,
        named(any_of(*odd), ODD),
    )


def day_value(when: exp.Expr) -> exp.Expr:
    """A day as values stand in the tables: the number of the day since the first of year 1."""
    since = exp.DateDiff(this=when.copy(), expression=day("0001-01-01"), unit=exp.var("day"))
    return exp.Mul(this=grouped(exp.Add(this=since, expression=exp.convert(1))), expression=exp.convert(2 * SCALE))


def choice_columns(name: str, choice: Choice) -> list[exp.Expr]:
    """The choice that a cell means, or the arm it names, and whether it is odd where some cell is."""
    meant, is_odd = choice(name)
    found = [named(meant, name if name == "arm" else f"choice_{name}")]
    return found if is_odd is None else [*found, named(is_odd, f"odd_{name}")]


def choices_in(connection: Connection, table: Table, model: StudyModel) -> Choice:
    """What cells mean, asked of the row readers for each distinct text that the file has."""

    def choice(name: str) -> tuple[exp.Expr, exp.Expr | None]:
        query = selected(table.origin, named(table.text(fold(name)), "written")).distinct(copy=False)
        found = rows_of(connection, query.limit(MOST_CHOICES + 1, copy=False))
        if len(found) > MOST_CHOICES:
            raise NotInColumnsError(f"more than {MOST_CHOICES} different texts in the column {name}")
        meant = meanings(name, [str(written) for (written,) in found], model)
        strange = [text_ for text_, choice_ in meant.items() if choice_ is None]
        written = table.text(fold(name))
        return choice_of(written, meant), written.copy().isin(*map(text, strange)) if strange else None

    return choice


def choices_known(table: Tabled, model: StudyModel) -> Choice:
    """What cells mean by the words that the protocol knows; anything else that is written is odd."""

    def choice(name: str) -> tuple[exp.Expr, exp.Expr | None]:
        meant = meanings(name, reader_of(name, model).words(name), model)
        written = table.text(fold(name))
        return choice_of(written, meant), negated(written.copy().isin(text(""), *map(text, meant)))

    return choice


def reader_of(name: str, model: StudyModel) -> ParticipantRows:
    """The row reader, of rows of a name and one attribute."""
    return ParticipantRows(model, {"participant": 0, fold(name): 1}, DayCells(Cutoff(None)), Notes(), "check")


def meanings(name: str, words: Sequence[str], model: StudyModel) -> Mapping[str, str | None]:
    """What the row readers make of each text of a choice, or of the arm: the choice, or nothing."""
    reader = reader_of(name, model)
    meant: dict[str, str | None] = {}
    for written in words:
        draft = reader.read("probe", [(1, ["probe", written])])
        fact = draft.attributes.get(name)
        if written.strip():
            meant[written] = draft.arm if name == "arm" else None if fact is None else str(fact.value)
    return meant


def choice_of(written: exp.Expr, meant: Mapping[str, str | None]) -> exp.Expr:
    """The choice that a cell means."""
    by_choice: dict[str, list[str]] = {}
    for text_, choice_ in meant.items():
        if choice_ is not None:
            by_choice.setdefault(choice_, []).append(text_)
    found = [(written.copy().isin(*map(text, texts)), text(choice_)) for choice_, texts in by_choice.items()]
    return case(*found, otherwise=cast(exp.null(), "varchar"))
