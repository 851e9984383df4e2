"""Where things stand in the drawings."""

from typing import get_args

import pytest
from attrs import evolve
from tests.writers.samples import ATTRITION, CYCLES, P1, SUMMARY, VISITS, day

from protocol_dsl.base.days import Days
from protocol_dsl.base.source import Text
from protocol_dsl.model.points import Place
from protocol_dsl.model.records import Event, Record
from protocol_dsl.model.results import AttritionStep, ParticipantResult, Status, Summary, VisitResult
from protocol_dsl.writers.report.excerpts import MOST_LINES, excerpt
from protocol_dsl.writers.report.flow import flow
from protocol_dsl.writers.report.milestones import Milestone, milestones_of
from protocol_dsl.writers.report.page import environment
from protocol_dsl.writers.report.scale import Scale, scale_over
from protocol_dsl.writers.report.timeline import Timeline, timeline

WEEK24, WEEK52 = VISITS
AS_OF = day("2006-03-02")


def drawn(result: ParticipantResult = P1, milestones: tuple[Milestone, ...] = ()) -> Timeline:
    found = timeline(result, milestones, AS_OF)
    assert found is not None
    return found


def test_visits_and_cycles_have_a_lane_each() -> None:
    visits, cycles = drawn().lanes
    assert (visits.name, cycles.name) == ("visits", "cycles of il2")
    assert [mark.label for mark in visits.marks] == ["W24", "W52"]
    assert [mark.label for mark in cycles.marks] == ["1"]  # the second has no day at all
    assert visits.y < cycles.y


def test_a_late_visit_stands_to_the_right_of_its_window() -> None:
    mark = drawn().lanes[0].marks[0]
    assert mark.window is not None
    assert mark.kind == "late"
    assert float(mark.x) > float(mark.window.x) + float(mark.window.width)
    assert mark.title == (
        "W24: late, +3 days out; planned 2004-11-29, window 2004-11-22 to 2004-12-06, held 2004-12-09"
    )


def test_what_a_finding_is_about_is_marked() -> None:
    assert [mark.is_found for mark in drawn().lanes[0].marks] == [True, False]


def test_a_partial_date_is_drawn_over_all_its_days() -> None:
    mark = drawn().lanes[0].marks[1]
    assert mark.partial is not None
    start, width = float(mark.partial.x), float(mark.partial.width)
    assert start < float(mark.x) < start + width
    assert "+1 to +20 days out" in mark.title


def test_milestones_of_one_day_share_a_line_and_the_cut_off_is_its_own() -> None:
    same = day("2004-06-01")
    lines = drawn(milestones=(Milestone("consent", same), Milestone("screening", same))).lines
    assert [(line.label, line.is_cutoff) for line in lines] == [("consent, screening", False), ("cut-off", True)]
    assert lines[0].title == "consent, screening: 2004-06-01"


def test_what_does_not_apply_is_left_out() -> None:
    none = tuple(evolve(cycle, status="not applicable") for cycle in CYCLES)
    assert len(drawn(evolve(P1, cycles=none)).lanes) == 1


def test_without_any_day_there_is_no_drawing() -> None:
    nothing = ParticipantResult(participant="P1", site=None, arm=None, eligibility=None)
    assert timeline(nothing, (), None) is None


def test_crowded_labels_give_way_and_stay_in_their_titles() -> None:
    first = day("2004-06-01").first
    crowd = tuple(
        VisitResult(visit=f"VISIT{number}", status="in window", actual=Days(first + number, first + number))
        for number in range(60)
    )
    lane = drawn(evolve(P1, visits=crowd, cycles=())).lanes[0]
    assert len(lane.marks) == 60
    assert any(mark.label_y is None for mark in lane.marks)
    assert lane.marks[59].title == "VISIT59: in window; held 2004-07-30"


@pytest.mark.parametrize("status", get_args(Status))
def test_every_status_has_a_form_of_its_own(status: Status) -> None:
    kind = status.replace(" ", "-")
    page = environment().from_string('{% import "drawings.html.j2" as draw %}{{ draw.sign(kind) }}')
    assert f"mark-{kind}" in page.render(kind=kind)


def test_milestones_that_contradict_each_other_stand_at_each_day() -> None:
    rows = (Event(name="death", first=10, last=12), Event(name="death", first=40, last=40))
    found = milestones_of(Record(participant="P1", events={"death": rows, "cdc_event": rows}))
    assert found == (Milestone("death", Days(10, 12)), Milestone("death", Days(40, 40)))


@pytest.mark.parametrize(
    ("first", "last"),
    [("0001-01-01", "9999-12-31"), ("0001-01-01", "0001-01-01"), ("9999-12-31", "9999-12-31"), ("2004-06", "2014-06")],
)
def test_a_scale_holds_any_days_with_few_marks(first: str, last: str) -> None:
    scale = scale_over((day(first).first, day(last).last), 0, 1000)
    assert scale is not None
    ticks = list(scale.ticks())
    assert len(ticks) <= 13
    assert all(0 <= place <= 1000 for place, _ in ticks)
    assert 0 <= scale.place(day(first).first) < scale.place(day(last).last + 1) <= 1000


def test_a_day_outside_stands_at_the_edge() -> None:
    scale = Scale(first=100, last=200, left=10, width=50)
    assert (scale.place(1), scale.place(999)) == (10, 60)
    assert scale_over((), 0, 1) is None


def test_the_stream_narrows_by_those_turned_away() -> None:
    found = flow(ATTRITION, SUMMARY)
    assert found is not None
    (step,) = found.steps
    assert (step.entering, step.against, step.unknown, step.left) == ("3", "1", "0", "2")
    assert step.branch is not None
    assert step.undecided is None
    assert found.end_words == "2 left: 0 eligible, 1 undetermined"


def test_a_stream_without_anybody_is_not_drawn() -> None:
    nobody = evolve(ATTRITION[0], entering=0, against=0, left=0)
    assert flow((), SUMMARY) is None
    assert flow((nobody,), Summary()) is None
    dry = AttritionStep(rule="X1", title="", entering=2, against=2, unknown=1, left=0, against_alone=2, unknown_alone=1)
    assert flow((dry, evolve(dry, entering=0, against=0, unknown=0)), Summary()) is not None


def test_an_excerpt_is_the_declaration_around_the_line() -> None:
    words = ["# a", 'inclusion I1 "Adult"', *(f"  line {number}" for number in range(20)), "", "visit W0 at W0"]
    text = Text("a.proto", "\n".join(words))
    found = excerpt(Place("a.proto", 2, 1), {"a.proto": text})
    assert found is not None
    assert [line.number for line in found.lines] == list(range(2, 2 + MOST_LINES))
    deep = excerpt(Place("a.proto", 20, 3), {"a.proto": text})
    assert deep is not None
    assert deep.lines[0].words == 'inclusion I1 "Adult"'
    assert [line.number for line in deep.lines if line.is_cited] == [20]
    assert len(deep.lines) <= MOST_LINES
    assert excerpt(Place("b.proto", 1, 1), {"a.proto": text}) is None
    assert excerpt(Place("a.proto", 99, 1), {"a.proto": text}) is None
    assert excerpt(None, {}) is None
