"""A run written in the format that was asked for, participant by participant."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from protocol_dsl.apps.cli.kept import folder_beside, opened_at_end, spool
from protocol_dsl.apps.cli.output import ink_of, no_listing, opened, replacing, spare_others
from protocol_dsl.apps.cli.progress import shared, watched
from protocol_dsl.apps.cli.request import Request
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.model.results import ParticipantResult
from protocol_dsl.project.counts import Counts
from protocol_dsl.project.runs import Run
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.listing_csv import HEADINGS, Listing, ListingLines, count_rows, problem_rows
from protocol_dsl.writers.listing_csv import heading as listing_heading
from protocol_dsl.writers.results_json import Closing, Heading, Kind, document, jsonl, participant_lines

LISTINGS: dict[Kind, tuple[Listing, ...]] = {
    "check": tuple(HEADINGS),
    "screen": ("participants", "criteria", "counts", "data_problems"),
    "schedule": ("visits", "cycles", "data_problems"),
}
"""The listings of each command."""


def write_run(
    kind: Kind, run: Run, request: Request, text: Callable[[Iterable[ParticipantResult], Ink], Iterator[str]]
) -> None:
    """Judge every participant and write the results.

    Args:
        kind: The command.
        run: What is written.
        request: The format and the place.
        text: Lines for a person, from the results.

    Raises:
        Stop: The command does not have the format.
    """
    with shared(lambda: run.share, is_quiet=request.quiet):
        write_form(kind, run, request, text)


def write_form(
    kind: Kind, run: Run, request: Request, text: Callable[[Iterable[ParticipantResult], Ink], Iterator[str]]
) -> None:
    """Judge and write; as :func:`write_run`."""
    require_listing(kind, request.kind)
    results = watched(run, is_quiet=request.quiet)
    if request.form == "csv" and request.kind is None and request.output is not None:
        write_folder(kind, run, results, request.output)
        return
    if request.form == "parquet" and request.output is not None:
        write_parquet(kind, run, results, request.kind, request.output)
        return
    opening = opened_at_end if request.is_selective else opened
    with opening(request.output, form=request.form) as out:
        match request.form:
            case "text":
                ink = ink_of(None if request.output else out)
                out.writelines(f"{each}\n" for each in text(results, ink))
            case "jsonl":
                out.writelines(jsonl(heading(kind, run), results, lambda: closing(run)))
            case "json":
                write_document(kind, run, results, out)
            case "csv":
                write_listing(kind, request.kind or "participants", run, results, out)
            case "parquet":
                raise Stop("parquet goes into files: name a folder with --output")
            case "html":
                raise Stop(f"{kind} has no report: --format html goes with check")


def require_listing(kind: Kind, listing: Listing | None) -> None:
    """Refuse a listing of what the command does not judge: an empty one would say that nothing was found.

    Raises:
        Stop: It has no such listing.
    """
    if listing is not None and listing not in LISTINGS[kind]:
        raise Stop(f"{kind} has no listing {listing}: it has {', '.join(LISTINGS[kind])}")


def heading(kind: Kind, run: Run) -> Heading:
    """What stands above the participants."""
    return Heading(kind=kind, model=run.model, reasons=run.reasons, as_of=run.as_of)


def closing(run: Run) -> Closing:
    """What is known at the end."""
    return Closing(summary=run.end.summary, attrition=run.end.attrition, problems=run.end.problems)


def write_document(kind: Kind, run: Run, results: Iterable[ParticipantResult], out: IO[str]) -> None:
    """The summary stands before the participants, so they wait in a spool: memory stays flat."""
    with spool() as held:
        held.writelines(participant_lines(kind, results))
        held.seek(0)
        out.writelines(document(heading(kind, run), held, closing(run)))


def write_listing(kind: Kind, listing: Listing, run: Run, results: Iterable[ParticipantResult], out: IO[str]) -> None:
    """One listing."""
    out.write(listing_heading(listing))
    if listing == "counts":
        out.writelines(count_rows(run.count(results).lines()))
        return
    lines = ListingLines(listing, is_check=kind == "check")
    for result in results:
        out.writelines(lines.of(result))
    if listing == "data_problems":
        out.writelines(problem_rows(run.end.problems))


def write_folder(kind: Kind, run: Run, results: Iterable[ParticipantResult], folder: Path) -> None:
    """Every listing of the command, each a file.

    Raises:
        Stop: A file of such a name is there and is no listing.
    """
    spare_others(folder, {f"{listing}.csv": listing_heading(listing) for listing in LISTINGS[kind]})
    with folder_beside(folder) as part, ExitStack() as stack:
        files = {
            listing: stack.enter_context(
                (part / f"{listing}.csv").open("x", encoding="utf-8", errors="backslashreplace", newline="\n")
            )
            for listing in LISTINGS[kind]
        }
        for listing, file in files.items():
            file.write(listing_heading(listing))
        lines = {listing: ListingLines(listing, is_check=kind == "check") for listing in files}
        counts = Counts()
        for result in results:
            counts.add(result)
            for listing, file in files.items():
                file.writelines(lines[listing].of(result))
        if "counts" in files:
            files["counts"].writelines(count_rows(counts.lines()))
        files["data_problems"].writelines(problem_rows(run.end.problems))


def write_parquet(
    kind: Kind, run: Run, results: Iterable[ParticipantResult], listing: Listing | None, output: Path
) -> None:
    """Every listing of the command, or one, as Parquet files.

    Raises:
        Stop: A file of such a name is there and is no listing.
    """
    if listing is not None:
        with replacing(output) as part:
            run.store(results, {listing: part})
        return
    names = {each: f"{each}.parquet" for each in LISTINGS[kind]}
    for each, name in names.items():
        if (output / name).exists() and not run.is_listing(output / name, each):
            raise Stop(no_listing(output / name))
    with folder_beside(output) as part:
        run.store(results, {each: part / name for each, name in names.items()})
