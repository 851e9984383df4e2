"""Diagnostics as a person reads them: the sentence, the place with its line, the labels, the hint."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from protocol_dsl.base.diagnostics import Diagnostic, Label, Severity
from protocol_dsl.base.source import Span, Text
from protocol_dsl.base.values import frozen
from protocol_dsl.writers.columns import WIDTH, shown, visible, width_of, wrapped
from protocol_dsl.writers.ink import PLAIN, Ink, Tone

CUT = "..."
MOST_SHOWN = 200
"""Messages about one text; all of them are in the other forms of output."""
TONES: Mapping[Severity, Tone] = {"error": "error", "warning": "warning", "note": "note"}


@frozen
class Mark:
    """A place on one line: where it begins and ends there (characters from 0), its words, and whether it is the place.

    ``end`` is beyond ``start`` even where the place covers nothing, so that there is something to underline.
    """

    line: int
    start: int
    end: int
    words: str
    is_primary: bool


@frozen
class Frame:
    """How an excerpt is drawn: the columns of the gutter, colour or none, the tone of the place itself."""

    gutter: int
    ink: Ink
    tone: Tone

    @property
    def room(self) -> int:
        """Columns beside the gutter."""
        return WIDTH - self.gutter - 3


@frozen
class Excerpt:
    """The part of a line that is shown: its words, and the column of each of its characters and of its end."""

    words: str
    columns: tuple[int, ...]

    def column(self, character: int) -> int:
        """The column, from 0, at which a character of the line is shown; the nearest edge when it is cut away."""
        return self.columns[min(character, len(self.columns) - 1)]


def render(diagnostic: Diagnostic, texts: Mapping[str, Text], ink: Ink = PLAIN) -> str:
    """One diagnostic, some lines of at most 100 columns, without a line end at its end.

    Args:
        diagnostic: What to show.
        texts: The texts by name; a place in a text that is not there shows as its file alone.
        ink: Colour or none.
    """
    text = texts.get(diagnostic.span.file)
    if text is None:
        return "\n".join([*head(diagnostic, ink), f" --> {visible(diagnostic.span.file)}", *foot(diagnostic, 1, ink)])
    marks = by_file(diagnostic, texts)
    gutter = max(len(str(mark.line)) for found in marks.values() for mark in found)
    lines = head(diagnostic, ink)
    for name, found in marks.items():
        place = text.position(diagnostic.span.start) if name == text.name else None
        if place is None:
            first = found[0]
            lines.append(f"{' ' * gutter}{ink('::: ', 'place')}{visible(name)}:{first.line}:{first.start + 1}")
        else:
            lines.append(f"{' ' * gutter}{ink('--> ', 'place')}{visible(name)}:{place.line}:{place.column}")
        lines.append(bar(gutter, ink))
        lines += excerpt_lines(texts[name], found, Frame(gutter, ink, TONES[diagnostic.severity]))
    return "\n".join([*lines, *foot(diagnostic, gutter, ink)])


def render_all(diagnostics: Iterable[Diagnostic], texts: Mapping[str, Text], ink: Ink = PLAIN) -> Iterator[str]:
    """Each diagnostic, with a line end, and an empty line between two; of a text no more than anyone reads."""
    told: Counter[str] = Counter()
    for place, diagnostic in enumerate(diagnostics):
        told[diagnostic.span.file] += 1
        if told[diagnostic.span.file] <= MOST_SHOWN:
            yield ("\n" if place else "") + render(diagnostic, texts, ink) + "\n"
    for name, count in told.items():
        if count > MOST_SHOWN:
            yield f"\nand {count - MOST_SHOWN:,} more in {visible(name)}\n"


def count_words(diagnostics: Sequence[Diagnostic]) -> str:
    """``2 errors, 1 warning``, or ``no mistakes``; notes are not counted.

    >>> count_words(())
    'no mistakes'
    """
    counts = (
        (sum(diagnostic.severity == severity for diagnostic in diagnostics), severity)
        for severity in ("error", "warning")
    )
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts if n) or "no mistakes"


def head(diagnostic: Diagnostic, ink: Ink) -> list[str]:
    """``error[PD201]: cd4 is read at W53, but no visit W53 is scheduled``."""
    code = f"{diagnostic.severity}[{diagnostic.code.number}]"
    first, *others = wrapped(f"{code}: {visible(diagnostic.message)}", WIDTH, "    ")
    return [ink(code, TONES[diagnostic.severity]) + ink(first[len(code) :], "strong"), *others]


def foot(diagnostic: Diagnostic, gutter: int, ink: Ink) -> list[str]:
    """``= hint: did you mean W52?``; the title of a fix where there is no hint."""
    words = diagnostic.hint or (diagnostic.fix.title if diagnostic.fix is not None else "")
    if not words:
        return []
    start = f"{' ' * (gutter + 1)}= hint: "
    first, *others = wrapped(visible(words), WIDTH - len(start))
    return [ink(start, "place") + first, *(" " * len(start) + line for line in others)]


def by_file(diagnostic: Diagnostic, texts: Mapping[str, Text]) -> dict[str, list[Mark]]:
    """The marks by file, that of the place itself first, each in the order of its text."""
    found: dict[str, list[Mark]] = {diagnostic.span.file: []}
    for label in (Label(diagnostic.span, diagnostic.label), *diagnostic.labels):
        if label.span.file in texts:
            is_primary = label.span is diagnostic.span
            found.setdefault(label.span.file, []).append(mark(texts[label.span.file], label, is_primary=is_primary))
    return {name: sorted(marks, key=lambda each: (each.line, each.start)) for name, marks in found.items()}


def mark(text: Text, label: Label, *, is_primary: bool) -> Mark:
    """Where a label is drawn: on the line where its place begins, up to the end of that line at most."""
    span = on_text(label.span, text)
    place = text.position(span.start)
    start = place.column - 1
    length = min(span.end - span.start, len(text.line(place.line)) - start)
    return Mark(place.line, start, start + max(length, 1), label.words, is_primary)


def on_text(span: Span, text: Text) -> Span:
    """The span, drawn back from the empty line that a closing line end leaves behind."""
    end = len(text.content.rstrip())
    return span if span.start <= end else Span(span.file, end, end)


def excerpt_lines(text: Text, marks: Sequence[Mark], frame: Frame) -> Iterator[str]:
    """Each line that is marked, followed by its underlines."""
    for number in sorted({each.line for each in marks}):
        here = [each for each in marks if each.line == number]
        excerpt = part_of(text.line(number), main_mark(here), frame.room)
        yield f"{frame.ink(f'{number:>{frame.gutter}} |', 'place')} {excerpt.words}".rstrip()
        for each in here:
            yield from underline(each, excerpt, frame)


def main_mark(marks: Sequence[Mark]) -> Mark:
    """The mark that must be seen when the line is too long: that of the place itself, else the first."""
    return next((each for each in marks if each.is_primary), marks[0])


def underline(each: Mark, excerpt: Excerpt, frame: Frame) -> Iterator[str]:
    """The carets (dashes for a secondary place) and the words; the words go below where they do not fit beside."""
    edge, tone = bar(frame.gutter, frame.ink), frame.tone if each.is_primary else "place"
    start = excerpt.column(each.start)
    end = min(max(excerpt.column(each.end), start + 1), frame.room)
    signs = ("^" if each.is_primary else "-") * max(end - start, 1)
    words = visible(each.words)
    beside = f"{signs} {words}" if words else signs
    if start + width_of(beside) <= frame.room:
        yield f"{edge} {' ' * start}{frame.ink(beside, tone)}"
        return
    yield f"{edge} {' ' * start}{frame.ink(signs, tone)}"
    indent = " " * max(min(start, frame.room - width_of(words)), 0)
    for line in wrapped(words, frame.room - len(indent)):
        yield f"{edge} {indent}{frame.ink(line, tone)}"


def bar(gutter: int, ink: Ink) -> str:
    """The empty gutter."""
    return ink(f"{' ' * (gutter + 1)}|", "place")


def part_of(line: str, place: Mark, room: int) -> Excerpt:
    """The part of ``line`` around ``place`` that fits ``room`` columns, with ``...`` where it is cut."""
    widths = [width_of(shown(character)) for character in line]
    first, last = 0, len(line)
    if sum(widths) > room:
        first, last = visible_range(widths, place, room - 2 * len(CUT))
    before = CUT if first else ""
    columns, column = [len(before)] * first, len(before)
    for width in widths[first:last]:
        columns.append(column)
        column += width
    columns.append(column)
    words = before + "".join(map(shown, line[first:last])) + (CUT if last < len(line) else "")
    return Excerpt(words, tuple(columns))


def visible_range(widths: Sequence[int], place: Mark, room: int) -> tuple[int, int]:
    """First and last character to show so that ``place`` is seen with what surrounds it, about a third before it."""
    wanted = min(sum(widths[place.start : place.end]) + width_of(place.words) + 1, room)
    before = min((room - wanted), room // 3)
    first, used = min(place.start, len(widths)), 0
    while first > 0 and used + widths[first - 1] <= before:
        first -= 1
        used += widths[first]
    last, used = first, 0
    while last < len(widths) and used + widths[last] <= room:
        used += widths[last]
        last += 1
    return first, last
