"""How long notifications keeps what was announced, and how it was sent."""

from typing import Final

from mesh.retention import Term

TERMS: Final = (
    Term("webhook_attempt", "at", 90),
    Term("webhook_delivery", "created_at", 400, "t.state <> 'pending'"),
    Term("mail", "created_at", 400, "t.state <> 'pending'"),
    # The newest item stays: positions count on from it. What is still to be sent or acknowledged stays too.
    Term(
        "feed_item",
        "created_at",
        400,
        """t.position < (select max(position) from feed_item)
        and not exists (select 1 from delivery d where d.item_id = t.id and d.state = 'pending')
        and not exists (select 1 from webhook_delivery w where w.item_id = t.id)
        and not exists (select 1 from mail m where m.item_id = t.id)""",
    ),
)
