"""Random studies, each judged by the interpreter and by another engine; those on which they differ are kept."""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Literal, TypeAlias, get_args

from attrs import define, field
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from tests.compile.folders import FORMS, Form, write_folder
from tests.compile.plans import conduct, plans
from tests.compile.schedules import attendance, schedules
from tests.compile.studies import Tables, protocols, tables
from tests.compile.test_agreement import AS_OF, WAYS, Way, require_agreement, study_of
from tests.compile.test_spark import require_spark_agrees
from tests.compile.test_whole_agreement import AS_OF as LATER
from tests.compile.test_whole_agreement import require_whole_agreement

from protocol_dsl import Study
from protocol_dsl.compile.engines import refusals

Kind: TypeAlias = Literal["screen", "check", "visits", "spark"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MUCH_LATER = "2004-10-01"
TOGETHER = 100
"""Studies of one seed: hypothesis remembers all that it tried, and slows down."""


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


def judged(kind: Kind, study: Study, folder: Path, as_of: str | None, way: Way) -> int:
    """Judge a study by both engines; how many participants columns judged themselves, nobody where they refuse it."""
    if refusals(study.model):
        return 0  # such as a value divided by nothing
    match kind:
        case "screen":
            return require_agreement(study, folder, as_of, [way])
        case "check" | "visits":
            return require_whole_agreement(study, folder, as_of)
        case "spark":
            return require_spark_agrees(study, folder, as_of)


def try_studies(kind: Kind, number: int, count: int, keep: Path) -> Iterator[Tally]:
    """Judge ``count`` random studies of the seed ``number``; the counts after every hundred of them.

    A study on which the engines differ is copied into ``keep``: protocol, data, and what the difference is.
    """
    tally = Tally()
    for start in range(0, count, TOGETHER):
        few(kind, number * 1_000_000 + start, min(TOGETHER, count - start), tally, keep)()
        yield tally


def few(kind: Kind, number: int, count: int, tally: Tally, keep: Path) -> Callable[[], None]:
    """What judges some studies of one seed."""
    texts: dict[Kind, st.SearchStrategy[str]] = {"check": plans(), "visits": schedules()}
    studies: dict[Kind, st.SearchStrategy[Tables]] = {"check": conduct(), "visits": attendance()}
    as_of_days = [None, LATER, MUCH_LATER] if kind in texts else [None, AS_OF]

    @seed(number)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        text=texts.get(kind, protocols()),
        data=studies.get(kind, tables()),
        as_of=st.sampled_from(as_of_days),
        way=st.sampled_from(WAYS),
        form=st.sampled_from(FORMS),
    )
    def judge(text: str, data: Tables, as_of: str | None, way: Way, form: Form) -> None:
        tally.studies += 1
        tally.participants += len(data.tables["participants"])
        with TemporaryDirectory() as place:
            folder = write_folder(Path(place) / "data", data.tables, form=form)
            try:
                tally.in_columns += judged(kind, study_of(text, Path(place)), folder, as_of, way)
            except AssertionError as error:
                kept = keep / f"{number}-{tally.studies}"
                copytree(place, kept, dirs_exist_ok=True)
                (kept / "difference.txt").write_text(f"{kind}, {way}, as of {as_of}\n{error}\n", encoding="utf-8")
                tally.kept.append(kept)

    return judge
