"""What Cedar is told about a question: rows become context, the row asked for stays unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from beijiang.kernel.types import Actor
from beijiang.trust.identity import queries as identity

from ..rules import OPEN_SHARE_CAP, column_rules
from ..types import ColumnRule, Purpose, Question, grade_level
from .facts import Facts, GrantFact
from .purposes import is_open


@dataclass(frozen=True, slots=True)
class Candidate:
    """One basis on which the question might stand."""

    basis: str
    grant: GrantFact | None
    columns: tuple[ColumnRule, ...]
    areas: tuple[str, ...]
    own_unit_only: bool
    row_cap: int

    @property
    def signature(self) -> tuple[Any, ...]:
        """Candidates of one signature hand out the same columns alike and may be joined."""
        return self.basis, self.columns, self.own_unit_only


def candidates(facts: Facts, question: Question, purpose: Purpose) -> list[Candidate]:
    """This function will list the bases there are, the one that answers most first."""
    resource = facts.resource
    found = [
        Candidate("grant", g, column_rules(resource, g.columns, g.masks), g.areas, g.own_unit_only, min(g.row_cap, purpose.row_cap))
        for g in facts.grants
    ]
    if facts.share is not None:
        share = facts.share
        cap = min(share.row_cap, purpose.row_cap, OPEN_SHARE_CAP)
        found.append(Candidate("open_share", None, column_rules(resource, share.columns), share.areas, False, cap))
    asked = set(question.columns) or {c.name for c in resource.columns}
    return sorted(found, key=lambda c: _rank(c, asked))


def _rank(candidate: Candidate, asked: set[str]) -> tuple[Any, ...]:
    readable = {r.name for r in candidate.columns}
    clear = {r.name for r in candidate.columns if r.mask == "none"}
    return (
        -len(asked & readable),
        -len(asked & clear),
        candidate.own_unit_only,
        bool(candidate.areas),
        # Break-glass only where nothing gentler answers.
        candidate.grant is not None and candidate.grant.origin == "emergency",
        -candidate.row_cap,
    )


def ask_context(actor: Actor, *, question: Question, purpose: Purpose, facts: Facts, candidate: Candidate | None) -> dict[str, Any]:
    """This function will give the context of action `ask` (policies/schema.cedarschema) for one candidate, or for none."""
    resource, matter = facts.resource, facts.matter
    sensitive = {c.name for c in resource.columns if c.sensitive}
    context: dict[str, Any] = {
        "basis": candidate.basis if candidate else "none",
        "now": int(facts.now.timestamp()),
        "kind": actor.kind if actor.is_authenticated else "nobody",
        "duties": sorted(actor.duties),
        "unit_path": list(actor.unit_path),
        "purpose": {
            "code": purpose.code,
            "open": is_open(purpose),
            "needs_matter": purpose.needs_matter,
            "kinds": sorted(purpose.matter_kinds),
            "grades": sorted(grade_level(g) for g in purpose.grades),
            "row_cap": purpose.row_cap,
        },
        "dataset": {
            "name": resource.name,
            "grade": grade_level(resource.grade),
            "personal": resource.personal,
            "any_purpose": not resource.allowed_purposes,
            "purposes": list(resource.allowed_purposes),
            "open_share": facts.share is not None,
        },
        "matter": {
            "ref": question.matter,
            "given": bool(question.matter),
            "known": matter is not None,
            "open": matter is not None and matter.open,
            "kind": matter.kind if matter else "",
            "mine": matter is not None and matter.mine,
        },
        "by_area": bool(candidate and candidate.areas),
        "areas": [{"__entity": {"type": "Area", "id": a}} for a in candidate.areas] if candidate else [],
        "by_unit": bool(candidate and candidate.own_unit_only),
        "units": _own_units(actor, candidate) if candidate and candidate.own_unit_only else [],
        "sensitive_columns": candidate is not None and any(r.name in sensitive for r in candidate.columns),
        "row_cap": candidate.row_cap if candidate else 1,
    }
    if candidate and candidate.grant:
        context["grant"] = _grant(candidate.grant, question, purpose)
    return context


def _grant(grant: GrantFact, question: Question, purpose: Purpose) -> dict[str, Any]:
    stated: dict[str, Any] = {
        "origin": grant.origin,
        "holder_unit": grant.holder_unit,
        "dataset": question.dataset,
        "purpose": purpose.code,
        "matter": grant.matter,
        "start": int(grant.start.timestamp()),
        "end": int(grant.end.timestamp()),
        "revoked": False,
    }
    if grant.holder_user is not None:
        stated["holder"] = {"__entity": {"type": "Officer", "id": str(grant.holder_user)}}
    return stated


def _own_units(actor: Actor, candidate: Candidate) -> list[str]:
    if not actor.unit_code:
        return []
    if "chief" in actor.duties:
        return [actor.unit_code, *(u.code for u in identity.units_under(actor.unit_code))]
    return [actor.unit_code]
