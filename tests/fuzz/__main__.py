"""``python -m tests.fuzz --texts N --seed S``: any text gives diagnostics, and every command holds its promises.

Prints how many texts were tried, in how many seconds, and each fault with the shortest text found that shows it.
"""

import argparse
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from types import FrameType

from attrs import define, field
from tests.fuzz.promises import hold
from tests.fuzz.texts import texts

LONGEST = 20.0
"""Seconds; a text that takes longer is told as a hang, whatever else the machine does."""
SHORTENED = 200
"""How often a faulty text is tried with a part left out."""
EVERY = 1_000


class HangError(Exception):
    """A text that takes too long."""


@define
class Tally:
    """What came of the texts so far."""

    tried: int = 0
    without_errors: int = 0
    slowest: float = 0
    slowest_text: str = ""
    faults: Counter[str] = field(factory=Counter)
    first: dict[str, str] = field(factory=dict)

    def take(self, content: str) -> None:
        """One more text."""
        began = time.monotonic()
        fault = fault_of(content)
        took = time.monotonic() - began
        if took > self.slowest:
            self.slowest, self.slowest_text = took, content
        self.tried += 1
        self.without_errors += fault is None
        if fault:
            self.faults[fault] += 1
            if fault not in self.first:
                self.first[fault] = shortened(content, fault)
                say(f"{fault}\n{self.first[fault]!r}")

    def words(self, seconds: float) -> str:
        """The figures in a line."""
        return (
            f"{self.tried:,} texts, {self.without_errors:,} of them without errors, in {seconds:,.0f} s, "
            f"the slowest in {self.slowest:.1f} s; {len(self.faults)} faults"
        )


def fault_of(content: str) -> str | None:
    """Where and how a promise is broken; empty when none is, nothing when the text has no errors besides."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise HangError

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        return None if hold(content) else ""
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is a fault, and the other texts are tried all the same
        *_, last = (*traceback.extract_tb(error.__traceback__),)
        words = str(error).splitlines() if isinstance(error, AssertionError) else []
        return f"{type(error).__name__} in {Path(last.filename).name}, {last.name}: {last.line} {''.join(words[:1])}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def shortened(content: str, fault: str) -> str:
    """A shorter text with the same fault: lines, then pieces of what is left, taken out as long as it stays."""
    left = SHORTENED
    for parts in (content.splitlines(keepends=True), None):
        kept = list(content) if parts is None else parts
        size = max(len(kept) // 2, 1)
        while size and left:
            at = 0
            while at < len(kept) and left:
                left -= 1
                fewer = kept[:at] + kept[at + size :]
                if fault_of("".join(fewer)) == fault:
                    kept = fewer
                else:
                    at += size
            size //= 2
        content, left = "".join(kept), SHORTENED
    return content


def say(words: str) -> None:
    """A line on standard output, at once; half a pair of surrogates is escaped."""
    sys.stdout.write(words.encode("utf-8", "backslashreplace").decode() + "\n")
    sys.stdout.flush()


def main() -> int:
    """Try the texts; 1 when there is a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--texts", type=int, default=10_000, help="how many")
    parser.add_argument("--seed", type=int, default=0, help="another seed gives other texts")
    asked = parser.parse_args()
    tally, began = Tally(), time.monotonic()
    for content in texts(asked.texts, asked.seed):
        tally.take(content)
        if tally.tried % EVERY == 0:
            say(tally.words(time.monotonic() - began))
    say(f"slowest: {tally.slowest_text[:2_000]!r}")
    say(tally.words(time.monotonic() - began))
    return 1 if tally.faults else 0


sys.exit(main())
