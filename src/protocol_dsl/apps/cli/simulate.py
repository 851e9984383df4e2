"""``protocol-dsl simulate``."""

from pathlib import Path

import click

from protocol_dsl.apps.cli.options import quiet_option, sources_option
from protocol_dsl.apps.cli.output import folder_beside
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.apps.cli.studies import loaded, note
from protocol_dsl.base.days import CalendarRangeError
from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.simulate import every_departure, write_study
from protocol_dsl.simulate import simulate as made_up


@click.command(short_help="A made-up study folder with known departures.")
@click.argument("protocol", metavar="PROTOCOL")
@click.option("--participants", type=click.IntRange(1, 1_000_000), default=50, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same folder.")
@click.option("--out", metavar="DIR", required=True, type=click.Path(path_type=Path), help="A new or empty folder.")
@click.option(
    "--plant",
    metavar="KIND",
    multiple=True,
    help="Plant this kind of departure, a code such as DV19; repeat it for more. Without it, one of every kind.",
)
@click.option("--none", "is_clean", is_flag=True, help="Plant no departure at all.")
@sources_option
@quiet_option
def simulate(
    *,
    protocol: str,
    participants: int,
    seed: int,
    out: Path,
    plant: tuple[str, ...],
    is_clean: bool,
    sources: Path | None,
    quiet: bool,
) -> int:
    """Make up participants of PROTOCOL who keep the plan, and a few who depart from it.

    The folder holds the tables of a study and planted.json, which lists each departure and what `check` must find
    because of it. Kinds that the protocol leaves no room for are not planted.

    Example: protocol-dsl simulate protocols/anrs123.proto --participants 57 --seed 123 --out made-up
    """
    if out.is_dir() and any(out.iterdir()):
        raise Stop(f"{out} is not empty: name a new folder, so that nothing is overwritten")
    known = every_departure()
    for kind in plant:
        if kind not in known:
            raise Stop(f"no kind of departure is called {kind}; {did_you_mean(kind, known) or ', '.join(known)}")
    study = loaded(protocol, sources, is_quiet=quiet)
    kinds = () if is_clean else plant or known
    try:
        population = made_up(study.model, participants, seed, kinds)
    except CalendarRangeError as error:
        raise Stop(f"nobody can be made up for {protocol}: it asks for {error}") from None
    with folder_beside(out) as folder:
        write_study(population, folder)
    if not quiet:
        note(f"{participants} participants and {len(population.departures)} departures in {out}")
        if len(population.departures) < len(kinds) and plant:
            note("some departures found no room: take more participants, or another kind")
    return 0
