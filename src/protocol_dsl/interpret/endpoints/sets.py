"""Who is counted: the analysis sets of one participant."""

from protocol_dsl.interpret.facts import Facts
from protocol_dsl.model.endpoints import AnalysisSet, Endpoint
from protocol_dsl.model.results import Deviation
from protocol_dsl.model.study import StudyModel

RANDOMIZED = AnalysisSet(name="randomized", title="Randomized, in the arm assigned", base="randomized")
EVERYONE = AnalysisSet(name="everyone", title="Everyone", base="everyone")


def sets_of(model: StudyModel, endpoint: Endpoint) -> tuple[AnalysisSet, ...]:
    """The sets that an endpoint is analysed in, in the order in which it names them."""
    if not endpoint.sets:
        return (default_set(model),)
    by_name = {each.name: each for each in model.analysis_sets}
    return tuple(by_name[name] for name in dict.fromkeys(endpoint.sets) if name in by_name)


def default_set(model: StudyModel) -> AnalysisSet:
    """Everybody randomized; simply everybody in a protocol that randomizes nobody."""
    is_randomized = any(anchor.milestone == "randomization" for anchor in model.anchors)
    return RANDOMIZED if is_randomized else EVERYONE


def every_set(model: StudyModel) -> tuple[AnalysisSet, ...]:
    """Every set that some endpoint is analysed in, once."""
    return tuple(dict.fromkeys(each for endpoint in model.endpoints for each in sets_of(model, endpoint)))


def needs_deviations(model: StudyModel) -> bool:
    """Whether a set leaves out participants by their deviations."""
    return any(each.without for each in every_set(model))


def memberships(model: StudyModel, facts: Facts, deviations: tuple[Deviation, ...]) -> frozenset[str]:
    """The names of the sets that count a participant.

    A query is no deviation: what is undetermined leaves nobody out.
    """
    named = {deviation.category for deviation in deviations} | {deviation.rule for deviation in deviations}
    return frozenset(
        each.name for each in every_set(model) if has_base(each, facts) and not named.intersection(each.without)
    )


def has_base(each: AnalysisSet, facts: Facts) -> bool:
    """Whether a participant is randomized, or treated: a first dose, or an administration that was given."""
    match each.base:
        case "everyone":
            return True
        case "randomized":
            return is_dated("randomization", facts)
        case "treated":
            rows = (row for found in facts.record.administrations.values() for row in found)
            return is_dated("first_dose", facts) or any(
                row.is_given and facts.belongs(row.first, row.last) for row in rows
            )


def is_dated(milestone: str, facts: Facts) -> bool:
    """Whether the participant has the milestone by the cut-off, however exactly it is dated."""
    return any(facts.belongs(event.first, event.last) for event in facts.events(milestone))
