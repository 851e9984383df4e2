"""Chance that is the same on every machine: only ``Random.random`` is promised to stay so."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A stream of draws that depends on its seed words alone."""

    def __init__(self, *seed: object) -> None:
        """``seed`` words are joined: the same words give the same draws."""
        self._seed = seed
        self._random = Random("/".join(map(str, seed)))  # noqa: S311 - made-up data, no secret

    def again(self, number: int) -> "Chance":
        """Draws of their own for each number."""
        return Chance(*self._seed, number)

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def one_of(self, choices: Sequence[T]) -> T:
        """One of ``choices``, each as likely."""
        return choices[self.whole(0, len(choices) - 1)]

    def by_weight(self, choices: Sequence[T], weights: Sequence[int]) -> T:
        """One of ``choices``, as likely as its weight says."""
        drawn = self.whole(1, sum(weights))
        for choice, weight in zip(choices, weights, strict=True):
            drawn -= weight
            if drawn <= 0:
                return choice
        return choices[-1]

    def order(self, choices: Sequence[T]) -> tuple[T, ...]:
        """All of ``choices`` in an order of chance."""
        keyed = [(self._random.random(), position) for position in range(len(choices))]
        return tuple(choices[position] for _, position in sorted(keyed))
