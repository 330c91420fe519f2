"""May I ask this, and if not, why not and what then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.flow.exchange import queries as exchange
from beijiang.kernel import clock, guard
from beijiang.kernel.errors import NotFound, Refused
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access
from beijiang.trust.access.types import Question, Reason

from ..grants import SEE
from ..types import Listed, Preview, Standing

if TYPE_CHECKING:
    from beijiang.flow.exchange.types import DirectoryEntry
    from beijiang.kernel.types import Actor
    from beijiang.trust.access.types import GrantInfo


def listing(actor: Actor, *, q: str = "", owner_unit: str = "", grade: str = "", mine: bool = False) -> tuple[Listed, ...]:
    """This function will list the directory with the actor's standing towards each dataset; `mine`: only what they may ask."""
    guard.require(actor, SEE)
    entries = exchange.directory(actor, q=q, owner_unit=owner_unit, grade=grade)
    held = _live_grants(actor)
    shared = {known.resource.name for known in access.resources_known() if known.open_share}
    found = tuple(Listed(entry, _standing(entry, held.get(entry.name, ()), entry.name in shared)) for entry in entries)
    return tuple(item for item in found if item.standing.may) if mine else found


def standing(actor: Actor, *, entry: DirectoryEntry) -> Standing:
    """This function will say on what the actor may ask a dataset, or whom to turn to."""
    guard.require(actor, SEE)
    return _standing(entry, _live_grants(actor).get(entry.name, ()), access.open_share_of(entry.name) is not None)


def _live_grants(actor: Actor) -> dict[str, tuple[GrantInfo, ...]]:
    out: dict[str, tuple[GrantInfo, ...]] = {}
    for grant in access.grants_for(actor):
        if grant.state in ("live", "expiring"):
            out[grant.dataset] = (*out.get(grant.dataset, ()), grant)
    return out


def _standing(entry: DirectoryEntry, held: tuple[GrantInfo, ...], shared: bool) -> Standing:
    if held:
        end = max(grant.end for grant in held)
        day = f"{clock.local(end):%Y-%m-%d}"
        return Standing(True, Words(f"可以提问：授权至 {day}", f"You may ask: a grant until {day}"), Words("", ""), end, held, shared)
    if shared:
        return Standing(True, Words("可以提问：信息共享开放", "You may ask: an open share"), Words("", ""), None, (), True)
    return Standing(
        False,
        Words("不能提问：您没有这个数据集的授权", "You may not ask: you hold no grant on this dataset"),
        Words(f"请向数据所有单位{entry.owner_name.zh}申请授权。", f"Apply to the dataset's owner, {entry.owner_name.en}, for a grant."),
    )


def preview(actor: Actor, *, dataset: str, purpose: str, matter: str = "") -> Preview:
    """This function will say what a question would stand on. It leaves no leaf: nothing is asked yet, and the door decides again.

    NotFound for a purpose that is not on the list.
    """
    guard.require(actor, SEE)
    known = access.purpose(purpose)
    law = known.law
    try:
        decision = access.decide(actor, Question(dataset, purpose, matter))
    except (Refused, NotFound) as refused:
        return Preview(
            purpose, known.title, law, known.needs_matter, False, Words("", ""), (Reason(refused.code, refused.detail or refused.title),)
        )
    basis = {
        "grant": Words("授权", "Grant"),
        "open_share": Words("信息共享开放", "Open share"),
        "own_record": Words("本人记录", "Own record"),
    }
    return Preview(
        purpose,
        known.title,
        law,
        known.needs_matter,
        decision.permit,
        basis.get(decision.basis, Words("", "")),
        decision.reasons,
        decision.columns,
        decision.row_cap,
        decision.expires_at,
    )
