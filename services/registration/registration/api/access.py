"""Where routes find their adapters, and who may do what."""

from typing import Annotated

from fastapi import Depends, Request

from registration.env import Env


def _env(request: Request) -> Env:
    env: Env = request.app.state.env
    return env


CurrentEnv = Annotated[Env, Depends(_env)]
"""A route's parameter: the adapters of this process."""


def client_address(request: Request) -> str:
    """Where a request comes from: the last X-Forwarded-For is the gateway's own word, which drops a client's."""
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return forwarded or (request.client.host if request.client else "")
