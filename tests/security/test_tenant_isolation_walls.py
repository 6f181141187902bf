"""The tenant matrix can fail: each wall between tenants, taken away from a service, is missed at once.

Two walls stand one behind the other: a request names the companies whose rows it wants (`Principal.tenants`), and the
database's row policies show no others. A service of the mesh runs once more in this process, without one of them, and
its reading operations are judged by the matrix's own `flaw`.
"""

from uuid import UUID

import httpx
import pytest

from actors.case import Case, Operation, Subject
from actors.matrix import Answer, flaw, foreign
from actors.mesh import OUTSIDER, Mesh
from actors.operations import guarded
from actors.tokens import made
from actors.walls import Wall, service_without
from contracts.registration import Role
from contracts.topics import SERVICES

pytestmark = pytest.mark.e2e
MISSED: tuple[tuple[str, Wall], ...] = (
    *((service, "filter") for service in SERVICES),
    *((service, "row policies") for service in SERVICES if service != "validation"),
)
"""Each service's walls; nothing that validation reads for people stands behind row policies."""


@pytest.fixture(scope="module")
def tokens(mesh: Mesh) -> dict[str, str]:
    """The administrator of a company that has nothing to do with the subject's."""
    with mesh.person("outsider") as outsider:
        return made(mesh.layout, UUID(outsider.whoami["user_id"]), OUTSIDER, (Role.ADMINISTRATOR, Role.ACCOUNTANT))


def _reads(service: str) -> list[tuple[Operation, Case]]:
    return [
        (operation, case)
        for operation, case in guarded()
        if operation.service == service and operation.method == "GET" and _of_tenants(operation)
    ]


def _of_tenants(operation: Operation) -> bool:
    """What operators may see is no tenant's; a stream has no end here, where nobody publishes anything to it."""
    answer = operation.described["responses"].get("200", {}).get("content", {})
    return "/ops/" not in operation.path and "text/event-stream" not in answer


async def _flaws(client: httpx.AsyncClient, token: str, subject: Subject, service: str) -> list[str]:
    found: list[str] = []
    for operation, case in _reads(service):
        path, options = case.request(operation, subject)
        headers = options.pop("headers") | {"authorization": f"Bearer {token}"}
        answer = await client.request(operation.method, path, headers=headers, **options)
        assert answer.status_code < 500, f"{operation.key}: a service that breaks is no wall that is missed"
        if wrong := flaw(operation, case, subject, Answer(answer.status_code, answer.text), foreign):
            found.append(wrong)
    return found


@pytest.mark.parametrize("service", SERVICES)
async def test_with_both_walls_the_matrix_finds_nothing(
    mesh: Mesh, subject: Subject, tokens: dict[str, str], service: str
) -> None:
    async with service_without(mesh, service, None) as client:
        assert await _flaws(client, tokens[service], subject, service) == []


@pytest.mark.parametrize(("service", "wall"), MISSED)
async def test_without_either_wall_the_matrix_is_red(
    mesh: Mesh, subject: Subject, tokens: dict[str, str], service: str, wall: Wall
) -> None:
    async with service_without(mesh, service, wall) as client:
        found = await _flaws(client, tokens[service], subject, service)
    assert found, f"{service} without its {wall}: nobody would notice"
