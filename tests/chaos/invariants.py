"""The oracle: one function an invariant, each returns what breaks it, empty when it holds."""

from collections.abc import Callable

import ledger_invariants as ledger
import telling_invariants as telling
from history import History

Invariant = Callable[[History], list[str]]

INVARIANTS: dict[str, Invariant] = {
    "I1": ledger.nothing_is_lost,
    "I2": ledger.nothing_is_made_up,
    "I3": ledger.each_is_sealed_once,
    "I4": ledger.numbers_are_gapless,
    "I5": ledger.archived_bytes_are_there,
    "I6": ledger.the_log_is_what_was_signed,
    "I7": telling.each_step_is_told_once,
    "I8": telling.readers_see_one_order,
    "I9": ledger.no_line_is_overdrawn,
    "I10": telling.a_repeated_request_gets_its_first_answer,
    "I11": telling.nobody_sees_what_is_others,
    "I12": ledger.totals_are_equal_everywhere,
    "I13": telling.nothing_is_left_over,
    "I14": telling.nothing_is_held,
    "I15": telling.projections_are_what_the_topics_say,
}


def promise(name: str) -> str:
    """What an invariant says, from its own description."""
    return (INVARIANTS[name].__doc__ or "").partition(": ")[2].strip().rstrip(".")


def broken(run: History) -> dict[str, list[str]]:
    """Everything that is broken, by invariant."""
    found = {name: invariant(run) for name, invariant in INVARIANTS.items()}
    return {name: faults for name, faults in found.items() if faults}
