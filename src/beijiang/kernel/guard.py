"""The one port through which every permission is asked. Until a decider is installed, all is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from .errors import Refused, Unauthenticated
from .words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .types import Actor


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that may be allowed: `room.verb`, in words, and the duties that usually carry it.

    Duties are what the policy is told, not the policy: the decision is Cedar's (policies/).
    `"*"` stands for everybody with a live post, `"public"` for anybody at all.
    """

    code: str
    words: Words
    duties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Resource:
    """What the permission is asked for; attributes are what policies may look at."""

    kind: str
    id: str
    attributes: dict[str, Any] = field(default_factory=dict)


class Decider(Protocol):
    """What `trust.access` installs."""

    def __call__(self, actor: Actor, permission: Permission, resource: Resource | None) -> Refused | None: ...


_permissions: dict[str, Permission] = {}
_decider: Decider | None = None
_refusal_hook: Callable[[Actor, Refused], object] | None = None


def permission(code: str, words: Words, duties: Iterable[str]) -> Permission:
    """This function will declare a permission; a room's grants.py is the only caller."""
    declared = Permission(code, words, frozenset(duties))
    if _permissions.setdefault(code, declared) != declared:
        raise ValueError(f"permission {code} is declared twice, differently")
    return declared


def permissions() -> dict[str, Permission]:
    """This function will list all declared permissions by code."""
    return dict(sorted(_permissions.items()))


def install(decider: Decider | None) -> None:
    """This function will set the decider (config at start; tests)."""
    global _decider
    _decider = decider


def on_refusal(hook: Callable[[Actor, Refused], object] | None) -> None:
    """This function will set what is told of each refusal at the edge (audit's leaf)."""
    global _refusal_hook
    _refusal_hook = hook


def report_refusal(actor: Actor, refused: Refused) -> None:
    """This function will have a refusal recorded once; edges call it after the rollback."""
    if _refusal_hook is not None and not refused.extra.get("receipt") and not getattr(refused, "recorded", False):
        refused.recorded = True  # type: ignore[attr-defined]
        _refusal_hook(actor, refused)


def _ask(actor: Actor, wanted: Permission | str, resource: Resource | None) -> Refused | None:
    found = _permissions.get(wanted) if isinstance(wanted, str) else wanted
    if found is None or _decider is None:
        return Refused(
            "kernel.guard_closed",
            detail=Words("系统尚未装入授权规则，一切操作都被拒绝。", "No policy is loaded yet; everything is refused."),
            permission=wanted if isinstance(wanted, str) else wanted.code,
        )
    return _decider(actor, found, resource)


def allowed(actor: Actor, wanted: Permission | str, resource: Resource | None = None) -> bool:
    """This function will say whether `actor` may, without a trace: for menus only, never as the check itself."""
    return _ask(actor, wanted, resource) is None


def require(actor: Actor, wanted: Permission | str, resource: Resource | None = None) -> None:
    """This function will return if the policy permits, else raise Refused (or Unauthenticated)."""
    refused = _ask(actor, wanted, resource)
    if refused is None:
        return
    if not actor.is_authenticated:
        raise Unauthenticated("kernel.sign_in")
    raise refused
