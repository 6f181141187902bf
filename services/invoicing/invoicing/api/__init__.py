"""The routes of invoicing."""

from fastapi import APIRouter

from invoicing.api import (
    attachments,
    billable,
    credit_notes,
    drafts,
    exports,
    invoices,
    marks,
    paper,
    self_billing,
    statuses,
    submitting,
    tax_codes,
    templates,
    trace,
    uploads,
)

ROUTERS: tuple[APIRouter, ...] = (
    drafts.router,  # routes are tried one after the other: what is asked most comes first
    submitting.router,
    billable.router,
    invoices.router,
    marks.router,
    paper.router,
    self_billing.router,
    exports.router,
    uploads.router,
    credit_notes.router,
    statuses.router,
    attachments.router,
    templates.router,
    tax_codes.router,
    trace.router,
)
