"""What a domain gave up: events whose handler failed for good, and jobs that failed. Read, tried again, or settled, by errand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection, transaction

from beijiang.kernel import clock
from beijiang.kernel.errors import Invalid, NotFound
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

MOST = 200
JOB = "job:"


def waiting() -> list[dict[str, Any]]:
    """Dead letters and failed jobs of this domain, oldest first: what and why, never their content."""
    from beijiang.kernel.models import DeadLetter

    rows = DeadLetter.objects.filter(resolved_at__isnull=True).order_by("at")[:MOST]
    found = [
        {
            "id": str(row.id),
            "kind": "event",
            "what": str(row.document.get("type", "")),
            "by": row.consumer,
            "tries": row.tries,
            "why": row.error[:300],
            "at": row.at.isoformat(),
        }
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j.id, j.task_name, j.queue_name, j.attempts, max(e.at) FROM procrastinate_jobs j"
            " LEFT JOIN procrastinate_events e ON e.job_id = j.id WHERE j.status = 'failed' GROUP BY j.id ORDER BY j.id LIMIT %s",
            [MOST],
        )
        for id_, task, queue, tries, at in cursor.fetchall():
            found.append(
                {
                    "id": f"{JOB}{id_}",
                    "kind": "job",
                    "what": task,
                    "by": queue,
                    "tries": tries,
                    "why": "",
                    "at": at.isoformat() if at else "",
                }
            )
    return found


def again(which: str) -> str:
    """Try one again: an event at once (what its handler raises, is told), a job by the queue. What was done, in a word."""
    if which.startswith(JOB):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM procrastinate_jobs WHERE id = %s AND status = 'failed' FOR UPDATE", [_number(which)])
            if cursor.fetchone() is None:
                raise _unknown(which)
            cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [_number(which)])
            _record(which, "again", "")
        return "queued"
    from beijiang.config.settings import DOMAIN
    from beijiang.kernel import handlers

    with transaction.atomic():
        letter = _letter(which)
        handler = next((h for h in handlers.handlers(DOMAIN) if h.consumer == letter.consumer), None)
        if handler is None:
            raise Invalid(
                "kernel.letter_no_handler",
                detail=Words(
                    f"已没有处理程序 {letter.consumer}；请改用 settle。", f"There is no handler {letter.consumer} any more; settle it."
                ),
            )
        fresh = handlers.deliver(handler, letter.document)
        letter.resolved_at = clock.now()
        letter.save(update_fields=["resolved_at"])
        _record(which, "again", "")
    return "taken" if fresh else "taken before"


def settle(which: str, reason: str) -> str:
    """Lay one aside for good; the reason stands in the log. Its document is kept."""
    if not 4 <= len(reason.strip()) <= 500:
        raise Invalid("kernel.letter_reason", detail=Words("请写明理由，4 至 500 字。", "Give a reason of 4 to 500 characters."))
    with transaction.atomic():
        if which.startswith(JOB):
            with connection.cursor() as cursor:
                cursor.execute("UPDATE procrastinate_jobs SET status = 'cancelled' WHERE id = %s AND status = 'failed'", [_number(which)])
                if cursor.rowcount != 1:
                    raise _unknown(which)
        else:
            letter = _letter(which)
            letter.resolved_at = clock.now()
            letter.save(update_fields=["resolved_at"])
        _record(which, "settled", reason.strip())
    return "settled"


def _record(which: str, way: str, reason: str) -> None:
    from beijiang.trust.audit import actions as audit
    from beijiang.trust.audit.events import LetterSettled

    audit.record(Actor.system("command line"), LetterSettled(letter=which, way=way, reason=reason))


def _letter(which: str) -> Any:
    from beijiang.kernel.models import DeadLetter

    try:
        id_ = UUID(which)
    except ValueError:
        raise _unknown(which) from None
    found = DeadLetter.objects.select_for_update().filter(id=id_, resolved_at__isnull=True).first()
    if found is None:
        raise _unknown(which)
    return found


def _number(which: str) -> int:
    text = which.removeprefix(JOB)
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise _unknown(which)
    return int(text)


def _unknown(which: str) -> NotFound:
    return NotFound(
        "kernel.letter_unknown",
        detail=Words(
            f"没有待处理的 {which[:60]}；编号见 beijiang letters。",
            f"Nothing waits under {which[:60]}; `beijiang letters` lists the numbers.",
        ),
    )
