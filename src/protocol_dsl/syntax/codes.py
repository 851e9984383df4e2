"""The numbers of this room, each declared beside its use."""

from protocol_dsl.base.diagnostics import Code
from protocol_dsl.syntax import habits, mends, mistakes, parse, phrases, signs
from protocol_dsl.syntax.builder import parts

CODES: tuple[Code, ...] = tuple(
    sorted(
        {
            thing
            for module in (habits, mends, mistakes, parse, parts, phrases, signs)
            for thing in vars(module).values()
            if isinstance(thing, Code)
        },
        key=lambda code: code.number,
    )
)
"""All of them, in order."""
