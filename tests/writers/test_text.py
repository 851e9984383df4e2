"""Results as text: what a person reads, in at most 100 columns."""

from collections.abc import Iterable

from attrs import evolve, frozen
from tests.writers.samples import (
    ATTRITION,
    CYCLES,
    EVERYBODY,
    FORMULA,
    HERE,
    LATE,
    MODEL,
    P1,
    PROBLEMS,
    SUMMARY,
    TREE,
    VISITS,
    day,
)

from protocol_dsl.base.truth import Truth
from protocol_dsl.model.points import Place
from protocol_dsl.model.records import DataProblem
from protocol_dsl.model.results import Finding, ParticipantResult, Summary
from protocol_dsl.writers.columns import WIDTH, cut, table, visible, width_of, wrapped
from protocol_dsl.writers.ink import PLAIN, Ink
from protocol_dsl.writers.text.check import CheckText
from protocol_dsl.writers.text.explain import (
    cycle_lines,
    deciding_lines,
    finding_lines,
    rule_lines,
    visit_lines,
    who_lines,
)
from protocol_dsl.writers.text.problems import left_out_lines, problem_lines
from protocol_dsl.writers.text.schedule import schedule_lines
from protocol_dsl.writers.text.screen import screen_lines
from protocol_dsl.writers.text.words import LISTED


def check_text(results: Iterable[ParticipantResult], summary: Summary = SUMMARY, ink: Ink = PLAIN) -> list[str]:
    gathered = CheckText()
    for result in results:
        gathered.take(result)
    return list(gathered.lines(MODEL, summary, day("2006-03-02"), ink, is_given=False))


def test_many_who_are_on_the_limit_of_one_rule_are_one_line() -> None:
    few, many = (
        "\n".join(check_text([evolve(P1, participant=f"P{number}") for number in range(1, count + 1)]))
        for count in (2, 12)
    )
    assert "P2 " in few
    assert "P1 and 11 more" in many
    assert few.count("Exactly on a limit: 2") == many.count("Exactly on a limit: 12") == 1


def test_check_says_the_counts_then_who_and_why() -> None:
    lines = check_text(EVERYBODY)
    assert lines[:2] == [
        "ANRS123: Adding interleukin-2",
        "3 participants, as of 2006-03-02, the latest date in the data",
    ]
    shown = "\n".join(lines)
    assert "eligibility    0 eligible, 1 not eligible, 1 undetermined" in shown
    assert "I1 Adult: age at SCR is 17 years, below 18 years" in shown
    assert "I6 High viral load: no hiv_rna within 28 days before SCR" in shown
    assert "Deviations, treatment: 1, 1 important" in shown
    assert "il2 cycle 2" in shown
    assert "Queries, eligibility undetermined at randomization: 1" in shown
    assert max(map(width_of, lines)) <= WIDTH


def test_check_without_findings_is_short() -> None:
    lines = check_text([], Summary(participants=0))
    assert len(lines) == 6


def test_many_lines_of_one_kind_are_counted_not_listed() -> None:
    many = [evolve(FORMULA, participant=f"P{number}") for number in range(LISTED + 7)]
    assert "  ... and 7 more (--format json, jsonl or csv has them all)" in check_text(many)


def test_colour_only_where_it_is_wanted() -> None:
    assert "\x1b[" not in "".join(check_text(EVERYBODY))
    assert "\x1b[" in "".join(check_text(EVERYBODY, ink=Ink(is_coloured=True)))


def test_screen_gives_verdicts_and_attrition() -> None:
    lines = list(screen_lines(MODEL, SUMMARY, ATTRITION, None, PLAIN, is_given=False))
    assert lines[1] == "3 participants, no date in the data, so no cut-off"
    assert lines[-1].split() == ["I5", "Low", "CD4", "count", "3", "1", "0", "2", "1", "0"]
    assert lines[-3].split() == ["in", "order", "alone"]
    assert lines[-3].index("in order") == lines[-2].index("entering")


def test_a_schedule_has_a_line_for_each_visit_and_cycle() -> None:
    lines = list(schedule_lines(P1, PLAIN))
    assert lines[0] == "P1, site 01, arm active"
    assert lines[2].split("  ")[1] == "W24"
    assert "2004-11-22 to 12-06" in lines[2]
    assert "2004-06-25 to 07-05" in "".join(lines)
    assert "+1 to +20" in "".join(lines)
    assert max(map(width_of, lines)) <= WIDTH
    assert list(schedule_lines(FORMULA, PLAIN))[1] == "  nothing is planned"


def test_problems_are_grouped_by_kind() -> None:
    lines = list(problem_lines(PROBLEMS, PLAIN))
    assert lines[1] == "Data problems: 3"
    assert lines[2:4] == [
        "  2 x readings.date: there is no month 13",
        '      "2004-13-01" and 1 other, rows 31, 33',
    ]
    assert list(problem_lines((), PLAIN)) == []
    assert list(left_out_lines({}, {})) == []
    assert "readings cd8: the protocol never mentions it" in "".join(
        left_out_lines({("readings", "cd8"): 4}, {"visits": 2})
    )


def test_a_value_that_acts_on_a_terminal_does_not() -> None:
    problem = DataProblem(table="readings", row=2, column="value", value="\x1b[2J\n" + "9" * 90, problem="no number")
    lines = list(problem_lines((problem,), PLAIN))
    assert "\x1b" not in "".join(lines)
    assert max(map(width_of, lines)) <= WIDTH


@frozen(kw_only=True)
class Rule:
    rule: str = "I6"
    kind: str = "inclusion"
    title: str = "High viral load"
    finding: Finding = TREE
    decides: str = "open"
    place: Place | None = HERE


def test_an_explanation_says_what_would_decide_and_why_as_a_tree() -> None:
    assert list(who_lines(P1, PLAIN)) == ["P1, site 01, arm active: undetermined on 2004-06-01"]
    assert list(deciding_lines([Rule(), Rule(decides="for")], "undetermined", PLAIN))[2:] == [
        "  I6 High viral load: hiv_rna from 2004-05-04 to 2004-06-01"
    ]
    assert list(deciding_lines([Rule()], "eligible", PLAIN)) == []
    assert list(rule_lines(Rule(), PLAIN)) == [
        "",
        "inclusion I6 High viral load: open",
        "  anrs123.proto:38:3",
        "  unknown latest hiv_rna is above 10000 copies/mL, and cd4 is low",
        "    unknown no hiv_rna within 28 days before SCR",
        "            missing: hiv_rna from 2004-05-04 to 2004-06-01",
        "    met     cd4 is 200 cells/mm3, at most 200 cells/mm3",
        "            readings row 12: cd4 200 cells/mm3 (2004-05-28)",
    ]


def test_an_explanation_fits_however_deep_and_long() -> None:
    tree = Finding(truth=Truth.MET, words="word " * 60, place=HERE)
    for _ in range(60):
        tree = Finding(truth=Truth.MET, words="word " * 30, place=HERE, parts=(tree,))
    assert max(map(width_of, rule_lines(Rule(finding=tree), PLAIN))) <= WIDTH


def test_a_visit_a_cycle_and_a_deviation_explained() -> None:
    assert list(visit_lines(VISITS[0], PLAIN)) == [
        "",
        "visit W24: late (+3 days)",
        "  planned  2004-11-29",
        "  window   2004-11-22 to 12-06",
        "  actual   2004-12-09",
        "  why      24 weeks after W0 (2004-06-14)",
        "           visits row 40 of visits.csv",
    ]
    assert list(cycle_lines(CYCLES[1], PLAIN)) == ["", "il2 cycle 2: early (-2 to -22 days)"]
    assert list(finding_lines("Deviations", [LATE], PLAIN))[2:] == [
        "  DV19 minor W24 2004-12-09: visit W24 was held 3 days after its window closed",
        "      visits row 40 of visits.csv",
    ]
    assert list(finding_lines("Queries", [], PLAIN)) == []


def test_words_are_wrapped_by_the_columns_they_take() -> None:
    assert wrapped("日本語 日本", 6) == ["日本語", "日本"]
    assert wrapped("a" * 10, 4, " ") == ["aaaa", " aaa", " aaa"]
    assert cut("日本語日本語", 7) == "日本..."
    assert visible("a\u202eb\n") == "a\ufffdb\ufffd"
    assert table(("a", "b"), [("1", "words " * 30)], width=40)[1:] != []
