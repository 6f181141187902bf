"""What routes and handlers of signing work with."""

from dataclasses import dataclass

from mesh.breaker import Breaker
from mesh.clock import Clock
from mesh.db import Database
from mesh.objects import Objects
from signing.domain.parties import Parties
from signing.domain.policy import SealPolicy
from signing.domain.rendering import Renderer
from signing.domain.sealing import Sealer
from signing.hand_over import HandOver
from signing.sealer.inspector import Inspector


@dataclass(frozen=True)
class Env:
    """The adapters of one process; made in `app.py` only. `chain` is the seal's certificate and its issuers (DER).

    `verify_url` is where the short code of an original can be looked up, as far as the code itself.
    """

    api: Database
    pipeline: Database
    objects: Objects
    renderer: Renderer
    sealer: Sealer
    breaker: Breaker
    parties: Parties
    hand_over: HandOver
    policy: SealPolicy
    verify_url: str
    chain: tuple[bytes, ...]
    inspector: Inspector
    clock: Clock
