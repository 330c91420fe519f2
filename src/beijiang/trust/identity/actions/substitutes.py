"""Who acts for the holder of a post while they are away (代理)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from beijiang.kernel import guard
from beijiang.kernel.clock import now
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Refused
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from ..events import SubstitutionAppointed, SubstitutionEnded
from ..grants import SUBSTITUTES
from ..models import Post, Substitution, User
from ..queries.directory import posts_of
from ..queries.directory import unit as find_unit
from ..queries.substitutes import substitution_infos
from ..rules import cares_for, outranked, path_codes, related_units, substitution_fault
from ..types import Duty

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from beijiang.kernel.types import Actor

    from ..types import SubstitutionInfo

_WATCH = frozenset({Duty.AUDITOR, Duty.SUPERVISOR})


@transaction.atomic
def appoint_substitute(
    actor: Actor, *, post_id: UUID, substitute: UUID, starts_at: datetime, ends_at: datetime, reason: str
) -> SubstitutionInfo:
    """This function will let somebody act for the holder of a post, in deciding and in nothing else, for 180 days at most.

    The holder appoints, a chief above them (not over duties that only administrators give), or an administrator; nobody
    appoints themselves. One substitute at a time, never a chain. Raises Invalid, Conflict, Refused, NotFound.
    """
    guard.require(actor, SUBSTITUTES, guard.Resource("post", str(post_id)))
    post = Post.objects.select_for_update(of=("self",)).select_related("unit", "user").filter(id=post_id).first()
    if post is None or not _may(actor, post):
        raise NotFound("identity.post_unknown", detail=Words("没有这个岗位，或不归您管理。", "There is no such post, or not in your care."))
    if substitute == actor.user_id:
        raise Refused("identity.own_substitution", detail=Words("不能指定自己为代理人。", "Nobody appoints themselves as a substitute."))
    reason = reason.strip()
    fault = substitution_fault(now=now(), starts_at=starts_at, ends_at=ends_at, reason=reason)
    if fault:
        raise Invalid("identity.substitution_invalid", detail=fault[1], fields=[{"field": fault[0], "message": fault[1]}])
    if (post.ends_at is not None and post.ends_at <= now()) or not post.user.is_active:
        raise Conflict("identity.post_over", detail=Words("该岗位已经结束，没有作任何改动。", "The post is over; nothing was changed."))
    person = _fit(post, substitute)
    _free(post, person, starts_at, ends_at)
    made = Substitution.objects.create(
        post=post,
        substitute=person,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        appointed_by=actor.user_id,
        appointed_by_name=actor.name,
        appointed_at=now(),
    )
    audit.record(
        actor,
        SubstitutionAppointed(
            substitution_id=made.id,
            post_id=post.id,
            unit_code=post.unit.code,
            unit_name=Words(post.unit.name_zh, post.unit.name_en),
            duties=tuple(post.duties),
            holder_id=post.user_id,
            holder_name=post.user.name,
            substitute_id=person.id,
            substitute_name=person.name,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=reason,
        ),
    )
    return substitution_infos([made])[0]


def _may(actor: Actor, post: Post) -> bool:
    """The holder; who looks after them, unless the duties are beyond a chief's hand (else a chief makes a puppet owner)."""
    if actor.user_id is not None and post.user_id == actor.user_id:
        return True
    return cares_for(actor, path_codes(post.unit.path)) and not outranked(actor, post.duties)


def _fit(post: Post, substitute: UUID) -> User:
    # Locked, so that two appointments of one person cannot pass each other.
    person = User.objects.select_for_update().filter(id=substitute).first()
    held = posts_of(substitute) if person is not None and person.is_active else ()
    if person is None or not held:
        raise _invalid(Words("没有这个人员，或此人目前没有岗位。", "There is no such person, or they hold no post at present."))
    if person.id == post.user_id:
        raise _invalid(Words("代理人不能是本人。", "Nobody is their own substitute."))
    if any(_WATCH & set(p.duties) for p in held):
        raise _invalid(
            Words(
                "审计员和督察员监督这些决定，不能代理。", "Auditors and supervisors watch over these decisions and cannot act for others."
            )
        )
    home = path_codes(post.unit.path)
    if not any(related_units(home, find_unit(p.unit_code).path) for p in held):
        raise _invalid(
            Words(
                "代理人应当是本单位、上级、下级或者同级相邻单位的人员。",
                "A substitute is of the same unit, or of one above, below or beside it.",
            )
        )
    return person


def _free(post: Post, person: User, starts_at: datetime, ends_at: datetime) -> None:
    meanwhile = Substitution.objects.filter(ended_at__isnull=True, starts_at__lt=ends_at, ends_at__gt=starts_at)
    if meanwhile.filter(post=post).exists():
        raise _conflict(
            Words(
                "这段时间已经有代理人。请先结束原来的代理。",
                "There is a substitute for that time already. End that substitution first.",
            )
        )
    if meanwhile.filter(Q(post__user=person) | Q(substitute_id=post.user_id)).exists():
        raise _conflict(
            Words(
                "代理不能连环：此人这段时间由他人代理，或者本人正在代理他人。",
                "Substitutions never form a chain: that person is stood in for themself at that time, or the holder stands in for another.",
            )
        )


@transaction.atomic
def end_substitution(actor: Actor, *, substitution_id: UUID) -> SubstitutionInfo:
    """This function will end a substitution now: by the holder, the substitute, or who could have appointed them.

    Raises NotFound, or Conflict if it is over already.
    """
    guard.require(actor, SUBSTITUTES, guard.Resource("substitution", str(substitution_id)))
    row = (
        Substitution.objects.select_for_update(of=("self",))
        .select_related("post__unit", "post__user", "substitute")
        .filter(id=substitution_id)
        .first()
    )
    if row is None or not (actor.user_id == row.substitute_id or _may(actor, row.post)):
        raise NotFound("identity.substitution_unknown", detail=Words("没有这项代理。", "There is no such substitution."))
    if row.ended_at is not None or row.ends_at <= now():
        raise Conflict("identity.substitution_over", detail=Words("这项代理已经结束。", "This substitution is over already."))
    row.ended_at, row.ended_by_name = now(), actor.name
    row.save(update_fields=["ended_at", "ended_by_name"])
    audit.record(
        actor,
        SubstitutionEnded(
            substitution_id=row.id,
            unit_code=row.post.unit.code,
            holder_id=row.post.user_id,
            holder_name=row.post.user.name,
            substitute_id=row.substitute_id,
            substitute_name=row.substitute.name,
        ),
    )
    return substitution_infos([row])[0]


def _invalid(words: Words) -> Invalid:
    return Invalid("identity.substitution_invalid", detail=words, fields=[{"field": "substitute", "message": words}])


def _conflict(words: Words) -> Conflict:
    return Conflict("identity.substitution_taken", Words("代理时间冲突", "The times collide"), words)
