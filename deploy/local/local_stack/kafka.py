"""One Apache Kafka broker in KRaft mode from its published jars, with SCRAM principals and ACLs in force.

Clients use SASL_PLAINTEXT and SCRAM-SHA-512, as in the cluster. `admin` is the only super user a person has; each
service is a principal of its own name and may do only what `mesh.topics apply` grants it.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import uuid
from pathlib import Path

from contracts.topics import PARTITIONS_LOCAL, SERVICES
from local_stack.credentials import password
from local_stack.errors import StackError
from local_stack.layout import REPOSITORY, Layout, cache_folder
from local_stack.probes import kafka_answers
from local_stack.program import Program
from local_stack.report import step
from local_stack.tools import find, one_maven_at_a_time, require

MECHANISM = "SCRAM-SHA-512"
ADMIN = "admin"
_BROKER = "broker"
_SOURCES = REPOSITORY / "deploy" / "local" / "kafka"
_JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def fetch() -> Path:
    """The folder with the broker's jars, copied from the Maven repository into the cache once (about 43 MB)."""
    pom = _SOURCES / "pom.xml"
    folder = cache_folder() / f"kafka-{hashlib.sha256(pom.read_bytes()).hexdigest()[:12]}"
    if folder.exists():
        return folder
    maven = require("mvn")
    with one_maven_at_a_time, step("fetched Apache Kafka from the Maven repository", announce=True):
        partial = folder.with_name(f"{folder.name}.{os.getpid()}")
        partial.mkdir(parents=True)
        done = subprocess.run(
            [
                maven,
                "-q",
                "-B",
                "-f",
                pom,
                "dependency:copy-dependencies",
                f"-DoutputDirectory={partial}",
                "-DincludeScope=runtime",
            ],
            cwd=partial,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            shutil.rmtree(partial)
            raise StackError(f"Maven could not fetch Kafka: {done.stdout.strip()[-800:]}")
        try:
            partial.rename(folder)
        except OSError:  # another checkout was quicker
            shutil.rmtree(partial)
    return folder


def _sasl(module: str, user: str, secret: str, **users: str) -> str:
    known = "".join(f' user_{name}="{value}"' for name, value in users.items())
    return f'org.apache.kafka.common.security.{module} required username="{user}" password="{secret}"{known};'


def _server_properties(layout: Layout, ports: dict[str, int]) -> str:
    broker_secret = password(layout, "kafka", _BROKER)
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "listeners": f"CLIENT://127.0.0.1:{ports['kafka']},CONTROLLER://127.0.0.1:{ports['kafka_controller']}",
        "advertised.listeners": f"CLIENT://127.0.0.1:{ports['kafka']}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "CLIENT",
        "listener.security.protocol.map": "CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
        "controller.quorum.voters": f"1@127.0.0.1:{ports['kafka_controller']}",
        "sasl.mechanism.inter.broker.protocol": MECHANISM,
        # The controller keeps the SCRAM credentials, so its own listener cannot use them.
        "sasl.mechanism.controller.protocol": "PLAIN",
        "listener.name.client.sasl.enabled.mechanisms": MECHANISM,
        "listener.name.client.scram-sha-512.sasl.jaas.config": _sasl("scram.ScramLoginModule", _BROKER, broker_secret),
        "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.controller.plain.sasl.jaas.config": _sasl(
            "plain.PlainLoginModule", _BROKER, broker_secret, **{_BROKER: broker_secret}
        ),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "false",
        "super.users": f"User:{ADMIN};User:{_BROKER}",
        "log.dirs": str(layout.kafka / "data"),
        "num.partitions": str(PARTITIONS_LOCAL),
        "auto.create.topics.enable": "false",
        # One node: every topic has one replica.
        "default.replication.factor": "1",
        "min.insync.replicas": "1",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "8",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "8",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "share.coordinator.state.topic.num.partitions": "2",
        # Members join at once (default 3 s) and tests may use short sessions.
        "group.initial.rebalance.delay.ms": "0",
        "group.min.session.timeout.ms": "3000",
        # A small machine.
        "num.network.threads": "2",
        "num.io.threads": "4",
        "num.recovery.threads.per.data.dir": "1",
        "background.threads": "2",
        "log.cleaner.threads": "1",
        "log.cleaner.dedupe.buffer.size": "4194304",
        "log.segment.bytes": "67108864",
    }
    return "".join(f"{key}={value}\n" for key, value in settings.items())


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def _write_jvm_arguments(layout: Layout, jars: Path, java: Path) -> None:
    """An argument file, so that what is supervised does not change when a class archive appears.

    The first clean stop writes the archive (class data sharing), which halves the next start; all checkouts share it.
    """
    release = hashlib.sha256(f"{java} {java.stat().st_mtime_ns}".encode()).hexdigest()[:8]
    own, shared = layout.kafka / f"classes-{release}.jsa", jars / f"classes-{release}.jsa"
    if own.exists() and not shared.exists():
        partial = shared.with_suffix(f".{os.getpid()}")
        shutil.copy(own, partial)
        partial.rename(shared)
    archive = f"-XX:SharedArchiveFile={shared}" if shared.exists() else f"-XX:ArchiveClassesAtExit={own}"
    heap = os.environ.get("NAVETTE_KAFKA_HEAP", "256m")
    arguments = [
        f"-Xms{heap}",
        f"-Xmx{heap}",
        *_JVM,
        archive,
        "-Xlog:disable",
        "-Xlog:all=error:stderr",
        f"-Dlog4j2.configurationFile={(_SOURCES / 'log4j2.properties').as_uri()}",
        "-cp",
        f"{jars}/*",
    ]
    (layout.kafka / "jvm.args").write_text("".join(f'"{argument}"\n' for argument in arguments))


def prepare(layout: Layout, ports: dict[str, int]) -> None:
    """Fetch the jars, write the configuration and format the log with the principals the first time."""
    java = Path(require("java")).resolve()
    jars = fetch()
    configuration = layout.kafka / "server.properties"
    _write_private(configuration, _server_properties(layout, ports))
    _write_jvm_arguments(layout, jars, java)
    if (layout.kafka / "data" / "meta.properties").exists():
        return
    with step("formatted Kafka's log with one principal a service"):
        scram = [
            word
            for name in (ADMIN, _BROKER, *SERVICES)
            for word in ("--add-scram", f'{MECHANISM}=[name="{name}",password="{password(layout, "kafka", name)}"]')
        ]
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        done = subprocess.run(
            [
                java,
                "-Xmx128m",
                *_JVM,
                "-cp",
                f"{jars}/*",
                "kafka.tools.StorageTool",
                "format",
                f"--cluster-id={cluster}",  # one word: one id in sixty-four begins with a hyphen
                "-c",
                configuration,
                *scram,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise StackError(f"Kafka's log was not formatted: {(done.stdout + done.stderr).strip()[-800:]}")


def program(layout: Layout, ports: dict[str, int]) -> Program:
    """The broker."""
    return Program(
        name="kafka",
        command=(
            find("java") or "java",
            f"@{layout.kafka}/jvm.args",
            "kafka.Kafka",
            str(layout.kafka / "server.properties"),
        ),
        ready=lambda: kafka_answers(ports["kafka"]),
        stop_seconds=30,
        address=bootstrap(ports),
    )


def bootstrap(ports: dict[str, int]) -> str:
    """host:port clients begin with."""
    return f"127.0.0.1:{ports['kafka']}"
