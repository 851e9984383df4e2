"""The parts of a model in a few words, as the author would write them."""

from fractions import Fraction

from attrs import fields_dict, has

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.base.numbers import write_number
from protocol_dsl.differences.meaning import names_of_fields
from protocol_dsl.model.points import Length, Point, Window
from protocol_dsl.model.study import SiteDay
from protocol_dsl.model.vocabulary import Coding, Drug


def words(part: object) -> str:
    """Any part of a model; ``nothing`` where it is absent."""
    match part:
        case None | "" | ():
            return "nothing"
        case bool():
            return "yes" if part else "no"
        case int() | Fraction():
            return write_number(part)
        case str():
            return part
        case tuple():
            return ", ".join(map(words, part))
        case Length():
            return part.words or length_words(part)
        case Point():
            return part.words or point_words(part)
        case Window():
            return window_words(part)
        case Coding(system, code):
            return f'{system} "{code}"'
        case Drug(name, atc):
            return f"{name} {atc}".strip()
        case SiteDay(site, day):
            return f"{day_words(day)} at site {site}"
        case _:
            return written(part)


def written(part: object) -> str:
    """The author's words for a part, else what it holds that is not left unsaid."""
    own = getattr(part, "words", "")
    if isinstance(own, str) and own:
        return own
    kind = type(part)
    if not has(kind):
        return str(part)
    said = fields_dict(kind)
    found = ((name, getattr(part, name)) for name in names_of_fields(kind))
    return " ".join(
        value if isinstance(value, str) else f"{plain(name)} {words(value)}"
        for name, value in found
        if value not in {said[name].default, "", None} or isinstance(value, bool)
    )


def plain(name: str) -> str:
    """The name of a field as words: ``none after``."""
    return name.replace("_", " ")


def day_words(day: int) -> str:
    """A day as a date."""
    return write_days(Days(day, day))


def length_words(length: Length) -> str:
    """A length: ``1 month and 3 days``, ``-7 days``."""
    parts = [
        f"{count} {unit}{'' if abs(count) == 1 else 's'}"
        for count, unit in ((length.months, "month"), (length.days, "day"))
        if count
    ]
    return " and ".join(parts) or "0 days"


def point_words(point: Point) -> str:
    """A point: ``168 days after randomization``."""
    if not point.months and not point.days:
        return point.milestone
    is_before = min(point.months, point.days) < 0
    length = Length(abs(point.months), abs(point.days))
    return f"{length_words(length)} {'before' if is_before else 'after'} {point.milestone}"


def window_words(window: Window) -> str:
    """A window: ``± 7 days``, ``-3 to +7 days``."""
    early, late = window.early, window.late
    if early == late == Length():
        return "the planned day alone"
    if (early.months, early.days) == (-late.months, -late.days) and late.months >= 0 and late.days >= 0:
        return f"± {length_words(late)}"
    if not early.months and not late.months:
        return f"{early.days or '-0'} to {late.days:+} days"
    return f"{length_words(early)} to {signed(late)}"


def signed(length: Length) -> str:
    """The late side of a window: ``+7 days``."""
    return length_words(length) if min(length.months, length.days) < 0 else f"+{length_words(length)}"
