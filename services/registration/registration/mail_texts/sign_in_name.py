"""The mail to somebody who forgot which of their addresses they sign in with."""

from typing import Final

from registration.mail_texts.letter import Wording

REMINDER: Final[Wording] = {
    "fr": (
        "Votre nom de connexion à Navette",
        "Bonjour {person},",
        "Vous vous connectez avec l’adresse {email}.",
        "{link}",
        "Si vous n’avez rien demandé, vous pouvez ignorer ce message : votre adresse n’a été montrée à personne.",
    ),
    "en": (
        "Your sign-in name on Navette",
        "Hello {person},",
        "You sign in with the address {email}.",
        "{link}",
        "If you did not ask for this, you can ignore it: your address has been shown to nobody.",
    ),
}
