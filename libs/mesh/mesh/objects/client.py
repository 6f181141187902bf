"""The `minio` client with what its public methods lack: a conditional put, uploads part by part, bounded files.

Synchronous, like the library. `MinioObjects` runs it in threads.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.datatypes import Part
from minio.error import S3Error
from minio.retention import Retention
from minio.time import to_iso8601utc
from urllib3.util import parse_url

SHA256_HEADER = "x-amz-meta-sha256"
_CHUNK = 1024 * 1024
_NO_LOCK = frozenset({"NoSuchObjectLockConfiguration", "ObjectLockConfigurationNotFoundError", "NoSuchObjectLegalHold"})
"""What stores answer for a version without a term or a hold: MinIO's words and SeaweedFS's."""


@dataclass(frozen=True)
class Head:
    """What the store tells of one object without its bytes; `sha256` is None where nobody had noted it."""

    size: int
    media_type: str
    version_id: str | None
    sha256: str | None


def connect(
    endpoint: str, access_key: str, secret_key: str, *, connections: int, read_seconds: float = 10.0
) -> "S3Client":
    """A client that gives up connecting after 2 s and a silent answer after `read_seconds`, and never retries.

    Retries belong to the caller's ladder and the breaker. Raises ValueError when `endpoint` is not `http(s)://host[:port]`.
    """
    address = parse_url(endpoint)
    if address.scheme not in ("http", "https") or not address.host or address.path not in (None, "", "/"):
        raise ValueError(f"the object store's address must be http(s)://host[:port], not {endpoint}")
    pool = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=2, read=read_seconds),
        retries=False,
        maxsize=connections,
        block=True,
    )
    return S3Client(
        endpoint=address.netloc or "",
        access_key=access_key,
        secret_key=secret_key,
        secure=address.scheme == "https",
        # A region known beforehand saves a look-up per bucket.
        region="us-east-1",
        http_client=pool,
    )


def lock_headers(retain_until: datetime | None) -> dict[str, str]:
    """Headers that lock the new version in COMPLIANCE mode."""
    if retain_until is None:
        return {}
    retention = Retention(COMPLIANCE, retain_until)
    return {
        "x-amz-object-lock-mode": retention.mode,
        "x-amz-object-lock-retain-until-date": to_iso8601utc(retention.retain_until_date) or "",
    }


class S3Client(Minio):
    """`minio.Minio`, extended through the methods it is itself built from."""

    def put(
        self, bucket: str, key: str, data: bytes, headers: dict[str, str], *, version_id: str | None = None
    ) -> str | None:
        """One PutObject with exactly these headers; the new version's id where the bucket is versioned.

        `version_id` asks for the id that a version had (a restore): MinIO gives it, other stores give one of their own.
        """
        query: dict[str, str | list[str] | tuple[str]] | None = {"versionId": version_id} if version_id else None
        return self._put_object(bucket, key, data, dict(headers), query_params=query).version_id

    def save(self, bucket: str, key: str, version_id: str | None, limit: int, path: Path) -> tuple[int, str]:
        """Write at most `limit` bytes of an object to a file; their number and SHA-256."""
        response = self.get_object(bucket, key, version_id=version_id)
        try:
            digest, size = hashlib.sha256(), 0
            with path.open("wb") as file:
                while size < limit and (chunk := response.read(min(_CHUNK, limit - size))):
                    size += file.write(chunk)
                    digest.update(chunk)
            return size, digest.hexdigest()
        finally:
            response.close()
            response.release_conn()

    def digest(self, bucket: str, key: str, version_id: str | None) -> str:
        """The SHA-256 of an object's bytes, read for it."""
        response = self.get_object(bucket, key, version_id=version_id)
        try:
            digest = hashlib.sha256()
            for chunk in response.stream(_CHUNK):
                digest.update(chunk)
            return digest.hexdigest()
        finally:
            response.close()
            response.release_conn()

    def head(self, bucket: str, key: str, version_id: str | None) -> Head:
        """What the store tells of an object."""
        found = self.stat_object(bucket, key, version_id=version_id)
        return Head(
            size=found.size or 0,
            media_type=found.content_type or "application/octet-stream",
            version_id=found.version_id,
            sha256=(found.metadata or {}).get(SHA256_HEADER),
        )

    def retain(self, bucket: str, key: str, version_id: str | None, until: datetime) -> datetime:
        """Lock a version until then unless it is locked for longer; until when it is locked."""
        kept = self._retention(bucket, key, version_id)
        if kept is not None and kept.mode == COMPLIANCE and kept.retain_until_date >= until:
            return kept.retain_until_date
        self.set_object_retention(bucket, key, Retention(COMPLIANCE, until), version_id=version_id)
        return until

    def hold(self, bucket: str, key: str, version_id: str | None, held: bool) -> None:
        """Lay a legal hold on a version or take it away."""
        change = self.enable_object_legal_hold if held else self.disable_object_legal_hold
        change(bucket, key, version_id=version_id)

    def lock_of(self, bucket: str, key: str, version_id: str | None) -> tuple[datetime | None, bool]:
        """Until when COMPLIANCE keeps a version, and whether a legal hold lies on it."""
        kept = self._retention(bucket, key, version_id)
        until = kept.retain_until_date if kept is not None and kept.mode == COMPLIANCE else None
        return until, self._held(bucket, key, version_id)

    def _held(self, bucket: str, key: str, version_id: str | None) -> bool:
        try:
            return self.is_object_legal_hold_enabled(bucket, key, version_id=version_id)
        except S3Error as error:
            if error.code in _NO_LOCK:
                return False
            raise

    def eliminate(self, bucket: str, key: str, version_id: str) -> None:
        """Remove one version, without any bypass."""
        self.remove_object(bucket, key, version_id=version_id)

    def _retention(self, bucket: str, key: str, version_id: str | None) -> Retention | None:
        try:
            return self.get_object_retention(bucket, key, version_id=version_id)
        except S3Error as error:
            if error.code in _NO_LOCK:
                return None
            raise

    def has_bucket(self, bucket: str, _key: str) -> bool:
        """Whether the store shows this user a bucket."""
        return self.bucket_exists(bucket)

    def disconnect(self) -> None:
        """Close the connections that are kept."""
        self._http.clear()

    def begin(self, bucket: str, key: str, media_type: str) -> str:
        """Open a multipart upload; its id."""
        return self._create_multipart_upload(bucket, key, {"Content-Type": media_type})

    def part(self, bucket: str, key: str, upload: str, number: int, data: bytes) -> Part:
        """Store one part; every part but the last has at least 5 MiB."""
        return Part(number, self._upload_part(bucket, key, data, None, upload, number))

    def finish(self, bucket: str, key: str, upload: str, parts: list[Part]) -> str | None:
        """Make the parts one object; its version id where the bucket is versioned."""
        return self._complete_multipart_upload(bucket, key, upload, parts).version_id

    def abort(self, bucket: str, key: str, upload: str) -> None:
        """Give an upload up and free its parts."""
        self._abort_multipart_upload(bucket, key, upload)
