"""How statements and rows say that one stands for several accounts."""

from uuid import UUID

from mesh import tenants

KEPT, GONE, OLDER = UUID(int=1), UUID(int=2), UUID(int=3)


def test_a_company_alone_is_compared_by_equality() -> None:
    assert tenants.own("i.author_id", [KEPT]) == "i.author_id = :company"
    assert tenants.named([KEPT]) == {"company": KEPT}


def test_accounts_that_became_one_are_compared_together() -> None:
    assert tenants.own("i.author_id", [KEPT, GONE, OLDER]) == "i.author_id in (:company, :company_1, :company_2)"
    assert tenants.named([KEPT, GONE, OLDER]) == {"company": KEPT, "company_1": GONE, "company_2": OLDER}


def test_a_document_is_acted_on_as_the_account_that_is_its_side() -> None:
    assert tenants.party([KEPT, GONE], GONE, None) == GONE
    assert tenants.party([KEPT, GONE], OLDER, None) == KEPT
