"""Issuing, revoking and giving back grants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import router, transaction

from beijiang.kernel import clock, guard, marks
from beijiang.kernel.errors import Conflict, Invalid, NotFound
from beijiang.kernel.ids import new_id
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit
from beijiang.trust.identity import queries as identity
from beijiang.trust.identity.types import Unit

from .. import grants, queries, rules
from ..events import GrantIssued, GrantRevoked
from ..models import Grant, Matter, Resource
from ..queries.grants import infos
from ..queries.purposes import is_open
from ..types import GrantInfo
from .reminders import forget_reminder, tell_revoked


@transaction.atomic
def issue_grant(
    actor: Actor,
    *,
    dataset: str,
    purpose: str,
    reason: str,
    holder_user: UUID | None = None,
    holder_unit: str = "",
    matter: str = "",
    columns: Iterable[str] = (),
    masks: Mapping[str, str] | None = None,
    areas: Iterable[str] = (),
    own_unit_only: bool = False,
    row_cap: int | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    days: int | None = None,
    origin: str = "applied",
    approved_by: UUID | None = None,
    approved_by_name: str = "",
    bundle: UUID | None = None,
) -> GrantInfo:
    """This function will let one person, or one unit with those below it, ask a dataset for a purpose until then.

    Exactly one holder. `end` or `days` from the start (default 30, or the purpose's `max_days` if that is less).
    `row_cap` rows an answer, by default the purpose's. `bundle`: an id shared by the grants that are issued together
    on several datasets, which alone may be joined in one question; a grant without it stands alone. Nobody issues to themselves or their own unit (RIGHTS 13).
    Raises Invalid naming the field, Refused, NotFound for an unknown dataset, purpose, person or unit.
    """
    resource = queries.resource(dataset).resource
    found = queries.purpose(purpose)
    about = {"owner_unit": resource.owner_unit, "holder": holder_user, "applicant": holder_user, "unit": holder_unit or None}
    guard.require(_with_own_units(actor), grants.ISSUE_GRANT, guard.Resource("dataset", dataset, about))
    if (holder_user is None) == (not holder_unit):
        raise _invalid("holder", Words("请指定一个人或者一个单位。", "Name one person or one unit."))
    if origin not in ("applied", "duty"):
        raise _invalid(
            "origin", Words("授权的来源不在清单内；紧急查询另有入口。", "The origin is not on the list; break-glass has its own way.")
        )
    name = identity.actor_for(holder_user).name if holder_user else _live_unit(holder_unit).name.zh
    begins = start or clock.now()
    ends = end or begins + timedelta(days=days if days is not None else min(30, found.max_days))
    if not is_open(found):
        raise _invalid("purpose", Words("该目的已经停用。", "This purpose was closed."))
    canonical = _canonical(areas)
    terms = {
        "matter": matter,
        "columns": tuple(dict.fromkeys(columns)),
        "masks": dict(masks or {}),
        "areas": canonical,
        "own_unit_only": own_unit_only,
        "row_cap": found.row_cap if row_cap is None else row_cap,
        "start": begins,
        "end": ends,
        "reason": reason,
    }
    fault = rules.grant_fault(resource=resource, purpose=found, origin=origin, **terms)  # type: ignore[arg-type]
    if fault is not None:
        raise _invalid(*fault)
    _check_matter(matter, found.matter_kinds)
    if bundle is not None:
        _check_bundle(actor, bundle, (origin, holder_user, holder_unit, purpose, matter))
    _mark(dataset, holder_user or holder_unit)
    id_ = new_id()
    row = Grant.objects.create(
        id=id_,
        bundle=bundle or id_,
        origin=origin,
        holder_user=holder_user,
        holder_unit=holder_unit,
        holder_name=name,
        dataset=dataset,
        purpose=purpose,
        issued_by=actor.user_id,
        issued_by_name=actor.name,
        approved_by=approved_by,
        approved_by_name=approved_by_name,
        issued_at=clock.now(),
        **{**terms, "columns": list(terms["columns"]), "areas": list(canonical), "reason": reason.strip()},  # type: ignore[call-overload]
    )
    audit.record(
        actor,
        GrantIssued(
            grant_id=row.id,
            origin=origin,
            holder_user=holder_user,
            holder_unit=holder_unit,
            holder_name=name,
            dataset=dataset,
            dataset_title=resource.title,
            purpose=purpose,
            purpose_title=found.title,
            matter=matter,
            columns=tuple(row.columns),
            areas=canonical,
            own_unit_only=own_unit_only,
            row_cap=row.row_cap,
            start=begins,
            end=ends,
            approved_by_name=approved_by_name,
            reason=reason.strip(),
            bundle=row.bundle,
        ),
    )
    return infos([row])[0]


@transaction.atomic
def revoke_grant(actor: Actor, *, grant_id: UUID, reason: str) -> GrantInfo:
    """This function will end a grant at once: the next decision sees it. Conflict if it is over already."""
    row = _locked(grant_id)
    owner = Resource.objects.filter(name=row.dataset).values_list("owner_unit", flat=True).first()
    guard.require(actor, grants.REVOKE_GRANT, guard.Resource("grant", str(row.id), {"owner_unit": owner or ""}))
    return _end(actor, row, reason, "revoked")


@transaction.atomic
def return_grant(actor: Actor, *, grant_id: UUID, reason: str) -> GrantInfo:
    """This function will let its holder give a personal grant back early. NotFound for anybody else's."""
    guard.require(actor, grants.RETURN_GRANT)
    row = _locked(grant_id)
    if row.holder_user is None or row.holder_user != actor.user_id:
        raise _unknown()
    return _end(actor, row, reason, "returned")


def _end(actor: Actor, row: Grant, reason: str, way: str) -> GrantInfo:
    reason = reason.strip()
    if not 2 <= len(reason) <= rules.limits.REASON_MAX:
        raise _invalid("reason", Words("请写明理由。", "Give a reason."))
    now = clock.now()
    if row.revoked_at is not None or row.end <= now:
        raise Conflict(
            "access.grant_over",
            Words("授权已经结束", "The grant is over already"),
            Words("没有作任何改动。", "Nothing was changed."),
        )
    _mark(row.dataset, row.holder_user or row.holder_unit)
    row.revoked_at, row.revoked_by, row.revoked_by_name, row.revoke_reason = now, actor.user_id, actor.name, reason
    row.version += 1
    row.save(update_fields=["revoked_at", "revoked_by", "revoked_by_name", "revoke_reason", "version"])
    forget_reminder(row)
    audit.record(
        actor,
        GrantRevoked(
            grant_id=row.id,
            holder_user=row.holder_user,
            holder_unit=row.holder_unit,
            holder_name=row.holder_name,
            dataset=row.dataset,
            purpose=row.purpose,
            way=way,
            reason=reason,
        ),
    )
    info = infos([row])[0]
    if way == "revoked":
        tell_revoked(row, info.dataset_title)
    return info


def _mark(dataset: str, holder: UUID | str) -> None:
    marks.changing(rules.grant_mark(dataset, holder), using=router.db_for_write(Grant) or "default")


def _check_matter(ref: str, kinds: frozenset[str]) -> None:
    if not ref:
        return
    row = Matter.objects.filter(ref=ref).values("kind", "closed_at").first()
    if row is None:
        raise _invalid("matter", Words("没有登记这个事项，请核对编号。", "No such matter; check the reference."))
    if row["closed_at"] is not None:
        raise _invalid("matter", Words("事项已经办结。", "The matter is closed."))
    if kinds and row["kind"] not in kinds:
        raise _invalid("matter", Words("事项的种类与目的不符。", "The kind of the matter does not fit the purpose."))


def _with_own_units(actor: Actor) -> Actor:
    """Who acts in another's place still serves in their own units, and may not issue to those (RIGHTS 13)."""
    if actor.user_id is None:
        return actor
    own = [code for post in identity.posts_of(actor.user_id) for code in identity.unit(post.unit_code).path]
    return replace(actor, unit_path=tuple(dict.fromkeys((*actor.unit_path, *own))))


def _live_unit(code: str) -> Unit:
    unit, today = identity.unit(code), clock.local(clock.now()).date()
    if not (unit.valid_from or today) <= today <= (unit.valid_until or today):
        raise _invalid(
            "holder", Words(f"单位{unit.name.zh}已经撤销，或者尚未设立。", f"The unit {unit.name.en} is abolished, or not yet set up.")
        )
    return unit


def _check_bundle(actor: Actor, bundle: UUID, basis: tuple[Any, ...]) -> None:
    """One bundle is one basis: the same holder, purpose and matter. A grant that was issued to stand alone is joined
    to others only by somebody who could have issued it too: an owner never agreed to a join unseen."""
    for known in Grant.objects.select_for_update().filter(bundle=bundle).order_by("id"):
        if (known.origin, known.holder_user, known.holder_unit, known.purpose, known.matter) != basis:
            raise _invalid(
                "bundle",
                Words(
                    "一并签发的授权必须是同一持有人、同一目的和同一事项。",
                    "Grants issued together have the same holder, purpose and matter.",
                ),
            )
        if known.id == bundle:
            owner = Resource.objects.filter(name=known.dataset).values_list("owner_unit", flat=True).first()
            guard.require(actor, grants.ISSUE_GRANT, guard.Resource("dataset", known.dataset, {"owner_unit": owner or ""}))


def _canonical(areas: Iterable[str]) -> tuple[str, ...]:
    # A faulty code stays as it is, so that grant_fault names it.
    return tuple(dict.fromkeys(a if rules.area_fault(a) else rules.canonical_area(a) for a in areas))


def _locked(grant_id: UUID) -> Grant:
    row = Grant.objects.select_for_update().filter(id=grant_id).first()
    if row is None:
        raise _unknown()
    return row


def _unknown() -> NotFound:
    return NotFound("access.grant_unknown", Words("没有这份授权", "No such grant"))


def _invalid(field: str, fault: Words) -> Invalid:
    return Invalid(
        "access.grant_invalid",
        Words("授权不能这样签发", "The grant cannot be like this"),
        fault,
        fields=[{"field": field, "message": fault}],
    )
