"""What random protocols are about, and what they declare for it."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, get_args

from hypothesis import strategies as st

Topic: TypeAlias = Literal[
    "attributes",
    "counts",
    "words",
    "enzymes",
    "balances",
    "creatinine",
    "visits",
    "events",
    "drugs",
    "declared",
    "treated",
]
TOPICS: tuple[Topic, ...] = get_args(Topic)
Topics: TypeAlias = frozenset[Topic]
EVERYTHING: Topics = frozenset(TOPICS)

HEAD = """protocol MADE_UP "A made-up protocol"
  language 1
use hiv (cd4, hiv_rna, hiv1_infection, NRTI, NNRTI, PI, regimen_change)
anchor SCR is screening
anchor W0 is randomization
"""
AT_SCREENING = "eligibility at SCR\n"
HEADS: Mapping[Topic, str] = {
    "attributes": """attribute failing "Failing" is yes or no
attribute karnofsky "Karnofsky score" in points
attribute last_test "Last test" is a date
attribute smoking "Smoking" is one of {never, former, current, unknown}
""",
    "counts": 'define entry_count "Count at entry" as latest cd4 within 28 days before SCR\n',
    "words": 'measure rpr "Rapid plasma reagin" is one of {reactive, nonreactive, unknown}\n',
    "enzymes": """measure alt "Alanine aminotransferase" in U/L
  normal for female 7 U/L to 35 U/L
  normal for male 7 U/L to 45 U/L
ladder alt_grade "Alanine aminotransferase" of alt
  grade 1 above upper limit of alt
  grade 2 from 2.5 times upper limit of alt
  grade 3 from 200 U/L
measure ast "Aspartate aminotransferase" in U/L
define uln "Upper limit of normal" as upper limit of alt
""",
    "balances": """measure balance "Base excess" in mmol/L
  may be negative
ladder acidosis "Acidosis" of balance
  grade 1 to -5 mmol/L
  grade 3 below -10 mmol/L
""",
    "creatinine": """measure creatinine "Creatinine" in mg/dL
  code loinc "2160-0"
  plausible 0.2 mg/dL to 20 mg/dL
  converts 1 umol/L to 0.0113 mg/dL
""",
    "visits": """visit SC0 "Screening visit" at SCR
  window -7 to +3 days
visit B0 "Baseline visit" at W0
  window ± 2 days
""",
    "events": """event toxicity "Toxicity"
  grades 1 to 5
event relapse "Relapse"
  category local
  category distant
anchor PD is first relapse in {distant}
""",
    "declared": """condition diabetes "Diabetes"
  code icd10 "E10", icd10 "E11"
condition asthma "Asthma"
history asthma complete
event infection "Infection"
  category mild
  category severe "Needing admission" icd10 "A41"
milestone diagnosis "Diagnosis"
  code icd10 "C50"
anchor DX is diagnosis
drugs statins "Statins"
  members simvastatin C10AA01, atorvastatin C10AA05
drugs lipid_lowering "Lipid-lowering drugs"
  includes statins
  members ezetimibe C10AX09
""",
    "treated": """treatment study_drug "Study drug"
  continuous from W0
arm active "Active"
  gives study_drug
epoch run_in "Run-in" from 30 days before SCR to SCR without treatment
event reaction "Reaction"
  grades 1 to 5
""",
}
FINAL = """visit FIN "Final visit" at 7 days after PD
  window ± 3 days
"""
RISING = """ladder rising "Rise" of alt
  grade 1 above alt at SC0
  grade 2 from 2.5 times alt at SC0
"""
of_plans = tuple(topic for topic in TOPICS if topic != "treated")
"""What a protocol may be about that has treatments of its own."""
how_many_topics = st.sampled_from([1] * 10 + [2] * 10 + [3] * 3 + [len(TOPICS)])


def declarations(topics: Topics, judged: str = AT_SCREENING) -> str:
    """What a protocol about some topics declares, and when eligibility is judged."""
    text = HEAD + judged + "".join(HEADS[topic] for topic in TOPICS if topic in topics and topic in HEADS)
    if "visits" not in topics:
        return text
    labels = "SC0, B0"
    if "events" in topics:
        text, labels = text + FINAL, f"{labels}, FIN"
    if "enzymes" in topics:
        text += RISING
    assessed = {"counts": "cd4", "enzymes": "alt, ast", "words": "rpr", "balances": "balance"}
    measures = [measure for topic, measure in assessed.items() if topic in topics]
    return text + (f"at {labels} also assess {', '.join(measures)}\n" if measures else "")


@st.composite
def some_topics(draw: st.DrawFn, among: Sequence[Topic] = TOPICS) -> Topics:
    """One or two topics, seldom three, now and then all."""
    size = draw(how_many_topics)
    if size == len(TOPICS):
        return frozenset(among)
    found = draw(st.sets(st.sampled_from(among), min_size=size, max_size=size))
    return frozenset(found | {"counts"} if "visits" in found else found)
