"""Mails to a support desk: a question for it, one that was passed on to it, a message more."""

from typing import Final

from registration.mail_texts.letter import Wording

FOR_THE_DESK: Final[Wording] = {
    "fr": (
        "Billet {number} pour {desk} : {subject}",
        "Bonjour,",
        "{name} ({email}) demande, sous le numéro {number}, document : {document}",
        "{text}",
        "{note}",
        "Répondez dans Navette : vous y voyez tout l’échange, et votre réponse part à {name}.",
        "{link}",
    ),
    "en": (
        "Ticket {number} for {desk}: {subject}",
        "Hello,",
        "{name} ({email}) asks, under the number {number}, document: {document}",
        "{text}",
        "{note}",
        "Answer in Navette: you see the whole thread there, and your answer goes to {name}.",
        "{link}",
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
