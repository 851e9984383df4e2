"""Holds what ``check`` finds in a made-up study to the list of what was planted in it."""

import json
from collections.abc import Mapping
from pathlib import Path

from protocol_dsl.model.results import Deviation, Query
from protocol_dsl.project.study import Study


def describe(found: Deviation | Query) -> dict[str, object]:
    """What a deviation or query is about."""
    return {
        "code": found.code,
        "visit": found.visit,
        "treatment": found.treatment,
        "cycle": found.cycle,
        "rule": found.rule,
        "days_out": getattr(found, "days_out", None),
    }


def fits(wanted: Mapping[str, object], found: Mapping[str, object]) -> bool:
    """Whether ``found`` is what was planted: everything the list says, and it need not say everything."""
    return all(found[key] == value for key, value in wanted.items())


def differences(study: Study, folder: Path) -> list[str]:
    """What was planted and not found, and what was found and not planted; nothing when all is well."""
    planted = json.loads((folder / "planted.json").read_text(encoding="utf-8"))
    wanted = {item["participant"]: list(item.get("finds", [])) for item in planted["departures"]}
    problems = [problem for item in planted["departures"] for problem in item.get("problems", [])]
    lines = []
    judged = {item["participant"]: list(item.get("criteria", [])) for item in planted["departures"]}
    run = study.check(folder)
    for result in run:
        asked = {} if result.eligibility is None else {each.rule: each for each in result.eligibility.decisive.criteria}
        for wish in judged.pop(result.participant, []):
            criterion = asked[wish["rule"]]
            words = criterion.finding.name.lower().replace("_", " ")
            told = {"rule": criterion.rule, "finding": words, "boundary": criterion.is_boundary}
            if any(told[name] != value for name, value in wish.items()):
                lines.append(f"{result.participant}: not so: {wish}, but {told}")
        open_wishes = wanted.pop(result.participant, [])
        every: tuple[Deviation | Query, ...] = (*result.deviations, *result.queries)
        for found in map(describe, every):
            match = next((wish for wish in open_wishes if fits(wish, found)), None)
            if match is None:
                lines.append(f"{result.participant}: not planted: {found}")
            else:
                open_wishes.remove(match)
        lines += [f"{result.participant}: not found: {wish}" for wish in open_wishes]
    lines += [f"{name}: no such participant" for name in wanted]
    for problem in run.end.problems:
        about = {"table": problem.table, "column": problem.column, "value": problem.value}
        if about in problems:
            problems.remove(about)
        else:
            lines.append(f"a problem not planted: {about}: {problem.problem}")
    return lines + [f"a problem not found: {problem}" for problem in problems]
