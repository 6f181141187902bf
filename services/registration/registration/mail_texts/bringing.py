"""Mails to companies that another one brings, and what the other one is told."""

from typing import Final

from registration.mail_texts.letter import Wording

CONSENT: Final[Wording] = {
    "fr": (
        "{issuer} souhaite vous transmettre ses factures sous format électronique",
        "Bonjour {person},",
        "{issuer} souhaite transmettre à {customer} ses factures sous format électronique :",
        "• vous les recevez aussitôt, sans papier ni port ;",
        "• chaque facture est contrôlée, scellée et archivée dix ans ;",
        "• vous la retrouvez, la suivez et l’exportez sans la ressaisir.",
        "Acceptez ou refusez, pour cette société seule :",
        "{link}",
        "Le lien sert une fois et expire dans trente jours.",
    ),
    "en": (
        "{issuer} would like to send you its invoices in electronic format",
        "Hello {person},",
        "{issuer} would like to send its invoices to {customer} in electronic format:",
        "• you get them at once, without paper or postage;",
        "• each invoice is checked, sealed and archived for ten years;",
        "• you find it, follow it and export it without typing it again.",
        "Accept or refuse, for this company alone:",
        "{link}",
        "The link works once and expires in thirty days.",
    ),
}
CAMPAIGN: Final[Wording] = {
    "fr": (
        "{issuer} vous invite à lui envoyer vos factures par Navette",
        "Bonjour {person},",
        "{issuer} demande à {customer} d’envoyer ses factures par Navette. Vos données sont déjà saisies :",
        "{link}",
        "Le lien sert une fois et expire dans trente jours.",
    ),
    "en": (
        "{issuer} invites you to send your invoices through Navette",
        "Hello {person},",
        "{issuer} asks {customer} to send its invoices through Navette. Your data are filled in already:",
        "{link}",
        "The link works once and expires in thirty days.",
    ),
}
ACTIVATED: Final[Wording] = {
    "fr": (
        "Activation de {customer} sur Navette",
        "Bonjour {person},",
        "{customer} est active sur Navette. Administrateur : {administrator}, le {day}.",
        "{link}",
    ),
    "en": (
        "Activation of {customer} on Navette",
        "Hello {person},",
        "{customer} is active on Navette. Administrator: {administrator}, on {day}.",
        "{link}",
    ),
}
DECLINED: Final[Wording] = {
    "fr": (
        "{customer} préfère le papier",
        "Bonjour {person},",
        "{customer} a refusé vos factures électroniques. Elle reste connue ; envoyez-lui papier ou courriel.",
        "{link}",
    ),
    "en": (
        "{customer} prefers paper",
        "Hello {person},",
        "{customer} has refused your electronic invoices. It stays known, without a contact; send paper or mail.",
        "{link}",
    ),
}
