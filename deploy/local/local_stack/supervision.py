"""supervisord under our rules: one a stack, reached by a private socket, leaving nothing behind.

It starts and restarts processes but knows nothing about readiness, so waves are ours (`start`, `wait`). What a killed
supervisor leaves behind dies with it (`setpriv --pdeathsig KILL`) or is found by the mark in its environment (`sweep`).
"""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
import xmlrpc.client
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from supervisor.xmlrpc import SupervisorTransport

from local_stack.errors import NotReadyError, StackError
from local_stack.layout import MARK, Layout
from local_stack.program import Program

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "JAVA_HOME", "LD_LIBRARY_PATH", "NAVETTE_CACHE", "NAVETTE_RULES")
"""All that processes inherit from the shell that called `up`; the rest is stated by each program."""


@dataclass(frozen=True)
class ProcessState:
    """What the supervisor says of one process; `state` is one of its own words (RUNNING, BACKOFF, FATAL, STOPPED …)."""

    name: str
    state: str
    pid: int | None
    uptime_s: int


def _word(value: str) -> str:
    """A word of a command: supervisord expands % and splits like a shell."""
    if "\n" in value:
        raise StackError(f"a command of supervisord holds no line end: {value!r}")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") + '"'


def _value(name: str, value: str) -> str:
    """A value of an environment: supervisord knows quotes there, nothing that escapes them, and strips both ends."""
    mark = "'" if '"' in value else '"'
    if mark in value or "\n" in value or value != value.strip("\"'"):
        raise StackError(f"{name}: supervisord cannot pass a value with such quotes or line ends")
    return mark + value.replace("%", "%%") + mark


def _program_section(program: Program, layout: Layout) -> str:
    environment = {"PYTHONUNBUFFERED": "1", **program.environment}
    command = " ".join(_word(word) for word in ("setpriv", "--pdeathsig", "KILL", "--", *program.command))
    group = "true" if program.stop_group else "false"
    lines = {
        "command": command,
        "directory": str(layout.run),
        "environment": ",".join(f"{name}={_value(name, value)}" for name, value in environment.items()),
        "autostart": "false",
        "autorestart": "true",
        "startsecs": "1",
        "startretries": "30",
        "stopsignal": program.stop_signal,
        "stopwaitsecs": str(program.stop_seconds),
        "stopasgroup": group,
        "killasgroup": group,
        "redirect_stderr": "true",
        "stdout_logfile": str(layout.logs / f"{program.name}.log").replace("%", "%%"),
        "stdout_logfile_maxbytes": "20MB",
        "stdout_logfile_backups": "2",
    }
    return f"[program:{program.name}]\n" + "".join(f"{key}={value}\n" for key, value in lines.items())


def configuration(programs: Iterable[Program], layout: Layout) -> str:
    """supervisord's own file. It holds secrets: keep it 0600."""
    run = str(layout.run).replace("%", "%%")
    head = f"""[supervisord]
logfile={run}/logs/supervisord.log
logfile_maxbytes=5MB
logfile_backups=1
pidfile={run}/supervisord.pid
childlogdir={run}/logs
umask=077
minfds=1024
nocleanup=true

[unix_http_server]
file={layout.supervisor_socket}
chmod=0600

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

"""
    return head + "\n".join(_program_section(program, layout) for program in programs)


class Supervisor:
    """The supervisor of one stack. Calls may come from several threads."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._file = layout.run / "supervisord.conf"
        self._programs: dict[str, Program] = {}
        self._changes = threading.Lock()

    @contextmanager
    def _rpc(self) -> Generator[Any]:
        transport = SupervisorTransport(None, None, f"unix://{self._layout.supervisor_socket}")
        with xmlrpc.client.ServerProxy("http://local", transport=transport) as proxy:
            yield proxy.supervisor

    def is_running(self) -> bool:
        try:
            with self._rpc() as rpc:
                return rpc.getState()["statecode"] == 1
        except (OSError, http.client.HTTPException):
            return False

    def add(self, program: Program) -> None:
        """Make a program known, or what changed in it, without starting it; starts the supervisor if need be."""
        with self._changes:
            self._programs[program.name] = program
            self._write_configuration()
            if not self.is_running():
                self._launch()
            with self._rpc() as rpc:
                added, changed, _ = rpc.reloadConfig()[0]
                for name in changed:
                    rpc.stopProcessGroup(name)
                    rpc.removeProcessGroup(name)
                for name in [*added, *changed]:
                    rpc.addProcessGroup(name)

    def keep_only(self, names: Iterable[str]) -> None:
        """End and forget every program but these: what an earlier version of the stack had started."""
        kept = set(names)
        with self._rpc() as rpc:
            for info in rpc.getAllProcessInfo():
                if info["name"] not in kept:
                    rpc.stopProcessGroup(info["name"])
                    rpc.removeProcessGroup(info["name"])

    def _write_configuration(self) -> None:
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(configuration(self._programs.values(), self._layout))

    def _launch(self) -> None:
        sweep(self._layout)
        self._layout.supervisor_socket.unlink(missing_ok=True)
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment |= {MARK: self._layout.mark, "TZ": "UTC"}
        started = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "supervisor.supervisord", "-c", str(self._file)],
            env=environment,
            cwd=self._layout.run,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if started.returncode:
            raise StackError(f"supervisord did not start: {started.stderr.strip() or started.stdout.strip()}")
        until = time.monotonic() + 15
        while not self.is_running():
            if time.monotonic() > until:
                raise NotReadyError(f"supervisord does not answer, see {self._layout.logs}/supervisord.log")
            time.sleep(0.02)

    def states(self) -> dict[str, ProcessState]:
        """Every process by name; empty when no supervisor runs."""
        if not self.is_running():
            return {}
        with self._rpc() as rpc:
            every = rpc.getAllProcessInfo()
        return {
            info["name"]: ProcessState(
                name=info["name"],
                state=info["statename"],
                pid=info["pid"] or None,
                uptime_s=max(0, info["now"] - info["start"]) if info["pid"] else 0,
            )
            for info in every
        }

    def start(self, name: str) -> None:
        """Start a process unless it runs; returns at once."""
        try:
            with self._rpc() as rpc:
                rpc.startProcess(name, False)
        except xmlrpc.client.Fault as fault:
            if "ALREADY_STARTED" not in fault.faultString:
                raise StackError(f"{name}: {fault.faultString}") from fault

    def stop(self, name: str) -> None:
        """Stop a process if it runs; returns when it has ended."""
        try:
            with self._rpc() as rpc:
                rpc.stopProcess(name)
        except xmlrpc.client.Fault as fault:
            if "NOT_RUNNING" not in fault.faultString:
                raise StackError(f"{name}: {fault.faultString}") from fault

    def wait(self, program: Program, seconds: float = 180) -> None:
        """Return when the process answers.

        Raises NotReadyError, with the end of its log, when it has given up or is not ready in time.
        """
        until = time.monotonic() + seconds
        while not program.ready():
            with self._rpc() as rpc:
                info = rpc.getProcessInfo(program.name)
            if info["statename"] == "FATAL" or time.monotonic() > until:
                log = self._layout.logs / f"{program.name}.log"
                raise NotReadyError(f"{program.name} is {info['statename']} and not ready, see {log}\n{tail(log, 15)}")
            time.sleep(0.05)

    def shutdown(self) -> None:
        """Stop every process, then the supervisor; whatever is left and carries our mark is killed."""
        if self.is_running():
            pid = int((self._layout.run / "supervisord.pid").read_text())
            supervisor = psutil.Process(pid)
            with self._rpc() as rpc:
                rpc.shutdown()
            try:
                supervisor.wait(timeout=60)
            except psutil.TimeoutExpired:
                supervisor.kill()
        sweep(self._layout)
        self._layout.supervisor_socket.unlink(missing_ok=True)


def marked(layout: Layout) -> list[int]:
    """Processes whose environment carries this stack's mark, except this one and its ancestors."""
    mark = f"{MARK}={layout.mark}".encode()
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found: list[int] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            continue
    return [pid for pid in found if pid not in own]


def sweep(layout: Layout) -> None:
    """Kill what a dead supervisor left behind, never by name; returns when it is gone."""
    until = time.monotonic() + 10
    while pids := marked(layout):
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if time.monotonic() > until:
            raise StackError(f"processes {pids} of {layout.run} do not end")
        time.sleep(0.02)


def tail(path: Path, lines: int) -> str:
    """The last lines of a log."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""
