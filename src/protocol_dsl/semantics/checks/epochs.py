"""PD272 to PD277, PD343: epochs, and what arms give in them."""

from collections.abc import Iterator
from itertools import combinations

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.model.points import EPOCH_START, Point
from protocol_dsl.semantics.checks.cycles import COURSES
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.lower_schedule import every, first
from protocol_dsl.semantics.points import epoch_named, resolve, visit_point
from protocol_dsl.syntax import ast

EPOCHS_OVERLAP = Code("PD272", "shares days")
BETWEEN_EPOCHS = Code("PD273", "in no epoch", "warning")
GIVEN_IN_WASHOUT = Code("PD274", "nothing is given then")
GIVEN_AGAIN = Code("PD275", "given already")
TWO_PLANS = Code("PD276", "a second plan")
INTO_WASHOUT = Code("PD343", "goes on", "warning")
NO_EPOCH_HERE = Code("PD277", "of which epoch?")


def distance(one: Point | None, other: Point | None) -> int | None:
    """The days from one point to another; nothing where only the calendar, or the participant, can tell."""
    if one is None or other is None or (one.milestone, one.months) != (other.milestone, other.months):
        return None
    return other.days - one.days


def epochs_that_overlap(document: Document) -> Iterator[Diagnostic]:
    """PD272: two epochs share more than the day on which one ends and the other begins."""
    chapter = document.main
    for one, other in combinations(chapter.nodes.of(ast.Epoch), 2):
        starts = distance(resolve(one.start, chapter), resolve(other.start, chapter))
        before, after = (other, one) if starts is not None and starts < 0 else (one, other)
        shared = distance(resolve(after.start, chapter), resolve(before.end, chapter))
        length = distance(resolve(after.start, chapter), resolve(after.end, chapter))
        if starts is not None and shared is not None and (shared > 0 or (shared == 0 and starts == 0)):
            days = 1 + (shared if length is None else min(shared, length))
            yield EPOCHS_OVERLAP.at(
                other.name.span,
                f"the epochs {one.name.text} and {other.name.text} share {days} day{'' if days == 1 else 's'}",
                labels=(Label(one.name.span, "the other epoch"),),
                hint="let one end on the day the other begins, or before it",
            )


def visits_between_epochs(document: Document) -> Iterator[Diagnostic]:
    """PD273: a visit is planned between two epochs, in none of them.

    Epochs may leave days out; a visit on such a day most likely shows that a border is wrong.
    """
    chapter = document.main
    ends = [(resolve(each.start, chapter), resolve(each.end, chapter)) for each in chapter.nodes.of(ast.Epoch)]
    for visit in chapter.nodes.of(ast.PlannedVisit):
        planned = visit_point(visit, chapter)
        sides = [(distance(start, planned), distance(planned, end)) for start, end in ends]
        known = [(since, until) for since, until in sides if since is not None and until is not None]
        is_inside = len(known) < len(sides) or any(since >= 0 and until >= 0 for since, until in known)
        if not is_inside and any(until < 0 for _, until in known) and any(since < 0 for since, _ in known):
            name = visit.name.text
            yield BETWEEN_EPOCHS.at(
                visit.name.span,
                f"visit {name} is planned between two epochs, in none of them",
                hint="let one of the epochs reach it, or declare another",
            )


def gifts_in_washouts(document: Document) -> Iterator[Diagnostic]:
    """PD274: an arm gives something in an epoch that is without treatment."""
    chapter = document.main
    for gift in chapter.nodes.of(ast.GivenIn):
        epoch = epoch_named(gift.epoch.text, chapter)
        washout = first(ast.WithoutTreatment, epoch.clauses) if epoch else None
        if washout:
            yield GIVEN_IN_WASHOUT.at(
                gift.epoch.span,
                f"{gift.treatment.text} is given in {gift.epoch.text}, which is without treatment",
                labels=(Label(washout.span, "said here"),),
                hint="name another epoch, or leave out: without treatment",
            )


def courses_into_washouts(document: Document) -> Iterator[Diagnostic]:
    """PD343: a course goes on into an epoch that is without treatment."""
    chapter = document.main
    given = {gift.text for arm in chapter.nodes.of(ast.Gives) for gift in arm.gifts if isinstance(gift, ast.Name)}
    for treatment in chapter.nodes.of(ast.Treatment):
        course = first(ast.Continuous, treatment.clauses)
        for epoch in chapter.nodes.of(ast.Epoch) if course and treatment.name.text in given else ():
            washout = first(ast.WithoutTreatment, epoch.clauses)
            if course and washout and goes_into(course, epoch, chapter):
                name, other = treatment.name.text, epoch.name.text
                yield INTO_WASHOUT.at(
                    course.span,
                    f"{name} goes on into {other}, which is without treatment",
                    labels=(Label(washout.span, "said here"),),
                    hint=f"let it end: continuous from POINT to POINT; or give it in an epoch: gives {name} in EPOCH",
                )


def goes_into(course: ast.Continuous, epoch: ast.Epoch, chapter: Chapter) -> bool:
    """Whether a course begins before an epoch ends, and goes on after the epoch's first day."""
    start, end = resolve(course.start, chapter), resolve(course.end, chapter) if course.end else None
    before = distance(start, resolve(epoch.end, chapter))
    beyond = distance(resolve(epoch.start, chapter), end)
    return before is not None and before > 0 and (course.end is None or (beyond is not None and beyond > 0))


def gifts_given_again(document: Document) -> Iterator[Diagnostic]:
    """PD275: an arm gives one treatment twice in one epoch, or throughout and in an epoch."""
    for arm in document.main.nodes.of(ast.Arm):
        seen: list[ast.Name | ast.GivenIn] = []
        for gift in (gift for clause in every(ast.Gives, arm.clauses) for gift in clause.gifts):
            before = next((other for other in seen if is_same(gift, other)), None)
            if before is not None:
                name, epochs = treatment_of(gift).text, {epoch_of(gift), epoch_of(before)}
                where = f"in {epochs.pop()} twice" if len(epochs) == 1 else "throughout and in an epoch"
                yield GIVEN_AGAIN.at(
                    gift.span,
                    f"arm {arm.name.text} gives {name} {where}",
                    labels=(Label(before.span, "given here first"),),
                    hint="keep one of the two",
                )
            seen.append(gift)


def treatment_of(gift: ast.Name | ast.GivenIn) -> ast.Name:
    """What is given."""
    return gift if isinstance(gift, ast.Name) else gift.treatment


def epoch_of(gift: ast.Name | ast.GivenIn) -> str:
    """The epoch in which it is given; empty for throughout."""
    return gift.epoch.text if isinstance(gift, ast.GivenIn) else ""


def is_same(one: ast.Name | ast.GivenIn, other: ast.Name | ast.GivenIn) -> bool:
    """Whether one treatment is given in one epoch, or throughout by one of the two; twice throughout is PD121."""
    epochs = (epoch_of(one), epoch_of(other))
    return treatment_of(one).text == treatment_of(other).text and any(epochs) and ("" in epochs or len({*epochs}) == 1)


def courses_beside_epochs(document: Document) -> Iterator[Diagnostic]:
    """PD276: a treatment is given in an epoch, and has a course that does not count from it.

    The epoch says when it is given; two plans that differ could not both be kept.
    """
    chapter = document.main
    gifts = {gift.treatment.text: gift for gift in chapter.nodes.of(ast.GivenIn)}
    for treatment in chapter.nodes.of(ast.Treatment):
        gift = gifts.get(treatment.name.text)
        for clause in treatment.clauses if gift else ():
            if gift and isinstance(clause, COURSES) and not counts_from_epoch(clause, chapter):
                is_cyclic = isinstance(clause, ast.Cycles)
                yield TWO_PLANS.at(
                    clause.span,
                    f"{treatment.name.text} is given in {gift.epoch.text}, and has a course of its own",
                    labels=(Label(gift.span, "given in the epoch here"),),
                    hint="write: from start of epoch" if is_cyclic else "leave the course out: the epoch is its course",
                )


def counts_from_epoch(clause: object, chapter: Chapter) -> bool:
    """Whether the cycles of a clause begin at the start of the epoch, or a length after it."""
    start = resolve(clause.start, chapter) if isinstance(clause, ast.Cycles) else None
    return start is not None and start.milestone == EPOCH_START


def starts_of_no_epoch(document: Document) -> Iterator[Diagnostic]:
    """PD277: something counts from the start of the epoch where the text does not say of which.

    Only the cycles and the levels of a treatment can, and each arm that gives it does so in one epoch.
    """
    chapter = document.main
    for point, declaration in chapter.nodes.within(ast.EpochStart):
        if not isinstance(declaration, ast.Treatment):
            message, hint = "only cycles and levels of a treatment count from the start of an epoch", "name the point"
        elif not is_of_cycles_or_levels(point, declaration):
            message = "only cycles and levels count from the start of an epoch"
            hint = "write: cycles up to 3 from start of epoch"
        elif why := not_in_one_epoch(declaration.name.text, chapter):
            message, hint = why, f"write in each arm: gives {declaration.name.text} in EPOCH"
        else:
            continue
        yield NO_EPOCH_HERE.at(point.span, message, hint=hint)


def is_of_cycles_or_levels(point: ast.EpochStart, treatment: ast.Treatment) -> bool:
    """Whether a point stands in a clause about cycles or levels."""
    kinds = (ast.Cycles, ast.NoneAfter, ast.CycleRule, ast.ExpectLastCycle, ast.Levels)
    return any(
        isinstance(clause, kinds) and any(each is point for each in ast.every(ast.EpochStart, clause))
        for clause in treatment.clauses
    )


def not_in_one_epoch(treatment: str, chapter: Chapter) -> str:
    """Why some arm leaves it open in which epoch a treatment is given; or nothing."""
    for arm in chapter.nodes.of(ast.Arm):
        gifts = [gift for clause in every(ast.Gives, arm.clauses) for gift in clause.gifts]
        own = [gift for gift in gifts if treatment_of(gift).text == treatment]
        if any(isinstance(gift, ast.Name) for gift in own):
            return f"arm {arm.name.text} gives {treatment} in no epoch"
        if len(own) > 1:
            return f"arm {arm.name.text} gives {treatment} in {len(own)} epochs, and it counts from neither"
    is_given = any(gift.treatment.text == treatment for gift in chapter.nodes.of(ast.GivenIn))
    return "" if is_given else f"no arm gives {treatment} in an epoch"
