"""Rows of an application, locked and written back; lines of its timeline; requests that come twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from beijiang.kernel import clock
from beijiang.kernel.errors import Conflict, Invalid
from beijiang.kernel.words import Words

from .. import rules
from ..events import ItemTerms
from ..models import Application, Item, Step
from ..queries.infos import info, items_of
from ..queries.places import resources_of
from ..types import STATES, STEPS, ApplicationInfo, Case, Terms

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor
    from beijiang.trust.access.types import DatasetResource

KEY_MAX = 80


def locked(application_id: UUID) -> Application | None:
    """This function will lock an application until the transaction ends; None if there is none."""
    return Application.objects.select_for_update().filter(id=application_id).first()


def items_for(row: Application) -> list[Item]:
    """This function will give the datasets of an application in their order."""
    return items_of([row]).get(row.id, [])


def write_back(row: Application, items: Iterable[Item], case: Case) -> None:
    """This function will store where a case stands now; a new stage starts its waiting anew."""
    now = clock.now()
    if row.state != case.state or row.edition != case.edition:
        row.waiting_since, row.due_at = now, now + rules.LAPSE_AFTER
    row.state, row.edition, row.back_from = case.state, case.edition, case.back_from
    if case.state not in ("chief", "owners", "back"):
        row.ended_at = now
    if case.state == "chief":
        row.chief_by = row.chief_for = None
    row.save()
    by_name = {i.dataset: i for i in case.items}
    for item in items:
        found = by_name[item.dataset]
        item.asked = rules.terms_to(found.asked)
        item.passed = rules.terms_to(found.passed) if found.passed else None
        item.granted = rules.terms_to(found.granted) if found.granted else None
        if found.granted is None:
            item.approved_by, item.approved_name, item.approved_unit, item.approved_at = None, "", "", None
        item.save()


def add_step(
    row: Application,
    *,
    kind: str,
    actor: Actor,
    receipt: UUID | None,
    acted_for: UUID | None = None,
    note: str = "",
    changes: Iterable[Words] = (),
    key: str = "",
    digest: str = "",
) -> None:
    """This function will add a line to the timeline."""
    Step.objects.create(
        application=row,
        kind=kind,
        edition=row.edition,
        actor=actor.user_id,
        acted_for=acted_for,
        actor_name=actor.name,
        unit_zh=actor.unit_name_zh[:120],
        unit_en=actor.unit_name_en[:160],
        note=note,
        changes=[[w.zh, w.en] for w in changes],
        at=clock.now(),
        receipt=receipt,
        request_key=key,
        request_digest=digest,
    )


def shown(row: Application, viewer: Actor) -> ApplicationInfo:
    """This function will give an application as its viewer sees it after a change."""
    items = items_for(row)
    steps = Step.objects.filter(application=row).order_by("at", "id")
    return info(row, items, viewer=viewer, resources=resources_of(i.dataset for i in items), steps=steps, columns=True)


def joined(items: Iterable[Item]) -> dict[str, Any]:
    """This function will give the members `dataset` and `datasets` of a fact."""
    names = tuple(i.dataset for i in items)
    return {"dataset": ", ".join(names), "datasets": names}


def facts(terms: dict[str, Terms]) -> tuple[ItemTerms, ...]:
    """This function will give terms as a fact holds them."""
    return tuple(ItemTerms(name, t.columns, t.areas, t.days) for name, t in terms.items())


def column_title(resource: DatasetResource | None) -> Callable[[str], Words]:
    """This function will give how the columns of a dataset are called."""
    known = {c.name: c.title for c in resource.columns} if resource else {}
    return lambda name: known.get(name, Words(name, name))


def digest_of(what: str, body: Any) -> str:
    """This function will give what a repeated request is known by."""
    # Escaped: what came in need not be text that can be encoded.
    return hashlib.sha256(json.dumps([what, body], sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def check_key(key: str) -> None:
    """This function will refuse a key that cannot be one."""
    if len(key) > KEY_MAX or not key.isprintable():
        raise Invalid(
            "permissions.bad_key",
            detail=Words(f"Idempotency-Key 最多 {KEY_MAX} 个可见字符。", f"An Idempotency-Key has at most {KEY_MAX} visible characters."),
        )


def check_same(stored: str, digest: str) -> None:
    """This function will refuse a key that came before with something else."""
    if stored != digest:
        raise Conflict(
            "permissions.key_reused",
            Words("同一个 Idempotency-Key 用于不同的请求", "One Idempotency-Key for two different requests"),
            Words("原来的请求已经办理，这一次没有执行。请换一个新的值。", "The first one stands; this one was not done. Use a new value."),
        )


def repeated(key: str, digest: str, *, by: Actor) -> Step | None:
    """This function will find the step that the same request made before."""
    if not key:
        return None
    found = Step.objects.filter(actor=by.user_id, request_key=key).first()
    if found is not None:
        check_same(found.request_digest, digest)
    return found


def moved_on(row: Application, first: str = "") -> Conflict:
    """This function will tell who was first (`first`, else who made the last step), and how they decided."""
    steps = Step.objects.filter(application=row).exclude(kind="granted")
    if first:
        steps = steps.filter(actor_name=first)
    last = steps.order_by("-at", "-id").first()
    said = Words("申请已经变化。", "The application has changed.")
    if last is not None:
        what = STEPS[last.kind]
        said = Words(f"{last.actor_name}已办理：{what.zh}。", f"{last.actor_name} was first: {what.en.lower()}.")
    state = STATES[row.state]
    return Conflict(
        "permissions.decided_already",
        Words("已有人先行办理", "Somebody else was first"),
        Words(
            f"{said.zh}申请现在的状态：{state.zh}。您的意见没有记录，请重新打开申请查看。",
            f"{said.en} The application is now {state.en}. Nothing of yours was recorded; open it again.",
        ),
        decided_by=last.actor_name if last else "",
        state=row.state,
    )
