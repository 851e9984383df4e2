"""The criteria of a protocol by who passes them, and how they stand to each other: each question asked once."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from heapq import merge
from itertools import groupby

from attrs import evolve, field

from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.model import expressions as model
from protocol_dsl.semantics.decide.courses import Course, courses
from protocol_dsl.semantics.decide.possible import Effort, Wanted, possible, space_of
from protocol_dsl.semantics.decide.ranges import Range, is_common, range_of, whole
from protocol_dsl.semantics.decide.unknowns import Domains, Unknown, domains_of, leaves, unknown_of
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.lower_tests import test
from protocol_dsl.semantics.lower_vocabulary import valued
from protocol_dsl.semantics.reach import is_sound
from protocol_dsl.semantics.versions import stages
from protocol_dsl.syntax import ast

PAIR = 4
"""Steps that it costs to hold two criteria against each other, whatever they ask."""


@frozen(eq=False)
class Rule:
    """A criterion with the test that a participant who passes it meets; whether nobody, or everybody, was found to.

    ``asks`` numbers the unknowns it asks about, ``range`` is there where it sets limits on one of them alone.
    """

    node: ast.Criterion
    passed: Wanted
    asks: frozenset[int] = frozenset()
    range: Range | None = None
    is_never: bool = False
    is_always: bool = False

    @property
    def name(self) -> str:
        """The criterion's name."""
        return self.node.name.text

    @property
    def span(self) -> Span:
        """Where its test stands."""
        return self.node.test.span if self.node.test else self.node.span

    @property
    def failed(self) -> Wanted:
        """What holds of a participant who does not pass."""
        return Wanted(self.passed.test, is_met=False)


@frozen(eq=False)
class Reported:
    """A proportion, or a deviation of the protocol's own, with the test that it counts."""

    name: str
    span: Span
    test: model.Test


@frozen
class Related:
    """Two criteria that nobody passes both of; or else whoever passes ``one`` passes ``other`` too."""

    one: Rule
    other: Rule
    is_apart: bool


@frozen(slots=False)
class Criteria:
    """The criteria that hold no mistake, nor call anything that does, and what their names stand for.

    ``reported`` are the tests of endpoints and deviations, ``courses`` the treatments that have rules of cycles. One
    ``effort`` serves all questions about them.
    """

    chapter: Chapter
    rules: tuple[Rule, ...]
    domains: Domains
    effort: Effort = field(eq=False)
    reported: tuple[Reported, ...] = ()
    courses: tuple[Course, ...] = ()

    @cached_property
    def deciding(self) -> tuple[Rule, ...]:
        """The criteria that some pass and some do not."""
        return tuple(each for each in self.rules if not each.is_never and not each.is_always)

    @cached_property
    def in_force_together(self) -> tuple[tuple[Rule, ...], ...]:
        """The criteria that decide, as first written, then as each amendment leaves them."""
        rules = {id(each.node): each for each in self.deciding}
        return tuple(
            tuple(each for node in stage.file.declarations if (each := rules.get(id(node))))
            for stage in stages(self.chapter.file)
        )

    @cached_property
    def related(self) -> tuple[Related, ...]:
        """The criteria in force together of which one bears on the other; of those already asked for, the first."""
        found: list[Related] = []
        told: set[str] = set()
        for one, other in pairs(self.in_force_together, self.effort):
            are_together = self.are_passed(one, other)
            if are_together is False:
                found.append(Related(one, other, is_apart=True))
            elif are_together:
                ways = ((one, other), (other, one))
                implied = (way for way in ways if way[1].name not in told and self.implies(*way))
                if (way := next(implied, None)) is not None:
                    told.add(way[1].name)
                    found.append(Related(*way, is_apart=False))
        return tuple(found)

    def are_passed(self, *rules: Rule) -> bool | None:
        """Whether some participant passes all these criteria, ``None`` where that was not decided."""
        ranges = [each.range for each in rules if each.range]
        if len(ranges) == len(rules) and len({each.asks for each in rules}) == 1:
            return is_common(ranges)
        return self.is_possible([each.passed for each in rules])

    def implies(self, stronger: Rule, weaker: Rule) -> bool:
        """Whether it was decided that whoever passes one criterion passes another."""
        if stronger.range and weaker.range and stronger.asks == weaker.asks:
            return weaker.range.covers(stronger.range)
        return self.is_possible((stronger.passed, weaker.failed)) is False

    def is_possible(self, wanted: Sequence[Wanted]) -> bool | None:
        """Whether some participant is as wanted, ``None`` where that was not decided."""
        if self.effort.is_spent:
            self.effort.give_up()
            return None
        return possible(wanted, space_of((each.test for each in wanted), self.domains), self.effort)


def criteria(document: Document) -> Criteria:
    """The criteria of a protocol that can be decided, and its courses."""
    chapter = document.main
    found = Criteria(chapter, (), domains_of(valued(chapter)), Effort())
    numbered: dict[Unknown, int] = {}
    rules: list[Rule] = []
    for node in chapter.nodes.of(ast.Criterion):
        if node.test is not None and is_sound(node, chapter, document):
            plain = rule(node, node.test, chapter)
            unknowns = dict.fromkeys(unknown_of(leaf) for leaf in leaves(plain.passed.test))
            asks = frozenset(numbered.setdefault(unknown, len(numbered)) for unknown in unknowns)
            rules.append(alone(evolve(plain, asks=asks, range=range_of(plain.passed.test, found.domains)), found))
    return evolve(found, rules=tuple(rules), reported=tuple(reported(document)), courses=tuple(courses(document)))


def reported(document: Document) -> Iterator[Reported]:
    """What is counted at the end by tests that can be decided: of deviations and endpoints the last version holds."""
    chapter = document.main
    for node in stages(chapter.file)[-1].file.declarations:
        match node:
            case (
                ast.Deviation(name=name, test=written) | ast.Endpoint(name=name, kind=ast.ProportionWith(test=written))
            ):
                if written is not None and is_sound(node, chapter, document):
                    yield Reported(name.text, written.span, test(written, chapter))
            case _:
                pass


def rule(node: ast.Criterion, written: ast.Expression, chapter: Chapter) -> Rule:
    """A criterion by its test; who passes an exclusion does not meet its test."""
    found = test(written, chapter)
    return Rule(node, Wanted(found if node.kind == "inclusion" else model.Not(found)))


def alone(each: Rule, known: Criteria) -> Rule:
    """A criterion with whether nobody, or everybody, passes it."""
    if each.range is None:
        never, always = (known.is_possible((wanted,)) is False for wanted in (each.passed, each.failed))
        return evolve(each, is_never=never, is_always=always)
    everybody = whole(each.range.unknown, known.domains)
    is_never = everybody is not None and not is_common((everybody, each.range))
    return evolve(each, is_never=is_never, is_always=everybody is not None and each.range.covers(everybody))


def pairs(groups: Iterable[Sequence[Rule]], effort: Effort) -> Iterator[tuple[Rule, Rule]]:
    """Two criteria of one group at a time that ask about one unknown; each pair once, as long as effort is left."""
    seen: set[tuple[int, int]] = set()
    for group in groups:
        later: dict[int, deque[int]] = {}
        for place, each in enumerate(group):
            for unknown in each.asks:
                later.setdefault(unknown, deque()).append(place)
        for one in group:
            for unknown in one.asks:
                later[unknown].popleft()
            for place, _ in groupby(merge(*(later[unknown] for unknown in one.asks))):
                if not effort.spend(PAIR):
                    return
                other = group[place]
                if (id(one), id(other)) not in seen:
                    seen.add((id(one), id(other)))
                    yield one, other


def linked(group: Iterable[Rule]) -> tuple[tuple[Rule, ...], ...]:
    """Criteria in parts that ask about nothing in common, so that each part can be decided alone."""
    over: dict[int, int] = {}

    def top(unknown: int) -> int:
        while (higher := over.setdefault(unknown, unknown)) != unknown:
            over[unknown] = over[higher]
            unknown = higher
        return unknown

    rules = tuple(group)
    for each in rules:
        first, *others = map(top, each.asks)
        for other in others:
            over[top(other)] = top(first)
    parts: dict[int, list[Rule]] = {}
    for each in rules:
        parts.setdefault(top(min(each.asks)), []).append(each)
    return tuple(map(tuple, parts.values()))
