"""Mails about access to a company that has an account, merges, and tickets."""

from typing import Final

from registration.mail_texts.letter import Wording

MERGED: Final[Wording] = {
    "fr": (
        "Les comptes {gone} et {kept} ne font plus qu’un",
        "Bonjour {person},",
        (
            "À la demande de votre société, l’assistance a réuni le compte {gone} au compte {kept}. Commandes, "
            "factures, historique et utilisateurs suivent."
        ),
        "{link}",
    ),
    "en": (
        "The accounts {gone} and {kept} are one now",
        "Hello {person},",
        (
            "At your company’s request, support has joined the account {gone} to {kept}. Orders, invoices, history and "
            "people follow."
        ),
        "{link}",
    ),
}
ACCESS_ASKED: Final[Wording] = {
    "fr": (
        "{name} demande un accès à {company}",
        "Bonjour {person},",
        "{name} ({email}) demande à agir pour {company} et écrit : « {message} »",
        "N’acceptez que si vous connaissez cette personne :",
        "{link}",
    ),
    "en": (
        "{name} asks for access to {company}",
        "Hello {person},",
        "{name} ({email}) asks to act for {company} and writes: “{message}”",
        "Accept only if you know this person:",
        "{link}",
    ),
}
ACCESS_GIVEN: Final[Wording] = {
    "fr": (
        "{name} reçoit un accès à {company}",
        "Bonjour {person},",
        (
            "L’assistance a invité {name} comme administrateur de {company}, sur formulaire. Si c’est une erreur, "
            "retirez cet accès et prévenez-nous :"
        ),
        "{link}",
    ),
    "en": (
        "{name} gets access to {company}",
        "Hello {person},",
        (
            "Support has asked {name} in as an administrator of {company}, on a signed form. If this is wrong, remove "
            "the access and tell us:"
        ),
        "{link}",
    ),
}
CONFIRMED: Final[Wording] = {
    "fr": (
        "{company} est confirmée",
        "Bonjour {person},",
        "L’assistance a vérifié qui agit pour {company} : vous pouvez écrire à vos clients et à vos fournisseurs.",
        "{link}",
    ),
    "en": (
        "{company} is confirmed",
        "Hello {person},",
        "Support has checked who acts for {company}: you can write to your customers and suppliers.",
        "{link}",
    ),
}
ACCESS_ENDED: Final[Wording] = {
    "fr": (
        "Votre accès à {company} est retiré",
        "Bonjour {person},",
        (
            "Une autre personne a prouvé qu’elle dirige {company} ; deux opérateurs lui ont rendu le compte et votre "
            "accès a pris fin. Si c’est une erreur, écrivez à l’assistance :"
        ),
        "{link}",
    ),
    "en": (
        "Your access to {company} has ended",
        "Hello {person},",
        (
            "Somebody else has proved that they run {company}; two operators gave them the account and your access has "
            "ended. If this is wrong, write to support:"
        ),
        "{link}",
    ),
}
TICKET: Final[Wording] = {
    "fr": (
        "Billet {number} : {subject}",
        "Bonjour {name},",
        "Votre demande a le numéro {number}. Donnez-le si vous nous appelez.",
        "{text}",
        "{link}",
    ),
    "en": (
        "Ticket {number}: {subject}",
        "Hello {name},",
        "Your request has the number {number}. Name it when you call us.",
        "{text}",
        "{link}",
    ),
}
ANSWER: Final[Wording] = {
    "fr": ("Billet {number} : réponse", "Bonjour {name},", "{text}", "{link}"),
    "en": ("Ticket {number}: answer", "Hello {name},", "{text}", "{link}"),
}
