"""Puts the page together."""

from documents.invoice import Invoice
from signing.domain.rendering import Appearance
from signing.renderer.compose.closing import attachments_of, notes_of, payment_of, proof_of
from signing.renderer.compose.lines import line_table
from signing.renderer.compose.parties import buyer_block, other_blocks, seller_block
from signing.renderer.compose.references import references_of, summary_of, title_of
from signing.renderer.compose.sums import sums_of
from signing.renderer.contrast import readable
from signing.renderer.page import Page
from signing.renderer.words.language import words as words_of


def compose(
    invoice: Invoice,
    appearance: Appearance,
    embedded: tuple[str, ...] = (),
    xml_sha256: str = "",
) -> Page:
    """The page of an invoice. `embedded` names the files that travel in the PDF beside the XML."""
    words = words_of(appearance.languages)
    title, second = title_of(words, invoice)
    return Page(
        language=words.first,
        title=title,
        title_second=second,
        number=invoice.number,
        date=words.day(invoice.issue_date),
        seller=seller_block(words, invoice),
        buyer=buyer_block(words, invoice),
        others=other_blocks(words, invoice),
        summary=summary_of(words, invoice),
        references=references_of(words, invoice),
        lines=line_table(words, invoice),
        sums=sums_of(words, invoice),
        payment=payment_of(words, invoice),
        notes=notes_of(words, invoice),
        attachments=attachments_of(words, invoice, embedded),
        proof=None if appearance.is_draft else proof_of(words, invoice, appearance, xml_sha256),
        footer=invoice.seller.legal_information or invoice.seller.name,
        page_word=words.short("page"),
        accent=readable(appearance.accent),
        mark=words.short("draft") if appearance.is_draft else "",
        banner="" if appearance.is_legal_original else words.label("workflow_image"),
    )
