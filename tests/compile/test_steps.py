"""What several statements read is found once."""

import duckdb
from sqlglot import exp

from protocol_dsl.compile.answers import statement_over
from protocol_dsl.compile.steps import HELD, Steps, tables_in
from protocol_dsl.trees import text_of

BODIES = {
    "rows": exp.select("number").from_("numbers"),
    "small": exp.select("number").from_("rows").where("number < 4"),
    "even": exp.select("small.number").from_("small").where("small.number % 2 = 0"),
    "unread": exp.select("number").from_("rows"),
}
QUERIES = {
    "all even": exp.select("even.number").from_("even"),
    "small": exp.select(exp.Count(this=exp.Star()))
    .from_(exp.to_table("small", alias="others"))
    .where("others.number > 1"),
    "sum": exp.select(exp.Sum(this=exp.column("number"))).from_("rows"),
}


def copies() -> tuple[dict[str, exp.Select], dict[str, exp.Select]]:
    """Trees of a test's own: some of their tables are called otherwise afterwards."""
    bodies, queries = ({name: tree.copy() for name, tree in each.items()} for each in (BODIES, QUERIES))
    return bodies, queries


def test_a_step_is_held_that_two_read_and_somebody_needs() -> None:
    bodies, queries = copies()
    assert [*Steps(bodies, queries.values()).held] == [f"{HELD}rows", f"{HELD}small"]


def test_nothing_is_held_for_nobody() -> None:
    bodies, queries = copies()
    steps = Steps(bodies, ())
    assert [*steps.held] == []
    assert [each.alias for each in steps.over(queries["all even"]).ctes] == ["rows", "small", "even"]


def test_what_is_held_gives_the_same_answers() -> None:
    answers = []
    for is_held in (True, False):
        bodies, queries = copies()
        steps = Steps(bodies, queries.values() if is_held else ())
        connection = duckdb.connect()
        connection.execute("create table numbers as select unnest([1, 2, 3, 4, 5, 6]) as number")
        for name, body in steps.held.items():
            connection.execute(f"create temp table {name} as {text_of(body)}")
        answers.append([connection.execute(text_of(steps.over(query))).fetchall() for query in queries.values()])
        connection.close()
    assert answers[0] == answers[1] == [[(2,)], [(2,)], [(21,)]]


def test_a_statement_names_no_step_that_it_does_not_read() -> None:
    bodies, queries = copies()
    steps = Steps(bodies, queries.values())
    assert tables_in(steps.over(queries["all even"])) == {"even", f"{HELD}small"}
    assert tables_in(steps.over(queries["small"])) == {f"{HELD}small"}


def test_a_statement_of_no_steps_has_no_list_of_them() -> None:
    assert statement_over({}, QUERIES["sum"]).args.get("with_") is None
