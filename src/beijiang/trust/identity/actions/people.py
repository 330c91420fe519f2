"""Units, accounts and posts, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from beijiang.kernel import guard, search
from beijiang.kernel.clock import now
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Refused
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from ..events import LanguageSet, PostAssigned, PostEnded, UnitCreated, UserActivated, UserCreated, UserDeactivated
from ..grants import MANAGE_PEOPLE, MANAGE_UNITS, OWN_ACCOUNT
from ..models import OneTimeLink, Post, Unit, User
from ..queries.directory import unit as find_unit
from ..rules import cares_for, clean_text, outranked, path_codes, path_of, person_fault, unit_fault, username_key
from .care import target_in_care
from .sessions import close_sessions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from beijiang.kernel.types import Actor

    from ..types import UnitKind

_TAKEN = Words("用户名或警号已被使用。", "The username or police number is taken.")


@transaction.atomic
def create_unit(
    actor: Actor, *, code: str, name: Words, kind: UnitKind, parent_code: str = "", division: str = "", branch: str = ""
) -> UUID:
    """This function will put a unit into the tree and give its id. Raises Invalid, Conflict (code taken), NotFound (parent)."""
    guard.require(actor, MANAGE_UNITS, guard.Resource("unit", code))
    fault = unit_fault(code=code, name_zh=name.zh, name_en=name.en, kind=kind, division=division)
    if fault:
        raise Invalid("identity.unit_invalid", detail=fault)
    parent = Unit.objects.filter(code=parent_code).first() if parent_code else None
    if parent_code and parent is None:
        raise NotFound("identity.unit_unknown", detail=Words("没有上级单位。", "There is no such parent unit."))
    try:
        with transaction.atomic():
            made = Unit.objects.create(
                code=code,
                name_zh=name.zh.strip(),
                name_en=name.en.strip(),
                sort_key=search.sort_key(name.zh),
                kind=kind,
                parent=parent,
                path=path_of(parent.path if parent else "", code),
                division=division,
                branch=branch,
            )
    except IntegrityError:
        raise Conflict("identity.unit_taken", detail=Words("单位代码已被使用。", "The unit code is taken.")) from None
    audit.record(actor, UnitCreated(unit_code=code, unit_name=name, kind=kind, parent_code=parent_code))
    return made.id


@transaction.atomic
def create_user(
    actor: Actor,
    *,
    username: str,
    name: str,
    unit_code: str,
    duties: Iterable[str],
    title: Words | None = None,
    police_number: str | None = None,
) -> UUID:
    """This function will make an account with its first post, still without a password (issue_link is next); gives its id."""
    chosen, key = tuple(duties), username_key(username)
    home = _home(actor, unit_code, chosen)
    fault = person_fault(username=key, name=name, duties=chosen, police_number=police_number)
    if fault:
        raise Invalid("identity.person_invalid", detail=fault)
    user = User(username=key, name=str(clean_text(name, limit=80)), sort_key=search.sort_key(name), police_number=police_number)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Conflict("identity.username_taken", detail=_TAKEN) from None
    audit.record(actor, UserCreated(user_id=user.id, username=user.username, name=user.name))
    _assign(actor, user, home, chosen, title, primary=True)
    return user.id


def _home(actor: Actor, unit_code: str, duties: tuple[str, ...]) -> Unit:
    """The unit, if the actor may place people with these duties in it."""
    found = find_unit(unit_code)
    guard.require(actor, MANAGE_PEOPLE, guard.Resource("unit", found.code, {"path": found.path}))
    if not cares_for(actor, found.path):
        raise Refused(
            "identity.not_your_unit",
            detail=Words("只能管理本单位及下级单位的人员。", "You look after people of your own unit and those below it only."),
        )
    if outranked(actor, duties):
        raise Refused("identity.outranked", detail=Words("这些职责只能由系统管理员授予。", "Only an administrator gives these duties."))
    return Unit.objects.get(code=unit_code)


@transaction.atomic
def assign_post(
    actor: Actor, *, user_id: UUID, unit_code: str, duties: Iterable[str], title: Words | None = None, primary: bool = False
) -> UUID:
    """This function will give a person a further post from now on; `primary` makes it the one they act for. Gives its id.

    Nobody gives themselves a post (RIGHTS 13).
    """
    chosen = tuple(duties)
    home = _home(actor, unit_code, chosen)
    if user_id == actor.user_id:
        raise Refused("identity.own_post", detail=Words("不能给自己任岗。", "Nobody gives a post to themselves."))
    user = target_in_care(actor, user_id, lock=True)
    fault = person_fault(username=user.username, name=user.name, duties=chosen, police_number=None)
    if fault:
        raise Invalid("identity.person_invalid", detail=fault)
    if not user.is_active:
        raise Conflict("identity.inactive", detail=Words("账户已停用，请先恢复。", "The account is deactivated; activate it first."))
    live = Post.objects.filter(user=user, ends_at__isnull=True)
    if primary:
        live.filter(is_primary=True).update(is_primary=False)
    return _assign(actor, user, home, chosen, title, primary=primary or not live.filter(is_primary=True).exists())


def _assign(actor: Actor, user: User, home: Unit, duties: tuple[str, ...], title: Words | None, *, primary: bool) -> UUID:
    said = title or Words("", "")
    post = Post.objects.create(
        user=user,
        unit=home,
        title_zh=said.zh[:80],
        title_en=said.en[:120],
        duties=list(dict.fromkeys(duties)),
        starts_at=now(),
        is_primary=primary,
    )
    audit.record(
        actor,
        PostAssigned(
            post_id=post.id,
            user_id=user.id,
            username=user.username,
            name=user.name,
            unit_code=home.code,
            unit_name=Words(home.name_zh, home.name_en),
            title=said,
            duties=tuple(post.duties),
        ),
    )
    return post.id


@transaction.atomic
def end_post(actor: Actor, *, post_id: UUID) -> None:
    """This function will end a post now; whoever holds no other is out at the next request."""
    post = Post.objects.select_for_update(of=("self",)).select_related("unit", "user").filter(id=post_id).first()
    if post is None:
        raise NotFound("identity.post_unknown", detail=Words("没有这个岗位。", "There is no such post."))
    guard.require(actor, MANAGE_PEOPLE, guard.Resource("user", str(post.user_id), {"path": path_codes(post.unit.path)}))
    target_in_care(actor, post.user_id)
    if post.user_id == actor.user_id:
        raise Refused("identity.own_post", detail=Words("不能结束自己的岗位。", "Nobody ends a post of their own."))
    if post.ends_at is not None:
        return
    post.ends_at, post.is_primary = now(), False
    post.save(update_fields=["ends_at", "is_primary"])
    heir = Post.objects.filter(user_id=post.user_id, ends_at__isnull=True).order_by("-is_primary", "starts_at").first()
    if heir is None:
        close_sessions(post.user_id, reason="no_post")
    elif not heir.is_primary:
        heir.is_primary = True
        heir.save(update_fields=["is_primary"])
    audit.record(actor, PostEnded(post_id=post.id, user_id=post.user_id, username=post.user.username, unit_code=post.unit.code))


@transaction.atomic
def deactivate(actor: Actor, *, user_id: UUID) -> None:
    """This function will shut out a leaver at once: sessions and tokens end, links are void. Posts are kept as they were."""
    guard.require(actor, MANAGE_PEOPLE, guard.Resource("user", str(user_id)))
    if user_id == actor.user_id:
        raise Refused("identity.own_account", detail=Words("不能停用自己的账户。", "Nobody deactivates their own account."))
    user = target_in_care(actor, user_id, lock=True)
    if not user.is_active:
        return
    user.is_active = False
    user.save(update_fields=["is_active"])
    OneTimeLink.objects.filter(user=user, used_at__isnull=True).delete()
    count = close_sessions(user.id, reason="deactivated")
    audit.record(actor, UserDeactivated(user_id=user.id, username=user.username, name=user.name, sessions_ended=count))


@transaction.atomic
def activate(actor: Actor, *, user_id: UUID) -> None:
    """This function will let a person back in; their password is void, so that a link must be issued."""
    guard.require(actor, MANAGE_PEOPLE, guard.Resource("user", str(user_id)))
    user = target_in_care(actor, user_id, lock=True)
    if user.is_active:
        return
    user.is_active = True
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    audit.record(actor, UserActivated(user_id=user.id, username=user.username, name=user.name))


@transaction.atomic
def set_language(actor: Actor, *, language: str) -> None:
    """This function will remember the language of the actor's pages, `zh-hans` or `en`."""
    guard.require(actor, OWN_ACCOUNT, guard.Resource("user", str(actor.user_id)))
    if language not in {"zh-hans", "en"}:
        raise Invalid("identity.language", detail=Words("只支持简体中文和英文。", "Chinese and English only."))
    if actor.user_id is not None and User.objects.filter(id=actor.user_id).exclude(language=language).update(language=language):
        audit.record(actor, LanguageSet(user_id=actor.user_id, language=language))
