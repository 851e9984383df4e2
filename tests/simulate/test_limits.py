"""What a protocol may say and a calendar or a computer cannot hold ends in a message, not in a wait."""

import pytest
from tests.semantics.texts import read

from protocol_dsl.base.days import CalendarRangeError
from protocol_dsl.simulate import simulate


def test_thousands_of_visits_are_made_up() -> None:
    found = read("".join(f'visit W{week} "A visit"\n  window ± 3 days\n' for week in range(1, 3000)))
    assert found.model is not None
    population = simulate(found.model, 2, 1)
    assert len(next(population.drafts()).of("visits")) > 2900


def test_someone_older_than_the_calendar_is_not_made_up() -> None:
    found = read('inclusion I1 "Old"\n  require age at SCR >= 9999 years')
    assert found.model is not None
    with pytest.raises(CalendarRangeError):
        next(simulate(found.model, 1, 1).drafts())
