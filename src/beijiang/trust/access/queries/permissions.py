"""What the kernel's guard asks: may this actor do this, in a room? Cedar decides (policies/40, 50)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from beijiang.kernel import guard
from beijiang.kernel.errors import Refused
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.identity.types import Duty

from ..adapters import engine

_ABOUT = frozenset({"applicant", "holder", "issuer", "owner_unit", "unit"})
_EVERYBODY = {"*": Words("所有在岗人员", "anyone on a post"), "public": Words("任何人", "anybody"), "system": Words("系统", "the system")}


def install() -> None:
    """This function will put the policy into the guard; policies are read now, so that a bad one stops the start."""
    engine()
    guard.install(_check)


def _check(actor: Actor, permission: guard.Permission, resource: guard.Resource | None) -> Refused | None:
    """This function will give None if the policy permits, else the refusal in words. Fails closed on any error."""
    if guard.permissions().get(permission.code) != permission:
        return _refused(permission, ("unknown permission",))
    context: dict[str, Any] = {
        "permission": permission.code,
        "carried_by": sorted(permission.duties),
        "kind": actor.kind if actor.is_authenticated else "nobody",
        "actor": str(actor.user_id or ""),
        "has_post": actor.kind == "person" and actor.user_id is not None and bool(actor.unit_code),
        "duties": sorted(actor.duties) if actor.is_authenticated else [],
        "unit": actor.unit_code,
        "unit_path": list(actor.unit_path),
        "about": _about(resource.attributes) if resource else {},
    }
    result = engine().perform(
        principal=str(actor.user_id or actor.username), context=context, kind=resource.kind if resource else permission.code
    )
    return None if result.allowed else _refused(permission, result.policy_ids)


def _about(attributes: Mapping[str, Any]) -> dict[str, Any]:
    # Only what the schema knows; a value that is missing stays absent, so that `has` is false.
    found: dict[str, Any] = {k: str(attributes[k]) for k in _ABOUT & attributes.keys() if attributes[k] is not None}
    if attributes.get("unit_path") is not None:
        found["unit_path"] = [str(code) for code in attributes["unit_path"]]
    return found


def _refused(permission: guard.Permission, policy_ids: tuple[str, ...]) -> Refused:
    lines = engine().lines
    broken = [lines[p] for p in policy_ids if p in lines]
    if broken:
        detail = Words("".join(w.zh for w in broken), " ".join(w.en for w in broken))
    else:
        holders = [_holder(d) for d in sorted(permission.duties)]
        detail = Words(
            f"“{permission.words.zh}”须由以下人员办理：{'、'.join(w.zh for w in holders) or '无'}。您的岗位职责不包括这一项，没有作任何改动。",
            f"“{permission.words.en}” is for: {', '.join(w.en for w in holders) or 'nobody'}. Your post does not carry it; nothing was changed.",
        )
    return Refused("access.not_permitted", detail=detail, permission=permission.code, policies=list(policy_ids))


def _holder(duty: str) -> Words:
    if duty in _EVERYBODY:
        return _EVERYBODY[duty]
    return Duty(duty).words if duty in set(Duty) else Words(duty, duty)
