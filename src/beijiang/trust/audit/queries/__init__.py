"""What can be read of the log: receipts and proofs, entries, uses of a person's data, the public files."""

from .find import entry, filters_text, find, uses_of
from .public import checkpoint, tile, vkey
from .receipt import receipt
from .verify import verify_log

__all__ = ["checkpoint", "entry", "filters_text", "find", "receipt", "tile", "uses_of", "verify_log", "vkey"]
