"""Who may do what in the object store: one user a service, least rights, stated once for every store."""

from __future__ import annotations

from typing import Any, Final, Literal

Right = Literal["read", "write"]

DOCUMENTS: Final = "documents"
ARCHIVE: Final = "archive"
BUCKETS: Final = (DOCUMENTS, ARCHIVE)

ACCESS: Final[dict[str, dict[str, frozenset[Right]]]] = {
    "registration": {DOCUMENTS: frozenset({"read", "write"})},
    "po-sync": {DOCUMENTS: frozenset({"read", "write"})},
    "invoicing": {DOCUMENTS: frozenset({"read", "write"})},
    "validation": {DOCUMENTS: frozenset({"read"})},
    "signing": {DOCUMENTS: frozenset({"read", "write"})},
    "archive": {DOCUMENTS: frozenset({"read"}), ARCHIVE: frozenset({"read", "write"})},
    "notifications": {DOCUMENTS: frozenset({"read"}), ARCHIVE: frozenset({"read"})},
}

WITHIN: Final = {"registration": ("logos/", "tickets/")}
"""Whose rights on objects end with prefixes of their keys."""

_READ_BUCKET: Final[tuple[str, ...]] = (
    "s3:GetBucketLocation",
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketVersioning",
    "s3:ListBucket",
    "s3:ListBucketVersions",
)
_READ_OBJECT: Final[tuple[str, ...]] = (
    "s3:GetObject",
    "s3:GetObjectLegalHold",
    "s3:GetObjectRetention",
    "s3:GetObjectVersion",
)
_WRITE_BUCKET: Final[tuple[str, ...]] = ("s3:ListBucketMultipartUploads",)
_WRITE_OBJECT: Final[tuple[str, ...]] = ("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject")
_REMOVE: Final[tuple[str, ...]] = ("s3:DeleteObject",)
_LOCK: Final[tuple[str, ...]] = ("s3:PutObjectLegalHold", "s3:PutObjectRetention")
_ELIMINATE: Final[tuple[str, ...]] = ("s3:DeleteObject", "s3:DeleteObjectVersion")
"""One version by its id, which the object lock refuses until its term is over and no hold lies on it (ADR 0031)."""


def policy(service: str) -> dict[str, Any] | None:
    """The IAM policy of a service's user; None for a service that uses no bucket.

    Nobody may bypass a retention or change a bucket. In the archive nobody may hide anything; its own service may
    remove a version that nothing locks any more.
    """
    statements: list[dict[str, Any]] = []
    within = WITHIN.get(service, ("",))
    for bucket, rights in ACCESS[service].items():
        write = "write" in rights
        last = _LOCK if bucket == ARCHIVE else _REMOVE
        on_bucket = [*_READ_BUCKET, *(_WRITE_BUCKET if write else ())]
        on_objects = [*_READ_OBJECT, *(_WRITE_OBJECT + last if write else ())]
        statements += [
            {"Effect": "Allow", "Action": on_bucket, "Resource": [f"arn:aws:s3:::{bucket}"]},
            {
                "Effect": "Allow",
                "Action": on_objects,
                "Resource": [f"arn:aws:s3:::{bucket}/{prefix}*" for prefix in within],
            },
        ]
        if bucket == ARCHIVE and write:
            named = {"StringLike": {"s3:versionid": "?*"}}  # without a version, deleting would hide what is there
            on_versions = {"Action": [*_ELIMINATE], "Resource": [f"arn:aws:s3:::{bucket}/*"], "Condition": named}
            statements.append({"Effect": "Allow", **on_versions})
    return {"Version": "2012-10-17", "Statement": statements} if statements else None


def identity_actions(service: str) -> list[str]:
    """The same rights in SeaweedFS's own words, which are coarser: its `Write` includes deleting.

    What keeps the archive there is the object lock, which it enforces for every user.
    """
    words = {"read": ("Read", "List"), "write": ("Write", "Tagging")}
    return [
        f"{word}:{bucket}"
        for bucket, rights in ACCESS[service].items()
        for right in sorted(rights)
        for word in words[right]
    ]
