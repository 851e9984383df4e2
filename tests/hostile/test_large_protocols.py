"""Texts that are short to write and long to work out, and files beside a protocol that cannot be read."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.hostile.conftest import Ended
from tests.hostile.test_protocols import ADULT, CYCLES, HEAD

Run = Callable[..., Ended]
PIPES = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")


def chain(count: int, words: str) -> str:
    """Definitions that each need the one before, and a criterion that needs the last."""
    first = 'define d0 "a" as age at SCR >= 18 years\n'
    rest = "".join(f'define d{one} "a" as {words.format(f"d{one - 1}")}\n' for one in range(1, count))
    return first + rest + f'inclusion I1 "a" require d{count - 1}\n'


@pytest.mark.parametrize(
    "body",
    [
        chain(40, "{0} and {0}"),
        chain(1_000, "{0}"),
        chain(1_000, "not {0}"),
        "".join(f'define d{one} "a" as d{(one + 1) % 5_000}\n' for one in range(5_000))
        + 'inclusion I1 "a" require d0\n',
        ADULT + f'visit W{"9" * 10_000} "a"\n  window ± 1 days\n',
        ADULT + 'visit W4 "a"\n  window ± 10000000 days\n',
        ADULT + CYCLES.format("up to 8 from W2, spaced 999999999 weeks"),
        ADULT + CYCLES.format("up to 8 from W2, spaced 4 weeks").replace("once", "999999999 times"),
        ADULT + 'example "e"\n  given randomization 0000-00-00\n',
    ],
    ids=["doubling", "long", "negated", "circle", "digits", "window", "spacing", "times a day", "no day"],
)
def test_a_text_too_large_to_mean_anything_is_told_at_its_place(run: Run, tmp_path: Path, body: str) -> None:
    path = tmp_path / "x.proto"
    path.write_text(HEAD + body, encoding="utf-8")
    ended = run("lint", path)
    assert ended.code == 1
    assert len(ended.out) < 4_000


@pytest.mark.parametrize(
    ("name", "content"), [("a.txt", b""), ("a.txt", b"\xe9"), ("a.txt", b"\0"), ("a.txt", b"a" * 5_000_001)]
)
def test_a_source_that_cannot_be_read_is_told_at_the_line_that_names_it(
    run: Run, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    path = tmp_path / "x.proto"
    path.write_text(HEAD + f'source A "a" in "{name}"\n' + ADULT + '  quote A "x"\n', encoding="utf-8")
    ended = run("lint", path)
    assert "x.proto:7:" in ended.out
    assert "it is no protocol" not in ended.out + ended.err


@PIPES
def test_a_pipe_nobody_writes_to_is_not_waited_for(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.proto"
    os.mkfifo(path)
    ended = run("lint", path)
    assert ended.code == 2
    assert "x.proto is no file" in ended.err


@PIPES
def test_a_pipe_that_is_handed_over_is_read(run: Run) -> None:
    reading, writing = os.pipe()
    os.write(writing, (HEAD + ADULT).encode())
    os.close(writing)
    assert run("lint", f"/dev/fd/{reading}").code == 0
    os.close(reading)
