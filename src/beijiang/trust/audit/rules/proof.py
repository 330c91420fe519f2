"""The proof file (c2sp.org/tlog-proof@v1): index, inclusion proof and checkpoint in one text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .note import CheckpointBody, NoteError, Verifier, decode64, encode64, open_checkpoint
from .tree import HASH_SIZE, ProofError, leaf_hash, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63

_INDEX = re.compile(r"\Aindex (0|[1-9][0-9]{0,18})\Z")


@dataclass(frozen=True, slots=True)
class ProofFile:
    """A proof that a leaf lies at `index` of the tree of `checkpoint` (a signed note, verbatim)."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None


def write_proof(proof: ProofFile) -> str:
    """The text of a proof file."""
    lines = [HEADER]
    if proof.extra is not None:
        lines.append(f"extra {encode64(proof.extra)}")
    lines += [f"index {proof.index}", *(encode64(h) for h in proof.hashes)]
    return "\n".join(lines) + "\n\n" + proof.checkpoint


def read_proof(text: str) -> ProofFile:
    """Read a proof file; NoteError when it is malformed. Nothing is verified yet."""
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != HEADER:
        raise NoteError("not a tlog-proof@v1 file")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = decode64(lines.pop(0)[6:])
    found = _INDEX.match(lines.pop(0)) if lines else None
    if not found or len(lines) > MAX_HASHES:
        raise NoteError("the proof has no index or too many hashes")
    hashes = tuple(decode64(line) for line in lines)
    if any(len(h) != HASH_SIZE for h in hashes):
        raise NoteError("a hash of the proof is not 32 bytes long")
    return ProofFile(int(found.group(1)), hashes, checkpoint, extra)


def verify_proof(proof: ProofFile, leaf: bytes, log: Verifier, witnesses: Iterable[Verifier] = ()) -> CheckpointBody:
    """The checkpoint's body when `leaf` (the leaf's bytes) is proven to be in the log; NoteError or ProofError else."""
    body, _ = open_checkpoint(proof.checkpoint, log, witnesses)
    verify_inclusion(leaf_hash(leaf), proof.index, body.size, proof.hashes, body.root)
    return body


__all__ = ["HEADER", "NoteError", "ProofError", "ProofFile", "read_proof", "verify_proof", "write_proof"]
