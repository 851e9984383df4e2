"""PD330 to PD336: criteria that nobody can meet, that contradict or imply each other, or hold what never matters."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from attrs import evolve

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.semantics.decide.asked import clash
from protocol_dsl.semantics.decide.possible import MOST_READ, Effort, Wanted, space_of
from protocol_dsl.semantics.decide.rules import Criteria, Rule, linked, rule
from protocol_dsl.semantics.decide.unknowns import is_undecided, leaves
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.printer import print_expression

NOBODY = Code("PD330", "nobody can meet this", still_runs=True)
EVERYBODY = Code("PD331", "decides nothing", "warning")
CONTRADICTS = Code("PD332", "contradicts another criterion", still_runs=True)
IMPLIED = Code("PD333", "already asked", "warning")
NEVER_MATTERS = Code("PD334", "never matters", "warning")
TOGETHER = Code("PD335", "not together with the others", still_runs=True)
NOT_DECIDED = Code("PD336", "not decided", "note", is_quiet=True)


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


def tests_nobody_meets(found: Criteria) -> Iterator[Diagnostic]:
    """PD330: no participant can meet the test of an endpoint or of a deviation, so that none is ever counted."""
    for each in found.reported:
        if found.is_possible((Wanted(each.test),)) is False:
            yield NOBODY.at(each.span, f"no participant can meet {each.name}", hint="one of its limits is wrong")


def tests_everybody_meets(found: Criteria) -> Iterator[Diagnostic]:
    """PD331: every participant meets the test of an endpoint or of a deviation, so that it decides nothing."""
    for each in found.reported:
        if found.is_possible((Wanted(each.test, is_met=False),)) is False:
            yield EVERYBODY.at(each.span, f"every participant meets {each.name}", hint="one of its limits is wrong")


def parts_that_never_matter(found: Criteria) -> Iterator[Diagnostic]:
    """PD334: whatever a part of a criterion finds, the rest of it decides the same."""
    for each in found.deciding:
        same = partial(passes_alike, each, found)
        written = each.node.test
        while written is not None:
            part, written = next((way for way in lighter(written) if same(way[1])), (None, None))
            if part is not None:
                yield NEVER_MATTERS.at(
                    part.span,
                    f"{each.name} decides the same without {print_expression(part)}",
                    hint="one of its limits is wrong, or this part can be left out",
                )


def passes_alike(each: Rule, found: Criteria, written: ast.Expression) -> bool:
    """Whether another test passes exactly those who pass the criterion."""
    if found.effort.is_spent:
        return found.effort.give_up()
    other = rule(each.node, written, found.chapter)
    return found.implies(each, other) and found.implies(other, each)


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
def criteria_that_contradict(found: Criteria) -> Iterator[Diagnostic]:
    """PD332: no participant can pass both of two criteria."""
    for one, other in ((each.one, each.other) for each in found.related if each.is_apart):
        space = space_of((one.passed.test, other.passed.test), found.domains)
        why = clash(one.passed, other.passed, space, Effort(MOST_READ))
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
    for stronger, weaker in ((each.one, each.other) for each in found.related if not each.is_apart):
        yield IMPLIED.at(
            weaker.span,
            f"whoever passes {stronger.name} passes {weaker.name} too",
            labels=(Label(stronger.span, "asks for this and more"),),
            hint=f"leave {weaker.name} out, or change its limits",
        )


def criteria_nobody_meets_together(found: Criteria) -> Iterator[Diagnostic]:
    """PD335: no participant can pass some criteria together, although any two of them can be passed."""
    told = set[tuple[str, ...]]()
    for part in (part for group in found.in_force_together for part in linked(not_apart(group, found))):
        left = list(part)
        # Ranges of one value of which any two meet have a number in common.
        while any(each.range is None for each in left) and (fewest := fewest_apart(left, found)):
            *first, last = fewest
            left.remove(last)
            names = tuple(each.name for each in fewest)
            if names not in told:
                told.add(names)
                yield TOGETHER.at(
                    last.span,
                    f"no participant can pass {', '.join(names[:-1])} and {last.name} together",
                    labels=tuple(Label(each.span, each.name) for each in first),
                    hint="change one of them",
                )


def not_apart(group: Sequence[Rule], found: Criteria) -> Iterator[Rule]:
    """The criteria that contradict none of those before them."""
    against: dict[int, set[int]] = {}
    for one, other in ((each.one, each.other) for each in found.related if each.is_apart):
        against.setdefault(id(other), set()).add(id(one))
    kept: set[int] = set()
    for each in group:
        if kept.isdisjoint(against.get(id(each), ())):
            kept.add(id(each))
            yield each


def fewest_apart(group: Sequence[Rule], found: Criteria) -> Sequence[Rule]:
    """The fewest of some criteria that nobody passes together; none where somebody passes them all."""
    if found.are_passed(*group) is not False:
        return ()
    fewest = tuple(group)
    for each in group:
        without = tuple(other for other in fewest if other is not each)
        if found.are_passed(*without) is False:
            fewest = without
    return fewest


def criteria_not_decided(found: Criteria) -> Iterator[Diagnostic]:
    """PD336: a part of a criterion relates values to each other, and was taken to turn out either way.

    Or the criteria ask more together than can be worked out soon.
    """
    if found.effort.gave_up:
        yield NOT_DECIDED.at(
            found.rules[0].span if found.rules else found.reported[0].span,
            "not all that the tests mean was decided: they ask for too many steps",
            hint="read them against each other yourself",
        )
    for each in found.rules:
        for leaf in leaves(each.passed.test):
            if is_undecided(leaf):
                yield NOT_DECIDED.at(
                    each.span,
                    f"whether {leaf.words} can be met was not decided: it does not set one value against a fixed limit",
                    hint="read it against the other criteria yourself",
                )
                break
