"""What the commands over participants are asked: their common options, gathered into one value."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Literal, TypeAlias, TypedDict, Unpack, get_args

import click

from protocol_dsl.apps.cli.options import (
    engine_option,
    exit_zero_option,
    mapping_option,
    output_option,
    quiet_option,
    sources_option,
    strict_option,
)
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.base.days import DayError, parse_days
from protocol_dsl.base.values import frozen
from protocol_dsl.model.results import Reasons
from protocol_dsl.project.extras import EngineName
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.writers.listing_csv import HEADINGS, Listing

Form: TypeAlias = Literal["text", "json", "jsonl", "csv", "parquet", "html"]
LISTED: tuple[Form, ...] = ("csv", "parquet")


class Given(TypedDict):
    """The options as click hands them over."""

    as_of: str | None
    form: Form
    kind: Listing | None
    output: Path | None
    participants: tuple[str, ...]
    sites: tuple[str, ...]
    engine: EngineName
    memory: str | None
    reasons: Reasons | None
    sources: Path | None
    mapping: Path | None
    strict: bool
    quiet: bool
    exit_zero: bool


@frozen(kw_only=True)
class Request:
    """The options, checked."""

    as_of: str | None
    form: Form
    kind: Listing | None
    output: Path | None
    participants: tuple[str, ...]
    sites: tuple[str, ...]
    engine: EngineName
    memory: str | None
    reasons: Reasons | None
    sources: Path | None
    mapping: Path | None
    strict: bool
    quiet: bool
    exit_zero: bool

    @property
    def is_selective(self) -> bool:
        """Whether only some participants or sites are asked for."""
        return bool(self.participants or self.sites)


def request_of(**given: Unpack[Given]) -> Request:
    """The options as a request.

    Raises:
        Stop: An option asks for what there is not, or two do not go together.
    """
    if given["as_of"] is not None:
        require_day(given["as_of"])
    if given["kind"] is not None and given["form"] not in LISTED:
        raise Stop("--kind goes with --format csv or parquet")
    if given["form"] == "csv" and given["kind"] is None and given["output"] is None:
        raise Stop("csv is a folder of listings: name it with --output DIR, or ask for one with --kind deviations")
    if given["form"] == "parquet" and given["output"] is None:
        raise Stop("parquet goes into files: name a folder with --output DIR, or with --kind a file")
    return Request(
        as_of=given["as_of"],
        form=given["form"],
        kind=given["kind"],
        output=given["output"],
        participants=given["participants"],
        sites=given["sites"],
        engine=given["engine"],
        memory=given["memory"],
        reasons=given["reasons"],
        sources=given["sources"],
        mapping=given["mapping"],
        strict=given["strict"],
        quiet=given["quiet"],
        exit_zero=given["exit_zero"],
    )


def require_interpreter(engine: EngineName, command: str) -> None:
    """Refuse an engine that only checks and screens.

    Raises:
        Stop: The engine is duckdb or spark.
    """
    if engine in {"duckdb", "spark"}:
        raise Stop(f"the engine {engine} only checks and screens: leave --engine out for {command}")


def require_spark(request: Request, master: str | None) -> None:
    """Refuse a place of Spark for another engine.

    Raises:
        Stop: Another engine is asked for.
    """
    if master is not None and request.engine != "spark":
        raise Stop("--master goes with --engine spark")


def require_day(written: str) -> None:
    """Refuse a cut-off that is not one day.

    Raises:
        Stop: It is none.
    """
    try:
        is_known = parse_days(written).is_known
    except DayError as error:
        raise Stop(f"--as-of {written}: {error}") from None
    if not is_known:
        raise Stop(f"--as-of {written}: a cut-off is one day, as 2006-03-02")


def reading(command: Callable[..., int]) -> Callable[..., int]:
    """A command that stops where data cannot be read at all, at whatever row that shows."""

    @wraps(command)
    def stopping(*args: object, **options: object) -> int:
        try:
            return command(*args, **options)
        except UnreadableError as error:
            raise Stop(str(error)) from None

    return stopping


def data_options(command: Callable[..., int]) -> Callable[..., int]:
    """The options of ``check``, ``screen`` and ``schedule``."""
    command = reading(command)
    for option in reversed(OPTIONS):
        command = option(command)
    return command


OPTIONS: tuple[Callable[[Callable[..., int]], Callable[..., int]], ...] = (
    click.option("--as-of", metavar="DATE", help="Read nothing dated later. [default: the latest date in the data]"),
    click.option(
        "--format",
        "form",
        type=click.Choice(list(get_args(Form))),
        default="text",
        show_default=True,
        help="json is one document, jsonl a participant a line, csv and parquet a folder of listings, html a report.",
    ),
    click.option("--kind", type=click.Choice(list(HEADINGS)), help="With csv or parquet: this listing alone."),
    output_option,
    click.option("--participant", "participants", metavar="ID", multiple=True, help="This one only; may be repeated."),
    click.option("--site", "sites", metavar="ID", multiple=True, help="This site only; may be repeated."),
    engine_option("Who judges: duckdb judges many participants at once, auto chooses it where it can."),
    click.option("--memory", metavar="SIZE", help="How much duckdb may take before it uses the disk, as 512MB."),
    click.option(
        "--reasons",
        type=click.Choice(["all", "against", "none"]),
        help="Say why for every rule, or for those against the participant, or for none. [default: all; duckdb none]",
    ),
    sources_option,
    mapping_option,
    strict_option("Exit with 2 for queries and data problems too."),
    quiet_option,
    exit_zero_option,
)
