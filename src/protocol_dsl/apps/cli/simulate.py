"""``protocol-dsl simulate``."""

import textwrap
from pathlib import Path

import click

from protocol_dsl.apps.cli.kept import folder_beside
from protocol_dsl.apps.cli.options import quiet_option, sources_option
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.apps.cli.studies import loaded, note
from protocol_dsl.base.days import CalendarRangeError
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate import (
    KINDS,
    Distances,
    NotPossible,
    Wanted,
    every_departure,
    possible,
    wanted,
    write_study,
)
from protocol_dsl.simulate import simulate as made_up
from protocol_dsl.writers.text.words import counted


@click.command(short_help="A made-up study folder with known departures.")
@click.argument("protocol", metavar="PROTOCOL")
@click.option("--participants", type=click.IntRange(1, 1_000_000), default=50, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same folder.")
@click.option("--out", metavar="DIR", type=click.Path(path_type=Path), help="A new or empty folder.")
@click.option(
    "--plant",
    metavar="CODE[:ABOUT][=COUNT]",
    multiple=True,
    help="Plant this departure: DV19, DV19:W24, DV01:I5=3; repeat it for more. Without it, one of every kind.",
)
@click.option("--early", type=click.IntRange(1, 365), help="Days by which what is early is early; else by chance.")
@click.option("--late", type=click.IntRange(1, 365), help="Days by which what is late is late; else by chance.")
@click.option("--none", "is_clean", is_flag=True, help="Plant no departure at all.")
@click.option("--list-departures", "is_list", is_flag=True, help="Only list the departures that PROTOCOL can have.")
@sources_option
@quiet_option
def simulate(
    *,
    protocol: str,
    participants: int,
    seed: int,
    out: Path | None,
    plant: tuple[str, ...],
    early: int | None,
    late: int | None,
    is_clean: bool,
    is_list: bool,
    sources: Path | None,
    quiet: bool,
) -> int:
    """Make up participants of PROTOCOL who keep the plan, and a few who depart from it.

    The folder holds the tables of a study and planted.json, which lists each departure and what `check` must find
    because of it. Without --plant, one of every kind that the protocol leaves room for.

    Example: protocol-dsl simulate protocols/anrs123.proto --participants 57 --seed 123 --out made-up
    """
    if is_clean and plant:
        raise Stop("--none plants nothing, and --plant something: leave one of them out")
    if out is None and not is_list:
        raise Stop("--out is missing: name a new folder for the tables")
    if out is not None and out.is_dir() and any(out.iterdir()):
        raise Stop(f"{out} is not empty: name a new folder, so that nothing is overwritten")
    study = loaded(protocol, sources, is_quiet=quiet)
    if is_list or out is None:
        click.echo(listed(study.model))
        return 0
    asked = asked_for(plant, protocol, study.model) if plant else () if is_clean else every_departure(study.model)
    try:
        population = made_up(study.model, participants, seed, asked, Distances(early=early, late=late))
        with folder_beside(out) as folder:
            write_study(population, folder)
    except CalendarRangeError as error:
        raise Stop(f"nobody can be made up for {protocol}: it asks for {error}") from None
    if not quiet:
        made = counted(participants, "participant"), counted(len(population.departures), "departure")
        note(f"{' and '.join(made)} in {out}")
        for asked_for_it, missing in population.without_room if plant else ():
            note(not_planted(asked_for_it, missing))
    return 0


def not_planted(asked: Wanted, missing: int) -> str:
    """How many of a departure were planted, and why the others were not."""
    about = f"{asked.kind}:{asked.about}" if asked.about else asked.kind
    why = "each participant has one departure at most, and none of the others has room for it"
    return f"{asked.count - missing} of {asked.count} {about} planted: {why}; take more participants, or another kind"


def asked_for(plant: tuple[str, ...], protocol: str, model: StudyModel) -> tuple[Wanted, ...]:
    """The departures that ``--plant`` names.

    Raises:
        Stop: The protocol cannot have one of them; the message says why, and where the protocol says so.
    """
    try:
        return tuple(wanted(words, model) for words in plant)
    except NotPossible as reason:
        place = reason.place
        where = protocol if place is None else f"{place.file}:{place.line}:{place.column}"
        raise Stop(f"{where}: {reason}") from None


def listed(model: StudyModel) -> str:
    """The departures that a protocol can have, a line each: its code, what it means, what it can be about."""
    lines = []
    for kind, about in possible(model).items():
        names = ", ".join(name for name in about if name)
        words = f"{kind:16}{KINDS[kind].title}{': ' if names else ''}{names}"
        lines.append(textwrap.fill(words, 100, subsequent_indent=" " * 16))
    return "\n".join(lines)
