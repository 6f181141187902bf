"""The routes of invoicing."""

from fastapi import APIRouter

from invoicing.api import billable, credit_notes, drafts, invoices, statuses, submitting, trace

ROUTERS: tuple[APIRouter, ...] = (
    billable.router,
    drafts.router,
    invoices.router,
    submitting.router,
    credit_notes.router,
    statuses.router,
    trace.router,
)
