"""decide(): the one place where a question about data is permitted or refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from beijiang.kernel.types import Actor

from ..adapters import Partial, engine
from ..rules import RowColumns, compile_decision
from ..types import NOTHING, CheckResult, DatasetResource, Decision, Filter, Purpose, Question, any_of
from . import explain, kept
from .context import Candidate, ask_context, candidates
from .facts import Facts, gather
from .purposes import find_purpose


def decide(actor: Actor, question: Question) -> Decision:
    """This function will decide whether `actor` may ask, which rows and columns, and say why.

    A revocation counts from the next call, also one that another process made: what is kept (`kept`) is used only
    while nothing that it rests on has changed. Works in both domains. Does not record:
    the door records each use and each refusal as one leaf. A permit may leave out columns that were
    asked (`reasons` says which); `filter` holds for raw values. Raises UnsupportedResidual (a Refused)
    when a policy cannot be turned into a filter. Source: ARCHITECTURE § 1, RIGHTS 7, 8, 13, 14.
    """
    known = kept.find(actor, question)
    if known is not None:
        return known
    purpose = find_purpose(question.purpose)
    if purpose is None:
        return explain.purpose_unknown(question)
    watched = kept.watch(actor, question)
    facts = gather(actor, question=question)
    if facts is None:
        return explain.dataset_unknown(question, purpose)
    decision = decided(actor, question=question, purpose=purpose, facts=facts, found=candidates(facts, question, purpose))
    if watched is not None:
        kept.keep(watched, actor=actor, facts=facts, decision=decision)
    return decision


def decided(actor: Actor, *, question: Question, purpose: Purpose, facts: Facts, found: list[Candidate]) -> Decision:
    """This function will decide on the first of these bases that holds, joined with those that hand out the same."""
    refused: Partial | None = None
    for position, candidate in enumerate(found):
        partial, rows = _evaluate(actor, question, purpose, facts, candidate)
        if rows == NOTHING:
            refused = refused or partial
            continue
        if not _asked(question, candidate):
            return explain.no_columns(question, purpose, facts, partial.policy_ids)
        joined = [(candidate, partial, rows)]
        for other in found[position + 1 :]:
            if other.signature == candidate.signature:
                more, other_rows = _evaluate(actor, question, purpose, facts, other)
                if other_rows != NOTHING:
                    joined.append((other, more, other_rows))
        return _permit(actor, question, purpose, facts, joined)
    if refused is None:
        refused, _ = _evaluate(actor, question, purpose, facts, None)
    return explain.refused(actor, question=question, purpose=purpose, facts=facts, partial=refused, had_basis=bool(found))


def decide_row(actor: Actor, *, question: Question, row: Mapping[str, Any]) -> CheckResult:
    """This function will decide one row alone by Cedar's full evaluation: the check of what `decide` filters."""
    purpose, facts = find_purpose(question.purpose), gather(actor, question=question)
    if purpose is None or facts is None:
        return CheckResult(False, ())
    columns = row_columns(facts.resource)
    found = candidates(facts, question, purpose)
    chosen = next((c.signature for c in found if _evaluate(actor, question, purpose, facts, c)[1] != NOTHING), None)
    for candidate in found:
        if candidate.signature == chosen:
            result = engine().row(
                principal=str(actor.user_id),
                context=ask_context(actor, question=question, purpose=purpose, facts=facts, candidate=candidate),
                area=row[columns.area] if columns.area else None,
                unit=row[columns.unit] if columns.unit else None,
            )
            if result.allowed:
                return result
    return CheckResult(False, ())


def row_columns(resource: DatasetResource) -> RowColumns:
    """This function will say which columns stand for the Row's attributes."""
    return RowColumns(resource.area_column, resource.unit_column)


def _evaluate(actor: Actor, question: Question, purpose: Purpose, facts: Facts, candidate: Candidate | None) -> tuple[Partial, Filter]:
    partial = engine().partial(
        principal=str(actor.user_id),
        action="ask",
        context=ask_context(actor, question=question, purpose=purpose, facts=facts, candidate=candidate),
    )
    columns = row_columns(facts.resource)
    rows: Filter | None = partial.compiled.get(columns)
    if rows is None:
        rows = compile_decision(partial.decision, partial.residuals, partial.errors, columns)
        partial.compiled[columns] = rows
    return partial, rows


def _asked(question: Question, candidate: Candidate) -> bool:
    readable = {r.name for r in candidate.columns}
    return bool(readable & set(question.columns)) if question.columns else bool(readable)


def _permit(actor: Actor, question: Question, purpose: Purpose, facts: Facts, joined: list[tuple[Candidate, Partial, Filter]]) -> Decision:
    lead = joined[0][0]
    keys = (f"grant:{c.grant.bundle}" if c.grant else f"open:{actor.user_id}:{question.dataset}" for c, _, _ in joined)
    ends = [c.grant.end for c, _, _ in joined if c.grant]
    return Decision(
        permit=True,
        reasons=explain.permitted(question, facts, lead, min(ends, default=None)),
        basis="grant" if lead.basis == "grant" else "open_share",
        filter=any_of(*(rows for _, _, rows in joined)),
        columns=lead.columns,
        # Joined grants keep the smallest cap: a second grant never widens the first one's bound.
        row_cap=min(c.row_cap for c, _, _ in joined),
        grant_ids=tuple(c.grant.id for c, _, _ in joined if c.grant),
        policy_ids=tuple(dict.fromkeys(p for _, partial, _ in joined for p in partial.policy_ids)),
        expires_at=min(ends, default=None),
        dataset_version=facts.version,
        personal=facts.resource.personal,
        basis_keys=tuple(dict.fromkeys(keys)),
        budget_rows=purpose.daily_rows,
        purpose_title=purpose.title,
        question=question,
    )
