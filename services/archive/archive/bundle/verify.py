#!/usr/bin/env python3
"""Verifies a proof bundle of the archive. Needs Python 3.9 or later, no network and nothing but this folder.

    python3 verify.py [FOLDER]

It checks, and says so line by line:
 1. the files have the SHA-256 digests that the log's entry names;
 2. the entry is a leaf of the log (RFC 6962 inclusion proof) whose root a signed head names;
 3. the head is signed (ES256, RFC 7515) by the key in keys.json.
Compare the fingerprint of that key, printed last, with the one the operator of the archive published.
Exit status: 0 when everything holds, 1 otherwise.
"""

from __future__ import annotations

import base64
import hashlib
import json
import pathlib
import sys
from typing import Tuple

# NIST P-256 (FIPS 186-5, SP 800-186 §3.2.1.3)
P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
A = P - 3
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)

Point = Tuple[int, int]


def add(one: Point | None, two: Point | None) -> Point | None:
    """Add two points of the curve; None is the neutral point."""
    if one is None:
        return two
    if two is None:
        return one
    if one[0] == two[0]:
        if (one[1] + two[1]) % P == 0:
            return None
        slope = (3 * one[0] * one[0] + A) * pow(2 * one[1], -1, P) % P
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, P) % P
    x = (slope * slope - one[0] - two[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(factor: int, point: Point | None) -> Point | None:
    """A point added to itself `factor` times."""
    total: Point | None = None
    while factor:
        if factor & 1:
            total = add(total, point)
        point = add(point, point)
        factor >>= 1
    return total


def signed(key: Point, message: bytes, signature: bytes) -> bool:
    """ECDSA verification (FIPS 186-5 §6.4.2) of a raw r || s signature."""
    if len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    x, y = key
    if not (0 < r < N and 0 < s < N) or (y * y - x * x * x - A * x - B) % P:
        return False
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    inverse = pow(s, -1, N)
    point = add(times(digest * inverse % N, G), times(r * inverse % N, key))
    return point is not None and point[0] % N == r


def unpadded(text: str) -> bytes:
    """Bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def root_of(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162 §2.1.3.2)."""
    value, number, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            raise ValueError("the proof is too long")
        if number & 1 or number == last:
            value = hashlib.sha256(b"\x01" + sibling + value).digest()
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            value = hashlib.sha256(b"\x01" + value + sibling).digest()
        number, last = number >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return value


def main(folder: pathlib.Path) -> int:
    """Run all checks; returns the exit status."""
    failures = 0

    def say(holds: bool, text: str) -> None:
        nonlocal failures
        failures += not holds
        print(("ok    " if holds else "FAIL  ") + text)

    proof = json.loads((folder / "proof.json").read_text("utf-8"))
    keys = {key["kid"]: key for key in json.loads((folder / "keys.json").read_text("utf-8"))["keys"]}
    leaf = proof["leaf"].encode("utf-8")
    entry = json.loads(leaf)
    for name, file in (("original", "original.pdf"), ("document", "invoice.xml")):
        digest = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        say(digest == entry["sha256"][name], f"{file} has the digest that entry {entry['entry']} names")

    print(f"      number {entry['sequence']} of its supplier, entered at {entry['entered_at']}")
    parts = proof["head"].split(".")
    header, head = json.loads(unpadded(parts[0])), json.loads(unpadded(parts[1]))
    try:
        path = [bytes.fromhex(each) for each in proof["inclusion"]]
        root = root_of(hashlib.sha256(b"\x00" + leaf).digest(), proof["leaf_index"], head["size"], path)
    except ValueError as error:
        root, reason = b"", f": {error}"
    else:
        reason = ""
    say(
        root.hex() == head["root"],
        f"the entry is leaf {proof['leaf_index']} of the log of {head['size']} entries{reason}",
    )

    key = keys.get(header.get("kid"))
    good = False
    if key and header.get("alg") == "ES256":
        point = int.from_bytes(unpadded(key["x"]), "big"), int.from_bytes(unpadded(key["y"]), "big")
        good = signed(point, f"{parts[0]}.{parts[1]}".encode(), unpadded(parts[2]))
    say(good, f"the head of {head['signed_at']} is signed by key {header.get('kid')}")
    if key:
        required = json.dumps(
            {name: key[name] for name in ("crv", "kty", "x", "y")}, sort_keys=True, separators=(",", ":")
        )
        print("key fingerprint (SHA-256, RFC 7638): " + hashlib.sha256(required.encode()).hexdigest())
    print("everything holds" if not failures else f"{failures} check(s) failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)))
