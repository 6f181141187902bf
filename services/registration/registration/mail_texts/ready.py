"""Mails about being ready to transact."""

from typing import Final

from registration.mail_texts.letter import Wording

NOTICE: Final[Wording] = {
    "fr": (
        "RTT – Prêt à la transaction – {partner}",
        "Bonjour {person},",
        "{partner} ({unit}) annonce qu’à partir du {day} vos factures passent par Navette ; le papier sera refusé.",
        "{instructions}",
        "Vos questions sous trois jours à {contact}, ou ici. Sans question, la relation devient active d’elle-même :",
        "{link}",
    ),
    "en": (
        "RTT – Prêt à la transaction (Ready to transact) – {partner}",
        "Hello {person},",
        "{partner} ({unit}) tells you that from {day} your invoices go through Navette; paper will be refused.",
        "{instructions}",
        "Questions within three days to {contact}, or here. Without any, the connection becomes active by itself:",
        "{link}",
    ),
}
QUESTION: Final[Wording] = {
    "fr": (
        "{partner} a une question",
        "Bonjour {person},",
        "« {text} »",
        "Tant qu’elle est ouverte, rien n’est activé :",
        "{link}",
    ),
    "en": (
        "{partner} has a question",
        "Hello {person},",
        "“{text}”",
        "Nothing is activated as long as it is open:",
        "{link}",
    ),
}
ANSWER: Final[Wording] = {
    "fr": (
        "{partner} a répondu",
        "Bonjour {person},",
        "« {text} »",
        "Activation sans autre question : {day}.",
        "{link}",
    ),
    "en": (
        "{partner} has answered",
        "Hello {person},",
        "“{text}”",
        "Activation without another question: {day}.",
        "{link}",
    ),
}
READY: Final[Wording] = {
    "fr": (
        "Prêt : {partner}",
        "Bonjour {person},",
        "La relation avec {partner} ({unit}) est active : les bons de commande apparaissent.",
        "Une facture datée d’après le {day} n’est plus acceptée sur papier ; elle passe par Navette.",
        "{link}",
    ),
    "en": (
        "Ready: {partner}",
        "Hello {person},",
        "The connection with {partner} ({unit}) is active: orders appear.",
        "An invoice dated after {day} is no longer accepted on paper; it goes through Navette.",
        "{link}",
    ),
}
NOTICE_REMINDER: Final[Wording] = {
    "fr": (
        "Rappel : prêt à la transaction avec {partner} le {day}",
        "Bonjour {person},",
        "Sans question de votre part, la relation avec {partner} ({unit}) devient active le {day}. Contact : {contact}",
        "{link}",
    ),
    "en": (
        "Reminder: ready to transact with {partner} on {day}",
        "Hello {person},",
        "Unless you ask something, the connection with {partner} ({unit}) becomes active on {day}. Contact: {contact}",
        "{link}",
    ),
}
QUESTION_REMINDER: Final[Wording] = {
    "fr": (
        "Rappel : {partner} attend votre réponse",
        "Bonjour {person},",
        "« {text} »",
        "Tant que cette question est ouverte, rien n’est activé :",
        "{link}",
    ),
    "en": (
        "Reminder: {partner} waits for your answer",
        "Hello {person},",
        "“{text}”",
        "Nothing is activated as long as this question is open:",
        "{link}",
    ),
}
