"""Each form of a document: whole, well formed, and with nothing of the author's acting as markup."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from tests.writers.document.shown import EVERY, LONG, SHIPPED, SHORT, TITLES, entries, line_of, shown, shown_file
from tests.writers.report.test_report import Page

from protocol_dsl.apps.cli.show import document_of
from protocol_dsl.project.study import load
from protocol_dsl.writers.columns import WIDTH, width_of
from protocol_dsl.writers.document.markdown import markdown_lines
from protocol_dsl.writers.document.text import text_lines
from protocol_dsl.writers.ink import PLAIN
from protocol_dsl.writers.report.document_page import document_page, timeline_svg
from protocol_dsl.writers.report.plan_drawing import LETTER, Plan, plan_drawing

CELLS = re.compile(r"(?<!\\)\|")
BY_NAME = [path.stem for path in EVERY]


def html_of(path: Path) -> str:
    return "".join(document_page(shown_file(path)))


@pytest.mark.parametrize("path", EVERY, ids=BY_NAME)
def test_every_rule_visit_and_endpoint_is_in_every_form(path: Path) -> None:
    study = load(path)
    model, document = study.model, document_of(study)
    forms = ("\n".join(text_lines(document, PLAIN)), "\n".join(markdown_lines(document)), html_of(path))
    names = [each.name for each in model.criteria] + [each.name for each in model.deviations]
    names += [each.name for each in model.visits] + [each.name for each in model.endpoints]
    names += [each.name for each in model.arms] + [each.name for each in model.treatments]
    for name in names:
        for form in forms:
            assert re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", form.replace("\\_", "_")), name


@pytest.mark.parametrize("path", EVERY, ids=BY_NAME)
def test_text_fits_the_width(path: Path) -> None:
    assert max(map(width_of, text_lines(shown_file(path), PLAIN))) <= WIDTH


@pytest.mark.parametrize("text", [SHORT, LONG, TITLES], ids=["short", "long", "titles"])
def test_text_fits_the_width_whatever_the_protocol(text: str, tmp_path: Path) -> None:
    assert max(map(width_of, text_lines(shown(text, tmp_path), PLAIN))) <= WIDTH


@pytest.mark.parametrize("path", EVERY, ids=BY_NAME)
def test_markdown_tables_have_as_many_cells_in_every_row(path: Path) -> None:
    check_tables(list(markdown_lines(shown_file(path))))


def test_markdown_keeps_words_from_being_markup(tmp_path: Path) -> None:
    lines = list(markdown_lines(shown(TITLES, tmp_path)))
    check_tables(lines)
    words = re.sub(r"```text\n.*?```", "", "\n".join(lines), flags=re.DOTALL)  # what is fenced is shown as it is
    assert "<script>" not in words
    assert "&lt;script&gt;alert\\(1\\)&lt;/script&gt; &amp; \\| \\`code\\` \\*b\\* \\[a\\]\\(b\\)" in words


def check_tables(lines: list[str]) -> None:
    tables = 0
    for above, line in pairwise(lines):
        if line.startswith("|"):
            if above.startswith("|"):
                assert len(CELLS.findall(line)) == len(CELLS.findall(above)), line
            else:
                tables += 1
    assert tables


@pytest.mark.parametrize("path", EVERY, ids=BY_NAME)
def test_the_page_is_well_formed_and_fetches_nothing(path: Path) -> None:
    page = Page(html_of(path))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        assert attributes.get("href", "#").startswith("#")
        assert attributes.get("href", "#")[1:] in {*ids, ""}
        assert not attributes.keys() & {"src", "srcset", "action", "style"}
    assert not page.all("script")


def test_hostile_titles_are_words_on_the_page(tmp_path: Path) -> None:
    page = Page("".join(document_page(shown(TITLES, tmp_path))))
    assert not page.all("script")
    assert page.words.count("<script>alert(1)</script> & | `code` *b* [a](b) '") > 3


def test_a_screen_reader_is_told_the_whole_drawing() -> None:
    path = next(each for each in SHIPPED if each.stem == "anrs123")
    svg = timeline_svg(line_of(shown_file(path)))
    page = Page(svg)
    drawing = page.all("svg")[0]
    assert drawing["role"] == "img"
    labels = drawing["aria-labelledby"].split()
    assert [each["id"] for name, each in page.elements if name in {"title", "desc"} and each] == labels
    said = svg.split("<desc", 1)[1].split("</desc>", 1)[0]
    for words in ("SCR: screening", "W96, day 658 to 686", "Interleukin-2: cycle 1, day 14; ", "cycle 8, day 294"):
        assert words in said


# ---------------------------------------------------------------------------------------------------------- the drawing
def overlaps(plan: Plan) -> list[tuple[str, str]]:
    """The words that stand over others, taking the width of a letter as the drawing does."""
    placed = []
    for each in plan.words:
        width = width_of(each.words) * LETTER
        left = each.x - (width / 2 if each.anchor == "middle" else 0)
        placed.append((left, left + width, each.y - 9, each.y + 2, each.words))
    return [
        (one[4], other[4])
        for number, one in enumerate(placed)
        for other in placed[number + 1 :]
        if one[0] < other[1] - 1 and other[0] < one[1] - 1 and one[2] < other[3] and other[2] < one[3]
    ]


@pytest.mark.parametrize("path", EVERY, ids=BY_NAME)
def test_no_words_stand_over_others(path: Path) -> None:
    assert overlaps(plan_drawing(line_of(shown_file(path)))) == []


@pytest.mark.parametrize("text", [SHORT, LONG, TITLES], ids=["three weeks", "five years", "titles"])
def test_no_words_stand_over_others_in_any_length_of_time(text: str, tmp_path: Path) -> None:
    plan = plan_drawing(line_of(shown(text, tmp_path)))
    assert overlaps(plan) == []
    assert all(box.x >= 0 and box.x + box.width <= plan.width for box in plan.boxes)


def test_no_flag_leads_through_words(tmp_path: Path) -> None:
    plan = plan_drawing(line_of(shown(LONG, tmp_path)))
    for flag in (stroke for stroke in plan.strokes if stroke.kind == "flag"):
        for each in plan.words:
            inside = each.anchor == "start" and each.x < flag.x1 < each.x + width_of(each.words) * LETTER
            assert not (inside and flag.y1 < each.y - 4 < flag.y2), each.words


def test_study_time_is_drawn_to_scale(tmp_path: Path) -> None:
    plan = plan_drawing(line_of(shown(SHORT, tmp_path)))
    day = plan.place(1) - plan.place(0)
    assert plan.place(21) - plan.place(0) == pytest.approx(21 * day, abs=0.05)


def test_visits_of_one_arm_stand_with_that_arm(tmp_path: Path) -> None:
    lanes = line_of(shown(LONG, tmp_path)).lanes
    assert [(lane.group, lane.name) for lane in lanes if "Visits" in lane.name][-1] == ("Two", "Visits of this arm")
    assert [bar.name for lane in lanes if lane.name == "Visits of this arm" for bar in lane.bars] == ["W1", "W2"]


def test_a_visit_that_nothing_ties_to_study_time_stands_beside_the_scale(tmp_path: Path) -> None:
    line = line_of(shown(LONG, tmp_path))
    assert line.after == (("late", "30 days after withdrawal"),)
    assert line.unit == "month"


def test_rules_carry_their_assumptions_and_places() -> None:
    path = next(each for each in SHIPPED if each.stem == "anrs123")
    found = entries(shown_file(path))["I5"]
    assert [(each.kind, each.source) for each in found.origins] == [
        ("quote", "REG"),
        ("against", "REG"),
        ("assumption", "A3"),
    ]
    line = path.read_text(encoding="utf-8").splitlines().index('inclusion I5 "Low CD4 count"') + 1
    assert found.place == f"anrs123.proto:{line}"
