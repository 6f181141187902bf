"""The routes of registration."""

from fastapi import APIRouter

from registration.api import (
    clients,
    companies,
    connections,
    grants,
    key_set,
    registrations,
    session,
    signing_keys,
    tokens,
    units,
    users,
)

ROUTERS: tuple[APIRouter, ...] = (
    key_set.router,
    session.router,
    tokens.router,
    registrations.router,
    companies.router,
    clients.router,
    grants.router,
    units.router,
    users.router,
    connections.router,
    signing_keys.router,
)
