"""Random deviations of the protocol's own that read counts at visits, and what was read there."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from hypothesis import strategies as st
from tests.compile.draws import clean, often

READ = (
    "cd4 at {0} > 200 cells/mm3",
    "cd4 at {0} > 200 cells/mm3",
    "cd4 at {0} <= 200 cells/mm3",
    "not (cd4 at {0} is recorded)",
    "cd4 at {0} is recorded and cd4 at {1} < 300 cells/mm3",
    "change in cd4 from {0} to {1} > 100 cells/mm3",
    "percent change in cd4 from {0} to {1} > 20 percent",
    "highest cd4 before W16 > cd4 at {0}",
    "consecutive cd4 > (1.5 times cd4 at {0}) from SCR to W20",
    "cd4 at {0} > 200 cells/mm3 or cd4 at {1} > 300 cells/mm3",
)
Rows = list[Mapping[str, str]]


def own_rules(visits: Sequence[str]) -> st.SearchStrategy[str]:
    """A deviation that asks for counts at some of these visits."""
    names = st.sampled_from(visits)
    return st.builds(str.__add__, st.builds(own_rule, st.sampled_from(READ), names, names), told)


def own_rule(form: str, one: str, other: str) -> str:
    """The deviation, and that counts are read at its visits."""
    test = form.format(one, other)
    read = ", ".join(dict.fromkeys(name for name in (one, other) if re.search(rf"\b(at|from|to) {name}\b", test)))
    return f'at {read} also assess cd4\ndeviation own_counts "Counts" when {test}\n'


told = st.sampled_from(
    ["", "", "  category eligibility\n", "  grade important\n", "  category visit window\n  grade minor\n"]
)
"""As what a deviation of the protocol's own is told."""


@st.composite
def counts_at(draw: st.DrawFn, visits: Iterable[Mapping[str, str]]) -> Rows:
    """Counts read at visits: most with their label and on their day, some without a label, a few on another day."""
    found: Rows = []
    for visit in visits:
        if draw(st.integers(0, 4)) == 0 or len(visit["date"]) != len("2004-06-14"):
            continue
        day = date.fromisoformat(visit["date"]) + timedelta(days=draw(often(st.integers(-4, 4), st.just(0))))
        label = draw(often(st.just(""), st.just(visit["visit"])))
        value = draw(clean(st.sampled_from(["", "<50"]), often(st.sampled_from(["310", "200", "40"]), st.just("150"))))
        row = {"participant": visit["participant"], "measure": "cd4", "date": day.isoformat()}
        found.append({**row, "value": value, "visit": label})
    return found
