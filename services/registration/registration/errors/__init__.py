"""Refusals of registration.

Refusal (mesh.errors)
├── 401 SIGN_IN_FAILED · SESSION_INVALID · CHALLENGE_OVER · SECOND_FACTOR_FAILED · PASSWORD_WRONG
├── 403 CSRF_FETCH_SITE · CSRF_ORIGIN · CSRF_NO_ORIGIN · NO_AUDIENCE · OPERATOR_ROLE · RIGHT_BEYOND_YOURS ·
│       NOT_A_SUPPLIER · NOT_A_BUYER · NOT_YOURS_TO_DECIDE · NOT_YOUR_DATA · SECOND_FACTOR_NEEDED
├── 404 FACTOR_UNKNOWN · SESSION_UNKNOWN · ACTIVATION_UNKNOWN · COMPANY_UNKNOWN · UNIT_UNKNOWN · USER_UNKNOWN ·
│       CLIENT_UNKNOWN · CONNECTION_UNKNOWN · TERMS_UNKNOWN
├── 409 ACCOUNT_EXISTS · ALREADY_MEMBER · LAST_ADMINISTRATOR · TOO_MANY_COMPANIES · TOO_MANY_RIGHTS · UNIT_NAME_TAKEN ·
│       CONNECTION_EXISTS · WRONG_STATE · TOO_MANY_CLIENTS · LAST_FACTOR · ARCHIVE_WITHOUT_END · NO_PLAN ·
│       LEVEL_UNDER_WAY
├── 410 ACTIVATION_OVER
├── 422 ANOTHER_COMPANY · INVALID_BODY · PASSWORD_REFUSED · PASSWORD_STOLEN · IDENTIFIER_NEEDED · NO_SIDE · OWN_UNIT ·
│       METHOD_NOT_OFFERED · FACTOR_NOT_PROVED · TERMS_NEEDED · NUMBER_WRONG · NATIONAL_NUMBER_NEEDED ·
│       RIGHT_WITH_A_ROLE
└── 429 TOO_MANY_TRIES
"""

from pydantic import ValidationError

from contracts.faults import json_pointer
from contracts.registration import ConnectionStatus, Right
from mesh.errors import Conflict, Forbidden, Gone, Invalid, NotFound, Refusal, TooMany, Unauthenticated
from registration.errors.violations import violation


def _words(message: str) -> str:
    """What a validator of ours said, without pydantic's prefix."""
    return message.removeprefix("Value error, ")


def sign_in_failed() -> Refusal:
    """401: the same words whether the e-mail is unknown or the password wrong."""
    return Unauthenticated("SIGN_IN_FAILED", "E-mail and password do not fit, or the account is not active yet.")


def session_invalid() -> Refusal:
    """401: no session, or one that is over."""
    return Unauthenticated("SESSION_INVALID", "Sign in again.")


def challenge_over() -> Refusal:
    """401: no sign-in under way, or one with too many wrong codes."""
    return Unauthenticated("CHALLENGE_OVER", "This sign-in is over; start again with your password.")


def second_factor_failed() -> Refusal:
    """401: the second factor is wrong."""
    return Unauthenticated("SECOND_FACTOR_FAILED", "This code is wrong, was used, or is too old; try the next one.")


def second_factor_needed() -> Refusal:
    """403: the session is there to set up a second factor, and opens nothing else."""
    return Forbidden("SECOND_FACTOR_NEEDED", "Your company asks for a second factor; set one up first.")


def method_not_offered() -> Refusal:
    """422: not one of the ways this person can take."""
    return Invalid(
        "METHOD_NOT_OFFERED",
        "Take one of the methods that were offered.",
        violations=(violation("METHOD_NOT_OFFERED", "/method", "Not offered to you."),),
    )


def password_wrong() -> Refusal:
    """401: the password that confirms a change of how one signs in."""
    return Unauthenticated("PASSWORD_WRONG", "Your password does not fit; nothing was changed.")


def factor_unknown() -> Refusal:
    """404: no factor of theirs."""
    return NotFound("FACTOR_UNKNOWN", "You have no second factor of this id.")


def factor_not_proved(pointer: str) -> Refusal:
    """422: what was set up does not answer rightly yet."""
    return Invalid(
        "FACTOR_NOT_PROVED",
        "This does not prove the new factor; look at the clock of your phone, and try the next code.",
        violations=(violation("FACTOR_NOT_PROVED", pointer, "It does not fit."),),
    )


def last_factor() -> Refusal:
    """409: a company of theirs asks for a factor, and this is the only one it takes."""
    return Conflict("LAST_FACTOR", "Your company asks for a second factor; add another one first.")


def session_unknown() -> Refusal:
    """404: no session of theirs."""
    return NotFound("SESSION_UNKNOWN", "You have no session of this id.")


def foreign_request(why: str) -> Refusal:
    """403: it carries the cookie and does not come from the portal."""
    return Forbidden(
        f"CSRF_{why}",
        "This request did not come from the portal. Programs send Origin with the portal's address, or use a token.",
    )


def too_many_tries(seconds: int) -> Refusal:
    """429: guessing is slow, and so is sending mails to strangers."""
    return TooMany("TOO_MANY_TRIES", "Too many tries from here; wait for a while.", retry_after=seconds)


def invalid(error: ValidationError, *within: str) -> Refusal:
    """422: a change whose result would not be valid; `within` are the steps to what was validated."""
    found = tuple(
        violation(str(each["type"]).upper(), json_pointer(*within, *each["loc"]), _words(str(each["msg"])))
        for each in error.errors()[:50]
    )
    return Invalid("INVALID_BODY", "The result would break rules; each place is listed.", violations=found)


def account_exists(scheme: str) -> Refusal:
    """409: one VAT number, SIREN, SIRET or national number never makes a second account."""
    field = {"VAT": "vat_id", "person": "national_number"}.get(scheme.partition(":")[0], "legal_id")
    return Conflict(
        "ACCOUNT_EXISTS",
        "This company has an account already. Ask its administrator to add you; if nobody there can, write to support.",
        violations=(violation("ACCOUNT_EXISTS", f"/company/{field}", "It belongs to an account."),),
    )


def identifier_needed() -> Refusal:
    """422: nothing would tell this company from another."""
    return Invalid(
        "IDENTIFIER_NEEDED",
        "Give the VAT number or the number in the companies' register; the account is found by it.",
        violations=(violation("IDENTIFIER_NEEDED", "/company/vat_id", "Missing, and legal_id as well."),),
    )


def national_number_needed() -> Refusal:
    """422: a customer number is its issuer's word, nobody else's."""
    return Invalid(
        "NATIONAL_NUMBER_NEEDED",
        "Give your national number. Whoever has a customer number alone is asked in by the company that invoices them.",
        violations=(violation("NATIONAL_NUMBER_NEEDED", "/company/national_number", "It tells you from others."),),
    )


def number_wrong(why: str) -> Refusal:
    """422: no register has a number like this."""
    return Invalid(
        "NUMBER_WRONG", f"This is no such number: {why}.", violations=(violation("NUMBER_WRONG", "/value", why),)
    )


def no_side() -> Refusal:
    """422: neither sells nor buys."""
    return Invalid(
        "NO_SIDE",
        "Say whether the company sells (supplier), buys (buyer), or both.",
        violations=(violation("NO_SIDE", "/company/supplier", "Neither supplier nor buyer."),),
    )


def password_refused(flaw: str) -> Refusal:
    """422: a password that others would guess."""
    return Invalid(
        "PASSWORD_REFUSED",
        f"Take another password: {flaw}.",
        violations=(violation("PASSWORD_REFUSED", "/password", flaw),),
    )


def password_stolen() -> Refusal:
    """422: a password that was somebody's, and is now in the lists that strangers try."""
    return Invalid(
        "PASSWORD_STOLEN",
        "Take another password: this one stands in lists of stolen passwords.",
        violations=(violation("PASSWORD_STOLEN", "/password", "It stands in lists of stolen passwords."),),
    )


def activation_unknown() -> Refusal:
    """404: no link of ours."""
    return NotFound("ACTIVATION_UNKNOWN", "This link is not one of ours, or incomplete; open it from the mail.")


def terms_needed(version: str) -> Refusal:
    """422: no account without the terms of this day."""
    return Invalid(
        "TERMS_NEEDED",
        f"Read and accept the terms of use, version {version}.",
        violations=(violation("TERMS_NEEDED", "/terms", f"It has to be {version}."),),
    )


def terms_unknown() -> Refusal:
    """404: no such version."""
    return NotFound("TERMS_UNKNOWN", "There is no such version of the terms.")


def activation_over() -> Refusal:
    """410: used, withdrawn or too old."""
    return Gone("ACTIVATION_OVER", "This link was used or is too old; sign in, or register (or be asked in) again.")


def company_unknown() -> Refusal:
    """404: no such company, or not one that you act for."""
    return NotFound("COMPANY_UNKNOWN", "There is no such company among those you act for.")


def unit_unknown() -> Refusal:
    """404: no such unit."""
    return NotFound("UNIT_UNKNOWN", "There is no such unit.")


def unit_name_taken(name: str) -> Refusal:
    """409: two units of one name could not be told apart."""
    return Conflict("UNIT_NAME_TAKEN", f"Your company has a unit called {name}; take another name.")


def not_a_buyer() -> Refusal:
    """403: only buyers have units."""
    return Forbidden("NOT_A_BUYER", "This company is not registered as a buyer; an administrator can change that.")


def not_a_supplier() -> Refusal:
    """403: only suppliers connect to units."""
    return Forbidden(
        "NOT_A_SUPPLIER", "This company is not registered as a supplier; its administrator can change that."
    )


def user_unknown() -> Refusal:
    """404: nobody who acts for this company."""
    return NotFound("USER_UNKNOWN", "Nobody of this id acts for your company.")


def operator_role() -> Refusal:
    """403: operators are made by operators."""
    return Forbidden("OPERATOR_ROLE", "Only an operator of this installation can give or take the role of operator.")


def right_beyond_yours(right: Right) -> Refusal:
    """403: nobody gives what they may not do themselves."""
    return Forbidden("RIGHT_BEYOND_YOURS", f"You have not the right {right} yourself, so you cannot give it.")


def right_with_a_role(right: Right, pointer: str) -> Refusal:
    """422: not a single right."""
    return Invalid(
        "RIGHT_WITH_A_ROLE",
        "This right is given and taken with its role alone; change the roles instead.",
        violations=(violation("RIGHT_WITH_A_ROLE", pointer, f"{right} comes with a role."),),
    )


def too_many_rights() -> Refusal:
    """409: a token names each, and has to fit into a header."""
    return Conflict("TOO_MANY_RIGHTS", "This person has as many single rights as one can; give a role instead.")


def not_your_data() -> Refusal:
    """403: a name is its owner's."""
    return Forbidden("NOT_YOUR_DATA", "Name and language are changed by the person themselves; you can change roles.")


def last_administrator() -> Refusal:
    """409: nobody could add people any more."""
    return Conflict(
        "LAST_ADMINISTRATOR", "This is the last administrator with all rights; make somebody else administrator first."
    )


def already_member() -> Refusal:
    """409: there is nothing to ask them in for."""
    return Conflict("ALREADY_MEMBER", "This person acts for your company already; change their roles instead.")


def too_many_companies() -> Refusal:
    """409: a token names every company, and has to fit into a header."""
    return Conflict("TOO_MANY_COMPANIES", "This person acts for as many companies as one can.")


def client_unknown() -> Refusal:
    """404: no such client of this company."""
    return NotFound("CLIENT_UNKNOWN", "Your company has no client of this id.")


def too_many_clients() -> Refusal:
    """409: the fact that names them all has a size."""
    return Conflict("TOO_MANY_CLIENTS", "Your company has as many clients as it can; delete one that is not used.")


def another_company() -> Refusal:
    """422: who was asked for its consent answers for itself."""
    return Invalid(
        "ANOTHER_COMPANY",
        "This link asks one company for its consent: its name and numbers stay. Another company registers by itself.",
        violations=(violation("ANOTHER_COMPANY", "/company", "Another name or other numbers."),),
    )


def own_unit() -> Refusal:
    """422: nobody connects with themselves."""
    return Invalid(
        "OWN_UNIT",
        "This unit is your own company's; invoices within a company do not go through a connection.",
        violations=(violation("OWN_UNIT", "/unit_id", "A unit of your own company."),),
    )


def connection_unknown() -> Refusal:
    """404: no such connection of this company."""
    return NotFound("CONNECTION_UNKNOWN", "Your company has no connection of this id.")


def connection_exists(status: ConnectionStatus) -> Refusal:
    """409: asked for or active already."""
    return Conflict("CONNECTION_EXISTS", f"You and this unit have a connection that is {status} already.")


def wrong_state(status: ConnectionStatus) -> Refusal:
    """409: this is not what follows."""
    return Conflict("WRONG_STATE", f"The connection is {status}; this cannot be done to it.")


def not_yours_to_decide() -> Refusal:
    """403: the other side decides."""
    return Forbidden("NOT_YOURS_TO_DECIDE", "Only the other side of this connection decides this.")


def archive_without_end() -> Refusal:
    """409: what a company has for always is not sold to it."""
    return Conflict(
        "ARCHIVE_WITHOUT_END",
        "Your archive option has no end: everything you send is kept ten years already. There is nothing to buy.",
    )


def no_plan() -> Refusal:
    """409: a company to which nothing was ever limited is at no level."""
    return Conflict("NO_PLAN", "Your company may send without limit; there is no level to change.")


def level_under_way() -> Refusal:
    """409: one payment at a time."""
    return Conflict("LEVEL_UNDER_WAY", "The payment for a level is under way; wait until it is settled.")
