"""What columns do not judge, as data: asked before any row is read, and told by the code of the construct."""

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.tests import compile_test
from protocol_dsl.model.columns import NotInColumnsError, layout_of
from protocol_dsl.model.study import StudyModel


@frozen
class Refusal:
    """A rule that columns do not judge, and the construct that is why."""

    rule: str
    construct: str

    @property
    def words(self) -> str:
        """``EXCL17: pulse at SCR: a reading that belongs to a visit``."""
        return f"{self.rule}: {self.construct}"


def refusals(model: StudyModel) -> tuple[Refusal, ...]:
    """The rules of entry that columns do not judge, in the order of the text."""
    if model.eligibility_point is None:
        return (Refusal("eligibility", "no point at which it is judged"),)
    if model.versions:
        return (Refusal("eligibility", "versions by amendment"),)
    try:
        layout = layout_of(model.vocabulary)
    except NotInColumnsError as error:
        return (Refusal("the vocabulary", str(error)),)
    found: list[Refusal] = []
    for criterion in model.criteria:
        try:
            compile_test(criterion.test, Gather(model, layout, model.eligibility_point))
        except NotInColumnsError as error:
            found.append(Refusal(criterion.name, str(error)))
    return tuple(found)
