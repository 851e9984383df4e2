"""Runs every Markdown case on the interpreter, and holds what it finds to what the case says."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from attrs import frozen
from tests.spec.cases import HERE, TABLES, Case, cases, pieces
from tests.spec.endpoint_lines import endpoint_lines

from protocol_dsl.base.days import Days, add, parse_days, write_days
from protocol_dsl.interpret.attrition import Attrition
from protocol_dsl.interpret.engine import Engine
from protocol_dsl.model.estimates import EndpointResult
from protocol_dsl.model.records import DataProblem
from protocol_dsl.model.results import CycleResult, Deviation, ParticipantResult, Query, VisitResult
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.analysis import Checked, analysed
from protocol_dsl.project.endpoints import Endpoints
from protocol_dsl.readers import read_study
from protocol_dsl.semantics.checks.examples import FAILS

CASES = list(cases())
MILESTONES = ("consent", "screening", "randomization", "first_dose", "completion", "withdrawal", "death")
DEFAULT_DAYS = {"screening": "2004-06-01", "randomization": "2004-06-14"}
WEEK = re.compile(r"W(-?\d+)$")

Row = Mapping[str, str]


@frozen
class Found:
    """What the interpreter made of a case."""

    model: StudyModel
    results: Sequence[ParticipantResult]
    problems: Sequence[DataProblem]
    endpoints: Sequence[EndpointResult] = ()


# ---------------------------------------------------------------------------------------------- from a case to a folder
def tables_of(case: Case) -> dict[str, list[Row]]:
    """The tables of a study folder that the case describes; milestones come before the events of the case."""
    people = case.table("participants") or ({"id": "P1"},)
    tables: dict[str, list[Row]] = {"participants": [], "events": []}
    for row in people:
        own = {"participant": row["id"]}
        milestones = {name: row.get(name, DEFAULT_DAYS.get(name, "")) for name in MILESTONES}
        dated = [{"participant": row["id"], "event": name, "date": day} for name, day in milestones.items() if day]
        tables["events"] += [each for each in dated if each not in tables["events"]]
        for key, cell in row.items():
            if " at " in key:
                tables.setdefault("readings", []).extend([reading(row["id"], key, cell, milestones)] if cell else [])
            elif key not in {"id", *MILESTONES}:
                own[key] = cell
        tables["participants"].append(own)
    for name in TABLES:
        for row in case.table(name) or ():
            tables.setdefault(name, []).append(
                {"participant": row["id"], **{k: v for k, v in row.items() if k != "id"}}
            )
    return tables


def reading(participant: str, heading: str, cell: str, milestones: Row) -> Row:
    """``cd4 at W0 | 199 cells/mm3`` as a row of ``readings``, dated on the planned day of the visit."""
    measure, visit = heading.split(" at ")
    value, _, unit = cell.rpartition(" ") if re.search(r"\d .*[a-z%]", cell) else (cell, "", "")
    date = milestones["screening"]
    if (week := WEEK.match(visit)) and milestones["randomization"]:
        day = add(parse_days(milestones["randomization"]).first, days=7 * int(week[1]))
        date = write_days(Days(day, day))
    return {"participant": participant, "measure": measure, "date": date, "value": value, "unit": unit, "visit": visit}


def write_folder(case: Case, folder: Path) -> None:
    """The study folder of a case, one CSV file a table."""
    for name, rows in tables_of(case).items():
        columns = list(dict.fromkeys(key for row in rows for key in row)) or ["participant", "measure", "date", "value"]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)


def checked(case: Case, folder: Path) -> Checked:
    """The protocol of a case, read from a file."""
    path = folder / "case.proto"
    path.write_text(case.protocol, encoding="utf-8")
    return analysed(path)


def run(case: Case, folder: Path) -> Found:
    """Judge every participant of a case."""
    read = checked(case, folder)
    assert read.model is not None, [f"{each.code.number} {each.message}" for each in read.diagnostics]
    data = folder / "data"
    data.mkdir()
    write_folder(case, data)
    as_of = parse_days(case.blocks["cutoff"].strip()).first if "cutoff" in case.blocks else None
    records = read_study(data, read.model, as_of=as_of)
    engine = Engine(read.model, records.cutoff)
    results = [engine.check(record) for record in records]
    endpoints = Endpoints(read.model, read_study(data, read.model, as_of=as_of)).results if is_about(case) else ()
    return Found(read.model, results, records.problems, endpoints)


def is_about(case: Case) -> bool:
    """Whether a case is about endpoints: only then are they computed."""
    return "endpoints" in case.blocks


# -------------------------------------------------------------------------------------- from results to lines of a case
def day(days: Days | None) -> str:
    """A day as results write it, ``-`` when there is none."""
    return write_days(days) if days else "-"


def line(*parts: object) -> str:
    """The parts that say something, one blank between them."""
    return " ".join(str(part) for part in parts if part not in {None, ""})


def subject(item: VisitResult | CycleResult) -> str:
    """What a line is about: ``W24``, ``il2/1``."""
    return item.visit if isinstance(item, VisitResult) else f"{item.treatment}/{item.cycle}"


def planned(result: ParticipantResult) -> Iterator[VisitResult | CycleResult]:
    """Visits, then cycles."""
    yield from result.visits
    yield from result.cycles


def findings(found: Found) -> Iterator[tuple[str, str]]:
    """Each finding as a line, and the same with its reason."""
    for result in found.results:
        for item in result.eligibility.decisive.criteria if result.eligibility else ():
            short = line(result.participant, item.rule, item.finding.words)
            yield short, f"{short}  {item.reason}"


def lacking(found: Found) -> Iterator[str]:
    """What each finding lacks, as ``explain`` lists it."""
    for result in found.results:
        for item in result.eligibility.decisive.criteria if result.eligibility else ():
            if item.missing:
                yield f"{line(result.participant, item.rule)}  {'; '.join(item.missing)}"


def reasons(found: Found) -> Iterator[str]:
    """Why each visit and cycle is planned on its day, and stands where it does."""
    for result in found.results:
        for item in planned(result):
            yield f"{line(result.participant, subject(item))}  {item.reason}"


def boundary(found: Found) -> Iterator[str]:
    """The boundary cases."""
    for result in found.results:
        for item in result.eligibility.decisive.criteria if result.eligibility else ():
            if item.is_boundary:
                yield line(result.participant, item.rule)


def verdicts(found: Found) -> Iterator[str]:
    """Every screening where there are several, then the verdict."""
    for result in found.results:
        if result.eligibility:
            for screening in result.eligibility.screenings:
                yield line(result.participant, day(screening.point), screening.verdict)
            yield line(result.participant, result.eligibility.decisive.verdict)


def statuses(found: Found) -> Iterator[str]:
    """The status of each visit and cycle, with the days out."""
    for result in found.results:
        for item in planned(result):
            more = "" if item.days_out_max is None else f"..{item.days_out_max}"
            out = "" if item.days_out is None else f"{item.days_out}{more}"
            yield line(result.participant, subject(item), item.status, out)


def schedule(found: Found) -> Iterator[str]:
    """The window and planned day of each visit and cycle."""
    for result in found.results:
        for item in planned(result):
            yield line(result.participant, subject(item), day(item.earliest), day(item.planned), day(item.latest))


def about(found: Deviation | Query) -> str | None:
    """The visit, the treatment with its cycle, or the rule."""
    return found.visit or (found.treatment and f"{found.treatment}/{found.cycle}".removesuffix("/None")) or found.rule


def deviations(found: Found, *, graded: bool) -> Iterator[str]:
    """Every deviation; with its grade if asked for."""
    for result in found.results:
        for each in result.deviations:
            grade = each.grade if graded else ""
            yield line(result.participant, each.code, about(each), day(each.date), each.days_out, grade)


def queries(found: Found) -> Iterator[str]:
    """Every query: what it is about, then its words."""
    for result in found.results:
        for each in result.queries:
            yield f"{line(result.participant, each.code, about(each))}  {each.message}"


def problems(found: Found) -> Iterator[str]:
    """Every data problem: where, then what."""
    for each in found.problems:
        yield f"{line(each.table, each.row or '-', each.column or '-')}  {each.problem}"


def attrition(found: Found) -> Iterator[str]:
    """The steps of the attrition."""
    counts = Attrition(found.model)
    for result in found.results:
        counts.add(result.eligibility)
    for step in counts.steps():
        alone = f"{step.against_alone} {step.unknown_alone}"
        yield f"{step.rule} {step.entering} {step.against} {step.unknown} {step.left} | {alone}"


# --------------------------------------------------------------------------------------------- holding one to the other
def pattern(wanted: str) -> re.Pattern[str]:
    """A line of a case as a pattern: ``*`` is one word, at the end of the line any words or none."""
    words = re.escape(wanted.rstrip("* ")) if wanted.endswith("*") else re.escape(wanted)
    return re.compile(words.replace(r"\*", r"\S+") + (r"( .*)?" if wanted.endswith("*") else ""))


def hold(wanted: list[str], found: Iterable[str], *, by: str) -> None:
    """Each line wanted is found once, and nothing else is."""
    left, missing = list(found), []
    for expected in sorted(wanted, key=lambda words: words.count("*")):
        match = next((words for words in left if pattern(expected).fullmatch(words)), None)
        if match is None:
            missing.append(expected)
        else:
            left.remove(match)
    assert (missing, left) == ([], []), f"{by}: missing {missing}, found besides {left}"


def named(lines: Iterable[str], wanted: list[str]) -> list[str]:
    """The lines about the subjects that a case names; of the others it says nothing."""
    subjects = {tuple(words.split()[:2]) for words in wanted}
    return [words for words in lines if tuple(words.split()[:2]) in subjects]


def hold_findings(case: Case, found: Found) -> None:
    """The findings named, with their reasons where the case gives one."""
    wanted = [squeeze(words) for words in case.lines("findings")]
    with_reason = {words.partition("  ")[0] for words in wanted if "  " in words}
    hold(
        wanted,
        named((full if short in with_reason else short for short, full in findings(found)), wanted),
        by="findings",
    )


def squeeze(words: str) -> str:
    """``P1 I5 met    the reason``: two blanks before the reason, one elsewhere."""
    head, _, reason = re.sub(r"  +", "  ", words.strip()).rpartition("  ")
    return f"{head}  {reason}" if head else reason


def hold_told(case: Case, name: str, texts: Sequence[str]) -> None:
    """Every problem at its place, or query about what it is, with the words that the case names."""
    wanted = [squeeze(words) for words in case.lines(name)]
    hold(
        [words.partition("  ")[0] for words in wanted],
        (text.partition("  ")[0] for text in texts),
        by=f"{name} {texts}",
    )
    for words in wanted:
        place, _, said = words.partition("  ")
        assert any(pattern(place).fullmatch(text.partition("  ")[0]) and said in text for text in texts), texts


def hold_all(case: Case, found: Found) -> Iterator[str]:
    """Each block of the case that says what is expected; yields the names of those held."""
    simple = {"boundary": boundary, "statuses": statuses, "schedule": schedule, "missing": lacking, "reasons": reasons}
    for name, lines in simple.items():
        if name in case.blocks:
            wanted = case.lines(name)
            texts = list(lines(found))
            hold(wanted, named(texts, wanted) if name in {"statuses", "schedule", "reasons"} else texts, by=name)
            yield name
    if "findings" in case.blocks:
        hold_findings(case, found)
        yield "findings"
    if "deviations" in case.blocks:
        wanted = case.lines("deviations")
        graded = any(words.endswith(("minor", "important")) for words in wanted)
        hold(wanted, deviations(found, graded=graded), by="deviations")
        yield "deviations"
    for name, ordered in {"verdicts": verdicts, "attrition": attrition}.items():
        if name in case.blocks:
            assert list(ordered(found)) == case.lines(name)
            yield name
    for name, told_of in {"queries": queries, "problems": problems}.items():
        if name in case.blocks:
            hold_told(case, name, list(told_of(found)))
            yield name
    if "endpoints" in case.blocks:
        wanted = case.lines("endpoints")
        told = list(endpoint_lines(found.endpoints))
        missing = [words for words in wanted if not any(pattern(words).fullmatch(each) for each in told)]
        assert missing == [], "\n".join(told)
        yield "endpoints"


ABOUT_DATA = [case for case in CASES if not case.expected_codes and "diagnostics" not in case.blocks]


@pytest.mark.parametrize("case", ABOUT_DATA, ids=str)
def test_case(case: Case, tmp_path: Path) -> None:
    """The interpreter finds what the case says."""
    held = set(hold_all(case, run(case, tmp_path)))
    assert held, "the case expects nothing"
    assert set(case.blocks) == {"protocol", "participants", "cutoff", *TABLES} & set(case.blocks) | held


@pytest.mark.parametrize("case", CASES, ids=str)
def test_messages(case: Case, tmp_path: Path) -> None:
    """The text has the mistakes that the case marks, and no others."""
    read = checked(case, tmp_path)
    text = read.text
    told = [(text.position(item.span.start).line, item) for item in read.diagnostics]
    wanted = sorted((number, code) for number, codes in case.expected_codes.items() for code in codes)
    # Cases put criteria side by side that nobody could meet both of; only an example that fails must be marked.
    errors = sorted((number, item.code.number) for number, item in told if item.stops or item.code == FAILS)
    lesser = {(number, item.code.number) for number, item in told} - set(errors)
    assert errors == [item for item in wanted if item not in lesser], [item.message for _, item in told]
    assert {item for item in wanted if item not in errors} <= lesser
    if "diagnostics" in case.blocks:
        # What the preamble declares and the case does not use is no mistake of the case.
        start = len(text.content) - len(case.blocks["protocol"])
        own = [item for _, item in told if item.span.start >= start]
        assert [f"{item.code.number} {item.message}" for item in own] == case.lines("diagnostics")


def test_titles_differ() -> None:
    """Two cases of one title could not be told apart in a report."""
    titles = [str(case) for case in CASES]
    assert len(titles) == len(set(titles))


def test_preamble_is_read_piece_by_piece() -> None:
    """What a case declares itself is not taken from the preamble."""
    heads = list(pieces((HERE / "preamble.proto").read_text(encoding="utf-8")))
    assert len(heads) == len(set(heads))
