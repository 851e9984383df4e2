"""How long something takes and how much memory it needs."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from attrs import frozen

TURNS = 5
KIB = 1024
FAULT = "Traceback (most recent call last)"


@frozen
class Run:
    """One finished process: wall seconds, the most memory it held, in MiB, and seconds of processor time."""

    seconds: float
    memory: float
    processor: float


def python(*arguments: str) -> Sequence[str]:
    """A command of this Python."""
    return (sys.executable, *arguments)


def unremembered(*arguments: str) -> Sequence[str]:
    """A command of this Python that neither finds nor keeps remembered answers."""
    return ("env", "PROTOCOL_DSL_CACHE=off", *python(*arguments))


APART = """
import os, sys, time
said, *command = sys.argv[1:]
apart = [(os.POSIX_SPAWN_OPEN, 2, said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
start = time.perf_counter()
process = os.posix_spawnp(command[0], command, os.environ, file_actions=apart)
_, status, usage = os.wait4(process, 0)
seconds = time.perf_counter() - start
print(os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss, usage.ru_utime + usage.ru_stime, file=sys.stderr)
"""
"""A small process that starts another and says on standard error how it went; what that says there goes into a file.

A process is said to have held at least what the one that started it held, and the measurements themselves hold much.
"""


def run(command: Sequence[str], output: Path | None = None) -> Run:
    """Run ``command`` to its end, its output thrown away or written to a file.

    Raises:
        SystemExit: It did not come to its end; a fault of Python ends it with 1, as deviations end a check.
    """
    # As an installed program runs: with its modules compiled, which the first turn does.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with TemporaryDirectory() as place, (output or Path(os.devnull)).open("wb") as sink:
        errors = Path(place) / "errors"
        asked = python("-c", APART, str(errors), *command)
        told = subprocess.run(asked, stdout=sink, stderr=subprocess.PIPE, env=environment, check=True, text=True)
        said = errors.read_text(encoding="utf-8")
    code, seconds, memory, processor = map(float, told.stderr.split())
    if code > 1 or FAULT in said:
        raise SystemExit(f"{' '.join(command)} ended with {code:.0f}: {said}")
    return Run(seconds, memory / KIB, processor)


def interleaved(commands: Sequence[Sequence[str]], turns: int = TURNS) -> list[float]:
    """Median seconds of each command; they take turns, so that a slow moment of the machine meets them all."""
    found: list[list[float]] = [[] for _ in commands]
    for turn in range(turns + 1):
        for seconds, command in zip(found, commands, strict=True):
            taken = run(command).seconds
            if turn:  # the first turn warms the disk
                seconds.append(taken)
    return [median(seconds) for seconds in found]


def paired(one: Callable[[], object], other: Callable[[], object], turns: int = TURNS) -> tuple[float, float, float]:
    """Median seconds of both, and the median of their ratios turn by turn."""
    times: list[tuple[float, float]] = []
    for _ in range(turns):
        start = time.perf_counter()
        one()
        middle = time.perf_counter()
        other()
        times.append((middle - start, time.perf_counter() - middle))
    return median(a for a, _ in times), median(b for _, b in times), median(a / b for a, b in times)
