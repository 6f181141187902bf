"""Rows of `attempt`: tries that were not right, by bucket and window."""

from collections.abc import Sequence

from mesh.transaction import Transaction
from registration.domain.throttling import WINDOW, Bucket


async def count(tx: Transaction, buckets: Sequence[Bucket]) -> int:
    """Count a try before it is judged, so that many at once cannot slip through.

    Returns 0 when it may go on, else the seconds until a bucket is empty again.
    """
    rows = await tx.rows(
        """insert into attempt as a (bucket, since, count)
        select b, now(), 1 from unnest(cast(:buckets as bytea[])) b order by b
        on conflict (bucket) do update set
            since = case when a.since < now() - cast(:window as interval) then now() else a.since end,
            count = case when a.since < now() - cast(:window as interval) then 1 else a.count + 1 end
        returning bucket, count, extract(epoch from since + cast(:window as interval) - now()) as seconds""",
        buckets=[bucket.name for bucket in buckets],
        window=WINDOW,
    )
    limits = {bucket.name: bucket.limit for bucket in buckets}
    waits = [int(row["seconds"]) + 1 for row in rows if row["count"] > limits[bytes(row["bucket"])]]
    return max(waits, default=0)


async def take_back(tx: Transaction, buckets: Sequence[Bucket]) -> None:
    """A try that was right counts nowhere; its first bucket (the account's or device's) starts anew."""
    await tx.execute("delete from attempt where bucket = :bucket", bucket=buckets[0].name)
    await tx.execute(
        "update attempt set count = greatest(count - 1, 0) where bucket = any(cast(:buckets as bytea[]))",
        buckets=[bucket.name for bucket in buckets[1:]],
    )


async def forget_old(tx: Transaction) -> None:
    """Delete windows that are over."""
    await tx.execute("delete from attempt where since < now() - cast(:window as interval)", window=WINDOW)
