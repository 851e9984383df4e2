"""``endpoints --format html``: the page, its pictures, and what they must not say."""

import re
from base64 import b64encode
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest
from attrs import evolve
from tests.writers.report.test_report import Page
from tests.writers.samples import MODEL, PROBLEMS, day

from protocol_dsl.apps.cli import cli, output
from protocol_dsl.apps.cli.endings import ended
from protocol_dsl.base.numbers import Range
from protocol_dsl.model.endpoints import (
    Average,
    CountIn,
    Course,
    CoursePoint,
    Endpoint,
    EndpointKind,
    EventsIn,
    Proportion,
    TimeToEvent,
    WorstGrade,
)
from protocol_dsl.model.estimates import (
    ArmEstimates,
    Block,
    Comparison,
    EndpointResult,
    Estimate,
    Figure,
    Listed,
    Statistic,
    Step,
)
from protocol_dsl.model.expressions import Compare, Constant, EventPattern, ReadingAt
from protocol_dsl.model.points import Period, Point
from protocol_dsl.model.schedule import Visit
from protocol_dsl.writers.report.around import Heading
from protocol_dsl.writers.report.endpoints_axes import axis_over, forms_of
from protocol_dsl.writers.report.endpoints_course import course_drawing
from protocol_dsl.writers.report.endpoints_dots import dot_drawing
from protocol_dsl.writers.report.endpoints_page import Reported, endpoints_page
from protocol_dsl.writers.report.endpoints_survival import risk_at, survival_drawing
from protocol_dsl.writers.report.endpoints_tables import MOST_LISTED

ROOT = Path(__file__).parents[3]
STUDY = (str(ROOT / "protocols" / "anrs123.proto"), str(ROOT / "examples" / "anrs123"))
READ = ReadingAt("cd4", "W4")
EVER = Period()
EVENT = EventPattern("relapse")
PROPORTION = Proportion(Compare(READ, ">", Constant(200)))
COURSE = Course("cd4", (CoursePoint("W0", READ), CoursePoint("W4", READ), CoursePoint("W12", READ)))
TIME = TimeToEvent(Point("randomization", words="W0"), (EVENT,))
VISITS = {
    name: Visit(name=name, title=name, point=Point("randomization", days=days))
    for name, days in (("W0", 0), ("W4", 28), ("W12", 84))
}
STEPS = (
    Step(5, 4, 1, 0, 0.75, 0.2, 0.9),
    Step(9, 3, 0, 2, 0.75, 0.2, 0.9),
    Step(20, 1, 1, 0, 0.0, None, None),
)


def estimate(  # noqa: PLR0913 - the fields of an estimate
    statistic: Statistic,
    value: Figure | None,
    *,
    low: Figure | None = None,
    high: Figure | None = None,
    at: str = "",
    words: str = "",
) -> Estimate:
    return Estimate(statistic=statistic, value=value, low=low, high=high, at=at, words=words)


def an_arm(name: str, *estimates: Estimate, n: int = 4, curve: tuple[Step, ...] = ()) -> ArmEstimates:
    return ArmEstimates(
        arm=name,
        title=f"The {name} arm",
        counted=6,
        n=n,
        observed=n,
        missing=1,
        pending=1,
        estimates=estimates,
        curve=curve,
    )


def a_block(*arms: ArmEstimates, visit: str | None = None) -> Block:
    return Block(analysis_set="ITT", set_title="Randomized", missing="observed only", visit=visit, arms=arms)


def an_endpoint(kind: EndpointKind) -> Endpoint:
    return Endpoint(rank="primary", name="P1", title="The title", kind=kind, words="as written", unit="cells/mm3")


def written(*results: EndpointResult, reported: Reported | None = None) -> str:
    model = evolve(MODEL, visits=tuple(VISITS.values()))
    heading = Heading(model=model, as_of=day("2006-03-02"))
    return "".join(endpoints_page(heading, evolve(reported or Reported(participants=12, results=()), results=results)))


def quartered(median: Figure | None, low: Figure | None = None, high: Figure | None = None) -> tuple[Estimate, ...]:
    return (
        estimate("median", median, words="" if median is not None else "no value"),
        *(() if low is None else (estimate("first quartile", low),)),
        *(() if high is None else (estimate("third quartile", high),)),
    )


def course_blocks() -> list[Block]:
    return [
        a_block(an_arm("a", *quartered(100, 90, 110)), an_arm("b", *quartered(95, 80, 130)), visit="W0"),
        a_block(an_arm("a", *quartered(None), n=0), an_arm("b", *quartered(Range(None, 50), 40, 60)), visit="W4"),
        a_block(an_arm("a", *quartered(120, 90, 150)), an_arm("b", *quartered(140, 100, 170)), visit="W12"),
    ]


# -------------------------------------------------------------------------------------------------------------- course
def test_a_visit_without_a_value_is_a_gap() -> None:
    drawing = course_drawing(an_endpoint(COURSE), course_blocks(), VISITS)
    assert drawing is not None
    first, second = drawing.lines
    assert first.path.count("M") == 2
    assert "L" not in first.path
    assert [point.y is None for point in first.points] == [False, True, False]
    assert [count for _, count in first.numbers] == ["4", "0", "4"]
    assert second.points[1].span is not None
    assert drawing.has_spans


def test_visits_stand_over_planned_days() -> None:
    drawing = course_drawing(an_endpoint(COURSE), course_blocks(), VISITS)
    assert drawing is not None
    start, middle, end = (float(x) for x, *_ in drawing.visits)
    assert (middle - start) / (end - start) == pytest.approx(28 / 84, abs=0.001)
    assert drawing.over == "planned days from randomization"


def test_visits_of_several_anchors_stand_evenly_and_it_is_said() -> None:
    visits = VISITS | {"W12": Visit(name="W12", title="W12", point=Point("first dose", days=84))}
    drawing = course_drawing(an_endpoint(COURSE), course_blocks(), visits)
    assert drawing is not None
    start, middle, end = (float(x) for x, *_ in drawing.visits)
    assert (middle - start) / (end - start) == pytest.approx(0.5, abs=0.001)
    assert drawing.over == "visits, one as far from the next as another"


def test_a_higher_value_stands_higher() -> None:
    drawing = course_drawing(an_endpoint(COURSE), course_blocks(), VISITS)
    assert drawing is not None
    heights = [float(point.y) for point in drawing.lines[1].points if point.y is not None]
    assert heights[1] < heights[0]


def test_nothing_is_drawn_of_nothing() -> None:
    empty = [a_block(an_arm("a", *quartered(None), n=0), visit="W0")]
    assert course_drawing(an_endpoint(COURSE), empty, VISITS) is None
    assert survival_drawing(an_endpoint(TIME), a_block(an_arm("a", n=0))) is None
    nobody = a_block(an_arm("a", estimate("proportion", None, words="nobody to count"), n=0))
    assert dot_drawing(an_endpoint(PROPORTION), {"ITT": [nobody]}) is None


# ------------------------------------------------------------------------------------------------------------ survival
def test_numbers_at_risk_are_those_just_before() -> None:
    assert [risk_at(STEPS, each) for each in (0, 5, 6, 9, 10, 20, 21)] == [4, 4, 3, 3, 1, 1, 0]


def test_a_curve_falls_at_events_and_is_marked_at_censorings() -> None:
    drawing = survival_drawing(an_endpoint(TIME), a_block(an_arm("a", curve=STEPS), an_arm("b", n=0)))
    assert drawing is not None
    line, nobody = drawing.lines
    assert line.path.count("V") == 2
    assert line.censored.count("M") == 1
    assert line.band.count("M") == 1
    assert nobody.path == nobody.band == nobody.censored == ""
    assert {count for _, count in nobody.numbers} == {"0"}
    assert "b: nobody" in drawing.words
    assert "at risk: 4 at 0" in drawing.words


def test_marks_of_two_arms_never_stand_on_one_day() -> None:
    drawing = survival_drawing(an_endpoint(TIME), a_block(an_arm("a", curve=STEPS), an_arm("b", curve=STEPS)))
    assert drawing is not None
    first, second = ({x for x, _ in line.marks} for line in drawing.lines)
    assert first
    assert first.isdisjoint(second)


def test_all_events_on_the_first_day_are_drawn() -> None:
    steps = (Step(0, 3, 3, 0, 0.0, None, None),)
    drawing = survival_drawing(an_endpoint(TIME), a_block(an_arm("a", curve=steps)))
    assert drawing is not None
    assert not drawing.has_band
    assert "shaded" not in written(
        EndpointResult(endpoint=an_endpoint(TIME), blocks=(a_block(an_arm("a", curve=steps)),))
    )


# ---------------------------------------------------------------------------------------------------------------- dots
def test_shares_stand_between_nought_and_all() -> None:
    blocks = [a_block(an_arm("a", estimate("proportion", Fraction(1, 2), low=0.25, high=0.75)))]
    drawing = dot_drawing(an_endpoint(PROPORTION), {"ITT": blocks})
    assert drawing is not None
    (dot,) = drawing.groups[0].dots
    assert dot.x is not None
    assert dot.around is not None
    low, high = map(float, dot.around)
    width = drawing.right - drawing.left - 10
    assert (float(dot.x) - low) / width == pytest.approx(0.25, abs=0.001)
    assert (high - low) / width == pytest.approx(0.5, abs=0.001)
    assert dot.words == "50.0 % (25.0 to 75.0 %)"


def test_an_interval_is_drawn_as_one_and_nought_is_marked() -> None:
    arms = (an_arm("a", *quartered(Range(-50, 50))), an_arm("b", *quartered(10)), an_arm("c", *quartered(None)))
    drawing = dot_drawing(an_endpoint(Average("median", READ)), {"ITT": [a_block(*arms)]})
    assert drawing is not None
    first, second, third = drawing.groups[0].dots
    assert first.x is None
    assert first.span is not None
    assert second.x is not None
    assert (third.x, third.span, third.words) == (None, None, "no value")
    assert drawing.zero is not None


def test_one_number_needs_no_picture() -> None:
    arms = (an_arm("a", estimate("mean", 0)), an_arm("b", estimate("mean", 0)))
    assert dot_drawing(an_endpoint(CountIn(EVENT, EVER)), {"ITT": [a_block(*arms)]}) is None


@pytest.mark.parametrize("kind", [EventsIn(EVENT, EVER), WorstGrade(EVENT, EVER)])
def test_kinds_with_and_without_a_picture_have_their_tables(kind: EndpointKind) -> None:
    arms = an_arm("a", estimate("proportion", Fraction(1, 2), low=0.1, high=0.9), estimate("count", 3, at="2"))
    words = written(EndpointResult(endpoint=an_endpoint(kind), blocks=(a_block(arms),)))
    assert ("<svg" in words) == isinstance(kind, EventsIn)
    assert ("grade 2" in words) == isinstance(kind, WorstGrade)


# ---------------------------------------------------------------------------------------------------------------- axes
@pytest.mark.parametrize("values", [(0, 1), (-3, 1e9), (0.1234, 0.1235), (7,), (0,), (-5, -4)])
def test_an_axis_holds_its_values_between_round_ends(values: tuple[float, ...]) -> None:
    axis = axis_over(values, 0, 100, 6)
    assert axis is not None
    assert axis.low <= min(values)
    assert max(values) <= axis.high
    ticks = list(axis.ticks(6))
    assert 2 <= len(ticks) <= 8
    assert len({tick.words for tick in ticks}) == len(ticks)


def test_arms_differ_by_more_than_colour() -> None:
    forms = forms_of([a_block(*(an_arm(f"a{number}") for number in range(30)))])
    assert len({(form.mark, form.dash) for form in forms}) == len(forms)
    assert len({form.mark for form in forms[:6]}) == len({form.dash for form in forms[:6]}) == 6


# ---------------------------------------------------------------------------------------------------------------- page
def test_every_number_of_an_endpoint_is_in_its_table() -> None:
    block = evolve(
        a_block(an_arm("a", estimate("events", 2), estimate("proportion", Fraction(1, 3), low=0.1, high=0.6))),
        comparisons=(
            Comparison(arm="b", versus="a", method="difference", difference=Fraction(-1, 10), low=-0.3, high=0.1),
            Comparison(arm="b", versus="a", method="fisher", p=0.00001),
            Comparison(arm="c", versus="a", method="fisher", words="an arm has nobody"),
        ),
        notes=("2 participants without an arm",),
    )
    result = EndpointResult(endpoint=an_endpoint(PROPORTION), blocks=(block,), notes=("intervals are exact",))
    words = Page(written(result)).words
    for each in ("ITT (Randomized); missing counts as observed only", "33.3 %", "10.0 to 60.0 %", "-10.0", "< 0.0001"):
        assert each in words
    assert "-30.0 to +10.0" in words
    assert "Fisher's exact test an arm has nobody" in words
    assert "2 participants without an arm" in words
    assert "intervals are exact" in words


def test_whose_visit_it_is_not_has_a_column_of_its_own() -> None:
    arms = evolve(an_arm("a", *quartered(100)), not_applicable=77)
    words = Page(written(EndpointResult(endpoint=an_endpoint(COURSE), blocks=(a_block(arms, visit="W0"),)))).words
    assert "not applicable" in words
    assert "77" in words


def test_a_single_day_is_a_curve_too() -> None:
    drawing = survival_drawing(an_endpoint(TIME), a_block(an_arm("a", curve=(Step(0, 2, 0, 2, 1.0, None, None),))))
    assert drawing is not None
    assert drawing.lines[0].path.count("V") == 0


def test_no_value_is_told_in_words() -> None:
    steps = (an_arm("a", *quartered(None)), an_arm("b", estimate("event-free", None, at="W12", words="nobody then")))
    words = written(EndpointResult(endpoint=an_endpoint(TIME), blocks=(a_block(*steps),)))
    assert '<span class="soft"><bdi>no value</bdi></span>' in words
    assert "nobody then" in words
    assert "nan" not in Page(words).words.lower().split()


def test_the_missing_are_folded_and_counted() -> None:
    listed = [Listed(f"P{number}", "a", "W4", "missing", "not recorded") for number in range(MOST_LISTED + 3)]
    listed.append(Listed("P9", None, None, "pending", "the cut-off came first"))
    result = EndpointResult(endpoint=an_endpoint(PROPORTION), blocks=(), listed=tuple(listed))
    words = written(result)
    assert "<summary>Missing: 2,003</summary>" in words
    assert "<summary>Pending: 1</summary>" in words
    assert "3 more; --format json has them all" in words
    assert '<details class="listed" open' not in words


def test_it_says_what_was_run_and_what_was_not_read() -> None:
    reported = Reported(
        participants=1,
        results=(),
        chosen=("participant P1",),
        problems=PROBLEMS,
        unused={("readings", "cd8"): 4},
        after_cutoff={"visits": 2},
    )
    words = Page(written(reported=reported)).words
    assert "endpoints of 1 participant\n" in words
    assert "participant P1" in words
    assert "2006-03-02, the latest date in the data (none was given)" in words
    assert "The protocol has no endpoint." in words
    assert "4 in readings about cd8" in words
    assert "2 in visits dated after the cut-off" in words


def samples() -> list[EndpointResult]:
    share = estimate("proportion", Fraction(1, 2), low=0.25, high=0.75)
    return [
        EndpointResult(endpoint=an_endpoint(COURSE), blocks=tuple(course_blocks())),
        EndpointResult(endpoint=an_endpoint(TIME), blocks=(a_block(an_arm("a", curve=STEPS), an_arm("b", n=0)),)),
        EndpointResult(endpoint=an_endpoint(PROPORTION), blocks=(a_block(an_arm("a", share), an_arm("b", share)),)),
    ]


def test_it_needs_no_script_and_fetches_nothing() -> None:
    page = Page(written(*samples()))
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "link", "img", "iframe", "object", "base", "form"})
    for _, attributes in page.elements:
        assert attributes.get("href", "#").startswith("#")
        assert not attributes.keys() & {"src", "srcset", "style", "xlink:href"}
        assert not any(name.startswith("on") for name in attributes)
    policy = next(each["content"] for each in page.all("meta") if "http-equiv" in each)
    digest = b64encode(sha256(page.said["style"].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_every_picture_has_a_title_and_words() -> None:
    page = Page(written(*samples()))
    names = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(names) == len(set(names))
    drawn = [each for each in page.all("svg") if each.get("role") == "img"]
    assert len(drawn) == 3
    for each in drawn:
        assert set(each["aria-labelledby"].split()) <= set(names)
    assert all(each.get("aria-hidden") == "true" for each in page.all("svg") if each not in drawn)


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</style></svg></title><script>",
        "{{ 7 * 7 }}",
        "א" * 40 + "\N{RIGHT-TO-LEFT OVERRIDE}abc",
        "x" * 5_000,
        "half \ud800 of a letter",
        "line\nend\x00\x1b[31m",
    ],
)
def test_names_from_outside_are_words_only(name: str) -> None:
    results = [
        evolve(
            each,
            endpoint=evolve(each.endpoint, title=name, words=name, unit=name, name=name),
            blocks=tuple(
                evolve(block, set_title=name, arms=tuple(evolve(arm, arm=f"{arm.arm}{name}") for arm in block.arms))
                for block in each.blocks
            ),
            listed=(Listed(name, name, name, "missing", name),),
            notes=(name,),
        )
        for each in samples()
    ]
    words = written(*results)
    page = Page(words)
    assert not page.all("script")
    assert not page.all("img")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\u202a-\u202e]", words)
    assert words.encode("utf-8")


# ------------------------------------------------------------------------------------------------------------- command
def test_the_command_writes_the_same_page_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages = [tmp_path / "one.html", tmp_path / "two.html"]
    for page in pages:
        assert ended(cli, ["endpoints", *STUDY, "--format", "html", "--output", str(page), "--quiet"]) == 0
    one, two = (page.read_text(encoding="utf-8") for page in pages)
    assert one == two
    assert one.startswith("<!DOCTYPE html>")
    assert "endpoint primary P1" in Page(one).words
    assert capsys.readouterr().out == ""


def test_what_was_chosen_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "one.html"
    arguments = ["endpoints", *STUDY, "--endpoint", "S5", "--participant", "P14", "--format", "html"]
    assert ended(cli, [*arguments, "--output", str(page), "--quiet"]) == 0
    words = Page(page.read_text(encoding="utf-8")).words
    assert "endpoint S5" in words
    assert "participant P14" in words
    capsys.readouterr()


def test_without_jinja2_the_way_to_it_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "find_spec", lambda _: None)
    assert ended(cli, ["endpoints", *STUDY, "--format", "html"]) == 2
    assert 'pip install "protocol-dsl[report]"' in capsys.readouterr().err
