"""Runs every Markdown case on the interpreter, and holds what it finds to what the case says."""

import re
from collections.abc import Iterable

import pytest

from protocol_dsl.base.days import Days, add, parse_days, write_days
from protocol_dsl.interpret.attrition import attrition
from protocol_dsl.interpret.engine import Engine
from protocol_dsl.model.records import Records
from protocol_dsl.model.results import CycleResult, ParticipantResult, VisitResult
from protocol_dsl.project import Study, load_text
from protocol_dsl.readers import read_tables
from tests.spec.cases import Case, cases

CASES = list(cases())
MILESTONES = ("consent", "screening", "randomization", "first_dose", "completion", "withdrawal", "death")
DEFAULT_DAYS = {"screening": "2004-06-01", "randomization": "2004-06-14"}
TABLES = ("readings", "events", "medications", "administrations", "visits")
WEEK = re.compile(r"W(-?\d+)$")


def tables_of(case: Case) -> dict[str, list[dict[str, str]]]:
    """The tables of a study folder that the case describes."""
    tables: dict[str, list[dict[str, str]]] = {"participants": []}
    for name in TABLES:
        if (rows := case.table(name)) is not None:
            tables[name] = [{"participant" if key == "id" else key: cell for key, cell in row.items()} for row in rows]
    for row in case.table("participants") or ({"id": "P1"},):
        own = {"participant": row["id"]}
        milestones = {name: row.get(name, DEFAULT_DAYS.get(name, "")) for name in MILESTONES}
        for name, day in milestones.items():
            if day:
                tables.setdefault("events", []).append({"participant": row["id"], "event": name, "date": day})
        for key, cell in row.items():
            if " at " in key:
                if cell:
                    tables.setdefault("readings", []).append(reading(row["id"], key, cell, milestones))
            elif key not in {"id", *MILESTONES}:
                own[key] = cell
        tables["participants"].append(own)
    return tables


def reading(participant: str, heading: str, cell: str, milestones: dict[str, str]) -> dict[str, str]:
    """``cd4 at W0 | 199 cells/mm3`` as a row of ``readings``."""
    measure, visit = heading.split(" at ")
    value, _, unit = cell.rpartition(" ") if re.search(r"\d .*[a-z%]", cell) else (cell, "", "")
    date = milestones["screening"]
    if (week := WEEK.match(visit)) and milestones["randomization"]:
        date = write_days_of(add(parse_days(milestones["randomization"]).first, days=7 * int(week[1])))
    return {
        "participant": participant,
        "measure": measure,
        "date": date,
        "value": value,
        "unit": unit,
        "visit": visit,
    }


def write_days_of(day: int) -> str:
    return write_days(Days(day, day))


def study_of(case: Case) -> Study:
    return load_text(case.protocol, name=case.file)


def found_in(case: Case) -> tuple[Study, Records, list[ParticipantResult]]:
    study = study_of(case)
    as_of = parse_days(case.blocks["cutoff"].strip()).first if "cutoff" in case.blocks else None
    records = read_tables(tables_of(case), study.model, as_of=as_of)
    engine = Engine(study.model, records.cutoff)
    return study, records, [engine.check(record) for record in records]


def day(days: Days | None) -> str:
    return write_days(days) if days else "-"


def findings(results: Iterable[ParticipantResult], expected: list[str]) -> list[str]:
    """The findings in the form of the case; reasons only where the case gives one."""
    found = {
        f"{result.participant} {criterion.rule}": (criterion.finding.words, criterion.reason)
        for result in results
        if result.eligibility
        for criterion in result.eligibility.decisive.criteria
    }
    lines = []
    for line in expected:
        key = " ".join(line.split()[:2])
        truth, reason = found.get(key, ("no such finding", ""))
        has_reason = "  " in line.strip().removeprefix(key).strip()
        lines.append(f"{key} {truth}  {reason}" if has_reason else f"{key} {truth}")
    return lines


def squeeze(lines: list[str]) -> list[str]:
    """Runs of blanks made two where the case aligns its reasons, one elsewhere."""
    return [re.sub(r"  +", "  ", re.sub(r"^(\S+) +(\S+) +", r"\1 \2 ", line.strip())) for line in lines]


def boundary(results: Iterable[ParticipantResult]) -> list[str]:
    return [
        f"{result.participant} {criterion.rule}"
        for result in results
        if result.eligibility
        for criterion in result.eligibility.decisive.criteria
        if criterion.is_boundary
    ]


def verdicts(results: Iterable[ParticipantResult]) -> list[str]:
    lines = []
    for result in results:
        assert result.eligibility
        for screening in result.eligibility.screenings:
            lines.append(f"{result.participant} {day(screening.point)} {screening.verdict}")
        lines.append(f"{result.participant} {result.eligibility.decisive.verdict}")
    return lines


def subject(item: VisitResult | CycleResult) -> str:
    return item.visit if isinstance(item, VisitResult) else f"{item.treatment}/{item.cycle}"


def statuses(results: Iterable[ParticipantResult]) -> list[str]:
    lines = []
    for result in results:
        for item in (*result.visits, *result.cycles):
            out = "" if item.days_out is None else f" {item.days_out}"
            more = "" if item.days_out_max is None else f"..{item.days_out_max}"
            lines.append(f"{result.participant} {subject(item)} {item.status}{out}{more}")
    return lines


def schedule(results: Iterable[ParticipantResult]) -> list[str]:
    return [
        f"{result.participant} {subject(item)} {day(item.earliest)} {day(item.planned)} {day(item.latest)}"
        for result in results
        for item in (*result.visits, *result.cycles)
    ]


def deviations(results: Iterable[ParticipantResult], *, graded: bool) -> list[str]:
    lines = []
    for result in results:
        for found in result.deviations:
            about = found.visit or (found.treatment and f"{found.treatment}/{found.cycle}".removesuffix("/None"))
            parts = [result.participant, found.code, about or found.rule, day(found.date)]
            parts += [str(found.days_out)] if found.days_out is not None else []
            parts += [found.grade] if graded else []
            lines.append(" ".join(str(part) for part in parts if part))
    return lines


def queries(results: Iterable[ParticipantResult]) -> list[str]:
    lines = []
    for result in results:
        for found in result.queries:
            about = found.visit or (found.treatment and f"{found.treatment}/{found.cycle}".removesuffix("/None"))
            lines.append(" ".join(part for part in (result.participant, found.code, about or found.rule) if part))
    return lines


def check_problems(records: Records, expected: list[str]) -> None:
    found = {f"{item.table} {item.row or '-'} {item.column or '-'}": item.problem for item in records.problems}
    wanted = {re.split(r"  +", line)[0]: re.split(r"  +", line)[1:] for line in expected}
    assert sorted(found) == sorted(wanted)
    for key, words in wanted.items():
        assert all(word in found[key] for word in words)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.title}")
def test_case(case: Case) -> None:
    if case.expected_codes or "diagnostics" in case.blocks:
        pytest.skip("a case about messages: see test_messages")
    _, records, results = found_in(case)
    blocks = case.blocks
    assert set(blocks) - {"protocol", "participants", "cutoff", *TABLES}, "the case expects nothing"
    if "findings" in blocks:
        wanted = squeeze(case.lines("findings"))
        assert squeeze(findings(results, wanted)) == wanted
    if "boundary" in blocks:
        assert sorted(boundary(results)) == sorted(case.lines("boundary"))
    if "verdicts" in blocks:
        wanted = case.lines("verdicts")
        assert [line for line in verdicts(results) if line in wanted or len(line.split()[1]) < 10] == wanted
    for name, lines in (("statuses", statuses), ("schedule", schedule)):
        if name in blocks:
            wanted = case.lines(name)
            about = {" ".join(line.split()[:2]) for line in wanted}
            assert sorted(line for line in lines(results) if " ".join(line.split()[:2]) in about) == sorted(wanted)
    if "deviations" in blocks:
        wanted = case.lines("deviations")
        graded = any(line.endswith(("minor", "important")) for line in wanted)
        assert sorted(deviations(results, graded=graded)) == sorted(wanted)
    if "queries" in blocks:
        assert sorted(queries(results)) == sorted(case.lines("queries"))
    if "problems" in blocks:
        check_problems(records, case.lines("problems"))
    if "attrition" in blocks:
        study = study_of(case)
        steps = attrition(study.model, results)
        assert [
            f"{s.rule} {s.entering} {s.against} {s.unknown} {s.left} | {s.against_alone} {s.unknown_alone}" for s in steps
        ] == case.lines("attrition")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.title}")
def test_messages(case: Case) -> None:
    diagnostics = load_text(case.protocol, name=case.file, raise_errors=False).diagnostics
    position = study_text_position(case)
    found = sorted((position(item.span.start), item.code.number) for item in diagnostics if item.severity == "error")
    wanted = sorted((line, code) for line, codes in case.expected_codes.items() for code in codes)
    warnings = {(position(item.span.start), item.code.number) for item in diagnostics if item.severity != "error"}
    assert found == [item for item in wanted if item not in warnings]
    if "diagnostics" in case.blocks:
        assert [f"{item.code.number} {item.message}" for item in diagnostics] == case.lines("diagnostics")


def study_text_position(case: Case):  # noqa: ANN201 - a small closure
    lines = case.protocol
    return lambda offset: lines.count("\n", 0, offset) + 1
