"""What the archive refuses.

Refusal
├── NotFound   NOT_ARCHIVED, NO_SUCH_HEAD, NO_SUCH_HOLD, NO_SUCH_ELIMINATION, NOT_ELIMINATED,
│               NO_SUCH_EXPORT
├── Gone       ELIMINATED
├── Forbidden  SECOND_PERSON_REQUIRED
├── Conflict   NOT_IN_LOG_YET, NO_EVIDENCE_YET, HOLD_LIFTED, BEING_ELIMINATED, ALREADY_DECIDED, OTHER_PLAN, NOTHING_DUE,
│               NOTHING_TO_EXPORT, ARCHIVE_OPTION_MISSING
└── Invalid    BAD_RANGE
"""

from mesh.errors import Conflict, Forbidden, Gone, Invalid, NotFound


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


def archive_option_missing() -> Conflict:
    """Neither side had the archive option when it was sent."""
    return Conflict(
        "ARCHIVE_OPTION_MISSING",
        "Neither side had the archive option when this invoice was sent, so there is no container of it. The original "
        "and its proof bundle stay readable. Buy the archive pack, and what is sent from then on has its container.",
    )


def bad_range(detail: str) -> Invalid:
    """Sizes that no two heads can have."""
    return Invalid("BAD_RANGE", detail)


def no_such_head(size: int) -> NotFound:
    """No signed head has this size."""
    return NotFound("NO_SUCH_HEAD", f"No head of {size} entries was signed. GET /v1/archive/heads lists them.")


def eliminated() -> Gone:
    """Its term was over and two persons decided; the certificate stays."""
    return Gone(
        "ELIMINATED",
        "Its term was over and it was eliminated. GET /v1/archive/{invoice_id}/certificate proves it with its digests.",
    )


def not_eliminated() -> NotFound:
    """There is no certificate of what is still kept."""
    return NotFound("NOT_ELIMINATED", "This original was not eliminated, so there is no certificate of it.")


def no_such_hold() -> NotFound:
    """No hold has this id."""
    return NotFound("NO_SUCH_HOLD", "There is no such hold. GET /v1/ops/archive/holds lists them.")


def hold_lifted() -> Conflict:
    """Somebody lifted it before."""
    return Conflict("HOLD_LIFTED", "This hold was lifted before.")


def being_eliminated() -> Conflict:
    """Too late for a hold: its removal has begun."""
    return Conflict(
        "BEING_ELIMINATED", "This original is being eliminated at this moment; nothing can hold it any more."
    )


def no_such_elimination() -> NotFound:
    """No elimination has this id."""
    return NotFound("NO_SUCH_ELIMINATION", "There is no such elimination. GET /v1/ops/archive/eliminations lists them.")


def second_person() -> Forbidden:
    """Who proposed cannot decide."""
    return Forbidden("SECOND_PERSON_REQUIRED", "You proposed this elimination: another operator decides about it.")


def already_decided() -> Conflict:
    """It was approved or refused before."""
    return Conflict("ALREADY_DECIDED", "This elimination was decided before.")


def other_plan() -> Conflict:
    """What is approved is not what was looked at."""
    return Conflict("OTHER_PLAN", "The plan's digest is another one: look at the elimination again before you approve.")


def nothing_due() -> Conflict:
    """No term is over, or everything that is due is held."""
    return Conflict("NOTHING_DUE", "Nothing that this names has outlived its term without a hold on it.")


def no_such_export() -> NotFound:
    """No export of this company has this id, or it has no such part."""
    return NotFound("NO_SUCH_EXPORT", "Your company asked for no such export, or it has no such part.")


def nothing_to_export() -> Conflict:
    """The query finds nothing."""
    return Conflict("NOTHING_TO_EXPORT", "No original is found by this query, so there is nothing to take along.")
