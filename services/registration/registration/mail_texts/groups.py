"""Mails about groups and their entities."""

from typing import Final

from registration.mail_texts.letter import Wording

ASKED: Final[Wording] = {
    "fr": (
        "{partner} vous compte parmi les entités de son groupe",
        "Bonjour {person},",
        (
            "{partner} souhaite montrer votre société dans la liste de son groupe : ses fournisseurs pourront y "
            "choisir vos entités d’achat. Vos données et vos droits restent les vôtres."
        ),
        "Acceptez ou refusez :",
        "{link}",
    ),
    "en": (
        "{partner} counts you among the entities of its group",
        "Hello {person},",
        (
            "{partner} would like to show your company in the list of its group, from which its suppliers choose your "
            "purchasing units. Your data and your rights stay your own."
        ),
        "Accept or refuse:",
        "{link}",
    ),
}
AGREED: Final[Wording] = {
    "fr": (
        "{partner} est dans votre groupe",
        "Bonjour {person},",
        "{partner} a accepté : les fournisseurs trouvent ses entités d’achat dans la liste de votre groupe.",
        "{link}",
    ),
    "en": (
        "{partner} is in your group",
        "Hello {person},",
        "{partner} has agreed: suppliers find its purchasing units in the list of your group.",
        "{link}",
    ),
}
ENDED: Final[Wording] = {
    "fr": (
        "{partner} n’est pas du même groupe que vous",
        "Bonjour {person},",
        "{partner} a refusé ou mis fin à votre lien de groupe. Les relations avec les fournisseurs restent.",
        "{link}",
    ),
    "en": (
        "{partner} is not of one group with you",
        "Hello {person},",
        "{partner} has refused or ended that you are listed in one group. Connections with suppliers stay.",
        "{link}",
    ),
}
