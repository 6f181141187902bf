"""The committed description is what the routes say."""

import json
from pathlib import Path

import pytest

from mesh import openapi, ops
from registration import app
from registration.testing import Running

pytestmark = pytest.mark.connected
COMMITTED = Path(__file__).parents[1] / "openapi.json"


def test_the_committed_openapi_is_fresh(variables: pytest.MonkeyPatch, running: Running) -> None:
    service = app.build()
    service.app.include_router(ops.router(app.NAME, service.env.clock))
    assert json.loads(COMMITTED.read_text()) == openapi.document(service.app)
