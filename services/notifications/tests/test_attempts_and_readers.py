"""When attempts are made, what items say, and who gets a mail."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.facts import fact_class
from contracts.ids import new_id
from contracts.invoices import InvoiceArchived, InvoiceFailed, Stage
from contracts.money import Totals
from contracts.refs import DocumentRef
from contracts.registration import Membership, Right, Role, UserState
from mesh.settings import MeshSettings
from notifications.domain.items import ItemType, Submission, invoice_data
from notifications.domain.mails import MailKind, kind_of, may_get
from notifications.domain.retries import PATIENCE, next_attempt
from notifications.handlers import handlers
from notifications.settings import Settings

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SUPPLIER, BUYER, UNIT = uuid4(), uuid4(), uuid4()
SUBMISSION = Submission(
    submission_id=new_id(),
    attempt=1,
    number="F-1",
    kind="invoice",
    issue_date=date(2026, 3, 2),
    totals=Totals(
        currency="EUR", net=Decimal("10.00"), vat=Decimal("2.00"), gross=Decimal("12.00"), due=Decimal("12.00")
    ),
    author_id=new_id(),
)


def test_attempts_follow_after_the_waits_that_are_promised() -> None:
    seconds = [5, 30, 120, 600, 3_600, 21_600, 21_600]
    for attempts, wait in enumerate(seconds, 1):
        assert next_attempt(attempts, NOW, NOW + PATIENCE) == NOW + timedelta(seconds=wait)


@given(st.integers(1, 1_000), st.integers(-10, 4 * 86_400))
def test_no_attempt_is_planned_after_patience_ends(attempts: int, left: int) -> None:
    end = NOW + timedelta(seconds=left)
    following = next_attempt(attempts, NOW, end)
    assert (following is None) == (left <= 0)
    assert following is None or NOW < following <= end


def test_every_kind_of_fact_that_becomes_an_item_has_a_type_webhooks_can_choose() -> None:
    told = {handler.fact.type_name for handler in handlers.handled() if handler.record is not None}
    own = {ItemType.WEBHOOK_DISABLED, ItemType.RULE_FAILED}
    assert told - {"company.state"} == {item_type.value for item_type in set(ItemType) - own}  # it tells of webhooks
    for item_type in set(ItemType) - own:
        assert fact_class(f"navette.{item_type.value}.v1") is not None


def _ref(bucket: str) -> DocumentRef:
    return DocumentRef(bucket=bucket, key="secret/key", sha256="ab" * 32, size=7, media_type="application/pdf")


def test_an_archived_invoice_says_where_to_read_it_and_no_address_inside_the_store() -> None:
    invoice_id = new_id()
    fact = InvoiceArchived(
        invoice_id=invoice_id,
        supplier_id=SUPPLIER,
        buyer_id=BUYER,
        unit_id=UNIT,
        submission_id=SUBMISSION.submission_id,
        document=_ref("documents"),
        archive_id=new_id(),
        delivery_id=new_id(),
        sequence=1,
        leaf_index=0,
        original=_ref("archive"),
        archived_document=_ref("archive"),
        retain_until=NOW,
        archived_at=NOW,
    )
    data = invoice_data(fact, SUBMISSION)
    assert data["original"]["path"] == f"/v1/archive/{invoice_id}/original.pdf"
    assert data["document"]["path"] == f"/v1/archive/{invoice_id}/invoice.xml"
    assert data["original"]["sha256"] == "ab" * 32
    assert data["totals"]["gross"] == "12.00"
    assert "secret/key" not in str(data)
    assert "bucket" not in str(data)


@pytest.mark.parametrize(
    ("code", "by", "kind"),
    [
        ("205", "buyer", MailKind.APPROVED),
        ("206", "buyer", MailKind.APPROVED),
        ("207", "buyer", MailKind.ON_HOLD),
        ("208", "buyer", MailKind.ON_HOLD),
        ("210", "buyer", MailKind.REFUSED),
        ("211", "buyer", MailKind.PAID),
        ("213", "platform", MailKind.REFUSED),
        ("204", "buyer", None),
        ("212", "supplier", None),
        ("999", "buyer", None),
    ],
)
def test_the_supplier_gets_mail_about_the_statuses_it_waits_for(code: str, by: str, kind: MailKind | None) -> None:
    data = {"supplier_id": str(SUPPLIER), "buyer_id": str(BUYER), "code": code, "reported_by": by}
    assert kind_of("invoice.status_reported", data, SUPPLIER, by_mail=False) is kind
    assert kind_of("invoice.status_reported", data, BUYER, by_mail=False) is None


def test_the_buyer_gets_mail_about_an_invoice_only_on_the_channel_mail() -> None:
    data = {"supplier_id": str(SUPPLIER), "buyer_id": str(BUYER)}
    assert kind_of("invoice.archived", data, BUYER, by_mail=True) is MailKind.NEW_INVOICE
    assert kind_of("invoice.archived", data, BUYER, by_mail=False) is None
    assert kind_of("invoice.failed", data, SUPPLIER, by_mail=False) is MailKind.FAILED


def _person(*roles: Role, company: UUID = SUPPLIER, email: str | None = "a@example.com", **state: bool) -> UserState:
    return UserState(
        user_id=new_id(),
        revision=1,
        email=email,
        name="A",
        language="fr",
        memberships=(Membership(company_id=company, roles=frozenset(roles)),),
        valid_from=NOW,
        **state,  # pyright: ignore[reportArgumentType] - only `active` and `erased` are given
    )


def test_mail_goes_to_active_people_of_the_company_in_a_fitting_role() -> None:
    assert may_get(_person(Role.ACCOUNTANT), SUPPLIER, MailKind.FAILED)
    assert not may_get(_person(Role.VIEWER), SUPPLIER, MailKind.FAILED)
    assert not may_get(_person(Role.ACCOUNTANT), BUYER, MailKind.FAILED)
    assert not may_get(_person(Role.ACCOUNTANT, active=False), SUPPLIER, MailKind.FAILED)
    assert not may_get(_person(Role.ACCOUNTANT, erased=True, email=None), SUPPLIER, MailKind.FAILED)
    assert not may_get(_person(Role.ACCOUNTANT), SUPPLIER, MailKind.WEBHOOK_DISABLED)
    assert may_get(_person(Role.APPROVER, company=BUYER), BUYER, MailKind.NEW_INVOICE)


def test_who_may_not_read_the_feed_gets_no_mail_of_it() -> None:
    person = _person(Role.ACCOUNTANT)
    barred = person.memberships[0].model_copy(update={"taken": frozenset({Right.FEED_READ})})
    assert not may_get(person.model_copy(update={"memberships": (barred,)}), SUPPLIER, MailKind.FAILED)


def test_a_failure_carries_its_findings_as_codes_and_a_bounded_number_of_them() -> None:
    from contracts.faults import Finding, Severity

    findings = tuple(Finding(rule=f"R-{n}", severity=Severity.FATAL) for n in range(30))
    fact = InvoiceFailed(
        invoice_id=new_id(),
        supplier_id=SUPPLIER,
        buyer_id=BUYER,
        unit_id=UNIT,
        submission_id=SUBMISSION.submission_id,
        document=_ref("documents"),
        stage=Stage.VALIDATION,
        reason="RULES",
        findings=findings,
        failed_at=NOW,
    )
    data = invoice_data(fact, SUBMISSION)
    assert [finding["rule"] for finding in data["findings"]] == [f"R-{n}" for n in range(20)]
    assert data["finding_count"] == 30


def test_loopback_webhooks_are_refused_outside_development(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in MeshSettings.model_fields:
        monkeypatch.delenv(f"NOTIFICATIONS_{name.upper()}", raising=False)
    required = {
        "DATABASE_API": "postgresql://a@b/c",
        "DATABASE_PIPELINE": "postgresql://a@b/c",
        "KAFKA_BOOTSTRAP": "b:1",
        "S3_ENDPOINT": "http://s",
        "S3_ACCESS_KEY": "a",
        "S3_SECRET_KEY": "s",
        "JWKS_URL": "http://j",
        "WEBHOOK_ALLOW_LOOPBACK": "true",
    }
    for name, value in required.items():
        monkeypatch.setenv(f"NOTIFICATIONS_{name}", value)
    with pytest.raises(ValueError, match="development only"):
        Settings()  # pyright: ignore[reportCallIssue] - the environment gives the arguments
    monkeypatch.setenv("NOTIFICATIONS_ENVIRONMENT", "development")
    assert Settings().webhook_allow_loopback  # pyright: ignore[reportCallIssue] - the environment gives the arguments
