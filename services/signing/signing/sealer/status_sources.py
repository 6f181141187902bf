"""Where a certificate says that its status can be asked (RFC 5280 §4.2.1.13, §4.2.2.1)."""

from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID


def needs_no_check(certificate: x509.Certificate) -> bool:
    """Roots answer to nobody; a responder's certificate may say that it is not checked (RFC 6960 §4.2.2.2.1)."""
    if certificate.issuer == certificate.subject:
        return True
    try:
        certificate.extensions.get_extension_for_oid(ExtensionOID.OCSP_NO_CHECK)
    except x509.ExtensionNotFound:
        return False
    return True


def crl_urls(certificate: x509.Certificate) -> list[str]:
    """HTTP places of the list that would name this certificate."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return _http_only([name for point in points for name in point.full_name or ()])


def ocsp_urls(certificate: x509.Certificate) -> list[str]:
    """HTTP places of the responders for this certificate."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return []
    responders = [entry for entry in access if entry.access_method == AuthorityInformationAccessOID.OCSP]
    return _http_only([entry.access_location for entry in responders])


def host_of(url: str) -> str:
    """What may be told of an address: names, keys and tokens in it are left out."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2]


def _http_only(names: list[x509.GeneralName]) -> list[str]:
    urls = [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    return [url for url in urls if url.startswith(("http://", "https://"))]
