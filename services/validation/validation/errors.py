"""What validation refuses.

Refusal
├── Forbidden   SECOND_PERSON_REQUIRED
├── NotFound    NO_RULEBOOK, NO_SUCH_UNIT, NO_SUCH_VERSION
├── Conflict    NOTHING_TO_PUBLISH, NOT_TESTED, NOT_BACKTESTED, DRAFT_CHANGED
├── Invalid     RULEBOOK_INVALID, NO_SUCH_RULE_SET
├── UnsupportedMedia  NOT_A_DOCUMENT
└── Unavailable RULES_UNAVAILABLE
"""

from contracts.faults import Finding
from mesh.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable, UnsupportedMedia
from rules.errors import UnknownRuleSet


def no_such_unit() -> NotFound:
    """The unit is not one of the acting company."""
    return NotFound("NO_SUCH_UNIT", "Your company has no such unit. GET /v1/units lists yours.", may_be_stale=True)


def no_rulebook() -> NotFound:
    """The unit published none, or the reader is not connected to it."""
    return NotFound("NO_RULEBOOK", "There is no published rulebook of this unit that you may read.", may_be_stale=True)


def no_such_version() -> NotFound:
    """The unit's rulebook has no version of this number."""
    return NotFound("NO_SUCH_VERSION", "There is no such version. GET …/versions lists them; 0 is: no rules.")


def second_person() -> Forbidden:
    """Who wrote a draft may not put it into force."""
    return Forbidden("SECOND_PERSON_REQUIRED", "You wrote this draft: another administrator has to publish it.")


def nothing_to_publish() -> Conflict:
    """The draft, or the version asked for, is what is in force."""
    return Conflict("NOTHING_TO_PUBLISH", "These rules are in force already.")


def not_tested() -> Conflict:
    """The draft's own examples were not run, or do not hold."""
    return Conflict("NOT_TESTED", "Its examples must hold first: POST …/draft/test says which do not.")


def not_backtested() -> Conflict:
    """Nobody looked at what the draft would have done."""
    return Conflict("NOT_BACKTESTED", "See first what it would have done to earlier invoices: POST …/draft/backtest.")


def draft_changed() -> Conflict:
    """Somebody saved the draft while it was looked at."""
    return Conflict("DRAFT_CHANGED", "Somebody has changed the draft meanwhile; do it again.")


def bad_rules(findings: tuple[Finding, ...]) -> Invalid:
    """A rulebook with rules that cannot run."""
    return Invalid("RULEBOOK_INVALID", "Mend the rules below, then save again.", violations=findings)


def no_such_rule_set(unknown: UnknownRuleSet) -> Invalid:
    """Rules to compare with that do not exist for this kind of document."""
    return Invalid("NO_SUCH_RULE_SET", f"{unknown.name} is no rule set here; there are {', '.join(unknown.known)}.")


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
