"""Mails about signing in: codes, forgotten passwords, and what changed about how somebody signs in."""

from typing import Final, Literal

from registration.mail_texts.letter import Text, Wording, written

Change = Literal[
    "password",
    "factor_added",
    "factor_removed",
    "recovery_codes",
    "reset_by_support",
    "address_added",
    "address_changed",
    "address_removed",
    "disabled",
]

_CODE: Final[Wording] = {
    "fr": (
        "{code} est votre code Navette",
        "Bonjour {person},",
        "Votre code de connexion : {code}",
        (
            "Il sert une fois, pendant dix minutes. Si vous ne vous connectez pas en ce moment, quelqu’un connaît "
            "votre mot de passe : changez-le."
        ),
    ),
    "en": (
        "{code} is your Navette code",
        "Hello {person},",
        "Your sign-in code: {code}",
        "It works once, for ten minutes. If you are not signing in right now, somebody knows your password: change it.",
    ),
}
_SMS: Final = {"fr": "{code} est votre code Navette (10 minutes).", "en": "{code} is your Navette code (10 minutes)."}
_RESET: Final[Wording] = {
    "fr": (
        "Choisissez un nouveau mot de passe",
        "Bonjour {person},",
        "Votre identifiant est l’adresse de ce message, {email}. Ouvrez ce lien pour choisir un nouveau mot de passe :",
        "{link}",
        (
            "Le lien sert une fois et expire dans une heure. Votre second facteur reste demandé. Si vous n’avez rien "
            "demandé, ignorez ce message : rien ne change."
        ),
    ),
    "en": (
        "Choose a new password",
        "Hello {person},",
        "Your user name is the address of this message, {email}. Open this link to choose a new password:",
        "{link}",
        (
            "The link works once and expires in an hour. Your second factor is still asked for. If you asked for "
            "nothing, ignore this message: nothing changes."
        ),
    ),
}
_UNKNOWN: Final[Wording] = {
    "fr": (
        "Aucun accès avec cette adresse",
        "Bonjour,",
        (
            "Quelqu’un a demandé un nouveau mot de passe Navette pour {email}, qui n’a aucun accès. L’identifiant est "
            "l’adresse avec laquelle votre accès a été ouvert : essayez vos autres adresses, ou demandez à "
            "l’administrateur de votre société."
        ),
        "Si vous n’avez rien demandé, ignorez ce message.",
    ),
    "en": (
        "No access with this address",
        "Hello,",
        (
            "Somebody asked for a new Navette password for {email}, which has no access. The user name is the address "
            "that your access was opened with: try your other addresses, or ask your company’s administrator."
        ),
        "If you asked for nothing, ignore this message.",
    ),
}
_ADDRESS: Final[Wording] = {
    "fr": (
        "Confirmez votre adresse",
        "Bonjour {person},",
        "Ouvrez ce lien et saisissez votre mot de passe pour vous connecter aussi avec {email} :",
        "{link}",
        "Le lien sert une fois et expire dans une heure. Si vous n’avez rien demandé, ignorez ce message.",
    ),
    "en": (
        "Confirm your address",
        "Hello {person},",
        "Open this link and enter your password to sign in with {email} as well:",
        "{link}",
        "The link works once and expires in an hour. If you asked for nothing, ignore this message.",
    ),
}
_ADDRESS_TAKEN: Final[Wording] = {
    "fr": (
        "Cette adresse a déjà un accès",
        "Bonjour,",
        (
            "Quelqu’un a voulu ajouter {email} à son accès Navette, mais cette adresse en a déjà un. Si c’était vous, "
            "connectez-vous avec elle, ou retirez-la d’abord de l’autre accès. Sinon, ignorez ce message : rien ne "
            "change."
        ),
    ),
    "en": (
        "This address has access already",
        "Hello,",
        (
            "Somebody wanted to add {email} to their access to Navette, but this address has one already. If it was "
            "you, sign in with it, or remove it from the other access first. If not, ignore this message: nothing "
            "changes."
        ),
    ),
}
_WHAT: Final[dict[str, dict[Change, str]]] = {
    "fr": {
        "password": "votre mot de passe a été changé ; vos autres sessions sont fermées",
        "factor_added": "un second facteur a été ajouté : {what}",
        "factor_removed": "un second facteur a été retiré : {what}",
        "recovery_codes": "de nouveaux codes de secours ont été créés ; les anciens ne servent plus",
        "reset_by_support": "l’assistance a réinitialisé votre second facteur ; vos sessions sont fermées",
        "address_added": "une adresse a été ajoutée : {what}",
        "address_changed": "l’adresse où nous vous écrivons est désormais {what} ; l’ancienne vous connecte encore",
        "address_removed": "une adresse a été retirée : {what}",
        "disabled": "un administrateur a changé l’état de votre accès : {what}",
    },
    "en": {
        "password": "your password was changed; your other sessions are closed",
        "factor_added": "a second factor was added: {what}",
        "factor_removed": "a second factor was removed: {what}",
        "recovery_codes": "new recovery codes were made; the older ones work no more",
        "reset_by_support": "support has reset your second factor; your sessions are closed",
        "address_added": "an address was added: {what}",
        "address_changed": "the address we write to is {what} from now on; the one from before still signs you in",
        "address_removed": "an address was removed: {what}",
        "disabled": "an administrator changed the state of your access: {what}",
    },
}
_CHANGED: Final[Wording] = {
    "fr": (
        "Votre accès à Navette a changé",
        "Bonjour {person},",
        "Sur votre accès, {change}.",
        "Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe et prévenez l’assistance :",
        "{link}",
    ),
    "en": (
        "Your access to Navette has changed",
        "Hello {person},",
        "On your access, {change}.",
        "If this was not you, choose a new password at once and tell support:",
        "{link}",
    ),
}


def code(language: str, *, person: str, code: str) -> Text:
    """A code for the second step of a sign-in."""
    return written(_CODE, language, person=person, code=code)


def code_message(language: str, *, code: str) -> str:
    """The same as a text message."""
    return (_SMS.get(language) or _SMS["en"]).format(code=code)


def reset(language: str, *, person: str, email: str, link: str) -> Text:
    """The link to a new password."""
    return written(_RESET, language, person=person, email=email, link=link)


def no_access(language: str, *, email: str) -> Text:
    """To somebody who has no access: the page said the same as to everybody."""
    return written(_UNKNOWN, language, email=email)


def address(language: str, *, person: str, email: str, link: str) -> Text:
    """The link that proves an address."""
    return written(_ADDRESS, language, person=person, email=email, link=link)


def address_taken(language: str, *, email: str) -> Text:
    """To an address that signs somebody in already: the page said the same as to everybody."""
    return written(_ADDRESS_TAKEN, language, email=email)


def changed(language: str, change: Change, *, person: str, link: str, what: str = "") -> Text:
    """A notice to the owner (ASVS 5.0, 6.3.7)."""
    words = (_WHAT.get(language) or _WHAT["en"])[change].format(what=what)
    return written(_CHANGED, language, person=person, change=words, link=link)
