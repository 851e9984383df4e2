"""Random studies, each judged by the interpreter and by another engine; those on which they differ are kept.

Hypothesis varies an example some times before it draws another, which is good for finding its least form and of no use
for counting; here each study is drawn by itself, from a number of its own.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Literal, TypeAlias, get_args

from attrs import define, field, frozen
from hypothesis import strategies as st
from hypothesis.control import BuildContext
from hypothesis.errors import StopTest
from hypothesis.internal.conjecture.data import ConjectureData
from tests.compile.folders import FORMS, Form, write_folder
from tests.compile.given import given_studies
from tests.compile.on_spark import require_printed_agrees, require_spark_agrees, require_spark_checks
from tests.compile.plans import planned_studies
from tests.compile.schedules import START, scheduled_studies
from tests.compile.studies import MadeUp, studies
from tests.compile.test_agreement import AS_OF, WAYS, Way, require_agreement, study_of
from tests.compile.test_whole_agreement import AS_OF as LATER
from tests.compile.test_whole_agreement import require_whole_agreement

from protocol_dsl import Study, UnreadableError
from protocol_dsl.compile.engines import refusals

Kind: TypeAlias = Literal["screen", "check", "visits", "cycles", "spark", "spark-check", "spark-sql"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MUCH_LATER = "2004-10-01"
EARLIEST, LATEST = date(2004, 7, 5), date(2004, 9, 30)
"""Cut-offs lie between, so that some fall on an end of somebody's window."""
SEED = 1_000_000
"""From the number of one seed to that of the next: studies of a seed are numbered one by one."""


@define
class Tally:
    """What came of the studies so far; ``kept`` are the folders of those on which the engines differ."""

    studies: int = 0
    participants: int = 0
    in_columns: int = 0
    kept: list[Path] = field(factory=list)

    def __str__(self) -> str:
        """The counts in a line."""
        judged = f"{self.participants:,} participants, {self.in_columns:,} of them judged in columns alone"
        return f"{self.studies:,} studies, {judged}; {len(self.kept):,} disagreements"


@frozen
class Drawn:
    """A random study, and how it is asked for."""

    study: MadeUp
    as_of: str | None
    way: Way
    form: Form


def drawn(kind: Kind, number: int) -> Drawn:
    """The study of a number; the same in every run.

    Raises:
        StopTest: It would be larger than any that hypothesis draws.
    """
    data = ConjectureData(random=Random(number))  # noqa: S311 - made-up data
    with BuildContext(data, is_final=False, wrapped_test=drawn):
        return data.draw(all_of(kind))


@cache
def all_of(kind: Kind) -> st.SearchStrategy[Drawn]:
    """The studies of a kind: made once, for hypothesis looks a strategy through before it first draws from it."""
    kinds: dict[Kind, st.SearchStrategy[MadeUp]] = {
        "check": planned_studies(),
        "visits": scheduled_studies(),
        "cycles": given_studies(),
        "spark-check": planned_studies() | scheduled_studies() | given_studies(),
    }
    days = st.dates(EARLIEST, LATEST) | st.builds(day_of_week, st.integers(3, 15), st.sampled_from([0, 0, 3, 3, 4, 6]))
    some_days = st.sampled_from([None, LATER, MUCH_LATER]) | days.map(date.isoformat)
    return st.builds(
        Drawn,
        study=kinds.get(kind, studies()),
        as_of=some_days if kind in kinds else st.sampled_from([None, AS_OF]),
        way=st.sampled_from(WAYS),
        form=st.just("parquet") if kind == "spark-sql" else st.sampled_from(FORMS),
    )


def day_of_week(week: int, days: int) -> date:
    """So many days after whole weeks from the first randomization: where windows of many end, or their grace."""
    return START + timedelta(weeks=week, days=days)


def judged(kind: Kind, study: Study, folder: Path, as_of: str | None, way: Way) -> int:
    """Judge a study by both engines; how many participants columns judged themselves."""
    match kind:
        case "screen":
            return require_agreement(study, folder, as_of, [way])
        case "check" | "visits" | "cycles":
            return require_whole_agreement(study, folder, as_of)
        case "spark":
            return require_spark_agrees(study, folder, as_of)
        case "spark-sql":
            return require_printed_agrees(study, folder, as_of)
        case "spark-check":
            return require_spark_checks(study, folder, as_of)


def try_studies(kind: Kind, seed: int, count: int, keep: Path) -> Iterator[Tally]:
    """Judge ``count`` random studies of a seed; the counts after each of them.

    A study on which the engines differ is copied into ``keep``: protocol, data, and what the difference is.
    """
    tally = Tally()
    number = seed * SEED
    while tally.studies < count:
        number += 1
        try:
            one = drawn(kind, number)
        except StopTest:
            continue
        tally.studies += 1
        tally.participants += len(one.study.data.tables["participants"])
        with TemporaryDirectory() as place:
            if difference := try_one(kind, one, Path(place), tally):
                kept = keep / f"{kind}-{number}"
                copytree(place, kept, dirs_exist_ok=True)
                (kept / "difference.txt").write_text(difference, encoding="utf-8")
                tally.kept.append(kept)
        yield tally


def try_one(kind: Kind, one: Drawn, place: Path, tally: Tally) -> str:
    """Judge one study; in what the engines differ, if they do."""
    folder = write_folder(place / "data", one.study.data.tables, form=one.form)
    study = study_of(one.study.text, place)
    try:
        tally.in_columns += judged(kind, study, folder, one.as_of, one.way)
    except (AssertionError, UnreadableError) as error:
        if isinstance(error, AssertionError) or not refusals(study.model):  # such as a value divided by nothing
            return f"{kind}, {one.way}, as of {one.as_of}\n{error}\n"
    return ""
