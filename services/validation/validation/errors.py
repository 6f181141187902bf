"""What validation refuses.

Refusal
├── Forbidden   NOT_YOUR_UNIT
├── NotFound    NO_RULEBOOK, NO_SUCH_UNIT
├── Invalid     UNKNOWN_RULE_KIND, RULE_PARAMETERS
├── UnsupportedMedia  NOT_A_DOCUMENT
└── Unavailable RULES_UNAVAILABLE
"""

from contracts.faults import Finding
from mesh.errors import Invalid, NotFound, Unavailable, UnsupportedMedia


def no_such_unit() -> NotFound:
    """The unit is not one of the acting company."""
    return NotFound("NO_SUCH_UNIT", "Your company has no such unit. GET /v1/units lists yours.")


def no_rulebook() -> NotFound:
    """The unit published none, or the reader is not connected to it."""
    return NotFound("NO_RULEBOOK", "There is no published rulebook of this unit that you may read.")


def bad_rules(findings: tuple[Finding, ...]) -> Invalid:
    """A rulebook with rules that cannot run."""
    return Invalid("RULEBOOK_INVALID", "Mend the rules below, then save again.", violations=findings)


def not_a_document(media_type: str) -> UnsupportedMedia:
    """A body that is neither XML nor the product's invoice JSON."""
    return UnsupportedMedia(
        "NOT_A_DOCUMENT",
        f"{media_type or 'No content type'} is not checked here. Send application/xml or application/json.",
    )


def rules_unavailable() -> Unavailable:
    """The rule engine does not answer."""
    return Unavailable(
        "RULES_UNAVAILABLE", "The rules cannot be run at this moment. Try again in a few seconds.", retry_after=5
    )
