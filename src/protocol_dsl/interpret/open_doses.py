"""The doses of a cycle of which it is open how it was planned: what is wrong in every case stands, all else is asked.

The level is open where ``reduce to`` could not be judged; all of it, where it is not known which version of the
protocol holds.
"""

from collections.abc import Iterator, Sequence

from attrs import evolve

from protocol_dsl.interpret.dosing import DosingFinding, day_of, judge_cycle_doses, open_question
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.judged_cycles import JudgedCycle
from protocol_dsl.model.records import Administration

PLANNED = ", planned "


def judge_doses(item: JudgedCycle, facts: Facts) -> Iterator[DosingFinding]:
    """What the doses of a cycle depart from, in every way in which it may have been planned."""
    found = [tuple(judge_cycle_doses(each, facts)) for each in item.possible or (item,)]
    if all(each == found[0] for each in found):
        yield from found[0]
        return
    questions = (each for some in found for each in some if each.code is None)
    yield from dict.fromkeys(questions)
    for code in dict.fromkeys(each.code for some in found for each in some if each.code is not None):
        yield from agreed(item, [[each for each in some if each.code == code] for some in found])


def agreed(item: JudgedCycle, found: Sequence[Sequence[DosingFinding]]) -> Iterator[DosingFinding]:
    """Findings of one kind: a deviation for the rows that are wrong in every case, a question for the others."""
    each_case = [tuple(row for finding in some for row in finding.rows) for some in found]
    every = tuple(finding for some in found for finding in some)
    rows = tuple(dict.fromkeys(row for case in each_case for row in case))
    certain = tuple(row for row in rows if all(row in case for case in each_case))
    if certain:
        # The words of a finding are those of its first row.
        told = [finding for finding in every if finding.rows[0] in certain]
        first = next((finding.rows[0] for finding in told), None)
        alike = [finding.message for finding in told if finding.rows[0] == first]
        message = joined(alike) if alike else f"{item.name}: some doses were other than planned"
        yield evolve(every[0], message=message, date=day_of(certain[0]), rows=certain)
    doubtful = tuple(row for row in rows if row not in certain)
    if doubtful:
        yield open_question(f"{question(item, every, doubtful)}: {item.doubt}", doubtful)


def question(item: JudgedCycle, found: Sequence[DosingFinding], rows: tuple[Administration, ...]) -> str:
    """What is asked of some rows: the finding about them, or whether they are as planned where it tells of others."""
    told = next((finding.message for finding in found if finding.rows[0] in rows), "")
    return told or f"whether every dose of {item.name} was as planned is not known"


def joined(messages: Sequence[str]) -> str:
    """Messages that differ in what was planned as one.

    >>> joined(["c had 7 administrations, planned 5", "c had 7 administrations, planned 3"])
    'c had 7 administrations, planned 5 or 3'
    >>> joined(["3 mg was given, planned 4 or 2 mg", "3 mg was given, planned 2 mg"])
    '3 mg was given, planned 4 or 2 mg'
    """
    tails = list(dict.fromkeys(message.partition(PLANNED)[2] for message in messages))
    longest = [tail for tail in tails if not any(other != tail and other.endswith(f" {tail}") for other in tails)]
    return messages[0].partition(PLANNED)[0] + PLANNED + " or ".join(longest)
