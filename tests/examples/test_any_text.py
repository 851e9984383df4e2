"""Whatever stands in an example, there are diagnostics and no exception."""

from collections.abc import Iterable
from pathlib import Path

from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.spec.cases import Case

from protocol_dsl.base.source import Text, Unread
from protocol_dsl.project.analysis import analysed_text
from protocol_dsl.project.examples import coverage

LIBRARY = Path(__file__).resolve().parents[2] / "src" / "protocol_dsl" / "library"
PLAN = """\
history medications open
inclusion I1 "Adult"
  require age at SCR >= 18 years
visits W0, W24
  window ± 7 days
  assess cd4
treatment il2 "Interleukin-2"
  dose 4.5 MIU subcutaneous, twice daily for 5 days
  cycles up to 3 from W2, spaced 4 weeks
  window -3 to +7 days
arm active "Active"
  gives il2
"""
WORDS = """
cd4 hiv_rna stage NRTI PI hiv1_infection cdc_event adverse_event failing origin karnofsky last_test I1 W0 W24 W2
il2 active arm sex site age birth_date randomization screening death at before within from to in of on is by for
visit cycle dose course medication exposed count latest lowest recorded deviation deviations query no not held
given met unknown eligible undetermined late early missed planned DV19 QY01 as grade related verdict yes 0 1 17
999 28 days years cells/mm3 kg MIU mild <50 < 50 - 2004 0000 2004-06 2004-06-14 9999-12-31 0001-01-01 2004-02-30
{B} { B } %
"""
SUBJECTS = """
age is; randomization; screening; death; cd4 at W24 is; latest cd4 is; exposed to NRTI is; on PI at W24 is;
cdc_event on; visit W24 on; cycle 2 of il2 on; course of il2 from; dose of il2 is 3 MIU on; medication
zidovudine from; as of; karnofsky is; count of cdc_event from W0 to W24 is; last_test is; cdc_event in {B}
related to il2 is; lowest cd4 from W0 to W24 is
"""
VALUES = """
yes; no; unknown; 999; 99; 0001-01-01; 9999-12-31; 2004; 2004-06-14; < 50 cells/mm3; 9999999999999999999
cells/mm3; 70 points; not held; not given; 0001-01-01 to 9999-12-31
"""
phrases = st.lists(st.one_of(st.sampled_from(WORDS.split()), st.text("aW0-<,.|{}\u00e9", max_size=3)), max_size=7).map(
    " ".join
)
likely = st.builds(
    "{} {}".format,
    st.sampled_from([" ".join(each.split()) for each in SUBJECTS.split(";")]),
    st.sampled_from([" ".join(each.split()) for each in VALUES.split(";")]),
)
lines = st.one_of(phrases, likely).map(lambda words: words.replace("#", "").replace("\n", " "))


@frozen
class Nothing:
    """Nothing beside the protocol."""

    def library(self, name: str) -> Text | None:
        """None."""
        del name
        return None

    def libraries(self) -> Iterable[str]:
        """None."""
        return ()

    def source(self, name: str) -> str | Unread | None:
        """None."""
        del name
        return None


@settings(max_examples=100, deadline=None)
@given(facts=st.lists(likely, max_size=2))
def test_facts_that_may_be_right_are_judged(facts: list[str]) -> None:
    hold(facts, [], [])


@settings(max_examples=100, deadline=None)
@given(facts=st.lists(lines, max_size=5), wanted=st.lists(lines, max_size=3), cells=st.lists(phrases, max_size=4))
def test_any_example_is_judged_or_told(facts: list[str], wanted: list[str], cells: list[str]) -> None:
    hold(facts, wanted, cells)


def hold(facts: list[str], wanted: list[str], cells: list[str]) -> None:
    """Whatever is wrong is told, and what is not is run."""
    table = [f"  | {' | '.join([*cells, 'I1'])} |", f"  | {' | '.join([*cells[::-1], 'met'])} |"] if cells else []
    own = [f"  given {words}" for words in facts] + [f"  expect {words}" for words in [*wanted, "W24 not due"]]
    text = Case("", "", {"protocol": "\n".join([PLAN, 'example "any"', *table, *own, ""])}).protocol
    found = analysed_text(Text("any.proto", text), Nothing())
    assert all(mistake.message for mistake in found.diagnostics)
    if found.model is not None:
        assert len(coverage.tested(found.model).examples) == 1
