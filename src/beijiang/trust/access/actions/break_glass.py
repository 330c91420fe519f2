"""Break-glass (紧急查询): works at once, is loud, and is reviewed afterwards (RIGHTS 13)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import router, transaction

from beijiang.kernel import clock, guard, marks, todo
from beijiang.kernel.errors import Conflict, Invalid, NotFound
from beijiang.kernel.ids import new_id
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from .. import grants, queries, rules
from ..events import GlassBroken, GlassReviewed, GrantRevoked
from ..models import Grant, Matter, Resource
from ..queries.grants import infos
from ..queries.matters import works_on
from ..types import GrantInfo
from .reminders import tell_revoked

ROW_CAP = 200
REASON_MIN = 15
REVIEW_WITHIN = timedelta(hours=24)
MOST_UNREVIEWED = 5
"""So many uses of one person may wait for their review; a further one needs somebody to have looked first."""


@transaction.atomic
def break_glass(
    actor: Actor, *, dataset: str, purpose: str, reason: str, matter: str = "", hours: int = rules.EMERGENCY_HOURS
) -> GrantInfo:
    """This function will give the actor leave to ask a dataset now, for 1 to 4 hours, and call the reviewers.

    The purpose's other rules hold as ever (grade, matter); columns are masked by default and answers have
    200 rows at most. Raises Invalid naming the field, Refused, NotFound.
    """
    guard.require(actor, grants.BREAK_GLASS)
    resource, found = queries.resource(dataset).resource, queries.purpose(purpose)
    if actor.user_id is None or actor.kind != "person":
        raise _invalid("holder", Words("只有具体的人可以紧急查询。", "Only a person can break the glass."))
    reason = reason.strip()
    if len(reason) < REASON_MIN:
        raise _invalid(
            "reason", Words(f"请写明紧急情形，至少 {REASON_MIN} 个字。", f"Describe the emergency in at least {REASON_MIN} characters.")
        )
    if not 1 <= hours <= rules.EMERGENCY_HOURS:
        raise _invalid("hours", Words("时间应为 1 到 4 小时。", "From 1 to 4 hours."))
    now = clock.now()
    end = now + timedelta(hours=hours)
    cap = min(found.row_cap, ROW_CAP)
    fault = rules.grant_fault(
        resource=resource,
        purpose=found,
        origin="emergency",
        matter=matter,
        columns=(),
        masks={},
        areas=(),
        own_unit_only=False,
        row_cap=cap,
        start=now,
        end=end,
        reason=reason,
    )
    fault = fault or _matter_fault(actor, matter, found.matter_kinds) or _again_fault(actor, dataset, purpose, matter)
    if fault is not None:
        raise _invalid(*fault)
    _mark(dataset, actor.user_id)
    id_ = new_id()
    row = Grant.objects.create(
        id=id_,
        bundle=id_,
        origin="emergency",
        holder_user=actor.user_id,
        holder_name=actor.name,
        dataset=dataset,
        purpose=purpose,
        matter=matter,
        row_cap=cap,
        start=now,
        end=end,
        reason=reason,
        issued_by=actor.user_id,
        issued_by_name=actor.name,
        issued_at=now,
    )
    audit.record(
        actor,
        GlassBroken(
            grant_id=row.id,
            holder_user=actor.user_id,
            holder_name=actor.name,
            holder_unit_code=actor.unit_code,
            dataset=dataset,
            dataset_title=resource.title,
            purpose=purpose,
            purpose_title=found.title,
            matter=matter,
            end=end,
            reason=reason,
        ),
    )
    words = Words(f"复核紧急查询：{actor.name} → {resource.title.zh}", f"Review break-glass: {actor.name} → {resource.title.en}")
    todo.put(f"access.review:{row.id}", words, "/access/reviews/", duty="supervisor", loud=True, due_at=now + REVIEW_WITHIN)
    # Loud to those who watch over uses too (RIGHTS 13): whoever reviews first ticks it off for all.
    todo.put(f"access.audit:{row.id}", words, "/access/reviews/", duty="auditor", loud=True, due_at=now + REVIEW_WITHIN)
    told = Words(
        f"{actor.name} 紧急查询了您单位的数据：{resource.title.zh}", f"{actor.name} broke the glass on your data: {resource.title.en}"
    )
    todo.put(f"access.broken:{row.id}", told, "/access/owned/", duty="owner", unit_code=resource.owner_unit, loud=True, due_at=end)
    return infos([row])[0]


@transaction.atomic
def review_break_glass(actor: Actor, *, grant_id: UUID, outcome: str, note: str) -> GrantInfo:
    """This function will write down whether a break-glass use was `justified` or `unjustified`, and why.

    An unjustified one that still runs ends at once. Nobody reviews their own. Conflict if it was reviewed.
    """
    row = Grant.objects.select_for_update().filter(id=grant_id, origin="emergency").first()
    if row is None:
        raise NotFound("access.grant_unknown", Words("没有这次紧急查询", "No such break-glass use"))
    guard.require(actor, grants.REVIEW_BREAK_GLASS, guard.Resource("grant", str(row.id), {"holder": row.holder_user}))
    note = note.strip()
    if outcome not in ("justified", "unjustified"):
        raise _invalid("outcome", Words("请选择“正当”或者“不正当”。", "Choose justified or unjustified."))
    if not 4 <= len(note) <= rules.limits.REASON_MAX:
        raise _invalid("note", Words("请写明复核意见。", "Write what you found."))
    if row.reviewed_at is not None:
        raise Conflict(
            "access.already_reviewed",
            Words("已经复核过了", "It was reviewed already"),
            Words(f"由{row.reviewed_by_name}复核，本次没有改动。", f"By {row.reviewed_by_name}; nothing was changed."),
        )
    _mark(row.dataset, row.holder_user or "")
    now = clock.now()
    row.reviewed_at, row.reviewed_by_name, row.review_outcome, row.review_note = now, actor.name, outcome, note
    audit.record(
        actor,
        GlassReviewed(grant_id=row.id, holder_user=row.holder_user, holder_name=row.holder_name, outcome=outcome, note=note),  # type: ignore[arg-type]
    )
    if outcome == "unjustified" and row.revoked_at is None and row.end > now:
        row.revoked_at, row.revoked_by, row.revoked_by_name, row.revoke_reason = now, actor.user_id, actor.name, note
        row.version += 1
        audit.record(
            actor,
            GrantRevoked(
                grant_id=row.id,
                holder_user=row.holder_user,
                holder_unit="",
                holder_name=row.holder_name,
                dataset=row.dataset,
                purpose=row.purpose,
                way="revoked",
                reason=note,
            ),
        )
    row.save()
    info = infos([row])[0]
    if row.revoked_at == now:
        tell_revoked(row, info.dataset_title)
    todo.done(f"access.review:{row.id}")
    todo.done(f"access.audit:{row.id}")
    todo.done(f"access.broken:{row.id}")
    return info


def _mark(dataset: str, holder: UUID | str) -> None:
    marks.changing(rules.grant_mark(dataset, holder), using=router.db_for_write(Grant) or "default")


def _again_fault(actor: Actor, dataset: str, purpose: str, matter: str) -> tuple[str, Words] | None:
    """Break-glass is for an emergency, not a way to go on without a grant: no stacking, and no chain that nobody looks at."""
    Resource.objects.select_for_update().get(name=dataset)  # of two at once, one sees the other
    mine = Grant.objects.filter(holder_user=actor.user_id, origin="emergency")
    if mine.filter(dataset=dataset, purpose=purpose, matter=matter, revoked_at__isnull=True, end__gt=clock.now()).exists():
        return "dataset", Words(
            "您对该数据集的紧急查询仍然有效，无需再次启用。",
            "Your break-glass on this dataset is still open; there is no need for another.",
        )
    if mine.filter(reviewed_at__isnull=True).count() >= MOST_UNREVIEWED:
        return "reason", Words(
            f"您有 {MOST_UNREVIEWED} 次紧急查询尚未复核，请先联系督察部门复核，或向数据所有单位申请授权。",
            f"{MOST_UNREVIEWED} of your break-glass uses wait for their review. Have a supervisor review them first, or apply for a grant.",
        )
    return None


def _matter_fault(actor: Actor, ref: str, kinds: frozenset[str]) -> tuple[str, Words] | None:
    # Asked now, so that nobody in a hurry holds a grant that decide() would then refuse.
    if not ref:
        return None
    row = Matter.objects.filter(ref=ref).first()
    if row is None or row.closed_at is not None:
        return "matter", Words("事项没有登记或者已经办结，请核对编号。", "The matter is not registered, or closed; check the reference.")
    if kinds and row.kind not in kinds:
        return "matter", Words("事项的种类与目的不符。", "The kind of the matter does not fit the purpose.")
    if not works_on(actor, unit_code=row.unit_code, unit_path=row.unit_path, participants=row.participants):
        return "matter", Words("您不是该事项的办理人。", "You do not work on this matter.")
    return None


def _invalid(field: str, fault: Words) -> Invalid:
    return Invalid(
        "access.emergency_invalid",
        Words("不能这样紧急查询", "The glass cannot be broken like this"),
        fault,
        fields=[{"field": field, "message": fault}],
    )
