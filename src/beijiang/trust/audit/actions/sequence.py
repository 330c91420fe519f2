"""Sealing: rows of both intakes become leaves of the one tree, in one order, once."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, transaction

from beijiang.kernel import clock

from .. import rules
from ..adapters import log_signer
from ..models import Checkpoint, Drained, Entry, Intake, Subject, Tally, Tile
from ..types import LogDamaged
from .tally import count

log = logging.getLogger("beijiang.audit")

# One sequencer at a time, however many relays are started.
LOCK = 0x626A_6C6F_6700_0001

KEEP_EMPTIED = timedelta(days=7)
KEEP_CHECKPOINTS = timedelta(days=30)
"""All checkpoints this young are kept, of older ones the last of each day (UTC)."""
SWEEP = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class _Sealed:
    entry: Entry
    subjects: list[Subject]


def sequence(*, user: str = "default", data: str | None = None, batch: int = 1000) -> int:
    """This function will seal up to `batch` waiting rows of each intake and return how many became leaves.

    `user` and `data` are the database aliases of bj_user and bj_data; without `data` only bj_user is sealed. The
    relay calls it until it returns 0, then again within a second (receipts promise two).

    Entries, tiles and the signed checkpoint commit in one transaction of bj_user. Rows of bj_data are emptied
    after that; if the process dies in between, the next call finds their ids among the entries and only empties
    them. A row is claimed where its mark is null, so one that commits late is never passed over.

    Raises LogDamaged, and seals nothing, when the stored tiles do not lead to the last signed root.
    """
    looked = clock.now()
    with transaction.atomic(using=user):
        with connections[user].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        own = _waiting(user, batch)
        others = _waiting(data, batch) if data else []
        known = set(Entry.objects.using(user).filter(id__in=[r.id for r in others]).values_list("id", flat=True))
        fresh = [row for row in (*own, *others) if row.id not in known]
        sealed = _append(user, sorted(fresh, key=lambda r: (r.time, r.id)))
        _empty(user, [row.id for row in own if row.id in sealed])
    if data and others:
        with transaction.atomic(using=data):
            _empty(data, [row.id for row in others if row.id in sealed or row.id in known])
    if len(own) + len(others) == 0:
        _rest(user, data, looked)
    return len(sealed)


def _waiting(alias: str, batch: int) -> list[Intake]:
    return list(Intake.objects.using(alias).filter(sequenced_at__isnull=True).order_by("time", "id")[:batch])


def _append(alias: str, rows: list[Intake]) -> set[Any]:
    last = Checkpoint.objects.using(alias).order_by("-size").first()
    if last is not None and not rows:
        return set()
    edge = _edge(alias, last)
    done: list[_Sealed] = []
    for row in rows:
        try:
            made = _seal(row, edge.size)
        except ValueError:
            log.exception("intake row %s is malformed and stays unsealed", row.id)
            continue
        edge.append(bytes(made.entry.leaf_hash))
        done.append(made)
    if not done and last is not None:
        return set()
    Entry.objects.using(alias).bulk_create([d.entry for d in done], batch_size=500)
    count(alias, (d.entry for d in done))
    Subject.objects.using(alias).bulk_create([s for d in done for s in d.subjects], batch_size=2000)
    Tile.objects.using(alias).bulk_create(
        [Tile(level=level, n=n, data=data) for (level, n), data in edge.changed().items()],
        update_conflicts=True,
        unique_fields=["level", "n"],
        update_fields=["data"],
        batch_size=200,
    )
    signer = log_signer()
    body = rules.CheckpointBody(signer.name, edge.size, edge.root())
    Checkpoint.objects.using(alias).create(size=edge.size, root=body.root, note=rules.sign_checkpoint(body, signer), time=clock.now())
    return {d.entry.id for d in done}


def _edge(alias: str, last: Checkpoint | None) -> rules.Edge:
    """The tree's right edge, never on top of something that was changed: then the log stops and says so."""
    size = last.size if last else 0
    try:
        edge = rules.Edge(size, lambda level, n: _tile(alias, level, n))
    except ValueError as error:
        raise LogDamaged(f"{error}; run `beijiang audit verify`") from error
    if last is not None and edge.root() != bytes(last.root):
        raise LogDamaged(f"the stored tiles do not lead to the root of the last checkpoint (size {size}); run `beijiang audit verify`")
    return edge


def _tile(alias: str, level: int, n: int) -> bytes:
    found = Tile.objects.using(alias).filter(level=level, n=n).values_list("data", flat=True).first()
    return bytes(found) if found is not None else b""


def _seal(row: Intake, index: int) -> _Sealed:
    salt = bytes(row.salt)
    leaf = rules.leaf_bytes(row.type, row.time, salt, row.event.encode())
    entry = Entry(
        id=row.id,
        index=index,
        type=row.type,
        time=row.time,
        leaf=leaf,
        leaf_hash=rules.leaf_hash(leaf),
        event=row.event,
        salt=salt,
        **rules.columns(row.type, json.loads(row.event)),
    )
    return _Sealed(entry, [Subject(entry_id=row.id, kind=k, column=c, digest=d) for k, c, d in row.subjects])


def _empty(alias: str, ids: list[Any]) -> None:
    """Mark rows as sealed and drop their content, which from now on lies in Entry alone (RIGHTS 15)."""
    Intake.objects.using(alias).filter(id__in=ids).update(sequenced_at=clock.now(), event="", salt=b"", subjects=[])


def _rest(user: str, data: str | None, looked: datetime) -> None:
    """Nothing waits: say so (receipts of an earlier moment then are of nothing), and tidy up, twice a minute."""
    last = Drained.objects.using(user).values_list("at", flat=True).first()
    if last is not None and looked - last < SWEEP and last <= looked:
        return
    _sweep(user)
    if data:
        _sweep(data)
        Drained.objects.using(user).update_or_create(id=1, defaults={"at": looked})
    Tally.objects.using(user).filter(many=0).delete()
    thin(user)


def thin(alias: str) -> int:
    """This function will drop checkpoints over 30 days old but the last of each day (UTC); how many went.

    Every proof stays possible: proofs are made of tiles, against the newest checkpoint.
    """
    with connections[alias].cursor() as cursor:
        cursor.execute(
            """DELETE FROM audit_checkpoint WHERE time < %s AND size NOT IN (
                SELECT max(size) FROM audit_checkpoint GROUP BY (time AT TIME ZONE 'UTC')::date)""",
            [clock.now() - KEEP_CHECKPOINTS],
        )
        return int(cursor.rowcount)


def _sweep(alias: str) -> None:
    Intake.objects.using(alias).filter(sequenced_at__lt=clock.now() - KEEP_EMPTIED).delete()
