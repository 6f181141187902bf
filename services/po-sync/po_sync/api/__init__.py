"""The routes of po-sync."""

from fastapi import APIRouter

from po_sync.api import despatches, orders, publishing, receipts, responses, states, why

ROUTERS: tuple[APIRouter, ...] = (
    publishing.router,
    why.router,
    orders.router,
    responses.router,
    despatches.router,
    states.router,
    receipts.router,
)
