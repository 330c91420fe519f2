"""RFC 9068 access tokens: ES256, typ at+jwt. The private key is in the user process only, the public ones in a file."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

if TYPE_CHECKING:
    from pathlib import Path

ALGORITHM = "ES256"
TYPE = "at+jwt"
MAX_TOKEN = 4096


class Unusable(ValueError):
    """A token that is not what it must be; the text says why, for tests and logs, never for the caller."""


@lru_cache(maxsize=4)
def _private(pem: str) -> ECKey:
    key = ECKey.import_key(pem, {"use": "sig", "alg": ALGORITHM})
    if key.curve_name != "P-256":
        raise Unusable("the token key is not on P-256")
    key.ensure_kid()
    return key


@lru_cache(maxsize=4)
def _key_set(path: Path, _changed: int) -> dict[str, Any]:
    return _only_usable(json.loads(path.read_text(encoding="utf-8")))


def _only_usable(document: dict[str, Any]) -> dict[str, Any]:
    """Keeps P-256 signing keys with a kid, public parts only: a key of another kind is never tried."""
    keys = [
        {"kty": "EC", "crv": "P-256", "x": k["x"], "y": k["y"], "kid": k["kid"], "use": "sig", "alg": ALGORITHM}
        for k in document.get("keys", [])
        if k.get("kty") == "EC"
        and k.get("crv") == "P-256"
        and k.get("kid")
        and k.get("use", "sig") == "sig"
        and k.get("alg", ALGORITHM) == ALGORITHM
    ]
    return {"keys": keys}


def private_key() -> ECKey:
    """This function will give the signing key; BadSetting where the process has none (the data domain)."""
    return _private(settings.ENV.secret("token_key"))


def public_keys() -> dict[str, Any]:
    """This function will give the JWKS: the file's if there is one, else the public half of the signing key."""
    path: Path | None = settings.ENV.jwks_file
    if path is not None:
        try:
            return _key_set(path, path.stat().st_mtime_ns)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unusable("the key set cannot be read") from error
    return _only_usable({"keys": [private_key().as_dict(private=False)]})


def sign(claims: dict[str, Any]) -> str:
    """This function will sign claims as `typ: at+jwt`."""
    key = private_key()
    header = {"alg": ALGORITHM, "typ": TYPE, "kid": key.kid}
    return jws.serialize_compact(header, json.dumps(claims, separators=(",", ":")), key, algorithms=[ALGORITHM])


def read(token: str) -> dict[str, Any]:
    """This function will check form, algorithm, type, key id and signature, and give the claims unjudged.

    The key is chosen by `kid` among our own; `jwk`, `jku` and `x5u` in a header are not looked at, and
    a header with `crit` or `b64` is refused. Raises Unusable.
    """
    if not isinstance(token, str) or len(token) > MAX_TOKEN or token.count(".") != 2:
        raise Unusable("not a compact JWS")
    try:
        obj = jws.extract_compact(token.encode("ascii"))
        header = obj.headers()
        if header.get("alg") != ALGORITHM:
            raise Unusable("algorithm is not allowed")
        kind = header.get("typ")
        if not isinstance(kind, str) or kind.lower() not in {TYPE, f"application/{TYPE}"}:
            raise Unusable("type is not at+jwt")
        if "crit" in header or "b64" in header:
            raise Unusable("critical headers are not understood")
        found = [k for k in public_keys()["keys"] if k["kid"] == header.get("kid")]
        if len(found) != 1:
            raise Unusable("key is unknown")
        checked = jws.deserialize_compact(token, ECKey.import_key(found[0]), algorithms=[ALGORITHM])
        claims = json.loads(checked.payload)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise error if isinstance(error, Unusable) else Unusable("signature or form") from error
    if not isinstance(claims, dict):
        raise Unusable("claims are not an object")
    return claims


def ed25519_thumbprint(public_key: str) -> str:
    """This function will give the RFC 7638 thumbprint of an Ed25519 key (32 bytes, base64url). Raises Unusable."""
    try:
        key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public_key})
        if len(key.public_key.public_bytes_raw()) != 32:
            raise Unusable("not an Ed25519 public key")
        return key.thumbprint()
    except (JoseError, ValueError, TypeError, AttributeError) as error:
        raise Unusable("not an Ed25519 public key") from error
