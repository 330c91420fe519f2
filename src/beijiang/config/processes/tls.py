"""The local certificate authority and the server's certificate, so that https works before anybody buys one."""

from __future__ import annotations

import datetime
import ipaddress
import socket

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from beijiang.config.processes import users
from beijiang.config.processes.layout import Layout
from beijiang.kernel.words import Words

PEM = serialization.Encoding.PEM
CA_DAYS, SERVER_DAYS = 3650, 397
RENEW_WITHIN = datetime.timedelta(days=30)


def private_pem(key: ec.EllipticCurvePrivateKey) -> str:
    """A private key as PKCS#8 PEM, the only form granian reads."""
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


def builder(subject: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int) -> x509.CertificateBuilder:
    """A certificate with a name, a time of validity and a random serial number."""
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=days))
    )


def usage(*, ca: bool) -> x509.KeyUsage:
    """Key usage of an authority or of a server."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def ensure_authority(layout: Layout) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """The local authority's key and certificate, made when missing. The key is the supervisor's alone."""
    key_path, certificate_path = layout.secret("supervisor", "ca.key"), layout.public("ca.pem")
    if key_path.exists() and certificate_path.exists():
        key = serialization.load_pem_private_key(key_path.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise users.CannotRun(Words(f"{key_path} 不是椭圆曲线密钥。", f"{key_path} is no elliptic-curve key."))
        return key, x509.load_pem_x509_certificate(certificate_path.read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    name = f"Beijiang Cloud local CA ({socket.gethostname()})"
    certificate = (
        builder(name, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(ca=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    users.write(key_path, private_pem(key), "supervisor")
    users.write(certificate_path, certificate.public_bytes(PEM).decode(), "supervisor", 0o644)
    return key, certificate


def alternative_names(hosts: list[str]) -> list[x509.GeneralName]:
    """Host names and addresses as a certificate carries them."""
    names: list[x509.GeneralName] = []
    for host in dict.fromkeys([*hosts, "localhost", "127.0.0.1", "::1", socket.gethostname()]):
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(host.strip("[]"))))
        except ValueError:
            names.append(x509.DNSName(host))
    return names


def ensure_server(layout: Layout, hosts: list[str]) -> None:
    """The server's certificate, made or renewed when it is missing, near its end or does not name a host."""
    key_path, certificate_path = layout.secret("user", "server.key"), layout.public("server.pem")
    names = alternative_names(hosts)
    authority_key, authority = ensure_authority(layout)
    if key_path.exists() and certificate_path.exists():
        held = x509.load_pem_x509_certificate(certificate_path.read_bytes())
        covered = set(held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
        if set(names) <= covered and held.not_valid_after_utc - datetime.datetime.now(datetime.UTC) > RENEW_WITHIN:
            return
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        builder(hosts[0] if hosts else "localhost", authority.subject, key, SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(ca=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    users.write(key_path, private_pem(key), "user")
    users.write(certificate_path, certificate.public_bytes(PEM).decode() + authority.public_bytes(PEM).decode(), "supervisor", 0o644)
