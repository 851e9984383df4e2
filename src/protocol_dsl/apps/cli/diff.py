"""``protocol-dsl diff``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import click
from attrs import evolve

from protocol_dsl.apps.cli.endings import FOUND
from protocol_dsl.apps.cli.options import (
    exit_zero_option,
    mapping_option,
    output_option,
    quiet_option,
    sources_option,
)
from protocol_dsl.apps.cli.output import ink_of, opened, spare
from protocol_dsl.apps.cli.progress import patient
from protocol_dsl.apps.cli.request import reading, require_day
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.apps.cli.studies import loaded, tell_remarks
from protocol_dsl.base.days import Days
from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.base.values import frozen
from protocol_dsl.differences.versions import between as differences_between
from protocol_dsl.differences.versions import up_to, versions
from protocol_dsl.model.changes import Change, Touched
from protocol_dsl.project.study import Study
from protocol_dsl.project.touched import touched
from protocol_dsl.writers.diff_json import diff_json
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.text.diff import difference_lines, touched_lines


@frozen
class Sides:
    """The two protocols with what differs; ``versions`` names those meant, where it is one text."""

    old: Study
    new: Study
    changes: tuple[Change, ...]
    versions: tuple[str, str] = ("", "")


@frozen
class Effect:
    """Whom the differences touch, and the cut-off of the data."""

    touched: Touched
    as_of: Days | None


@click.command(short_help="What differs in meaning between two protocols or amendments.")
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--between",
    nargs=2,
    metavar="AM1 AM2",
    help="Two amendments of OLD, instead of NEW; the first version is called original.",
)
@click.option("--data", metavar="DATA", help="Say too whom of these participants the differences touch.")
@click.option("--as-of", metavar="DATE", help="Read nothing dated later. [default: the latest date in the data]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@output_option
@sources_option
@mapping_option
@quiet_option
@exit_zero_option
@reading
def diff(
    *,
    old: str,
    new: str | None,
    between: tuple[str, str] | None,
    data: str | None,
    as_of: str | None,
    form: Literal["text", "json"],
    output: Path | None,
    sources: Path | None,
    mapping: Path | None,
    quiet: bool,
    exit_zero: bool,
) -> int:
    """Say what differs in meaning between the protocols OLD and NEW: a window widened, a limit moved, a visit added.

    Layout, comments, order and the names of definitions make no difference. With --data: whom it touches, by verdicts,
    planned days and deviations.

    Exit codes: 0 no difference, 1 differences, 2 could not run.

    Example: protocol-dsl diff protocols/anrs123.proto protocols/actg175.proto
    """
    if as_of is not None:
        require_day(as_of)
    if data is None:
        for option, given in (("--as-of", as_of), ("--mapping", mapping)):
            if given is not None:
                raise Stop(f"{option} goes with --data")
    spare(output, old, *(path for path in (new, data) if path is not None))
    sides = sides_of(old, new, between, sources, is_quiet=quiet)
    effect = None
    if data is not None:
        with patient("running both protocols", is_quiet=quiet):
            runs = [study.check(data, as_of=as_of, reasons="none", mapping=mapping) for study in (sides.old, sides.new)]
            effect = Effect(touched(*runs), runs[1].as_of)
        for run in () if quiet else runs:
            tell_remarks(run)
    with opened(output, form=form) as out:
        if form == "json":
            out.write(written(sides, effect))
        else:
            out.writelines(f"{line}\n" for line in lines(sides, effect, ink_of(None if output else out)))
    return FOUND if sides.changes and not exit_zero else 0


def sides_of(
    old: str, new: str | None, names: tuple[str, str] | None, sources: Path | None, *, is_quiet: bool
) -> Sides:
    """The two protocols: two texts, or one as two of its amendments left it.

    Raises:
        Stop: Not exactly one of the two is asked for, or there is no such amendment.
    """
    if (new is None) == (names is None):
        raise Stop("name two protocols, or one and two of its amendments with --between AM1 AM2")
    one = loaded(old, sources, is_quiet=is_quiet)
    if new is not None:
        other = loaded(new, sources, is_quiet=is_quiet)
        return Sides(one, other, one.diff(other))
    first, last = names or ("", "")
    known = versions(one.model)
    for name in (first, last):
        if name not in known:
            hint = did_you_mean(name, known) or f"there are: {', '.join(known)}"
            raise Stop(f"{name} is no amendment of {one.model.name}; {hint}")
    before, after = (evolve(one, model=up_to(one.model, name)) for name in (first, last))
    return Sides(before, after, differences_between(one.model, first, last), (first, last))


def lines(sides: Sides, effect: Effect | None, ink: Ink) -> Iterator[str]:
    """The text."""
    yield from difference_lines(sides.changes)
    if effect is not None:
        yield from touched_lines(effect.touched, effect.as_of, ink)


def written(sides: Sides, effect: Effect | None) -> str:
    """The JSON document."""
    old, new = (sides.old.model, sides.versions[0]), (sides.new.model, sides.versions[1])
    return diff_json(
        (old, new), sides.changes, None if effect is None else effect.touched, None if effect is None else effect.as_of
    )
