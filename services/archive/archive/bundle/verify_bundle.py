#!/usr/bin/env python3
"""Verifies a proof bundle of the archive. Needs Python 3.9 or later and `cryptography` 42 (pip), no network.

    python3 verify_bundle.py [FOLDER]

It checks, and says so line by line:
 1. the files have the SHA-256 digests that the entry names (`deposit`: of all; `source`, `attachment_…`: in the PDF);
 2. the entry, and each later status, is a leaf of the log (RFC 6962 inclusion proof) whose root a signed head names;
 3. the head is signed (ES256, RFC 7515) by the key in keys.json;
 4. the evidence record proves when the original existed (RFC 4998): its time-stamps (RFC 3161) are signed by
    authorities under roots.pem, each was renewed while it held, by the revocation lists that it carries.
Compare the two fingerprints printed last with those that the operator and the time-stamping authority published.
Exit status: 0 when everything holds, 1 otherwise.
"""

from __future__ import annotations

import base64
import hashlib
import json
import pathlib
import sys
from datetime import datetime, timedelta, timezone
from typing import Any, Iterator

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

FILES = {"original": "original.pdf", "document": "invoice.xml", "validation": "validation.json", "seal": "seal.json"}
failures = 0


def say(holds: bool, text: str) -> None:
    """One line of the report."""
    global failures
    failures += not holds
    print(("ok    " if holds else "FAIL  ") + text)


# ---- the log -------------------------------------------------------------------------------------------------------
def unpadded(text: str) -> bytes:
    """Bytes of base64url without padding; no other text stands for them."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=") != text.encode():
        raise ValueError("this text is not how base64url is written")
    return data


def root_of(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        raise ValueError(f"a log of {size} entries has no leaf {index}")
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


def is_leaf(proof: dict[str, Any], head: dict[str, Any]) -> bool:
    """Whether an entry is in the log that a head names."""
    path = [bytes.fromhex(each) for each in proof["inclusion"]]
    leaf = hashlib.sha256(b"\x00" + proof["leaf"].encode("utf-8")).digest()
    try:
        return root_of(leaf, proof["leaf_index"], head["size"], path).hex() == head["root"]
    except ValueError:
        return False


def is_signed(compact: str, key: dict[str, str]) -> bool:
    """Whether a compact JWS is signed by a P-256 key (RFC 7515, RFC 7518 §3.4)."""
    head, content, signature = compact.split(".")
    raw = unpadded(signature)
    if json.loads(unpadded(head)).get("alg") != "ES256" or len(raw) != 64:
        return False
    x, y = (int.from_bytes(unpadded(key[name]), "big") for name in "xy")
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        public.verify(der, f"{head}.{content}".encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


# ---- DER: tag, whole encoding, content ----------------------------------------------------------------------------
def inside(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """The elements inside an element's content."""
    at = 0
    while at < len(data):
        tag, length, begin = data[at], data[at + 1], at + 2
        if length & 0x80:
            begin += length & 0x7F
            length = int.from_bytes(data[at + 2 : begin], "big")
        if begin + length > len(data):
            raise ValueError("cut off")
        yield tag, data[at : begin + length], data[begin : begin + length]
        at = begin + length


def parts(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """The elements inside the one element that `data` is."""
    ((_, _, content),) = inside(data)
    return list(inside(content))


SHA256_OID = bytes.fromhex("0609608648016503040201")
SHA2 = (hashes.SHA256(), hashes.SHA384(), hashes.SHA512())
DIGEST_ALGORITHMS = {SHA256_OID[:-1] + bytes([number]): algorithm for number, algorithm in enumerate(SHA2, 1)}
CONTENT_TYPE, MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010903"), bytes.fromhex("06092a864886f70d010904")
SIGNING_CERTIFICATE_V2 = bytes.fromhex("060b2a864886f70d010910022f")
TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
MEANWHILE_GOOD = {"unspecified", "affiliationChanged", "superseded", "cessationOfOperation"}  # RFC 3161 §4


class Token:
    """A time-stamp token: SignedData (RFC 5652) over a TSTInfo (RFC 3161 §2.4.2)."""

    def __init__(self, der: bytes) -> None:
        self.der = der
        _, (_, _, wrapped) = parts(der)
        _, _, (_, content, _), *rest = parts(wrapped)
        kind, (_, _, octets) = parts(content)
        if kind[1] != TST_INFO:
            raise ValueError("not a time-stamp")
        ((_, _, self.info),) = inside(octets)
        _, _, (_, imprint, _), _, (_, _, time), *_ = parts(self.info)
        (_, algorithm, _), (_, _, self.imprint) = parts(imprint)
        if parts(algorithm)[0][1] != SHA256_OID:
            raise ValueError("the time-stamp is not over a SHA-256 digest")
        moment = time.decode().rstrip("Z").partition(".")[0]
        self.at = datetime.strptime(moment, "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
        carried = {tag: content for tag, _, content in rest}
        self.certificates = [x509.load_der_x509_certificate(der) for _, der, _ in inside(carried[0xA0])]
        self.lists = [x509.load_der_x509_crl(der) for _, der, _ in inside(carried.get(0xA1, b""))]
        ((_, self.signer_info, _),) = inside(carried[0x31])
        (_, issuer, _), (_, _, serial) = parts(parts(self.signer_info)[1][1])
        self.signer = next(
            each
            for each in self.certificates
            if each.issuer.public_bytes() == issuer and each.serial_number == int.from_bytes(serial, "big")
        )

    def verify(self, roots: list[x509.Certificate], until: datetime, current_at: datetime) -> None:
        """Raise ValueError unless it held until a moment, by lists that were current at another."""
        self.verify_signature()
        purpose = self.signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        if not purpose.critical or [each.dotted_string for each in purpose.value] != ["1.3.6.1.5.5.7.3.8"]:
            raise ValueError("its signer is no time-stamping authority")
        certificate = self.signer
        while True:
            if not certificate.not_valid_before_utc <= self.at <= until <= certificate.not_valid_after_utc:
                raise ValueError(f"{name_of(certificate)} ended on {certificate.not_valid_after_utc:%Y-%m-%d}")
            if certificate in roots:
                return
            issuer = next((each for each in [*roots, *self.certificates] if issued(each, certificate)), None)
            if issuer is None or issuer == certificate:
                raise ValueError(f"{name_of(certificate)} stands under none of roots.pem")
            self.not_revoked(certificate, issuer, until, current_at)
            certificate = issuer

    def not_revoked(
        self, certificate: x509.Certificate, issuer: x509.Certificate, until: datetime, current_at: datetime
    ) -> None:
        """Raise ValueError when it was revoked by then, or no list of that time says that it was not."""
        lists = [
            each
            for each in self.lists
            if each.issuer == issuer.subject
            and each.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
            and each.last_update_utc <= until + timedelta(minutes=5)
        ]
        if not any((each.next_update_utc or each.last_update_utc) >= current_at for each in lists):
            raise ValueError(f"no revocation list of {name_of(issuer)} is of that time")
        for each in lists:
            entry = each.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is None or entry.revocation_date_utc > until:
                continue
            found = [one.value.reason.value for one in entry.extensions if isinstance(one.value, x509.CRLReason)]
            if entry.revocation_date_utc <= self.at or not found or found[0] not in MEANWHILE_GOOD:
                raise ValueError(f"{name_of(certificate)} was revoked on {entry.revocation_date_utc:%Y-%m-%d}")

    def verify_signature(self) -> None:
        """Raise ValueError unless its signer signed it (RFC 5652 §5.4, RFC 5816 §2.2)."""
        _, _, (_, algorithm, _), (_, attributes, content), _, (_, _, signature) = parts(self.signer_info)[:6]
        digest = DIGEST_ALGORITHMS[parts(algorithm)[0][1]]
        values = {parts(each)[0][1]: parts(each)[1][2] for _, each, _ in inside(content)}
        ((_, _, message_digest),) = inside(values[MESSAGE_DIGEST])
        ((_, certificates, _),) = inside(values[SIGNING_CERTIFICATE_V2])
        named = parts(parts(parts(certificates)[0][1])[0][1])
        used = DIGEST_ALGORITHMS[parts(named.pop(0)[1])[0][1]] if named[0][0] == 0x30 else hashes.SHA256()
        der = self.signer.public_bytes(serialization.Encoding.DER)
        if (
            values[CONTENT_TYPE] != TST_INFO
            or message_digest != hashlib.new(digest.name, self.info).digest()
            or named[0][2] != hashlib.new(used.name, der).digest()
        ):
            raise ValueError("the time-stamp's attributes do not fit")
        signed, key = b"\x31" + attributes[1:], self.signer.public_key()
        try:
            if isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature, signed, ec.ECDSA(digest))
            elif isinstance(key, rsa.RSAPublicKey):
                key.verify(signature, signed, padding.PKCS1v15(), digest)
            else:
                raise ValueError("a key that is not read here")  # noqa: TRY004 - one kind of error tells what is wrong
        except InvalidSignature:
            raise ValueError("the time-stamp's signature does not hold") from None


def issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether an authority's certificate stands over another."""
    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except Exception:  # over damaged bytes the library raises a dozen kinds
        return False


def name_of(certificate: x509.Certificate) -> str:
    """A certificate's subject."""
    return certificate.subject.rfc4514_string()


def evidence(record: bytes, digest: bytes, roots: list[x509.Certificate]) -> list[Token]:
    """The time-stamps of an evidence record over a digest, oldest first (RFC 4998 §4.3). Raises ValueError."""
    _, _, (_, chains, _) = parts(record)
    ((_, chain, _),) = parts(chains)
    tokens: list[Token] = []
    for _, stamp, _ in parts(chain):
        *before, (_, der, _) = parts(stamp)
        lists = [content for tag, _, tree in before if tag == 0xA2 for _, _, content in inside(tree)]
        value = hashlib.sha256(tokens[-1].der).digest() if tokens else digest
        for number, content in enumerate(lists):
            members = [each for _, _, each in inside(content)]
            if number == 0 and value not in members:
                raise ValueError("the hash tree does not begin with the digest")
            members += [value] if number else []
            value = hashlib.sha256(b"".join(sorted(members))).digest() if len(members) > 1 else members[0]
        tokens.append(Token(der))
        if value != tokens[-1].imprint:
            raise ValueError("the hash tree does not lead to what was time-stamped")
    now = datetime.now(timezone.utc)
    for number, token in enumerate(tokens):
        until = tokens[number + 1].at if number + 1 < len(tokens) else now
        token.verify(roots, until, token.at if until is now else until)
    return tokens


def main(folder: pathlib.Path) -> int:
    """Run all checks; returns the exit status."""
    proof = json.loads((folder / "proof.json").read_text("utf-8"))
    entry = json.loads(proof["leaf"])
    keys = {key["kid"]: key for key in json.loads((folder / "keys.json").read_text("utf-8"))["keys"]}
    digests = {n: hashlib.sha256((folder / f).read_bytes()).digest() for n, f in FILES.items() if n in entry["sha256"]}
    for name, digest in digests.items():
        say(digest.hex() == entry["sha256"][name], f"{FILES[name]} has the digest that entry {entry['entry']} names")
    header, head = (json.loads(unpadded(part)) for part in proof["head"].split(".")[:2])
    place = f"leaf {proof['leaf_index']} of {head['size']} in the log, number {entry['sequence']} of its supplier"
    kind = " (workflow image: not for audit, not for VAT refund)" if entry["content"].get("legal") == "false" else ""
    say(is_leaf(proof, head), f"the entry of {entry['entered_at']} is {place}{kind}")
    for status in proof.get("statuses", []):
        said = json.loads(status["leaf"])
        good = is_leaf(status, head) and said["invoice"] == entry["invoice"]
        say(good, f"status {said['content']['code']} of {said['content']['at']} is leaf {status['leaf_index']}")
    key = keys.get(header["kid"], {})
    good = bool(key) and is_signed(proof["head"], key)
    say(good, f"the head of {head['signed_at']} is signed by key {header['kid']}")
    if (folder / "evidence.ers").exists():
        roots = x509.load_pem_x509_certificates((folder / "roots.pem").read_bytes())
        try:
            tokens = evidence((folder / "evidence.ers").read_bytes(), digests["original"], roots)
            say(True, f"the original existed at {tokens[0].at:%Y-%m-%d %H:%M:%S} UTC, by {len(tokens)} time-stamp(s)")
            last = tokens[-1].signer.not_valid_after_utc
            print(f"      the last one is good until {last:%Y-%m-%d}; its authority's newer lists were not asked")
        except Exception as error:  # whatever the reading of damaged bytes met
            say(False, f"the evidence record: {error}")
        for root in roots:
            print(f"time-stamp root {name_of(root)} (SHA-256): {root.fingerprint(hashes.SHA256()).hex()}")
    else:
        print("      no evidence record in this bundle: it proves no time by an authority (one comes with each batch)")
    named = json.dumps({n: key[n] for n in ("crv", "kty", "x", "y") if n in key}, sort_keys=True, separators=(",", ":"))
    print(f"key fingerprint (SHA-256, RFC 7638): {hashlib.sha256(named.encode()).hexdigest()}")
    print("everything holds" if not failures else f"{failures} check(s) failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)))
