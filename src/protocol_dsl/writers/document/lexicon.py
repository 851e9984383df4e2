"""What names are called when a protocol is read aloud: titles where there are some, the author's words else."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, assert_never

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.units import GRADE
from protocol_dsl.base.values import frozen
from protocol_dsl.model.study import StudyModel
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.printer.expressions import number

STUDY_TIME = re.compile(r"(?P<unit>[WDM])(?P<count>-?[0-9]+)")
UNITS = {"W": "week", "D": "day", "M": "month"}
SINGULAR = {"days": "day", "weeks": "week", "months": "month", "years": "year"}


class Titled(Protocol):
    """What has a name and a title."""

    @property
    def name(self) -> str:
        """The name in the text."""
        ...

    @property
    def title(self) -> str:
        """The title, which may be empty."""
        ...


@frozen
class Lexicon:
    """Titles by name; ``anchors`` are points by name with the words for their milestone."""

    titles: Mapping[str, str]
    visits: Mapping[str, str]
    anchors: Mapping[str, str]

    def title(self, name: str) -> str:
        """The title of a name, the name itself where it has none."""
        return self.titles.get(name) or name

    def quoted(self, name: str) -> str:
        """A title that may be a sentence, in quotation marks."""
        found = self.titles.get(name)
        return f"“{found}”" if found else name

    def visit(self, name: str) -> str:
        """A visit: ``Baseline``, ``week 24``."""
        return self.visits.get(name) or self.point_name(name)

    def point_name(self, name: str) -> str:
        """A named point: ``randomization``, ``week 52``, ``first dose``."""
        if name in self.anchors:
            return self.anchors[name]
        if found := STUDY_TIME.fullmatch(name):
            return f"{UNITS[found['unit']]} {found['count']}"
        return self.visits.get(name) or milestone_words(name, self.titles)

    def point(self, node: ast.Point) -> str:
        """``week 52``, ``7 days after randomization``."""
        match node:
            case ast.NamedPoint(name):
                return self.point_name(name.text)
            case ast.OffsetPoint(length, direction, base):
                return f"{amount_words(length)} {direction} {self.point(base)}"
            case ast.DosePoint(which, treatment):
                return f"the {which} dose" + (f" of {self.title(treatment.text)}" if treatment else "")
            case ast.CyclePoint(count, treatment):
                return f"cycle {number_words(count)} of {self.title(treatment.text)}"
            case ast.EpochStart():
                return "the start of the epoch"
            case _:
                assert_never(node)

    def events(self, node: ast.EventPattern) -> str:
        """``“CDC 1993 event” of category B or C of grade at least 3 related to Interleukin-2``."""
        found = self.quoted(node.name.text)
        if node.categories:
            found += f" of category {listed((name.text for name in node.categories), 'or')}"
        if node.least_grade:
            found += f" of grade at least {amount_words(node.least_grade)}"
        if node.related_to:
            found += f" related to {self.title(node.related_to.text)}"
        return found

    def period(self, node: ast.Period | None) -> str:
        """A period with a blank before it, or nothing."""
        match node:
            case None:
                return ""
            case ast.Before(end):
                return f" before {self.point(end)}"
            case ast.Within(length, end):
                return f" within {amount_words(length)} before {self.point(end)}"
            case ast.FromTo(start, end) if start == end:
                return f" on the day of {self.point(end)}"
            case ast.FromTo(ast.OffsetPoint(length, "before", base), end) if base == end:
                return f" within {amount_words(length)} before {self.point(end)}"
            case ast.FromTo(start, end):
                return f" from {self.point(start)} to {self.point(end)}"
            case ast.During(epoch):
                return f" during {self.quoted(epoch.text)}"
            case _:
                assert_never(node)


def lexicon(files: Iterable[ast.File], model: StudyModel) -> Lexicon:
    """What the names of a protocol and of its libraries are called.

    Args:
        files: The trees of the protocol and its libraries, for their definitions.
        model: The protocol.
    """
    titles = dict(titled(model))
    declarations = [each for file in files for each in file.declarations]
    titles |= {
        each.name.text: each.title.text
        for each in declarations
        if isinstance(each, ast.Define | ast.VisitClass | ast.Epoch)
    }
    return Lexicon(
        titles=titles,
        visits={each.name: each.title for each in model.visits if each.title != each.name},
        anchors={each.name.text: day_words(each.day, titles) for each in declarations if isinstance(each, ast.Anchor)},
    )


def day_words(day: ast.Name | ast.EventPattern, titles: Mapping[str, str]) -> str:
    """What an anchor is tied to: a milestone, or the first of some events."""
    if isinstance(day, ast.Name):
        return milestone_words(day.text, titles)
    return f"the first {Lexicon(titles=titles, visits={}, anchors={}).events(day)}"


def titled(model: StudyModel) -> Iterator[tuple[str, str]]:
    """The names of a model that have a title."""
    words = model.vocabulary
    kinds: tuple[tuple[Titled, ...], ...] = (
        words.measures,
        words.ladders,
        words.classes,
        words.conditions,
        words.events,
    )
    kinds += (words.ladders, words.milestones, words.attributes, model.treatments, model.arms)
    yield from ((each.name, each.title) for kind in kinds for each in kind if each.title)


def milestone_words(name: str, titles: Mapping[str, str]) -> str:
    """A milestone: its title, else its name as words."""
    return titles.get(name) or name.replace("_", " ")


def number_words(value: Number) -> str:
    """A number as it is read: ``10,000``.

    >>> number_words(10000)
    '10,000'
    """
    return number(value).replace("_", ",")


def amount_words(node: ast.Amount) -> str:
    """``200 cells/mm3``, ``1 day``, ``95%``."""
    return quantity_words(node.number, node.unit.text if node.unit else "")


def quantity_words(value: Number, unit: str) -> str:
    """A number with its unit, which is singular after one.

    >>> quantity_words(1, "weeks"), quantity_words(50, "%"), quantity_words(4, "")
    ('1 week', '50%', '4')
    """
    if unit == GRADE:
        return f"{GRADE} {number_words(value)}"
    unit = SINGULAR.get(unit, unit) if value == 1 else unit
    return number_words(value) + ("" if unit in {"", "%"} else " ") + unit


def days_words(days: Sequence[int]) -> str:
    """The days of a cycle: ``day 1``, ``days 1 and 8``."""
    return f"day{'' if len(days) == 1 else 's'} {listed(map(str, days))}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """``a, b and c``.

    >>> listed(["a", "b", "c"]), listed(["a", "b"], "or"), listed(["a"])
    ('a, b and c', 'a or b', 'a')
    """
    found = list(words)
    return f" {last} ".join(filter(None, [", ".join(found[:-1]), *found[-1:]]))
