"""Amendments: what each changes, and until when a version holds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.base.values import frozen
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.study import StudyModel, Version
from protocol_dsl.syntax import ast
from protocol_dsl.writers.document.content import Fact
from protocol_dsl.writers.document.lexicon import listed


@frozen(kw_only=True)
class Amended:
    """The names that an amendment gives a new version, and those that it ends."""

    changed: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()


def amended(file: ast.File) -> Mapping[str, Amended]:
    """What each amendment does, in the order of the text."""
    return {
        node.name.text: Amended(
            changed=tuple(dict.fromkeys(changed(file, node.name.text))),
            retired=tuple(
                name.text
                for each in file.declarations
                if isinstance(each, ast.Retire) and each.since.amendment.text == node.name.text
                for name in each.names
            ),
        )
        for node in file.declarations
        if isinstance(node, ast.Amendment)
    }


def changed(file: ast.File, amendment: str) -> Iterator[str]:
    """The names of which there is a version since an amendment."""
    for node in file.declarations:
        if not isinstance(node, ast.Retire) and since_of(getattr(node, "clauses", ())) == amendment:
            yield from names_of(node)


def since_of(clauses: Iterable[object]) -> str:
    """The amendment that brings a declaration; nothing for one that holds from the start."""
    return next((each.amendment.text for each in clauses if isinstance(each, ast.Since)), "")


def names_of(node: ast.Declaration) -> Iterator[str]:
    """What a declaration is about."""
    if isinstance(node, ast.Visits):
        yield from (visit.name.text for visit in node.visits)
    elif isinstance(node, ast.AlsoAssess):
        yield from (visit.text for visit in node.visits)
    elif isinstance(node, ast.Prohibit):
        yield node.drugs.text
    elif isinstance(name := getattr(node, "name", None), ast.Name):
        yield name.text


def until(names: Sequence[str], since: str, amendments: Mapping[str, Amended]) -> Iterator[Fact]:
    """Until which amendment a version holds, for each of its names that does not hold to the end."""
    order = list(amendments)
    later = order[order.index(since) + 1 :] if since in amendments else order
    ends: dict[tuple[str, str], list[str]] = {}
    for name in names:
        for amendment in later:
            done = amendments[amendment]
            if name in done.changed or name in done.retired:
                how = "until amendment" if name in done.changed else "ended by amendment"
                ends.setdefault((how, amendment), []).append(name)
                break
    for (how, amendment), named in ends.items():
        which = f"{amendment} ({', '.join(named)})" if len(named) < len(names) else ""
        yield Fact(how, which, (amendment,))


# -------------------------------------------------------------------------------------------------------------- visits
def visit_versions(visit: Visit, model: StudyModel) -> Iterator[str]:
    """How a visit differed before its last version, a sentence for each amendment."""
    for before, after in zip(model.versions, model.versions[1:], strict=False):
        old, new = found(visit.name, before), found(visit.name, after)
        if old == new:
            continue
        if old is None:
            yield f"Since amendment {after.name} ({in_force(after)})."
        elif new is None:
            yield f"Until amendment {after.name} ({in_force(after)})."
        else:
            yield f"Until amendment {after.name} ({in_force(after)}) with another {listed(differences(old, new))}."


def found(name: str, version: Version) -> Visit | None:
    """A visit in one version."""
    return next((each for each in version.study.visits if each.name == name), None)


def in_force(version: Version) -> str:
    """The day from which a version holds; where it is no one's but some sites', these."""
    if version.day is not None:
        return write_days(Days(version.day, version.day))
    return f"at {'site' if len(version.sites) == 1 else 'sites'} {listed(each.site for each in version.sites)} alone"


def differences(old: Visit, new: Visit) -> Iterator[str]:
    """What of a visit is not the same."""
    if old.point != new.point:
        yield "planned day"
    if old.window != new.window:
        yield "window"
    if old.assess != new.assess:
        yield "list of assessments"
    if (old.arms, old.grace_days, old.analysis_window) != (new.arms, new.grace_days, new.analysis_window):
        yield "rule for its arms, its grace or its analysis window"
