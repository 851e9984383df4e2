"""Which variable of which domain says what: a table of rules, shipped as data, with a user's own laid over it."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from attrs import field

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.layout import LAYOUTS

SHIPPED = "mapping.toml"
ANY = "*"
SECTIONS = (
    "dispositions",
    "treatment_scopes",
    "epochs",
    "treatment_dispositions",
    "disposition_categories",
    "protocol_milestones",
    "arms",
    "sexes",
    "frequencies",
    "units",
    "related",
    "specimens",
    "visits",
    "treatments",
    "attributes",
)
"""Sections that translate one word of the data into another."""
RULE_KEYS = (
    "domains",
    "table",
    "columns",
    "instead",
    "constant",
    "only",
    "never",
    "not_asked",
    "answered",
    "participant",
    "unless_disposed",
    "unless_domain",
    "only_with_domain",
    "if_declared",
    "counted_by",
)

Values = Mapping[str, tuple[str, ...]]


@frozen(kw_only=True)
class Rule:
    """``[rules.NAME]``: rows of one domain that fill one table; every ``--`` is the domain already."""

    name: str
    domain: str
    table: str
    columns: Values = field(factory=dict)
    instead: Values = field(factory=dict)
    constant: Mapping[str, str] = field(factory=dict)
    only: Values = field(factory=dict)
    never: Values = field(factory=dict)
    not_asked: Values = field(factory=dict)
    answered: Values = field(factory=dict)
    participant: str = "USUBJID"
    unless_disposed: tuple[str, ...] = ()
    unless_domain: str = ""
    only_with_domain: str = ""
    if_declared: bool = False
    counted_by: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable that the rule looks at."""
        named = (self.columns, self.instead, self.answered)
        listed = [one for columns in named for variables in columns.values() for one in variables]
        return (*listed, *self.only, *self.never, *self.not_asked, *self.answered)

    def variable(self, column: str, present: Mapping[str, int]) -> str:
        """The variable that a column of the table is read from, as far as the domain has it."""
        if column == "participant":
            return self.participant
        return self._present(self.columns.get(column, ()), column, present)

    def other_variable(self, column: str, present: Mapping[str, int]) -> str:
        """The same in a row that is read from the variables of ``instead``."""
        if column not in self.instead:
            return self.variable(column, present)
        return self._present(self.instead[column], column, present)

    @staticmethod
    def _present(variables: tuple[str, ...], column: str, present: Mapping[str, int]) -> str:
        return next((one for one in variables if one in present), variables[0] if variables else column)


@frozen(kw_only=True)
class SdtmMapping:
    """All rules, and the words of the data by section; words are looked up in upper case."""

    rules: tuple[Rule, ...]
    words: Mapping[str, Mapping[str, str]]
    measures: Mapping[str, Mapping[str, str]]
    termination_labels: frozenset[str]
    age_at: tuple[str, ...]

    @property
    def attribute_variables(self) -> tuple[str, ...]:
        """The variables from which attributes are read under another name."""
        return tuple(variable.upper().rpartition(".")[2] for variable in self.words["attributes"].values())

    def word(self, section: str, written: str) -> str | None:
        """What a word of the data stands for, or nothing when the section does not have it."""
        return self.words[section].get(written.strip().upper())


def load_mapping(path: Path | None) -> SdtmMapping:
    """The shipped mapping, with the one in ``path`` laid over it.

    Raises:
        UnreadableError: The file cannot be read, is no TOML, or says something that no mapping says.
    """
    shipped = tomllib.loads((files("protocol_dsl.readers.sdtm") / SHIPPED).read_text("utf-8"))
    merged = {section: dict(_table(shipped, section, SHIPPED)) for section in shipped}
    if path is not None:
        for section, entries in _own(path, tuple(merged)).items():
            merged[section].update(entries)
    where = str(path or SHIPPED)
    rules = tuple(
        rule
        for name, entry in merged["rules"].items()
        for rule in _rules(name, _entries(entry, f"rules.{name}", where), where)
    )
    return SdtmMapping(
        rules=rules,
        words={name: _words(merged[name], name, where) for name in SECTIONS},
        measures={
            name: {key.upper(): one for key, one in _strings(entry, f"measures.{name}", where).items()}
            for name, entry in merged["measures"].items()
        },
        termination_labels=frozenset(
            label.upper()
            for label in _list(merged["early_termination"].get("labels"), "early_termination.labels", where)
        ),
        age_at=_list(merged["birth"].get("age_at"), "birth.age_at", where),
    )


def _own(path: Path, sections: tuple[str, ...]) -> Mapping[str, Mapping[str, object]]:
    try:
        found = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UnreadableError(f"{path} is not in UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"{path} is no mapping in TOML: {error}") from None
    for section in found:
        if section not in sections:
            raise UnreadableError(f"{path}: there is no section {section}; the sections are {', '.join(sections)}")
    return {section: _table(found, section, str(path)) for section in found}


def _rules(name: str, entry: Mapping[str, object], where: str) -> list[Rule]:
    place = f"rules.{name}"
    for key in entry:
        if key not in RULE_KEYS:
            raise UnreadableError(f"{where}: {place} has no entry {key}; the entries are {', '.join(RULE_KEYS)}")
    table = str(entry.get("table", ""))
    if table not in LAYOUTS:
        raise UnreadableError(f"{where}: {place} names no table of a study folder; they are {', '.join(LAYOUTS)}")
    columns = _entries(entry.get("columns", {}), f"{place}.columns", where)
    instead = _entries(entry.get("instead", {}), f"{place}.instead", where)
    constant = _strings(entry.get("constant", {}), f"{place}.constant", where)
    if table != "participants":
        for column in (*columns, *instead, *constant):
            if column not in LAYOUTS[table].columns:
                raise UnreadableError(f"{where}: {place}: the table {table} has no column {column}")
    return [
        Rule(
            name=name,
            domain=domain,
            table=table,
            columns=_values(columns, domain, f"{place}.columns", where),
            instead=_values(instead, domain, f"{place}.instead", where),
            constant=constant,
            only=_values(entry.get("only", {}), domain, f"{place}.only", where),
            never=_values(entry.get("never", {}), domain, f"{place}.never", where),
            not_asked=_values(entry.get("not_asked", {}), domain, f"{place}.not_asked", where),
            answered=_values(entry.get("answered", {}), domain, f"{place}.answered", where),
            participant=str(entry.get("participant", "USUBJID")).upper(),
            unless_disposed=_list(entry.get("unless_disposed", []), f"{place}.unless_disposed", where),
            unless_domain=str(entry.get("unless_domain", "")).upper(),
            only_with_domain=str(entry.get("only_with_domain", "")).upper(),
            if_declared=entry.get("if_declared", False) is True,
            counted_by=str(entry.get("counted_by", "")),
        )
        for domain in (one.upper() for one in _list(entry.get("domains"), f"{place}.domains", where))
    ]


def _values(found: object, domain: str, place: str, where: str) -> Values:
    """Lists of words by name, in which ``--`` becomes the domain."""
    return {
        _named(name, domain): tuple(_named(one, domain) for one in _list(entry, f"{place}.{name}", where))
        for name, entry in _entries(found, place, where).items()
    }


def _named(name: str, domain: str) -> str:
    return f"{domain}{name[2:]}" if name.startswith("--") else name


def _words(entries: Mapping[str, object], section: str, where: str) -> Mapping[str, str]:
    # Attributes are looked up by the protocol's name and the rest by the word of the data, in upper case all the same.
    return {name.strip().upper(): word for name, word in _strings(entries, section, where).items()}


def _table(found: Mapping[str, object], section: str, where: str) -> Mapping[str, object]:
    return _entries(found[section], section, where)


def _entries(found: object, place: str, where: str) -> Mapping[str, object]:
    if not isinstance(found, dict):
        raise UnreadableError(f"{where}: {place} is no table of entries")
    return {str(name): entry for name, entry in found.items()}


def _strings(found: object, place: str, where: str) -> Mapping[str, str]:
    entries = _entries(found, place, where)
    for name, entry in entries.items():
        if not isinstance(entry, (str, int)):
            raise UnreadableError(f"{where}: {place}.{name} is no text")
    return {name: str(entry) for name, entry in entries.items()}


def _list(found: object, place: str, where: str) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise UnreadableError(f"{where}: {place} is no list of texts")
    return tuple(found)
