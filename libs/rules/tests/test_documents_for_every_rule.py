"""A document is derived for each rule id, and the official stylesheets say the same of it.

`RULES_DERIVE=4 pytest libs/rules/tests/test_documents_for_every_rule.py` for every set (minutes).
"""

import os
from pathlib import Path

import pytest
from lxml import etree

from rules.compiled.engine import CompiledEngine
from rules.differential.comparing import Tally, compare
from rules.differential.deriving import Deriving, is_of
from rules.differential.reaching import bare_documents
from rules.differential.schema_order import schema_order
from rules.differential.silence import TAKEN, TRUE
from rules.packs import PACKS, SYNTAXES, RulePack, cache_directory
from rules.saxon import SaxonEngine

TRIES = int(os.environ.get("RULES_DERIVE", "0"))
EXAMPLES = Path(__file__).parents[3] / "examples"
QUICK = ("cdar", "peppol-t111")
LEAST = 0.8


def derived(saxon: SaxonEngine, compiled: CompiledEngine, pack: RulePack, tries: int) -> Tally:
    tally = Tally()
    bases = [*bare_documents(), *(file.read_bytes() for file in sorted(EXAMPLES.glob("*/*.xml")))]
    for syntax in (each for each in SYNTAXES if each.name in pack.syntaxes):
        deriving = Deriving(compiled, pack, syntax, 1)
        own = [base for base in bases if is_of(base, syntax)][:3]
        compare(saxon, compiled, deriving.documents(own, tries), [pack], tally)
        tally.silent[pack] = deriving.silent()
    return tally


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: f"{pack.set}-{pack.syntaxes[0]}")
def test_four_in_five_rules_of_a_set_are_fired_and_the_same(
    saxon: SaxonEngine, compiled: CompiledEngine, pack: RulePack
) -> None:
    if not TRIES and pack.set not in QUICK:
        pytest.skip("RULES_DERIVE derives documents for every set")

    tally = derived(saxon, compiled, pack, TRIES or 2)

    assert [(each.change, each.rules) for each in tally.differences] == []
    [(fired, known)] = tally.shares().values()
    assert fired / known >= LEAST


def test_rules_that_cannot_fire_are_told_with_the_reason(saxon: SaxonEngine, compiled: CompiledEngine) -> None:
    [cdar] = [pack for pack in PACKS if pack.set == "cdar"]

    [unheard] = derived(saxon, compiled, cdar, 2).unheard().values()

    assert unheard["BR-FR-CDV-01_MDG-3"] == TRUE
    assert set(unheard.values()) <= {TRUE, TAKEN, ""}


def test_what_is_put_into_a_document_stands_where_its_schema_wants_it() -> None:
    [order] = [syntax for syntax in SYNTAXES if syntax.name == "ubl-order"]
    schema = schema_order(cache_directory() / order.schemas[0])
    cbc, cac = (
        f"{{urn:oasis:names:specification:ubl:schema:xsd:Common{kind}Components-2}}" for kind in ("Basic", "Aggregate")
    )
    root = etree.Element(order.root)
    for tag in (f"{cac}OrderLine", f"{cbc}ID", f"{cac}BuyerCustomerParty", f"{cbc}IssueDate", "{urn:strange}x"):
        schema.insert(root, tag)

    assert [str(child.tag).rpartition("}")[2] for child in root] == [
        "ID",
        "IssueDate",
        "BuyerCustomerParty",
        "OrderLine",
        "x",
    ]
    assert f"{cac}Party" in schema.children(f"{cac}BuyerCustomerParty")
    assert f"{cac}BuyerCustomerParty" in schema.parents(f"{cac}Party")
