"""The report as a browser, a printer and a screen reader get it."""

import os
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import evolve
from tests.writers.samples import ATTRITION, EVERYBODY, HERE, LATE, MODEL, P1, PROBLEMS, SUMMARY, day

from protocol_dsl.base.source import Text
from protocol_dsl.model.results import ParticipantResult, Reasons, Summary
from protocol_dsl.writers.columns import cut, visible
from protocol_dsl.writers.report.around import Closing, Heading
from protocol_dsl.writers.report.listing import NAME
from protocol_dsl.writers.report.milestones import Milestone
from protocol_dsl.writers.report.page import OPEN_UP_TO, packaged, report

ROOT = Path(__file__).parents[3]
VOID = {"meta", "input", "br"}
TEXT = Text(HERE.file, "\n" * 36 + 'inclusion I5 "Low CD4 count"\n  require cd4 <= 200 cells/mm3\n')
CLOSING = Closing(
    summary=SUMMARY,
    attrition=ATTRITION,
    problems=PROBLEMS,
    unused={("readings", "cd8"): 4},
    after_cutoff={"visits": 2},
)


class Page(HTMLParser):
    """What stands in a page; fails where elements are not closed in order."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.said: dict[str, str] = {}
        self.words = ""
        self.listing: list[str] = []
        self.feed(words)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"script", "style"}:
            self.said[self.open[-1]] = self.said.get(self.open[-1], "") + data
        else:
            self.words += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def written(
    results: Iterable[ParticipantResult] = EVERYBODY,
    closing: Closing = CLOSING,
    reasons: Reasons = "all",
    milestones: Sequence[Milestone] = (),
) -> str:
    heading = Heading(model=MODEL, texts={TEXT.name: TEXT}, reasons=reasons, as_of=day("2006-03-02"))
    return "".join(report(heading, ((result, milestones) for result in results), lambda: closing))


def section(name: str, words: str) -> str:
    found = re.search(rf'<section id="{name}".*?</section>', words, re.DOTALL)
    assert found is not None
    return found.group()


def test_it_says_what_was_run() -> None:
    run = Page(section("run", written())).words
    assert "ANRS123, language 1" in run
    assert MODEL.sha256 in run
    assert "2006-03-02, the latest date in the data (none was given)" in run
    given = Heading(model=MODEL, as_of=day("2006-03-02"), is_as_of_given=True)
    assert "2006-03-02, as given" in "".join(report(given, (), lambda: CLOSING))
    assert "no date in the data" in "".join(report(Heading(model=MODEL), (), lambda: CLOSING))


def test_nothing_is_fetched() -> None:
    page = Page(written())
    for _, attributes in page.elements:
        assert attributes.get("href", "#").startswith("#")
        assert not attributes.keys() & {
            "src",
            "srcset",
            "action",
            "data",
            "poster",
            "style",
            "xlink:href",
            "background",
        }
        assert not any(name.startswith("on") for name in attributes)
        assert not any("url(" in value for value in attributes.values())
    for words in page.said.values():
        assert not re.search(r"http|url\(|@import|\bimport\b|fetch|src=", words)
    assert {tag for tag, _ in page.elements}.isdisjoint({"link", "img", "iframe", "object", "embed", "base", "form"})


def test_a_browser_runs_only_its_own_style_and_script() -> None:
    page = Page(written())
    policy = next(each["content"] for each in page.all("meta") if "http-equiv" in each)
    assert policy.startswith("default-src 'none'; ")
    for words in page.said.values():
        assert f"'sha256-{b64encode(sha256(words.encode()).digest()).decode()}'" in policy


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</style></svg></title><script>",
        '=HYPERLINK("x")',
        "{{ 7 * 7 }}",
        "א" * 40 + "\N{RIGHT-TO-LEFT OVERRIDE}abc",
        "x" * 10_000,
        "half \ud800 of a letter",
        "line\nend\x00\x1b[31m",
    ],
)
def test_names_from_outside_are_words_only(name: str) -> None:
    deviation = evolve(LATE, message=name, visit=name, rule=name)
    visits = tuple(evolve(visit, visit=name) for visit in P1.visits)
    result = evolve(P1, participant=name, site=name, arm=name, deviations=(deviation,), visits=visits)
    problems = tuple(evolve(problem, value=name, problem=name) for problem in PROBLEMS)
    words = written([result], evolve(CLOSING, problems=problems, unused={("readings", name): 1}))
    page = Page(words)
    assert len(page.all("script")) == 1
    assert not page.all("img")
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\u202a-\u202e]", words)
    assert words.encode("utf-8")
    assert cut(visible(name), NAME) in page.words


def test_a_long_name_is_whole_once_and_short_elsewhere() -> None:
    words = written([evolve(P1, participant="x" * 10_000)])
    assert words.count("x" * 10_000) == 1
    assert len(words) < 60_000


def test_a_cell_that_a_spreadsheet_would_run_is_neutralised_in_the_listing() -> None:
    assert "'=cycle 2 began early" in Page(section("listing", written())).words


def test_every_deviation_is_listed_and_told() -> None:
    many = [evolve(P1, participant=f"P{number:03}") for number in range(OPEN_UP_TO + 5)]
    words = written(many)
    listing = Page(section("listing", words))
    assert len(listing.all("tr")) == 1 + 2 * len(many)
    told = section("participants", words)
    for result in many:
        assert listing.words.count(result.participant) == 2
        assert told.count(f"<h3><bdi>{result.participant}</bdi></h3>") == 1
    assert told.count("visit W24 was held 3 days after its window closed") == len(many)
    assert " open>" not in told
    assert " open>" in section("participants", written([P1]))


def test_the_listing_has_the_columns_of_a_monitor_with_the_message_in_sight() -> None:
    headings = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', section("listing", written()))
    expected = "site participant arm code message category grade rule visit cycle planned earliest latest actual"
    assert headings == [*expected.split(), "days out", "evidence"]
    cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", section("listing", written([evolve(P1, deviations=(LATE,))])))
    row = dict(zip(headings, cells[-len(headings) :], strict=True))
    assert row["code"] == f"<bdi>{LATE.code}</bdi>"
    assert row["message"] == f"<bdi>{LATE.message}</bdi>"
    assert row["grade"] == LATE.grade
    assert row["days out"] == "3"


def test_a_finding_has_its_reason_its_rows_and_its_rule() -> None:
    cited = evolve(LATE, place=HERE)
    later = evolve(cited, code="DV15", message="hiv_rna was not read at visit W24")
    words = Page(section("participants", written([evolve(P1, deviations=(cited, later))]))).words
    assert "W24: 24 weeks after W0 (2004-06-14)" in words
    assert "visits row 40 of visits.csv" in words
    assert "anrs123.proto:38" in words
    assert "require cd4 <= 200 cells/mm3" in words
    assert "Rule at anrs123.proto:38, shown above." in words


def test_findings_that_differ_in_words_alone_stand_together() -> None:
    one = evolve(LATE, code="DV15", message="cd4 was not read at visit W24")
    other = evolve(one, message="hiv_rna was not read at visit W24")
    told = section("participants", written([evolve(P1, deviations=(one, LATE, other), queries=())]))
    assert told.count('<div class="finding') == 2
    assert "DV15 assessment missed at a visit held, 2 times" in told
    assert told.index(one.message) < told.index(other.message) < told.index(LATE.message)


def test_queries_stand_apart() -> None:
    words = written()
    assert "eligibility was undetermined at randomization" in section("queries", words)
    assert "eligibility was undetermined at randomization" not in section("listing", words)


def test_who_is_not_eligible_is_told_with_the_rule() -> None:
    words = Page(section("entry", written())).words
    assert "age at SCR is 17 years, below 18 years" in words
    assert "missing: hiv_rna from 2004-05-04 to 2004-06-01" in words


def test_data_problems_are_grouped_and_rows_not_read_counted() -> None:
    problems = section("problems", written())
    assert len(Page(problems).all("tr")) == 1 + 2
    assert "31, 33" in problems
    assert "2004-13-01" in problems
    assert "4 in readings about" in problems
    assert "2 in visits dated after the cut-off" in problems


def test_nothing_found_is_said() -> None:
    words = written([], Closing(summary=Summary()))
    for said in ("No criterion was judged", "Nobody.", "No deviation was found.", "No query was raised.", "None."):
        assert said in words
    Page(words)


def test_each_choice_of_a_filter_has_its_rule() -> None:
    other = evolve(P1, participant="P9", site="02")
    page = Page(written([P1, other]))
    choices = [each["id"] for each in page.all("input") if "id" in each]
    assert {choice.rpartition("-")[0] for choice in choices} == {"f-grade", "f-category", "f-site"}
    marks = {mark for each in page.all("tr") for mark in each.get("class", "").split()}
    for choice in choices:
        mark = choice.removeprefix("f-")
        assert mark in marks
        assert f".listing:has(#{choice}:checked) tbody tr:not(.{mark})" in page.said["style"]


def test_links_lead_somewhere_and_no_name_is_used_twice() -> None:
    page = Page(written([P1, evolve(P1, participant="P2")]))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for each in page.all("a"):
        assert each["href"].removeprefix("#") in ids


def test_a_screen_reader_finds_its_way() -> None:
    page = Page(written())
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(each.get("scope") in {"col", "row"} for each in page.all("th"))
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    for each in page.all("svg"):
        assert each.get("aria-hidden") or ids.issuperset(each["aria-labelledby"].split())
    assert page.all("html")[0]["lang"] == "en"


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_words_and_marks_stand_out(theme: int) -> None:
    blocks = re.findall(r":root \{(.*?)\}", packaged("report.css"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", blocks[theme]))
    for name in ("ink", "soft", "link", "good", "warn", "bad", "early", "late", "other"):
        assert contrast(colours[name], colours["paper"]) >= 4.5, name
        assert contrast(colours[name], colours["tint"]) >= 4.5, name
    for mark in ("good", "bad", "early", "late", "other"):
        assert contrast(colours[mark], colours["window"]) >= 3, mark


def test_the_same_results_give_the_same_bytes() -> None:
    assert written() == written()


def test_the_example_gives_the_same_bytes_under_any_hash_seed(tmp_path: Path) -> None:
    pages = []
    for seed in ("0", "1"):
        out = tmp_path / f"{seed}.html"
        command = [sys.executable, "-m", "protocol_dsl", "check", "protocols/anrs123.proto", "examples/anrs123"]
        done = subprocess.run(  # noqa: S603 - our own command
            [*command, "--format", "html", "--output", out, "--quiet"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC{seed}"},
            check=False,
        )
        assert done.returncode == 1
        pages.append(out.read_text(encoding="utf-8"))
    assert pages[0] == pages[1]
    assert len(Page(section("listing", pages[0])).all("tr")) == 1 + 20
    for milestone in ("screening", "randomization", "completion", "cut-off"):
        assert f"{milestone}</text>" in section("participants", pages[0])
