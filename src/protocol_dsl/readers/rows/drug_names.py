"""What the name and the code of a medication mean: a drug of the protocol, or what may be one."""

from collections.abc import Iterable

from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Coding, DrugClass
from protocol_dsl.readers.cells import Remembered
from protocol_dsl.readers.doubts import Doubt, doubt_of_code, doubt_of_name, holds_name
from protocol_dsl.readers.names import Names, Near, Within, Words, fold, without_system

HISTORY = ("medications",)


class DrugNames:
    """The drugs and classes of a protocol by their names and codes."""

    def __init__(self, model: StudyModel) -> None:
        """Know the drugs and classes of ``model``."""
        self._drugs: Names[str] = Names()
        self._classes: Names[DrugClass] = Names()
        self._class_codes = tuple(
            (fold(coding.code), one)
            for one in model.vocabulary.classes
            for coding in one.codes
            if fold(coding.system) == "atc"
        )
        self._classes_of: dict[str, set[str]] = {}
        self._codes_of: dict[str, set[str]] = {}
        for one in model.vocabulary.classes:
            self._classes.add(one, one.name, one.title)
            self._classes.add_codes(one, one.name, one.codes)
            for drug in one.members:
                codes = (Coding("atc", drug.atc),) if drug.atc else ()
                self._drugs.add(drug.name, drug.name)
                self._drugs.add_codes(drug.name, drug.name, codes)
                self._classes_of.setdefault(drug.name, set()).add(one.name)
                self._codes_of.setdefault(drug.name, set()).update(fold(coding.code) for coding in codes)
        self._within = Remembered(Within({name: name for name in self._classes_of}))
        self._doubts = Remembered(self._doubt)

    @property
    def words(self) -> Words:
        """The names and codes of drugs."""
        return self._drugs.words

    @property
    def class_words(self) -> Words:
        """The names and codes of classes; the stems are what a code of a member begins with."""
        found = self._classes.words
        return Words(found.names, found.codes, tuple(code for code, _ in self._class_codes))

    def find(self, name: str, code: str) -> str | Near | None:
        """The drug that a row is about, or the names it is near to."""
        return self._drugs.find(name, code)

    def held(self, name: str) -> tuple[str, ...]:
        """The drugs whose names a text holds."""
        return self._within[name]

    def class_of(self, name: str, code: str) -> DrugClass | None:
        """The class a row names, or whose code its own begins with: it may be an exposure, so it is not passed over."""
        found = self._classes.find(name, code)
        if isinstance(found, DrugClass):
            return found
        for written in (without_system(fold(code)), fold(name)):
            for start, one in self._class_codes:
                if written.startswith(start):
                    return one
        return None

    def doubt(self, name: str, code: str) -> Doubt | None:
        """What the name of a row that is about a drug and its code say against each other, if they do."""
        return self._doubts[name, code]

    def _doubt(self, cells: tuple[str, str]) -> Doubt | None:
        name, code = cells
        if not name.strip() or not code.strip():
            return None
        named = self._drugs.find(name)
        if isinstance(named, str):
            return self._doubt_of_code(named, code)
        taken = self._drugs.find("", code)
        return self._doubt_of_name(name, named, taken) if isinstance(taken, str) else None

    def _doubt_of_code(self, named: str, code: str) -> Doubt | None:
        claimed = tuple(self._drugs.called(code))
        if claimed:
            if any(self._is_told_by(other, named) for other in claimed):
                return None
            return doubt_of_code(claimed, (named,), self._open(claimed, named))
        narrowest = self._narrowest(code)
        if (
            not narrowest
            or any(one.name in self._classes_of[named] for one in narrowest)
            or self._is_above(code, named)
        ):
            return None
        classes = " and ".join(one.name for one in narrowest)
        words = f"this is a code of the class {classes}, and {named}, which the row names, is none of it"
        return Doubt("code", f"{words}; the name is taken", frozenset(HISTORY))

    def _doubt_of_name(self, name: str, near: Near | None, taken: str) -> Doubt | None:
        if near is not None:
            is_told = any(other == taken for other in near.names)
            return None if is_told else doubt_of_name(near.words, (taken,), self._open(near.names, taken))
        if one := self.class_of(name, ""):
            if one.name in self._classes_of[taken]:
                return None
            return doubt_of_name(f"this is of the class {one.name}", (taken,), HISTORY)
        others = tuple(other for other in self._within[name] if not self._is_told_by(other, taken))
        return doubt_of_name(holds_name(others), (taken,), self._open(others, taken)) if others else None

    def _is_told_by(self, other: str, taken: str) -> bool:
        """Whether a drug is the one that is taken, or a part of it, and of no further class.

        A combination names its parts, and a code of a part begins with that of the whole group.
        """
        if other == taken:
            return True
        parts, all_parts = set(other.split("_")), set(taken.split("_"))
        is_part = parts <= all_parts or all_parts <= parts
        is_above = any(self._is_above(code, taken) for code in self._codes_of[other])
        is_below = any(self._is_above(code, other) for code in self._codes_of[taken])
        return (is_part or is_above or is_below) and not self._open((other,), taken)

    def _is_above(self, code: str, drug: str) -> bool:
        """Whether a code is what that of a drug begins with."""
        bare = without_system(fold(code))
        return any(own.startswith(bare) for own in self._codes_of[drug])

    def _open(self, others: Iterable[str], taken: str) -> tuple[str, ...]:
        """What drugs that are not taken leave open: nothing where they are of no further class."""
        return () if all(self._classes_of[other] <= self._classes_of[taken] for other in others) else HISTORY

    def _narrowest(self, code: str) -> tuple[DrugClass, ...]:
        """The classes that have a code, else those with the longest that it begins with: wider ones have more drugs."""
        if exact := tuple(self._classes.called(code).values()):
            return exact
        bare = without_system(fold(code))
        longest = max((len(start) for start, _ in self._class_codes if bare.startswith(start)), default=0)
        return tuple(one for start, one in self._class_codes if bare.startswith(start) and len(start) == longest)
