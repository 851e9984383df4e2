"""PD330 to PD336: criteria that nobody can meet, that contradict or imply each other, or hold what never matters."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations

from attrs import evolve, frozen

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.source import Span
from protocol_dsl.model import expressions as model
from protocol_dsl.model.vocabulary import Vocabulary
from protocol_dsl.semantics.decide.asked import clash
from protocol_dsl.semantics.decide.possible import Effort, Wanted, possible, space_of
from protocol_dsl.semantics.decide.unknowns import is_undecided, leaves, unknown_of
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.lower_tests import test
from protocol_dsl.semantics.lower_vocabulary import vocabulary
from protocol_dsl.semantics.reach import is_sound
from protocol_dsl.semantics.versions import stages
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.printer import print_expression

NOBODY = Code("PD330", "nobody can meet this", "warning")
EVERYBODY = Code("PD331", "decides nothing", "warning")
CONTRADICTS = Code("PD332", "contradicts another criterion", "warning")
IMPLIED = Code("PD333", "already asked", "warning")
NEVER_MATTERS = Code("PD334", "never matters", "warning")
TOGETHER = Code("PD335", "not together with the others", "warning")
NOT_DECIDED = Code("PD336", "not decided", "note", is_quiet=True)

MOST_PAIRS = 2_000


@frozen
class Rule:
    """A criterion with the test that a participant who passes it meets; whether nobody, or everybody, was found to."""

    node: ast.Criterion
    passed: Wanted
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


@frozen
class Criteria:
    """The criteria that hold no mistake, nor call anything that does, and what their names stand for."""

    chapter: Chapter
    rules: tuple[Rule, ...]
    vocabulary: Vocabulary

    def deciding(self) -> tuple[Rule, ...]:
        """The criteria that some pass and some do not."""
        return tuple(each for each in self.rules if not each.is_never and not each.is_always)


def criteria(document: Document) -> Criteria:
    """The criteria of a protocol that can be decided."""
    chapter, effort = document.main, Effort()
    known = vocabulary(chapter)
    found: list[Rule] = []
    for node in chapter.nodes.of(ast.Criterion):
        if node.test is not None and is_sound(node, chapter, document):
            each = rule(node, node.test, chapter)
            never, always = (is_never(wanted, known, effort) for wanted in (each.passed, each.failed))
            found.append(evolve(each, is_never=never, is_always=always))
    return Criteria(chapter, tuple(found), known)


def rule(node: ast.Criterion, written: ast.Expression, chapter: Chapter) -> Rule:
    """A criterion by its test; who passes an exclusion does not meet its test."""
    found = test(written, chapter)
    return Rule(node, Wanted(found if node.kind == "inclusion" else model.Not(found)))


def in_force_together(found: Criteria) -> Iterator[tuple[Rule, ...]]:
    """The criteria that decide, as first written, then as each amendment leaves them."""
    rules = {id(each.node): each for each in found.deciding()}
    for stage in stages(found.chapter.file):
        yield tuple(each for node in stage.file.declarations if (each := rules.get(id(node))))


# ------------------------------------------------------------------------------------------------- one criterion alone
def criteria_nobody_meets(found: Criteria) -> Iterator[Diagnostic]:
    """PD330: no participant can pass a criterion, so that the trial would enrol nobody."""
    for each in found.rules:
        if each.is_never:
            if each.node.kind == "inclusion":
                yield NOBODY.at(each.span, f"no participant can meet {each.name}", hint="one of its limits is wrong")
            else:
                message = f"{each.name} excludes every participant"
                yield NOBODY.at(each.span, message, label="everybody meets this", hint="one of its limits is wrong")


def criteria_everybody_meets(found: Criteria) -> Iterator[Diagnostic]:
    """PD331: every participant passes a criterion, so that it decides nothing."""
    for each in found.rules:
        if each.is_always:
            who = "every participant meets" if each.node.kind == "inclusion" else "no participant is excluded by"
            hint = "one of its limits is wrong, or it can be left out"
            yield EVERYBODY.at(each.span, f"{who} {each.name}", hint=hint)


def is_never(wanted: Wanted, known: Vocabulary, effort: Effort) -> bool:
    """Whether it was decided that no participant is as wanted."""
    return possible((wanted,), space_of((wanted.test,), known), effort) is False


def parts_that_never_matter(found: Criteria) -> Iterator[Diagnostic]:
    """PD334: whatever a part of a criterion finds, the rest of it decides the same."""
    effort = Effort()
    for each in found.deciding():
        same = partial(passes_alike, each, found, effort)
        written = each.node.test
        while written is not None:
            part, written = next((way for way in lighter(written) if same(way[1])), (None, None))
            if part is not None:
                yield NEVER_MATTERS.at(
                    part.span,
                    f"{each.name} decides the same without {print_expression(part)}",
                    hint="one of its limits is wrong, or this part can be left out",
                )


def passes_alike(each: Rule, found: Criteria, effort: Effort, written: ast.Expression) -> bool:
    """Whether another test passes exactly those who pass the criterion."""
    other = rule(each.node, written, found.chapter)
    space = space_of((each.passed.test, other.passed.test), found.vocabulary)
    ways = ((each.passed, other.failed), (other.passed, each.failed))
    return all(possible(way, space, effort) is False for way in ways)


def lighter(node: ast.Expression) -> Iterator[tuple[ast.Expression, ast.Expression]]:
    """Each part that can be left out of a test, with the test without it; the last parts first."""
    match node:
        case ast.And(parts=parts) | ast.Or(parts=parts):
            for place in reversed(range(len(parts))):
                rest = (*parts[:place], *parts[place + 1 :])
                yield parts[place], evolve(node, parts=rest) if len(rest) > 1 else rest[0]
            yield from inner(parts, lambda changed: evolve(node, parts=changed))
        case ast.AtLeast(tests=tests):
            yield from inner(tests, lambda changed: evolve(node, tests=changed))
        case ast.Not(part=part):
            yield from ((left_out, evolve(node, part=rest)) for left_out, rest in lighter(part))
        case _:
            return


def inner(
    parts: tuple[ast.Expression, ...], around: Callable[[tuple[ast.Expression, ...]], ast.Expression]
) -> Iterator[tuple[ast.Expression, ast.Expression]]:
    """What can be left out inside the parts of a test."""
    for place, part in enumerate(parts):
        for left_out, rest in lighter(part):
            yield left_out, around((*parts[:place], rest, *parts[place + 1 :]))


# ---------------------------------------------------------------------------------------------------- several criteria
def pairs(found: Criteria) -> Iterator[tuple[Rule, Rule]]:
    """Two criteria at a time that are in force together, share an unknown, and each decide something alone."""
    asked = {id(each): {unknown_of(leaf) for leaf in leaves(each.passed.test)} for each in found.rules}
    seen: set[tuple[int, int]] = set()
    for group in in_force_together(found):
        for one, other in combinations(group, 2):
            key = (id(one), id(other))
            if key not in seen and asked[id(one)] & asked[id(other)]:
                if len(seen) == MOST_PAIRS:
                    return
                seen.add(key)
                yield one, other


def criteria_that_contradict(found: Criteria) -> Iterator[Diagnostic]:
    """PD332: no participant can pass both of two criteria."""
    effort = Effort()
    for one, other in pairs(found):
        space = space_of((one.passed.test, other.passed.test), found.vocabulary)
        if possible((one.passed, other.passed), space, effort) is False:
            why = clash(one.passed, other.passed, space, effort)
            are_both = one.node.kind == other.node.kind == "inclusion"
            who = "{} and {} cannot both be met" if are_both else "no participant can pass both {} and {}"
            yield CONTRADICTS.at(
                other.span,
                who.format(one.name, other.name) + (f": {why}" if why else ""),
                labels=(Label(one.span, f"{one.name} asks for this" if are_both else f"{one.name} says this"),),
                hint="change one of the two",
            )


def criteria_already_asked(found: Criteria) -> Iterator[Diagnostic]:
    """PD333: whoever passes one criterion passes another too, so that the other decides nothing."""
    effort = Effort()
    told: set[str] = set()
    for one, other in pairs(found):
        space = space_of((one.passed.test, other.passed.test), found.vocabulary)
        if possible((one.passed, other.passed), space, effort) is not True:
            continue
        for stronger, weaker in ((one, other), (other, one)):
            if weaker.name not in told and possible((stronger.passed, weaker.failed), space, effort) is False:
                told.add(weaker.name)
                yield IMPLIED.at(
                    weaker.span,
                    f"whoever passes {stronger.name} passes {weaker.name} too",
                    labels=(Label(stronger.span, "asks for this and more"),),
                    hint=f"leave {weaker.name} out, or change its limits",
                )
                break


def criteria_nobody_meets_together(found: Criteria) -> Iterator[Diagnostic]:
    """PD335: no participant can pass some criteria together, although any two of them can be passed."""
    effort, told = Effort(), set[tuple[str, ...]]()
    for group in in_force_together(found):
        left = list(group)
        while fewest := fewest_apart(left, found.vocabulary, effort):
            *first, last = fewest
            left.remove(last)
            names = tuple(each.name for each in fewest)
            if len(fewest) > 2 and names not in told:  # noqa: PLR2004 - of two, PD332 speaks
                told.add(names)
                yield TOGETHER.at(
                    last.span,
                    f"no participant can pass {', '.join(names[:-1])} and {last.name} together",
                    labels=tuple(Label(each.span, each.name) for each in first),
                    hint="change one of them",
                )


def fewest_apart(group: Sequence[Rule], known: Vocabulary, effort: Effort) -> Sequence[Rule]:
    """The fewest of some criteria that nobody passes together; none where somebody passes them all."""
    if is_together(group, known, effort) is not False:
        return ()
    fewest = tuple(group)
    for each in group:
        without = tuple(other for other in fewest if other is not each)
        if is_together(without, known, effort) is False:
            fewest = without
    return fewest


def is_together(group: Sequence[Rule], known: Vocabulary, effort: Effort) -> bool | None:
    """Whether some participant passes all these criteria."""
    wanted = [each.passed for each in group]
    return possible(wanted, space_of((each.test for each in wanted), known), effort)


def criteria_not_decided(found: Criteria) -> Iterator[Diagnostic]:
    """PD336: a part of a criterion relates values to each other, and was taken to turn out either way."""
    for each in found.rules:
        for leaf in leaves(each.passed.test):
            if is_undecided(leaf):
                yield NOT_DECIDED.at(
                    each.span,
                    f"whether {leaf.words} can be met was not decided: it does not set one value against a fixed limit",
                    hint="read it against the other criteria yourself",
                )
                break
