"""Bytes by reference: the port, what it raises, and the S3 store behind it.

`testing.MemoryObjects` passes the same contract suite and is for tests only.
"""

from mesh.objects.minio import MinioObjects
from mesh.objects.port import (
    AlreadyThere,
    Lock,
    ObjectMissing,
    Objects,
    StillLocked,
    Tampered,
    check,
    content_key,
    probe,
    reference,
)

__all__ = [
    "AlreadyThere",
    "Lock",
    "MinioObjects",
    "ObjectMissing",
    "Objects",
    "StillLocked",
    "Tampered",
    "check",
    "content_key",
    "probe",
    "reference",
]
