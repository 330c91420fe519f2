"""What `init` makes once: passwords, keys and certificates, each in the folder of the one who may open it.

A secret that two principals share (the key of the data-subject digests) is written once for each. Public halves
lie in `public/`. Nothing here overwrites an existing secret, so `init` can be run again after a fault.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable

import nkeys
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from joserfc.jwk import ECKey

from beijiang.config.processes import users
from beijiang.config.processes.layout import Layout

PEM = serialization.Encoding.PEM
PKCS8 = serialization.PrivateFormat.PKCS8
SPKI = serialization.PublicFormat.SubjectPublicKeyInfo
OPEN = serialization.NoEncryption()

# database role -> the principals that hold its password
ROLES = {
    "postgres": ("supervisor",),
    "bj_user_owner": ("supervisor",),
    "bj_data_owner": ("supervisor",),
    "bj_user_app": ("user",),
    "bj_data_app": ("data",),
    "bj_data_reader": ("data",),
    "bj_relay": ("relay",),
}

# user in NATS account CORE -> the principals that hold its seed
STREAM_USERS = {
    "setup": ("supervisor",),
    "user": ("user",),
    "jobs-user": ("user",),
    "jobs-data": ("data",),
    "relay": ("relay",),
}


def make_all(layout: Layout, *, log_origin: str) -> list[str]:
    """Make every secret that is missing; return the names made."""
    made: list[str] = []

    def once(name: str, principals: tuple[str, ...], value: Callable[[], str]) -> str:
        """The text of a secret, made now unless one of its holders has it already."""
        holders = [layout.secret(principal, name) for principal in principals]
        text = next((path.read_text(encoding="utf-8").strip() for path in holders if path.exists()), None)
        if text is None:
            text = value()
            made.append(name)
        for principal, path in zip(principals, holders, strict=True):
            if not path.exists():
                users.write(path, text + "\n", principal)
        return text

    for role, principals in ROLES.items():
        once(f"pg-{role}", principals, lambda: secrets.token_urlsafe(32))
    for name, principals in STREAM_USERS.items():
        once(f"nats-{name}", principals, new_seed)
    for principal in ("user", "data"):
        once("django-secret-key", (principal,), lambda: secrets.token_urlsafe(48))
    once("blob-key", ("user",), lambda: secrets.token_hex(32))
    once("subject-key", ("user", "data", "relay"), lambda: secrets.token_hex(32))

    token_key = once("token-key.pem", ("user",), new_token_key)
    publish(layout, "jwks.json", json.dumps({"keys": [public_jwk(token_key)]}, indent=1))

    peers = {}
    for principal in ("user", "data"):
        peers[principal] = public_pem(once("signing-key.pem", (principal,), new_signing_key))
    publish(layout, "peers.json", json.dumps(peers, indent=1))

    log_key = once("log-key", ("relay",), lambda: new_note_key(log_origin))
    publish(layout, "log-key.pub", note_public(log_key))
    return made


def publish(layout: Layout, name: str, text: str) -> None:
    """Write a file everybody may read."""
    users.write(layout.public(name), text + "\n", "supervisor", 0o644)


def new_seed() -> str:
    """A new NKey user seed for NATS."""
    raw = bytearray(nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER))
    return bytes(raw).decode()


def seed_public(seed: str) -> str:
    """The public key of an NKey seed: all that the server's configuration holds."""
    return nkeys.from_seed(bytearray(seed.strip().encode())).public_key.decode()


def new_token_key() -> str:
    """A new ES256 private key as PEM."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(PEM, PKCS8, OPEN).decode().strip()


def public_jwk(pem: str) -> dict[str, object]:
    """The public half of an ES256 key as a JWK with its thumbprint as `kid`."""
    key = ECKey.import_key(pem)
    public = {name: value for name, value in key.as_dict(private=False).items() if name in {"kty", "crv", "x", "y"}}
    return {**public, "kid": key.thumbprint(), "use": "sig", "alg": "ES256"}


def new_signing_key() -> str:
    """A new Ed25519 private key as PEM."""
    return ed25519.Ed25519PrivateKey.generate().private_bytes(PEM, PKCS8, OPEN).decode().strip()


def public_pem(pem: str) -> str:
    """The public half of a private key as PEM."""
    key = serialization.load_pem_private_key(pem.encode(), None)
    return key.public_key().public_bytes(PEM, SPKI).decode().strip()


def new_note_key(name: str) -> str:
    """A new C2SP signed-note signer key: `PRIVATE+KEY+<name>+<id>+<base64(1 || seed)>`."""
    seed = secrets.token_bytes(32)
    public = ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return f"PRIVATE+KEY+{name}+{note_id(name, public)}+{base64.b64encode(bytes([1]) + seed).decode()}"


def note_public(key: str) -> str:
    """The verifier key of a signer key: `<name>+<id>+<base64(1 || public)>`."""
    _, _, name, identifier, encoded = key.split("+", 4)
    seed = base64.b64decode(encoded)[1:]
    public = ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return f"{name}+{identifier}+{base64.b64encode(bytes([1]) + public).decode()}"


def note_id(name: str, public: bytes) -> str:
    """The key id of a signed note: the first four bytes of SHA-256(name || newline || 1 || key), in hex."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([1]) + public).digest()[:4].hex()
