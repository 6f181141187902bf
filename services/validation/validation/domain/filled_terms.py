"""What a rulebook may have filled where an invoice lacks it: terms in words, and wishes nobody can grant."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from contracts.faults import Finding, Severity, json_pointer
from contracts.rulebooks import ENRICHMENTS, Enrichment, EnrichmentSource

Texts = Mapping[Literal["fr", "en"], str]

TERMS: Final[Mapping[str, Texts]] = {
    "BT-10": {"fr": "Référence de l’acheteur", "en": "Buyer reference"},
    "BT-11": {"fr": "Référence du projet", "en": "Project reference"},
    "BT-12": {"fr": "Référence du contrat", "en": "Contract reference"},
    "BT-13": {"fr": "Numéro de la commande", "en": "Order number"},
    "BT-14": {"fr": "Numéro de commande du fournisseur", "en": "Seller's order number"},
    "BT-15": {"fr": "Numéro de l’avis de réception", "en": "Receipt number"},
    "BT-16": {"fr": "Numéro de l’avis d’expédition", "en": "Despatch number"},
    "BT-17": {"fr": "Référence de l’appel d’offres ou du lot", "en": "Tender or lot reference"},
    "BT-19": {"fr": "Imputation comptable de l’acheteur", "en": "Buyer's accounting reference"},
    "BT-20": {"fr": "Conditions de paiement", "en": "Payment terms"},
    "BT-29": {"fr": "Votre numéro de ce fournisseur", "en": "Your number of this supplier"},
    "BT-72": {"fr": "Date de livraison", "en": "Delivery date"},
}
SOURCES: Final[Mapping[EnrichmentSource, Texts]] = {
    "order": {"fr": "de la commande", "en": "from the order"},
    "receipt": {"fr": "de la réception", "en": "from the receipt"},
    "despatch": {"fr": "de l’avis d’expédition", "en": "from the despatch advice"},
    "company": {"fr": "de votre entité et de son lien avec le fournisseur", "en": "from your unit and its connection"},
}


def enrichment_flaws(wanted: Sequence[Enrichment]) -> Iterator[Finding]:
    """Each with a pointer into the rulebook; none: all of it can be filled."""
    for number, wish in enumerate(wanted):
        sources = ENRICHMENTS.get(wish.term)
        if sources is None:
            yield _flaw(f"Terms that can be filled are {', '.join(ENRICHMENTS)}.", number, "term")
        elif wish.source not in sources:
            yield _flaw(f"{wish.term} can be filled from: {', '.join(sources)}.", number, "source")
        elif wish in wanted[:number]:
            yield _flaw("It is asked for twice.", number, "term")


def _flaw(detail: str, number: int, step: str) -> Finding:
    pointer = json_pointer("enrichment", number, step)
    return Finding(rule="NAV-RULEBOOK-ENRICHMENT", severity=Severity.FATAL, pointer=pointer, detail=detail)
