"""Receipts: what proves that an action is in the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from beijiang.kernel import clock, events
from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words

from .. import rules
from ..adapters import log_verifier
from ..models import Checkpoint, Drained, Entry, Intake, Tile
from ..types import Growth, Receipt

# A receipt of the data domain waits in that domain's intake, which the user domain cannot see. A number made
# this recently (a UUIDv7 carries its time) is therefore taken as waiting, unless the relay has seen since that
# nothing waits there.
PLAUSIBLE = timedelta(days=3)
LONGEST = timedelta(minutes=10)
"""How long a number may be older than the commit of its action: no transaction of ours stays open for longer."""


def receipt(entry_id: UUID) -> Receipt:
    """This function will give the receipt of an action: "pending" until sealed, then with its proof.

    The proof is made against the newest checkpoint. Raises NotFound for a number that is not in the log and
    cannot be on its way to it. Nothing in a receipt tells who acted or on what, so no permission is asked.
    """
    found = Entry.objects.filter(id=entry_id).values("index", "type", "time", "leaf").first()
    if found is None:
        return _pending(entry_id)
    # Every entry lies below the newest checkpoint: both commit together.
    last = Checkpoint.objects.order_by("-size").values("size", "root", "note").first()
    if last is None or last["size"] <= found["index"]:
        return _pending(entry_id)
    leaf = bytes(found["leaf"])
    node = rules.node_reader(read_tile)
    hashes = rules.inclusion_proof(node, found["index"], last["size"])
    return Receipt(
        id=entry_id,
        state="sealed",
        type=found["type"],
        event=title_of(found["type"]),
        time=found["time"],
        index=found["index"],
        size=last["size"],
        leaf=leaf.decode("ascii", "replace"),
        leaf_hash=rules.leaf_hash(leaf).hex(),
        hashes=tuple(h.hex() for h in hashes),
        root=bytes(last["root"]).hex(),
        checkpoint=last["note"],
        proof=rules.write_proof(rules.ProofFile(found["index"], hashes, last["note"])),
        grown=_growth(node, found["index"], last["size"], last["note"]),
    )


def _growth(node: rules.Node, index: int, size: int, note: str) -> Growth | None:
    """That the tree now extends the one under which this was sealed, as far back as checkpoints are kept."""
    first = Checkpoint.objects.filter(size__gt=index).order_by("size").values("size", "note").first()
    if first is None:
        return None
    proof = rules.consistency_proof(node, first["size"], size)
    try:
        signed = {signature.name for signature in rules.parse_note(note)[1]} - {log_verifier().name}
    except rules.NoteError:
        signed = set()
    return Growth(first["size"], first["note"], tuple(h.hex() for h in proof), tuple(sorted(signed)))


def title_of(event_type: str) -> Words:
    """This function will give the words of an event type; the type itself when no room knows it (any more)."""
    known = events.registry.get(event_type)
    return known.words if known else Words(event_type, event_type)


def read_tile(level: int, n: int) -> bytes:
    """This function will give the stored bytes of a tile; empty when there is none."""
    data = Tile.objects.filter(level=level, n=n).values_list("data", flat=True).first()
    return bytes(data) if data is not None else b""


def _pending(entry_id: UUID) -> Receipt:
    waiting = Intake.objects.filter(id=entry_id).values("type", "time").first()
    if waiting is not None:
        return Receipt(id=entry_id, state="pending", type=waiting["type"], event=title_of(waiting["type"]), time=waiting["time"])
    if entry_id.version == 7:
        made = datetime.fromtimestamp((entry_id.int >> 80) / 1000, UTC) if entry_id.int >> 80 < 1 << 45 else None
        drained = Drained.objects.values_list("at", flat=True).first()
        over = made is not None and drained is not None and made < drained - LONGEST
        if made is not None and not over and abs(clock.now() - made) < PLAUSIBLE:
            return Receipt(id=entry_id, state="pending", type="", event=Words("等待入日志", "Waiting to be sealed"), time=None)
    raise NotFound(
        "audit.no_receipt",
        detail=Words("没有这个回执号。请核对是否完整。", "There is no receipt with this number. Check that it is complete."),
    )
