"""Reads certificates and keys of a PKI directory once, for the responders."""

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from local_stack.pki.layout import Layout, Name


@dataclass(frozen=True, repr=False)
class Identity:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def load(layout: Layout) -> dict[Name, Identity]:
    """Every identity of the PKI by its name.

    Raises FileNotFoundError when the directory holds no whole PKI, TypeError on a key that is not ECDSA.
    """
    return {name: _identity(layout, name) for name in Name}


def _identity(layout: Layout, name: Name) -> Identity:
    key = serialization.load_pem_private_key(layout.key(name).read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{layout.key(name)} is no ECDSA key")
    return Identity(x509.load_pem_x509_certificate(layout.certificate(name).read_bytes()), key)
