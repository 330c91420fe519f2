"""Requests refused at admission: one leaf a source and minute, as for telemetry, so that no flood fills the log."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_address, ip_network

from django.db import DatabaseError, connections, router, transaction

from beijiang.kernel import clock, guard
from beijiang.kernel.types import Actor
from beijiang.trust.audit import actions as audit

from ..events import RequestsTurnedAway
from ..grants import SEAL
from ..models import TurnedAway

log = logging.getLogger("beijiang.exchange")
MOST_SOURCES = 50
"""Sources told apart within one minute; the others are counted together."""
OTHERS = "others"

_COUNT = """
INSERT INTO exchange_turnedaway AS known (minute, source, code, many) VALUES (%s, %s, %s, 1)
ON CONFLICT (minute, source, code) DO UPDATE SET many = known.many + 1
"""


def note_turned_away(*, application: str, address: str, code: str) -> None:
    """This function will count one request that was refused before anything of it was read.

    `application` is the one that its token proved, or empty; then only the network of `address` is kept, not the
    machine. The refusal stands whether or not it can be counted.
    """
    minute = clock.now().replace(second=0, microsecond=0)
    try:
        with transaction.atomic(), connections[router.db_for_write(TurnedAway) or "default"].cursor() as cursor:
            cursor.execute(_COUNT, [minute, _source(minute, f"app:{application}" if application else network(address)), code[:80]])
    except DatabaseError:
        log.exception("a request turned away (%s) could not be counted", code)


def network(address: str) -> str:
    """This function will give the network of an address: /24 of IPv4, /48 of IPv6, "net:unknown" for anything else."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "net:unknown"
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return f"net:{ip_network((found, 24 if found.version == 4 else 48), strict=False)}"


def _source(minute: datetime, source: str) -> str:
    known = set(TurnedAway.objects.filter(minute=minute).values_list("source", flat=True).distinct())
    return source[:80] if source[:80] in known or len(known) < MOST_SOURCES else OTHERS


@transaction.atomic
def seal_turned_away(actor: Actor) -> int:
    """This function will write the counts of all minutes that are over into the log, one leaf a source and minute; how many leaves.

    Requires exchange.seal_turned_away.
    """
    guard.require(actor, SEAL)
    now = clock.now().replace(second=0, microsecond=0)
    rows = list(TurnedAway.objects.select_for_update(skip_locked=True).filter(minute__lt=now).order_by("minute", "source", "code"))
    for minute, source, reasons in _grouped(rows):
        fact = RequestsTurnedAway(source=source, minute=minute, reasons=reasons, requests=sum(reasons.values()))
        audit.record(actor, fact, outcome="refused")
    TurnedAway.objects.filter(id__in=[row.id for row in rows]).delete()
    return len({(row.minute, row.source) for row in rows})


def _grouped(rows: Iterable[TurnedAway]) -> list[tuple[datetime, str, dict[str, int]]]:
    found: dict[tuple[datetime, str], dict[str, int]] = {}
    for row in rows:
        found.setdefault((row.minute, row.source), {})[row.code] = row.many
    return [(minute, source, reasons) for (minute, source), reasons in found.items()]
