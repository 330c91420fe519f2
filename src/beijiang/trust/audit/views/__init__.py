"""The public files of the log, and the auditors' pages."""

from .checks import check, checks
from .exports import bundle, export, exports, verifier
from .files import checkpoint, key, tile
from .log import list_csv, log, mine, numbers, uses
from .pages import entry, event, proof, receipt

__all__ = [
    "bundle",
    "check",
    "checkpoint",
    "checks",
    "entry",
    "event",
    "export",
    "exports",
    "key",
    "list_csv",
    "log",
    "mine",
    "numbers",
    "proof",
    "receipt",
    "tile",
    "uses",
    "verifier",
]
