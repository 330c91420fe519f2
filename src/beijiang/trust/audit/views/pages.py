"""`/audit/entries/…` and receipts: one entry whole, with the proof that the page itself checks."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from beijiang.kernel import guard
from beijiang.kernel.routes import actor_of, signed_in
from beijiang.kernel.words import Words
from beijiang.ui.shell import duty_words

from .. import actions, queries
from ..grants import READ
from ..types import Entry

LABELS = {
    "purpose": Words("目的代码", "Purpose code"),
    "purpose_title": Words("目的", "Purpose"),
    "basis": Words("依据类别", "Kind of basis"),
    "basis_words": Words("依据", "Basis"),
    "dataset": Words("数据集名称", "Dataset name"),
    "dataset_title": Words("数据集", "Dataset"),
    "matter": Words("事项编号", "Matter"),
    "columns": Words("列", "Columns"),
    "masked": Words("遮盖的列", "Masked columns"),
    "conditions": Words("作为条件的列", "Columns used as conditions"),
    "row_count": Words("提供行数", "Rows given"),
    "rows": Words("行数", "Rows"),
    "truncated": Words("是否截断", "Cut short"),
    "grant_ids": Words("授权编号", "Grants"),
    "policy_ids": Words("适用策略", "Policies"),
    "application": Words("应用", "Application"),
    "by_sql": Words("以 SQL 提问", "Asked in SQL"),
    "as_file": Words("作为文件导出", "Exported as a file"),
    "request_id": Words("请求编号", "Request"),
    "codes": Words("拒绝代码", "Codes of refusal"),
    "code": Words("代码", "Code"),
    "title": Words("标题", "Title"),
    "detail": Words("说明", "Detail"),
    "permission": Words("权限", "Permission"),
    "reason": Words("理由", "Reason"),
    "reasons": Words("理由", "Reasons"),
    "filters": Words("筛选条件", "Filters"),
    "shown": Words("显示条数", "Entries shown"),
    "entry": Words("记录", "Entry"),
    "entry_type": Words("记录类型", "Type of entry"),
    "entries": Words("记录", "Entries"),
    "findings": Words("不符之处", "Findings"),
    "size": Words("日志条数", "Size of the log"),
    "root": Words("树根", "Root"),
    "datasets": Words("数据集", "Datasets"),
    "grant_id": Words("授权", "Grant"),
    "bundle": Words("授权组", "Grants issued together"),
    "export": Words("导出", "Export"),
    "selection": Words("所选记录清单的摘要", "Digest over the chosen entries"),
    "sha256": Words("文件摘要", "Digest of the file"),
    "exports": Words("导出", "Exports"),
    "monday": Words("抽查周（周一）", "Week (its Monday)"),
    "seed": Words("抽样种子", "Seed of the sample"),
    "population": Words("当周使用数", "Uses in the week"),
    "check": Words("抽查", "Spot check"),
    "finding": Words("结论", "Finding"),
    "note": Words("说明", "Note"),
    "answer": Words("答复", "Answer"),
    "username": Words("用户名", "Username"),
    "name": Words("名称", "Name"),
}


@signed_in
@require_safe
def receipt(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """This view will show a receipt; a pending one asks to be looked at again."""
    return render(request, "audit/receipt.html", {"receipt": queries.receipt(entry_id)})


@signed_in
@require_safe
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """This view will show one entry whole, with the proof that the page itself checks; opening it leaves a leaf."""
    detail = actions.open_entry(actor_of(request), entry_id=entry_id)
    shown = detail.receipt
    # The browser derives everything again from these; nothing else of the page is used in the check.
    check = {
        "type": shown.type,
        "time": shown.leaf.split("\n")[2] if shown.leaf.count("\n") == 4 else "",
        "leaf": shown.leaf,
        "salt": detail.salt,
        "text": detail.text,
        "index": shown.index,
        "size": shown.size,
        "hashes": shown.hashes,
        "checkpoint": shown.checkpoint,
        "vkey": detail.vkey,
        "grown": {"checkpoint": shown.grown.checkpoint, "hashes": shown.grown.hashes} if shown.grown else None,
    }
    context = {
        "detail": detail,
        "entry": detail.entry,
        "receipt": shown,
        "check": check,
        "facts": _facts(detail.envelope),
        "related": _related(detail.entry),
        "all_of_it": guard.allowed(actor_of(request), READ),
    }
    return render(request, "audit/entry.html", context)


def _related(entry: Entry) -> list[tuple[Words, str]]:
    """Where an auditor looks next: the same person in the same matter, the same grant, the same dataset."""
    out = []

    def link(words: Words, **said: object) -> None:
        out.append((words, f"{reverse('audit:uses')}?{urlencode(said)}"))

    if entry.actor_id:
        if entry.matter:
            link(Words("此人在此事项中的全部提问", "All that this person asked in this matter"), person=entry.actor_id, matter=entry.matter)
        link(Words("此人的全部使用", "All uses by this person"), person=entry.actor_id)
    if entry.matter:
        link(Words("此事项中的全部使用", "All uses in this matter"), matter=entry.matter)
    for grant in entry.grants[:5]:
        link(Words(f"授权 …{grant[-6:]} 下的全部使用", f"All uses under grant …{grant[-6:]}"), grant=grant)
    return out


def _part(whole: dict[str, Any], name: str) -> dict[str, Any]:
    found = whole.get(name)
    return found if isinstance(found, dict) else {}


def _facts(envelope: dict[str, Any] | None) -> list[tuple[Words | str, str]]:
    """The frozen words as label and value; every field of the event shows, known or not."""
    if envelope is None:
        return []
    actor, event = _part(envelope, "actor"), _part(envelope, "event")
    unit = _part(actor, "unit")
    rows: list[tuple[Words | str, Any]] = [
        (Words("人员", "Person"), f"{actor.get('name', '')} ({actor.get('username', '')})"),
        (Words("单位", "Unit"), unit.get("name")),
        (Words("单位代码", "Unit code"), unit.get("code")),
        (Words("职责", "Duties"), _duties(actor.get("duties"))),
        (Words("登录会话", "Session"), actor.get("session")),
        # Of one dataset the list would only say its name again.
        *((LABELS.get(name, name), value) for name, value in event.items() if name != "datasets" or value != [event.get("dataset")]),
    ]
    return [(label, text) for label, value in rows if (text := _value(value))]


def _value(value: Any) -> str:
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            return str(Words.of({k: str(v) for k, v in value.items()}))
        return json.dumps(value, ensure_ascii=False) if value else ""
    if isinstance(value, list):
        return _joined([_value(v) for v in value])
    if isinstance(value, bool):
        return str(Words("是", "yes") if value else Words("否", "no"))
    return "" if value is None else str(value)


def _joined(texts: list[str]) -> str:
    """Sentences follow each other; anything else is a list, as each language writes one."""
    if texts and all(text.endswith((".", "。", "!", "！", "?", "？")) for text in texts):
        return str(Words("", " ")).join(texts)
    return str(Words("、", ", ")).join(texts)


def _duties(codes: Any) -> str:
    return duty_words((str(code) for code in codes), rest=True) if isinstance(codes, list) else ""


def _download(text: str, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(text, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@signed_in
@require_safe
def event(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """This view will hand out the exact text that the leaf commits to; 404 once it is forgotten. Leaves a leaf."""
    detail = actions.open_entry(actor_of(request), entry_id=entry_id)
    if detail.text is None:
        return HttpResponse("forgotten\n", status=404, content_type="text/plain; charset=utf-8")
    return _download(detail.text, f"{entry_id}.json", "application/json; charset=utf-8")


@signed_in
@require_safe
def proof(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """This view will hand out the proof file (c2sp.org/tlog-proof@v1); 404 while the entry is pending."""
    found = queries.receipt(entry_id)
    if found.state != "sealed":
        return HttpResponse("pending\n", status=404, content_type="text/plain; charset=utf-8")
    return _download(found.proof, f"{entry_id}.tlog-proof", "text/plain; charset=utf-8")
