"""Rules of treatments with their doses and cycles, and of arms."""

from typing import cast

from lark import Token

from protocol_dsl.syntax import ast
from protocol_dsl.syntax.builder.expressions import expressions
from protocol_dsl.syntax.builder.parts import (
    Children,
    Figure,
    Parts,
    Said,
    every,
    flat,
    head_of,
    maybe,
    one,
    points,
    stops,
)


class TreatmentRules(Parts):
    """A method for each rule; its docstring shows the text."""

    treatment_head = Parts.head
    arm_head = Parts.head
    epoch_head = Parts.head

    def treatment(self, c: Children) -> ast.Treatment:
        """``treatment il2 "Interleukin-2" ...``."""
        name = one(head_of(c), ast.Name)
        title = self.title(head_of(c), f"treatment {name.text}")
        clauses = cast("tuple[ast.TreatmentClause, ...]", self.clauses(c))
        return ast.Treatment(name, title, clauses, span=self.place(c))

    def continuous(self, c: Children) -> ast.Continuous:
        """``continuous from W0``."""
        start, *end = points(c)
        return ast.Continuous(start, end[0] if end else None, span=self.place(c))

    def continuous_during(self, c: Children) -> ast.ContinuousDuring:
        """``continuous during main``."""
        return ast.ContinuousDuring(one(c, ast.Name), span=self.place(c))

    def chosen_by(self, c: Children) -> ast.ChosenBy:
        """``chosen by genotype``."""
        return ast.ChosenBy(one(c, ast.Name), span=self.place(c))

    def dose(self, c: Children) -> ast.Dose:
        """``dose 4.5 MIU subcutaneous, twice daily for 5 days``."""
        amount, *length = every(c, ast.Amount)
        often = maybe(c, Said)
        times = often.value if often and isinstance(often.value, int) else None
        return ast.Dose(amount, maybe(c, ast.Name), times, length[0] if length else None, span=self.place(c))

    def once(self, c: Children) -> Said:
        """``once daily``."""
        return Said("times", 1, self.place(c))

    def twice(self, c: Children) -> Said:
        """``twice daily``."""
        return Said("times", 2, self.place(c))

    def thrice(self, c: Children) -> Said:
        """``three times daily``."""
        return Said("times", 3, self.place(c))

    def times_daily(self, c: Children) -> Said:
        """``4 times daily``."""
        return Said("times", self.whole(one(c, Figure)), self.place(c))

    def level(self, c: Children) -> ast.Level:
        """``level low 54 mg from D0``."""
        return ast.Level(one(c, ast.Name), one(c, ast.Amount), next(iter(points(c)), None), span=self.place(c))

    def levels(self, c: Children) -> ast.Levels:
        """``level low 54 mg, level high 81 mg``."""
        return ast.Levels(every(c, ast.Level), span=self.place(c))

    def cycles(self, c: Children) -> ast.Cycles:
        """``cycles up to 8 from W2, spaced 4 weeks, then 6 weeks``, ``cycles every 21 days from W0 until death``."""
        figure = maybe(c, Figure)
        up_to = self.whole(figure) if figure else None
        spacings = tuple(part.value for part in every(c, Said) if isinstance(part.value, ast.Amount))
        return ast.Cycles(up_to, points(c)[0], spacings, every(c, ast.Pace), stops(c), span=self.place(c))

    def cycles_inside(self, c: Children) -> ast.CyclesInside:
        """``cycles at cycle day 1 of chemo``."""
        return ast.CyclesInside(one(c, ast.CycleDays), span=self.place(c))

    def pace(self, c: Children) -> ast.Pace:
        """``21 days in C1 to C3``."""
        return ast.Pace(one(c, ast.Amount), maybe(c, ast.CycleRange), span=self.place(c))

    def one_cycle(self, c: Children) -> ast.CycleRange:
        """``C4``."""
        return ast.CycleRange(one(c, ast.Name), span=self.place(c))

    def cycles_to(self, c: Children) -> ast.CycleRange:
        """``C1 to C3``."""
        first, last = every(c, ast.Name)
        return ast.CycleRange(first, last, span=self.place(c))

    def cycles_on(self, c: Children) -> ast.CycleRange:
        """``C13 on``."""
        return ast.CycleRange(one(c, ast.Name), goes_on=True, span=self.place(c))

    def spacing(self, c: Children) -> Said:
        """``, then 6 weeks``."""
        return Said("spacing", one(c, ast.Amount), self.place(c))

    def counted_from_plan(self, c: Children) -> ast.CountedFrom:
        """``counted from plan``."""
        return ast.CountedFrom("plan", span=self.place(c))

    def counted_from_previous_start(self, c: Children) -> ast.CountedFrom:
        """``counted from previous start``."""
        return ast.CountedFrom("previous start", span=self.place(c))

    def counted_from_previous_visit(self, c: Children) -> ast.CountedFrom:
        """``counted from previous visit``."""
        return ast.CountedFrom("previous visit", span=self.place(c))

    def none_after(self, c: Children) -> ast.NoneAfter:
        """``none after W42``."""
        return ast.NoneAfter(points(c)[0], span=self.place(c))

    def skipped_do_not_count(self, c: Children) -> ast.SkippedDoNotCount:
        """``skipped cycles do not count``."""
        return ast.SkippedDoNotCount(span=self.place(c))

    def repeat_while(self, c: Children) -> ast.CycleRule:
        """``repeat while TEST``."""
        return ast.CycleRule("repeat while", expressions(c)[0], span=self.place(c))

    def stop_when(self, c: Children) -> ast.CycleRule:
        """``stop when TEST``."""
        return ast.CycleRule("stop when", expressions(c)[0], span=self.place(c))

    def delay_while(self, c: Children) -> ast.CycleRule:
        """``delay while TEST``."""
        return ast.CycleRule("delay while", expressions(c)[0], span=self.place(c))

    def reduce_to(self, c: Children) -> ast.CycleRule:
        """``reduce to LEVEL when TEST``."""
        return ast.CycleRule("reduce to", expressions(c)[0], one(c, ast.Name), span=self.place(c))

    def expect_last_cycle(self, c: Children) -> ast.ExpectLastCycle:
        """``expect last cycle at W42``."""
        return ast.ExpectLastCycle(points(c)[0], span=self.place(c))

    def expect_administrations(self, c: Children) -> ast.ExpectCount:
        """``expect 80 administrations``."""
        return ast.ExpectCount(self.whole(one(c, Figure)), "administrations", span=self.place(c))

    def expect_cycles(self, c: Children) -> ast.ExpectCount:
        """``expect 8 cycles``."""
        return ast.ExpectCount(self.whole(one(c, Figure)), "cycles", span=self.place(c))

    # --------------------------------------------------------------------------------- window
    def sign(self, c: Children) -> Token:
        """``+`` or ``-``."""
        return one(c, Token)

    def signed(self, c: Children) -> Figure:
        """``-3``."""
        figure, sign = one(c, Figure), maybe(c, Token)
        number = -figure.number if sign is not None and sign.value == "-" else figure.number
        return Figure(figure.text, number, self.place(c))

    def even_window(self, c: Children) -> ast.Window:
        """``window ± 7 days``."""
        number = one(c, Figure).number
        return ast.Window(-number, number, one(c, ast.Name), span=self.place(c))

    def uneven_window(self, c: Children) -> ast.Window:
        """``window -3 to +7 days``."""
        early, late = every(c, Figure)
        return ast.Window(early.number, late.number, one(c, ast.Name), span=self.place(c))

    # ------------------------------------------------------------------------- epochs and arms
    def epoch(self, c: Children) -> ast.Epoch:
        """``epoch washout "Washout" from W12 to W16``."""
        name = one(head_of(c), ast.Name)
        title = self.title(head_of(c), f"epoch {name.text}")
        start, end = points(head_of(c))
        clauses = cast("tuple[ast.WithoutTreatment | ast.OriginClause, ...]", self.clauses(c))
        return ast.Epoch(name, title, start, end, clauses, span=self.place(c))

    def without_treatment(self, c: Children) -> ast.WithoutTreatment:
        """``without treatment``."""
        return ast.WithoutTreatment(span=self.place(c))

    def arm(self, c: Children) -> ast.Arm:
        """``arm active "..." gives obr, il2``."""
        name = one(head_of(c), ast.Name)
        title = self.title(head_of(c), f"arm {name.text}")
        clauses = cast("tuple[ast.Gives | ast.Ratio | ast.Codes | ast.OriginClause, ...]", self.clauses(c))
        return ast.Arm(name, title, clauses, span=self.place(c))

    def gives(self, c: Children) -> ast.Gives:
        """``gives obr, il2``, ``gives a in period1, b in period2``."""
        gifts = tuple(part for part in flat(c) if isinstance(part, ast.Name | ast.GivenIn))
        return ast.Gives(gifts, span=self.place(c))

    def given_in(self, c: Children) -> ast.GivenIn:
        """``a in period1``."""
        treatment, epoch = every(c, ast.Name)
        return ast.GivenIn(treatment, epoch, span=self.place(c))

    def ratio(self, c: Children) -> ast.Ratio:
        """``ratio 1``."""
        return ast.Ratio(self.whole(one(c, Figure)), span=self.place(c))
