"""What the object store holds before anything runs: two buckets, and each service's user with its rights."""

from __future__ import annotations

import hashlib

from minio import Minio
from minio.credentials.providers import StaticProvider
from minio.error import S3Error
from minio.minioadmin import MinioAdmin

from contracts.topics import SERVICES
from local_stack.access import ARCHIVE, DOCUMENTS, policy
from local_stack.credentials import password
from local_stack.layout import Layout
from local_stack.objects import ROOT, Store, endpoint


def root_client(layout: Layout, ports: dict[str, int]) -> Minio:
    """A client with every right; for provisioning and tests."""
    return Minio(
        endpoint=endpoint(ports).removeprefix("http://"),
        access_key=ROOT,
        secret_key=password(layout, "s3", ROOT),
        secure=False,
    )


def provision(layout: Layout, ports: dict[str, int], store: Store) -> None:
    """Create the buckets (`archive` versioned and lockable) and, in MinIO, each service's user with its policy."""
    done = layout.objects / "provisioned"
    digest = hashlib.sha256(f"{store} {ports['s3']} {[policy(service) for service in SERVICES]}".encode()).hexdigest()
    if done.exists() and done.read_text() == digest:
        return
    client = root_client(layout, ports)
    for bucket, locked in ((DOCUMENTS, False), (ARCHIVE, True)):
        try:
            client.make_bucket(bucket_name=bucket, object_lock=locked)
        except S3Error as error:
            if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise
    if store.kind == "minio":
        _minio_users(layout, ports)
    done.write_text(digest)


def _minio_users(layout: Layout, ports: dict[str, int]) -> None:
    admin = MinioAdmin(
        endpoint=endpoint(ports).removeprefix("http://"),
        credentials=StaticProvider(ROOT, password(layout, "s3", ROOT)),
        secure=False,
    )
    for service in SERVICES:
        admin.user_add(service, password(layout, "s3", service))
        rights = policy(service)
        if rights:
            admin.policy_add(service, policy=rights)
            admin.policy_set(service, user=service)
