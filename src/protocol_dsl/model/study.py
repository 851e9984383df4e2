"""The whole protocol, ready to run."""

from attrs import frozen

from protocol_dsl.model.endpoints import AnalysisSet, Endpoint
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.points import Point
from protocol_dsl.model.rules import Criterion, GradeLine, OwnDeviation, Prohibition, RequiredInterval
from protocol_dsl.model.schedule import Arm, Treatment, Visit
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


@frozen(kw_only=True)
class StudyModel:
    """A protocol with names resolved and units fixed; every tuple in the order of the text.

    ``sha256`` is that of the protocol's text (UTF-8) followed by those of the library texts it uses.
    ``ignored`` says, one line each, what the text holds that this engine does not run.
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
    visits: tuple[Visit, ...] = ()
    prohibitions: tuple[Prohibition, ...] = ()
    intervals: tuple[RequiredInterval, ...] = ()
    deviations: tuple[OwnDeviation, ...] = ()
    grades: tuple[GradeLine, ...] = ()
    participation_end: Point | None = None
    analysis_sets: tuple[AnalysisSet, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    ignored: tuple[str, ...] = ()
