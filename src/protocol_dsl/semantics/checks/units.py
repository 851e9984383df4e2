"""PD301 to PD304, PD312, PD313, PD317, PD318, PD342: numbers and their units."""

import re
from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Edit, Fix
from protocol_dsl.base.numbers import exact, write_number
from protocol_dsl.base.source import Span
from protocol_dsl.base.units import is_suspicious, uncounted
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.kinds import Quantity, is_constant, kind_of, kind_of_measure
from protocol_dsl.semantics.ladders import rungs
from protocol_dsl.semantics.points import length, window, write_amount
from protocol_dsl.semantics.quantities import PERCENT, YEARS, factor, is_unit, unit_hint, written
from protocol_dsl.syntax import ast

BARE_NUMBER = Code("PD301", "this number needs a unit")
UNKNOWN_UNIT = Code("PD302", "not a unit known here")
UNITS_DIFFER = Code("PD303", "does not convert")
UNITS_BY_CASE = Code("PD304", "a thousand million times apart")
NO_LENGTH = Code("PD312", "not a length of time")
AGE_IN_YEARS = Code("PD313", "age is counted in years")
NO_CONVERSION = Code("PD317", "does not lead to the unit of the measure")
UNITS_SAY = Code("PD344", "the units say otherwise")
BY_SIZE_ALONE = Code("PD342", "converted by size alone", "warning")
NO_GRADE = Code("PD318", "grade")

OF_SUBSTANCE = re.compile(r"[mu\u00b5\u03bc]?mol/mol")


def bare_numbers(document: Document) -> Iterator[Diagnostic]:
    """PD301: a number stands alone, where it could be read in any unit.

    A count, a ratio and a logarithm have no unit, and are compared with plain numbers.
    """
    for chapter in document.chapters:
        fine = {id(node) for node in plain_places(chapter)}
        for value in chapter.nodes.of(ast.AmountValue):
            if value.amount.unit is None and id(value) not in fine:
                unit = unit_to_write(value, chapter)
                meant = f"{write_amount(value.amount)} {unit}" if unit else over_unit(value, chapter)
                is_share = unit == PERCENT and 0 < value.amount.number < 1
                if is_share:
                    share = write_number(exact(value.amount.number * 100))
                    meant = f"{share}% where that share is meant, else {write_amount(value.amount)}%"
                yield BARE_NUMBER.at(
                    value.span,
                    f"{write_amount(value.amount)} has no unit",
                    hint=f"write {meant}" if meant else "write the unit after the number",
                    fix=with_unit(value, unit) if unit and not is_share else None,
                )
        amounts = [node.length for node in chapter.nodes.of(ast.OffsetPoint)]
        amounts += [node.length for node in chapter.nodes.of(ast.Within)]
        amounts += [node.length for node in chapter.nodes.of(ast.RequiredInterval)]
        amounts += [node.length for node in chapter.nodes.of(ast.Grace)]
        amounts += [amount for node in chapter.nodes.of(ast.Cycles) for amount in node.spacings]
        amounts += [node.length for node in chapter.nodes.of(ast.Pace)]
        amounts += [node.length for node in chapter.nodes.of(ast.Dose) if node.length]
        amounts += [node.amount for node in chapter.nodes.of(ast.Dose)]
        amounts += [node.amount for node in chapter.nodes.of(ast.Level)]
        ranges = chapter.nodes.either(ast.Plausible, ast.Normal)
        amounts += [amount for node in ranges for amount in (node.low, node.high)]
        amounts += [amount for node in chapter.nodes.of(ast.Converts) for amount in (node.source, node.target)]
        amounts += [node.comparison[1] for node in chapter.nodes.of(ast.TimeToFirst) if node.comparison]
        for confidence in chapter.nodes.of(ast.Confidence):
            if confidence.level.unit is None:
                number = write_amount(confidence.level)
                yield BARE_NUMBER.at(confidence.level.span, f"{number} has no unit", hint=f"write {number}%")
        for amount in amounts:
            if amount.unit is None:
                hint = "write the unit after the number"
                yield BARE_NUMBER.at(amount.span, f"{write_amount(amount)} has no unit", hint=hint)


def plain_places(chapter: Chapter) -> Iterator[ast.Expression]:
    """The numbers that are compared with something that has no unit."""
    for node in chapter.nodes.of(ast.Comparison):
        yield from plain_sides(node.left, node.right, chapter)
    for between in chapter.nodes.of(ast.Between):
        yield from plain_sides(between.value, between.low, chapter)
        yield from plain_sides(between.value, between.high, chapter)


def plain_sides(left: ast.Expression, right: ast.Expression, chapter: Chapter) -> Iterator[ast.Expression]:
    """The sides of a comparison that may be plain numbers."""
    for one, other in ((left, right), (right, left)):
        kind = kind_of(other, chapter)
        if isinstance(kind, Quantity) and kind.unit in {"", "times"} and not kind.is_bare:
            yield one


def unit_to_write(value: ast.AmountValue, chapter: Chapter) -> str:
    """The unit of what a bare number is compared with, if there is one."""
    sides = [(node.left, node.right) for node in chapter.nodes.of(ast.Comparison)]
    sides += [(node.value, limit) for node in chapter.nodes.of(ast.Between) for limit in (node.low, node.high)]
    for pair in sides:
        for one, other in (pair, pair[::-1]):
            # A measure by itself says too little, but in which unit it is.
            alone = kind_of_measure(other.name.text, chapter) if isinstance(other, ast.NamedValue) else None
            kind = alone or kind_of(other, chapter)
            if isinstance(kind, Quantity) and kind.unit and (one is value or is_split(one, value, kind.unit)):
                return kind.unit
    return ""


def is_split(one: ast.Expression, value: ast.AmountValue, unit: str) -> bool:
    """Whether ``200 /mm3`` is meant in ``unit``; of ``1500 /mcL`` another number would have to be written."""
    if not isinstance(one, ast.Arithmetic) or one.left is not value or not isinstance(one.right, ast.NamedValue):
        return False
    return unit.endswith(f"/{one.right.name.text}")


def over_unit(value: ast.AmountValue, chapter: Chapter) -> str:
    """``1500 / mm3`` in the unit of what it is compared with, where that is a number in a volume too: 1.5 10^9/L."""
    for node in chapter.nodes.of(ast.Comparison):
        for one, other in ((node.left, node.right), (node.right, node.left)):
            kind = kind_of(other, chapter)
            if isinstance(one, ast.Arithmetic) and one.left is value and isinstance(kind, Quantity):
                unit = f"1/{one.right.name.text}" if isinstance(one.right, ast.NamedValue) else ""
                step = factor(unit, kind.unit, kind.conversions) if kind.unit and is_unit(unit) else None
                if step is not None:
                    return f"{write_number(value.amount.number * step)} {kind.unit}"
    return ""


def with_unit(value: ast.AmountValue, unit: str) -> Fix:
    """Write the unit of what the number is compared with; another may have been meant."""
    end = Span(value.span.file, value.span.end, value.span.end)
    return Fix(f"write the unit {unit}", (Edit(end, f" {unit}"),), "unsafe")


def unknown_units(document: Document) -> Iterator[Diagnostic]:
    """PD302: a unit is none that is known, so that nothing could be converted to it."""
    for chapter in document.chapters:
        names = [node.unit for node in chapter.nodes.of(ast.Amount) if node.unit]
        names += [node.unit for node in chapter.nodes.of(ast.InUnit)]
        names += [node.unit for node in chapter.nodes.of(ast.Window)]
        for name in names:
            if not is_unit(name.text):
                hint = unit_hint(name.text) or "write a unit after the number, such as mg or days"
                yield UNKNOWN_UNIT.at(name.span, f"{name.text} is not a unit known here", hint=hint)


def pairs(chapter: Chapter) -> Iterator[tuple[ast.Expression, ast.Expression]]:
    """Values that must be brought to one unit: what is compared or added, and what it is compared with."""
    yield from compared(chapter)
    for arithmetic in chapter.nodes.of(ast.Arithmetic):
        if arithmetic.operator in {"+", "-"}:
            constant_left = is_constant(arithmetic.left) and not is_constant(arithmetic.right)
            yield (arithmetic.right, arithmetic.left) if constant_left else (arithmetic.left, arithmetic.right)


def compared(chapter: Chapter) -> Iterator[tuple[ast.Expression, ast.Expression]]:
    """Values and what each is compared with."""
    for node in chapter.nodes.of(ast.Comparison):
        yield (node.left, node.right) if is_constant(node.right) else (node.right, node.left)
    for between in chapter.nodes.of(ast.Between):
        yield between.value, between.low
        yield between.value, between.high
    for consecutive in chapter.nodes.of(ast.Consecutive):
        yield ast.Pick("latest", consecutive.measure), consecutive.limit
    for ladder in chapter.nodes.of(ast.Ladder):
        yield from ((ast.Pick("latest", ladder.measure), rung.limit) for rung in rungs(ladder))


def quantities(one: ast.Expression, other: ast.Expression, chapter: Chapter) -> tuple[Quantity, Quantity] | None:
    """The kinds of two values when both are numbers with known units."""
    left, right = kind_of(one, chapter), kind_of(other, chapter)
    if not isinstance(left, Quantity) or not isinstance(right, Quantity):
        return None
    if left.is_bare or right.is_bare or not is_unit(left.unit) or not is_unit(right.unit):
        return None
    return left, right


def units_that_differ(document: Document) -> Iterator[Diagnostic]:
    """PD303: two numbers are compared or added whose units do not convert, such as cells and copies."""
    for chapter in document.chapters:
        for one, other in pairs(chapter):
            found = quantities(one, other, chapter)
            if found is None:
                continue
            left, right = found
            if left.is_log and right.unit:
                message = f"a logarithm has no unit, and this is in {right.unit}"
                yield UNITS_DIFFER.at(other.span, message, hint="write the number alone")
            elif not (converts(right, left) or converts(left, right)) and not (left.is_age or right.is_age):
                message = f"{right.unit or 'a plain number'} does not convert to {left.unit or 'a plain number'}"
                hint = counted_hint(one, other, left) or measured_hint(one, left)
                yield UNITS_DIFFER.at(other.span, message, hint=hint)
        for time in chapter.nodes.of(ast.TimeToFirst):
            kind = kind_of_measure(time.measure.text, chapter) if time.measure else None
            limit = time.comparison[1] if time.comparison else None
            if not isinstance(kind, Quantity) or not limit or not limit.unit:
                continue
            unit = limit.unit.text
            if is_unit(unit) and is_unit(kind.unit) and factor(unit, kind.unit, kind.conversions) is None:
                hint = f"{time.measure.text} is in {kind.unit}" if time.measure else ""
                yield UNITS_DIFFER.at(limit.span, f"{unit} does not convert to {kind.unit}", hint=hint)


def measured_hint(value: ast.Expression, kind: Quantity) -> str:
    """In which unit a measure is."""
    match value:
        case ast.ReadingAt(measure=measure) | ast.Pick(measure=measure) | ast.Change(measure=measure):
            return f"{measure.text} is in {kind.unit}" if kind.unit else ""
        case _:
            return ""


def counted_hint(value: ast.Expression, limit: ast.Expression, kind: Quantity) -> str:
    """What to write for ``1500 cells/uL`` where a measure is in ``10^9/L``: the unit does not say what is counted."""
    measure = measured_hint(value, kind)
    if not measure or not isinstance(limit, ast.AmountValue) or limit.amount.unit is None:
        return ""
    step = uncounted(written(limit.amount.unit.text), kind.unit)
    if step is None:
        return ""
    return (
        f"{measure}, which does not say what is counted; write {write_number(limit.amount.number * step)} {kind.unit}"
    )


def converts(source: Quantity, target: Quantity) -> bool:
    """Whether a number converts from one unit to the other; a count is not a percentage."""
    if {source.unit, target.unit} == {PERCENT, "times"}:
        return False
    return factor(source.unit, target.unit, target.conversions) is not None


def ratios_of_substance(document: Document) -> Iterator[Diagnostic]:
    """PD342: a percentage is compared with mmol/mol, which converts by its size, not as laboratories relate the two.

    Glycated haemoglobin of 48 mmol/mol is 6.5%, not 4.8%.
    """
    for chapter in document.chapters:
        for one, other in pairs(chapter):
            found = quantities(one, other, chapter)
            units = {found[0].unit, found[1].unit} if found else set()
            if PERCENT in units and any(OF_SUBSTANCE.fullmatch(unit) for unit in units):
                yield BY_SIZE_ALONE.at(
                    other.span,
                    f"{' and '.join(sorted(units))} are compared by their size alone",
                    hint=f"write the limit in {found[0].unit}; for HbA1c no factor leads from one to the other"
                    if found
                    else "",
                )


def units_by_case(document: Document) -> Iterator[Diagnostic]:
    """PD304: two units differ by upper and lower case alone, such as MIU (a million) and mIU (a thousandth)."""
    for chapter in document.chapters:
        for one, other in pairs(chapter):
            found = quantities(one, other, chapter)
            if found and converts(found[1], found[0]) and is_suspicious(found[0].unit or "1", found[1].unit or "1"):
                yield by_case(other, found[1].unit, found[0].unit)
        for measure in chapter.nodes.of(ast.Measure):
            kind = kind_of_measure(measure.name.text, chapter)
            for clause in measure.clauses:
                if isinstance(clause, ast.Plausible | ast.Normal) and isinstance(kind, Quantity):
                    for amount in (clause.low, clause.high):
                        unit = written(amount.unit.text) if amount.unit else ""
                        if is_unit(unit) and is_unit(kind.unit) and is_suspicious(unit or "1", kind.unit):
                            yield by_case(amount, unit, kind.unit)


def by_case(node: ast.Expression | ast.Amount, unit: str, other: str) -> Diagnostic:
    """The message of PD304."""
    return UNITS_BY_CASE.at(
        node.span,
        f"{unit} is not {other}: upper and lower case change the size of a unit",
        label="differs by case alone",
        hint=f"write {other} if that is meant",
    )


def lengths_of_time(document: Document) -> Iterator[Diagnostic]:
    """PD312: a length of calendar time is not a whole number of days, weeks, months or years."""
    for chapter in document.chapters:
        amounts = [(node.length, False) for node in chapter.nodes.of(ast.OffsetPoint)]
        amounts += [(node.length, False) for node in chapter.nodes.of(ast.Within)]
        amounts += [(node.length, False) for node in chapter.nodes.of(ast.RequiredInterval)]
        amounts += [(amount, False) for node in chapter.nodes.of(ast.Cycles) for amount in node.spacings]
        amounts += [(node.length, False) for node in chapter.nodes.of(ast.Pace)]
        amounts += [(node.length, True) for node in chapter.nodes.of(ast.Grace)]
        amounts += [(node.length, True) for node in chapter.nodes.of(ast.Dose) if node.length]
        for amount, days_only in amounts:
            found = length(amount)
            if amount.unit and is_unit(amount.unit.text) and (found is None or (days_only and found.months)):
                units = "days or weeks" if days_only else "days, weeks, months or years"
                yield NO_LENGTH.at(amount.span, f"{write_amount(amount)} is not a whole number of {units}")
        for node in chapter.nodes.of(ast.Window):
            if is_unit(node.unit.text) and window(node) is None:
                yield NO_LENGTH.at(node.span, "a window is a whole number of days, weeks or months")


def ages_in_years(document: Document) -> Iterator[Diagnostic]:
    """PD313: an age is compared with something other than whole years.

    Age is counted in completed years, so that 30 months would not mean what they seem to.
    """
    for chapter in document.chapters:
        for one, other in pairs(chapter):
            for age, limit in ((one, other), (other, one)):
                kind, against = kind_of(age, chapter), kind_of(limit, chapter)
                if not isinstance(kind, Quantity) or not isinstance(against, Quantity) or not kind.is_age:
                    continue
                known = is_unit(against.unit) and not against.is_bare and not against.is_age
                if known and not is_whole_years(limit, against):
                    is_in = f"is in {against.unit or 'plain numbers'}"
                    words = "is not whole" if against.unit in YEARS else is_in
                    message = f"age is counted in completed years, and this {words}"
                    yield AGE_IN_YEARS.at(limit.span, message, hint="write a whole number of years")


def is_whole_years(node: ast.Expression, kind: Quantity) -> bool:
    """Whether a limit is a whole number of years, or of months that make some; one that is worked out may be."""
    step = 1 if kind.unit in YEARS else factor(kind.unit, "years")
    if not isinstance(node, ast.AmountValue):
        return kind.unit in YEARS
    return step is not None and exact(node.amount.number * step).denominator == 1


def conversions_elsewhere(document: Document) -> Iterator[Diagnostic]:
    """PD317: a conversion or a plausible range is not in a unit of the measure."""
    for chapter in document.chapters:
        for measure in chapter.nodes.of(ast.Measure):
            kind = kind_of_measure(measure.name.text, chapter)
            for clause in measure.clauses:
                if isinstance(clause, ast.Converts):
                    amounts: tuple[ast.Amount, ...] = (clause.target,)
                elif isinstance(clause, ast.Plausible | ast.Normal):
                    amounts = (clause.low, clause.high)
                else:
                    continue
                if not isinstance(kind, Quantity):
                    yield NO_CONVERSION.at(clause.span, f"{measure.name.text} is a choice, and has no unit")
                    continue
                for amount in amounts:
                    unit = written(amount.unit.text) if amount.unit else ""
                    known = () if isinstance(clause, ast.Converts) else kind.conversions
                    if unit and is_unit(unit) and is_unit(kind.unit) and factor(unit, kind.unit, known) is None:
                        yield NO_CONVERSION.at(amount.span, f"{measure.name.text} is in {kind.unit}, not in {unit}")
                if isinstance(clause, ast.Converts) and clause.source.number <= 0:
                    yield NO_CONVERSION.at(clause.source.span, "a conversion begins with a number above zero")


def conversions_of_units(document: Document) -> Iterator[Diagnostic]:
    """PD344: a measure declares another factor between two units than these have by themselves.

    Values would be read by the one, and limits by the other.
    """
    for chapter in document.chapters:
        for measure in chapter.nodes.of(ast.Measure):
            kind = kind_of_measure(measure.name.text, chapter)
            for clause in measure.clauses:
                if not isinstance(clause, ast.Converts) or not isinstance(kind, Quantity) or clause.source.number <= 0:
                    continue
                source, target = (
                    written(each.unit.text) if each.unit else "" for each in (clause.source, clause.target)
                )
                by_laboratory = PERCENT in {source, target} and any(map(OF_SUBSTANCE.fullmatch, (source, target)))
                if not (is_unit(source) and is_unit(target)) or by_laboratory:
                    continue
                step = factor(source, target)
                if step is not None and exact(clause.source.number * step) != clause.target.number:
                    is_so = (
                        f"{write_amount(clause.source)} is {write_number(exact(clause.source.number * step))} {target}"
                    )
                    yield UNITS_SAY.at(clause.target.span, is_so, hint="leave the conversion out")


def grades_nobody_gives(document: Document) -> Iterator[Diagnostic]:
    """PD318: events are asked for by a grade that they never have."""
    for chapter in document.chapters:
        for pattern in chapter.nodes.of(ast.EventPattern):
            symbol = chapter.find(pattern.name.text, "event", "condition", "milestone")
            if pattern.least_grade is None or symbol is None:
                continue
            node = symbol.node
            clauses = node.clauses if isinstance(node, ast.Event) else ()
            graded = next((clause for clause in clauses if isinstance(clause, ast.Graded)), None)
            grade = pattern.least_grade
            if graded is None:
                message = f"{pattern.name.text} has no grades"
                yield NO_GRADE.at(grade.span, message, hint="declare them with: grades 1 to 5")
            elif graded.low > graded.high:
                continue  # told by PD316
            elif grade.unit is not None or not graded.low <= grade.number <= graded.high:
                message = f"the grades of {pattern.name.text} are {graded.low} to {graded.high}"
                yield NO_GRADE.at(grade.span, message, hint=f"write a number from {graded.low} to {graded.high}")
