"""The numbers of this room, each declared beside its use."""

from protocol_dsl.base.diagnostics import Code
from protocol_dsl.syntax import habits, mistakes, parse, signs
from protocol_dsl.syntax.builder import parts

CODES: tuple[Code, ...] = tuple(
    sorted(
        {
            thing
            for module in (habits, mistakes, parse, parts, signs)
            for thing in vars(module).values()
            if isinstance(thing, Code)
        },
        key=lambda code: code.number,
    )
)
"""All of them, in order."""
