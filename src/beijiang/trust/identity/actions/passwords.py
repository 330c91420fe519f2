"""Passwords: set by their owner knowing the old one, or by a one-time link. Nobody sets another's."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from beijiang.kernel import guard
from beijiang.kernel.clock import now
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Refused
from beijiang.kernel.types import ANONYMOUS, Actor
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from ..events import LinkRedeemed, LinkWasIssued, PasswordChanged
from ..grants import MANAGE_PEOPLE, OWN_ACCOUNT, SIGN_IN
from ..models import OneTimeLink, User
from ..queries.links import GONE, GONE_DETAIL, link_digest
from ..rules import LINK_LIFE, PASSWORD_MAX_BYTES, password_fault
from ..types import LinkIssued
from .care import target_in_care
from .sessions import close_sessions
from .tries import try_sign_in, try_succeeded

if TYPE_CHECKING:
    from uuid import UUID

    from ..types import LinkPurpose

_common = CommonPasswordValidator()


def check_password_rules(password: str, *, username: str) -> None:
    """This function will raise Invalid (`identity.password_weak`, with the reason) for a password that cannot be used."""
    fault = password_fault(password, username=username)
    if fault is None:
        try:
            _common.validate(password)
        except ValidationError:
            fault = Words("这个密码太常见，容易被猜到。", "This password is too common and easily guessed.")
    if fault is not None:
        raise Invalid("identity.password_weak", detail=fault, fields=["password"])


def _store(user: User, password: str) -> None:
    user.set_password(password)
    user.password_changed_at = now()
    user.save(update_fields=["password", "password_changed_at"])


@transaction.atomic
def set_password(actor: Actor, *, user_id: UUID, password: str) -> None:
    """This function will set a password without asking the old one: for the system itself (demo, restore) only."""
    guard.require(actor, MANAGE_PEOPLE, guard.Resource("user", str(user_id)))
    if actor.kind != "system":
        raise Refused(
            "identity.password_by_link",
            detail=Words("请签发一次性链接，由本人设置密码。", "Issue a one-time link; people set their own passwords."),
        )
    user = target_in_care(actor, user_id, lock=True)
    check_password_rules(password, username=user.username)
    _store(user, password)
    close_sessions(user.id, reason="password")
    audit.record(actor, PasswordChanged(user_id=user.id, username=user.username, way="administrator"))


def change_password(actor: Actor, *, old: str, new: str, address: str) -> None:
    """This function will change the actor's own password; all their other sessions end.

    Raises Invalid (`identity.password_wrong`, `identity.password_weak`) and TooMany after repeated wrong ones.
    """
    guard.require(actor, OWN_ACCOUNT, guard.Resource("user", str(actor.user_id)))
    wrong = Invalid(
        "identity.password_wrong",
        detail=Words("当前密码不正确，密码没有更改。", "The current password is not right; nothing was changed."),
        fields=["old"],
    )
    if actor.user_id is None:
        raise wrong
    # Counted by session, so that a session left open is no place to guess, and outside the transaction, so that it stays counted.
    device = try_sign_in(username=actor.username, address=address, devices={actor.user_id: f"session {actor.session_id}"})
    if len(old.encode("utf-8", "surrogatepass")) > PASSWORD_MAX_BYTES:
        raise wrong
    with transaction.atomic():
        user = User.objects.select_for_update().get(id=actor.user_id)
        if not user.check_password(old):
            raise wrong
        check_password_rules(new, username=user.username)
        if new == old:
            raise Invalid(
                "identity.password_same",
                detail=Words("新密码与当前密码相同。", "The new password is the current one."),
                fields=["password"],
            )
        _store(user, new)
        close_sessions(user.id, reason="password", keep=actor.session_id)
        audit.record(actor, PasswordChanged(user_id=user.id, username=user.username, way="self"))
    try_succeeded(username=actor.username, address=address, device=device)


@transaction.atomic
def issue_link(actor: Actor, *, user_id: UUID, purpose: LinkPurpose | None = None) -> LinkIssued:
    """This function will make a link by which a person in the actor's care sets a password, and void an earlier one.

    Lives 72 h for a first password, 24 h for a forgotten one. The path is in the answer and nowhere else.
    """
    guard.require(actor, MANAGE_PEOPLE, guard.Resource("user", str(user_id)))
    if user_id == actor.user_id:
        raise Refused("identity.own_link", detail=Words("请在“我的账户”中更改自己的密码。", "Change your own password under “my account”."))
    user = target_in_care(actor, user_id, lock=True)
    if not user.is_active:
        raise Conflict("identity.inactive", detail=Words("账户已停用，请先恢复。", "The account is deactivated; activate it first."))
    chosen: LinkPurpose = purpose or ("reset" if user.has_usable_password() else "first_password")
    instant, token = now(), secrets.token_urlsafe(32)
    OneTimeLink.objects.filter(user_id=user.id, used_at__isnull=True).delete()
    link = OneTimeLink.objects.create(
        digest=link_digest(token),
        purpose=chosen,
        user_id=user.id,
        issued_by_id=actor.user_id,
        created_at=instant,
        expires_at=instant + LINK_LIFE[chosen],
    )
    audit.record(actor, LinkWasIssued(link_id=link.id, user_id=user.id, username=user.username, purpose=chosen, expires_at=link.expires_at))
    return LinkIssued(
        id=link.id, path=f"/accounts/link/{token}/", username=user.username, name=user.name, purpose=chosen, expires_at=link.expires_at
    )


@transaction.atomic
def redeem_link(*, token: str, password: str) -> str:
    """This function will set a password by a one-time link, end all sessions of its person, and give the username.

    The link is spent only if the password could be used. Raises NotFound (`identity.link_gone`) alike for
    used, expired and forged links, Invalid for a weak password. Of two at once, one wins.
    """
    guard.require(ANONYMOUS, SIGN_IN)
    link = OneTimeLink.objects.select_for_update().filter(digest=link_digest(token), used_at__isnull=True, expires_at__gt=now()).first()
    user = User.objects.select_for_update().get(id=link.user_id) if link else None
    if link is None or user is None or not user.is_active:
        raise NotFound("identity.link_gone", GONE, GONE_DETAIL)
    check_password_rules(password, username=user.username)
    _store(user, password)
    link.used_at = now()
    link.save(update_fields=["used_at"])
    close_sessions(user.id, reason="password")
    who = Actor(user_id=user.id, username=user.username, name=user.name)
    audit.record(who, LinkRedeemed(link_id=link.id, user_id=user.id, username=user.username))
    audit.record(who, PasswordChanged(user_id=user.id, username=user.username, way="link"))
    return user.username
