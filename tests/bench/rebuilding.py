"""How fast a projection is rebuilt from its topic, and that the result is the live one."""

import asyncio

from feeding import SERVICE, Ground
from mesh_hop import projecting, running
from meter import Meter

from contracts.topics import TOPICS, Topic
from mesh.replay import rebuild


async def facts_a_second(ground: Ground, count: int) -> float:
    """Facts rebuilt a second; raises RuntimeError when the rebuilt rows differ from the live ones."""
    meter = Meter(count)
    async with running(ground, projecting(), meter):
        await asyncio.wait_for(meter.done.wait(), 300)
    own = Topic(ground.facts, "events", frozenset(), frozenset())
    rebuild.TOPICS = (*TOPICS, own)  # pyright: ignore[reportPrivateImportUsage] - the measured topic is none of the product's
    found = await rebuild.Rebuild(ground.database, ground.kafka, SERVICE, projecting(), None).run()
    if not found.equal or found.facts != count:
        raise RuntimeError(f"rebuilt {found.facts} of {count} facts: {found.tables}")
    return found.facts / found.seconds
