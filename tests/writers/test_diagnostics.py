"""Diagnostics as text, JSON, SARIF and GitHub commands."""

import json

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.base.diagnostics import Code, Diagnostic, Edit, Fix, Label, Safety
from protocol_dsl.base.source import Span, Text
from protocol_dsl.writers.columns import WIDTH, width_of
from protocol_dsl.writers.diagnostics import count_words, render, render_all
from protocol_dsl.writers.diagnostics_json import diagnostics_json, github
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.sarif import sarif

UNSCHEDULED = Code("PD201", "not a scheduled visit")
UNUSED = Code("PD910", "never used", "warning")


def span_of(text: Text, words: str, start: int = 0) -> Span:
    found = text.content.index(words, start)
    return Span(text.name, found, found + len(words))


@pytest.fixture
def study() -> Text:
    lines = [""] * 42 + [
        "visits W0, W24, W52, W64, W76, W96          window ± 14 days",
        "endpoint primary P1",
        "",
        "  proportion with cd4 at W53 > 200 cells/mm3",
        "",
    ]
    return Text("protocols/anrs123.proto", "\n".join(lines))


@pytest.fixture
def unscheduled(study: Text) -> Diagnostic:
    return UNSCHEDULED.at(
        span_of(study, "W53"),
        "cd4 is read at W53, but no visit W53 is scheduled",
        labels=[Label(span_of(study, "W0, W24, W52, W64, W76, W96"), "scheduled here")],
        hint="did you mean W52?",
        fix=Fix("write W52", (Edit(span_of(study, "W53"), "W52"),)),
    )


def test_the_form_of_the_style_guide(study: Text, unscheduled: Diagnostic) -> None:
    assert render(unscheduled, {study.name: study}).split("\n") == [
        "error[PD201]: cd4 is read at W53, but no visit W53 is scheduled",
        "  --> protocols/anrs123.proto:46:26",
        "   |",
        "43 | visits W0, W24, W52, W64, W76, W96          window ± 14 days",
        "   |        --------------------------- scheduled here",
        "46 |   proportion with cd4 at W53 > 200 cells/mm3",
        "   |                          ^^^ not a scheduled visit",
        "   = hint: did you mean W52?",
    ]


def test_a_label_in_another_file_has_a_block_of_its_own(study: Text, unscheduled: Diagnostic) -> None:
    library = Text("library/hiv.proto", 'library hiv "HIV"\n\nmeasure cd4 "CD4"\n')
    found = UNSCHEDULED.at(unscheduled.span, "cd4", labels=[Label(span_of(library, "cd4"), "declared here")])
    lines = render(found, {study.name: study, library.name: library}).split("\n")
    assert lines[-4:] == [
        "  ::: library/hiv.proto:3:9",
        "   |",
        ' 3 | measure cd4 "CD4"',
        "   |         --- declared here",
    ]


def test_tabs_wide_and_combining_characters_keep_the_carets_below_their_word() -> None:
    text = Text("a.proto", '\tarm "日本e\u0301" giv obr')
    lines = render(UNSCHEDULED.at(span_of(text, "giv"), "x", label="no"), {text.name: text}).split("\n")
    shown, carets = lines[3], lines[4]
    assert shown == '1 |     arm "日本e\u0301" giv obr'
    assert width_of(shown[: shown.index("giv")]) == carets.index("^")


@pytest.mark.parametrize("place", [0, 150, 400, 5000, 9990])
def test_a_long_line_is_cut_around_the_place(place: int) -> None:
    text = Text("a.proto", "a" * place + " W53 " + "b" * (10_000 - place))
    lines = render(UNSCHEDULED.at(Span(text.name, place + 1, place + 4), "x"), {text.name: text}).split("\n")
    assert max(map(width_of, lines)) <= WIDTH
    column = lines[4].index("^")
    assert lines[3][column : column + 3] == "W53"
    assert lines[4].endswith("^^^ not a scheduled visit")


def test_every_line_fits_however_long_the_words() -> None:
    text = Text("a.proto", "x" * 300)
    found = UNSCHEDULED.at(
        Span(text.name, 0, 300),
        "word " * 50,
        label="label " * 40,
        hint="hint " * 60,
        labels=[Label(Span("a.proto", 299, 300), "y" * 200)],
    )
    assert max(map(width_of, render(found, {text.name: text}).split("\n"))) <= WIDTH


@given(
    content=st.text(st.sampled_from("ab \t\r\n\u0301\u202e日\x1b😀"), max_size=300),
    places=st.lists(st.tuples(st.integers(0, 320), st.integers(0, 40), st.text(max_size=120)), min_size=1, max_size=4),
)
def test_any_text_and_any_places_are_shown_in_lines_that_fit(content: str, places: list[tuple[int, int, str]]) -> None:
    text = Text("a.proto", content)
    (start, length, words), *others = places
    labels = [Label(Span("a.proto", place, place + long), said) for place, long, said in others]
    shown = render(
        UNSCHEDULED.at(Span("a.proto", start, start + length), words, labels=labels, hint=words), {"a.proto": text}
    )
    assert max(map(width_of, shown.split("\n"))) <= WIDTH
    assert "\x1b" not in shown


def test_a_place_at_the_end_of_the_file_has_one_caret() -> None:
    text = Text("a.proto", "arm active\n\n")
    lines = render(UNSCHEDULED.at(Span(text.name, 12, 12), "the text ends here"), {text.name: text}).split("\n")
    assert lines[3:5] == ["1 | arm active", "  |           ^ not a scheduled visit"]


def test_an_empty_text_and_a_text_that_is_not_there_do_no_harm() -> None:
    assert "a.proto:1:1" in render(UNSCHEDULED.at(Span("a.proto", 0, 0), "x"), {"a.proto": Text("a.proto", "")})
    assert "gone.proto" in render(UNSCHEDULED.at(Span("gone.proto", 5, 9), "x"), {})


def test_a_place_over_several_lines_is_underlined_on_its_first() -> None:
    text = Text("a.proto", "arm a\n  gives b\n")
    lines = render(UNSCHEDULED.at(Span(text.name, 0, 15), "x"), {text.name: text}).split("\n")
    assert lines[4] == "  | ^^^^^ not a scheduled visit"


def test_what_would_act_on_a_terminal_is_shown_instead() -> None:
    text = Text("a\x1b[2J.proto", "arm \x1b[31m\u202eactive")
    shown = render(UNSCHEDULED.at(Span(text.name, 4, 9), "no \x1b arm"), {text.name: text})
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_a_fix_is_the_hint_where_there_is_none(study: Text) -> None:
    found = UNSCHEDULED.at(span_of(study, "W53"), "x", fix=Fix("write W52", ()))
    assert render(found, {study.name: study}).endswith("   = hint: write W52")


def test_colour_adds_nothing_but_colour(study: Text, unscheduled: Diagnostic) -> None:
    coloured = render(unscheduled, {study.name: study}, Ink(is_coloured=True))
    assert "\x1b[1;31merror[PD201]\x1b[0m" in coloured
    plain = "".join(part.partition("m")[2] if part[:1] == "[" else part for part in coloured.split("\x1b"))
    assert plain == render(unscheduled, {study.name: study})


def test_diagnostics_are_parted_by_an_empty_line(study: Text, unscheduled: Diagnostic) -> None:
    shown = "".join(render_all([unscheduled, unscheduled], {study.name: study}))
    assert shown.count("\n\nerror[PD201]") == 1
    assert count_words([unscheduled, unscheduled, UNUSED.at(unscheduled.span, "x")]) == "2 errors, 1 warning"


def test_of_thousands_of_diagnostics_the_first_are_shown(study: Text, unscheduled: Diagnostic) -> None:
    shown = "".join(render_all([unscheduled] * 1500, {study.name: study}))
    assert shown.count("error[PD201]") == 200
    assert shown.endswith("\n\nand 1,300 more in protocols/anrs123.proto\n")


def test_json_holds_everything(study: Text, unscheduled: Diagnostic) -> None:
    document = json.loads(diagnostics_json([study.name], [unscheduled], {study.name: study}))
    assert document["summary"] == {"errors": 1, "warnings": 0, "notes": 0}
    (found,) = document["diagnostics"]
    assert (found["code"], found["line"], found["column"], found["end_column"]) == ("PD201", 46, 26, 29)
    assert found["labels"][0]["words"] == "scheduled here"
    assert found["fix"]["edits"][0]["words"] == "W52"


@pytest.mark.parametrize("safety", ["safe", "unsafe"])
def test_sarif_names_rules_places_and_fixes(study: Text, unscheduled: Diagnostic, safety: Safety) -> None:
    assert unscheduled.fix is not None
    unscheduled = evolve(unscheduled, fix=evolve(unscheduled.fix, safety=safety))
    warning = UNUSED.at(Span("my study.proto", 0, 0), "x")
    log = json.loads(sarif([unscheduled, warning], {study.name: study}, "0.1.0"))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["PD201", "PD910"]
    first, second = run["results"]
    assert first["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 46,
        "startColumn": 26,
        "endLine": 46,
        "endColumn": 29,
    }
    assert first["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"] == {"text": "W52"}
    assert first["fixes"][0]["properties"] == {"safety": safety}
    assert second["level"] == "warning"
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20study.proto"


def test_github_commands_stay_on_one_line(study: Text, unscheduled: Diagnostic) -> None:
    odd = UNUSED.at(Span("a,b:c.proto", 0, 0), "100 %\nof them")
    first, second = github([unscheduled, odd], {study.name: study}).splitlines()
    assert first == (
        "::error file=protocols/anrs123.proto,line=46,col=26,endLine=46,endColumn=29,title=PD201::"
        "cd4 is read at W53, but no visit W53 is scheduled (did you mean W52?)"
    )
    assert second.startswith("::warning file=a%2Cb%3Ac.proto,line=1")
    assert second.endswith("::100 %25%0Aof them")
