"""What a hurried author gets to read: each mistake at its line with its code and hint, and nothing else."""

from functools import cache

import pytest
from tests.mistakes.cases import PROTOCOLS, Mistake, cases

from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.base.source import Text
from protocol_dsl.project.analysis import analysed_text
from protocol_dsl.project.texts import FolderShelf
from protocol_dsl.semantics.checks.examples import FAILS

CASES = tuple(cases())
LEAST_CASES = 100
LEAST_WITH_HINT = 0.9


def told(protocol: str, content: str) -> list[tuple[int, Diagnostic]]:
    """The messages about a text, each with its line."""
    read = analysed_text(Text(f"{protocol}.proto", content), FolderShelf(PROTOCOLS))
    return [(read.text.position(each.span.start).line, each) for each in read.diagnostics]


@cache
def told_anyway(protocol: str) -> frozenset[tuple[str, str]]:
    """What is said of the shipped protocol itself, whose sources are no part of this project."""
    content = (PROTOCOLS / f"{protocol}.proto").read_text(encoding="utf-8")
    found = [each for _, each in told(protocol, content)]
    assert not [each.message for each in found if each.severity == "error"]
    return frozenset((each.code.number, each.message) for each in found)


def hint_of(found: Diagnostic) -> str:
    """What the message advises, as it is shown: the title of its fix where it has no hint."""
    return found.hint or (found.fix.title if found.fix else "")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hurried_author_reads_one_message_for_each_mistake(case: Mistake) -> None:
    known = told_anyway(case.protocol)
    found = [(line, each) for line, each in told(case.protocol, case.content)]
    new = [(line, each) for line, each in found if (each.code.number, each.message) not in known]
    # Examples that fail because of the mistake are a matter of their own.
    new = [(line, each) for line, each in new if each.severity != "note" and each.code != FAILS]
    said = [f"{line}: {each.code.number} {each.message} [{hint_of(each)}]" for line, each in new]
    wanted = sorted((each.line, each.code) for each in case.expected)
    assert sorted((line, each.code.number) for line, each in new) == wanted, said
    for each in case.expected:
        hints = [hint_of(one) for line, one in new if (line, one.code.number) == (each.line, each.code)]
        assert any(each.hint in hint for hint in hints), said


def test_titles_differ() -> None:
    titles = [str(case) for case in CASES]
    assert len(titles) == len(set(titles))


def test_there_are_enough_cases_and_nearly_all_messages_say_what_to_do() -> None:
    """Each hint named here is held by the case above."""
    expected = [each for case in CASES for each in case.expected]
    assert len(CASES) >= LEAST_CASES
    assert sum(bool(each.hint) for each in expected) >= LEAST_WITH_HINT * len(expected)
