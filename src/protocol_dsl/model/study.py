"""The whole protocol, ready to run."""

from collections.abc import Mapping
from functools import lru_cache

from protocol_dsl.base.units import factor_between
from protocol_dsl.base.values import frozen
from protocol_dsl.model.endpoints import AnalysisSet, Endpoint
from protocol_dsl.model.examples import Example
from protocol_dsl.model.expressions import DefinedTest, EventPattern
from protocol_dsl.model.points import Point
from protocol_dsl.model.rules import Criterion, GradeLine, OwnDeviation, Prohibition, RequiredInterval
from protocol_dsl.model.schedule import Arm, Epoch, Treatment, Visit
from protocol_dsl.model.vocabulary import Vocabulary

MODEL_VERSION = 1


@frozen
class Anchor:
    """A point by the name the protocol gives to a milestone: ``W0`` is ``randomization``.

    Of an anchor on the first of some events ``first`` says which, and points call it by its own name.
    """

    name: str
    milestone: str
    first: EventPattern | None = None


@frozen
class SiteDay:
    """The day on which an amendment comes into force at one site."""

    site: str
    day: int


@frozen(kw_only=True)
class Version:
    """The whole protocol as it stood first, or as an amendment left it: ``study`` itself has no versions.

    ``day`` is the first day on which it is in force, but at ``sites`` that have a day of their own; the first version
    has no name, and was always in force. An amendment without a ``day`` is in force at ``sites`` alone.
    """

    name: str = ""
    title: str = ""
    day: int | None = None
    sites: tuple[SiteDay, ...] = ()
    study: "StudyModel"


@frozen(kw_only=True)
class StudyModel:
    """A protocol with names resolved and units fixed; every tuple in the order of the text.

    ``versions`` are the protocol as it stood first and as each amendment left it, in the order in which they come into
    force; none where nothing was ever amended. The other fields then hold everything that any version plans or asks,
    each in its last version; of ``deviations``, ``grades``, ``analysis_sets`` and ``endpoints`` those of the last.
    ``sha256`` is that of the protocol's text (UTF-8) followed by those of the library texts it uses.
    ``definitions`` are those that are tests; where a rule reads one, it stands there too.
    """

    name: str
    title: str
    language: int
    sha256: str
    anchors: tuple[Anchor, ...] = ()
    eligibility_point: Point | None = None
    criteria: tuple[Criterion, ...] = ()
    vocabulary: Vocabulary = Vocabulary()
    treatments: tuple[Treatment, ...] = ()
    arms: tuple[Arm, ...] = ()
    epochs: tuple[Epoch, ...] = ()
    visits: tuple[Visit, ...] = ()
    prohibitions: tuple[Prohibition, ...] = ()
    intervals: tuple[RequiredInterval, ...] = ()
    deviations: tuple[OwnDeviation, ...] = ()
    grades: tuple[GradeLine, ...] = ()
    participation_end: Point | None = None
    analysis_sets: tuple[AnalysisSet, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    definitions: tuple[DefinedTest, ...] = ()
    examples: tuple[Example, ...] = ()
    versions: tuple[Version, ...] = ()

    def __hash__(self) -> int:
        """That of the text: what is worked out of a protocol once is looked up by it, in no time."""
        return hash((self.name, self.sha256))


def studies_of(study: StudyModel) -> tuple[StudyModel, ...]:
    """The protocol in each of its versions, one where nothing was ever amended."""
    return tuple(version.study for version in study.versions) or (study,)


def criteria_in(version: int | None, study: StudyModel) -> Mapping[str, Criterion]:
    """The criteria by name in one of the versions; the number of versions stands for all, the last of each counting."""
    found = studies_of(study)
    asked = found if version is None or version == len(found) else (found[version],)
    return {criterion.name: criterion for each in asked for criterion in each.criteria}


def may_lack_doses(model: StudyModel) -> bool:
    """Whether ``history administrations open`` says that what is not recorded may have been given all the same."""
    return any(one.of == "administrations" and one.state == "open" for one in model.vocabulary.histories)


def treatment_called(name: str, study: StudyModel) -> Treatment | None:
    """The treatment of a name in one version of the protocol, if this has one."""
    return next((each for each in study.treatments if each.name == name), None)


def versions_of(name: str, model: StudyModel) -> tuple[Treatment, ...]:
    """A treatment in each version that has it, the last version first."""
    found = (treatment_called(name, study) for study in reversed(studies_of(model)))
    return tuple(treatment for treatment in found if treatment is not None)


def level_names(name: str, model: StudyModel) -> tuple[str, ...]:
    """The names that the levels of a treatment have in any version, each as the last version that has it writes it."""
    found: dict[str, str] = {}
    for level in (level for each in versions_of(name, model) for level in each.levels):
        found.setdefault(level.name.casefold(), level.name)
    return tuple(found.values())


def dose_units(name: str, model: StudyModel) -> tuple[str, ...]:
    """The units that the doses of a treatment have in any version, that of the last version first."""
    return tuple(dict.fromkeys(each.unit for each in versions_of(name, model) if each.unit))


@lru_cache(maxsize=64)
def units_held(name: str, model: StudyModel) -> tuple[str, ...]:
    """The units in which doses of a treatment are held as they are read: each that converts to no later version's."""
    found: list[str] = []
    for unit in dose_units(name, model):
        if all(factor_between(unit, other) is None for other in found):
            found.append(unit)
    return tuple(found)


def unit_held(treatment: Treatment, model: StudyModel) -> str:
    """The one of ``units_held`` to which the unit of a version of a treatment converts; empty where it has no dose."""
    held = units_held(treatment.name, model)
    return next((unit for unit in held if factor_between(treatment.unit, unit) is not None), "")
