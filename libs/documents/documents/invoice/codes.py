"""Code lists that decide how an invoice is written."""

from typing import Final

INVOICE: Final = "380"
CREDIT_NOTE: Final = "381"
CORRECTED_INVOICE: Final = "384"
PREPAYMENT_INVOICE: Final = "386"
SELF_BILLED_INVOICE: Final = "389"
SELF_BILLED_CREDIT_NOTE: Final = "261"

CREDIT_NOTE_CODES: Final = frozenset(
    ["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"]
)
"""BT-3 codes (UNTDID 1001) that UBL writes as a CreditNote (EN 16931, BR-CL-01; 502 and 503: XP Z12-012)."""

EN_16931: Final = "urn:cen.eu:en16931:2017"
"""BT-24 of an invoice that follows EN 16931 and nothing else; also the Factur-X profile EN 16931 (COMFORT)."""
PEPPOL_BILLING: Final = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PEPPOL_BILLING_PROCESS: Final = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
"""BT-23 that goes with PEPPOL_BILLING."""
FACTUR_X_EXTENDED: Final = "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended"
CTC_FR_EXTENDED: Final = "urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr"
XRECHNUNG: Final = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
