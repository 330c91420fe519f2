"""The public files of the log (C2SP tlog-tiles). They tell an outsider nothing but sizes, types and times."""

from __future__ import annotations

from .. import rules
from ..adapters import log_verifier
from ..models import Checkpoint, Entry, Tile


def vkey() -> str:
    """This function will give the public key of the log as a vkey."""
    return log_verifier().vkey


def checkpoint() -> str | None:
    """This function will give the newest signed checkpoint, or None before the first."""
    return Checkpoint.objects.order_by("-size").values_list("note", flat=True).first()


def tile(ref: rules.TileRef) -> bytes | None:
    """This function will give the bytes of a tile, or None when the tree does not have it (yet) at that width."""
    return _entries(ref) if ref.level is None else _hashes(ref)


def _hashes(ref: rules.TileRef) -> bytes | None:
    data = Tile.objects.filter(level=ref.level or 0, n=ref.n).values_list("data", flat=True).first()
    want = ref.width * rules.HASH_SIZE
    return bytes(data)[:want] if data is not None and len(data) >= want else None


def _entries(ref: rules.TileRef) -> bytes | None:
    first = ref.n * rules.WIDTH
    rows = Entry.objects.filter(index__gte=first, index__lt=first + ref.width).order_by("index").values_list("leaf", flat=True)
    found = [bytes(row) for row in rows]
    return rules.entry_bundle(found) if len(found) == ref.width else None
