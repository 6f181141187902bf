"""Mails with the link that makes an account."""

from collections.abc import Mapping
from typing import Final, Literal

from registration.mail_texts.letter import Text, Wording
from registration.mail_texts.letter import written as letter

Occasion = Literal["registration", "registration_known", "invitation", "invitation_known", "again"]

_REGISTERED: Final = {
    "fr": (
        "Activez le compte de {company}",
        "Bonjour {person},",
        "Vous avez demandé un compte Navette pour {company}. Ouvrez ce lien pour choisir votre mot de passe :",
        "{link}",
        (
            "Le lien sert une fois et expire dans trois jours. Si vous n’avez rien demandé, ignorez ce message : "
            "aucun compte ne sera créé."
        ),
    ),
    "en": (
        "Activate the account of {company}",
        "Hello {person},",
        "You asked for a Navette account for {company}. Open this link to choose your password:",
        "{link}",
        (
            "The link works once and expires in three days. If you asked for nothing, ignore this message: no account "
            "will be made."
        ),
    ),
}
_REGISTERED_KNOWN: Final = {
    "fr": (
        "Confirmez le compte de {company}",
        "Bonjour {person},",
        (
            "Un compte Navette a été demandé pour {company} avec votre adresse, qui a déjà un accès. Ouvrez ce lien et "
            "saisissez votre mot de passe habituel pour l’ajouter à vos sociétés :"
        ),
        "{link}",
        "Le lien sert une fois et expire dans trois jours. Si vous n’avez rien demandé, ignorez ce message.",
    ),
    "en": (
        "Confirm the account of {company}",
        "Hello {person},",
        (
            "A Navette account was asked for {company} with your address, which has access already. Open this link and "
            "enter your usual password to add it to your companies:"
        ),
        "{link}",
        "The link works once and expires in three days. If you asked for nothing, ignore this message.",
    ),
}
_INVITED: Final = {
    "fr": (
        "{company} vous invite sur Navette",
        "Bonjour {person},",
        "{company} vous a ouvert un accès à Navette. Ouvrez ce lien pour choisir votre mot de passe :",
        "{link}",
        (
            "Le lien sert une fois et expire dans trois jours. Si vous ne connaissez pas cette société, ignorez ce "
            "message."
        ),
    ),
    "en": (
        "{company} invites you to Navette",
        "Hello {person},",
        "{company} has opened an access to Navette for you. Open this link to choose your password:",
        "{link}",
        "The link works once and expires in three days. If you do not know this company, ignore this message.",
    ),
}
_INVITED_KNOWN: Final = {
    "fr": (
        "{company} vous invite sur Navette",
        "Bonjour {person},",
        (
            "{company} vous invite à agir pour elle. Ouvrez ce lien et saisissez votre mot de passe habituel pour "
            "accepter :"
        ),
        "{link}",
        (
            "Le lien sert une fois et expire dans trois jours. Si vous ne connaissez pas cette société, ignorez ce "
            "message."
        ),
    ),
    "en": (
        "{company} invites you to Navette",
        "Hello {person},",
        "{company} asks you to act for it. Open this link and enter your usual password to accept:",
        "{link}",
        "The link works once and expires in three days. If you do not know this company, ignore this message.",
    ),
}
_AGAIN: Final = {
    "fr": (
        "Votre nouveau lien pour {company}",
        "Bonjour {person},",
        "Le lien qui ouvre l’accès de {company} à Navette n’avait pas servi. En voici un nouveau :",
        "{link}",
        (
            "Le lien sert une fois et expire dans trois jours ; celui d’avant n’ouvre plus rien. Si vous n’avez rien "
            "demandé, ignorez ce message."
        ),
    ),
    "en": (
        "Your new link for {company}",
        "Hello {person},",
        "The link that opens the access of {company} to Navette was never used. Here is a new one:",
        "{link}",
        (
            "The link works once and expires in three days; the one before opens nothing any more. If you asked for "
            "nothing, ignore this message."
        ),
    ),
}
_TEXTS: Final[Mapping[Occasion, Wording]] = {
    "registration": _REGISTERED,
    "registration_known": _REGISTERED_KNOWN,
    "invitation": _INVITED,
    "invitation_known": _INVITED_KNOWN,
    "again": _AGAIN,
}


def written(occasion: Occasion, language: str, *, person: str, company: str, link: str) -> Text:
    """A mail with its link, in the reader's language."""
    return letter(_TEXTS[occasion], language, link=link, person=person, company=company)
