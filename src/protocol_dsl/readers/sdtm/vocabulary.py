"""What the protocol calls what the data name: tests, terms, drugs, treatments, visits, arms."""

from collections.abc import Iterable, Mapping

from attrs import field

from protocol_dsl.base.values import frozen
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Coding, Condition, EventKind, Milestone
from protocol_dsl.readers.names import MANY, Names, Near, Within, fold, spellings
from protocol_dsl.readers.sdtm.domains import plain

FREE_TEXT = ("TRT", "TERM")
"""Ends of variables that hold words as the site wrote them; the others hold terms of a code list, never misspelt."""

MISSPELT = Near(()).why


@frozen
class Vocabulary:
    """Names by table, of one protocol."""

    names: Mapping[str, Names[str]]
    categories: Names[str]
    visits: Names[str]
    arms: Names[str]
    treatments: tuple[str, ...]
    claims: Mapping[str, tuple[str, ...]]
    gives: Mapping[str, tuple[str, ...]]
    within: Mapping[str, Within]
    said_in: dict[tuple[str, str], str] = field(factory=dict, eq=False, repr=False)
    _seen: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[str, str]] = field(factory=dict, eq=False, repr=False)

    def treatment(self, text: str, arms: Iterable[str]) -> str:
        """``text``, or where several treatments have this code, the one that the participant's arm gives."""
        claimed = self.claims.get(fold(text), ())
        if len(claimed) > 1:
            for arm in arms:
                given = self.gives.get(str(self.arms.find(arm)), ())
                own = [one for one in claimed if one in given]
                if len(own) == 1:
                    return own[0]
        return text

    def is_declared(self, table: str, name: str) -> bool:
        """Whether the protocol has this very name."""
        return self.names[table].find(name) == name

    def holds(self, table: str, text: str) -> bool:
        """Whether a text holds a name of the protocol as a word of its own, which the reader of the table tells."""
        return table in self.within and bool(self.within[table](text))

    def is_doubtful(self, table: str, text: str) -> bool:
        """Whether a text is no name of the protocol, and may be one all the same."""
        return isinstance(self.names[table].find(text), Near) or self.holds(table, text)

    def meant(self, table: str, texts: tuple[tuple[str, str], ...]) -> tuple[str, str]:
        """The name and the code to hand on for what the variables of a row say; each distinct row is looked up once.

        A term of a code list that is not the protocol's is another term, however near: it goes where codes stand, which
        nobody misspells.
        """
        found = self._seen.get((table, texts))
        if found is None:
            if len(self._seen) >= MANY:
                self._seen.clear()
                self.said_in.clear()
            found = self._seen[table, texts] = self._looked_up(table, texts)
            self.said_in.update(((table, text), variable) for variable, text in texts if text == found[0])
        return found

    def _looked_up(self, table: str, texts: tuple[tuple[str, str], ...]) -> tuple[str, str]:
        names, first = self.names[table], None
        held: str | None = None
        for variable, text in texts:
            if not text:
                continue
            found = names.find(text)
            if isinstance(found, str):
                return text, ""
            is_coded = not variable.endswith(FREE_TEXT)
            is_holding = self.holds(table, text)
            if held is None and is_holding and (table == "medications" or not is_coded):
                # ``PREMARIN 0.625`` beside a substance that the protocol does not name: it may be an exposure.
                held = text
            if first is None:
                is_near = isinstance(found, Near) and found.why == MISSPELT
                first = ("", text) if is_coded and (is_near or is_holding) else (text, "")
        return (held, "") if held is not None else first or ("", "")

    def visit(self, number: str, label: str) -> tuple[str | None, str | None]:
        """The planned visits that a VISITNUM and a VISIT name."""
        by_number = self.visits.find(f"cdisc {number}") if number else None
        by_label = self.visits.find(label) if label else None
        return by_number if isinstance(by_number, str) else None, by_label if isinstance(by_label, str) else None


def vocabulary_of(model: StudyModel) -> Vocabulary:
    """The names of ``model``."""
    words = model.vocabulary
    events: tuple[Milestone | Condition | EventKind, ...] = (*words.milestones, *words.conditions, *words.events)
    names = {
        "events": _names((one.name, one.title, one.codes) for one in events),
        "readings": _names((one.name, one.title, one.codes) for one in words.measures),
        "medications": _names(
            (drug.name, "", (Coding("atc", drug.atc),) if drug.atc else ())
            for one in words.classes
            for drug in one.members
        ),
        "administrations": _names((one.name, one.title, one.codes) for one in model.treatments),
    }
    for kind in words.events:
        for category in kind.categories:
            names["events"].add_codes(kind.name, kind.name, category.codes)
    return Vocabulary(
        names=names,
        categories=_names((one.name, one.title, one.codes) for kind in words.events for one in kind.categories),
        visits=_names((one.name, one.title, _plain(one.codes)) for one in model.visits if one.series is None),
        arms=_names((one.name, one.title, one.codes) for one in model.arms),
        treatments=tuple(one.name for one in model.treatments),
        claims=_claims(model),
        gives={arm.name: arm.gives for arm in model.arms},
        within={
            "medications": Within({drug.name: drug.name for one in words.classes for drug in one.members}),
            "events": Within(spellings((*words.conditions, *words.events))),
        },
    )


def _claims(model: StudyModel) -> Mapping[str, tuple[str, ...]]:
    """The treatments by each of their codes."""
    found: dict[str, tuple[str, ...]] = {}
    for one in model.treatments:
        for code in dict.fromkeys(fold(coding.code) for coding in one.codes):
            found[code] = (*found.get(code, ()), one.name)
    return found


def _plain(codes: tuple[Coding, ...]) -> tuple[Coding, ...]:
    """Codes that are numbers as a VISITNUM is compared with them."""
    return tuple(Coding(coding.system, plain(coding.code)) for coding in codes)


def _names(things: Iterable[tuple[str, str, tuple[Coding, ...]]]) -> Names[str]:
    names: Names[str] = Names()
    for name, title, codes in things:
        names.add(name, name, title)
        names.add_codes(name, name, codes)
    return names
