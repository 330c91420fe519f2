"""The same call twice is one deed: answers remembered by their Idempotency-Key."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from beijiang.kernel import clock
from beijiang.kernel.errors import Conflict, Invalid
from beijiang.kernel.words import Words

from ..models import Reply
from ..types import REPLY_HOURS

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

STALE = timedelta(minutes=5)
"""A call that was begun so long ago and never answered died on its way."""


def once(user_id: UUID | None, *, key: str, call: list[Any], do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """This function will do `do` once for a person's `key` and give its answer (JSON-ready), to the same `call` again the same answer.

    Without a key it is simply done. A problem is not remembered: the call may be tried again with its key. Raises Invalid for a key
    over 128 characters or used for another call, Conflict while the first such call is still at work.
    """
    if not key or user_id is None:
        return do()
    if len(key) > 128 or not key.isprintable():
        raise Invalid(
            "stewardship.bad_key", detail=Words("Idempotency-Key 最长 128 个字符。", "An Idempotency-Key has 128 characters at most.")
        )
    digest = hashlib.sha256(json.dumps(call, default=str, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    known = _taken(user_id, key, digest)
    if known is not None:
        return known
    try:
        answer = do()
    except BaseException:
        Reply.objects.filter(user_id=user_id, key=key, answer__isnull=True).delete()
        raise
    Reply.objects.filter(user_id=user_id, key=key).update(answer=answer)
    return answer


def _taken(user_id: UUID, key: str, digest: str) -> dict[str, Any] | None:
    instant = clock.now()
    mine = Reply.objects.filter(user_id=user_id, key=key)
    mine.filter(answer__isnull=True, made_at__lt=instant - STALE).delete()
    mine.filter(made_at__lt=instant - timedelta(hours=REPLY_HOURS)).delete()
    try:
        with transaction.atomic():
            Reply.objects.create(user_id=user_id, key=key, digest=digest, made_at=instant)
    except IntegrityError:
        known = mine.get()
        if known.digest != digest:
            raise Invalid(
                "stewardship.key_reused",
                detail=Words(
                    "这个 Idempotency-Key 已用于另一个请求，没有执行。", "This Idempotency-Key was used for another call; nothing was done."
                ),
            ) from None
        if known.answer is None:
            raise Conflict(
                "stewardship.still_at_work", detail=Words("同一请求正在执行，请稍候。", "The same call is still at work; wait a moment.")
            ) from None
        answer: dict[str, Any] = known.answer
        return answer
    return None
