"""The routes of po-sync."""

from fastapi import APIRouter

from po_sync.api import orders, publishing, receipts, responses

ROUTERS: tuple[APIRouter, ...] = (publishing.router, orders.router, responses.router, receipts.router)
