"""PD280 and PD289: arms of which nothing but the label differs, and arms without a ratio beside others."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.values import frozen
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.lower_schedule import every
from protocol_dsl.semantics.names import amendment_of
from protocol_dsl.syntax import ast

GIVES_THE_SAME = Code("PD280", "gives the same", "warning")
NO_RATIO = Code("PD289", "no ratio here", "warning")


@frozen
class Gift:
    """A treatment that an arm gives, in which epoch, and since which amendment; nothing where it is not said."""

    since: str
    treatment: str
    epoch: str


def arms_that_give_the_same(document: Document) -> Iterator[Diagnostic]:
    """PD280: an arm gives what another gives, and no visit or rule is of one of them alone.

    Arms that an amendment makes alike, or that it tells apart, are two all the same.
    """
    chapter = document.main
    arms: dict[str, ast.Name] = {}
    given: dict[str, set[Gift]] = {}
    for node in chapter.nodes.of(ast.Arm):
        arms.setdefault(node.name.text, node.name)
        given.setdefault(node.name.text, set()).update(gifts(node))
    broken = {
        node.name.text
        for node in chapter.nodes.of(ast.Arm)
        if node.span in document.broken or len(list(gifts(node))) > len(set(gifts(node)))  # told by PD121
    }
    told_of = [*lists_of_arms(chapter)]
    seen: list[str] = []
    for name in (name for name in arms if given[name] and name not in broken):
        same = (one for one in seen if given[one] == given[name])
        other = next((one for one in same if not any((one in some) != (name in some) for some in told_of)), None)
        if other is None:
            seen.append(name)
            continue
        yield GIVES_THE_SAME.at(
            arms[name].span,
            f"{name} gives what {other} gives, and nothing else tells the two arms apart",
            labels=(Label(arms[other].span, "the other arm"),),
            hint=f"let one of them give something else, or leave {name} out",
        )


def ratios_missing(document: Document) -> Iterator[Diagnostic]:
    """PD289: an arm has no ratio where another has one; it has one part then, and nobody may have meant that."""
    arms = [arm for arm in document.main.nodes.of(ast.Arm) if arm.span not in document.broken]
    said = [(arm, ratio) for arm in arms for ratio in every(ast.Ratio, arm.clauses)]
    for arm in arms if said else ():
        if not any(one is arm for one, _ in said):
            other, ratio = said[0]
            yield NO_RATIO.at(
                arm.name.span,
                f"{arm.name.text} has no ratio, which counts as 1, and {other.name.text} has one",
                labels=(Label(ratio.span, "a ratio here"),),
                hint="add: ratio 1, or what the protocol says",
            )


def gifts(node: ast.Arm) -> Iterator[Gift]:
    """What a version of an arm gives."""
    since = amendment_of(node)
    for gift in (gift for clause in every(ast.Gives, node.clauses) for gift in clause.gifts):
        name, epoch = (gift.treatment, gift.epoch.text) if isinstance(gift, ast.GivenIn) else (gift, "")
        yield Gift(since.amendment.text if since else "", name.text, epoch)


def lists_of_arms(chapter: Chapter) -> Iterator[set[str]]:
    """The arms that each visit or test names."""
    names = {name.casefold(): name for name in chapter.known("arm")}
    for clause in chapter.nodes.of(ast.InArms):
        yield {arm.text for arm in clause.arms}
    for each in chapter.nodes.either(ast.Is, ast.IsIn):
        if isinstance(each.value, ast.NamedValue) and each.value.name.text == "arm":
            choices = (each.choice,) if isinstance(each, ast.Is) else each.choices
            yield {names.get(choice.text.casefold(), "") for choice in choices}
