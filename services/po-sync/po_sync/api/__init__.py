"""The routes of po-sync."""

from fastapi import APIRouter

from po_sync.api import despatches, order_files, orders, publishing, receipts, responses, states, why

ROUTERS: tuple[APIRouter, ...] = (
    publishing.router,
    why.router,
    orders.router,
    responses.router,
    despatches.router,
    states.router,
    receipts.router,
    order_files.router,
)
