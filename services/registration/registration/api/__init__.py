"""The routes of registration."""

from fastapi import APIRouter

from registration.api import key_set, session, tokens

ROUTERS: tuple[APIRouter, ...] = (key_set.router, session.router, tokens.router)
