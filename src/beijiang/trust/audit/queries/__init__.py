"""What can be read of the log: receipts and proofs, entries, uses counted, exports, the public files."""

from .find import entry, filters_text, find
from .names import install_names
from .overview import groups, overview
from .public import checkpoint, tile, vkey
from .receipt import receipt
from .uses_of import uses_of
from .verify import verify_log

__all__ = [
    "checkpoint",
    "entry",
    "filters_text",
    "find",
    "groups",
    "install_names",
    "overview",
    "receipt",
    "tile",
    "uses_of",
    "verify_log",
    "vkey",
]
