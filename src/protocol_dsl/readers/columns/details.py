"""What the category, the grade and the cause of an event say of the events that rules ask for, as masks of bits.

A row has two bits for each such question (see ``Layout.pattern_bits``). Its name gives the bits that a row of the name
may have; each of the three cells leaves some of them, so that what is left is what all of them allow. Which these are
the row readers say, asked once for each word that the protocol knows.
"""

from collections.abc import Iterator, Sequence
from itertools import product

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.model.columns import questions_asked
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.columns.cells import text
from protocol_dsl.readers.columns.probes import Probes
from protocol_dsl.trees import case, column, grouped, number

ANY_CATEGORY = "any_category_bits"
"""The bits of a name where a row's category cell says which category it is, whatever its code does."""
SOMETHING_ELSE = "-"
"""Stands for a cause that is no treatment of the protocol."""


@frozen
class Asked:
    """A kind of events of which rules ask more than the name: the words of its cells, and all bits of the questions."""

    name: str
    categories: tuple[str, ...]
    grades: tuple[str, ...]
    causes: tuple[str, ...]
    bits: int


@frozen
class Details:
    """The questions of a protocol about events, and who answers them."""

    kinds: tuple[Asked, ...]
    probes: Probes

    @property
    def ask_categories(self) -> bool:
        """Whether some question is about a category."""
        return any(kind.categories for kind in self.kinds)

    def bits_of(self, name: str, code: str, *, category: str | None = "") -> int:
        """The bits that rows of a name or a code may have, in a ``category``, in any or in what its code tells."""
        bits = self.probes.event((name, code, "", "", "")).bits
        for kind in self.kinds:
            if bits & self.probes.event_bit(kind.name):
                categories = ("", *kind.categories) if category is None else (category,)
                bits |= self._allowed(name, code, categories, ("", *kind.grades), ("", *kind.causes))
        return bits

    def bits(self, plain: exp.Expr) -> exp.Expr:
        """The bits of a row of which the name has the bits ``plain``."""
        found = plain
        if self.ask_categories:
            is_blank = column("key_category").eq(text(""))
            found = grouped(case((is_blank, plain), otherwise=column(ANY_CATEGORY)))
        for cell in ("category", "grade", "related_to"):
            masks = dict(self._masks(cell))
            others = masks.pop(SOMETHING_ELSE, -1)
            if masks:
                written = [(column(f"key_{cell}").eq(text(word)), number(mask)) for word, mask in masks.items()]
                mask = grouped(case(*written, otherwise=number(others)))
                found = grouped(exp.BitwiseAnd(this=found, expression=mask))
        return found

    def _masks(self, cell: str) -> Iterator[tuple[str, int]]:
        words: dict[str, int] = {}
        place = ("category", "grade", "related_to").index(cell)
        for kind in self.kinds:
            lists = [("", *kind.categories), ("", *kind.grades), ("", *kind.causes)]
            blank, *known = lists[place]
            # A blank category is what the code tells, which the bits of the name hold already.
            for word in known if cell == "category" or not known else (blank, *known):
                lists_of_word = [*lists[:place], (word,), *lists[place + 1 :]]
                mask = self._allowed(kind.name, "", *lists_of_word) | ~kind.bits
                words[word] = words.get(word, -1) & mask
        yield from words.items()

    def _allowed(self, name: str, code: str, *cells: Sequence[str]) -> int:
        found = 0
        for category, grade, cause in product(*cells):
            found |= self.probes.event((name, code, category, grade, cause)).bits
        return found


def details_of(probes: Probes, model: StudyModel, causes: Sequence[str]) -> Details:
    """The questions that the rules of ``model`` ask about events; ``causes`` are the words of its treatments."""
    questions: dict[str, list[EventPattern]] = {}
    for one in questions_asked(model):
        questions.setdefault(one.name, []).append(one)
    kinds = []
    for kind in model.vocabulary.events:
        if found := questions.get(kind.name):
            grades = range(kind.grades[0], kind.grades[1] + 1) if kind.grades else ()
            kinds.append(
                Asked(
                    name=kind.name,
                    categories=probes.categories(kind.name) if any(one.categories for one in found) else (),
                    grades=tuple(map(str, grades)) if any(one.least_grade is not None for one in found) else (),
                    causes=(*causes, SOMETHING_ELSE) if any(one.related_to is not None for one in found) else (),
                    bits=probes.question_bits(found),
                )
            )
    return Details(tuple(kinds), probes)
