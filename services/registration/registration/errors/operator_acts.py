"""Refusals about acts of the operator.

403 SAME_EYES · 404 ACT_UNKNOWN · SUBJECT_UNKNOWN · 409 ACT_DECIDED · CANNOT_MERGE · RUNS_A_COMPANY
"""

from mesh.errors import Conflict, Forbidden, NotFound, Refusal


def same_eyes() -> Refusal:
    """403: what gives access takes two people."""
    return Forbidden("SAME_EYES", "You asked for this yourself; another operator has to decide.")


def act_unknown() -> Refusal:
    """404: no such act."""
    return NotFound("ACT_UNKNOWN", "There is no act of this id.")


def subject_unknown() -> Refusal:
    """404: nobody to do it to."""
    return NotFound("SUBJECT_UNKNOWN", "The person or company that this is about is not known, or not active.")


def decided() -> Refusal:
    """409: it was decided before."""
    return Conflict("ACT_DECIDED", "This was decided already.")


def cannot_merge(why: str) -> Refusal:
    """409: these two accounts do not become one."""
    return Conflict("CANNOT_MERGE", f"These two accounts cannot become one: {why}.")


def runs_a_company() -> Refusal:
    """409: nobody could add people any more."""
    return Conflict(
        "RUNS_A_COMPANY", "A company would be left without an administrator; its administration goes to somebody first."
    )
