"""The public files of the log, and the pages of the auditors."""

from .files import checkpoint, key, tile
from .pages import entry, event, log, mine, proof, receipt

__all__ = ["checkpoint", "entry", "event", "key", "log", "mine", "proof", "receipt", "tile"]
