"""Mails about connections of suppliers with buyers."""

from typing import Final

from registration.domain.connecting import Decision
from registration.mail_texts.letter import Wording

REQUESTED: Final[Wording] = {
    "fr": (
        "{partner} demande une mise en relation",
        "Bonjour {person},",
        "{partner} souhaite vous envoyer ses factures pour {unit}. Acceptez ou refusez la demande :",
        "{link}",
    ),
    "en": (
        "{partner} asks to be connected",
        "Hello {person},",
        "{partner} would like to send its invoices for {unit}. Accept or refuse the request:",
        "{link}",
    ),
}
REQUESTED_BY_BUYER: Final[Wording] = {
    "fr": (
        "{partner} demande une mise en relation",
        "Bonjour {person},",
        "{partner} souhaite recevoir vos factures par Navette pour {unit} et accepte leur format électronique.",
        "Rien n’est partagé avant votre accord. Acceptez ou refusez la demande :",
        "{link}",
    ),
    "en": (
        "{partner} asks to be connected",
        "Hello {person},",
        "{partner} would like to receive your invoices through Navette for {unit}, and agrees to electronic ones.",
        "Nothing is shared before you agree. Accept or refuse the request:",
        "{link}",
    ),
}
ACCEPTED: Final[Wording] = {
    "fr": (
        "{partner} a accepté votre demande",
        "Bonjour {person},",
        "Vous êtes en relation avec {partner} ({unit}).",
        "{link}",
    ),
    "en": ("{partner} has accepted", "Hello {person},", "You are connected with {partner} ({unit}).", "{link}"),
}
REFUSED: Final[Wording] = {
    "fr": (
        "{partner} a refusé votre demande",
        "Bonjour {person},",
        "{partner} ({unit}) a refusé votre demande de mise en relation. Motif : {reason}",
        "{link}",
    ),
    "en": (
        "{partner} has refused",
        "Hello {person},",
        "{partner} ({unit}) has refused your request to be connected. Reason: {reason}",
        "{link}",
    ),
}
DISCONNECTED: Final[Wording] = {
    "fr": (
        "{partner} a mis fin à votre relation",
        "Bonjour {person},",
        "Plus rien ne peut être envoyé entre vous et {partner} ({unit}). L’historique et l’archive restent lisibles.",
        "{link}",
    ),
    "en": (
        "{partner} has ended your connection",
        "Hello {person},",
        "Nothing more can be sent between you and {partner} ({unit}). History and archive stay readable.",
        "{link}",
    ),
}
CONSENT_WITHDRAWN: Final[Wording] = {
    "fr": (
        "{partner} retire son accord",
        "Bonjour {person},",
        (
            "{partner} ({unit}) ne souhaite plus recevoir vos factures sous format électronique. Vous restez en "
            "relation ; envoyez-les par courrier ou courriel."
        ),
        "{link}",
    ),
    "en": (
        "{partner} withdraws its consent",
        "Hello {person},",
        (
            "{partner} ({unit}) no longer wishes to receive your invoices in electronic format. You stay connected; "
            "send them on paper or by mail."
        ),
        "{link}",
    ),
}
OF_DECISION: Final = {
    Decision.REQUEST: REQUESTED,
    Decision.ACCEPT: ACCEPTED,
    Decision.REFUSE: REFUSED,
    Decision.DISCONNECT: DISCONNECTED,
}
