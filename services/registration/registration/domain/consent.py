"""The words that a customer agrees to, by version; a proof names the version and the digest of the text."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

VERSION: Final = "2026-11"
TEXT: Final = {
    "fr": (
        "Je suis habilité à engager la société et j’accepte qu’elle reçoive sous format électronique les factures de "
        "cet émetteur. Cet accord vaut pour cette société seule et peut être retiré à tout moment."
    ),
    "en": (
        "I am entitled to act for the company and agree that it receives this issuer’s invoices in electronic format. "
        "This agreement counts for this company alone and can be withdrawn at any time."
    ),
}


def sha256() -> str:
    """Digest of both texts, in hexadecimal."""
    return hashlib.sha256("\n\n".join(TEXT[language] for language in sorted(TEXT)).encode()).hexdigest()


@dataclass(frozen=True)
class Giver:
    """Who answers for a customer, and from where. A refusal by link names nobody."""

    network: str
    person_id: UUID | None = None
    name: str = ""
    email: str = ""


def proof(giver: Giver, *, agreed: bool, at: datetime, customer: str) -> dict[str, Any]:
    """What is kept of an answer, by link or through a connection: who, when, from where, to which words."""
    return {
        "agreed": agreed,
        "at": at.isoformat(),
        "network": giver.network,
        "text_version": VERSION,
        "text_sha256": sha256(),
        "person_id": str(giver.person_id) if giver.person_id else None,
        "person_name": giver.name,
        "customer": customer,
    } | ({"email": giver.email} if agreed else {})
