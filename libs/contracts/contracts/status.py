"""Statuses of a delivery: the codes of the French life cycle (XP Z12-012, MDT-105) with their labels and who may
set them.

An append-only log, no state machine: processing codes come in any order, at any time. A code that is not in the table
is kept and shown.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

StatusCode = Annotated[str, Field(pattern=r"^[0-9]{3}$", description="MDT-105, for example 205 for approved")]


class Party(StrEnum):
    """Who speaks."""

    SUPPLIER = "supplier"
    BUYER = "buyer"
    PLATFORM = "platform"


@dataclass(frozen=True)
class Status:
    """One code.

    `closes`: no later code of the other side changes the outcome. `needs_reason`: a reason code is required.
    """

    code: str
    fr: str
    en: str
    set_by: Party
    needs_reason: bool = False
    closes: bool = False


_TABLE: Final = (
    Status("200", "Déposée", "Filed", Party.PLATFORM),
    Status("201", "Émise par la plateforme", "Issued by platform", Party.PLATFORM),
    Status("202", "Reçue par la plateforme", "Received by platform", Party.PLATFORM),
    Status("203", "Présentée", "Submitted", Party.PLATFORM),
    Status("204", "Prise en charge", "In hand", Party.BUYER),
    Status("205", "Approuvée", "Approved", Party.BUYER),
    Status("206", "Approuvée partiellement", "Partially approved", Party.BUYER, needs_reason=True),
    Status("207", "En litige", "In dispute", Party.BUYER, needs_reason=True),
    Status("208", "Suspendue", "On hold", Party.BUYER, needs_reason=True),
    Status("209", "Complétée", "Completed", Party.SUPPLIER),
    Status("210", "Refusée", "Refused", Party.BUYER, needs_reason=True, closes=True),
    Status("211", "Paiement transmis", "Payment sent", Party.BUYER),
    Status("212", "Encaissée", "Payment received", Party.SUPPLIER),
    Status("213", "Rejetée", "Rejected", Party.PLATFORM, needs_reason=True, closes=True),
    Status("220", "Annulée", "Cancelled", Party.SUPPLIER),
)

STATUSES: Final[dict[str, Status]] = {status.code: status for status in _TABLE}

REASONS: Final[dict[str, frozenset[str]]] = {
    "206": frozenset(
        [
            "AUTRE",
            "CMD_ERR",
            "SIRET_ERR",
            "CODE_ROUTAGE_ERR",
            "REF_CT_ABSENT",
            "REF_ERR",
            "PU_ERR",
            "REM_ERR",
            "QTE_ERR",
            "ART_ERR",
            "MODPAI_ERR",
            "QUALITE_ERR",
            "LIVR_INCOMP",
        ]
    ),
    "208": frozenset(
        ["JUSTIF_ABS", "COORD_BANC_ERR", "CMD_ERR", "SIRET_ERR", "CODE_ROUTAGE_ERR", "REF_CT_ABSENT", "REF_ERR"]
    ),
    "210": frozenset(
        [
            "TX_TVA_ERR",
            "MONTANTTOTAL_ERR",
            "CALCUL_ERR",
            "NON_CONFORME",
            "DOUBLON",
            "DEST_ERR",
            "TRANSAC_INC",
            "EMMET_INC",
            "CONTRAT_TERM",
            "DOUBLE_FACT",
            "CMD_ERR",
            "ADR_ERR",
            "REF_CT_ABSENT",
        ]
    ),
    "213": frozenset(
        [
            "MONTANTTOTAL_ERR",
            "CALCUL_ERR",
            "DOUBLON",
            "DEST_INC",
            "ADR_ERR",
            "REJ_SEMAN",
            "REJ_UNI",
            "REJ_COH",
            "REJ_ADR",
            "REJ_CONT_B2G",
            "REJ_REF_PJ",
            "REJ_ASS_PJ",
        ]
    ),
}
"""Reason codes per status (BR-FR-CDV-CL-09)."""
REASONS["207"] = REASONS["206"] | REASONS["210"] | {"COORD_BANC_ERR", "DEST_INC"}


def label(code: str, language: str) -> str:
    """The word people read for a code: French for `fr…`, English otherwise; an unknown code is shown as it is."""
    status = STATUSES.get(code)
    if status is None:
        return code
    return status.fr if language.startswith("fr") else status.en


def may_set(party: Party, code: str) -> bool:
    """Whether a side may set a code. Codes outside the table may come from any side: bilateral codes exist."""
    status = STATUSES.get(code)
    return status is None or status.set_by is party
