"""The operator's way in: through the gateway, as a person with the role of operator.

NAVETTE_URL, NAVETTE_EMAIL, NAVETTE_PASSWORD and NAVETTE_CA (a PEM file) say where and as whom; without them the local
stack of this checkout is used. A second factor is asked for at the terminal, unless NAVETTE_CODE holds its code.
"""

import getpass
import json
import os
import ssl
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from contracts.topics import SERVICES
from navette.errors import CommandError, Refused


@dataclass(frozen=True)
class Access:
    """Where the gateway is, which authority its certificate is from, and as whom to sign in."""

    url: str
    email: str
    password: str
    authority: Path | None

    @classmethod
    def find(cls, run: Path) -> "Access":
        """From the environment, else from the local stack in `run`. Raises CommandError naming what is missing."""
        given = {name: os.environ.get(f"NAVETTE_{name}", "") for name in ("URL", "EMAIL", "PASSWORD", "CA")}
        if given["URL"]:
            if not (given["EMAIL"] and given["PASSWORD"]):
                raise CommandError("NAVETTE_URL is set; set NAVETTE_EMAIL and NAVETTE_PASSWORD too.")
            return cls(given["URL"], given["EMAIL"], given["PASSWORD"], Path(given["CA"]) if given["CA"] else None)
        try:
            ports = json.loads((run / "ports.json").read_text())
            people = json.loads((run / "secrets" / "demo.json").read_text())["users"]
        except FileNotFoundError as error:
            raise CommandError(f"{error.filename} is missing: run `make demo`, or set NAVETTE_URL.") from None
        email = next(address for address in people if address.startswith("operator@"))
        return cls(f"https://localhost:{ports['gateway']}", email, people[email], run / "pki" / "tls" / "ca.pem")


class Gateway:
    """A signed-in session. Use it as a context manager."""

    def __init__(self, access: Access, *, email: str = "", password: str = "") -> None:
        self.url = access.url
        self._credentials = {"email": email or access.email, "password": password or access.password}
        context = ssl.create_default_context(cafile=str(access.authority) if access.authority else None)
        self.http = httpx.Client(base_url=access.url, verify=context, timeout=60, headers={"origin": access.url})

    def __enter__(self) -> "Gateway":
        begun = self.call("POST", "/v1/session", json=self._credentials)
        if "challenge" in begun:
            self._prove(begun["challenge"], begun["methods"])
        return self

    def _prove(self, challenge: str, methods: list[str]) -> None:
        """The second factor: the code of NAVETTE_CODE, else asked for at the terminal."""
        method = next((each for each in ("totp", "sms", "email", "recovery_code") if each in methods), "")
        if not method:
            raise CommandError("Your only second factor is a passkey, which needs a browser; add an application there.")
        asked = {"challenge": challenge, "method": method}
        code = os.environ.get("NAVETTE_CODE", "")
        if not code and method in ("sms", "email"):
            sent = self.call("POST", "/v1/session/code", json=asked)["sent_to"]
            sys.stderr.write(f"A code was sent to {sent}.\n")
        code = code or getpass.getpass("Code: ")
        self.call("POST", "/v1/session/second-factor", json=asked | {"code": code})

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def call(self, method: str, path: str, **options: Any) -> Any:
        """Make a request; returns the JSON of the answer. Raises CommandError with the problem's own words."""
        return self.response(method, path, **options).json()

    def response(self, method: str, path: str, **options: Any) -> httpx.Response:
        """As `call`, for answers that are no JSON."""
        try:
            answer = self.http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise CommandError(f"{self.url} does not answer: {error}. Is it running? (make status)") from None
        if answer.is_error:
            raise _refusal(answer)
        return answer

    def each(self, path: str, services: tuple[str, ...] = SERVICES) -> dict[str, Any]:
        """Ask `/v1/ops/{service}{path}` of several services; a service that does not answer says so in its place."""
        answers: dict[str, Any] = {}
        for service in services:
            try:
                answers[service] = self.call("GET", f"/v1/ops/{service}{path}")
            except CommandError as error:
                answers[service] = error
        return answers


def _refusal(answer: httpx.Response) -> Refused:
    try:
        problem = answer.json()
        violations = "".join(
            f"\n  {v.get('pointer', '')}: {v.get('detail', '')}" for v in problem.get("violations", ())
        )
        code = str(problem.get("code"))
        return Refused(code, f"{code}: {problem.get('detail') or problem.get('title')}{violations}")
    except ValueError:
        return Refused("", f"{answer.status_code} {answer.reason_phrase}: {answer.text[:200]}")


def known(service: str) -> str:
    """A service's name, checked. Raises CommandError."""
    if service not in SERVICES:
        raise CommandError(f"There is no service {service}. It is one of: {', '.join(SERVICES)}.")
    return service
