"""The tree of a text: one frozen class a construct, each showing the text it stands for."""

from typing import TypeAlias

from attrs import frozen

from protocol_dsl.syntax.ast.analysis import AnalysisDeclaration
from protocol_dsl.syntax.ast.common import every
from protocol_dsl.syntax.ast.data import DataDeclaration
from protocol_dsl.syntax.ast.trial import TrialDeclaration

Declaration: TypeAlias = TrialDeclaration | DataDeclaration | AnalysisDeclaration


@frozen
class File:
    """The declarations of one text that could be read, in the order of the text."""

    name: str
    declarations: tuple[Declaration, ...]


__all__ = ["Declaration", "File", "every"]
