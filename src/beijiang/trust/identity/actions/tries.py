"""Lockout that cannot lock others out.

A try counts against the pair of username and client (address, or device that this person has signed in
on before). So whoever hammers a name from elsewhere locks only themselves. Names and addresses that
many tries fail on leave strangers one free try instead of five, never none: the owner with the right
password gets in. Every try is counted before the password is looked at, so parallel tries gain nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.crypto import salted_hmac

from beijiang.kernel.clock import now
from beijiang.kernel.errors import TooMany
from beijiang.kernel.types import ANONYMOUS
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from ..events import SignInFailed
from ..models import SignInAttempt, User
from ..rules import ATTEMPT_WINDOW, CROWDED, FREE_TRIES, client_network, lock_for, username_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID


def _key(kind: str, *parts: str) -> str:
    # Keyed, so that the table does not tell which names were tried: people type passwords into the name field.
    return salted_hmac(f"identity.tries.{kind}", "\n".join(parts), algorithm="sha256").hexdigest()


def _pair(username: str, address: str, device: str) -> str:
    return _key("pair", username_key(username), f"device {device}" if device else client_network(address))


def try_sign_in(*, username: str, address: str, devices: Mapping[UUID, str]) -> str:
    """This function will count one try and raise TooMany (`identity.locked`, `retry_after` in seconds) if it must wait.

    `devices` maps the people known on this device to its nonce, from its signed cookie. Gives the device
    nonce if this username is known on it, else "". Not audited by itself: failures are.
    """
    known = User.objects.filter(username=username_key(username)).values_list("id", flat=True).first()
    device = devices.get(known, "") if known else ""
    instant = now()
    with transaction.atomic():
        free = FREE_TRIES if device or not _crowded(username, address, instant) else 1
        row = _row(_pair(username, address, device), instant)
        if row.locked_until is not None and row.locked_until > instant:
            raise _wait(row.locked_until - instant)
        if instant - row.last_at > ATTEMPT_WINDOW:
            row.failures, row.first_at = 0, instant
        row.failures, row.last_at = row.failures + 1, instant
        pause = lock_for(row.failures, free=free)
        row.locked_until = instant + pause if pause else None
        row.save()
    return device


def _row(key: str, instant: datetime) -> SignInAttempt:
    SignInAttempt.objects.bulk_create([SignInAttempt(key=key, first_at=instant, last_at=instant)], ignore_conflicts=True)
    return SignInAttempt.objects.select_for_update().get(key=key)


def _crowded(username: str, address: str, instant: datetime) -> bool:
    keys = [_key("name", username_key(username)), _key("address", client_network(address))]
    return SignInAttempt.objects.filter(key__in=keys, failures__gte=CROWDED, first_at__gt=instant - ATTEMPT_WINDOW).exists()


def _wait(left: timedelta) -> TooMany:
    seconds = max(1, int(left.total_seconds()) + (left.microseconds > 0))
    minutes, rest = divmod(seconds, 60)
    zh = " ".join(part for part in (f"{minutes} 分钟" if minutes else "", f"{rest} 秒" if rest else "") if part)
    en = " ".join(part for part in (f"{minutes} min" if minutes else "", f"{rest} s" if rest else "") if part)
    return TooMany(
        "identity.locked",
        Words("尝试次数过多", "Too many failed attempts"),
        Words(
            f"此处登录失败次数过多，请在 {zh}后再试。账户本身没有被锁定，在您常用的设备上仍可登录。",
            f"Too many sign-ins failed from here. Try again in {en}. The account itself is not locked: it still works on a device you have used before.",
        ),
        retry_after=seconds,
    )


@transaction.atomic
def try_failed(*, username: str, address: str, device: str, reason: str) -> None:
    """This function will record a failed try in the log; the username only if there is such an account."""
    instant = now()
    if not device:
        for key in sorted((_key("name", username_key(username)), _key("address", client_network(address)))):
            row = _row(key, instant)
            if instant - row.first_at > ATTEMPT_WINDOW:
                row.failures, row.first_at = 0, instant
            row.failures, row.last_at = row.failures + 1, instant
            row.save()
    exists = User.objects.filter(username=username_key(username)).exists()
    audit.record(
        ANONYMOUS,
        SignInFailed(username=username_key(username) if exists else "", reason=reason, address=client_network(address)),
        outcome="refused",
    )


def try_succeeded(*, username: str, address: str, device: str) -> None:
    """This function will forget the failed tries of this person at this client; the sign-in itself is audited."""
    SignInAttempt.objects.filter(key=_pair(username, address, device)).delete()


def forget_old_tries() -> int:
    """This function will delete tries older than a day (RIGHTS 15) and give their number; a job calls it."""
    return SignInAttempt.objects.filter(last_at__lt=now() - timedelta(days=1)).delete()[0]
