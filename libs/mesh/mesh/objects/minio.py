"""An S3 store (MinIO, SeaweedFS, any other) as `Objects`: puts and reads in the event loop, all else by `minio`."""

import asyncio
import hashlib
import re
from base64 import b64encode
from collections.abc import AsyncIterable, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3.exceptions import HTTPError

from contracts.refs import DocumentRef
from mesh.breaker import Breaker
from mesh.errors import ResourceDown, TooLarge, Transient
from mesh.objects.client import SHA256_HEADER, S3Client, connect, lock_headers
from mesh.objects.http import Answer, S3Http
from mesh.objects.port import (
    AlreadyThere,
    Lock,
    ObjectMissing,
    StillLocked,
    Tampered,
    check,
    must_be_aware,
    reference,
)
from mesh.objects.upload import PART_SIZE, Upload
from mesh.settings import MeshSettings

_OK: Final = 200
_SERVER_ERROR: Final = 500
# A HEAD of a version that is a delete marker answers 405.
_MISSING: Final = frozenset({"NoSuchKey", "NoSuchVersion", "NoSuchObject", "MethodNotAllowed"})
# 412: something stands there. 409: somebody is writing it at this moment.
_OCCUPIED: Final = frozenset({409, 412})
_NO_SERVICE: Final = frozenset({"SlowDown", "InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed"})

_AT_ONCE: Final = 256 * 1024
"""From this size on hashing leaves the event loop: it takes longer than handing it to a thread."""

_T = TypeVar("_T")


class _Occupied(Transient):
    """A conditional put found something under its key."""


class MinioObjects:
    """`Objects` over S3. At most `concurrency` puts and reads run at a time, and as many other requests, each of these
    in a thread; `close` ends them.
    """

    def __init__(
        self,
        endpoint: str,
        access_key: str,
        secret_key: str,
        *,
        breaker: Breaker | None = None,
        concurrency: int = 16,
        read_seconds: float = 10.0,
    ) -> None:
        self.breaker = breaker or Breaker("objects")
        self._client: S3Client = connect(
            endpoint, access_key, secret_key, connections=concurrency, read_seconds=read_seconds
        )
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="objects")
        self._http = S3Http(endpoint, access_key, secret_key, connections=concurrency, read_seconds=read_seconds)

    @classmethod
    def from_settings(cls, settings: MeshSettings, breaker: Breaker | None = None) -> "MinioObjects":
        """The store that a service's environment names."""
        secret = settings.s3_secret_key.get_secret_value()
        return cls(settings.s3_endpoint, settings.s3_access_key, secret, breaker=breaker)

    async def close(self) -> None:
        """Wait for the requests under way, end the threads and close the connections."""
        await self._http.close()
        await asyncio.to_thread(self._threads.shutdown)
        self._client.disconnect()

    async def put(
        self,
        bucket: str,
        key: str,
        data: bytes,
        media_type: str,
        *,
        if_absent: bool = False,
        retain_until: datetime | None = None,
    ) -> DocumentRef:
        """See `Objects.put`."""
        must_be_aware(retain_until)
        if len(data) < _AT_ONCE:
            ref = reference(bucket, key, data, media_type)
        else:
            ref = await asyncio.to_thread(reference, bucket, key, data, media_type)
        headers = {"Content-Type": media_type, SHA256_HEADER: ref.sha256} | lock_headers(retain_until)
        if if_absent:
            headers["If-None-Match"] = "*"
        if retain_until is not None:
            # S3 locks only what comes with a digest of its own; a signature over one does not count.
            headers["x-amz-checksum-sha256"] = b64encode(bytes.fromhex(ref.sha256)).decode()
        try:
            answer = await self._answered(self._http.put, bucket, key, data, ref.sha256, headers)
        except _Occupied:
            raise AlreadyThere(await self._standing(bucket, key)) from None
        version = _version(answer.headers.get("x-amz-version-id"))
        return ref.model_copy(update={"version_id": version}) if version else ref

    async def stream(
        self, bucket: str, key: str, chunks: AsyncIterable[bytes], media_type: str, *, limit: int
    ) -> DocumentRef:
        """See `Objects.stream`."""
        upload = Upload(self._client, self._call, bucket, key, media_type)
        digest, size, held = hashlib.sha256(), 0, bytearray()
        try:
            async for chunk in chunks:
                size += len(chunk)
                _within(size, limit)
                digest.update(chunk)
                held += chunk
                while len(held) > PART_SIZE:
                    await upload.add(bytes(held[:PART_SIZE]))
                    del held[:PART_SIZE]
            if not upload.begun:
                return await self.put(bucket, key, bytes(held), media_type)
            await upload.add(bytes(held))
            version = await upload.finish()
        except BaseException:
            await upload.abort()
            raise
        return DocumentRef(
            bucket=bucket,
            key=key,
            version_id=_version(version),
            sha256=digest.hexdigest(),
            size=size,
            media_type=media_type,
        )

    async def read(self, ref: DocumentRef) -> bytes:
        """See `Objects.read`."""
        try:
            # One byte more than expected is enough to see that there is too much.
            answer = await self._answered(self._http.get, ref.bucket, ref.key, ref.version_id, ref.size + 1)
        except ObjectMissing:
            raise ObjectMissing(ref.bucket, ref.key, ref.version_id) from None
        data = answer.body
        return check(ref, data) if ref.size < _AT_ONCE else await asyncio.to_thread(check, ref, data)

    async def save(self, ref: DocumentRef, path: Path) -> None:
        """See `Objects.save`."""
        try:
            limit = ref.size + 1
            size, sha256 = await self._call(self._client.save, ref.bucket, ref.key, ref.version_id, limit, path)
        except ObjectMissing:
            raise ObjectMissing(ref.bucket, ref.key, ref.version_id) from None
        if (size, sha256) != (ref.size, ref.sha256):
            raise Tampered(ref, f"the store gave {size} bytes or more with sha256 {sha256}")

    async def stat(self, bucket: str, key: str, version_id: str | None = None) -> DocumentRef:
        """See `Objects.stat`."""
        try:
            found = await self._call(self._client.head, bucket, key, version_id)
            sha256 = found.sha256
            if sha256 is None:  # streamed: its digest was known only after its headers had gone
                sha256 = await self._call(self._client.digest, bucket, key, found.version_id)
        except ObjectMissing:
            raise ObjectMissing(bucket, key, version_id) from None
        return DocumentRef(
            bucket=bucket,
            key=key,
            version_id=_version(found.version_id),
            sha256=sha256,
            size=found.size,
            media_type=found.media_type,
        )

    async def delete(self, ref: DocumentRef) -> None:
        """See `Objects.delete`."""
        if ref.version_id is not None:
            raise ValueError(f"{ref.bucket}/{ref.key} is a version of a locked bucket and stays")
        try:
            await self._call(self._client.remove_object, ref.bucket, ref.key)
        except ObjectMissing:
            return

    async def retain(self, ref: DocumentRef, until: datetime) -> datetime:
        """See `Objects.retain`."""
        must_be_aware(until)
        try:
            return await self._call(self._client.retain, ref.bucket, ref.key, ref.version_id, until)
        except ObjectMissing:
            raise ObjectMissing(ref.bucket, ref.key, ref.version_id) from None

    async def hold(self, ref: DocumentRef, *, held: bool) -> None:
        """See `Objects.hold`."""
        try:
            await self._call(self._client.hold, ref.bucket, ref.key, ref.version_id, held)
        except ObjectMissing:
            raise ObjectMissing(ref.bucket, ref.key, ref.version_id) from None

    async def lock_of(self, ref: DocumentRef) -> Lock:
        """See `Objects.lock_of`."""
        try:
            until, held = await self._call(self._client.lock_of, ref.bucket, ref.key, ref.version_id)
        except ObjectMissing:
            raise ObjectMissing(ref.bucket, ref.key, ref.version_id) from None
        return Lock(until, held)

    async def eliminate(self, ref: DocumentRef) -> None:
        """See `Objects.eliminate`."""
        if ref.version_id is None:
            raise ValueError(f"{ref.bucket}/{ref.key} names no version")
        refusal = "the store did not remove it"
        try:
            await self._call(self._client.eliminate, ref.bucket, ref.key, ref.version_id)
        except ObjectMissing:
            return
        except ResourceDown:
            raise
        except Transient as error:
            refusal = str(error)
        try:  # judged by outcome: stores differ in how they refuse
            await self.stat(ref.bucket, ref.key, ref.version_id)
        except ObjectMissing:
            return
        raise StillLocked(ref, refusal)

    async def ready(self, bucket: str) -> None:
        """See `Objects.ready`."""
        if not await self._call(self._client.has_bucket, bucket, ""):
            raise Transient(f"the object store has no bucket {bucket}")

    async def _standing(self, bucket: str, key: str) -> DocumentRef:
        try:
            return await self.stat(bucket, key)
        except ObjectMissing:
            raise Transient(f"{bucket}/{key} is being written by somebody else") from None

    async def _answered(self, ask: Callable[..., Awaitable[Answer]], bucket: str, key: str, /, *args: Any) -> Answer:
        """Send one request from the event loop and raise what goes wrong in the mesh's words."""
        async with self.breaker.guard():
            try:
                answer = await ask(bucket, key, *args)
            except OSError as error:
                raise ResourceDown(self.breaker.resource, f"{type(error).__name__}: {error}") from error
            if answer.status != _OK:
                code, message = (_told(answer.body, tag) for tag in ("Code", "Message"))
                raise self._refused(answer.status, code, message, bucket, key)
            return answer

    async def _call(self, function: Callable[..., _T], bucket: str, key: str, /, *args: Any) -> _T:
        """Run one request in a thread and raise what goes wrong in the mesh's words."""
        loop = asyncio.get_running_loop()
        async with self.breaker.guard():
            try:
                return await loop.run_in_executor(self._threads, partial(function, bucket, key, *args))
            except S3Error as error:
                raise self._translated(error, bucket, key) from error
            except (HTTPError, OSError, ServerError, InvalidResponseError) as error:
                raise ResourceDown(self.breaker.resource, f"{type(error).__name__}: {error}") from error
            except MinioException as error:
                raise Transient(f"object store: {error}") from error

    def _translated(self, error: S3Error, bucket: str, key: str) -> Exception:
        return self._refused(error.response.status, error.code, error.message, bucket, key)

    def _refused(self, status: int, code: str | None, message: str | None, bucket: str, key: str) -> Exception:
        if code in _MISSING:
            return ObjectMissing(bucket, key)
        if status in _OCCUPIED and code != "NoSuchBucket":
            return _Occupied(f"{bucket}/{key} is taken")
        if code in _NO_SERVICE or status >= _SERVER_ERROR:
            return ResourceDown(self.breaker.resource, f"answers {code or status}")
        return Transient(f"the object store refuses {bucket}/{key}: {code or status} {message or ''}".rstrip())


def _told(body: bytes, tag: str) -> str | None:
    """A term of an error document (S3, Error Responses)."""
    found = re.search(rf"<{tag}>([^<]*)</{tag}>", body.decode(errors="replace"))
    return found.group(1) if found else None


def _within(size: int, limit: int) -> None:
    if size > limit:
        raise TooLarge("UPLOAD_TOO_LARGE", f"At most {limit} bytes are taken here.")


def _version(version_id: str | None) -> str | None:
    """A version id; a bucket without versions answers none, or the word `null`."""
    return None if version_id in (None, "", "null") else version_id
