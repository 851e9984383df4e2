"""The published numbers of deviations (DV) and queries (QY); never renumbered, never reused."""

from protocol_dsl.base.values import frozen
from protocol_dsl.model.rules import DeviationCategory


@frozen
class DeviationCode:
    """A kind of deviation, its category, and what it means in a few words."""

    number: str
    category: DeviationCategory
    title: str


@frozen
class QueryCode:
    """A kind of query, and what it asks in a few words."""

    number: str
    title: str


NOT_ELIGIBLE = DeviationCode("DV01", "eligibility", "randomized though not eligible")
BEFORE_CONSENT = DeviationCode("DV02", "consent", "procedure before consent")
OTHER_ARM = DeviationCode("DV03", "treatment", "treatment of another arm")
CYCLE_EARLY = DeviationCode("DV04", "treatment", "cycle early")
CYCLE_LATE = DeviationCode("DV05", "treatment", "cycle late")
CYCLE_MISSED = DeviationCode("DV06", "treatment", "cycle missed")
CYCLE_EXTRA = DeviationCode("DV07", "treatment", "cycle not planned")
CYCLE_AFTER_LAST_POINT = DeviationCode("DV08", "treatment", "cycle after the last point")
DOSE_AMOUNT = DeviationCode("DV09", "dosing", "dose other than planned")
DOSE_COUNT = DeviationCode("DV10", "dosing", "number of administrations other than planned")
DOSE_ROUTE = DeviationCode("DV11", "dosing", "route other than planned")
DOSE_LENGTH = DeviationCode("DV12", "dosing", "length other than planned")
DOSE_LEVEL = DeviationCode("DV13", "dosing", "titration level other than planned")
PROHIBITED_MEDICATION = DeviationCode("DV14", "prohibited medication", "prohibited medication")
ASSESSMENT_MISSED = DeviationCode("DV15", "missed assessment", "assessment missed at a visit held")
INTERVAL = DeviationCode("DV16", "other", "required interval not kept")
OWN = DeviationCode("DV17", "other", "deviation of the protocol's own")
VISIT_EARLY = DeviationCode("DV18", "visit window", "visit early")
VISIT_LATE = DeviationCode("DV19", "visit window", "visit late")
VISIT_MISSED = DeviationCode("DV20", "missed visit", "visit missed")
COURSE_GAP = DeviationCode("DV21", "treatment", "gap in a continuous treatment")
COURSE_OVERLAP = DeviationCode("DV22", "dosing", "overlap in a continuous treatment")
OUTSIDE_EPOCH = DeviationCode("DV23", "treatment", "treatment outside its epoch, or in one without treatment")
COURSE_START = DeviationCode("DV24", "treatment", "continuous treatment begun early or late")
COURSE_END = DeviationCode("DV25", "treatment", "continuous treatment ended early or late")
COURSE_MISSED = DeviationCode("DV26", "treatment", "continuous treatment not given")

DEVIATION_CODES = (
    NOT_ELIGIBLE,
    BEFORE_CONSENT,
    OTHER_ARM,
    CYCLE_EARLY,
    CYCLE_LATE,
    CYCLE_MISSED,
    CYCLE_EXTRA,
    CYCLE_AFTER_LAST_POINT,
    DOSE_AMOUNT,
    DOSE_COUNT,
    DOSE_ROUTE,
    DOSE_LENGTH,
    DOSE_LEVEL,
    PROHIBITED_MEDICATION,
    ASSESSMENT_MISSED,
    INTERVAL,
    OWN,
    VISIT_EARLY,
    VISIT_LATE,
    VISIT_MISSED,
    COURSE_GAP,
    COURSE_OVERLAP,
    OUTSIDE_EPOCH,
    COURSE_START,
    COURSE_END,
    COURSE_MISSED,
)

ELIGIBILITY_OPEN = QueryCode("QY01", "eligibility undetermined at randomization")
VISIT_UNDETERMINED = QueryCode("QY02", "visit may or may not have been in its window")
CYCLE_UNDETERMINED = QueryCode("QY03", "cycle undetermined")
TWO_VISITS_ONE_DAY = QueryCode("QY04", "two visits on one day")
VISITS_REVERSED = QueryCode("QY05", "visits in reversed order")
VISIT_DUPLICATE = QueryCode("QY06", "second visit with one label")
READINGS_DISAGREE = QueryCode("QY07", "latest readings disagree")
IMPLAUSIBLE = QueryCode("QY08", "value outside the plausible range")
CONSENT_UNKNOWN = QueryCode("QY09", "procedure may be before consent")
MEDICATION_UNDETERMINED = QueryCode("QY10", "prohibited medication may have been taken")
DOSING_UNDETERMINED = QueryCode("QY11", "dosing undetermined")
INTERVAL_UNDETERMINED = QueryCode("QY12", "required interval undetermined")
OWN_UNDETERMINED = QueryCode("QY13", "deviation of the protocol's own undetermined")
ASSESSMENT_UNDETERMINED = QueryCode("QY14", "assessment may be missing")
ARM_UNKNOWN = QueryCode("QY15", "arm not known, treatment cannot be judged")
COURSE_UNDETERMINED = QueryCode("QY16", "gap or overlap in a continuous treatment undetermined")
EPOCH_UNDETERMINED = QueryCode("QY17", "treatment may be outside its epoch, or in one without treatment")
PLAN_TOO_LONG = QueryCode("QY18", "more visits or cycles are planned than are followed")
AFTER_DEATH = QueryCode("QY19", "act after death")
AFTER_DISCONTINUATION = QueryCode("QY20", "treatment given after its discontinuation")
OTHER_LEVEL = QueryCode("QY21", "dose and level contradict each other")
COURSE_DAYS_UNDETERMINED = QueryCode("QY22", "first or last day of a continuous treatment undetermined")

QUERY_CODES = (
    ELIGIBILITY_OPEN,
    VISIT_UNDETERMINED,
    CYCLE_UNDETERMINED,
    TWO_VISITS_ONE_DAY,
    VISITS_REVERSED,
    VISIT_DUPLICATE,
    READINGS_DISAGREE,
    IMPLAUSIBLE,
    CONSENT_UNKNOWN,
    MEDICATION_UNDETERMINED,
    DOSING_UNDETERMINED,
    INTERVAL_UNDETERMINED,
    OWN_UNDETERMINED,
    ASSESSMENT_UNDETERMINED,
    ARM_UNKNOWN,
    COURSE_UNDETERMINED,
    EPOCH_UNDETERMINED,
    PLAN_TOO_LONG,
    AFTER_DEATH,
    AFTER_DISCONTINUATION,
    OTHER_LEVEL,
    COURSE_DAYS_UNDETERMINED,
)
