"""Makes what is missing, and leaves alone what is there: a second start changes nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from minio import Minio
from minio.credentials.providers import StaticProvider
from minio.error import S3Error
from minio.minioadmin import MinioAdmin

from contracts.topics import SERVICES
from gateway.documents import rendered, write
from gateway.envoy import Origins, bootstrap
from gateway.upstreams import Ports
from local_stack import tls
from local_stack.access import ARCHIVE, DOCUMENTS, policy
from local_stack.credentials import key_file
from local_stack.layout import Layout
from local_stack.pki.authorities import create

GATEWAY_FILE: Final = "envoy.yaml"
_THERE: Final = ("BucketAlreadyOwnedByYou", "BucketAlreadyExists")


@dataclass(frozen=True)
class Store:
    """The object store's address (`host:port`) and its administrator; every service's user gets the same password."""

    address: str
    user: str
    password: str


def prepare_files(directory: Path, ports: Path, origin: str, pki_url: str) -> None:
    """Keys, the development seal PKI, the gateway's certificate and its configuration, under one directory.

    Raises PortsError and OriginError.
    """
    layout = Layout(directory)
    layout.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    for service in SERVICES:
        key_file(layout, service)
    layout.seal_pki.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    create(layout.seal_pki, pki_url)
    certificates = tls.prepare(layout)
    configuration = bootstrap(Ports.read(ports), certificates, Origins((origin,)))
    out = directory / GATEWAY_FILE
    write(rendered([configuration], out), out)


def prepare_store(store: Store) -> None:
    """The two buckets, the archive's locked, and each service's user with its rights and no more."""
    client = Minio(endpoint=store.address, access_key=store.user, secret_key=store.password, secure=False)
    for bucket, locked in ((DOCUMENTS, False), (ARCHIVE, True)):
        try:
            client.make_bucket(bucket_name=bucket, object_lock=locked)
        except S3Error as error:
            if error.code not in _THERE:
                raise
    credentials = StaticProvider(store.user, store.password)
    admin = MinioAdmin(endpoint=store.address, credentials=credentials, secure=False)
    for service in SERVICES:
        admin.user_add(service, store.password)
        if rights := policy(service):
            admin.policy_add(service, policy=rights)
            admin.policy_set(service, user=service)
