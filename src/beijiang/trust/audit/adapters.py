"""The log's keys, read from the files that `beijiang init` wrote."""

from __future__ import annotations

from django.conf import settings

from .rules import NoteError, Signer, Verifier, parse_skey, parse_vkey

_signers: dict[str, Signer] = {}
_verifiers: dict[str, Verifier] = {}


def log_signer() -> Signer:
    """The key that signs checkpoints. Only the relay has it; BadSetting elsewhere, NoteError when malformed."""
    text = settings.ENV.secret("log_key")
    if text not in _signers:
        _signers[text] = parse_skey(text)
    return _signers[text]


def log_verifier() -> Verifier:
    """The public key that every checkpoint must be signed with; NoteError when it is missing or malformed."""
    path = settings.ENV.log_public_key_file
    if path is None:
        raise NoteError("BEIJIANG_LOG_PUBLIC_KEY_FILE is not set")
    text = path.read_text(encoding="utf-8").strip()
    if text not in _verifiers:
        _verifiers[text] = parse_vkey(text)
    return _verifiers[text]


def subject_key() -> bytes:
    """The HMAC key of data-subject digests."""
    return bytes.fromhex(settings.ENV.secret("subject_key"))
