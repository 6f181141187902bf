"""What was announced long ago goes, save what somebody waits for and the newest item, from which positions count."""

import pytest

from contracts.ids import new_id
from mesh import retention
from notifications.retention import TERMS
from notifications.testing.running import Running

pytestmark = pytest.mark.connected

_ITEM = """insert into feed_item (id, position, company_id, type, subject, data, occurred_at, created_at)
    values (:id, :position, :company, 'invoice.archived', :id, '{}', now(), now() - make_interval(days => 500))"""
_DELIVERY = """insert into delivery (delivery_id, invoice_id, submission_id, supplier_id, buyer_id, unit_id, item_id,
    channel, cause, created_at) values (:id, :id, :id, :id, :id, :id, :item, 'feed', '{}', now())"""


async def test_items_past_their_term_go_unless_somebody_waits_for_them(running: Running) -> None:
    gone, awaited, newest = new_id(), new_id(), new_id()
    async with running.env.pipeline.transaction() as tx:
        for position, item in enumerate((gone, awaited, newest), 1):
            await tx.execute(_ITEM, id=item, position=position, company=new_id())
        await tx.execute(_DELIVERY, id=new_id(), item=awaited)
        assert await retention.forget(tx, TERMS) == {"feed_item": 1}
        left = await tx.rows("select id from feed_item order by position")
    assert [row["id"] for row in left] == [awaited, newest]
