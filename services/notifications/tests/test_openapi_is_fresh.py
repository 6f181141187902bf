"""The committed description is the one that the code makes."""

import json
from pathlib import Path

from mesh import openapi, ops
from mesh.http import create_app
from notifications.api import ROUTERS


def test_openapi_json_is_what_the_routes_say() -> None:
    app = create_app(title="Navette notifications", service="notifications", routers=ROUTERS)
    app.include_router(ops.router("notifications", None))
    committed = json.loads((Path(__file__).parents[1] / "openapi.json").read_text())
    assert openapi.document(app)["paths"].keys() == committed["paths"].keys()
    own = {path: item for path, item in committed["paths"].items() if not path.startswith("/v1/ops/")}
    assert {path: openapi.document(app)["paths"][path] for path in own} == own
