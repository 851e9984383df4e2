"""From what lark recognised to nodes: a method for each rule and each alias of the grammar, called while it parses."""

from protocol_dsl.syntax.builder.analysis import AnalysisRules
from protocol_dsl.syntax.builder.data import DataRules
from protocol_dsl.syntax.builder.expressions import ExpressionRules
from protocol_dsl.syntax.builder.stops import StopRules
from protocol_dsl.syntax.builder.treatments import TreatmentRules
from protocol_dsl.syntax.builder.trial import TrialRules


class Builder(TrialRules, TreatmentRules, StopRules, DataRules, AnalysisRules, ExpressionRules):
    """All rules; the one that lark calls."""


__all__ = ["Builder"]
