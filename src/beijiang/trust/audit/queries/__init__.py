"""What can be read of the log: receipts and proofs, entries, uses counted, exports, spot checks, the public files."""

from .by_grant import grant_uses
from .checks import check, checks, concerns, weeks
from .exports import Tree, chosen, export, exports, listed, newest_tree, owner
from .find import entry, filters_text, find
from .names import install_names, name_of, names
from .overview import groups, overview
from .public import checkpoint, tile, vkey
from .receipt import receipt
from .uses_of import uses_of
from .verify import verify_log

__all__ = [
    "Tree",
    "check",
    "checkpoint",
    "checks",
    "chosen",
    "concerns",
    "entry",
    "export",
    "exports",
    "filters_text",
    "find",
    "grant_uses",
    "groups",
    "install_names",
    "listed",
    "name_of",
    "names",
    "newest_tree",
    "overview",
    "owner",
    "receipt",
    "tile",
    "uses_of",
    "verify_log",
    "vkey",
    "weeks",
]
