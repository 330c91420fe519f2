"""The door's sentences: on what a use stood, why it was refused, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.kernel import clock
from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beijiang.trust.access.types import Decision, Reason

_BASES = {
    "grant": Words("凭授权", "Under a grant"),
    "open_share": Words("凭信息共享开放", "Under an open share"),
    "own_record": Words("查询本人记录", "One's own record"),
}


def basis_words(decision: Decision) -> Words:
    """This function will say in words on what a use stood, with the day on which that ends."""
    kind = _BASES.get(decision.basis, Words(decision.basis, decision.basis))
    if decision.expires_at is None:
        return kind
    day = f"{clock.local(decision.expires_at):%Y-%m-%d}"
    return Words(f"{kind.zh}，有效至 {day}", f"{kind.en}, until {day}")


def reason_words(reasons: Iterable[Reason]) -> Words:
    """This function will join the reasons of a refusal into one text."""
    said = [reason.words for reason in reasons]
    if not said:
        return Words("没有可用的依据。", "There is no basis for it.")
    return Words(" ".join(w.zh for w in said), " ".join(w.en for w in said))


def next_words(reasons: Iterable[Reason]) -> Words:
    """This function will join what the person can do next, each advice once."""
    said = list(dict.fromkeys((r.next.zh, r.next.en) for r in reasons if r.next.zh))
    return Words(" ".join(zh for zh, _ in said), " ".join(en for _, en in said))
