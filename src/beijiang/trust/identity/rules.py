"""Pure rules: names, passwords, lockout, who may care for whom, how long a session lasts."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from beijiang.kernel.words import Words

from .types import Duty, UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from beijiang.kernel.types import Actor

USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
UNIT_CODE = re.compile(r"[0-9A-Z](?:[0-9A-Z-]{0,30}[0-9A-Z])?")
DIVISION = re.compile(r"|\d{6}|\d{9}|\d{12}")
POLICE_NUMBER = re.compile(r"[0-9A-Z]{4,16}")
APP_ID = re.compile(r"[a-z0-9](?:[a-z0-9._/-]{0,98}[a-z0-9])?")

PASSWORD_MIN = 12
PASSWORD_MAX_BYTES = 4096
"""Longer ones are refused before hashing, so that nobody can buy CPU time with a long password."""

TOKEN_LIFE = timedelta(seconds=300)
TOKEN_SKEW = timedelta(seconds=30)
ACCESS_LIFE_MAX = timedelta(hours=24)
LINK_LIFE = {"first_password": timedelta(hours=72), "reset": timedelta(hours=24)}
SESSION_LIFE = timedelta(hours=12)
SESSION_IDLE = timedelta(hours=2)
SESSION_KEPT = timedelta(days=180)
SEEN_EVERY = timedelta(minutes=1)

FREE_TRIES = 5
CROWDED = 100
"""Failures within the window on one name or from one address, from which on strangers get one free try only."""
ATTEMPT_WINDOW = timedelta(hours=1)
LOCK_FIRST = timedelta(minutes=1)
LOCK_MAX = timedelta(minutes=15)

GUARDED_DUTIES = frozenset(
    {
        Duty.ADMINISTRATOR,
        Duty.KEXIN,
        Duty.AUDITOR,
        Duty.SUPERVISOR,
        Duty.OWNER,
        Duty.STEWARD,
        Duty.LEGAL,
    }
)
"""Duties that a chief neither gives nor takes over by a password link: only an administrator does.

Owner is one of them, because whoever makes an owner, or signs in as one by a link, issues grants to themselves (RIGHTS 13);
steward because it writes into every dataset; legal because it forgets audit content."""


def username_key(typed: str) -> str:
    """This function will bring what was typed as username into its one form: NFKC, lower case, trimmed."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def clean_text(text: str, *, limit: int) -> str | None:
    """This function will trim a name and give None if it is empty, too long, or has control or markup characters.

    Markup is escaped where it is shown; it is refused here as well, because names travel to other systems.
    """
    text = unicodedata.normalize("NFC", text).strip()
    if not text or len(text) > limit or any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} for c in text):
        return None
    return None if any(c in '<>"`\\{};' for c in text) else text


def password_fault(password: str, *, username: str) -> Words | None:
    """This function will say what is wrong with a new password, or None. The list of common ones is asked elsewhere."""
    if len(password.encode("utf-8", "surrogatepass")) > PASSWORD_MAX_BYTES:
        return Words(f"密码过长：最多 {PASSWORD_MAX_BYTES} 字节。", f"The password is too long: {PASSWORD_MAX_BYTES} bytes at most.")
    if len(password) < PASSWORD_MIN:
        return Words(f"密码太短：至少 {PASSWORD_MIN} 个字符。", f"The password is too short: at least {PASSWORD_MIN} characters.")
    if "\x00" in password:
        return Words("密码含有不能使用的字符。", "The password has a character that cannot be used.")
    squeezed = re.sub(r"[._\-\s]", "", password.lower())
    name = re.sub(r"[._\-\s]", "", username.lower())
    if name and len(name) >= 3 and name in squeezed:
        return Words("密码不能包含用户名。", "The password must not contain the username.")
    if len(set(password)) < 5:
        return Words("密码的字符过于单一。", "The password repeats too few characters.")
    return None


def lock_for(failures: int, *, free: int = FREE_TRIES) -> timedelta:
    """This function will give how long the next try must wait: nothing for the first ones, then doubling to 15 min."""
    if failures < free:
        return timedelta(0)
    return min(LOCK_FIRST * 2 ** min(failures - free, 10), LOCK_MAX)


def client_network(address: str) -> str:
    """This function will give what counts as one client: the IPv4 address, or the /64 of an IPv6 address."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 6:
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((found, 64), strict=False))
    return str(found)


_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("QQBrowser", "QQ"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def device_name(agent: str) -> str:
    """This function will give browser and system in short; the text itself, cut, when neither is known."""
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, found)) or agent[:60] or "–"


def path_of(parent_path: str, code: str) -> str:
    """This function will give the stored path of a unit: `/root/…/code/`, so that a prefix is a subtree."""
    return f"{parent_path or '/'}{code}/"


def path_codes(path: str) -> tuple[str, ...]:
    """This function will give the codes of a stored path, root first."""
    return tuple(code for code in path.split("/") if code)


def cares_for(actor: Actor, unit_path: tuple[str, ...]) -> bool:
    """This function will say whether `actor` looks after people of that unit: an administrator, or a chief above."""
    if actor.kind == "system" or Duty.ADMINISTRATOR in actor.duties:
        return True
    return Duty.CHIEF in actor.duties and bool(actor.unit_code) and actor.unit_code in unit_path


def outranked(actor: Actor, duties: Iterable[str]) -> bool:
    """This function will say whether these duties are beyond a chief's hand, so that no chief becomes administrator."""
    if actor.kind == "system" or Duty.ADMINISTRATOR in actor.duties:
        return False
    return any(duty in GUARDED_DUTIES for duty in duties)


def session_end(*, now: datetime, last_seen: datetime, expires_at: datetime, browser: bool) -> str | None:
    """This function will say why a session is over by time: `expired`, `idle`, or None while it lives."""
    if now >= expires_at:
        return "expired"
    return "idle" if browser and now - last_seen >= SESSION_IDLE else None


def unit_fault(*, code: str, name_zh: str, name_en: str, kind: str, division: str) -> Words | None:
    """This function will say what is wrong with a unit's own fields, or None."""
    if not UNIT_CODE.fullmatch(code):
        return Words("单位代码只能由数字、大写字母和连字符组成。", "A unit code has digits, capitals and hyphens only.")
    if clean_text(name_zh, limit=120) is None or clean_text(name_en, limit=160) is None:
        return Words("单位名称为空、过长或含有不能使用的字符。", "A unit name is empty, too long or has characters that cannot be used.")
    if kind not in set(UnitKind):
        return Words("单位类别不在清单内。", "The kind of unit is not on the list.")
    if not DIVISION.fullmatch(division):
        return Words("行政区划代码应为 6、9 或 12 位数字。", "A division code has 6, 9 or 12 digits.")
    return None


def person_fault(*, username: str, name: str, duties: Iterable[str], police_number: str | None) -> Words | None:
    """This function will say what is wrong with a person's own fields, or None."""
    if not USERNAME.fullmatch(username):
        return Words(
            "用户名只能由小写字母、数字、点、横线组成，且以字母或数字开头和结尾。",
            "A username has lower-case letters, digits, dots and dashes, and starts and ends with a letter or digit.",
        )
    if clean_text(name, limit=80) is None:
        return Words("姓名为空、过长或含有不能使用的字符。", "The name is empty, too long or has characters that cannot be used.")
    found = list(duties)
    if not found or any(duty not in set(Duty) for duty in found):
        return Words("职责为空或不在清单内。", "The duties are missing or not on the list.")
    if police_number is not None and not POLICE_NUMBER.fullmatch(police_number):
        return Words("警号应为 4 到 16 位数字或大写字母。", "A police number has 4 to 16 digits or capitals.")
    return None


SUBSTITUTION_MOST = timedelta(days=180)


def substitution_fault(*, now: datetime, starts_at: datetime, ends_at: datetime, reason: str) -> tuple[str, Words] | None:
    """This function will give the field and the fault of a substitution's terms, or None if they may stand."""
    if ends_at <= starts_at:
        return "ends_at", Words("结束时间应晚于开始时间。", "The end should be after the start.")
    if ends_at <= now:
        return "ends_at", Words("结束时间已经过去。", "The end has passed already.")
    if ends_at - starts_at > SUBSTITUTION_MOST:
        days = SUBSTITUTION_MOST.days
        return "ends_at", Words(
            f"代理最长 {days} 天；更久应任免岗位。", f"A substitution lasts {days} days at most; beyond that, change the post."
        )
    if not 2 <= len(reason) <= 300:
        return "reason", Words("请写明理由（2 到 300 个字）。", "Give a reason of 2 to 300 characters.")
    return None


def related_units(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """This function will say whether two units (paths of codes) are the same, or one stands above the other, or side by side."""
    if not one or not other:
        return False
    return one[-1] in other or other[-1] in one or one[:-1] == other[:-1]
