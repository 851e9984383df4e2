"""Which file of a folder holds which domain, and what could not be read."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from attrs import define, field, frozen

from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.errors import UnreadableError
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sdtm.cells import Translator, translator_of
from protocol_dsl.readers.sdtm.context import Context, gather
from protocol_dsl.readers.sdtm.csv_domain import open_csv_domain
from protocol_dsl.readers.sdtm.domains import DomainFile
from protocol_dsl.readers.sdtm.mapping import Rule, SdtmMapping, load_mapping
from protocol_dsl.readers.sdtm.places import Places, SdtmNotes
from protocol_dsl.readers.sdtm.tables import SdtmTable, build_tables
from protocol_dsl.readers.sources import Cells

Opener: TypeAlias = Callable[[str, Path], DomainFile]
OPENERS: Mapping[str, Opener] = {".csv": open_csv_domain}
"""In order of preference, where a domain is there in several forms."""

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


def is_sdtm(place: Path) -> bool:
    """Whether ``place`` is a folder of SDTM domains: it has DM, and no table of participants."""
    if not place.is_dir():
        return False
    names = {(path.stem.lower(), path.suffix.lower()) for path in place.iterdir()}
    stems = {stem for stem, _ in names}
    return any(("dm", kind) in names for kind in OPENERS) and "participants" not in stems


def open_sdtm(folder: Path, model: StudyModel, mapping_path: Path | None) -> SdtmFolder:
    """The domains of a folder as the tables of a study folder.

    Raises:
        UnreadableError: DM, or the mapping, cannot be read at all.
    """
    mapping = load_mapping(mapping_path)
    places = Places()
    notes = SdtmNotes(places=places)
    broken = Broken()
    files = _open_all(folder, mapping, notes, broken)
    if "DM" not in files:
        raise UnreadableError(f"{folder}: DM cannot be read; {notes.problems[0].problem if notes.problems else ''}")
    context = gather(files, mapping)
    translator = translator_of(mapping, model, context)
    rules = tuple(rule for rule in mapping.rules if _holds(rule, files, context, translator))
    tables = build_tables(rules, files, translator, places)
    return SdtmFolder(tables, places, notes, mapping.rules, broken)


def _open_all(folder: Path, mapping: SdtmMapping, notes: SdtmNotes, broken: Broken) -> dict[str, DomainFile]:
    paths: dict[str, dict[str, Path]] = {}
    for path in sorted(folder.iterdir()):
        paths.setdefault(path.stem.upper(), {})[path.suffix.lower()] = path
    files: dict[str, DomainFile] = {}
    for domain, participant in dict.fromkeys((rule.domain, rule.participant) for rule in mapping.rules):
        kinds = [kind for kind in OPENERS if kind in paths.get(domain, {})]
        if not kinds or domain in files:
            continue
        path = paths[domain][kinds[0]]
        notes.places.files[domain] = path.name
        try:
            file = OPENERS[kinds[0]](domain, path)
            if participant not in file.variables:
                raise UnreadableError(f"{path} has no variable {participant}")
            files[domain] = Guarded(file, broken)
        except UnreadableError as error:
            broken.domains.add(domain)
            notes.problem(domain, None, None, path.name, str(error))
    return files


def _holds(rule: Rule, files: Mapping[str, DomainFile], context: Context, translator: Translator) -> bool:
    """Whether a rule is for a study like this one."""
    if rule.unless_domain in files or context.terms.intersection(rule.unless_disposed):
        return False
    if rule.only_with_domain and rule.only_with_domain not in files:
        return False
    name = next((name for column, name in rule.constant.items() if column == "event"), "")
    return not rule.if_declared or translator.vocabulary.is_declared(rule.table, name)
