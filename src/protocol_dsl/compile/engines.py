"""What columns do not judge, as data: asked before any row is read, and told by the code of the construct."""

from collections.abc import Callable
from functools import lru_cache

from protocol_dsl.base.days import LAST_DAY
from protocol_dsl.base.values import frozen
from protocol_dsl.compile.amendments import compile_criterion, in_version, version_in_force
from protocol_dsl.compile.cycles import cycle_tables
from protocol_dsl.compile.deviations.intervals import broken
from protocol_dsl.compile.deviations.noticed import noticed
from protocol_dsl.compile.doses import given_tables
from protocol_dsl.compile.early import days_asked
from protocol_dsl.compile.gather import AT_CUTOFF, Gather
from protocol_dsl.compile.schedule import visit_tables
from protocol_dsl.compile.visit_days import visit_days
from protocol_dsl.model.columns import NotInColumnsError, layout_of
from protocol_dsl.model.study import StudyModel


@frozen
class Refusal:
    """A rule that columns do not judge, and the construct that is why, which may name the rule itself."""

    rule: str
    construct: str

    @property
    def words(self) -> str:
        """``EXCL17: pulse at SCR: a reading that belongs to a visit``."""
        return f"{self.rule}: {self.construct}" if self.rule else self.construct


@lru_cache(maxsize=64)
def refusals(model: StudyModel) -> tuple[Refusal, ...]:
    """The rules of entry that columns do not judge, in the order of the text."""
    if model.eligibility_point is None:
        return (Refusal("eligibility", "no point at which it is judged"),)
    try:
        layout = layout_of(model)
    except NotInColumnsError as error:
        return (Refusal("the vocabulary", str(error)),)
    found: list[Refusal] = []
    studies = [version.study for version in model.versions] or [model]
    try:
        gather = Gather(model, layout, model.eligibility_point)
        gathers = [in_version(study, model, gather) for study in studies]
        version = version_in_force(model.versions, gather) if model.versions else None
    except NotInColumnsError as error:
        return (Refusal("eligibility", str(error)),)
    for criterion in model.criteria:
        try:
            compile_criterion(criterion.name, gathers, version)
        except NotInColumnsError as error:
            found.append(Refusal(criterion.name, str(error)))
    return tuple(found)


@lru_cache(maxsize=64)
def check_refusals(model: StudyModel) -> tuple[Refusal, ...]:
    """What columns do not judge of a whole protocol: its entry, its visits, its treatments, its deviations."""
    if found := refusals(model):
        return found
    gather = Gather(model, layout_of(model), AT_CUTOFF, cutoff=LAST_DAY, last_listed=LAST_DAY, knows_given=True)
    parts: tuple[Callable[[StudyModel, Gather, int], object], ...] = (
        lambda study, asked, cutoff: visit_tables(study, asked, visit_days(cutoff, None)),
        cycle_tables,
        noticed,
        lambda study, asked, day: broken(study, asked, visit_days(day, None)),
        lambda study, asked, day: given_tables(study, asked, day) if days_asked(study) else [],
    )
    refused: list[Refusal] = []
    for compile_part in parts:
        try:
            compile_part(model, gather, LAST_DAY)
        except NotInColumnsError as error:
            refused.append(Refusal("", str(error)))
    return tuple(dict.fromkeys(refused))
