"""What makes the log provable, as plain functions: a verifier can be cut out of this package alone.

It imports the standard library and `cryptography` (for Ed25519), nothing of the house.
"""

from .envelope import columns
from .leaf import (
    MAX_ENVELOPE,
    SALT_SIZE,
    format_time,
    leaf_bytes,
    parse_leaf,
    subject_digest,
    subjects_digest,
)
from .note import (
    CheckpointBody,
    NoteError,
    Signer,
    Verifier,
    decode64,
    encode64,
    new_signer,
    open_checkpoint,
    open_note,
    parse_checkpoint,
    parse_note,
    parse_skey,
    parse_vkey,
    sign_checkpoint,
)
from .proof import ProofFile, read_proof, verify_proof, write_proof
from .tiles import (
    WIDTH,
    Edge,
    TileRef,
    entry_bundle,
    index_path,
    level_width,
    node_reader,
    parse_bundle,
    parse_tile,
    partial_width,
    tile_path,
    tiles_of,
)
from .tree import (
    EMPTY_ROOT,
    HASH_SIZE,
    Frontier,
    ProofError,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    root_from_inclusion,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "EMPTY_ROOT", "HASH_SIZE", "MAX_ENVELOPE", "SALT_SIZE", "WIDTH", "CheckpointBody", "Edge", "Frontier",
    "NoteError", "ProofError", "ProofFile", "Signer", "TileRef", "Verifier", "columns", "consistency_proof", "decode64",
    "encode64", "entry_bundle", "format_time", "inclusion_proof", "index_path", "leaf_bytes", "leaf_hash",
    "level_width", "new_signer", "node_hash", "node_reader", "open_checkpoint", "open_note", "parse_bundle",
    "parse_checkpoint", "parse_leaf", "parse_note", "parse_skey", "parse_tile", "parse_vkey", "partial_width",
    "read_proof", "root", "root_from_inclusion", "sign_checkpoint", "subject_digest", "subjects_digest",
    "tile_path", "tiles_of", "verify_consistency", "verify_inclusion", "verify_proof", "write_proof",
]
