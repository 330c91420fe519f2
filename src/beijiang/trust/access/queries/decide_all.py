"""decide_all(): a question that joins datasets stands on one basis that names them all (ARCHITECTURE § 1, RIGHTS 7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from beijiang.kernel.types import Actor

from ..types import Decision, Purpose, Question
from . import explain
from .context import Candidate, candidates
from .decide import decide, decided
from .facts import Facts, gather
from .purposes import find_purpose


@dataclass(frozen=True, slots=True)
class _Part:
    """One dataset of the question with the bases that there are for it."""

    question: Question
    facts: Facts
    found: list[Candidate]


def decide_all(actor: Actor, questions: tuple[Question, ...]) -> tuple[Decision, ...]:
    """This function will decide a question over several datasets, in the same order: all permitted, or none.

    Permitted when the live grants of one bundle cover every dataset, or when all are open shares; grants from two
    bundles, or a grant beside an open share, are no one basis. All parts name one purpose and one matter. Every
    decision expires with the first of them. One question alone is decided by `decide`.
    """
    if len(questions) == 1:
        return (decide(actor, questions[0]),)
    if len({(q.purpose, q.matter) for q in questions}) > 1:
        return tuple(explain.not_joined(q, explain.unlike_questions()) for q in questions)
    purpose = find_purpose(questions[0].purpose) if questions else None
    gathered = [(q, gather(actor, question=q)) for q in questions] if purpose else []
    parts = [_Part(q, f, candidates(f, q, purpose)) for q, f in gathered if f is not None and purpose is not None]
    if purpose is None or len(parts) < len(questions):
        return _refuse(actor, questions, purpose, parts)
    for fits in _bases(parts):
        tried = tuple(
            decided(actor, question=p.question, purpose=purpose, facts=p.facts, found=[c for c in p.found if fits(c)]) for p in parts
        )
        if all(d.permit for d in tried):
            first_end = min((d.expires_at for d in tried if d.expires_at), default=None)
            return tuple(replace(d, expires_at=first_end) for d in tried)
    return _refuse(actor, questions, purpose, parts)


def _bases(parts: list[_Part]) -> list[Callable[[Candidate], bool]]:
    """What each basis that covers every part lets through, the one that answers most of the first part first."""
    ordered = dict.fromkeys(c.grant.bundle for c in parts[0].found if c.grant)
    common = [b for b in ordered if all(any(c.grant and c.grant.bundle == b for c in p.found) for p in parts)]
    found: list[Callable[[Candidate], bool]] = [lambda c, b=b: c.grant is not None and c.grant.bundle == b for b in common]  # type: ignore[misc]
    if all(any(c.grant is None for c in p.found) for p in parts):
        found.append(lambda c: c.grant is None)
    return found


def _refuse(actor: Actor, questions: tuple[Question, ...], purpose: Purpose | None, parts: list[_Part]) -> tuple[Decision, ...]:
    """Each part with the reason of its own, if it is refused alone too; otherwise that there is no joint basis."""
    together = explain.no_joint_basis(tuple(p.facts.resource.title for p in parts))
    alone = [decide(actor, q) for q in questions]
    return tuple(explain.not_joined(q, together, purpose=purpose) if d.permit else d for q, d in zip(questions, alone, strict=True))
