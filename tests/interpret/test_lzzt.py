"""Visits of a real trial (LZZT) against the counts of an independent calculation."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from attrs import evolve
from tests.interpret.courses import TRIAL, around, week

from protocol_dsl.base.days import parse_days
from protocol_dsl.interpret.engine import Engine
from protocol_dsl.model.points import Point
from protocol_dsl.model.records import Cutoff, Event, Record, VisitRow
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.study import StudyModel

NUMBERS = {"4": 2, "5": 4, "7": 6, "8": 8, "9": 12, "10": 16, "11": 20, "12": 24, "13": 26}
WIDE = {"9", "10", "11", "12"}
PLAN: StudyModel = evolve(
    TRIAL,
    arms=(),
    visits=(
        Visit(name="W0", title="", point=Point("randomization")),
        *(
            Visit(name=f"W{at}", title="", point=week(at), window=around(-4, 4) if number in WIDE else around(-3, 3))
            for number, at in NUMBERS.items()
        ),
    ),
)


def table(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "data" / "lzzt" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> str:
    return text.removesuffix(".0")


def participants(shared: Path, *, judge_terminations: bool) -> Iterator[Record]:
    """Treated participants of sites 701 to 707, from their visits and dispositions."""
    treated = {
        row["USUBJID"]
        for row in table(shared, "dm")
        if row["RFXSTDTC"] and "701" <= row["SITEID"] <= "707" and row["ARMCD"] != "Scrnfail"
    }
    ended = {
        (row["USUBJID"], number(row["VISITNUM"]))
        for row in table(shared, "ds")
        if row["DSCAT"] == "DISPOSITION EVENT" and row["DSDECOD"] != "COMPLETED"
    }
    by_person: dict[str, list[tuple[str, str]]] = {name: [] for name in sorted(treated)}
    for row in table(shared, "sv"):
        if row["USUBJID"] in treated:
            by_person[row["USUBJID"]].append((number(row["VISITNUM"]), row["SVSTDTC"]))
    for name, rows in by_person.items():
        start = next(parse_days(date).first for at, date in rows if at == "3")
        visits = [
            VisitRow(
                visit=f"W{NUMBERS[at]}" if at in NUMBERS else None,
                label=at,
                first=parse_days(date).first,
                last=parse_days(date).last,
                status="early termination" if judge_terminations and (name, at) in ended else "held",
            )
            for at, date in rows
        ]
        yield Record(
            participant=name,
            events={"randomization": (Event(name="randomization", first=start, last=start),)},
            visits=tuple(visits),
            tables=frozenset({"participants", "events", "visits"}),
        )


def counts(shared: Path, *, judge_terminations: bool) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Visits held, early and late, by visit."""
    engine = Engine(PLAN, Cutoff(parse_days("2016-01-01").first))
    held: Counter[str] = Counter()
    early: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for record in participants(shared, judge_terminations=judge_terminations):
        for visit in engine.schedule(record).visits:
            if visit.visit != "W0" and visit.status in {"in window", "early", "late"}:
                held[visit.visit] += 1
                early[visit.visit] += visit.status == "early"
                late[visit.visit] += visit.status == "late"
    return held, early, late


def test_every_visit_held(shared: Path) -> None:
    held, early, late = counts(shared, judge_terminations=False)
    assert (held.total(), early.total(), late.total()) == (624, 33, 100)
    assert [held[f"W{at}"] for at in NUMBERS.values()] == [106, 93, 86, 74, 68, 58, 51, 46, 42]
    assert [early[f"W{at}"] for at in NUMBERS.values()] == [5, 0, 4, 2, 9, 5, 3, 3, 2]
    assert [late[f"W{at}"] for at in NUMBERS.values()] == [13, 10, 13, 12, 12, 10, 9, 11, 10]


def test_early_termination_is_its_own_class(shared: Path) -> None:
    held, early, late = counts(shared, judge_terminations=True)
    assert (held.total(), early.total(), late.total()) == (561, 16, 81)
    assert [held[f"W{at}"] for at in NUMBERS.values()] == [93, 88, 74, 68, 58, 51, 46, 42, 41]
    assert [late[f"W{at}"] for at in NUMBERS.values()] == [10, 8, 9, 10, 10, 8, 6, 10, 10]
