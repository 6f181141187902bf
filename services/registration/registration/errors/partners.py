"""Refusals about partners.

403 NOT_A_PARTNER · PARTNER_NOT_A_SUPPLIER · 409 READY_STATE · 422 SEARCH_TOO_SHORT · CONFIRMATION_NEEDED ·
CONSENT_NEEDED
"""

from mesh.errors import Conflict, Forbidden, Invalid, Refusal
from registration.errors.violations import violation


def too_short(detail: str) -> Refusal:
    """422: the directory does not list everybody."""
    return Invalid("SEARCH_TOO_SHORT", f"To search, {detail}.", violations=(violation("TOO_SHORT", "/q", detail),))


def confirmation_needed(name: str) -> Refusal:
    """422: what cannot be undone is confirmed by typing the partner's name."""
    return Invalid(
        "CONFIRMATION_NEEDED",
        f"To end this for good, type the partner's name: {name}.",
        violations=(violation("CONFIRMATION_NEEDED", "/confirm", "It is not the partner's name."),),
    )


def consent_needed() -> Refusal:
    """422: consent to electronic invoices is a decision of its own, so a buyer who accepts says yes or no to it."""
    return Invalid(
        "CONSENT_NEEDED",
        "Say whether you agree to electronic invoices from this supplier.",
        violations=(violation("MISSING", "/consent", "Say yes or no."),),
    )


def partner_not_a_supplier(name: str) -> Refusal:
    """403: only who sells is asked to send invoices."""
    return Forbidden("PARTNER_NOT_A_SUPPLIER", f"{name} is not registered as a supplier, so it sends no invoices.")


def ready_state(state: str) -> Refusal:
    """409: this is not the next step, or not this side's."""
    return Conflict("READY_STATE", f"On the way to being ready this connection is at `{state}`; this is not next.")


def not_a_partner() -> Refusal:
    """403: nobody is written to by companies that they have nothing to do with."""
    return Forbidden("NOT_A_PARTNER", "Your companies are not connected, and yours has not brought this one.")
