"""pytest plugin for connected tests: `infra`, the running Kafka, PostgreSQL, object store and mail catcher.

The stack lives in `.local/test` of the checkout (`NAVETTE_TEST_RUN` moves it), is started once and left running for the
next run; the workers of pytest-xdist share it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Literal

import pytest

from local_stack import kafka, objects, ports, postgres, roles
from local_stack.credentials import password
from local_stack.layout import Layout

Role = Literal["owner", "api", "pipeline"]


@dataclass(frozen=True)
class Infra:
    """Addresses and administrators of the running infrastructure.

    It is shared and keeps its data: tests name their databases, topics and objects uniquely.
    """

    layout: Layout
    bootstrap: str
    kafka_mechanism: str
    kafka_username: str
    kafka_password: str
    superuser_dsn: str
    s3_endpoint: str
    s3_access_key: str
    s3_secret_key: str
    smtp_port: int
    mail_url: str
    templates: dict[str, str] = field(default_factory=dict[str, str])
    """Databases that this run copies fresh ones from, by service; dropped when it ends."""

    def principal(self, service: str) -> tuple[str, str]:
        """Kafka user and password of a service (project name, `po-sync`)."""
        return service, password(self.layout, "kafka", service)

    def dsn(self, service: str, role: Role) -> str:
        """DSN of one of a service's three roles, in database `navette`."""
        return postgres.dsn(self.layout, roles.role(service, role))

    def s3_keys(self, service: str) -> tuple[str, str]:
        """Access key and secret key of a service's own object store user."""
        return service, password(self.layout, "s3", service)


def describe(layout: Layout) -> Infra:
    """The infrastructure of a stack that was started."""
    given = ports.read(layout)
    return Infra(
        layout=layout,
        bootstrap=kafka.bootstrap(given),
        kafka_mechanism=kafka.MECHANISM,
        kafka_username=kafka.ADMIN,
        kafka_password=password(layout, "kafka", kafka.ADMIN),
        superuser_dsn=postgres.superuser_dsn(layout),
        s3_endpoint=objects.endpoint(given),
        s3_access_key=objects.ROOT,
        s3_secret_key=password(layout, "s3", objects.ROOT),
        smtp_port=given["smtp"],
        mail_url=f"http://127.0.0.1:{given['mail']}",
    )


@pytest.fixture(scope="session")
def infra() -> Generator[Infra]:
    """The infrastructure, started if it does not run."""
    from local_stack.fresh import drop_database  # every test run loads this plugin, few need the stack
    from local_stack.stack import Stack

    layout = Layout.of_tests()
    Stack(layout).up(only_infrastructure=True)
    found = describe(layout)
    yield found
    for name in found.templates.values():
        asyncio.run(drop_database(found, name))
