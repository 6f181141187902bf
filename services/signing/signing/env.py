"""What routes and handlers of signing work with."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.db import Database
from mesh.objects import Objects
from signing.domain.parties import Parties
from signing.domain.policy import SealPolicy
from signing.domain.rendering import Renderer
from signing.hand_over import HandOver
from signing.keyring import KeyRing
from signing.sealer.inspector import Inspector
from signing.sealer.revocation import RevocationCache


@dataclass(frozen=True)
class Env:
    """The adapters of one process; made in `app.py` only.

    `verify_url` is where the short code of an original can be looked up, as far as the code itself. Strangers' files
    have an inspector of their own, so that those who are signed in never wait for them; so has what invoices came in.
    """

    api: Database
    pipeline: Database
    objects: Objects
    renderer: Renderer
    keys: KeyRing
    parties: Parties
    hand_over: HandOver
    policy: SealPolicy
    verify_url: str
    inspector: Inspector
    strangers_inspector: Inspector
    source_inspector: Inspector
    revocation: RevocationCache
    clock: Clock
