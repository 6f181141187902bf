"""Facts of one trade, as their lawful writers would write them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.facts import Fact
from contracts.faults import Finding, Severity
from contracts.ids import new_id
from contracts.invoices import (
    InvoiceArchived,
    InvoiceCancelled,
    InvoiceFailed,
    InvoiceSealed,
    InvoiceStatusReported,
    InvoiceSubmitted,
    InvoiceValidated,
    Kind,
    PaperRefused,
    Stage,
)
from contracts.money import Totals
from contracts.refs import DocumentRef
from contracts.registration import Address, CompanyState, Membership, Role, UserState
from contracts.status import Party
from mesh.records import Received
from mesh.testing import received

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def reference(bucket: str = "documents") -> DocumentRef:
    """Where some bytes are."""
    return DocumentRef(bucket=bucket, key="k", sha256="cd" * 32, size=3, media_type="application/xml")


@dataclass
class Trade:
    """A supplier, a buyer, and the facts of one invoice between them."""

    supplier: UUID = field(default_factory=new_id)
    buyer: UUID = field(default_factory=new_id)
    unit: UUID = field(default_factory=new_id)
    invoice: UUID = field(default_factory=new_id)
    submission: UUID = field(default_factory=new_id)
    delivery: UUID = field(default_factory=new_id)
    number: str = "F-2026-1"

    def _sides(self) -> dict[str, Any]:
        return {
            "invoice_id": self.invoice,
            "supplier_id": self.supplier,
            "buyer_id": self.buyer,
            "unit_id": self.unit,
        }

    def _pipeline(self) -> dict[str, Any]:
        return self._sides() | {"submission_id": self.submission, "document": reference()}

    def _received(self, fact: Fact, **attributes: Any) -> Received[Fact]:
        return received(fact, subject=self.invoice, tenant=self.supplier, **attributes)

    def submitted(self, attempt: int = 1) -> Received[Fact]:
        """The supplier sent it."""
        totals = Totals(
            currency="EUR", net=Decimal("100.00"), vat=Decimal("20.00"), gross=Decimal("120.00"), due=Decimal("120.00")
        )
        return self._received(
            InvoiceSubmitted(
                **self._pipeline(),
                attempt=attempt,
                number=self.number,
                kind=Kind.INVOICE,
                issue_date=date(2026, 3, 2),
                totals=totals,
                supplier_country="FR",
                buyer_country="FR",
                submitted_at=NOW,
            )
        )

    def validated(self, *warnings: Finding, rulebook_version: int | None = None) -> Received[Fact]:
        """Nothing stands against it."""
        return self._received(
            InvoiceValidated(
                **self._pipeline(),
                document_sha256="cd" * 32,
                rule_sets=(),
                rulebook_version=rulebook_version,
                warnings=warnings,
                supplier_country="FR",
                buyer_country="FR",
                validated_at=NOW,
            )
        )

    def paper_refused(self) -> Received[Fact]:
        """The buyer was sent it on paper, a day too late."""
        return self._received(
            PaperRefused(
                paper_id=self.invoice,
                supplier_id=self.supplier,
                buyer_id=self.buyer,
                number=self.number,
                issue_date=date(2026, 3, 2),
                ready_on=date(2026, 3, 1),
                refused_at=NOW,
            )
        )

    def failed(self) -> Received[Fact]:
        """It was refused by a rule."""
        findings = (Finding(rule="BR-CO-15", severity=Severity.FATAL, pointer="/totals"),)
        return self._received(
            InvoiceFailed(**self._pipeline(), stage=Stage.VALIDATION, reason="RULES", findings=findings, failed_at=NOW)
        )

    def sealed(self) -> Received[Fact]:
        """Its original is sealed."""
        return self._received(
            InvoiceSealed(
                **self._pipeline(),
                original=reference(),
                level="B-LTA",
                certificate_sha256="ef" * 32,
                legal=True,
                sealed_at=NOW,
            )
        )

    def archived(self) -> Received[Fact]:
        """Its original is in the archive."""
        return self._received(
            InvoiceArchived(
                **self._pipeline(),
                archive_id=new_id(),
                delivery_id=self.delivery,
                sequence=1,
                leaf_index=0,
                original=reference("archive"),
                archived_document=reference("archive"),
                retain_until=NOW,
                archived_at=NOW,
            )
        )

    def reported(self, code: str, *reasons: str, by: Party = Party.BUYER) -> Received[Fact]:
        """One side reported a status."""
        return self._received(
            InvoiceStatusReported(
                **self._sides(),
                delivery_id=self.delivery,
                status_id=new_id(),
                code=code,
                reasons=reasons,
                reported_by=by,
                reported_at=NOW,
            )
        )

    def cancelled(self) -> Received[Fact]:
        """The supplier withdrew it."""
        return self._received(
            InvoiceCancelled(**self._sides(), submission_id=self.submission, reason="ERROR", cancelled_at=NOW)
        )

    def up_to_archived(self) -> list[Received[Fact]]:
        """The straight way."""
        return [self.submitted(), self.validated(), self.sealed(), self.archived()]


def company(company_id: UUID, name: str, *, reclaimed_at: datetime | None = None, revision: int = 1) -> Received[Fact]:
    """A company as registration tells of it."""
    state = CompanyState(
        company_id=company_id,
        revision=revision,
        active=True,
        reclaimed_at=reclaimed_at,
        legal_name=name,
        country="FR",
        address=Address(country="FR"),
        time_zone="Europe/Paris",
        language="fr",
        supplier=True,
        buyer=True,
    )
    return received(state, subject=company_id)


def person(
    company_id: UUID, email: str | None, language: str, *roles: Role, user_id: UUID | None = None, revision: int = 1
) -> Received[Fact]:
    """A person as registration tells of them; no address: erased."""
    identifier = user_id or new_id()
    state = UserState(
        user_id=identifier,
        revision=revision,
        email=email,
        name=None if email is None else "Ada",
        language=language,
        memberships=(Membership(company_id=company_id, roles=frozenset(roles)),),
        valid_from=NOW,
        active=email is not None,
        erased=email is None,
    )
    return received(state, subject=identifier)
