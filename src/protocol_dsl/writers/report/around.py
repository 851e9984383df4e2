"""What stands around the participants of a report."""

from collections.abc import Mapping

from attrs import field

from protocol_dsl.base.days import Days
from protocol_dsl.base.source import Text
from protocol_dsl.base.values import frozen
from protocol_dsl.model.records import DataProblem
from protocol_dsl.model.results import AttritionStep, Reasons, Summary
from protocol_dsl.model.study import StudyModel


@frozen(kw_only=True)
class Heading:
    """What was run: the protocol, its texts by name, how much prose, the cut-off and whether it was given."""

    model: StudyModel
    texts: Mapping[str, Text] = field(factory=dict, repr=False)
    reasons: Reasons = "all"
    as_of: Days | None = None
    is_as_of_given: bool = False


@frozen(kw_only=True)
class Closing:
    """What is known when every participant was judged; rows not read are counted by table and name, and by table."""

    summary: Summary
    attrition: tuple[AttritionStep, ...] = ()
    problems: tuple[DataProblem, ...] = ()
    unused: Mapping[tuple[str, str], int] = field(factory=dict)
    after_cutoff: Mapping[str, int] = field(factory=dict)
