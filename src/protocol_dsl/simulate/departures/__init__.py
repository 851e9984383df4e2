"""The kinds of departure that can be planted, each by the code of what it makes ``check`` find."""

from collections.abc import Mapping

from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.chance import Chance
from protocol_dsl.simulate.departures import cycles, entry, visits
from protocol_dsl.simulate.departures.found import Departure, Kind, Planted
from protocol_dsl.simulate.draft import Draft

KINDS: Mapping[str, Kind] = {
    "DV01": entry.not_eligible,
    "DV02": entry.before_consent,
    "DV03": cycles.other_arm,
    "DV04": cycles.cycle_early,
    "DV05": cycles.cycle_late,
    "DV06": cycles.cycle_missed,
    "DV07": cycles.cycle_extra,
    "DV08": cycles.cycle_after_last_point,
    "DV09": cycles.dose_amount,
    "DV10": cycles.dose_count,
    "DV11": cycles.dose_route,
    "DV12": cycles.dose_length,
    "DV14": entry.prohibited,
    "DV15": visits.assessment_missed,
    "DV17": entry.own_deviation,
    "DV18": visits.visit_early,
    "DV19": visits.visit_late,
    "DV20": visits.visit_missed,
    "QY01": entry.undetermined,
    "QY02": visits.visit_undetermined,
    "QY04": visits.two_visits_one_day,
    "QY05": visits.visits_reversed,
    "QY06": visits.visit_duplicate,
    "QY07": entry.readings_disagree,
    "QY08": entry.implausible,
    "QY09": entry.consent_unknown,
    "QY11": cycles.dose_unknown,
    "misspelt drug": entry.misspelt_drug,
    "impossible date": entry.impossible_date,
    "decimal comma": entry.decimal_comma,
}


def plant(code: str, draft: Draft, study: StudyModel, chance: Chance, as_of: int) -> Planted | None:
    """``draft`` with one departure of that kind, or ``None`` when it has no room for it."""
    return KINDS[code](draft, study, chance, as_of)


__all__ = ["KINDS", "Departure", "plant"]
