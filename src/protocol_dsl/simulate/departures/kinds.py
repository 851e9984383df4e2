"""The kinds of departure by the code of what each makes ``check`` find, with what they can be about."""

from collections.abc import Callable, Mapping

from protocol_dsl.model.deviation_codes import DEVIATION_CODES, QUERY_CODES
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.departures import (
    contradictions,
    course_days,
    courses,
    cycles,
    data,
    entry,
    epochs,
    visits,
)
from protocol_dsl.simulate.departures.found import Asked, Kind, Planted
from protocol_dsl.simulate.draft import Draft

TITLES = {
    **{code.number: code.title for code in (*DEVIATION_CODES, *QUERY_CODES)},
    "on the limit": "a value exactly on the limit of a criterion, nothing to be found",
    "misspelt drug": "a drug whose name lacks a letter",
    "impossible date": "an event in a thirteenth month",
    "decimal comma": "a value with a decimal comma, and so an assessment missed",
}
NO_CYCLES = "no arm gives a treatment in more than two cycles"
NO_DOSE = f"{NO_CYCLES}, with such a dose"
NO_VISIT = "no visit has a planned day of its own, apart from its milestone"
NO_EPOCH = "no arm gives a treatment without cycles in an epoch, and not in another"
NO_COURSE = "no arm gives a treatment throughout"
NO_DISCONTINUATION = "no treatment is without a window and a point that counts from its doses or its discontinuation"
NO_WINDOW = "no continuous treatment has a window, the same in every version, and no point that counts from its doses"


def row(
    kind: str,
    plant: Callable[[Draft, Asked], Planted | None],
    about: Callable[[StudyModel], tuple[str, ...]],
    lacks: str,
) -> tuple[str, Kind]:
    """A kind by its code."""
    return kind, Kind(title=TITLES[kind], plant=plant, about=about, lacks=lacks)


KINDS: Mapping[str, Kind] = dict(
    (
        row("DV01", entry.not_eligible, entry.decidable, "no criterion can be decided by made-up facts alone"),
        row("DV02", entry.before_consent, entry.nobody_in_particular, "no visits"),
        row(
            "DV03",
            cycles.other_arm,
            cycles.of_some_arm,
            "no treatment in cycles is given by one arm and not by another",
        ),
        row("DV04", cycles.cycle_early, cycles.in_cycles, NO_CYCLES),
        row("DV05", cycles.cycle_late, cycles.in_cycles, NO_CYCLES),
        row("DV06", cycles.cycle_missed, cycles.in_cycles, NO_CYCLES),
        row("DV07", cycles.cycle_extra, cycles.numbered, f"{NO_CYCLES}, of which it says how many"),
        row("DV08", cycles.cycle_after_last_point, cycles.bounded, f"{NO_CYCLES}, with a last point (none after)"),
        row("DV09", cycles.dose_amount, cycles.with_amount, NO_DOSE),
        row("DV10", cycles.dose_count, cycles.counted, f"{NO_DOSE}: more than two administrations, so many a day"),
        row("DV11", cycles.dose_route, cycles.routed, f"{NO_DOSE}: a route"),
        row("DV12", cycles.dose_length, cycles.lasting, f"{NO_DOSE}: more than one day"),
        row("DV13", courses.other_level, courses.titrated, "no treatment has levels that begin at points"),
        row("DV14", data.prohibited, data.prohibiting, "nothing is prohibited"),
        row("DV15", visits.assessment_missed, visits.assessing, "no visit but those at a milestone assesses a measure"),
        row("DV16", data.interval, data.breakable, "no interval is required to or from a day that can be moved"),
        row(
            "DV17", entry.own_deviation, entry.deviating, "no deviation of its own can be brought about by facts alone"
        ),
        row("DV18", visits.visit_early, visits.visits, NO_VISIT),
        row("DV19", visits.visit_late, visits.visits, NO_VISIT),
        row("DV20", visits.visit_missed, visits.visits, NO_VISIT),
        row("DV21", courses.gap, courses.continuous, NO_COURSE),
        row("DV22", courses.overlap, courses.continuous, NO_COURSE),
        row("DV23", epochs.outside_epoch, epochs.in_epochs, NO_EPOCH),
        row("DV24", course_days.begun_late, course_days.windowed, NO_WINDOW),
        row("DV25", course_days.ended_early, course_days.ending, f"{NO_WINDOW}, with a last day"),
        row("DV26", course_days.never_begun, course_days.windowed, NO_WINDOW),
        row("QY01", entry.undetermined, entry.openable, "no criterion hinges on an attribute or a latest reading"),
        row("QY02", visits.visit_undetermined, visits.visits, NO_VISIT),
        row("QY03", cycles.cycle_undetermined, cycles.of_a_day, "no treatment has cycles of a single administration"),
        row("QY04", visits.two_visits_one_day, visits.visits, NO_VISIT),
        row("QY05", visits.visits_reversed, visits.visits, NO_VISIT),
        row("QY06", visits.visit_duplicate, visits.wide, f"{NO_VISIT} and a window of more than one day"),
        row("QY07", data.readings_disagree, data.picked, "no criterion reads the latest number of a measure"),
        row("QY08", data.implausible, data.ranged, "no visit assesses a measure with a plausible range"),
        row("QY09", entry.consent_unknown, entry.nobody_in_particular, "no visits"),
        row("QY10", data.medication_undetermined, data.prohibiting, "nothing is prohibited"),
        row("QY11", cycles.dose_unknown, cycles.with_amount, NO_DOSE),
        row(
            "QY12", data.interval_undetermined, data.to_a_visit, "no interval is required to a visit that can be moved"
        ),
        row("QY13", entry.own_undetermined, entry.own_openable, "no deviation of its own hinges on an attribute"),
        row(
            "QY14",
            data.assessment_undetermined,
            visits.assessing,
            "no visit but those at a milestone assesses a measure",
        ),
        row(
            "QY15",
            entry.arm_unknown,
            entry.is_arm_free,
            "without the arm more than treatment would be open, or no arms",
        ),
        row("QY16", courses.course_undetermined, courses.continuous, NO_COURSE),
        row("QY17", epochs.epoch_unknown, epochs.in_epochs, NO_EPOCH),
        row("QY19", contradictions.after_death, contradictions.mortal, "no visits"),
        row("QY20", contradictions.after_discontinuation, contradictions.discontinued, NO_DISCONTINUATION),
        row(
            "QY21",
            contradictions.level_of_another_dose,
            courses.titrated,
            "no treatment has levels that begin at points",
        ),
        row("QY22", course_days.end_unknown, course_days.ending, f"{NO_WINDOW}, with a last day"),
        row("on the limit", entry.on_the_limit, entry.limited, "no criterion is met exactly on a limit"),
        row("misspelt drug", data.misspelt_drug, data.takes_drugs, "no criterion asks for a medication"),
        row("impossible date", data.impossible_date, data.unasked_events, "rules ask for every event"),
        row("decimal comma", data.decimal_comma, data.numeric, "no visit but those at a milestone assesses a number"),
    )
)
