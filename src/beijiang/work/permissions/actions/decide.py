"""Deciding: the applicant's chief first, then the owner of each dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from beijiang.kernel import clock, guard, places
from beijiang.kernel.errors import Conflict, Invalid, Refused
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit
from beijiang.trust.identity import queries as identity

from .. import rules
from ..events import ApplicationApproved, ApplicationPassed, ApplicationRefused, ApplicationReturned
from ..grants import DECIDE_AS_CHIEF, DECIDE_AS_OWNER
from ..models import Application, Item
from ..queries import places as who
from ..queries.applications import concerns, unknown
from ..queries.vital import overtaken
from ..types import Case, Terms
from .end import lapse
from .issue import issue
from .route import route, tell
from .rows import add_step, check_key, column_title, digest_of, facts, items_for, joined, locked, moved_on, repeated, shown, write_back

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.trust.access.types import DatasetResource

    from ..types import ApplicationInfo, Stage, Verdict


class _Overtaken(Exception):
    """The application no longer stands; it lapses after the transaction that found it out."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass
class _Desk:
    """What one decision has on its desk."""

    actor: Actor
    acting: Actor
    acted_for: UUID | None
    row: Application
    items: list[Item]
    resources: dict[str, DatasetResource]
    case: Case
    datasets: tuple[str, ...]
    note: str
    key: str
    digest: str


def decide(
    actor: Actor,
    *,
    application_id: UUID,
    stage: Stage,
    verdict: Verdict,
    seen: int,
    note: str = "",
    terms: Mapping[str, Terms] | None = None,
    request_key: str = "",
) -> ApplicationInfo:
    """This function will record one decision: approve (as it stands, or on narrower `terms` by dataset), refuse with a
    reason, or return with a question. The last approval issues the grants in the same transaction.

    `stage` and `seen` (the edition) say what the decider had before them: if it has moved on meanwhile, Conflict tells who
    was first. Whoever acts for another is recorded with both names. Nobody decides on their own (RIGHTS 13). Raises
    Refused, Invalid naming fields, Conflict, NotFound. An application that was overtaken (matter closed, applicant gone,
    too late …) lapses instead, and Conflict says why.
    """
    try:
        return _decide(actor, application_id, stage, verdict, seen, rules.plain(note), terms, request_key)
    except _Overtaken as over:
        lapse(Actor.system("permissions"), application_id=application_id)
        raise Conflict(
            "permissions.overtaken",
            Words("申请已经失效", "The application has lapsed"),
            Words(f"{over.words.zh}没有签发任何授权，申请人已收到通知。", f"{over.words.en} Nothing was granted; the applicant was told."),
        ) from None


@transaction.atomic
def _decide(
    actor: Actor,
    application_id: UUID,
    stage: Stage,
    verdict: Verdict,
    seen: int,
    note: str,
    terms: Mapping[str, Terms] | None,
    key: str,
) -> ApplicationInfo:
    check_key(key)
    said = {n: rules.terms_to(t) for n, t in terms.items()} if terms else None
    digest = digest_of("decide", [str(application_id), stage, verdict, seen, note, said])
    row = locked(application_id)
    if row is None or not concerns(actor, row=row):
        raise unknown()
    if repeated(key, digest, by=actor):
        return shown(row, actor)
    if row.state != stage:
        raise moved_on(row)
    items = items_for(row)
    resources = who.resources_of(i.dataset for i in items)
    mine = who.of_actor(actor, waiting=who.places(row, items, resources=resources))
    if not mine:
        raise _not_mine(actor, row)
    if row.edition != seen:
        raise moved_on(row)
    if verdict not in ("approve", "refuse", "return"):
        raise _invalid("verdict", Words("请选择决定。", "Choose a decision."))
    gone = overtaken(row, items, resources=resources)
    if gone:
        raise _Overtaken(gone[1])
    case = case_of_now(row, items, resources)
    for place in mine:
        acting = identity.acting(actor, place=place.deciders)
        decider = place.deciders.by(actor.user_id)
        if acting is None or decider is None:
            raise _not_mine(actor, row)
        wanted = DECIDE_AS_CHIEF if stage == "chief" else DECIDE_AS_OWNER
        guard.require(acting, wanted, guard.Resource("application", str(row.id), {"applicant": str(row.applicant)}))
        desk = _Desk(actor, acting, decider.for_user, row, items, resources, case, place.datasets, note, key, digest)
        case = _approve(desk, terms) if verdict == "approve" else _end(desk, stage, verdict)
        # One request is one step with its key; an owner of two places leaves two.
        key = ""
        if case.state != stage:
            break
    route(row, items)
    return shown(row, actor)


def case_of_now(row: Application, items: list[Item], resources: dict[str, DatasetResource]) -> Case:
    """This function will give the case with approvals that no longer hold taken back."""
    case = who.case_of(row, items)
    again = who.void_approvals(items, resources) if row.state == "owners" else ()
    return rules.voided(case, again) if again else case


def _approve(desk: _Desk, terms: Mapping[str, Terms] | None) -> Case:
    row, case = desk.row, desk.case
    before = {i.dataset: i.passed or i.asked for i in case.items if i.dataset in desk.datasets}
    chosen = {name: (terms or {}).get(name, as_is) for name, as_is in before.items()}
    if terms and not set(terms) <= {i.dataset for i in case.items}:
        raise _invalid("dataset", Words("申请中没有这个数据集。", "The application has no such dataset."))
    try:
        after = rules.passed(case, chosen) if row.state == "chief" else rules.approved(case, chosen)
    except rules.TooWide as wide:
        raise _too_wide(wide) from None
    for name, want in chosen.items():
        _still_there(desk.resources[name], want)
    changes = tuple(
        change
        for name, want in chosen.items()
        for change in rules.changes(before[name], want, title=column_title(desk.resources[name]), area=places.full_name)
    )
    if row.state == "chief":
        row.chief_by, row.chief_for = desk.actor.user_id, desk.acted_for
    stage = row.state
    write_back(row, desk.items, after)
    if stage == "owners":
        _sign(desk)
    grants = issue(desk.acting, row, desk.items) if after.state == "granted" else ()
    _record_approval(desk, stage, chosen, changes, grants)
    if after.state == "granted":
        _tell_granted(row)
    return after


def _sign(desk: _Desk) -> None:
    for item in desk.items:
        if item.dataset in desk.datasets:
            item.approved_by, item.approved_name = desk.actor.user_id, desk.acting.name
            item.approved_unit, item.approved_at = desk.acting.unit_code, clock.now()
            item.save(update_fields=["approved_by", "approved_name", "approved_unit", "approved_at"])


def _record_approval(desk: _Desk, stage: str, chosen: dict[str, Terms], changes: tuple[Words, ...], grants: tuple[UUID, ...]) -> None:
    row = desk.row
    about = {
        "application_id": row.id,
        "number": row.number,
        "applicant_name": row.applicant_name,
        **joined(i for i in desk.items if i.dataset in desk.datasets),
        "purpose": row.purpose,
        "matter": row.matter,
        "terms": facts(chosen),
        "narrowed": bool(changes),
        "place": desk.acting.unit_code,
        "acted_for": str(desk.acted_for or ""),
        "note": desk.note,
    }
    if stage == "chief":
        receipt = audit.record(desk.acting, ApplicationPassed(**about))
    else:
        receipt = audit.record(desk.acting, ApplicationApproved(**about, granted=bool(grants), grant_ids=grants))
    kind = "passed" if stage == "chief" else "approved"
    add_step(
        row,
        kind=kind,
        actor=desk.acting,
        receipt=receipt,
        acted_for=desk.acted_for,
        note=desk.note,
        changes=changes,
        key=desk.key,
        digest=desk.digest,
    )
    if grants:
        add_step(row, kind="granted", actor=desk.acting, receipt=None, acted_for=desk.acted_for)


def _end(desk: _Desk, stage: Stage, verdict: Verdict) -> Case:
    """Refuse as a whole, or ask back: both need words."""
    row = desk.row
    if not rules.NOTE_MIN <= len(desk.note) <= rules.NOTE_MAX:
        span = f"{rules.NOTE_MIN}–{rules.NOTE_MAX}"
        words = (
            Words(f"请写明不予批准的理由（{span} 个字）。", f"Give the reason for refusing ({span} characters).")
            if verdict == "refuse"
            else Words(f"请写明要申请人说明什么（{span} 个字）。", f"Say what the applicant should tell ({span} characters).")
        )
        raise _invalid("note", words)
    after = rules.refused(desk.case) if verdict == "refuse" else rules.returned(desk.case)
    write_back(row, desk.items, after)
    about = {
        "application_id": row.id,
        "number": row.number,
        "applicant_name": row.applicant_name,
        **joined(desk.items),
        "purpose": row.purpose,
        "matter": row.matter,
        "stage": stage,
        "place": desk.acting.unit_code,
        "acted_for": str(desk.acted_for or ""),
    }
    if verdict == "refuse":
        receipt = audit.record(desk.acting, ApplicationRefused(**about, reason=desk.note))
        tell(row, Words(f"申请 {row.number} 未获批准：{desk.note[:60]}", f"{row.number} was refused: {desk.note[:60]}"))
    else:
        receipt = audit.record(desk.acting, ApplicationReturned(**about, question=desk.note))
    kind = "refused" if verdict == "refuse" else "returned"
    add_step(row, kind=kind, actor=desk.acting, receipt=receipt, acted_for=desk.acted_for, note=desk.note, key=desk.key, digest=desk.digest)
    return after


def _tell_granted(row: Application) -> None:
    tell(row, Words(f"申请 {row.number} 已批准，可以提问了", f"{row.number} is granted: you may ask now"))


def _still_there(resource: DatasetResource, want: Terms) -> None:
    have = set(rules.available(resource))
    gone = [c for c in want.columns if c not in have]
    if gone:
        title = column_title(resource)(gone[0])
        raise Conflict(
            "permissions.columns_changed",
            Words("数据集的列已有变化", "The dataset has changed"),
            Words(
                f"“{resource.title.zh}”已没有列“{title.zh}”，或它不再提供。没有作任何改动；请重新打开申请，去掉这一列后再批准，或者退回。",
                f"{resource.title.en} no longer has column “{title.en}”, or no longer hands it out. Nothing was changed; open the"
                " application again and approve it without that column, or ask back.",
            ),
            columns=gone[:20],
        )


def _not_mine(actor: Actor, row: Application) -> Conflict | Refused:
    if row.applicant == actor.user_id:
        return Refused(
            "permissions.own_application",
            detail=Words(
                "任何人不得审批自己的申请（权利清单第 13 条）。没有作任何改动。",
                "Nobody decides on their own application (RIGHTS 13). Nothing was changed.",
            ),
        )
    held = identity.places_of(actor.user_id) if actor.user_id else frozenset()
    first = next((i.approved_name for i in items_for(row) if i.granted and (i.approved_unit, "owner") in held), "")
    if first:  # a colleague of the same place
        return moved_on(row, first)
    return Refused(
        "permissions.not_yours",
        detail=Words(
            "这一步现在不由您决定：您不承担该岗位的职责，或者已经办理过前一步。没有作任何改动。",
            "This step is not yours to decide now: you do not fill the place, or decided the step before. Nothing was changed.",
        ),
    )


def _too_wide(wide: rules.TooWide) -> Invalid:
    words = {
        "columns": Words("只能减少列，且至少保留一列。", "Columns can only be taken away, and one must stay."),
        "areas": Words("区域只能在申请的范围内缩小。", "Areas can only be narrowed within what was applied for."),
        "days": Words("期限只能缩短，至少 1 天。", "The time can only be shortened, to 1 day at least."),
    }.get(wide.field, Words("请逐个决定所列的数据集。", "Decide on the datasets listed."))
    return _invalid(wide.field, words)


def _invalid(field: str, words: Words) -> Invalid:
    return Invalid(
        "permissions.decision_invalid",
        Words("不能这样决定", "This cannot be decided like that"),
        words,
        fields=[{"field": field, "message": words}],
    )
