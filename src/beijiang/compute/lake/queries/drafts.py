"""Brought files as their bringer and other stewards may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beijiang.kernel import guard
from beijiang.kernel.errors import NotFound, Refused
from beijiang.kernel.words import Words

from .. import grants, models, types
from ..adapters import spool
from ..types import DRAFT_OPEN

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor


def draft(actor: Actor, *, draft_id: UUID) -> types.Draft:
    """This function will tell of a draft. Its first rows and examples are for who brought it alone; others see what was counted.

    Raises NotFound ("lake.no_draft") when there is none.
    """
    guard.require(actor, grants.SEE_DRAFT)
    found = models.Draft.objects.select_related("run").filter(pk=draft_id).first()
    if found is None:
        raise _none()
    own = actor.user_id is not None and found.bringer == actor.user_id
    return as_draft(found, content=own and found.state == "ready")


def drafts(actor: Actor, *, limit: int = 200) -> tuple[types.Draft, ...]:
    """This function will list one's own drafts that wait, newest first, without what stands in them."""
    guard.require(actor, grants.SEE_DRAFT)
    found = models.Draft.objects.filter(bringer=actor.user_id, state__in=DRAFT_OPEN).order_by("-created_at")[:limit]
    return tuple(as_draft(d) for d in found)


def find_own(actor: Actor, *, draft_id: UUID, lock: bool = False) -> models.Draft:
    """This function will give the actor's own draft; NotFound, or Refused when it is somebody else's."""
    rows = models.Draft.objects.select_for_update() if lock else models.Draft.objects.all()
    found = rows.filter(pk=draft_id).first()
    if found is None:
        raise _none()
    if found.bringer != actor.user_id:
        raise Refused(
            "lake.not_your_draft",
            detail=Words(
                "这份文件由他人送来，只有送来的人可以处理。没有改动。",
                "Somebody else brought this file; only they may deal with it. Nothing was changed.",
            ),
        )
    return found


def _none() -> NotFound:
    return NotFound("lake.no_draft", detail=Words("没有这份待入库文件，可能已经过期删除。", "There is no such draft; it may have expired."))


def as_draft(d: models.Draft, *, content: bool = False) -> types.Draft:
    """This function will give a draft's frozen form; with `content`, its first rows and examples too."""
    sample, examples = spool.read_content(d.pk) if content else ([], {})
    return types.Draft(
        id=d.pk,
        file_name=d.file_name,
        sha256=d.sha256,
        size=d.size,
        kind=d.kind,
        encoding=d.encoding,
        state=d.state,
        progress=d.progress,
        error=Words.of(d.error) if d.error else None,
        columns=tuple(_column(c, examples.get(c["header"], [])) for c in d.columns),
        rows=d.rows,
        sample=tuple(sample),
        notes=tuple(Words.of(n) for n in d.notes),
        created_at=d.created_at,
        expires_at=d.expires_at if d.state in DRAFT_OPEN else None,
        brought_by=str(d.starter.get("name", "")),
        run=d.run_id,
        suggested_name=d.suggested_name,
        bad=d.bad,
    )


def _column(c: dict[str, Any], examples: list[str]) -> types.DraftColumn:
    guessed = c["element"]
    return types.DraftColumn(
        name=c["name"],
        header=c["header"],
        title=Words.of(c["title"]),
        type=c["type"],
        share=c["share"],
        reason=Words.of(c["reason"]),
        nulls=c["nulls"],
        distinct=c["distinct"],
        examples=tuple(examples),
        element=types.ElementGuess(guessed["code"], Words.of(guessed["name"]), guessed["score"], Words.of(guessed["reason"]))
        if guessed
        else None,
        refused=Words.of(c["refused"]) if c["refused"] else None,
        subject=c["subject"],
        suggested_mask=c["mask"],
        length=c["length"],
        digits=c["digits"],
    )
