"""The routes of registration."""

from fastapi import APIRouter

from registration.api import (
    access_requests,
    acts,
    clients,
    companies,
    connections,
    factors,
    grants,
    key_set,
    mails,
    partners,
    plans,
    registrations,
    session,
    sessions,
    sign_in_policy,
    signing_keys,
    terms,
    tokens,
    units,
    users,
)

ROUTERS: tuple[APIRouter, ...] = (
    key_set.router,
    session.router,
    factors.router,
    sessions.router,
    sign_in_policy.router,
    tokens.router,
    registrations.router,
    companies.router,
    clients.router,
    grants.router,
    units.router,
    access_requests.router,
    users.router,
    terms.router,
    acts.router,
    connections.router,
    partners.router,
    mails.router,
    plans.router,
    signing_keys.router,
)
