"""Where a planned visit or cycle stands at the cut-off: the order of the statuses is the meaning."""

from collections.abc import Iterable, Iterator

from protocol_dsl.base.days import Days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.slots import MET, NOT_MET, UNKNOWN, Slot, days_out, later, within_calendar
from protocol_dsl.model.results import Status
from protocol_dsl.model.schedule import Visit


@frozen
class Standing:
    """A status, with the days out of the window where it is early or late."""

    status: Status
    days_out: int | None = None
    days_out_max: int | None = None


@frozen(kw_only=True)
class Ending:
    """A day from which nothing is due any more; ``is_certain`` unless it may concern something else.

    ``words`` say what came on it.
    """

    days: Days
    is_certain: bool = True
    words: str = ""


@frozen(kw_only=True)
class Terms:
    """On what terms a visit of a series is planned: what ends the series, and whether it is planned at all.

    ``is_over``: it is not. ``is_waiting``: the cycle in which it lies may still begin, and it with the cycle;
    ``is_off``: whether that cycle, or whatever comes after a rule that ends the series, never is due (2, 1 perhaps, 0).
    ``why`` says what the plan or a rule made of it; ``is_ruled_unknown``: a rule could not be judged on its day.
    """

    endings: tuple[Ending, ...] = ()
    is_in_doubt: bool = False
    is_over: bool = False
    is_waiting: bool = False
    is_off: int = NOT_MET
    is_ruled_unknown: bool = False
    why: str = ""


FIXED = Terms()


@frozen
class Member:
    """A visit that a participant has, and on what terms."""

    visit: Visit
    terms: Terms = FIXED


@frozen(kw_only=True)
class Due:
    """What decides about a visit or cycle that was not held.

    ``perhaps``: some row may be it. ``is_in_doubt``: it may not have been planned at all, or may have been given
    unseen, so that nothing can be said to be owed.
    """

    slot: Slot | None
    cutoff: int | None
    endings: tuple[Ending, ...] = ()
    grace_days: int = 0
    perhaps: bool = False
    is_in_doubt: bool = False


def held(actual: Days, slot: Slot | None) -> Standing:
    """In window, early or late; undetermined where a partial date, or an anchor that has no day, leaves it open."""
    if slot is None:
        return Standing("undetermined")
    if slot.holds(actual) == MET:
        return Standing("in window")
    out = days_out(actual, slot)
    if out is None:
        return Standing("undetermined")
    return Standing("late" if out[0] > 0 else "early", *out)


def not_held(due: Due) -> Standing:
    """Not due, expected, overdue or missed: undetermined where partial dates leave more than one of them."""
    found = set(statuses(due))
    return Standing(found.pop() if len(found) == 1 else "undetermined")


def begun_with(terms: Terms, standing: Standing) -> Standing:
    """The standing of what begins with a cycle: at most expected while the cycle may still begin."""
    return Standing("expected") if terms.is_waiting and standing.status in {"overdue", "missed"} else standing


def statuses(due: Due) -> Iterator[Status]:
    """Each status that is possible: the first that certainly holds ends the list."""
    slot, cutoff = due.slot, due.cutoff
    if slot is None or cutoff is None:
        yield "not due"
        return
    today = Days(cutoff, cutoff)
    steps: tuple[tuple[int, Status], ...] = (
        (later(slot.earliest, today), "not due"),
        (ended(due.endings, slot), "not due"),
        (MET if due.perhaps or due.is_in_doubt else NOT_MET, "undetermined"),
        (2 - later(today, slot.latest), "expected"),
        (2 - later(today, plus(slot.latest, due.grace_days)), "overdue"),
    )
    for truth, status in steps:
        if truth != NOT_MET:
            yield status
        if truth == MET:
            return
    yield "missed"


def ended(endings: Iterable[Ending], slot: Slot) -> int:
    """Whether an end came on or before the last day of the window: 2 certainly, 1 perhaps, 0 not."""
    return max((is_over(ending, slot) for ending in endings), default=NOT_MET)


def is_over(ending: Ending, slot: Slot) -> int:
    """Whether one end came on or before the last day of the window: 2 certainly, 1 perhaps, 0 not."""
    truth = 2 - later(ending.days, slot.latest)
    return truth if ending.is_certain else min(truth, UNKNOWN)


def open_words(due: Due) -> str:
    """What may have ended it before the last day of its window; nothing where something has, or nothing may have."""
    if due.slot is None or ended(due.endings, due.slot) != UNKNOWN:
        return ""
    return " and ".join(ending.words for ending in due.endings if ending.words and is_over(ending, due.slot) == UNKNOWN)


def over_words(due: Due) -> str:
    """What has ended it before the last day of its window; nothing where it was still to come, or nothing has."""
    if due.slot is None or due.cutoff is None or later(due.slot.earliest, Days(due.cutoff, due.cutoff)) == MET:
        return ""
    over = (ending for ending in due.endings if ending.words and is_over(ending, due.slot) == MET)
    return next((ending.words for ending in over), "")


def plus(days: Days, count: int) -> Days:
    """Days moved by whole days, never out of the calendar."""
    return within_calendar(Days(days.first + count, days.last + count))
