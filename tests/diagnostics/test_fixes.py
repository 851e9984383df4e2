"""What fixes do to a text: held to every text that the pages of the codes show, and to the shipped protocols."""

import re
from pathlib import Path

import pytest
from attrs import evolve
from tests.diagnostics.test_codes import BLOCK, PAGES, shown

from protocol_dsl.base.diagnostics import Edit, Fix, respelt, reworded
from protocol_dsl.base.source import Span, Text
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.analysis import analysed_text
from protocol_dsl.project.fixes import SAFE, edited, repaired
from protocol_dsl.project.texts import FolderShelf

ROOT = Path(__file__).resolve().parents[2]
SHOWN = [
    pytest.param(part, id=f"{page.stem}-{place}")
    for page in sorted(PAGES.glob("PD*.md"))
    for place, part in enumerate(page.read_text(encoding="utf-8").split("\n## Repaired\n"))
    if BLOCK.search(part)
]


PLACE = re.compile(r"Place\(file='[^']*', line=\d+, column=\d+\)")


def meaning(model: StudyModel) -> str:
    """What a model says but for the places in its text, and for names that its rules do not use."""
    bare = evolve(model, sha256="", vocabulary=evolve(model.vocabulary, **dict.fromkeys(NAMED, ())))
    return PLACE.sub("", repr(bare))


NAMED = ("measures", "classes", "conditions", "events", "milestones", "attributes")


def names(model: StudyModel) -> set[str]:
    """Every name of the vocabulary."""
    return {each.name for kind in NAMED for each in getattr(model.vocabulary, kind)}


# Nobody traces these: tests/diagnostics/test_codes.py goes through the same lines, and is.
@pytest.mark.parametrize("part", SHOWN)
def test_safe_fixes_never_change_what_a_text_means(part: str) -> None:
    shelf = shown(part)
    text = shelf.protocol
    before = analysed_text(text, shelf)
    found = repaired(text, shelf)
    after = analysed_text(found.text, shelf)
    assert not [each for each in after.diagnostics if each.fix and each.fix.safety == "safe" and is_own(each.fix)]
    assert repaired(found.text, shelf).made == ()
    if before.model is not None:
        assert after.model is not None
        assert meaning(after.model) == meaning(before.model)
        unused = {text.words(each.span) for each in before.diagnostics if each.code.number == "PD131"}
        assert names(before.model) - names(after.model) <= unused


def is_own(fix: Fix) -> bool:
    """Whether a fix is one of the protocol's text."""
    return all(edit.span.file == "case.proto" for edit in fix.edits)


@pytest.mark.parametrize("name", ["anrs123", "actg175", "lzzt"])
def test_a_shipped_protocol_needs_no_fix(name: str) -> None:
    path = ROOT / "protocols" / f"{name}.proto"
    text = Text(str(path), path.read_text(encoding="utf-8"))
    assert repaired(text, FolderShelf(path.parent), (*SAFE, "unsafe")).text == text


def test_the_shipped_protocol_as_a_word_processor_leaves_it_is_whole_again() -> None:
    path = ROOT / "protocols" / "anrs123.proto"
    text = Text("a.proto", path.read_text(encoding="utf-8"))
    changes = {" <= ": " \u2264 ", "-3 to": "\u20133 to", '"Low CD4 count"': "\u201cLow CD4 count\u201d"}
    spoilt = text.content.replace("\n  require exposed", "\n  requier exposed").replace("\nexclusion", "\nexlusion")
    for right, wrong in changes.items():
        spoilt = spoilt.replace(right, wrong)
    assert spoilt != text.content
    found = repaired(Text("a.proto", spoilt), FolderShelf(path.parent))
    assert found.text.content == text.content
    assert {each.diagnostic.code.number for each in found.made} == {"PD002", "PD007", "PD009", "PD020"}


def test_both_signs_of_a_window_are_written_as_one() -> None:
    shelf = shown("```protocol\nvisits W4 window +-3 days assess cd4\n```")
    assert repaired(shelf.protocol, shelf).text.content.endswith("visits W4 window ±3 days assess cd4\n")


def test_edits_are_made_from_the_end() -> None:
    edits = [Edit(Span("a", 0, 3), "x"), Edit(Span("a", 4, 4), "y"), Edit(Span("a", 4, 7), "")]
    assert edited("one two", edits[:2]) == "x ytwo"
    assert edited("one two", edits[::2]) == "x "


def test_a_word_of_the_language_is_written_where_only_one_is_near() -> None:
    span = Span("a", 0, 1)
    words = ("require", "repeat", "visit", "visits", "at")
    assert reworded(span, "requier", "require", words).safety == "safe"
    assert reworded(span, "visitt", "visit", words).safety == "unsafe"
    assert reworded(span, "aat", "at", words).safety == "unsafe"
    assert reworded(span, "recquiers", "require", words).safety == "unsafe"


def test_which_of_its_own_names_an_author_meant_is_never_guessed_safely() -> None:
    span = Span("a", 0, 1)
    assert respelt(span, "W53", ["W52"]) == Fix("write W52", (Edit(span, "W52"),), "unsafe")
    assert respelt(span, "W53", ["W52", "W54"]) is None
    assert respelt(span, "hiv", ["cd4"]) is None
