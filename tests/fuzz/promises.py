"""What holds for any text whatever."""

import json
from collections.abc import Iterator
from functools import cache

from tests.fuzz.texts import ROOT, source
from tests.syntax.strewn import comments, signs

from protocol_dsl import __version__
from protocol_dsl.apps.cli import diff, needs, show
from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.base.source import Span, Text
from protocol_dsl.differences.versions import differences
from protocol_dsl.project.analysis import Checked, analysed_text
from protocol_dsl.project.fixes import repaired
from protocol_dsl.project.study import Study, study_of
from protocol_dsl.project.texts import FolderShelf, decoded
from protocol_dsl.syntax.layout import laid_out
from protocol_dsl.syntax.parse import parse
from protocol_dsl.syntax.printer import print_file
from protocol_dsl.writers.diagnostics import render_all
from protocol_dsl.writers.diagnostics_json import diagnostics_json, github
from protocol_dsl.writers.examples_json import ProtocolExamples, tested_json
from protocol_dsl.writers.ink import PLAIN
from protocol_dsl.writers.sarif import sarif
from protocol_dsl.writers.text.examples import tested_lines

NAME = "any.proto"
BLANK = 32
FORMS = ("text", "markdown", "html")


@cache
def shelf() -> FolderShelf:
    """What stands beside a text: the shipped libraries, and those in the folder of the protocols."""
    return FolderShelf(ROOT / "protocols")


@cache
def other_study() -> Study:
    """What each text without errors is held to."""
    return study_of(analysed_text(Text("other.proto", source().whole[0]), shelf()))


def hold(content: str) -> bool:
    """Ask everything of a text that can be asked; whether it has no errors is returned.

    Raises:
        AssertionError: A promise is broken; any other exception breaks one too.
    """
    read = decoded(content.encode("utf-8", "surrogatepass"))
    assert isinstance(read, str) or read.why
    text = Text(NAME, content)
    checked = analysed_text(text, shelf())
    is_placed(checked)
    is_written(checked)
    is_kept(checked)
    is_repaired(checked)
    if checked.model is None:
        return False
    is_used(study_of(checked))
    return True


def is_placed(checked: Checked) -> None:
    """Every place that a message names lies in its text, and whatever is shown there is cut out of it."""
    for each in checked.diagnostics:
        assert each.message
        assert "\n" not in each.message
        for span in places(each):
            assert span.file in checked.texts, f"{each.code.number} stands in {span.file}"
            length = len(checked.texts[span.file].content)
            assert 0 <= span.start <= span.end <= max(length, 1), f"{each.code.number} stands at {span} of {length}"


def places(found: Diagnostic) -> Iterator[Span]:
    """Every place that a message names."""
    yield found.span
    yield from (label.span for label in found.labels)
    yield from (edit.span for edit in (found.fix.edits if found.fix else ()))


def is_written(checked: Checked) -> None:
    """Every form of output can be written, and the first three say something of each mistake."""
    found, texts = checked.diagnostics, checked.texts
    for line in "".join(render_all(found, texts, PLAIN)).splitlines():
        assert not any(ord(sign) < BLANK for sign in line), "a control character is printed"
    assert len(json.loads(diagnostics_json((NAME,), found, texts))["diagnostics"]) == len(found)
    assert len(json.loads(sarif(found, texts, __version__))["runs"][0]["results"]) == len(found)
    assert github(found, texts).count("\n") == len(found)


def is_kept(checked: Checked) -> None:
    """The layout keeps words, comments and meaning, and is laid out already; what is printed is read as it was."""
    if not any(each.code.number.startswith("PD0") for each in checked.diagnostics):
        file = parse(checked.text).file
        assert parse(Text(NAME, print_file(file))).file == file, "printed, and read as something else"
    before = checked.text.content
    laid = laid_out(checked.text).content  # it raises where another tree would be read
    words = [[each.split() for each in comments(of)] for of in (laid, before)]
    assert words[0] == words[1], "comments lost"
    kept = ["".join(signs(of.removeprefix("\ufeff")).split()) for of in (laid, before)]
    assert kept[0] == kept[1], "words lost"  # a quote may stand in a cell
    assert laid_out(Text(NAME, laid)).content == laid, "laid out, and laid out otherwise again"


def is_repaired(checked: Checked) -> None:
    """The safe repairs leave no repair, and no error where there was none."""
    if not any(each.fix and each.fix.safety == "safe" for each in checked.diagnostics):
        return
    made = repaired(checked.text, shelf())
    assert not repaired(made.text, shelf()).made, "repaired, and to be repaired again"
    if errors(checked) == 0:
        assert errors(analysed_text(made.text, shelf())) == 0, "a repair made an error"


def errors(checked: Checked) -> int:
    """How many errors there are."""
    return sum(each.severity == "error" for each in checked.diagnostics)


def is_used(study: Study) -> None:
    """Every command that needs no data has an answer, and the layout makes no difference in meaning."""
    shown = show.document_of(study)
    for form in FORMS:
        assert "".join(show.pieces(shown, form, PLAIN))
    wanted = study.needs()
    for form in ("text", "json", "csv"):
        assert "".join(needs.pieces(study, wanted, form, PLAIN))
    tested = study.test()
    assert "".join(tested_lines(tested, study.text, PLAIN)) or not tested.examples
    json.loads(tested_json([ProtocolExamples(study.model, study.text, tested)]))
    laid = analysed_text(Text(NAME, laid_out(study.text).content), shelf())
    assert laid.model is not None, "the layout made an error"
    assert differences(study.model, laid.model) == ()
    for one, two in ((study, other_study()), (other_study(), study)):
        sides = diff.Sides(one, two, differences(one.model, two.model))
        assert "".join(diff.lines(sides, None, PLAIN))
        json.loads(diff.written(sides, None))
