"""Where a request comes from: networks that a client may come from, the TLS certificate that it shows."""

import hmac
import re
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives import hashes

FINGERPRINT = re.compile(r"[0-9a-f]{64}")
LONGEST_HEADER = 16 * 1024  # characters; a certificate of RSA 4096 has about 3,000
PEM = "-----BEGIN CERTIFICATE-----"


def network(text: str) -> IPv4Network | IPv6Network:
    """Read a network in CIDR notation, or one address.

    Raises:
        ValueError: it is neither, or its address has bits beyond the prefix.

    """
    return ip_network(text)


def within(address: str | None, networks: str) -> bool:
    """Tell whether an address lies in one of the networks (with commas between them; none: anywhere)."""
    if not networks:
        return True
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped  # an IPv4 client at a socket of both kinds
    return any(found in network(each) for each in networks.split(","))


def fingerprint(text: str) -> bytes | None:
    """Read a SHA-256 fingerprint (hex, colons and spaces allowed), or None if it is none."""
    plain = re.sub(r"[\s:]", "", text).lower()
    return bytes.fromhex(plain) if FINGERPRINT.fullmatch(plain) else None


def shows(header: str | None, certificate: bytes | None) -> bool:
    """Tell whether a proxy's header holds the certificate of this fingerprint; none is asked for by None."""
    if certificate is None:
        return True
    shown = _shown(header or "")
    return shown is not None and hmac.compare_digest(shown, certificate)


def _shown(header: str) -> bytes | None:
    if len(header) > LONGEST_HEADER:
        return None
    written = unquote(header)
    if not written.startswith(PEM):
        return fingerprint(written)
    try:
        return x509.load_pem_x509_certificate(written.encode()).fingerprint(hashes.SHA256())
    except ValueError:
        return None
