"""What names mean, worked out by a statement itself: the words that a protocol knows, and how rows are told by them.

The row readers say what each word means, once; the statement looks words up as they do (by the name, else the name read
as a code, else the code). It marks as odd what the readers may find wrong and no word says: a name a letter or two from
a declared one, an unknown unit, a row without any name.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from attrs import evolve
from sqlglot import exp

from protocol_dsl.base.units import ABBREVIATED
from protocol_dsl.base.values import frozen
from protocol_dsl.model.columns import asks_of_any_medication
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.columns.cells import text
from protocol_dsl.readers.columns.details import ANY_CATEGORY, Details, details_of
from protocol_dsl.readers.columns.probes import Meaning, Probes
from protocol_dsl.readers.columns.slips import among, holding, key, rows, slips
from protocol_dsl.readers.columns.tables import BITS, DOWN, KEYS, NAME_ODD, UP, Names
from protocol_dsl.readers.names import Words
from protocol_dsl.trees import (
    all_of,
    any_of,
    call,
    cast,
    column,
    grouped,
    is_null,
    named,
    named_table,
    negated,
    selected,
)

UPPER, LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
PLAIN = "^[!-~](.*[!-~])?$"
"""A text around which no reader finds blanks of any kind."""
COUNT = "^(0|[1-9][0-9]{0,8})$"
NO_COLUMNS: Mapping[str, Mapping[str, int]] = {}
THING = "thing"
"""The number of what a word or a code means, to tell two that mean different things."""


@frozen
class Spelled:
    """The steps of a statement that say what the names of a table mean; the last is the small table of names."""

    names: Names
    steps: Mapping[str, exp.Select]


def folded(cell: exp.Expr) -> exp.Expr:
    """A text without blanks around it and with the letters A to Z in lower case, as names are compared."""
    return call("translate", trimmed(cell), text(UPPER), text(LOWER))


def trimmed(cell: exp.Expr) -> exp.Expr:
    """A text without blanks around it, empty where nothing stands."""
    return exp.Trim(this=call("coalesce", cell, text("")))


def surely_any(conditions: Sequence[exp.Expr]) -> exp.Expr:
    """Whether some condition holds; one that is null does not."""
    return any_of(*(call("coalesce", each, exp.false()) for each in conditions))


# --------------------------------------------------------------------------------------------------------------- words
def asked(table: str) -> exp.Select:
    """The distinct names of a table."""
    keys = [named(column(name), f"key_{name}") for name in KEYS[table]]
    return selected(f"{table}_cells", *keys).distinct(copy=False)


@frozen
class Strange:
    """What makes a name or a code unlike any word: ``of_name`` and ``of_code`` say which of the two it is.

    ``of_row`` are of both; ``parts`` hold where a code is a part of a wider one, whose thing has a number.
    """

    of_name: Sequence[exp.Expr] = ()
    of_code: Sequence[exp.Expr] = ()
    of_row: Sequence[exp.Expr] = ()
    parts: Sequence[tuple[exp.Expr, int]] = ()

    def of_any(self) -> exp.Expr:
        """Whether a row that is not known is odd."""
        return surely_any([*self.of_row, *self.of_name, *self.of_code, *(each for each, _ in self.parts)])


NOT_STRANGE = Strange()


def looked_up(  # noqa: PLR0913 - as of spelled, below
    of: str,
    name: str,
    meant: Mapping[str, Mapping[str, Meaning]],
    strange: Strange,
    columns: Sequence[str] = (),
    *,
    keeps_unused: bool = False,
) -> exp.Select:
    """Each name with what its word or its code means, ``strange`` being what makes a name unlike any word odd.

    ``meant`` has the meanings of words and of codes, each in a step of its own with further ``columns``.
    ``keeps_unused``: rows about names that the protocol never mentions are read too, and hold no bit.
    """
    query = selected(f"{of}_asked", *(key(each) for each in KEYS[of]))
    found: list[exp.Expr] = []
    odd: list[exp.Expr] = []
    for kind, on in (("words", name), ("codes", "code")):
        if meant[kind]:
            step = f"{of}_{kind}"
            query = query.join(step, join_type="left", on=key(on).eq(exp.column("word", table=step)), copy=False)
            found.append(exp.column(BITS, table=step))
            odd.append(exp.column("is_odd", table=step))
    is_known = any_of(*(negated(is_null(each)) for each in found)) if found else exp.false()
    slip = strange.of_any()
    for each in (name, "code"):
        is_plain = any_of(key(each).eq(text("")), exp.RegexpLike(this=key(each), expression=text(PLAIN)))
        odd.append(negated(is_plain))
    bits = call("coalesce", *found, exp.convert(-1 if of == "readings" else 0))
    ends = [each.copy() for each in odd[-2:]]
    is_odd = any_of(
        surely_any([*odd, *doubts(of, name, meant, strange)]), all_of(negated(is_known.copy()), slip.copy())
    )
    query = query.select(named(cast(bits, "bigint"), BITS), named(is_odd, NAME_ODD), copy=False)
    for each in columns:
        found = [exp.column(each, table=f"{of}_{kind}") for kind in meant if meant[kind]]
        query = query.select(named(cast(call("coalesce", *found, exp.convert(0)), "bigint"), each), copy=False)
    if keeps_unused:
        return query
    # A name that is neither known nor like one is none of the protocol's: its rows are not read.
    return query.where(any_of(is_known, slip, *ends), copy=False)


def doubts(of: str, name: str, meant: Mapping[str, Mapping[str, Meaning]], strange: Strange) -> Iterable[exp.Expr]:
    """Where the name and the code of a row may mean different things; the row readers know whether they do."""
    word, code = (exp.column(THING, table=f"{of}_{kind}") for kind in ("words", "codes"))
    if meant["words"]:
        yield from (all_of(part.copy(), word.copy().neq(thing)) for part, thing in strange.parts)
    if meant["words"] and meant["codes"]:
        yield word.copy().neq(code.copy())
        of_code, of_name = surely_any(strange.of_code), surely_any(strange.of_name)
        yield all_of(negated(is_null(word)), is_null(code), of_code.copy())
        yield all_of(is_null(word.copy()), negated(is_null(code.copy())), key(name).neq(text("")), of_name.copy())
    elif meant["words"]:
        yield all_of(negated(is_null(word)), surely_any(strange.of_code).copy())


def meanings_of(ask: Mapping[str, Meaning], more: Mapping[str, Mapping[str, int]]) -> exp.Select:
    """A step with the meaning of each word, and a column of each of ``more``."""
    found = [(word, one.bits, one.is_odd, *(each[word] for each in more.values())) for word, one in ask.items()]
    return rows("v", ("word", BITS, "is_odd", *more), found)


def things(probed: Mapping[str, Mapping[str, Meaning]]) -> Mapping[str, Mapping[str, int]]:
    """The number of what each word and each code means."""
    numbers: dict[object, int] = {}

    def number(one: Meaning) -> int:
        thing = one.route or tuple(event.name for event in one.events) or one.bits
        return numbers.setdefault(thing, len(numbers))

    return {kind: {word: number(one) for word, one in each.items()} for kind, each in probed.items()}


def is_part_of(stem: str) -> exp.Expr:
    """Whether a row's code is a part of a wider one."""
    return call("strpos", key("code"), text(f"{stem}.")) > 0


def unnamed(name: str) -> exp.Expr:
    """Whether a row has neither a name nor a code."""
    return all_of(key(name).eq(text("")), key("code").eq(text("")))


def spelled(  # noqa: PLR0913 - the parts of one lookup
    of: str,
    name: str,
    probed: Mapping[str, Mapping[str, Meaning]],
    words: Words,
    strange: Strange = NOT_STRANGE,
    *,
    columns: Mapping[str, Mapping[str, int]] = NO_COLUMNS,
    held: Sequence[str] = (),
    keeps_unused: bool = False,
) -> dict[str, exp.Select]:
    """The steps up to the meaning of each name of a table; ``columns`` of numbers by word stand beside it.

    A text that holds one of the words ``held`` is strange.
    """
    numbers = things(probed)
    steps: dict[str, exp.Select] = {
        f"{of}_{kind}": meanings_of(one, {**columns, THING: numbers[kind]}) for kind, one in probed.items() if one
    }
    steps[f"{of}_asked"] = asked(of)
    near = {**slips(of, name, words.names), **holding(of, name, held)}
    found = [among(step, name) for step in (f"{of}_slips", f"{of}_holding") if step in near]
    parts = [(is_part_of(stem), numbers["codes"][stem]) for stem in words.stems]
    strange = evolve(strange, of_name=[*strange.of_name, *found], of_row=[unnamed(name)], parts=parts)
    meant = looked_up(of, name, probed, strange, tuple(columns), keeps_unused=keeps_unused)
    return {**steps, **near, f"{of}_meant": meant}


def kept(of: str, *columns: exp.Expr, bits: exp.Expr | None = None, odd: Sequence[exp.Expr] = ()) -> exp.Select:
    """The small table of names: what is meant, or ``bits``, and what else makes a name odd."""
    found = any_of(exp.column(NAME_ODD, table=f"{of}_meant"), surely_any(odd))
    meant = column(BITS) if bits is None else named(bits, BITS)
    return selected(f"{of}_meant", *(key(each) for each in KEYS[of]), meant, *columns, named(found, NAME_ODD))


# -------------------------------------------------------------------------------------------------------------- tables
def event_names(probes: Probes, model: StudyModel) -> Spelled:
    """What the rows of ``events`` are about."""
    words, causes = probes.words("events"), probes.causes
    details = details_of(probes, model, (*causes.names, *causes.codes))
    called = {
        "words": {word: (word, "") for word in dict.fromkeys(words.names + words.codes)},
        "codes": {code: ("", code) for code in words.codes},
    }
    probed = {kind: {word: event_meant(cells, details) for word, cells in one.items()} for kind, one in called.items()}
    columns: dict[str, dict[str, int]] = {}
    if details.ask_categories:
        cells_of = called["words"] | called["codes"]
        columns[ANY_CATEGORY] = {word: details.bits_of(*cells, category=None) for word, cells in cells_of.items()}
    steps = spelled("events", "event", probed, words, columns=columns, held=probes.held_events)
    odd: list[exp.Expr] = [
        all_of(key("grade").neq(text("")), negated(exp.RegexpLike(this=key("grade"), expression=text(COUNT))))
    ]
    # The name tells the kind, and the code its category: two words for one thing.
    asked_of = {word for kind in details.kinds for word in kind.categories}
    codes = [one for one in words.codes if one in asked_of]
    telling: list[exp.Expr] = [key("code").isin(*map(text, codes))] if codes else []
    telling += [is_part_of(stem) for stem in words.stems if stem in asked_of]
    if telling:
        odd.append(all_of(key("event").neq(text("")), key("category").eq(text("")), any_of(*telling)))
    odd += contradicting(probes, model)
    for kind in model.vocabulary.events:
        is_kind = grouped(exp.BitwiseAnd(this=column(BITS), expression=exp.convert(probes.event_bit(kind.name)))).neq(0)
        if kind.categories:
            known = [word for word in probes.categories(kind.name) if not is_odd_category(probes, kind.name, word)]
            odd.append(all_of(is_kind.copy(), negated(key("category").isin(text(""), *map(text, known)))))
        if kind.grades:
            grades = [str(grade) for grade in range(kind.grades[0], kind.grades[1] + 1)]
            odd.append(all_of(is_kind.copy(), negated(key("grade").isin(text(""), *map(text, grades)))))
    if causes.names:
        ambiguous = [code for code in causes.codes if probes.event(("screening", "", "", "", code)).is_odd]
        known = [word for word in (*causes.names, *causes.codes) if word not in ambiguous]
        slipping = slips("causes", "related_to", causes.names)
        steps["causes_asked"] = selected("events_asked", key("related_to")).distinct(copy=False)
        steps |= slipping
        parts: list[exp.Expr] = [key("related_to").isin(*map(text, ambiguous))] if ambiguous else []
        if slipping:
            parts.append(
                all_of(among("causes_slips", "related_to"), negated(key("related_to").isin(*map(text, known))))
            )
        odd += parts
    steps["events_names"] = kept("events", bits=details.bits(column(BITS)), odd=odd)
    return Spelled(Names("events", {}), steps)


def contradicting(probes: Probes, model: StudyModel) -> Iterator[exp.Expr]:
    """Where the code of a row, or its name read as one, tells another category than the row has."""
    words = probes.words("events")
    telling: dict[tuple[str, str | None], list[exp.Expr]] = {}
    for code, is_told in (
        *((code, any_of(key("code").eq(text(code)), key("event").eq(text(code)))) for code in words.codes),
        *((f"{stem}.0", is_part_of(stem)) for stem in words.stems),
    ):
        for event in probes.event(("", code, "", "", "")).events:
            telling.setdefault((event.name, event.category), []).append(is_told.copy())
    for kind in model.vocabulary.events if telling else ():
        own: dict[str | None, list[str]] = {}
        for word in probes.categories(kind.name):
            for event in probes.event((kind.name, "", word, "", "")).events:
                own.setdefault(event.category, []).append(word)
        for category, written in own.items():
            if found := telling.get((kind.name, category)):
                yield all_of(any_of(*found), negated(key("category").isin(text(""), *map(text, written))))


def event_meant(cells: tuple[str, str], details: Details) -> Meaning:
    """A row of ``events`` by its name and its code alone."""
    return evolve(details.probes.event((*cells, "", "", "")), bits=details.bits_of(*cells))


def is_odd_category(probes: Probes, kind: str, word: str) -> bool:
    """Whether the row readers find something wrong with a category."""
    return probes.event((kind, "", word, "", "")).is_odd


def reading_names(probes: Probes, model: StudyModel) -> Spelled:
    """What the rows of ``readings`` are about, and how their units convert."""
    words = probes.words("readings")
    probed = {
        "words": {word: probes.reading((word, "", "")) for word in dict.fromkeys(words.names + words.codes)},
        "codes": {code: probes.reading(("", code, "")) for code in words.codes},
    }
    steps = spelled("readings", "measure", probed, words)
    converted = {
        (measure.name, "", unit): probes.reading((measure.name, "", unit))
        for measure in model.vocabulary.measures
        for unit in units_of(model)
    }
    known = [
        (one.bits, unit, Fraction(one.factor).numerator, Fraction(one.factor).denominator)
        for (_, _, unit), one in converted.items()
        if not one.is_odd and not one.is_choice
    ]
    choices = [place for place, one in enumerate(model.vocabulary.measures) if one.choices]
    up, down = exp.convert(1), exp.convert(1)
    odd: list[exp.Expr] = []
    if known:
        steps["readings_units"] = rows("v", ("measure", "unit", UP, DOWN), known)
        up, down = (call("coalesce", column(name), exp.convert(1)) for name in (UP, DOWN))
        is_number = negated(column(BITS).isin(*choices)) if choices else exp.true()
        odd.append(all_of(is_number, is_null(column(UP))))
    query = kept("readings", named(up, UP), named(down, DOWN), odd=odd)
    if known:
        on = all_of(column("measure").eq(column(BITS)), column("unit").eq(key("unit")))
        query = query.join(named_table("readings_units"), join_type="left", on=on, copy=False)
    steps["readings_names"] = query
    return Spelled(Names("readings", {name: one for name, one in converted.items() if not one.is_odd}), steps)


def units_of(model: StudyModel) -> tuple[str, ...]:
    """The units that a protocol may meet: those it names, those it converts, and how people shorten them."""
    found = [""]
    for measure in model.vocabulary.measures:
        found += [measure.unit, *(one.unit for one in measure.conversions)]
    found += COMMON_UNITS
    found += [*ABBREVIATED, *ABBREVIATED.values()]
    return tuple(dict.fromkeys(found))


COMMON_UNITS = (
    *("cells/mm3", "cells/uL", "cells/mL", "cells/L", "10^3/uL", "10^6/L", "10^9/L", "10^12/L"),
    *("copies/mL", "copies/uL", "copies/L", "U/L", "U/mL", "IU/L", "IU/mL", "mIU/mL", "%"),
    *("g/L", "g/dL", "mg/dL", "mg/mL", "mg/L", "ug/dL", "ug/mL", "ug/L", "ng/mL", "ng/L", "pg/mL"),
    *("mmol/L", "umol/L", "nmol/L", "pmol/L"),
    *("kg", "g", "cm", "m", "mmHg", "ms", "s", "d", "mL/min", "mL/min/1.73m2"),
)
"""Units of laboratories; a unit that is none of these and not of the protocol leaves its row to the interpreter."""


def medication_names(probes: Probes, model: StudyModel) -> Spelled:
    """What the rows of ``medications`` are about."""
    words, classes = probes.words("medications"), probes.class_words
    probed = {
        "words": {word: probes.medication((word, "")) for word in dict.fromkeys(words.names + words.codes)},
        "codes": {code: probes.medication(("", code)) for code in words.codes},
    }
    whole = (*classes.names, *classes.codes)

    def of_class(name: str) -> list[exp.Expr]:
        """Whether a name or a code is that of a class, or begins with it; before a code its system may stand."""
        starts = [any_of(*starting(key(name), stem)) for stem in classes.stems]
        return [*([key(name).isin(*map(text, whole))] if whole else []), *starts]

    strange = Strange(of_name=of_class("drug"), of_code=of_class("code"))
    keeps_unused = asks_of_any_medication(model)
    steps = spelled("medications", "drug", probed, words, strange, held=words.names, keeps_unused=keeps_unused)
    steps["medications_names"] = kept("medications")
    return Spelled(Names("medications", {}), steps)


def starting(written: exp.Expr, stem: str) -> list[exp.Expr]:
    """Whether a text begins with a stem, or has it after the sign that ends the system of a code."""
    found = [call("strpos", written.copy(), text(f"{sign}{stem}")) > 0 for sign in " :|"]
    return [call("strpos", written, text(stem)).eq(1), *found]
