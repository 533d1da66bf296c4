"""Certificates for a server of a test: an authority of its own, and what it signs, one that has expired too."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.postgres.install import give
from tests.postgres.server import Server

DAY = datetime.timedelta(days=1)


class Authority(NamedTuple):
    """Who signs: its certificate in a file, which is what a client trusts."""

    file: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def authority(folder: Path) -> Authority:
    """A new authority, whose certificate is written into this folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("An authority of tests")
    made = _begun(name, name, key).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate = made.sign(key, hashes.SHA256())
    file = folder / "authority.crt"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(file, certificate, key)


def switch_tls_on(server: Server, signed_by: Authority, host: str = "127.0.0.1", *, expired: bool = False) -> None:
    """Have a server speak TLS with a certificate for this host, one that has expired if that is wanted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name: x509.GeneralName
    try:
        name = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        name = x509.DNSName(host)
    begun = _begun(_name(host), signed_by.certificate.subject, key, expired=expired)
    certificate = begun.add_extension(x509.SubjectAlternativeName([name]), critical=False).sign(
        signed_by.key, hashes.SHA256()
    )
    written = {
        "server.crt": certificate.public_bytes(serialization.Encoding.PEM),
        "server.key": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    }
    for file_name, content in written.items():
        file = server.folder / file_name
        file.write_bytes(content)
        file.chmod(0o600)
        give(file)
    server.configure(
        ssl="on", ssl_cert_file=str(server.folder / "server.crt"), ssl_key_file=str(server.folder / "server.key")
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, expired: bool = False
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    begin, end = (now - 10 * DAY, now - DAY) if expired else (now - DAY, now + DAY)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
