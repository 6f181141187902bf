"""Every scope that a service asks for can be given to a client."""

import re
from pathlib import Path

from registration.domain.scopes import SCOPES

SERVICES = Path(__file__).parents[2]
ASKED = re.compile(r"require_scope\(\s*[\"']([a-z:_-]+)[\"']")


def test_clients_can_be_given_what_services_ask_for() -> None:
    asked = {scope for source in SERVICES.glob("*/*/**/*.py") for scope in ASKED.findall(source.read_text())}
    assert asked <= set(SCOPES)
