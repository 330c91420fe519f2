"""Signed notes (c2sp.org/signed-note) and the checkpoints written in them (c2sp.org/tlog-checkpoint).

Only Ed25519 is known here: type 0x01 for the log itself, 0x04 for witnesses' timestamped cosignatures.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from .tree import HASH_SIZE

ED25519 = 0x01
COSIGNATURE = 0x04
MAX_NOTE = 1_000_000
DASH = "—"

_SIZE = re.compile(r"\A(?:0|[1-9][0-9]{0,18})\Z")


class NoteError(ValueError):
    """A note, key or checkpoint that is malformed or does not verify."""


def decode64(text: str) -> bytes:
    """Standard base64, strictly; NoteError otherwise."""
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise NoteError("not base64") from error
    if encode64(data) != text:
        raise NoteError("not canonical base64")
    return data


def encode64(data: bytes) -> str:
    """Standard base64 with padding."""
    return b64encode(data).decode("ascii")


def _good_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() or ord(c) < 32 for c in name)


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """SHA-256(name ‖ 0x0A ‖ kind ‖ public key)[:4]."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key one trusts, under its name."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that name the key in a signature line."""
        return key_id(self.name, self.kind, self.public)

    @property
    def vkey(self) -> str:
        """``name+hex(id)+base64(kind ‖ public key)``."""
        return f"{self.name}+{self.id.hex()}+{encode64(bytes([self.kind]) + self.public)}"

    def check(self, text: str, signature: bytes) -> int | None:
        """Raise NoteError unless `signature` is this key's over `text`; a cosignature's time in seconds, else None."""
        signed, when = text.encode(), None
        if self.kind == COSIGNATURE:
            if len(signature) != 72:
                raise NoteError("a cosignature has 72 bytes")
            when = int.from_bytes(signature[:8], "big")
            signed, signature = f"cosignature/v1\ntime {when}\n{text}".encode(), signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, signed)
        except (InvalidSignature, ValueError) as error:
            raise NoteError(f"the signature of {self.name} does not verify") from error
        return when


def parse_vkey(vkey: str) -> Verifier:
    """Read a vkey; NoteError when it is malformed, of an unknown kind or its id is not its own."""
    parts = vkey.strip().split("+", 2)
    if len(parts) != 3 or not _good_name(parts[0]):
        raise NoteError("a verifier key is name+id+key")
    data = decode64(parts[2])
    if len(data) != 33 or data[0] not in (ED25519, COSIGNATURE):
        raise NoteError("the key is no Ed25519 key")
    found = Verifier(parts[0], data[0], data[1:])
    if found.id.hex() != parts[1]:
        raise NoteError("the key's id does not belong to it")
    return found


@dataclass(frozen=True, slots=True)
class Signer:
    """The log's private key. Never printed."""

    name: str
    private: Ed25519PrivateKey
    kind: int = ED25519

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.kind, self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def line(self, text: str, when: int = 0) -> str:
        """One signature line over `text`; `when` (seconds) is used by cosignatures only."""
        if self.kind == COSIGNATURE:
            blob = when.to_bytes(8, "big") + self.private.sign(f"cosignature/v1\ntime {when}\n{text}".encode())
        else:
            blob = self.private.sign(text.encode())
        return f"{DASH} {self.name} {encode64(self.verifier.id + blob)}\n"

    def skey(self) -> str:
        """``PRIVATE+KEY+name+hex(id)+base64(kind ‖ seed)``, the form in which note keys are kept in a file."""
        seed = self.private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{encode64(bytes([self.kind]) + seed)}"


def new_signer(name: str, kind: int = ED25519) -> Signer:
    """A fresh key for `name`."""
    if not _good_name(name):
        raise NoteError("a key's name has neither spaces nor a plus sign")
    return Signer(name, Ed25519PrivateKey.generate(), kind)


def parse_skey(skey: str) -> Signer:
    """Read a private note key; NoteError (which never repeats the key) when it is malformed."""
    parts = skey.strip().split("+", 4)
    if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"] or not _good_name(parts[2]):
        raise NoteError("a private key is PRIVATE+KEY+name+id+key")
    data = decode64(parts[4])
    if len(data) != 33 or data[0] not in (ED25519, COSIGNATURE):
        raise NoteError("the key is no Ed25519 key")
    signer = Signer(parts[2], Ed25519PrivateKey.from_private_bytes(data[1:]), data[0])
    if signer.verifier.id.hex() != parts[3]:
        raise NoteError("the key's id does not belong to it")
    return signer


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line, not yet verified."""

    name: str
    id: bytes
    blob: bytes


def parse_note(note: str) -> tuple[str, tuple[Signature, ...]]:
    """(text, signatures) of a note; nothing is verified yet."""
    if len(note) > MAX_NOTE or any(ord(c) < 32 and c != "\n" for c in note):
        raise NoteError("a note has no control characters and is at most 1 MB")
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise NoteError("a note is a text, a blank line and signature lines")
    signatures = []
    for line in tail[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != DASH or not _good_name(parts[1]):
            raise NoteError("a malformed signature line")
        data = decode64(parts[2])
        if len(data) < 5:
            raise NoteError("a signature is too short")
        signatures.append(Signature(parts[1], data[:4], data[4:]))
    return text + "\n", tuple(signatures)


@dataclass(frozen=True, slots=True)
class Verified:
    """A note's text and who of the trusted keys signed it: name → time in seconds (None for plain signatures)."""

    text: str
    signers: dict[str, int | None]


def open_note(note: str, keys: Iterable[Verifier]) -> Verified:
    """The text of a note signed by at least one trusted key.

    Lines of unknown keys are ignored; a bad signature of a known key refuses the whole note.
    """
    text, signatures = parse_note(note)
    known = {(key.name, key.id): key for key in keys}
    signers: dict[str, int | None] = {}
    for signature in signatures:
        key = known.get((signature.name, signature.id))
        if key is not None:
            signers[key.name] = key.check(text, signature.blob)
    if not signers:
        raise NoteError("no trusted key has signed this note")
    return Verified(text, signers)


@dataclass(frozen=True, slots=True)
class CheckpointBody:
    """What a checkpoint says."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The note text, ended by a newline."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, encode64(self.root), *self.extensions))


def parse_checkpoint(text: str) -> CheckpointBody:
    """Read a checkpoint's note text; NoteError when it is malformed."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] != "" or not all(lines[:-1]):
        raise NoteError("a checkpoint has at least three lines, none empty")
    if not _SIZE.match(lines[1]):
        raise NoteError("a malformed tree size")
    root = decode64(lines[2])
    if len(root) != HASH_SIZE:
        raise NoteError("a root hash has 32 bytes")
    return CheckpointBody(lines[0], int(lines[1]), root, tuple(lines[3:-1]))


def sign_checkpoint(body: CheckpointBody, signer: Signer) -> str:
    """The checkpoint as a signed note."""
    return f"{body.text}\n{signer.line(body.text)}"


def open_checkpoint(note: str, log: Verifier, witnesses: Iterable[Verifier] = ()) -> tuple[CheckpointBody, Verified]:
    """A checkpoint that the log itself has signed for its own origin; NoteError otherwise."""
    opened = open_note(note, (log, *witnesses))
    body = parse_checkpoint(opened.text)
    if log.name not in opened.signers:
        raise NoteError("the log has not signed this checkpoint")
    if body.origin != log.name:
        raise NoteError("the checkpoint is of another log")
    return body, opened
