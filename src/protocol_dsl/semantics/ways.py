"""Where names lead by what they call: circles, and an order in which what is called comes first."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from protocol_dsl.base.values import frozen

FEW = 5


@frozen
class Ways:
    """Every name after all that it leads to, and each circle from its first name in the text."""

    order: tuple[str, ...]
    circles: tuple[tuple[str, ...], ...]

    def steps(self, follow: Callable[[str], Iterable[str]]) -> Mapping[str, int]:
        """How many names one after the other each leads through, itself counted; none for what leads to a circle."""
        found: dict[str, int] = {}
        for name in self.order:
            known = [found.get(other) for other in follow(name)]
            lengths = [each for each in known if each is not None]
            if len(lengths) == len(known):
                found[name] = 1 + max(lengths, default=0)
        return found


def ways(names: Sequence[str], follow: Callable[[str], Iterable[str]]) -> Ways:
    """The ways from ``names``, found without recursion: a text may lead through thousands of names."""
    order: dict[str, None] = {}
    circles: list[tuple[str, ...]] = []
    told: set[str] = set()
    for name in names:
        path: dict[str, Iterator[str]] = {} if name in order else {name: iter(follow(name))}
        while path:
            at, rest = next(reversed(path.items()))
            other = next((each for each in rest if each not in order), None)
            if other is None:
                path.popitem()
                order[at] = None
            elif other not in path:
                path[other] = iter(follow(other))
            elif not told.issuperset((at, other)):
                way = list(path)
                circles.append(tuple(way[way.index(other) :]))
                told.update(circles[-1])
    places = {name: place for place, name in enumerate(names)}
    return Ways(tuple(order), tuple(from_first(circle, places) for circle in circles))


def from_first(circle: tuple[str, ...], places: Mapping[str, int]) -> tuple[str, ...]:
    """The circle, begun at its first name in the text."""
    first = min(range(len(circle)), key=lambda index: places.get(circle[index], len(places)))
    return circle[first:] + circle[:first]


def written(circle: tuple[str, ...], word: str) -> str:
    """The way around a circle, of a large one its beginning and its end.

    >>> written(("a", "b"), "needs")
    'a needs b needs a'
    >>> written(tuple("abcdefgh"), "needs")
    'a needs b needs c needs d needs ... needs h needs a'
    """
    shown = circle if len(circle) <= FEW else (*circle[: FEW - 1], "...", circle[-1])
    return f" {word} ".join((*shown, circle[0]))
