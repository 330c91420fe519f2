"""Spot checks: drawn for each week by chance, looked at by an auditor, answered by who was asked."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from beijiang.kernel import clock, guard, todo
from beijiang.kernel.clock import SHANGHAI
from beijiang.kernel.errors import Conflict, Invalid, NotFound
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from .. import queries, rules
from ..events import CheckAnswered, CheckNoted, SampleDrawn
from ..grants import ANSWER_CHECK, CHECK, MAKE
from ..models import Checkpoint, Entry, Sample, SpotCheck
from ..types import FINDINGS, SAMPLE, CheckInfo
from .record import record

ANSWER_WITHIN = timedelta(days=7)


@transaction.atomic
def draw_sample(actor: Actor) -> int:
    """This function will draw the sample of the last whole week (Asia/Shanghai), once; how many uses were drawn.

    The seed is the root of the first checkpoint signed after the week ended: nobody knew it while the uses were made,
    and whoever has the log draws the same. Requires audit.make_bundle.
    """
    guard.require(actor, MAKE)
    today = clock.local(clock.now()).date()
    ends = today - timedelta(days=today.weekday())
    monday = ends - timedelta(days=7)
    start, end = (datetime.combine(day, time(), SHANGHAI) for day in (monday, ends))
    mark = Checkpoint.objects.filter(time__gte=end).order_by("size").first()
    if mark is None or Sample.objects.filter(monday=monday).exists():
        return 0
    uses = dict(
        Entry.objects.filter(use=True, time__gte=start, time__lt=end, index__lt=mark.size, actor_id__isnull=False).values_list(
            "index", "id"
        )
    )
    seed = rules.seed_of(bytes(mark.root), monday.isoformat())
    drawn = [uses[index] for index in rules.draw(seed, uses, SAMPLE)]
    Sample.objects.create(monday=monday, seed=seed, size=mark.size, population=len(uses))
    SpotCheck.objects.bulk_create([SpotCheck(sample_id=monday, entry_id=id_) for id_ in drawn])
    record(actor, SampleDrawn(monday=monday.isoformat(), seed=seed, size=mark.size, population=len(uses), entries=tuple(drawn)))
    if drawn:
        todo.put(
            f"audit.sample:{monday}",
            Words(
                f"{monday} 起一周的随机抽查：{len(drawn)} 条待查看", f"Spot checks of the week of {monday}: {len(drawn)} uses to look at"
            ),
            f"/audit/checks/{monday}/",
            duty="auditor",
            due_at=end + ANSWER_WITHIN,
        )
    return len(drawn)


@transaction.atomic
def note_check(actor: Actor, *, check_id: UUID, finding: str, note: str) -> CheckInfo:
    """This function will note what an auditor found: `justified`, `asked` (of the person) or `flagged` (to the unit's chief).

    Requires audit.check. Nobody looks at a use of their own (Conflict). Invalid without a note of 4 to 1,000 characters.
    """
    guard.require(actor, CHECK)
    row = _locked(check_id)
    entry: Any = Entry.objects.filter(id=row.entry_id).values("actor_id", "unit").first() or {}
    if finding not in FINDINGS:
        raise Invalid("audit.bad_finding", detail=Words("请选择一种结论。", "Choose one of the findings."))
    if entry.get("actor_id") is not None and entry["actor_id"] == actor.user_id:
        raise Conflict(
            "audit.own_check",
            detail=Words("这是您自己的使用，须由其他督察人员查看。", "This use is your own; another auditor has to look at it."),
        )
    row.note, row.state = _text(note), finding
    row.noted_by, row.noted_name, row.noted_at = actor.user_id, actor.name, clock.now()
    row.flagged = row.flagged or finding == "flagged"
    row.save()
    due = clock.now() + ANSWER_WITHIN
    todo.done(f"audit.check:{row.id}")
    if finding == "asked":
        title = Words("督察询问您的一次数据使用，请说明", "Inspection asks about one of your uses of data; please explain")
        todo.put(f"audit.check:{row.id}", title, f"/audit/check/{row.id}/", user_id=entry.get("actor_id"), due_at=due)
    elif finding == "flagged":
        title = Words("督察提请核查本单位一次数据使用", "Inspection flags a use of data in your unit; please look into it")
        unit = str(entry.get("unit") or "")
        todo.put(f"audit.check:{row.id}", title, f"/audit/check/{row.id}/", unit_code=unit, duty="chief", loud=True, due_at=due)
    record(actor, CheckNoted(check=row.id, entry=row.entry_id, finding=finding, note=row.note))
    if not SpotCheck.objects.filter(sample_id=row.sample_id).exclude(state="justified").exists():
        todo.done(f"audit.sample:{row.sample_id}")
    return queries.check(actor, check_id=check_id)


@transaction.atomic
def answer_check(actor: Actor, *, check_id: UUID, answer: str) -> CheckInfo:
    """This function will take the answer of who was asked: the person, or a chief of the unit it was flagged to.

    Requires audit.answer_check. NotFound for anybody else, Conflict when it waits for no answer.
    """
    guard.require(actor, ANSWER_CHECK)
    row = _locked(check_id)
    if not queries.concerns(actor, check_id=row.id):
        raise NotFound(
            "audit.no_check", detail=Words("没有这项抽查，或它与您无关。", "There is no such spot check, or it does not concern you.")
        )
    if row.state == "answered":
        raise Conflict("audit.check_answered", detail=Words("这项抽查已经答复。", "This spot check has been answered already."))
    row.answer, row.state = _text(answer), "answered"
    row.answered_by, row.answered_name, row.answered_at = actor.user_id, actor.name, clock.now()
    row.save()
    todo.done(f"audit.check:{row.id}")
    if row.noted_by is not None:
        title = Words("抽查询问已有答复，请作结论", "A spot check was answered; please conclude")
        todo.put(f"audit.check:{row.id}", title, f"/audit/check/{row.id}/", user_id=row.noted_by)
    record(actor, CheckAnswered(check=row.id, entry=row.entry_id, answer=row.answer))
    return queries.check(actor, check_id=check_id)


def _locked(check_id: UUID) -> SpotCheck:
    row = SpotCheck.objects.select_for_update().filter(id=check_id).first()
    if row is None:
        raise NotFound(
            "audit.no_check", detail=Words("没有这项抽查，或它与您无关。", "There is no such spot check, or it does not concern you.")
        )
    return row


def _text(text: str) -> str:
    said = text.strip()
    if not 4 <= len(said) <= 1000:
        raise Invalid("audit.check_text", detail=Words("请写明情况，4 至 1000 字。", "Write 4 to 1,000 characters."))
    return said
