"""Pure rules of the door: addresses, hashes, signatures, the wire form of questions and answers."""

from .address import check_identifier, parse_client, parse_target, target
from .digest import content_digest, digest_matches, sha256_of
from .hashing import HASHED_HEADERS, hashed_headers, request_hash
from .run import read_run, write_run
from .signature import COVERED, Message, SignatureFault, Signed, sign, verify
from .wire import read_question, read_reply, write_question, write_reply

__all__ = [
    "COVERED",
    "HASHED_HEADERS",
    "Message",
    "SignatureFault",
    "Signed",
    "check_identifier",
    "content_digest",
    "digest_matches",
    "hashed_headers",
    "parse_client",
    "parse_target",
    "read_question",
    "read_reply",
    "read_run",
    "request_hash",
    "sha256_of",
    "sign",
    "target",
    "verify",
    "write_question",
    "write_reply",
    "write_run",
]
