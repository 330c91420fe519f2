"""Signatures of requests (RFC 9421), Ed25519, with what every one must cover."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, MappingKeyResolver
from http_message_signatures.algorithms import ED25519
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from ..types import SKEW_SECONDS, WINDOW_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

COVERED = ("@method", "@path", "@query", "content-digest", "authorization", "x-app-token", "x-road-client")
TAG = "beijiang-door"
LABEL = "door"
_METADATA = {"created", "keyid", "nonce", "tag", "alg"}


class SignatureFault(ValueError):
    """Why a signature does not stand: missing, malformed, uncovered, early, late, key, nonce or false."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Message:
    """What is signed: method, absolute address as sent, headers with names in lower case."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that stands: by which key, when, and the nonce that makes it single-use."""

    key_id: str
    nonce: str
    created: datetime


def sign(message: Message, *, key: Ed25519PrivateKey, key_id: str, nonce: str, created: datetime) -> None:
    """This function will put Signature-Input and Signature on `message`. Content-Digest must be there already."""
    signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: key}))
    signer.sign(
        message,
        key_id=key_id,
        created=created,
        nonce=nonce,
        label=LABEL,
        tag=TAG,
        covered_component_ids=COVERED,
        use_existing_digest=True,
    )
    message.headers = {name.lower(): value for name, value in message.headers.items()}


def verify(message: Message, *, key_of: Callable[[str], bytes | None], now: datetime) -> Signed:
    """This function will check the one signature of `message` and return what it says.

    `key_of` gives the 32 raw bytes of the Ed25519 public key of a key id, or None. The signature must cover
    every component of COVERED, be at most WINDOW_SECONDS old and carry a nonce of 16 to 64 characters.
    Raises SignatureFault with the reason. It does not look at the body: Content-Digest does that.
    """
    if not message.headers.get("signature") or not message.headers.get("signature-input"):
        raise SignatureFault("missing")
    verifier = _Verifier(signature_algorithm=ED25519, key_resolver=_Keys(key_of))
    try:
        results = verifier.verify(message, max_age=None, expect_tag=TAG, require_components=COVERED)
    except SignatureFault:
        raise
    except HTTPMessageSignaturesException as error:
        cause = error.__cause__
        if isinstance(cause, SignatureFault):
            raise cause from None
        raise SignatureFault(_reason(str(error))) from None
    except (ValueError, TypeError):
        raise SignatureFault("malformed") from None
    if len(results) != 1:
        raise SignatureFault("malformed")
    said: dict[str, Any] = results[0].parameters
    created = datetime.fromtimestamp(said["created"], UTC)
    age = (now - created).total_seconds()
    if age > WINDOW_SECONDS:
        raise SignatureFault("late")
    if age < -SKEW_SECONDS:
        raise SignatureFault("early")
    nonce = said.get("nonce") or ""
    if not 16 <= len(nonce) <= 64 or not nonce.isascii():
        raise SignatureFault("nonce")
    return Signed(str(said["keyid"]), nonce, created)


class _Keys(MappingKeyResolver):
    def __init__(self, key_of: Callable[[str], bytes | None]) -> None:
        super().__init__(public_keys={}, private_keys={})
        self._key_of = key_of

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        raw = self._key_of(key_id)
        if raw is None:
            raise SignatureFault("key")
        return Ed25519PublicKey.from_public_bytes(raw)


class _Verifier(HTTPMessageVerifier):
    """The library's checks, but time is judged by `verify` above, so that the reason can be told apart."""

    signature_metadata_parameters = _METADATA

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        if type(sig_input.params.get("created")) is not int:
            raise SignatureFault("malformed")


def _reason(said: str) -> str:
    if "was not covered" in said or "not found in the message" in said:
        return "uncovered"
    return "malformed" if "alformed" in said or "No signatures" in said or "Multiple" in said else "false"
