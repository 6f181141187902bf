"""An invoice accepts the orders that nobody has answered: with an order response (T76), as if the supplier sent it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from contracts.facts import Fact
from contracts.orders import OrderResponse
from contracts.refs import DocumentRef
from documents.order import Order
from mesh import directory
from mesh.errors import CauseUnknown, Refusal, Transient
from mesh.records import Received
from mesh.transaction import Transaction
from po_sync.domain import answering as wording
from po_sync.domain.answering import Answer
from po_sync.env import Env
from po_sync.intake import answering, responses
from po_sync.intake.answering import PreparedResponse, Subject
from po_sync.store import answers, orders


@dataclass(frozen=True)
class Acceptances:
    """The responses to the orders of one invoice that had none, by order."""

    responses: Mapping[UUID, PreparedResponse]


async def prepare(env: Env, order_ids: Iterable[UUID]) -> Acceptances:
    """Make and check the responses, outside any transaction. Raises CauseUnknown for an order that is not here."""
    made: dict[UUID, PreparedResponse] = {}
    for order_id in sorted(set(order_ids)):
        about, number = await _unanswered(env, order_id)
        if about is not None:
            answer = Answer(accepted=True, number=number, issued_on=env.clock.now().date())
            try:
                made[order_id] = await answering.prepare_response(env, about, answer)
            except Refusal as refusal:  # the rules are not there at this moment
                raise Transient(refusal.detail) from None
    return Acceptances(made)


async def _unanswered(env: Env, order_id: UUID) -> tuple[Subject | None, str]:
    if await env.answered.ask(order_id):  # nearly always: only an order's first invoice accepts it
        return None, ""
    async with env.pipeline.transaction() as tx:
        row = await orders.locked_by_id(tx, order_id)
        if row is None:
            raise CauseUnknown(f"order {order_id}")
        if row["response"] is not None:
            return None, ""
        supplier = await directory.company(tx, row["supplier_id"])
        buyer = await directory.company(tx, row["buyer_id"])
        number = f"{row['number']}-{await answers.count_responses(tx, order_id) + 1}"
    content = await env.objects.read(DocumentRef.model_validate(row["document"]))
    order = Order.model_validate_json(content, extra="ignore")
    parties = wording.reachable(order.seller, supplier), wording.reachable(order.buyer, buyer)
    return Subject(row, order, {}, parties), number


async def record(tx: Transaction, prepared: Acceptances, cause: Received[Fact], env: Env) -> None:
    """Keep the responses and tell the buyer. Raises Transient for an order that changed since they were made."""
    for order_id, made in prepared.responses.items():
        row = await orders.locked_by_id(tx, order_id)
        if row is None or row["response"] is not None:
            continue
        if row["revision"] != made.revision:
            raise Transient(f"order {order_id} changed while its response was made")
        now = env.clock.now()
        document = made.kept.document
        await responses.respond(
            tx, row, OrderResponse.ACCEPTED, None, now, cause=cause, response_id=made.kept.id, document=document
        )
        await answers.put_response(tx, row, made.kept, now)
