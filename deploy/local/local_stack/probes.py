"""Does it answer? Cheap questions put to a running process; each returns False instead of raising."""

from __future__ import annotations

import http.client
import socket
import struct
import urllib.request
from pathlib import Path

_SECONDS = 2.0


def http_ok(url: str) -> bool:
    """A GET of this http:// address is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 -- only our own http://127.0.0.1 addresses
            return answer.status == 200
    except (OSError, http.client.HTTPException):
        return False


def greets(port: int, greeting: bytes) -> bool:
    """Something on this port speaks first and begins with `greeting` (SMTP: `220`)."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_SECONDS) as connection:
            return connection.recv(len(greeting)) == greeting
    except OSError:
        return False


def kafka_answers(port: int) -> bool:
    """A broker answers an ApiVersions request, the one thing Kafka allows before authentication."""
    client_id = b"probe"
    # Kafka protocol, request header v1: api key 18, version 0, correlation id, client id; ApiVersions v0 has no body.
    request = struct.pack(">hhih", 18, 0, 1, len(client_id)) + client_id
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_SECONDS) as connection:
            connection.settimeout(_SECONDS)
            connection.sendall(struct.pack(">i", len(request)) + request)
            return len(connection.recv(10)) >= 8
    except OSError:
        return False


def postgres_answers(socket_folder: Path) -> bool:
    """The server asks for authentication; while it starts or recovers it answers with an error instead."""
    parameters = b"user\0postgres\0database\0postgres\0\0"
    # PostgreSQL protocol 3.0, StartupMessage: length with itself, version 196608, parameters.
    message = struct.pack(">ii", 8 + len(parameters), 196608) + parameters
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_SECONDS)
            connection.connect(str(socket_folder / ".s.PGSQL.5432"))
            connection.sendall(message)
            return connection.recv(1) == b"R"
    except OSError:
        return False


def text(url: str) -> str | None:
    """The body of this http:// address, None when it does not answer with 200."""
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 -- only our own http://127.0.0.1 addresses
            return answer.read().decode() if answer.status == 200 else None
    except (OSError, http.client.HTTPException):
        return None
