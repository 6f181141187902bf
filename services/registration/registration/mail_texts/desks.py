"""Mails to a support desk: a question for it, or one that was passed on to it. Whoever asked is answered directly."""

from typing import Final

from registration.mail_texts.letter import Wording

FOR_THE_DESK: Final[Wording] = {
    "fr": (
        "Billet {number} pour {desk} : {subject}",
        "Bonjour,",
        "{name} ({email}) demande, sous le numéro {number}, document : {document}",
        "{text}",
        "{note}",
        "Répondez à {email} en citant le numéro {number}.",
    ),
    "en": (
        "Ticket {number} for {desk}: {subject}",
        "Hello,",
        "{name} ({email}) asks, under the number {number}, document: {document}",
        "{text}",
        "{note}",
        "Answer {email} and name the number {number}.",
    ),
}
PASSED_ON: Final[Wording] = {
    "fr": (
        "Billet {number} : transmis à {desk}",
        "Bonjour {name},",
        "Votre demande {number} est transmise à {desk}. Son numéro reste le même.",
        "{contact}",
        "{link}",
    ),
    "en": (
        "Ticket {number}: passed on to {desk}",
        "Hello {name},",
        "Your request {number} has been passed on to {desk}. Its number stays the same.",
        "{contact}",
        "{link}",
    ),
}
