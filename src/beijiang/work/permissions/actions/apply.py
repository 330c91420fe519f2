"""Applying, and answering what was asked back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from beijiang.kernel import clock, guard, numbers, places
from beijiang.kernel.errors import Conflict, Invalid, Refused
from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access
from beijiang.trust.audit import actions as audit

from .. import rules
from ..events import ApplicationSent
from ..grants import APPLY
from ..models import Application, Item
from ..queries.applications import unknown
from ..queries.places import case_of, resources_of
from ..queries.preview import faults_of, open_like
from .route import route
from .rows import (
    add_step,
    check_key,
    check_same,
    column_title,
    digest_of,
    facts,
    items_for,
    joined,
    locked,
    moved_on,
    repeated,
    shown,
    write_back,
)

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor
    from beijiang.trust.access.types import DatasetResource

    from ..types import ApplicationInfo, Draft

SEPARATED = frozenset({"auditor", "administrator", "kexin"})
"""Who never sees the content of data (RIGHTS 14) need not apply."""


class _Twice(Exception):
    """The same request came a second time while the first was under way."""


@transaction.atomic
def apply(actor: Actor, *, draft: Draft, request_key: str = "") -> ApplicationInfo:
    """This function will send an application to the applicant's chief, and give its number.

    `request_key`: the same key again gives the same application. Raises Invalid naming fields, Conflict for a second open
    application of the same kind, Refused for those who never see data.
    """
    guard.require(actor, APPLY, guard.Resource("application", ""))
    _may_see_data(actor)
    check_key(request_key)
    draft = _tidy(draft)
    digest = digest_of("apply", _body(draft))
    try:
        with transaction.atomic():
            row = _again(actor, request_key, digest) or _make(actor, draft, request_key, digest)
    except _Twice:
        row = _again(actor, request_key, digest) or _gone()
    return shown(row, actor)


def _id(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise unknown()
    return actor.user_id


def _may_see_data(actor: Actor) -> None:
    if actor.user_id is None or actor.duties & SEPARATED:
        raise Refused(
            "permissions.separation",
            detail=Words(
                "审计员和系统、科信管理员不接触数据内容（权利清单第 14 条），不能申请。没有提交任何内容。",
                "Auditors and administrators never see the content of data (RIGHTS 14) and cannot apply. Nothing was sent.",
            ),
        )


def _again(actor: Actor, key: str, digest: str) -> Application | None:
    found = Application.objects.filter(applicant=_id(actor), request_key=key).first() if key else None
    if found is not None:
        check_same(found.request_digest, digest)
    return found


def _gone() -> Application:
    raise unknown()


def _make(actor: Actor, draft: Draft, key: str, digest: str) -> Application:
    now = clock.now()
    place, year = actor.division or actor.unit_code, clock.local(now).year
    # The number's row is locked first: two applications of one unit come one after the other from here on.
    number = numbers.next_number("permissions.application", f"{place}:{year}")
    if _again(actor, key, digest) is not None:
        raise _Twice  # roll back, so that no number is lost
    resources = _checked(actor, draft)
    alike = open_like(actor, draft=draft)
    if alike:
        raise Conflict(
            "permissions.already_open",
            Words("已有同样的申请在办理中", "The same is under way already"),
            Words(
                f"您的申请 {alike[0].number} 还在办理中，没有重复提交。请等待结果，或先撤回它。",
                f"Your application {alike[0].number} still waits; nothing was sent twice. Wait for it, or withdraw it first.",
            ),
            application=str(alike[0].id),
            number=alike[0].number,
        )
    row = Application.objects.create(
        number=f"SQ-{place}-{year}-{number:05d}",
        applicant=_id(actor),
        applicant_name=actor.name,
        unit_code=actor.unit_code,
        unit_zh=actor.unit_name_zh,
        unit_en=actor.unit_name_en,
        purpose=draft.purpose,
        matter=draft.matter,
        reason=draft.reason,
        state="chief",
        sent_at=now,
        waiting_since=now,
        due_at=now + rules.LAPSE_AFTER,
        request_key=key,
        request_digest=digest,
    )
    items = [
        Item.objects.create(
            application=row,
            dataset=name,
            title_zh=resources[name].title.zh,
            title_en=resources[name].title.en,
            owner_unit=resources[name].owner_unit,
            asked=rules.terms_to(terms),
        )
        for name, terms in draft.terms.items()
    ]
    _record(actor, row, items, draft, "sent", "", (), "", "")
    route(row, items)
    return row


def _checked(actor: Actor, draft: Draft) -> dict[str, DatasetResource]:
    resources = resources_of(draft.terms)
    faults = faults_of(actor, draft=draft, resources=resources)
    if faults:
        first = next(iter(faults.values()))
        raise Invalid(
            "permissions.application_invalid",
            Words("申请还不能提交", "The application cannot be sent like this"),
            Words(f"{first.zh}没有提交，填写的内容仍在表单中。", f"{first.en} Nothing was sent; what you entered is still in the form."),
            fields=[{"field": field, "message": words} for field, words in faults.items()],
        )
    return resources


def _record(
    actor: Actor,
    row: Application,
    items: list[Item],
    draft: Draft,
    kind: str,
    answer: str,
    changes: tuple[Words, ...],
    key: str,
    digest: str,
) -> None:
    purpose = access.find_purpose(row.purpose)
    receipt = audit.record(
        actor,
        ApplicationSent(
            application_id=row.id,
            number=row.number,
            edition=row.edition,
            **joined(items),
            dataset_title=Words("、".join(i.title_zh for i in items), ", ".join(i.title_en for i in items)),
            purpose=row.purpose,
            purpose_title=purpose.title if purpose else Words(row.purpose, row.purpose),
            matter=row.matter,
            terms=facts(draft.terms),
            reason=row.reason,
            answer=answer,
            due_at=row.due_at,
        ),
    )
    add_step(row, kind=kind, actor=actor, receipt=receipt, note=answer, changes=changes, key=key, digest=digest)


@transaction.atomic
def amend(actor: Actor, *, application_id: UUID, draft: Draft, answer: str, seen: int, request_key: str = "") -> ApplicationInfo:
    """This function will answer a question that was asked back and send the application again, the datasets being the same.

    It goes to the owners again only if it stays within what the chief passed, else to the chief. `seen` is the edition
    that was answered. Raises Invalid naming fields, Conflict when it is not back (any more).
    """
    guard.require(actor, APPLY, guard.Resource("application", str(application_id)))
    _may_see_data(actor)
    check_key(request_key)
    draft, answer = _tidy(draft), rules.plain(answer)
    digest = digest_of("amend", [str(application_id), _body(draft), answer, seen])
    row = locked(application_id)
    if row is None or row.applicant != actor.user_id:
        raise unknown()
    if repeated(request_key, digest, by=actor):
        return shown(row, actor)
    if row.state != "back" or row.edition != seen:
        raise moved_on(row)
    if clock.now() >= row.due_at:
        raise Conflict(
            "permissions.overtaken",
            Words("申请已经失效", "The application has lapsed"),
            Words("退回后没有按时补充。请重新申请。", "It was not amended in time. Please apply anew."),
        )
    if not rules.NOTE_MIN <= len(answer) <= rules.NOTE_MAX:
        words = Words(
            f"请回答退回时提出的问题（{rules.NOTE_MIN} 到 {rules.NOTE_MAX} 个字）。",
            f"Answer what was asked, in {rules.NOTE_MIN} to {rules.NOTE_MAX} characters.",
        )
        raise Invalid("permissions.application_invalid", detail=words, fields=[{"field": "answer", "message": words}])
    items = items_for(row)
    if set(draft.terms) != {i.dataset for i in items}:
        words = Words("补充时不能增减数据集；请另行申请。", "Datasets cannot be added or left out now; apply for them anew.")
        raise Invalid("permissions.application_invalid", detail=words, fields=[{"field": "dataset", "message": words}])
    resources = _checked(actor, draft)
    before = case_of(row, items)
    same = (draft.purpose, draft.matter) == (row.purpose, row.matter)
    after = rules.amended(before, draft.terms, same_basis=same)
    told = tuple(
        change
        for item in before.items
        for change in rules.changes(
            item.now, draft.terms[item.dataset], title=column_title(resources.get(item.dataset)), area=places.full_name
        )
    )
    row.purpose, row.matter, row.reason = draft.purpose, draft.matter, draft.reason
    write_back(row, items, after)
    _record(actor, row, items, draft, "amended", answer, told, request_key, digest)
    route(row, items)
    return shown(row, actor)


def _tidy(draft: Draft) -> Draft:
    """Repeated names once, spaces off; the order of columns and areas carries no meaning but is kept."""
    terms = {
        name: replace(t, columns=tuple(dict.fromkeys(t.columns)), areas=tuple(dict.fromkeys(t.areas))) for name, t in draft.terms.items()
    }
    return replace(draft, matter=draft.matter.strip(), reason=rules.plain(draft.reason), terms=terms)


def _body(draft: Draft) -> list[object]:
    return [draft.purpose, draft.matter, draft.reason, {n: rules.terms_to(t) for n, t in draft.terms.items()}]
