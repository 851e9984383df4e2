"""What a protocol reads, gathered by table and by name."""

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve

from protocol_dsl.base.units import USUAL, UnitError, conversion, is_suspicious
from protocol_dsl.base.values import frozen
from protocol_dsl.model.needs import (
    NeededAttribute,
    NeededClass,
    NeededEvent,
    NeededLabel,
    NeededMeasure,
    NeededTreatment,
    Needs,
    Use,
)
from protocol_dsl.model.schedule import Arm, Visit
from protocol_dsl.model.series import first_members, goes_on, member_called
from protocol_dsl.model.study import StudyModel, level_names, units_held
from protocol_dsl.model.vocabulary import Conversion
from protocol_dsl.readers.needs.asked import Ask, Kind, asks
from protocol_dsl.readers.needs.tables import needed_tables


@frozen
class Asked:
    """All that is asked for."""

    every: tuple[Ask, ...]

    def uses(self, name: str, *kinds: Kind) -> tuple[Use, ...]:
        """Who asks for a name, each once."""
        return tuple(dict.fromkeys(each.use for each in self.every if each.name == name and each.kind in kinds))

    def visits(self, name: str) -> tuple[str, ...]:
        """The visits at which a measure is asked for."""
        found = (each.visit for each in self.every if each.kind == "measure" and each.name == name and each.visit)
        return tuple(dict.fromkeys(found))


def needs_of(model: StudyModel) -> Needs:
    """Everything that a protocol reads."""
    asked = Asked(tuple(dict.fromkeys(asks(model))))
    named = Needs(
        tables=(),
        arms=tuple(map(label, model.arms)),
        attributes=tuple(attributes(model, asked)),
        events=tuple(events(model, asked)),
        measures=tuple(measures(model, asked)),
        classes=tuple(classes(model, asked)),
        treatments=tuple(treatments(model, asked)),
        visits=tuple(map(visit_label, model.visits)),
    )
    return Needs(
        tables=tuple(needed_tables(model, named, asked.every)),
        arms=named.arms,
        attributes=named.attributes,
        events=named.events,
        measures=named.measures,
        classes=named.classes,
        treatments=named.treatments,
        visits=named.visits,
    )


def visit_label(visit: Visit) -> NeededLabel:
    """What the data call a visit; a series has its first members."""
    if visit.series is None:
        return label(visit)
    members = tuple(each.name for each in first_members(visit))
    return evolve(label(visit), members=members, goes_on=goes_on(visit))


def label(found: Arm | Visit) -> NeededLabel:
    """What the data call an arm or a visit."""
    return NeededLabel(name=found.name, title="" if found.title == found.name else found.title, codes=found.codes)


def attributes(model: StudyModel, asked: Asked) -> Iterator[NeededAttribute]:
    """The declared attributes that a rule reads."""
    for each in model.vocabulary.attributes:
        if each.title and (uses := asked.uses(each.name, "attribute")):
            yield NeededAttribute(
                name=each.name,
                title=each.title,
                kind=each.kind,
                choices=each.choices,
                unit=each.unit,
                used_by=uses,
            )


def events(model: StudyModel, asked: Asked) -> Iterator[NeededEvent]:
    """The milestones, conditions and events that are read."""
    words = model.vocabulary
    for milestone in words.milestones:
        if uses := asked.uses(milestone.name, "event"):
            yield NeededEvent(
                kind="milestone", name=milestone.name, title=milestone.title, codes=milestone.codes, used_by=uses
            )
    for condition in words.conditions:
        if uses := asked.uses(condition.name, "event"):
            yield NeededEvent(
                kind="condition", name=condition.name, title=condition.title, codes=condition.codes, used_by=uses
            )
    for event in words.events:
        if uses := asked.uses(event.name, "event", "measure"):
            is_graded = bool(asked.uses(event.name, "grade"))
            yield NeededEvent(
                kind="event",
                name=event.name,
                title=event.title,
                codes=event.codes,
                categories=event.categories if asked.uses(event.name, "category") else (),
                grades=event.grades if is_graded else None,
                used_by=uses,
            )


def measures(model: StudyModel, asked: Asked) -> Iterator[NeededMeasure]:
    """The measures that a visit or a rule asks for."""
    for each in model.vocabulary.measures:
        if uses := asked.uses(each.name, "measure"):
            yield NeededMeasure(
                name=each.name,
                title=each.title,
                unit=each.unit,
                units=accepted(each.unit, each.conversions),
                choices=each.choices,
                codes=each.codes,
                visits=in_order(asked.visits(each.name), model.visits),
                used_by=uses,
            )


def in_order(names: Iterable[str], visits: Sequence[Visit]) -> tuple[str, ...]:
    """Visits in the order of the text, members of a series that are named alone after it."""
    wanted = tuple(names)
    return tuple(
        name
        for visit in visits
        for name in wanted
        if name == visit.name or (visit.series is not None and member_called(visit, name) is not None)
    )


def accepted(unit: str, conversions: Iterable[Conversion] = ()) -> tuple[str, ...]:
    """The usual units that convert to ``unit``, itself left out.

    >>> accepted("cells/mm3")
    ('cells/uL',)
    """
    declared = tuple(each.unit for each in conversions)
    usual = tuple(each for each in USUAL if unit and each != unit and converts(each, unit, declared))
    return tuple(dict.fromkeys((*declared, *usual)))


def converts(one: str, unit: str, declared: Iterable[str]) -> bool:
    """Whether a number in ``one`` can be read where ``unit`` is expected, without a doubt about what is meant."""
    try:
        return any(
            conversion(one, target) is not None and not is_suspicious(one, target) for target in (unit, *declared)
        )
    except UnitError:
        return False


def classes(model: StudyModel, asked: Asked) -> Iterator[NeededClass]:
    """The classes of drugs that a rule reads."""
    for each in model.vocabulary.classes:
        if uses := asked.uses(each.name, "class"):
            yield NeededClass(name=each.name, title=each.title, members=each.members, codes=each.codes, used_by=uses)


def treatments(model: StudyModel, asked: Asked) -> Iterator[NeededTreatment]:
    """The treatments, which their own plan reads, and what counts from their doses or cycles."""
    any_dose = asked.uses("", "administration")
    for each in model.treatments:
        own = Use("treatment", each.name, each.place)
        held = units_held(each.name, model)
        units = dict.fromkeys(unit for one in held for unit in (one, *accepted(one)))
        yield NeededTreatment(
            name=each.name,
            title=each.title,
            levels=level_names(each.name, model),
            unit=next(iter(held), ""),
            units=tuple(units)[1:],
            route=(each.dose.route or "") if each.dose else "",
            codes=each.codes,
            used_by=tuple(dict.fromkeys((own, *asked.uses(each.name, "administration"), *any_dose))),
        )
