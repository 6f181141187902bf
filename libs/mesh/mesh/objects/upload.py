"""One multipart upload that ends finished or aborted, whatever happens to its caller."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, Protocol, TypeVar

from minio.datatypes import Part

from mesh.errors import Undone
from mesh.objects.client import S3Client

PART_SIZE: Final = 5 * 1024 * 1024
"""The smallest part S3 allows, and the most of an upload that is held in memory."""

_T = TypeVar("_T")


class Call(Protocol):
    """Runs one request of the client on behalf of the upload."""

    def __call__(
        self, function: Callable[..., _T], bucket: str, key: str, /, *args: Any
    ) -> Coroutine[Any, Any, _T]: ...


async def to_its_end(work: Coroutine[Any, Any, _T]) -> _T:
    """Await `work`; a cancellation is passed on only once it has ended.

    A request that runs in a thread cannot be called back. Left alone, it could open an upload nobody knows of.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


class Upload:
    """Opens with its first part. `finish` or `abort` must follow."""

    def __init__(self, client: S3Client, call: Call, bucket: str, key: str, media_type: str) -> None:
        self._client = client
        self._call = call
        self._bucket = bucket
        self._key = key
        self._media_type = media_type
        self._id: str | None = None
        self._parts: list[Part] = []

    @property
    def begun(self) -> bool:
        """Whether the store holds anything of it."""
        return self._id is not None

    async def add(self, data: bytes) -> None:
        """Store the next part; every part but the last has `PART_SIZE` bytes."""
        if self._id is None:
            await to_its_end(self._begin())
        await to_its_end(self._run(self._client.part, self._id, len(self._parts) + 1, data, keep=self._parts.append))

    async def finish(self) -> str | None:
        """Make the parts one object; its version id where the bucket is versioned."""
        return await to_its_end(self._run(self._client.finish, self._id, self._parts))

    async def abort(self) -> None:
        """Free the parts. When the store is away, its own clean-up of stale uploads does it later."""
        if self._id is None:
            return
        try:
            await to_its_end(self._run(self._client.abort, self._id))
        except Undone:
            return

    async def _begin(self) -> None:
        self._id = await self._run(self._client.begin, self._media_type)

    async def _run(self, function: Callable[..., _T], *args: Any, keep: Callable[[_T], None] | None = None) -> _T:
        answer = await self._call(function, self._bucket, self._key, *args)
        if keep:
            keep(answer)
        return answer
