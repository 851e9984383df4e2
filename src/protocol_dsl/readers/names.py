"""The names and codes that data may use for what a protocol declares."""

import re
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from protocol_dsl.base.nearest import distance
from protocol_dsl.base.values import frozen
from protocol_dsl.model.vocabulary import Coding, Condition, EventKind

Thing = TypeVar("Thing")

MANY = 10_000
"""Distinct texts that a lookup remembers; beyond, it forgets and starts again, so that memory stays flat."""

FAR = 2
"""An unknown name so many letters from a declared one is most likely that name, misspelt."""

HIERARCHIES = ("icd",)
"""Systems in which a code with a point is a part of the code before it."""

UPPER_TO_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def fold(text: str) -> str:
    """``text`` without blanks around it and with the letters A to Z in lower case; no other letter changes.

    >>> fold("  Zidovudine ")
    'zidovudine'
    """
    text = text.strip()
    return text.lower() if text.isascii() else text.translate(UPPER_TO_LOWER)


@frozen
class Near:
    """No declared name or code, but perhaps these; ``names`` in the order of the protocol."""

    names: tuple[str, ...]
    why: str = "the protocol has no such name; it is a letter or two from"

    @property
    def words(self) -> str:
        """What to tell the reader of the data."""
        return f"{self.why} {' and '.join(self.names)}"


@frozen
class Words:
    """Everything that a lookup finds, folded: names and titles, codes with and without their system, stems of codes."""

    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()


class Names(Generic[Thing]):
    """Things found by name, title or code; the first declared wins a word or a code that several claim."""

    def __init__(self) -> None:
        """Start with no names."""
        self._by_name: dict[str, Thing] = {}
        self._by_code: dict[str, dict[str, Thing]] = {}
        self._stems: dict[str, dict[str, Thing]] = {}
        self._spellings: dict[str, str] = {}
        self._claims: dict[str, dict[str, str]] = {}
        self._seen: dict[tuple[str, str], Thing | Near | None] = {}

    def add(self, thing: Thing, name: str, title: str = "") -> None:
        """Let ``thing`` be called by its name, in which a blank may stand for ``_``, and by its title."""
        for words in (fold(name), fold(name.replace("_", " ")), fold(title)):
            if words:
                self._by_name.setdefault(words, thing)
                self._spellings.setdefault(words, name)

    def add_codes(self, thing: Thing, name: str, codes: Iterable[Coding]) -> None:
        """Let ``thing``, which messages call ``name``, be called by codes, with or without their system."""
        for coding in codes:
            code, system = fold(coding.code), fold(coding.system)
            for written in (code, f"{system} {code}", f"{system}:{code}", f"{system}|{code}"):
                self._by_code.setdefault(written, {}).setdefault(name, thing)
            if system.startswith(HIERARCHIES):
                self._stems.setdefault(code, {}).setdefault(name, thing)
            self._claims.setdefault(code, {}).setdefault(system, name)

    @property
    def words(self) -> Words:
        """What can be found."""
        return Words(tuple(self._by_name), tuple(self._by_code), tuple(self._stems))

    def find(self, name: str, code: str = "") -> Thing | Near | None:
        """What a row is about: by its name, else its name read as a code, else its code; or the names it is near to."""
        key = (name, code)
        if key in self._seen:
            return self._seen[key]
        if len(self._seen) >= MANY:
            self._seen.clear()
        found = self._seen[key] = self._search(fold(name), fold(code))
        return found

    def called(self, code: str) -> Mapping[str, Thing]:
        """All that claim a code, or the wider one that it is a part of, by the names that messages call them."""
        code = fold(code)
        return self._by_code.get(code) or self._wider(code)

    def _search(self, name: str, code: str) -> Thing | Near | None:
        found = self._by_name.get(name)
        if found is not None:
            return found
        for written in (name, code):
            named = dict.fromkeys(self._claims.get(written, {}).values())
            if len(named) > 1:
                return Near(tuple(named), "the code has no system, and means one thing in each of several:")
        claimed = self._by_code.get(name) or self._by_code.get(code) or self._wider(code)
        if claimed or not name:
            return next(iter(claimed.values()), None)
        near = tuple(dict.fromkeys(self._spellings[other] for other in self._by_name if is_near(name, other)))
        return Near(near) if near else None

    def _wider(self, code: str) -> Mapping[str, Thing]:
        """What a code such as ``B20.1`` is a part of."""
        bare = without_system(code)
        return self._stems.get(bare.partition(".")[0], {}) if "." in bare else {}


class Within:
    """Names that a text holds as words of their own: ``zidovudine 300 mg`` is most likely zidovudine.

    Passed over as something else, it would prove that there was none.
    """

    def __init__(self, spellings: Mapping[str, str]) -> None:
        """Look for ``spellings``, each of which stands for a name."""
        self._patterns = [(name, re.compile(_alone([words]))) for words, name in spellings.items()]
        self._any = re.compile(_alone(spellings)) if spellings else None

    def __call__(self, text: str) -> tuple[str, ...]:
        """The names in ``text``, in their order in the protocol."""
        words = _with_blanks(text)
        if self._any is None or not self._any.search(words):
            return ()
        return tuple(dict.fromkeys(name for name, pattern in self._patterns if pattern.search(words)))


def spellings(things: Iterable[Condition | EventKind]) -> Mapping[str, str]:
    """The names and titles by which conditions and events may stand in a text, each with the name."""
    return {words: one.name for one in things for words in (one.name, one.title) if words}


def holds_words(held: tuple[str, ...]) -> str:
    """What to tell of a text that is no name, and holds some."""
    return f"this is no name of the protocol, but it holds {'one' if len(held) == 1 else 'some'}: {', '.join(held)}"


def _alone(spellings: Iterable[str]) -> str:
    return rf"(?<!\w)(?:{'|'.join(re.escape(_with_blanks(words)) for words in spellings)})(?!\w)"


def _with_blanks(text: str) -> str:
    return fold(text).replace("_", " ")


def without_system(code: str) -> str:
    """A code without what stands before it: ``atc:J05AF01`` is ``J05AF01``.

    >>> without_system("atc J05AF01"), without_system("icd10|B20.1")
    ('J05AF01', 'B20.1')
    """
    return code.rpartition(" ")[2].rpartition(":")[2].rpartition("|")[2]


def is_near(name: str, declared: str) -> bool:
    """Whether one may be the other misspelt: a letter or two, but fewer than half, and the same digits.

    A digit is no letter: ``cd8`` is another cell than ``cd4``, and ``W20`` another week than ``W24``.

    >>> is_near("zidovudin", "zidovudine"), is_near("cd8", "cd4")
    (True, False)
    """
    apart = distance(name, declared, FAR)
    if apart > FAR or apart * 2 >= len(declared):
        return False
    return _digits(name) == _digits(declared)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())
