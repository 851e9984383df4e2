"""The seven criteria of ANRS 123 written by hand in plain Python, as fast as plain Python goes.

It answers for clean data only (full dates, no censored value, nothing absent that it does not expect), on the very same
records; a benchmark whose two sides disagree stops.
"""

from datetime import date

from protocol_dsl.model.records import Record

NRTI = frozenset(
    {
        "zidovudine",
        "didanosine",
        "zalcitabine",
        "stavudine",
        "lamivudine",
        "abacavir",
        "tenofovir",
        "emtricitabine",
        "zidovudine_lamivudine",
        "abacavir_lamivudine",
        "tenofovir_emtricitabine",
        "zidovudine_lamivudine_abacavir",
        "efavirenz_emtricitabine_tenofovir",
        "tenofovir_disoproxil",
    }
)
NNRTI = frozenset(
    {
        "nevirapine",
        "delavirdine",
        "efavirenz",
        "etravirine",
        "efavirenz_emtricitabine_tenofovir",
    }
)
PI = frozenset(
    {
        "saquinavir",
        "indinavir",
        "ritonavir",
        "nelfinavir",
        "amprenavir",
        "lopinavir",
        "lopinavir_ritonavir",
        "fosamprenavir",
        "atazanavir",
        "tipranavir",
        "darunavir",
    }
)
OTHER = frozenset(
    {
        "enfuvirtide",
        "raltegravir",
        "maraviroc",
    }
)
ADULT = 18
LOOK_BACK = 28


def verdict(record: Record) -> str:
    """``eligible``, ``not eligible`` or ``undetermined``."""
    randomized = record.events.get("randomization")
    limit = randomized[0].first if randomized else 10**7
    screening = 0
    for event in record.events.get("screening", ()):
        if screening < event.first <= limit:
            screening = event.first
    if not screening:
        return "undetermined"
    unknown = False
    if record.birth is None:
        unknown = True
    else:
        born, at = date.fromordinal(record.birth.first), date.fromordinal(screening)
        if at.year - born.year - ((at.month, at.day) < (born.month, born.day)) < ADULT:
            return "not eligible"
    if not any(event.first <= screening for event in record.events.get("hiv1_infection", ())):
        return "not eligible"
    nrti = nnrti = protease = ongoing = False
    for medication in record.medications:
        if medication.start.first > screening:
            continue
        drug = medication.drug
        in_class = False
        if drug in NRTI:
            nrti = in_class = True
        if drug in NNRTI:
            nnrti = in_class = True
        if drug in PI:
            protease = in_class = True
        if (in_class or drug in OTHER) and (medication.end is None or medication.end.first >= screening):
            ongoing = True
    if not (nrti and nnrti and protease and ongoing):
        return "not eligible"
    failing, macrolin = record.attributes.get("failing"), record.attributes.get("macrolin")
    if failing is None or macrolin is None:
        unknown = True
    if (failing is not None and failing.value == "no") or (macrolin is not None and macrolin.value == "yes"):
        return "not eligible"
    for measure, limit_value, is_upper in (("cd4", 200, True), ("hiv_rna", 10_000, False)):
        value = None
        for reading in record.readings.get(measure, ()):
            if screening - LOOK_BACK <= reading.first <= screening:
                value = reading.value
        if value is None:
            unknown = True
        elif (value > limit_value) if is_upper else (value <= limit_value):  # type: ignore[operator] # clean data
            return "not eligible"
    return "undetermined" if unknown else "eligible"
