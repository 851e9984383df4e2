"""Degenerate and hostile data: problems are listed, and nothing crashes or counts a thing that is no number."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from protocol_dsl import load
from protocol_dsl.model.estimates import EndpointResult
from protocol_dsl.project.endpoints import Endpoints
from protocol_dsl.writers.endpoints_json import document

PROTOCOL = """protocol HOSTILE "Hostile data"
  language 1
measure cd4 "CD4 cell count" in cells/mm3
history events complete
event relapse "Relapse"
anchor SCR is screening
anchor W0 is randomization
visits W0, W4, W8
  window ± 3 days
  assess cd4
endpoint primary P1 "A proportion"
  proportion with cd4 at W4 > 200 cells/mm3
  missing counts as failure, observed only, last value carried forward
endpoint secondary P2 "A median"
  median of cd4 at W4
endpoint secondary P3 "A mean"
  mean of percent change in cd4 from W0 to W4
endpoint secondary P4 "A time"
  time from W0 to first visit with cd4 > 200 cells/mm3
endpoint secondary P5 "A time to an event"
  time from W0 to first relapse
endpoint secondary P6 "Events"
  event relapse from W0 to W8
endpoint secondary P7 "A count"
  count of relapse from W0 to W8
endpoint secondary P8 "A course"
  course of log10 cd4 at W0, W4
"""
Person = Mapping[str, object]
Asked = Callable[[Sequence[Person]], Endpoints]


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    path = tmp_path / "hostile.proto"
    path.write_text(PROTOCOL, encoding="utf-8")
    study = load(path)
    return study.endpoints


def person(name: str, *readings: tuple[str, str], events: Sequence[Mapping[str, str]] = ()) -> Person:
    return {
        "participant": name,
        "events": [{"event": "randomization", "date": "2004-06-14"}, *events],
        "readings": [{"measure": "cd4", "date": day, "value": value} for day, value in readings],
    }


def all_of(run: Endpoints) -> dict[str, EndpointResult]:
    """The results by name, having been written: JSON refuses what is no number."""
    assert "".join(document(run.model, run.as_of, run.end.participants, run.results, run.problems))
    return {result.endpoint.name: result for result in run.results}


def test_nobody(asked: Asked) -> None:
    found = all_of(asked([]))
    assert [arm.n for block in found["P1"].blocks for arm in block.arms] == [0, 0, 0]


def test_infinities_and_no_numbers_are_problems(asked: Asked) -> None:
    run = asked(
        [person("P1", ("2004-07-12", "inf")), person("P2", ("2004-07-12", "nan")), person("P3", ("2004-07-12", "250"))]
    )
    found = all_of(run)
    assert len(run.problems) == 2
    (arm,) = found["P2"].blocks[0].arms
    assert (arm.n, arm.missing) == (1, 2)


def test_a_zero_baseline_has_no_percent_change_and_zero_no_logarithm(asked: Asked) -> None:
    found = all_of(asked([person("P1", ("2004-06-14", "0"), ("2004-07-12", "250"))]))
    (arm,) = found["P3"].blocks[0].arms
    assert (arm.n, arm.missing) == (0, 1)
    assert found["P8"].blocks[0].arms[0].missing == 1


def test_dates_before_birth_and_long_ago(asked: Asked) -> None:
    early = {**person("P1", ("0001-01-01", "250"), ("2004-07-12", "300")), "birth_date": "2010-01-01"}
    found = all_of(asked([early]))
    assert found["P1"].blocks[0].arms[0].n == 1


def test_an_event_on_the_first_day_and_one_before_it(asked: Asked) -> None:
    events = [{"event": "relapse", "date": "2004-06-14"}, {"event": "relapse", "date": "2004-06-13"}]
    found = all_of(asked([person("P1", events=events)]))
    values = {each.statistic: each.value for each in found["P5"].blocks[0].arms[0].estimates}
    assert values["events"] == 1
    assert values["median"] == 0
    rate = found["P6"].blocks[0].arms[0].estimates[-1]
    assert (rate.value, rate.words) == (None, "no time under observation")


def test_many_readings_of_one_participant(asked: Asked) -> None:
    many = [("2004-07-12", str(n)) for n in range(200)]
    found = all_of(asked([person("P1", *many)]))
    assert found["P2"].blocks[0].arms[0].n == 1
