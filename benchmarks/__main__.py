"""``./dev bench``: measure everything, and write the table of ``docs/benchmarks.md``."""

import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from benchmarks import by_hand
from benchmarks.many import write_many
from benchmarks.measure import interleaved, paired, python, run, unremembered
from protocol_dsl import load
from protocol_dsl.base.source import Text
from protocol_dsl.interpret.engine import Engine
from protocol_dsl.readers import read_study
from protocol_dsl.simulate import simulate, write_study
from protocol_dsl.syntax.parse import parse

ROOT = Path(__file__).parent.parent
PROTOCOL = ROOT / "protocols" / "anrs123.proto"
EXAMPLE = ROOT / "examples" / "anrs123"
LZZT = ROOT / "protocols" / "lzzt.proto"
TRIAL = ROOT.parent / "shared" / "data" / "lzzt"
PAGE = ROOT / "docs" / "benchmarks.md"
MARK = "<!-- measured -->\n"
COMMAND = ("-m", "protocol_dsl")
SIZES = (1_000, 10_000, 100_000)
IN_MEMORY = 2_000
LINES = 300
COLD = 0.35
"""Seconds in which so many lines are to be read that were not read before."""


def interpreter(small: Path) -> Iterator[tuple[str, str, str]]:
    """The verdict of the interpreter against the function written by hand, on the same records in memory."""
    study = load(PROTOCOL)
    write_many(small, small / "memory", IN_MEMORY)
    source = read_study(small / "memory", study.model)
    records = list(source)
    engine = Engine(study.model, source.cutoff)
    found = [engine.verdict(record) for record in records]
    if found != [by_hand.verdict(record) for record in records]:
        raise SystemExit("the function written by hand and the interpreter disagree")
    ours, theirs, ratio = paired(
        lambda: [engine.verdict(record) for record in records], lambda: [by_hand.verdict(record) for record in records]
    )
    micro = 1e6 / len(records)
    yield (
        "verdict of ANRS 123, record in memory",
        f"{ours * micro:.1f} us",
        f"{ratio:.2f}x of {theirs * micro:.1f} us by hand (goal 3x)",
    )


def cold_starts() -> Iterator[tuple[str, str, str]]:
    """Whole processes from a cold start, over a bare Python."""
    commands = {
        "bare Python": python("-c", "pass"),
        "`--help`": python(*COMMAND, "--help"),
        "`lint` of ANRS 123": python(*COMMAND, "lint", str(PROTOCOL)),
        "`check` of 57 participants": python(*COMMAND, "check", str(PROTOCOL), str(EXAMPLE), "--quiet"),
    }
    goals = {"`--help`": 5, "`lint` of ANRS 123": 15, "`check` of 57 participants": 20}
    bare, *others = interleaved(list(commands.values()), turns=9)
    yield "bare Python", f"{bare * 1000:.0f} ms", ""
    for name, seconds in zip(goals, others, strict=True):
        yield name, f"{seconds * 1000:.0f} ms", f"{seconds / bare:.1f}x of bare Python (goal {goals[name]}x)"


def first_readings(small: Path) -> Iterator[tuple[str, str, str]]:
    """``lint`` of texts that were not read before, as after every change of one."""
    text = PROTOCOL.read_text(encoding="utf-8")
    without = small / "without.proto"
    without.write_text(text.partition("\nexample ")[0], encoding="utf-8")
    texts = {"with its examples": PROTOCOL, "without them": without}
    times = interleaved([unremembered(*COMMAND, "lint", str(path)) for path in texts.values()], turns=15)
    for (name, path), seconds in zip(texts.items(), times, strict=True):
        lines = path.read_text(encoding="utf-8").count("\n")
        what = f"`lint` of ANRS 123 {name}, {lines} lines, nothing remembered"
        yield what, f"{seconds * 1000:.0f} ms", f"goal {COLD * 1000:.0f} ms for {LINES} lines"


def parsing() -> Iterator[tuple[str, str, str]]:
    """Parsing of about 300 lines once the grammar is loaded."""
    text = PROTOCOL.read_text(encoding="utf-8")
    lines = text.count("\n")
    parse(Text("warm", text))
    ours, _, _ = paired(lambda: parse(Text("again", text)), lambda: None)
    yield (
        f"parsing of {lines} lines",
        f"{ours * 1000:.0f} ms",
        f"{ours * 1000 * LINES / lines:.0f} ms for {LINES} lines (goal 90 ms)",
    )


def memory(small: Path) -> Iterator[tuple[str, str, str]]:
    """Memory and time of ``check --format jsonl`` as participants grow."""
    for size in SIZES:
        folder = small / str(size)
        rows = write_many(small, folder, size)
        found = run(python(*COMMAND, "check", str(PROTOCOL), str(folder), "--format", "jsonl", "--quiet"))
        yield (
            f"`check --format jsonl`, {size:,} participants, {rows:,} rows",
            f"{found.memory:.0f} MiB",
            f"{found.seconds:.1f} s, {found.seconds / size * 1e6:.0f} us a participant",
        )


def real_trial() -> Iterator[tuple[str, str, str]]:
    """The CDISC pilot from its SDTM, where the data stand beside the project."""
    for form in ("csv", "xpt"):
        if not TRIAL.is_dir():
            return
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            for path in TRIAL.glob(f"*.{form}"):
                (folder / path.name).symlink_to(path)
            found = run(python(*COMMAND, "check", str(LZZT), str(folder), "--format", "jsonl", "--quiet"))
        yield f"`check` of LZZT, 125 participants, {form.upper()}", f"{found.memory:.0f} MiB", f"{found.seconds:.1f} s"


def machine() -> str:
    """The machine, as far as Python knows it."""
    name = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    return f"{name}, Linux {platform.release().split('-')[0]}, Python {platform.python_version()}"


@click.command()
@click.option("--print", "is_printed", is_flag=True, help="Print the table only, and leave the page as it is.")
def main(*, is_printed: bool) -> None:
    """Measure, print the table, and write it into docs/benchmarks.md."""
    with tempfile.TemporaryDirectory() as temporary:
        small = Path(temporary)
        write_study(simulate(load(PROTOCOL).model, 200, 7), small)
        rows = [*interpreter(small), *cold_starts(), *first_readings(small), *parsing(), *memory(small), *real_trial()]
    table = ["| what | measured | |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    text = f"{machine()}; medians of interleaved turns.\n\n" + "\n".join(table) + "\n"
    print(text)
    if not is_printed:
        before, _, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
        PAGE.write_text(before + MARK + "\n" + text, encoding="utf-8")


if __name__ == "__main__":
    main()
