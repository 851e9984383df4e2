"""Listings as CSV."""

import csv
from io import StringIO

import pytest
from attrs import evolve
from tests.writers.samples import CD4, EVERYBODY, P1, PROBLEMS, VISIT

from protocol_dsl.writers.evidence import evidence
from protocol_dsl.writers.listing_csv import HEADINGS, Listing, ListingLines, heading, problem_rows


def table(listing: Listing) -> list[dict[str, str]]:
    text = heading(listing) + "".join(line for each in EVERYBODY for line in ListingLines(listing).of(each))
    if listing == "data_problems":
        text += "".join(problem_rows(PROBLEMS))
    return list(csv.DictReader(StringIO(text, newline="")))


@pytest.mark.parametrize("listing", list(HEADINGS))
def test_every_line_has_a_cell_for_every_column(listing: Listing) -> None:
    for row in table(listing):
        assert None not in row
        assert None not in row.values()


def test_the_columns_that_a_monitor_expects() -> None:
    assert heading("deviations") == (
        "site,participant,arm,code,category,grade,rule,visit,cycle,planned,earliest,latest,actual,days_out,message,"
        "evidence\n"
    )


def test_a_deviation_on_one_line() -> None:
    cycle, late = table("deviations")
    assert late == {
        "site": "01",
        "participant": "P1",
        "arm": "active",
        "code": "DV19",
        "category": "visit window",
        "grade": "minor",
        "rule": "W24",
        "visit": "W24",
        "cycle": "",
        "planned": "2004-11-29",
        "earliest": "2004-11-22",
        "latest": "2004-12-06",
        "actual": "2004-12-09",
        "days_out": "3",
        "message": "visit W24 was held 3 days after its window closed",
        "evidence": "visits row 40 of visits.csv",
    }
    assert (cycle["cycle"], cycle["days_out"]) == ("2", "-2")


def test_a_text_that_a_spreadsheet_would_run_is_neutralised_and_a_number_is_not() -> None:
    assert table("participants")[0]["participant"] == '\'=HYPERLINK("x")'
    assert table("deviations")[0]["message"] == "'=cycle 2 began early"
    assert table("deviations")[0]["days_out"] == "-2"


@pytest.mark.parametrize("first", list("=+-@\t\r\n"))
def test_each_sign_that_begins_a_formula(first: str) -> None:
    named = evolve(P1, participant=f"{first}1")
    shown = next(csv.reader(StringIO("".join(ListingLines("participants").of(named)), newline="")))
    assert shown[1] == f"'{first}1"


def test_queries_stand_in_the_columns_of_deviations() -> None:
    entry, cycle = table("queries")
    assert (entry["code"], entry["grade"], entry["actual"]) == ("QY01", "", "2004-06-14")
    assert cycle["cycle"] == "3"


def test_evidence_in_words() -> None:
    assert evidence((CD4, VISIT)) == ("readings row 12: cd4 200 cells/mm3 (2004-05-28); visits row 40 of visits.csv")
