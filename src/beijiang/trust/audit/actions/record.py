"""Writing down what was done, in the transaction that does it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from beijiang.kernel import clock, events, outbox
from beijiang.kernel.canonical import canonical_json
from beijiang.kernel.errors import Refused, TooLarge
from beijiang.kernel.ids import new_id
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from .. import rules
from ..adapters import subject_key
from ..events import UseRefused
from ..models import Intake
from ..types import OUTCOMES, Outcome, SubjectRef

log = logging.getLogger("beijiang.audit")


def record(actor: Actor, event: Any, *, subjects: Iterable[SubjectRef] = (), outcome: Outcome = "done") -> UUID:
    """This function will write `event` into the audit intake, and into the outbox when its class is public.

    It must run inside the transaction of the change, in either domain; both then stand or fall together. The
    returned id is the receipt's number, and the CloudEvents id of the public event. `subjects` are the persons
    whose data was used: repeated ones count once, and only their keyed digests are kept.

    Raises RuntimeError outside a transaction, ValueError for an unknown outcome, and TooLarge when the frozen
    words have more than 65,535 bytes of canonical JSON (the change must then not happen).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an action must be recorded in the transaction of its change")
    if outcome not in OUTCOMES:
        raise ValueError(f"unknown outcome {outcome!r}")
    kind = events.registry[event.event_type]
    rows = _digests(subjects)
    text = canonical_json(_envelope(actor, kind.words, events.payload(event), outcome, rows))
    if len(text) > rules.MAX_ENVELOPE:
        raise TooLarge(
            "audit.event_too_large",
            detail=Words(
                f"这项操作的审计内容有 {len(text)} 字节，超过 {rules.MAX_ENVELOPE} 字节的上限，操作没有执行。请分成较小的几次。",
                f"The audit text of this action has {len(text)} bytes, over the limit of {rules.MAX_ENVELOPE}; nothing was done."
                " Do it in smaller parts.",
            ),
        )
    id_ = new_id()
    Intake.objects.create(
        id=id_,
        type=kind.type,
        time=clock.now(),
        event=text.decode(),
        salt=os.urandom(rules.SALT_SIZE),
        subjects=[list(row) for row in rows],
    )
    if kind.public:
        outbox.emit(event, id_=id_)
    return id_


def _envelope(actor: Actor, title: Words, payload: dict[str, Any], outcome: str, rows: list[tuple[str, str, str]]) -> dict[str, Any]:
    """This function will freeze who acted and in which words: what the leaf commits to."""
    return {
        "actor": {
            "id": str(actor.user_id) if actor.user_id else None,
            "kind": actor.kind,
            "username": actor.username,
            "name": actor.name,
            "unit": {
                "code": actor.unit_code,
                "name": {"zh": actor.unit_name_zh, "en": actor.unit_name_en},
                "path": list(actor.unit_path),
            },
            "division": actor.division,
            "branch": actor.branch,
            "duties": sorted(actor.duties),
            "session": str(actor.session_id) if actor.session_id else None,
            "level": actor.level,
        },
        "title": title.as_dict(),
        "event": payload,
        "outcome": outcome,
        "subjects": {"count": len(rows), "digest": rules.subjects_digest(rows)},
    }


def _digests(subjects: Iterable[SubjectRef]) -> list[tuple[str, str, str]]:
    wanted = {(s.kind, s.column, s.value) for s in subjects if s.value}
    if not wanted:
        return []
    key = subject_key()
    return sorted((kind, column, rules.subject_digest(key, kind, value)) for kind, column, value in wanted)


def record_refusal(actor: Actor, refused: Refused) -> UUID | None:
    """This function will write a refusal down in a transaction of its own, after the refused one has rolled back.

    The receipt's number is put into the refusal, so that the person refused can name it. When the log cannot be
    written the refusal stands all the same: the failure is logged and None returned.
    """
    extra = refused.extra
    try:
        with transaction.atomic():
            id_ = record(
                actor,
                UseRefused(
                    code=refused.code,
                    title=_short(refused.title),
                    detail=_short(refused.detail or Words("", "")),
                    permission=_plain(extra.get("permission")),
                    dataset=_plain(extra.get("dataset")),
                    purpose=_plain(extra.get("purpose")),
                    matter=_plain(extra.get("matter")),
                ),
                outcome="refused",
            )
    except Exception:
        log.exception("a refusal (%s) could not be recorded", refused.code)
        return None
    extra["receipt"] = str(id_)
    return id_


def _short(words: Words) -> Words:
    return Words(words.zh[:1000], words.en[:1000])


def _plain(value: Any) -> str:
    return str(value)[:200] if isinstance(value, str | UUID) else ""
