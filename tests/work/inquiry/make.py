"""Builders: the region with its datasets in the directory, people signed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.test import Client

from beijiang.flow.exchange import actions as exchange
from beijiang.flow.exchange.types import AnswerColumn, AskReply, Basis
from beijiang.kernel.errors import Refused
from beijiang.kernel.words import Words
from beijiang.trust.identity import actions as identity
from tests.flow.exchange.make import SYSTEM, people
from tests.trust.access.make import CASE, LOST, STOLEN, House, grant

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor

PASSWORD = "lantern-orbit-42-quiet"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def region(*, granted: bool = True) -> House:
    """People, two listed datasets, and 张伟's grant on stolen property."""
    made = people()
    for resource, rows in ((STOLEN, 200_000), (LOST, 500)):
        exchange.list_dataset(SYSTEM, resource=resource, rows=rows, freshness=NOW, quality=0.97, published_at=NOW)
    if granted:
        grant(made)
    return made


def reply(receipt: UUID | None = None, rows: int = 2, **changes: Any) -> AskReply:
    """An answer as the door gives it."""
    return replace(
        AskReply(
            dataset="stolen_property",
            title=STOLEN.title,
            columns=(
                AnswerColumn("item", Words("物品", "Item"), "text"),
                AnswerColumn("owner_id", Words("失主证件号", "Owner's ID number"), "text", "last4"),
                AnswerColumn("stolen_on", Words("被盗日期", "Stolen on"), "date"),
            ),
            rows=tuple((f"物品{n}", "***1234", None if n == 1 else "2026-01-02") for n in range(rows)),
            truncated=False,
            row_cap=2000,
            receipt=receipt or uuid7(),
            basis=Basis(
                "grant",
                Words("凭授权,有效至 2026-12-24", "Under a grant, until 2026-12-24"),
                Words("办理刑事案件", "Criminal investigation"),
                CASE,
                NOW,
            ),
            elapsed_ms=12.3,
            notes=(Words("部分列经过处理:失主证件号(只显示后四位)。", "Some columns are masked."),),
        ),
        **changes,
    )


def uuid7() -> UUID:
    """A number as receipts have."""
    from beijiang.kernel.ids import new_id

    return new_id()


def refusal() -> Refused:
    """A refusal as the door gives it."""
    words, then = (
        Words("没有可以查询该数据集的授权。", "There is no grant to ask this dataset."),
        Words("请向刑侦总队申请授权。", "Apply to the branch."),
    )
    return Refused(
        "access.no_grant",
        Words("提问未获准许", "The question is not permitted"),
        words,
        receipt=str(uuid7()),
        dataset="stolen_property",
        reasons=[{"code": "access.no_grant", "words": words, "next": then}],
        next=then,
    )


def browser(actor: Actor, language: str = "zh-hans") -> Client:
    """The person's browser, signed in by the sign-in page."""
    client = Client(headers={"accept": "text/html"})
    client.cookies["bj_language"] = language
    assert actor.user_id is not None
    identity.set_password(SYSTEM, user_id=actor.user_id, password=PASSWORD)
    client.post("/accounts/login/", {"login": actor.username, "password": PASSWORD})
    assert client.get("/accounts/").status_code == 200, "not signed in"
    return client


def bearer(actor: Actor) -> dict[str, str]:
    """The header of an API caller."""
    return {"authorization": f"Bearer {identity.issue_access_token(actor, username=actor.username).token}"}
