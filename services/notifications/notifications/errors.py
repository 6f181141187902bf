"""What notifications refuses.

Refusal
├── NotFound   NO_SUCH_WEBHOOK, NO_SUCH_DELIVERY, NOTHING_SENT
├── Conflict   WEBHOOK_DISABLED, STILL_PENDING, TOO_MANY_WEBHOOKS, NO_ACTIVE_WEBHOOK
├── Invalid    WEBHOOK_URL, AHEAD_OF_FEED
└── TooMany    TOO_MANY_STREAMS
"""

from contracts.faults import Finding, Severity
from mesh.errors import Conflict, Invalid, NotFound, TooMany


def no_such_webhook() -> NotFound:
    """The company has no webhook of this id."""
    return NotFound("NO_SUCH_WEBHOOK", "Your company has no webhook of this id. GET /v1/webhooks lists them.")


def no_such_delivery() -> NotFound:
    """The webhook has no delivery of this id."""
    return NotFound("NO_SUCH_DELIVERY", "This webhook has no delivery of this id.")


def nothing_sent() -> NotFound:
    """The company was told nothing about this invoice."""
    return NotFound("NOTHING_SENT", "Nothing about this invoice was sent to your company.", may_be_stale=True)


def webhook_disabled() -> Conflict:
    """Nothing goes to a disabled webhook."""
    return Conflict("WEBHOOK_DISABLED", "This webhook is disabled; enable it, then resend.")


def still_pending() -> Conflict:
    """It is going to be sent anyway."""
    return Conflict("STILL_PENDING", "This delivery is still being tried; it needs no resending.")


def too_many_webhooks(limit: int) -> Conflict:
    """One company, a bounded number of addresses."""
    return Conflict("TOO_MANY_WEBHOOKS", f"A company has at most {limit} webhooks; delete one that is not used.")


def no_active_webhook() -> Conflict:
    """The channel would lead nowhere."""
    return Conflict(
        "NO_ACTIVE_WEBHOOK", "No active webhook of your company takes `invoice.archived`; make one, then choose it."
    )


def bad_target(why: str) -> Invalid:
    """The address is none that webhooks may go to."""
    finding = Finding(rule="WEBHOOK_URL", severity=Severity.FATAL, pointer="/url", detail=why)
    return Invalid("WEBHOOK_URL", "Webhooks cannot go to this address.", violations=(finding,))


def ahead_of_feed(last: int) -> Invalid:
    """A position that no item of this company has reached: acknowledging it would acknowledge what nobody read."""
    return Invalid("AHEAD_OF_FEED", f"Your feed ends at {last}; continue after the `next` of the answer before.")


def too_many_streams(limit: int) -> TooMany:
    """One person or client, a bounded number of open streams."""
    return TooMany("TOO_MANY_STREAMS", f"At most {limit} streams are open at once; close one.", retry_after=30)
