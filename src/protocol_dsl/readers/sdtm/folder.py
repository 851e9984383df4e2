"""Which file of a folder holds which domain, and what could not be read."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from attrs import define, field

from protocol_dsl.base.values import frozen
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sdtm.cells import Translator, translator_of
from protocol_dsl.readers.sdtm.context import gather
from protocol_dsl.readers.sdtm.csv_domain import open_csv_domain
from protocol_dsl.readers.sdtm.dataset_json import open_dataset_json, open_dataset_ndjson
from protocol_dsl.readers.sdtm.domains import DomainFile
from protocol_dsl.readers.sdtm.mapping import Rule, SdtmMapping, load_mapping
from protocol_dsl.readers.sdtm.places import Places, SdtmNotes
from protocol_dsl.readers.sdtm.supplements import join
from protocol_dsl.readers.sdtm.tables import SdtmTable, build_tables
from protocol_dsl.readers.sdtm.xpt import open_xpt
from protocol_dsl.readers.sources import Cells

Opener: TypeAlias = Callable[[str, Path], DomainFile]
OPENERS: Mapping[str, Opener] = {
    ".xpt": open_xpt,
    ".ndjson": open_dataset_ndjson,
    ".json": open_dataset_json,
    ".csv": open_csv_domain,
}
"""In order of preference, where a domain is there in several forms."""

MISSED = {
    "SV": "which visits were held is known from readings only",
    "DS": "no completion, no withdrawal and no early termination is known",
    "EX": "no dose is known",
}
"""What follows when a domain is not there, where the protocol has what it tells of."""

LEFT_OPEN = {"events": "events", "medications": "medications", "administrations": "administrations"}
"""The history that is open, by the table that a domain fills, when the domain cannot be read to its end."""


@define
class Broken:
    """The domains that cannot be read to their end."""

    domains: set[str] = field(factory=set)


@frozen
class Guarded:
    """A domain whose end may be missing: what can be read is used, and the rest is told."""

    file: DomainFile
    broken: Broken

    @property
    def domain(self) -> str:
        """Its letters."""
        return self.file.domain

    @property
    def path(self) -> Path:
        """Its file."""
        return self.file.path

    @property
    def variables(self) -> tuple[str, ...]:
        """Its variables."""
        return self.file.variables

    def rows(self, notes: Notes) -> Iterator[tuple[int, Cells]]:
        """The rows as far as they can be read."""
        try:
            yield from self.file.rows(notes)
        except UnreadableError as error:
            self.broken.domains.add(self.domain)
            notes.problem(self.domain, None, None, self.path.name, str(error))


@frozen
class SdtmFolder:
    """A folder ready to be read."""

    tables: Mapping[str, SdtmTable]
    places: Places
    notes: SdtmNotes
    rules: tuple[Rule, ...]
    broken: Broken

    def open_histories(self) -> frozenset[str]:
        """The histories that are open for everyone, because a domain could not be read to its end."""
        return frozenset(
            LEFT_OPEN[rule.table]
            for rule in self.rules
            if rule.domain in self.broken.domains and rule.table in LEFT_OPEN
        )


def open_sdtm(folder: Path, model: StudyModel, mapping_path: Path | None) -> SdtmFolder:
    """The domains of a folder as the tables of a study folder.

    Raises:
        UnreadableError: DM, or the mapping, cannot be read at all.
    """
    mapping = load_mapping(mapping_path)
    places = Places()
    notes = SdtmNotes(places=places)
    broken = Broken()
    paths: dict[str, dict[str, Path]] = {}
    for path in sorted(folder.iterdir()):
        paths.setdefault(path.stem.upper(), {})[path.suffix.lower()] = path
    files = Opening(paths, notes, broken).every(mapping, model)
    if "DM" not in files:
        told = next((one.problem for one in notes.problems if one.table == "DM"), "there is no file of it")
        raise UnreadableError(f"{folder}: the domain DM cannot be read: {told}")
    _note_missing(files, model, notes)
    translator = translator_of(mapping, model, gather(files, mapping))
    places.said_in = translator.vocabulary.said_in
    rules = tuple(rule for rule in mapping.rules if _holds(rule, files, translator))
    tables = build_tables(rules, files, translator, places)
    return SdtmFolder(tables, places, notes, mapping.rules, broken)


@frozen
class Opening:
    """Opens the domains of a folder, and notes those that cannot be opened."""

    paths: Mapping[str, Mapping[str, Path]]
    notes: SdtmNotes
    broken: Broken

    def every(self, mapping: SdtmMapping, model: StudyModel) -> dict[str, DomainFile]:
        """The domains that the rules read, each with what its supplement says."""
        wanted: dict[str, set[str]] = {}
        for rule in mapping.rules:
            wanted.setdefault(rule.domain, {rule.participant}).update(rule.variables)
        attributes = {one.name.upper() for one in model.vocabulary.attributes}
        wanted.setdefault("DM", set()).update(attributes, mapping.attribute_variables)
        files: dict[str, DomainFile] = {}
        for rule in mapping.rules:
            if rule.domain in files or rule.domain in self.broken.domains:
                continue
            file = self._one(rule.domain, rule.participant)
            if file is not None:
                files[rule.domain] = self._supplemented(file, frozenset(wanted[rule.domain]))
        return files

    def _one(self, domain: str, participant: str) -> DomainFile | None:
        kinds = [kind for kind in OPENERS if kind in self.paths.get(domain, {})]
        if not kinds:
            return None
        path = self.paths[domain][kinds[0]]
        self.notes.places.files[domain] = path.name
        try:
            file = OPENERS[kinds[0]](domain, path)
        except UnreadableError as error:
            self._pass_over(domain, path, str(error))
            return None
        if participant not in file.variables:
            self._pass_over(domain, path, f"there is no variable {participant}, so that it is not read")
            return None
        return Guarded(file, self.broken)

    def _pass_over(self, domain: str, path: Path, words: str) -> None:
        self.broken.domains.add(domain)
        self.notes.problem(domain, None, None, path.name, words)

    def _supplemented(self, file: DomainFile, wanted: frozenset[str]) -> DomainFile:
        supplement = self._one(f"SUPP{file.domain}", "USUBJID")
        return file if supplement is None else join(file, supplement, wanted, self.notes)


def _note_missing(files: Mapping[str, DomainFile], model: StudyModel, notes: SdtmNotes) -> None:
    has = {"SV": bool(model.visits), "DS": bool(model.visits), "EX": bool(model.treatments) and "EC" not in files}
    for domain, words in MISSED.items():
        # One that cannot be read is told already.
        if has[domain] and domain not in files and domain not in notes.places.files:
            notes.problem(domain, None, None, "", f"there is no file of this domain: {words}")


def _holds(rule: Rule, files: Mapping[str, DomainFile], translator: Translator) -> bool:
    """Whether a rule is for a study like this one."""
    if rule.unless_domain in files:
        return False
    if rule.only_with_domain and rule.only_with_domain not in files:
        return False
    name = next((name for column, name in rule.constant.items() if column == "event"), "")
    return not rule.if_declared or translator.vocabulary.is_declared(rule.table, name)
