"""What is wrong with a text, as data before it is prose.

A :class:`Code` is declared once, beside the check that uses it; its page is ``docs/codes/<number>.md``.
Numbers are never reused: PD0 syntax, PD1 names, PD2 schedule, PD3 units and kinds, PD4 sources, PD5 examples.
"""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from attrs import field

from protocol_dsl.base.nearest import slip
from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen

Severity: TypeAlias = Literal["error", "warning", "note"]
Safety: TypeAlias = Literal["safe", "unsafe"]
SHORTEST_SLIP = 4
"""Letters; a shorter word is a letter away from too many others."""


@frozen
class Label:
    """Short lower-case words at a place that has to do with the mistake."""

    span: Span
    words: str


@frozen
class Edit:
    """Replace what ``span`` covers by ``words``."""

    span: Span
    words: str


@frozen
class Fix:
    """Edits that repair a mistake: ``safe`` never changes what the author meant."""

    title: str
    edits: tuple[Edit, ...]
    safety: Safety = "safe"


def respelt(span: Span, word: str, known: Iterable[str]) -> Fix | None:
    """Write the one of an author's own names that is a single letter away from ``word``, if there is only one.

    Never safe: which of such names is meant (W52, W53) is the author's to say.
    """
    meant = slip(word, known)
    return None if meant is None else Fix(f"write {meant}", (Edit(span, meant),), "unsafe")


def reworded(span: Span, word: str, meant: str, known: Iterable[str]) -> Fix:
    """Write ``meant``, a word of the language, where only such words can stand.

    Safe where it is the only one a single letter away, and the word is none of a few letters.
    """
    is_slip = len(word) >= SHORTEST_SLIP and slip(word, known) == meant
    return Fix(f"write {meant}", (Edit(span, meant),), "safe" if is_slip else "unsafe")


@frozen(kw_only=True)
class Diagnostic:
    """One mistake: its code, its place, the sentence, and what to do about it."""

    code: "Code"
    span: Span
    message: str
    label: str = ""
    labels: tuple[Label, ...] = ()
    hint: str = ""
    fix: Fix | None = None

    @property
    def severity(self) -> Severity:
        """The severity of its code."""
        return self.code.severity

    @property
    def stops(self) -> bool:
        """Whether it keeps the text from being run."""
        return self.severity == "error" and not self.code.still_runs


@frozen
class Code:
    """A numbered kind of mistake: ``PD201``, ``not a scheduled visit``, ``error``.

    ``label`` is written under the place itself. One that ``is_quiet`` asks nothing of the author, and is shown to a
    person only when asked for. Of one that ``still_runs`` the text has a meaning: an error of ``lint``, and of no other
    command.
    """

    number: str
    label: str
    severity: Severity = field(default="error")
    is_quiet: bool = False
    still_runs: bool = False

    def at(  # noqa: PLR0913 - a diagnostic has these parts; most are left out
        self,
        span: Span,
        message: str,
        *,
        label: str | None = None,
        labels: Iterable[Label] = (),
        hint: str = "",
        fix: Fix | None = None,
    ) -> Diagnostic:
        """One mistake of this kind at ``span``; ``label`` replaces the words of the code under the place."""
        return Diagnostic(
            code=self,
            span=span,
            message=message,
            label=self.label if label is None else label,
            labels=tuple(labels),
            hint=hint,
            fix=fix,
        )
