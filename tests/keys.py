"""Throwaway keys of a test session, in the forms that `beijiang init` writes."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import ECKey

if TYPE_CHECKING:
    from pathlib import Path

LOG_NAME = "beijiang.local/log"


def pem(key: object) -> str:
    """PKCS 8, unencrypted."""
    return key.private_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def log_keys() -> tuple[str, str]:
    """A C2SP note signing key and its vkey."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    key_id = hashlib.sha256(LOG_NAME.encode() + b"\n\x01" + public).digest()[:4].hex()
    seed = base64.b64encode(b"\x01" + key.private_bytes_raw()).decode()
    shown = base64.b64encode(b"\x01" + public).decode()
    return f"PRIVATE+KEY+{LOG_NAME}+{key_id}+{seed}", f"{LOG_NAME}+{key_id}+{shown}"


def make(folder: Path) -> dict[str, str]:
    """Write all keys below `folder`; return the environment that names them."""
    folder.mkdir(parents=True)
    token = generate_private_key(SECP256R1())
    public = ECKey.import_key(pem(token)).as_dict(private=False)
    public |= {"kid": ECKey.import_key(pem(token)).thumbprint(), "alg": "ES256", "use": "sig"}
    private_log, public_log = log_keys()
    files = {
        "token_key": pem(token),
        "jwks": json.dumps({"keys": [public]}),
        "signing_key": pem(Ed25519PrivateKey.generate()),
        "log_key": private_log,
        "log_public_key": public_log,
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    return {f"BEIJIANG_{name.upper()}_FILE": str(folder / name) for name in files}
