"""The parser: its prebuilt table, loaded at start; ``python -m protocol_dsl.syntax.tables`` writes it anew.

Building the grammar takes many times as long as loading the table. The table is keyed by lark's version and by the
grammar; where the key differs or the file is damaged, the parser is built in memory instead, slower and just as right.
"""

import io
import pickle
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import lark
from lark import Lark
from lark.grammar import NonTerminal, Rule, RuleOptions, Terminal
from lark.lexer import PatternRE, PatternStr, TerminalDef
from lark.parsers.lalr_analysis import IntParseTable, Reduce, Shift
from lark.parsers.lalr_parser import LALR_Parser, _Parser
from lark.utils import SerializeMemoizer

from protocol_dsl.syntax.builder import Builder
from protocol_dsl.syntax.lexing import EveryWord, SharedLexer

FORMAT = 3
PACKAGE = Path(__file__).parent
GRAMMAR = "grammar.lark"
TABLE = "grammar.table"

DECLARATIONS = (
    "protocol", "library", "source", "use", "anchor", "define",
    "measure", "ladder", "drugs", "condition", "event", "milestone", "attribute", "history",
    "eligibility", "inclusion", "exclusion", "treatment", "arm", "prohibit", "epoch",
    "class", "visit", "visits", "at", "participation", "interval", "deviation", "grades",
    "analysis", "endpoint", "assumption", "amendment", "retire", "example",
)  # fmt: skip
"""The start rules of the grammar: the words that begin a declaration."""


class PackedParser(LALR_Parser):
    """Lark's parser, whose table is kept with each action once: lark looks a rule up anew for each of its uses."""

    def serialize(self, memo: Any = None) -> dict[str, Any]:  # noqa: ANN401 -- as lark has it
        """Each state as a row from terminals to numbers of actions; an action is a state, or a rule of ``memo``."""
        table: Any = self._parse_table  # by lark's types still the one whose states are sets, which it replaces
        numbers: dict[tuple[bool, int], int] = {}
        states: dict[int, dict[str, int]] = {}
        for state, row in table.states.items():
            states[state] = {}
            for token, (action, arg) in row.items():
                packed = (True, arg.serialize(memo)["@"]) if action is Reduce else (False, arg)
                states[state][token] = numbers.setdefault(packed, len(numbers))
        return {"actions": [*numbers], "states": states, "starts": table.start_states, "ends": table.end_states}

    @classmethod
    def deserialize(  # type: ignore[override]  # lark hands the callbacks over as well
        cls,
        data: dict[str, Any],
        memo: dict[int, Any],
        callbacks: Any,  # noqa: ANN401 -- as lark has it
        debug: bool,  # noqa: FBT001 -- as lark has it
    ) -> "PackedParser":
        """The parser of what :meth:`serialize` gave."""
        actions = [(Reduce, memo[number]) if is_rule else (Shift, number) for is_rule, number in data["actions"]]
        states = {
            state: {token: actions[number] for token, number in row.items()} for state, row in data["states"].items()
        }
        made = cls.__new__(cls)
        # The two attributes that lark's own `deserialize` sets.
        table: Any = IntParseTable(states, data["starts"], data["ends"])  # type: ignore[no-untyped-call]  # lark's own
        made._parse_table, made.parser = table, _Parser(table, callbacks, debug)  # noqa: SLF001 -- as said above
        return made


PARTS = {
    (kind.__module__, kind.__name__): kind
    for kind in (NonTerminal, PatternRE, PatternStr, Rule, RuleOptions, Terminal, TerminalDef)
}
"""The classes whose values a table holds; none of them does anything when a value is made."""

# lark documents none of these as loadable options; `_plugins` is how it lets a lexer and a parser be replaced.
PLUGINS = {"ContextualLexer": SharedLexer, "LALR_Parser": PackedParser}


class PlainUnpickler(pickle.Unpickler):
    """Reads numbers, words, rules and terminals; a table that asks for anything else is damaged."""

    def find_class(self, module_name: str, global_name: str, /) -> object:
        """One of the few classes of lark that rules and terminals are made of.

        Raises:
            UnpicklingError: It is another.
        """
        found = PARTS.get((module_name, global_name))
        if found is None:
            raise pickle.UnpicklingError(f"a parser table does not need {module_name}.{global_name}")
        return found


def grammar_text() -> str:
    """The grammar."""
    return PACKAGE.joinpath(GRAMMAR).read_text(encoding="utf-8")


def key(grammar: str, payload: bytes) -> bytes:
    """The first line of a table: what it was made from and what it holds."""
    parts = (FORMAT, lark.__version__, sha256(grammar.encode()).hexdigest(), sha256(payload).hexdigest())
    return " ".join(["protocol-dsl parser table", *map(str, parts)]).encode() + b"\n"


def build(*, strict: bool = False) -> Lark:
    """The parser, built from the grammar; ``strict`` needs the package interegular."""
    return Lark(
        grammar_text(),
        parser="lalr",
        lexer="contextual",
        strict=strict,
        start=list(DECLARATIONS),
        keep_all_tokens=True,
        maybe_placeholders=False,
        transformer=Builder(),
        postlex=EveryWord(),
        _plugins=PLUGINS,
    )


def table() -> bytes:
    """The content of the table's file."""
    kept = io.BytesIO()
    build(strict=True).save(kept, exclude_options=("transformer", "postlex", "_plugins", "strict"))
    found = PlainUnpickler(io.BytesIO(kept.getvalue())).load()
    # The rules and terminals themselves, where lark keeps what they can be made of: that takes longer to read.
    found["memo"] = SerializeMemoizer.deserialize(found["memo"], {"Rule": Rule, "TerminalDef": TerminalDef}, {})
    payload = pickle.dumps(found, protocol=5)
    return key(grammar_text(), payload) + payload


def load(content: bytes) -> Lark | None:
    """The parser of a table; nothing when the table is of another grammar, another lark, or damaged."""
    first, _, payload = content.partition(b"\n")
    if first + b"\n" != key(grammar_text(), payload):
        return None
    try:
        found = PlainUnpickler(io.BytesIO(payload)).load()
    except pickle.UnpicklingError:
        return None
    # Lark's own way to load with a transformer, as its standalone parsers do; its `load` takes none.
    return cast(
        "Lark",
        Lark._load_from_dict(  # type: ignore[no-untyped-call]  # noqa: SLF001 -- see above
            found["data"], found["memo"], transformer=Builder(), postlex=EveryWord(), _plugins=PLUGINS
        ),
    )


@cache
def parser() -> Lark:
    """The parser, loaded once."""
    path = PACKAGE.joinpath(TABLE)
    found = load(path.read_bytes()) if path.is_file() else None
    return found or build()


def main() -> None:
    """Write the table beside the grammar, unless the one that stands there is of this grammar and this lark.

    Two tables of one grammar may differ in their bytes, as lark numbers its states in the order of sets.
    """
    path = PACKAGE.joinpath(TABLE)
    if not path.is_file() or load(path.read_bytes()) is None:
        path.write_bytes(table())


if __name__ == "__main__":
    main()
