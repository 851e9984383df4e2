"""What a document shows of plans that repeat, go on, or change with the epoch."""

from pathlib import Path

import pytest
from tests.writers.document.shown import CROSSOVER, ONCOLOGY, line_of, shown_file

from protocol_dsl.writers.document.content import Document, Table
from protocol_dsl.writers.document.text import text_lines
from protocol_dsl.writers.document.timeline import Lane, Timeline
from protocol_dsl.writers.ink import PLAIN
from protocol_dsl.writers.report.document_page import document_page
from protocol_dsl.writers.report.plan_drawing import plan_drawing


def lane(line: Timeline, group: str, name: str) -> Lane:
    return next(each for each in line.lanes if (each.group, each.name) == (group, name))


def days(found: Lane) -> list[tuple[int, int]]:
    return [(round(bar.first), round(bar.last)) for bar in found.bars]


def activities(document: Document) -> Table:
    return next(block for part in document.parts for block in part.blocks if isinstance(block, Table))


def column(table: Table, heading: str) -> dict[str, str]:
    place = [cell.words for cell in table.heading].index(heading)
    return {row[0].words: row[place].words for row in table.rows if row[place].words}


def notes_of(table: Table, heading: str) -> list[str]:
    words = {note.mark: note.words for note in table.notes}
    return [words[mark] for cell in table.heading if cell.words == heading for mark in cell.marks]


def test_epochs_stand_side_by_side_and_treatments_in_theirs() -> None:
    line = line_of(shown_file(CROSSOVER))
    assert [(band.title, band.first, band.last) for band in line.epochs] == [
        ("Run-in", -14, 0),
        ("First period", 0, 84),
        ("Washout", 84, 112),
        ("Second period", 112, 196),
        ("Follow-up", 196, 224),
    ]
    assert days(lane(line, "A, then B", "Treatment A")) == [(0, 84)]
    assert days(lane(line, "B, then A", "Treatment A")) == [(112, 196)]
    assert [bar.at for bar in lane(line, "A, then B", "Treatment B").bars] == [112, 140, 168, 196]
    assert [bar.at for bar in lane(line, "B, then A", "Treatment B").bars] == [0, 28, 56, 84]


def test_what_goes_on_throughout_pauses_in_a_washout() -> None:
    line = line_of(shown_file(CROSSOVER))
    found = lane(line, "A, then B", "Background diet")
    assert days(found) == [(0, 84), (112, round(found.bars[-1].last))]
    assert found.is_open
    assert [box.kind for box in plan_drawing(line).boxes].count("washout") == 3  # two epochs, and the legend


def test_epochs_group_the_schedule_on_the_page() -> None:
    page = "".join(document_page(shown_file(CROSSOVER)))
    for title, columns in (("Run-in", 2), ("First period", 3), ("Washout", 2), ("Second period", 3), ("Follow-up", 1)):
        assert f'<th scope="colgroup" colspan="{columns}"><bdi>{title}</bdi></th>' in page


def test_visits_stand_in_the_order_of_their_days() -> None:
    headings = [cell.words for cell in activities(shown_file(CROSSOVER)).heading]
    assert headings[headings.index("CALL1") - 1 : headings.index("CALL1") + 2] == ["W12", "CALL1", "W16"]


def test_a_series_has_its_members_and_the_rule_by_which_it_goes_on() -> None:
    found = lane(line_of(shown_file(ONCOLOGY)), "", "CT: Tumour assessment")
    assert [(bar.name, round(bar.at)) for bar in found.bars] == [
        ("CT1", 91),
        ("CT2", 183),
        ("CT3", 365),
        ("CT4", 548),
        ("CT5", 730),
    ]
    assert found.rule == (
        "CT1, CT2, CT3 and so on: at month 3 and month 6, then every 6 months, until Progression, death or 2 years"
        " after randomization, whichever is first"
    )
    assert not found.is_open


def test_visits_in_cycles_stand_with_the_cycles_and_are_named_once() -> None:
    line = line_of(shown_file(ONCOLOGY))
    found = lane(line, "Chemotherapy alone", "C: Treatment visit")
    assert [(bar.name, bar.at) for bar in found.bars[:4]] == [("C1D1", 0), ("C1D8", 7), ("", 21), ("", 28)]
    assert len(found.bars) == 2 * len(lane(line, "Chemotherapy alone", "Chemotherapy").bars)
    assert [bar.at for bar in lane(line, "Chemotherapy alone", "X: Chest imaging").bars[:2]] == [21, 63]


def test_a_visit_after_the_first_dose_stands_where_that_is_planned() -> None:
    line = line_of(shown_file(ONCOLOGY))
    assert [(bar.name, bar.at) for bar in lane(line, "", "Visits").bars] == [("W0", 0), ("CALL", 14)]
    assert [name for name, _ in (*line.before, *line.after)] == ["SCREENING", "PD", "FU"]


def test_series_are_columns_with_their_rules() -> None:
    table = activities(shown_file(ONCOLOGY))
    each = column(table, "C1D1, C1D8 …")
    assert (each["Planned"], each["Chemotherapy"]) == ("days 1 and 8 of each cycle", "each cycle")
    assert notes_of(table, "X2D1 …") == [
        "X2D1 and so on: on day 1 of the cycles of Chemotherapy, only in C2 on, every second cycle."
    ]
    assert column(table, "CT1, CT2 …")["Planned"] == "M3 and M6, then every 6 months"
    assert column(table, "CT1, CT2 …")["Body weight"] == "X"
    assert "Body weight: only at CT2." in [note.words for note in table.notes]


OPEN = """protocol OPEN "An open plan"
  language 1
anchor W0 is randomization
measure cd4 "CD4" in cells/mm3
milestone progression "Progression"
treatment chemo "Chemotherapy"
  dose 5 mg oral
  cycles every 21 days from W0 until progression or death
arm solo "One" gives chemo
visits CT "Scan" at M3
  then every 3 months until progression
  window ± 7 days
  assess cd4
visit W0 "Baseline" assess cd4
"""


@pytest.fixture
def open_plan(tmp_path: Path) -> Document:
    path = tmp_path / "open.proto"
    path.write_text(OPEN, encoding="utf-8")
    return shown_file(path)


def test_what_no_day_bounds_goes_on_with_an_arrow(open_plan: Document) -> None:
    line = line_of(open_plan)
    assert [each.name for each in line.lanes if each.is_open] == ["CT: Scan", "Chemotherapy"]
    assert [sign.kind for sign in plan_drawing(line).signs].count("on") == 3  # two lanes, and the legend
    drawn = [each for each in text_lines(open_plan, PLAIN) if each.startswith(("  CT: Scan", "    Chemotherapy"))]
    assert [each[-1] for each in drawn[:2]] == [">", ">"]


def test_cycles_of_an_open_plan_stand_in_a_run(open_plan: Document) -> None:
    assert column(activities(open_plan), "W0")["Chemotherapy"] == "1 to 5 …"
