"""Refusals about a company's profile.

422 LOGO_REFUSED
"""

from mesh.errors import Invalid, Refusal
from registration.errors.violations import violation


def logo_refused(flaw: str) -> Refusal:
    """422: not a picture of the kinds and sizes that are taken."""
    return Invalid(
        "LOGO_REFUSED",
        f"This picture cannot be the logo: {flaw}.",
        violations=(violation("LOGO_REFUSED", "/content", flaw),),
    )
