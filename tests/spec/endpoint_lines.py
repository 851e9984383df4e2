"""What endpoints report, as the lines of a case."""

from collections.abc import Iterator, Sequence

from protocol_dsl.model.estimates import Block, EndpointResult
from protocol_dsl.writers.figures import words_of

RULES = {"failure": "failure", "observed only": "observed", "last value carried forward": "carried", None: "-"}


def endpoint_lines(results: Sequence[EndpointResult]) -> Iterator[str]:
    """Counts, estimates and comparisons of each block; then who is listed, and the notes."""
    for result in results:
        name = result.endpoint.name
        for block in result.blocks:
            subject = f"{name}/{block.visit}" if block.visit else name
            yield from (f"{subject} {words}" for words in block_lines(block))
        for each in result.listed:
            subject = f"{name}/{each.visit}" if each.visit else name
            yield f"{subject} {each.participant} {each.state}: {each.words}"
        yield from (f"{name} note: {words}" for words in result.notes)


def block_lines(block: Block) -> Iterator[str]:
    """The lines of one analysis set and one rule for missing data."""
    head = f"{block.analysis_set} {RULES[block.missing]}"
    for arm in block.arms:
        yield f"{head} {arm.arm}: {arm.n} of {arm.counted}, {arm.missing} missing, {arm.pending} pending"
        for each in arm.estimates:
            at = f" {each.at}" if each.at else ""
            value = "none" if each.value is None else words_of(each.value)
            around = f" ({words_of(each.low) or '-'} to {words_of(each.high) or '-'})"
            interval = around if each.low is not None or each.high is not None else ""
            words = f": {each.words}" if each.words else ""
            yield f"{head} {arm.arm}: {each.statistic}{at} {value}{interval}{words}"
    for found in block.comparisons:
        pair = f"{found.arm} against {found.versus}"
        if found.method == "difference" and found.difference is not None:
            around = f"({words_of(found.low)} to {words_of(found.high)})"
            yield f"{head} {pair}: difference {words_of(found.difference)} {around}"
        else:
            yield f"{head} {pair}: {found.method} {found.words or words_of(found.p)}"
    yield from (f"{head} note: {words}" for words in block.notes)
