"""What the archive refuses.

Refusal
├── NotFound   NOT_ARCHIVED, NO_SUCH_HEAD
├── Conflict   NOT_IN_LOG_YET, NO_EVIDENCE_YET
└── Invalid    BAD_RANGE
"""

from mesh.errors import Conflict, Invalid, NotFound


def not_archived() -> NotFound:
    """No archived original of this invoice for this company."""
    return NotFound("NOT_ARCHIVED", "There is no archived original of this invoice in your archive.")


def not_in_log_yet() -> Conflict:
    """Stored and not numbered yet; a matter of milliseconds."""
    return Conflict("NOT_IN_LOG_YET", "This entry is being numbered. Ask again in a second.", retry_after=1)


def no_evidence_yet() -> Conflict:
    """Archived and in the log, and not yet in a batch that was time-stamped."""
    return Conflict(
        "NO_EVIDENCE_YET", "No evidence record covers this entry yet; batches are time-stamped at intervals."
    )


def bad_range(detail: str) -> Invalid:
    """Sizes that no two heads can have."""
    return Invalid("BAD_RANGE", detail)


def no_such_head(size: int) -> NotFound:
    """No signed head has this size."""
    return NotFound("NO_SUCH_HEAD", f"No head of {size} entries was signed. GET /v1/archive/heads lists them.")
