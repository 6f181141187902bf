"""Invoices for the judges, as different as EN 16931 lets them be: kinds, VAT categories, alphabets, lengths, files."""

import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from documents.invoice import Invoice
from documents.invoice.profile import fitting
from signing.domain.rendering import EmbeddedFile

CENT: Final = Decimal("0.01")
KINDS: Final = ("380", "381", "384", "386", "389", "261", "326", "393")
ALPHABETS: Final = {
    "bg": "Български език: ЖЩЮЯъ, Чушки и ябълки",
    "cs": "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "da": "Quizdeltagerne spiste jordbær med fløde",
    "de": "Falsches Üben von Xylophonmusik quält größere Zwerge",
    "el": "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
    "es": "El pingüino Wenceslao hizo kilómetros; ¡sí, señor!",
    "et": "Põdur Zagrebi tšellomängija-följetonist",
    "fi": "Törkylempijävongahdus, Åke",
    "fr": "Dès Noël où un zéphyr haï me vêt de glaçons würmiens, œuf ÿ",
    "ga": "D’fhuascail Íosa Úrmhac na hÓighe Beannaithe",
    "hr": "Gojazni đačić s biciklom drži hmelj i finu vatu u džepu nošnje",
    "hu": "Árvíztűrő tükörfúrógép",
    "it": "Pranzo d’acqua fa volti sghembi, perché così è",
    "lt": "Įlinkdama fechtuotojo špaga sublykčiojusi pragręžė apvalų arbūzą",
    "lv": "Glāžšķūņa rūķīši dzērumā čiepj Baha koncertflīģeļu vākus",
    "mt": "Ħanżir ġdid, żejt u ċipep għall-kċina",
    "nl": "Pa’s wijze lynx bezag vroom het fikse aquaduct, één ĳ",
    "pl": "Zażółć gęślą jaźń",
    "pt": "Luís argüia à Júlia que «brações, fé, chá, óxido, pôr, zângão»",
    "ro": "Gheorghe, obezul, a reușit să obțină jucându-se un flux în Quebec: ăâîșț",
    "sk": "Kŕdeľ šťastných ďatľov učí pri ústí Váhu mĺkveho koňa",
    "sl": "Hišničin bratec vzgaja polže pod fikusom",
    "sv": "Flygande bäckasiner söka hwila på mjuka tuvor",
}
_EXTENDED: Final = 5
"""Every so many invoices one bills several orders, which only the profiles EXTENDED have room for."""
CATEGORIES: Final[dict[str, tuple[str, ...]]] = {
    "S": ("20", "10", "5.5"),
    "Z": ("0",),
    "E": ("0",),
    "AE": ("0",),
    "K": ("0",),
    "G": ("0",),
    "O": (),
    "L": ("7",),
    "M": ("4",),
}
REASONS: Final = {
    "E": "Exonération, article 261 du CGI",
    "AE": "Autoliquidation",
    "K": "Livraison intracommunautaire, article 262 ter I du CGI",
    "G": "Exportation, article 262 I du CGI",
    "O": "Hors champ de la TVA",
}


@dataclass(frozen=True)
class Generated:
    """An invoice, the files that travel with it, and what it was made of."""

    invoice: Invoice
    attachments: tuple[EmbeddedFile, ...]
    kind: str
    category: str
    language: str
    profile: str


def generated(number: int, seed: int = 1) -> Generated:
    """The invoice of this number: the first ones cover every kind, category and alphabet between them."""
    rng = random.Random(f"{seed} {number}")  # noqa: S311 - documents, not secrets
    kind = KINDS[number % len(KINDS)]
    category = list(CATEGORIES)[number % len(CATEGORIES)]
    language = list(ALPHABETS)[number % len(ALPHABETS)]
    words = ALPHABETS[language].split()
    count = rng.randrange(900, 2150) if number % 50 == 49 else rng.choice((1, 2, 3, 8, 12, 20, 21, 22, 40, 90, 200))
    lines = [_line(rng, place + 1, category, words) for place in range(count)]
    if number % _EXTENDED == _EXTENDED - 1:
        lines = [line | {"order_line": {"order": f"CMD-{rng.randrange(9)}", "line": "10"}} for line in lines]
    invoice = Invoice.model_validate(_content(rng, number, kind, category, words, lines))
    profile = fitting(invoice.process.specification, invoice.lines)
    invoice = invoice.model_copy(update={"process": invoice.process.model_copy(update={"specification": profile})})
    files = tuple(
        EmbeddedFile(
            f"{rng.choice(words)} {place}.csv",
            "text/csv",
            rng.randbytes(rng.randrange(1, 4_000)),
            relationship="Supplement" if place else "Source",
        )
        for place in range(rng.choice((0, 0, 0, 1, 5)))
    )
    return Generated(invoice, files, kind, category, language, profile)


def _line(rng: random.Random, number: int, category: str, words: list[str]) -> dict[str, Any]:
    quantity, price = (
        Decimal(rng.randrange(1, 4_000)) / rng.choice((1, 10, 1000)),
        Decimal(rng.randrange(1, 10**6)) / 100,
    )
    rates = CATEGORIES[category]
    item: dict[str, Any] = {"name": " ".join(rng.choices(words, k=rng.randrange(1, 12)))}
    if rng.random() < 0.5:
        item["seller_identifier"] = f"R-{rng.randrange(10**6)}"
    if rng.random() < 0.2:
        item["description"] = " ".join(rng.choices(words, k=rng.randrange(1, 90)))
    return {
        "identifier": str(number),
        "quantity": quantity,
        "unit": rng.choice(("H87", "KGM", "MTR", "HUR", "C62")),
        "price": {"net": price},
        "net_amount": (quantity * price).quantize(CENT),
        "vat": {"code": category} | ({"rate": rng.choice(rates)} if rates else {}),
        "item": item,
    }


def _content(
    rng: random.Random, number: int, kind: str, category: str, words: list[str], lines: list[dict[str, Any]]
) -> dict[str, Any]:
    breakdown: list[dict[str, Any]] = []
    for rate in CATEGORIES[category] or (None,):
        taxable = sum((line["net_amount"] for line in lines if line["vat"].get("rate") == rate), Decimal(0))
        if any(line["vat"].get("rate") == rate for line in lines):
            row: dict[str, Any] = {
                "taxable_amount": taxable,
                "tax_amount": (taxable * Decimal(rate or 0) / 100).quantize(CENT),
            }
            row["category"] = {"code": category} | ({"rate": rate} if rate is not None else {})
            breakdown.append(row | ({"exemption_reason": REASONS[category]} if category in REASONS else {}))
    net = sum((line["net_amount"] for line in lines), Decimal(0))
    tax = sum((row["tax_amount"] for row in breakdown), Decimal(0))
    abroad = "BE" if category in ("AE", "K") else "CH" if category == "G" else "FR"
    content: dict[str, Any] = {
        "number": f"JUGE-{number:05d}",
        "issue_date": date(2026, 11, 20),
        "type_code": kind,
        "currency": "EUR",
        "due_date": date(2026, 12, 20),
        "buyer_reference": f"REF-{number}",
        "process": {"business_process": "B1"},
        "seller": _party(" ".join(words[:4]), "123456782", "FR32123456782", "FR", has_vat=category != "O"),
        "buyer": _party(
            " ".join(reversed(words[:5])), "987654324", f"{abroad}0428759497", abroad, has_vat=category in ("AE", "K")
        ),
        "notes": [{"text": " ".join(rng.choices(words, k=rng.randrange(1, 200)))} for _ in range(rng.randrange(3))],
        "payment": {
            "means": [{"code": "58", "credit_transfer": {"account": "FR7630006000011234567890189"}}],
            "remittance_information": f"JUGE-{number:05d}",
        },
        "payment_terms": " ".join(words),
        "vat_breakdown": breakdown,
        "totals": {
            "line_net_amount": net,
            "net_amount": net,
            "vat_amount": tax,
            "gross_amount": net + tax,
            "due_amount": net + tax,
        },
        "lines": lines,
    }
    if category == "K":
        content["delivery"] = {"date": date(2026, 11, 18), "address": {"city": "Gent", "country": "BE"}}
    if kind in ("381", "384", "261"):
        content["preceding_invoices"] = [{"number": "JUGE-0", "issue_date": date(2026, 11, 1)}]
    return content


def _party(name: str, siren: str, vat: str, country: str, *, has_vat: bool) -> dict[str, Any]:
    party: dict[str, Any] = {
        "name": name,
        "electronic_address": {"value": siren, "scheme": "0225"},
        "legal_registration": {"value": siren, "scheme": "0002"},
        "address": {"line_one": "12 rue de l’Église", "post_code": "67000", "city": "Strasbourg", "country": country},
    }
    return party | ({"vat_identifier": vat} if has_vat else {})
