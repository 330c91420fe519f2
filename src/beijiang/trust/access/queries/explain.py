"""Why, in words a person can act on. Says nothing of what rows hold."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from beijiang.kernel import clock
from beijiang.kernel.errors import NotFound
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.identity import queries as identity

from ..adapters import Partial, engine
from ..models import Grant
from ..types import Decision, Purpose, Question, Reason
from .context import Candidate
from .facts import Facts
from .purposes import find_purpose

_MASKED = {
    "null": Words("不显示", "withheld"),
    "redact": Words("遮盖", "redacted"),
    "first4": Words("只显示前四位", "first 4 characters only"),
    "last4": Words("只显示后四位", "last 4 characters only"),
    "year": Words("只显示年份", "year only"),
    "hash": Words("以摘要代替", "digest only"),
}

_NEXT = {
    "only_people": Words("请由经办民警登录后查询。", "Let the officer in charge sign in and ask."),
    "separation": Words("确需查询的，请由办案人员依授权查询。", "Where it is needed, let the officer on the case ask under a grant."),
    "purpose_closed": Words("请从使用目的清单中另选。", "Choose another purpose from the list."),
    "purpose_unfit": Words("请从该数据集允许的目的中选择。", "Choose one of the purposes that the dataset allows."),
    "grade_above": Words("请核对使用目的，或与数据所有单位商量。", "Check the purpose, or speak with the dataset's owner."),
    "core": Words("请通过合成作战中心的驻点人员办理。", "Go through the department's seat in the joint centre."),
    "matter_missing": Words("请填写案件、警情等事项的编号后再查询。", "Enter the reference of the case or incident and ask again."),
    "matter_unknown": Words(
        "请核对编号；新立的事项登记后即可使用。", "Check the reference; a new matter works as soon as it is registered."
    ),
    "matter_closed": Words("确需继续的，请先在办案系统中重新启动该事项。", "If it goes on, have the matter reopened first."),
    "matter_kind": Words("请填写与目的相符的事项，或者另选目的。", "Name a matter that fits, or choose another purpose."),
    "matter_not_mine": Words(
        "请由该事项的经办人查询，或者请单位负责人把您列为参与人。", "Let somebody on the matter ask, or have the chief add you to it."
    ),
    "no_bulk": Words("请缩小查询范围。", "Ask for less."),
    "grant_revoked": Words("请与数据所有单位联系，或者重新申请。", "Speak with the dataset's owner, or apply anew."),
    "grant_not_live": Words("请在“我的授权”中核对起止时间，或者另行申请。", "Check its dates under My grants, or apply anew."),
    "emergency_too_long": Words("请向数据所有单位申请授权。", "Apply to the dataset's owner for a grant."),
    "sensitive_column": Words("请不要选取这些列。", "Leave these columns out."),
}


def purpose_unknown(question: Question) -> Decision:
    """This function will refuse a purpose that is not on the list."""
    reason = Reason(
        "access.purpose_unknown",
        Words("填写的使用目的不在清单内。", "The purpose is not on the list."),
        Words("请从使用目的清单中选择。", "Choose one from the list of purposes."),
    )
    return Decision(False, (reason,), question=question)


def dataset_unknown(question: Question, purpose: Purpose) -> Decision:
    """This function will refuse a dataset that nobody registered."""
    reason = Reason(
        "access.dataset_unknown",
        Words("没有这个数据集。", "There is no such dataset."),
        Words("请在数据目录中查找数据集的名称。", "Look up its name in the directory."),
    )
    return Decision(False, (reason,), purpose_title=purpose.title, question=question)


def not_joined(question: Question, reason: Reason, *, purpose: Purpose | None = None) -> Decision:
    """This function will refuse one dataset of a question that joins several."""
    return Decision(False, (reason,), purpose_title=purpose.title if purpose else Words("", ""), question=question)


def no_joint_basis(titles: tuple[Words, ...]) -> Reason:
    """This function will say that no one basis names all datasets of a question, and how to get one."""
    zh, en = "、".join(f"“{t.zh}”" for t in titles), ", ".join(t.en for t in titles)
    return Reason(
        "access.no_joint_basis",
        Words(
            f"没有一份依据同时包括{zh}；各有授权也不等于可以关联（权利清单第 7 条）。",
            f"No one basis names all of {en}; a grant on each does not allow to join them (RIGHTS 7).",
        ),
        Words(
            "请在一份申请中同时申请这些数据集，或者分别查询。",
            "Apply for these datasets together in one application, or ask them one by one.",
        ),
    )


def unlike_questions() -> Reason:
    """This function will refuse a join whose parts name different purposes or matters."""
    return Reason(
        "access.join_unlike",
        Words("关联查询的各数据集必须为同一目的和同一事项。", "All datasets of one question are asked for one purpose and matter."),
        Words("请统一目的和事项后再查询。", "Name one purpose and one matter for all."),
    )


def no_columns(question: Question, purpose: Purpose, facts: Facts, policy_ids: tuple[str, ...]) -> Decision:
    """This function will refuse when none of the columns asked may be read."""
    reason = Reason(
        "access.columns_not_granted",
        Words("授权不包括所查询的任何一列。", "The basis covers none of the columns asked."),
        Words(f"请改选授权内的列，或向{_owner(facts).zh}申请。", f"Choose columns within the grant, or apply to {_owner(facts).en}."),
    )
    return _no(question, purpose, facts, (reason,), policy_ids)


def permitted(question: Question, facts: Facts, lead: Candidate, end: datetime | None) -> tuple[Reason, ...]:
    """This function will say on which basis, until when, and which columns are left out or masked."""
    if end is None:
        reasons = [Reason("access.by_open_share", Words("依据：信息共享开放。", "Basis: open share."))]
    else:
        reasons = [
            Reason(
                "access.by_grant",
                Words(f"依据：授权，有效期至 {_day(end)}。", f"Basis: a grant, live until {_day(end)}."),
            )
        ]
    readable = {r.name: r.mask for r in lead.columns}
    titles = {c.name: c.title for c in facts.resource.columns}
    asked = question.columns or tuple(titles)
    # Sensitive columns are nobody's, so they are named only to somebody who asked for them.
    hidden = set() if question.columns else {c.name for c in facts.resource.columns if c.sensitive}
    dropped = [c for c in asked if c not in readable and c not in hidden]
    if dropped:
        named = [titles.get(c, Words(c, c)) for c in dropped]
        reasons.append(
            Reason(
                "access.columns_withheld",
                Words(
                    f"未授权的列不返回：{'、'.join(w.zh for w in named)}。",
                    f"Columns not granted are left out: {', '.join(w.en for w in named)}.",
                ),
                Words(f"确需使用的，请向{_owner(facts).zh}申请。", f"If you need them, apply to {_owner(facts).en}."),
            )
        )
    masked = [(titles[c], _MASKED[readable[c]]) for c in asked if readable.get(c, "none") != "none"]
    if masked:
        reasons.append(
            Reason(
                "access.columns_masked",
                Words(
                    f"部分列经过处理：{'、'.join(f'{t.zh}（{m.zh}）' for t, m in masked)}。",
                    f"Some columns are masked: {', '.join(f'{t.en} ({m.en})' for t, m in masked)}.",
                ),
            )
        )
    return tuple(reasons)


def refused(actor: Actor, *, question: Question, purpose: Purpose, facts: Facts, partial: Partial, had_basis: bool) -> Decision:
    """This function will say which rules refused, or which basis is missing and where to get one."""
    lines = engine().lines
    never = [p for p in partial.decided if p in lines and p not in ("ask.grant", "ask.open_share")]
    reasons = [Reason(f"access.{p.split('.', 1)[1]}", lines[p], _NEXT.get(p.split(".", 1)[1], Words("", ""))) for p in never]
    if not had_basis:
        reasons.append(_no_basis(actor, question, facts))
    elif not reasons:
        reasons.append(
            Reason(
                "access.bound_unfit",
                Words(
                    "授权限定的区域或单位与该数据集无法对应，没有可见的记录。",
                    "The grant's area or unit bound fits no row of this dataset.",
                ),
                Words(f"请与{_owner(facts).zh}联系。", f"Speak with {_owner(facts).en}."),
            )
        )
    return _no(question, purpose, facts, tuple(reasons), partial.policy_ids)


def _no(question: Question, purpose: Purpose, facts: Facts, reasons: tuple[Reason, ...], policy_ids: tuple[str, ...]) -> Decision:
    return Decision(False, reasons, policy_ids=policy_ids, dataset_version=facts.version, purpose_title=purpose.title, question=question)


def _no_basis(actor: Actor, question: Question, facts: Facts) -> Reason:
    owner = _owner(facts)
    apply = Words(f"请向数据所有单位{owner.zh}申请授权。", f"Apply to the dataset's owner, {owner.en}, for a grant.")
    mine = Q(holder_user=actor.user_id) if actor.user_id else Q(pk__isnull=True)
    if actor.unit_path:
        mine |= Q(holder_unit__in=actor.unit_path)
    held = list(
        Grant.objects.filter(mine, dataset=question.dataset)
        .order_by("-end")
        .values("purpose", "matter", "start", "end", "revoked_at", "revoked_by_name", "revoke_reason")[:50]
    )
    same = [g for g in held if g["purpose"] == question.purpose]
    now = facts.now
    for g in same:
        if g["revoked_at"] is not None and g["end"] > now:
            day = _day(g["revoked_at"])
            return Reason(
                "access.grant_revoked",
                Words(
                    f"授权已于 {day} 由{g['revoked_by_name']}撤销，理由：{g['revoke_reason']}。",
                    f"The grant was revoked on {day} by {g['revoked_by_name']}, because: {g['revoke_reason']}.",
                ),
                apply,
            )
    live = [g for g in held if g["revoked_at"] is None and g["end"] > now]
    for g in live:
        if g["purpose"] == question.purpose and g["start"] > now:
            return Reason(
                "access.grant_not_started",
                Words(f"授权自 {_day(g['start'])} 起生效。", f"The grant begins on {_day(g['start'])}."),
                Words("请届时再查询。", "Ask again then."),
            )
        if g["purpose"] == question.purpose and g["matter"] != question.matter:
            return Reason(
                "access.grant_other_matter",
                Words(f"授权是为事项 {g['matter']} 签发的。", f"The grant is for the matter {g['matter']}."),
                Words("请填写该事项，或者另行申请。", "Name that matter, or apply anew."),
            )
    fitting = [p.title for p in (find_purpose(g["purpose"]) for g in live) if p]
    if fitting:
        return Reason(
            "access.grant_other_purpose",
            Words(f"您的授权用于其他目的：{fitting[0].zh}。", f"Your grant is for another purpose: {fitting[0].en}."),
            apply,
        )
    for g in same:
        if g["revoked_at"] is None:
            return Reason(
                "access.grant_expired",
                Words(f"授权已于 {_day(g['end'])} 到期。", f"The grant expired on {_day(g['end'])}."),
                apply,
            )
    return Reason("access.no_grant", Words("没有可以查询该数据集的授权。", "There is no grant to ask this dataset."), apply)


def _owner(facts: Facts) -> Words:
    code = facts.resource.owner_unit
    try:
        return identity.unit(code).name
    except NotFound:
        return Words(f"单位 {code}", f"unit {code}")


def _day(instant: datetime) -> str:
    return f"{clock.local(instant):%Y-%m-%d %H:%M}"
