"""Small random protocols over what columns judge; a protocol is about a few topics, and declares no more.

Most mistakes show where two topics meet, and a small statement is planned many times as fast as one about everything.
"""

from functools import cache

from hypothesis import strategies as st
from tests.compile.topics import AT_SCREENING, EVERYTHING, Topic, Topics, declarations

numbers = st.sampled_from([0, 1, 49, 50, 199, 200, 201, 400])
bounds = st.sampled_from(
    ["before SCR", "within 28 days before SCR", "from 100 days before SCR to SCR", "from 1 month before SCR to W0"]
)
picks = st.sampled_from(["latest", "first", "lowest", "highest", "latest recorded", "lowest recorded"])
operators = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
classes = st.sampled_from(["NRTI", "NNRTI", "PI"])
how_many = st.sampled_from([1, 1, 1, 2, 2, 4])
since = st.sampled_from(["AM1", "AM2"])
near_screening = st.just(
    """amendment AM1 "First" in force 2004-06-10
  in force 2004-06-14 at site "02"
amendment AM2 "Second" in force 2004-06-20
"""
)
judged_at = st.sampled_from([*(AT_SCREENING,) * 5, "eligibility at W0\n", "eligibility at 7 days before W0\n"])


def written(form: str, *parts: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    """Texts of one form with its parts filled in."""
    return st.tuples(*parts).map(lambda found: form.format(*found))


words = st.sampled_from(["is reactive", "is in {reactive, unknown}", "is in {nonreactive}"])
cell_counts = st.one_of(
    written("{} cd4 {}", picks, bounds),
    written("{} cd4 {}", picks, bounds),
    st.sampled_from(["200 cells/mm3", "0.75 cells/mm3", "entry_count"]),
)
counts = st.recursive(
    cell_counts,
    lambda inner: st.one_of(
        written("({} {} {})", inner, st.sampled_from(["+", "-"]), inner),
        written("{} times ({})", st.sampled_from(["3", "0.5"]), inner),
    ),
    max_leaves=3,
)
averages = st.sampled_from(["mean", "median", "mean recorded", "median recorded"])
grades = st.sampled_from(["grade 1", "grade 2", "grade 3"])
cell_limits = written("cd4 {} {} cells/mm3", operators, numbers)
back = st.sampled_from(["<", ">="])
stretch = st.just("from 100 days before SCR to SCR")
since_relapse = st.just("from PD to SCR")
planned = st.sampled_from(["SC0", "SC0", "B0"])
enzyme = st.sampled_from(["alt", "alt", "ast"])


def normals(measure: str) -> st.SearchStrategy[str]:
    """Limits that a reading is held to, made of an end of its reference range."""
    ends = [f"upper limit of {measure}", f"lower limit of {measure}", f"3 times upper limit of {measure}"]
    return st.sampled_from([*ends, f"(upper limit of {measure} - 5 U/L)"])


def normals_by_another(measure: str) -> st.SearchStrategy[str]:
    """Such limits times or through what another measure became."""
    other = "ast" if measure == "alt" else "alt"
    ratio = f"(latest recorded {other} before SCR / first {other} before SCR)"
    return written("{} {} {}", normals(measure), st.sampled_from(["*", "/"]), st.just(ratio))


def beside_limits(measure: str) -> st.SearchStrategy[str]:
    """Tests of what is picked among the readings of a measure, held to the limits of these readings."""
    value = st.one_of(
        written("{} {} {}", picks, st.just(measure), bounds), written("{} {} {}", averages, st.just(measure), bounds)
    )
    ratio = written("{} / ({})", value, normals(measure))
    return st.one_of(
        written("{} {} {}", value, operators, normals(measure)),
        written("{} {} {}", normals(measure), operators, value),
        written("{} between lower limit of {} and {}", value, st.just(measure), normals(measure)),
        written("{} {} {} times", ratio, operators, st.sampled_from(["1", "1.5", "2.5"])),
        written("{} {} ({}) rounded to 1 decimals", ratio, operators, ratio),
        written("{} {} {} - {}", value, operators, value, normals(measure)),
        written("{} is recorded", ratio),
        written("{} {} 40 U/L", normals(measure), operators),
        written("consecutive {} {} ({}) {}", st.just(measure), back, normals(measure), stretch),
        written("consecutive {} {} ({}) {}", st.just(measure), back, normals_by_another(measure), stretch),
    )


def at_visits_beside_limits(measure: str) -> st.SearchStrategy[str]:
    """Tests of readings at visits, held to the limits of these readings."""
    return st.one_of(
        written("{} at {} {} {}", st.just(measure), planned, operators, normals(measure)),
        written("change in {} from SC0 to B0 {} {}", st.just(measure), operators, normals(measure)),
        written("{} at {} / ({}) {} 1.5 times", st.just(measure), planned, normals(measure), operators),
    )


at_count = written("{} times cd4 at {}", st.sampled_from(["0.5", "1"]), planned)
converted = st.sampled_from(["1.5 mg/dL", "133 umol/L", "0.1 mmol/L", "0.015 g/L"])
reactions = st.sampled_from(
    ["reaction", "reaction related to study_drug", "reaction of grade at least 3 related to study_drug"]
)
patterns = st.sampled_from(
    ["toxicity", "toxicity of grade at least 3", "relapse in {local}", "relapse in {local, distant}"]
)

RULES: tuple[tuple[tuple[Topic, ...], tuple[st.SearchStrategy[str], ...]], ...] = (
    (
        (),
        (
            written("age at SCR {} {} years", operators, st.sampled_from([18, 40, 65])),
            written("age at SCR between {} years and 65 years", st.sampled_from([18, 40])),
            written("sex is in {{{}}}", st.sampled_from(["female", "male, unknown"])),
            st.just("sex is recorded"),
            written("days from SCR to W0 {} {} days", operators, st.sampled_from([0, 7, 14])),
        ),
    ),
    (
        ("attributes",),
        (
            written("last_test {} {}", operators, st.sampled_from(["2004-06-10", "2004-06", "2003-12"])),
            written("failing is {}", st.sampled_from(["yes", "no"])),
            written("karnofsky {} {} points", operators, st.sampled_from([60, 70])),
            st.sampled_from(["failing is recorded", "karnofsky is recorded", "smoking is recorded"]),
            st.sampled_from(["smoking is current", "smoking is in {never, former}", "smoking is in {former, unknown}"]),
        ),
    ),
    (
        ("counts",),
        (
            written("{} cd4 {} {} {} cells/mm3", picks, bounds, operators, numbers),
            written("{} cd4 {} between 50 cells/mm3 and {} cells/mm3", picks, bounds, st.sampled_from([50, 200])),
            written("{} hiv_rna {} {} {} copies/mL", picks, bounds, operators, numbers),
            written("consecutive cd4 {} ({}) {}", back, cell_counts, stretch),
            written("log10 {} hiv_rna {} {} {}", picks, bounds, operators, st.sampled_from(["2", "1.7", "2.3", "0.5"])),
            written("{} {} {}", counts, operators, counts),
            written("{} cd4 {} {} {} cells/mm3", averages, bounds, operators, numbers),
            written("consecutive {} {}", cell_limits, stretch),
            written("({}) rounded to {} decimals {} 200 cells/mm3", counts, st.sampled_from([0, 1, 2]), operators),
            written("({}) / ({}) {} {} times", counts, counts, operators, st.sampled_from(["0.5", "1", "1.25", "8"])),
            written("{} cd4 {} is recorded", picks, bounds),
        ),
    ),
    (
        ("words",),
        (
            written("{} rpr {} {}", st.sampled_from(["first", "latest", "latest recorded"]), bounds, words),
            written("latest rpr {} is recorded", bounds),
        ),
    ),
    (
        ("enzymes",),
        (
            written("{} alt_grade {} {} {}", averages, bounds, operators, grades),
            written("{} alt_grade {} {} {}", picks, bounds, operators, grades),
            written("consecutive alt_grade >= grade 2 {}", stretch),
            written(
                "{} alt {} {} {}", picks, bounds, operators, st.sampled_from(["uln", "2 times uln", "(uln - 5 U/L)"])
            ),
            enzyme.flatmap(beside_limits),
            enzyme.flatmap(beside_limits),
        ),
    ),
    (
        ("creatinine",),
        (
            written("{} creatinine {} {} {}", picks, bounds, operators, converted),
            written("{} creatinine {} {} {}", averages, bounds, operators, converted),
            written("{} creatinine {} between 0.5 mg/dL and {}", picks, bounds, converted),
            written("{} creatinine {} / {} creatinine {} > 1.5 times", picks, bounds, picks, bounds),
            written("consecutive creatinine {} {} {}", back, converted, stretch),
        ),
    ),
    (
        ("balances",),
        (
            written("{} acidosis {} {} {}", picks, bounds, operators, grades),
            written("{} balance {} {} {} mmol/L", picks, bounds, operators, st.sampled_from(["-5", "-0.5", "0", "2"])),
        ),
    ),
    (
        ("events",),
        (
            written("{} {} {}", st.sampled_from(["any", "no"]), patterns, bounds),
            written("count of {} {} {} {} times", patterns, bounds, operators, st.sampled_from([1, 2])),
            written("days from PD to SCR {} {} days", operators, st.sampled_from([0, 30])),
            written("hiv1_infection is confirmed {}", bounds),
            written("{} regimen_change {}", st.sampled_from(["any", "no"]), bounds),
        ),
    ),
    (
        ("drugs",),
        (
            written("exposed to {} {}", classes, st.one_of(st.just(""), bounds)),
            written("on {} at {}", classes, st.sampled_from(["SCR", "W0", "7 days before SCR"])),
        ),
    ),
    (
        ("declared",),
        (
            written("diabetes is confirmed {}", bounds),
            written("asthma is confirmed {}", bounds),
            written("{} infection {}", st.sampled_from(["any", "no"]), bounds),
            written("{} infection in {{severe}} {}", st.sampled_from(["any", "no"]), bounds),
            written(
                "count of infection in {{mild, severe}} {} {} {} times", bounds, operators, st.sampled_from([1, 2])
            ),
            written("days from DX to SCR {} {} days", operators, st.sampled_from([0, 30])),
            written("{} infection from DX to SCR", st.sampled_from(["any", "no"])),
            written("exposed to {} {}", st.sampled_from(["statins", "lipid_lowering"]), st.one_of(st.just(""), bounds)),
            written("on lipid_lowering at {}", st.sampled_from(["SCR", "DX"])),
        ),
    ),
    (
        ("treated",),
        (
            written("{} {} {}", st.sampled_from(["any", "no"]), reactions, bounds),
            written("{} {} during run_in", st.sampled_from(["any", "no"]), reactions),
            written("count of {} {} {} {} times", reactions, bounds, operators, st.sampled_from([1, 2])),
        ),
    ),
    (
        ("treated", "counts"),
        (
            written("{} cd4 during run_in {} {} cells/mm3", picks, operators, numbers),
            written("consecutive {} during run_in", cell_limits),
        ),
    ),
    (("treated", "drugs"), (written("exposed to {} during run_in", classes),)),
    (
        ("counts", "events"),
        (
            written("{} cd4 {} >= {} cells/mm3", st.one_of(picks, averages), since_relapse, numbers),
            written("consecutive {} {}", cell_limits, since_relapse),
            written("consecutive cd4 {} (50 cells/mm3 * count of {} {}) {}", back, patterns, bounds, stretch),
            written(
                "consecutive cd4 {} ({} - 50 cells/mm3 * count of relapse {}) {}", back, cell_counts, bounds, stretch
            ),
        ),
    ),
    (
        ("visits", "counts"),
        (
            written("consecutive cd4 {} ({}) {}", back, at_count, stretch),
            written("cd4 at {} {} {} cells/mm3", planned, operators, numbers),
            written("cd4 at {} {} {}", planned, operators, counts),
            written("change in cd4 from SC0 to B0 {} {} cells/mm3", operators, st.sampled_from([-150, 0, 150])),
            written("percent change in cd4 from B0 to SC0 {} {}%", operators, st.sampled_from([-75, 0, 100])),
            written("cd4 at {} is recorded", planned),
        ),
    ),
    (
        ("visits", "words"),
        (written("rpr at {} {}", planned, words), written("rpr at {} is recorded", planned)),
    ),
    (
        ("visits", "enzymes"),
        (
            written("alt_grade at {} {} {}", planned, operators, grades),
            written("alt_grade at {} is recorded", planned),
            written("{} rising {} {} {}", picks, bounds, operators, grades),
            enzyme.flatmap(at_visits_beside_limits),
        ),
    ),
    (
        ("visits", "balances"),
        (
            written("balance at {} {} {} mmol/L", planned, operators, st.sampled_from(["-5", "0"])),
            written("balance at {} is recorded", planned),
            st.just("change in balance from SC0 to B0 is recorded"),
        ),
    ),
    (
        ("visits", "counts", "events"),
        (
            written("cd4 at FIN {} {} cells/mm3", operators, numbers),
            written("consecutive cd4 {} ({}) {}", back, at_count, since_relapse),
        ),
    ),
)
"""Rules by the topics that they are about."""

histories = st.sampled_from(
    [
        "",
        "history medications complete\n",
        "history medications open\n",
        "history medications complete\nhistory events complete\n",
        "history medications complete\nhistory conditions open\n",
    ]
)


@cache
def tests(topics: Topics) -> st.SearchStrategy[str]:
    """Conditions about some topics."""
    found = [rule for about, rules in RULES if topics.issuperset(about) for rule in rules]
    return st.recursive(
        st.one_of(found),
        lambda inner: st.one_of(
            written("not ({})", inner),
            written("({}) and ({})", inner, inner),
            written("({}) or ({})", inner, inner),
            written("at least 2 of ({}, {}, {})", inner, inner, inner),
        ),
        max_leaves=4,
    )


@st.composite
def protocols(draw: st.DrawFn, topics: Topics = EVERYTHING, amendments: st.SearchStrategy[str] = near_screening) -> str:
    """A protocol of one to four criteria."""
    text = declarations(topics, draw(judged_at)) + draw(histories)
    is_amended = draw(st.integers(0, 4)) == 3
    text += draw(amendments) if is_amended else ""
    for number, drawn in enumerate(
        draw(how_many.flatmap(lambda size: st.lists(tests(topics), min_size=size, max_size=size))), 1
    ):
        test = drawn
        if draw(st.integers(0, 3)) == 0:
            text, test = f'{text}define d{number} "Definition {number}" as {drawn}\n', f"not d{number}"
        kind, clause = draw(st.sampled_from([("inclusion", "require"), ("exclusion", "exclude if")]))
        text += f'{kind} R{number} "Rule {number}" {clause} {test}\n'
        if is_amended:
            later = f'{kind} R{number} "Rule {number}, amended" {clause} {draw(tests(topics))}\n  since {draw(since)}\n'
            text += draw(st.sampled_from([later, f"retire R{number} since AM1\n", ""]))
    return text
