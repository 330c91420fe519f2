"""A question end to end: real tokens, signature, policy, lake worker, intake row; and what is refused, sealed."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction

from beijiang.compute.lake import actions as lake
from beijiang.compute.lake.types import ColumnSpec
from beijiang.flow.exchange import actions, queries
from beijiang.flow.exchange.types import Aggregate, AskRequest, Compare, Order
from beijiang.kernel.errors import Invalid, NotFound, Refused, Unauthenticated, Unavailable
from beijiang.kernel.words import Words
from beijiang.trust.access import actions as access
from beijiang.trust.audit.models import Intake
from tests.compute.lake.conftest import lake_root, worker  # noqa: F401 - fixtures
from tests.compute.lake.make import forget
from tests.flow.exchange.make import REQUEST, SYSTEM, Caller, caller, code, signed_in
from tests.trust.access.make import CASE, House, grant

pytestmark = pytest.mark.django_db(databases=["default", "reader"], transaction=True)
COLUMNS = (
    ColumnSpec("item", Words("物品", "Item")),
    ColumnSpec("county", Words("区划", "County"), length=6),
    ColumnSpec("unit", Words("立案单位", "Unit")),
    ColumnSpec("owner_id", Words("失主证件号", "Owner's ID number"), subject="id_card", default_mask="last4"),
    ColumnSpec("stolen_on", Words("被盗日期", "Stolen on"), type="date"),
)
ROWS = [
    {
        "item": f"物品{n}",
        "county": "150103" if n % 2 == 0 else "150702",
        "unit": "150103001",
        "owner_id": f"15010319900101{n:04d}",
        "stolen_on": f"2026-01-{n % 28 + 1:02d}",
    }
    for n in range(40)
]


@pytest.fixture
def asking(region: House, lake_root: Path, worker: subprocess.Popen[bytes], door: Caller) -> Caller:  # noqa: F811
    """A caller with a grant on a dataset that has rows of two counties."""
    settings.ENV = replace(settings.ENV, lake_root=lake_root / "lake", lake_socket=lake_root / "s")
    forget("stolen_property")
    lake.define_dataset(
        SYSTEM,
        name="stolen_property",
        title=Words("被盗物品", "Stolen property"),
        columns=COLUMNS,
        owner_unit="150000XZ",
        grade="sensitive",
        personal=True,
        area_column="county",
        unit_column="unit",
        retention_days=3650,
    )
    lake.append(SYSTEM, dataset="stolen_property", rows=ROWS, key="the rows of these tests")
    with transaction.atomic(using="reader"):
        grant(region)
    return door


def leaves(kind: str) -> list[dict[str, Any]]:
    return [json.loads(row.event) for row in Intake.objects.filter(type=f"exchange.question.{kind}.v1").order_by("time")]


def test_rows_come_with_their_receipt(asking: Caller) -> None:
    reply = actions.ask(asking.actor, request=replace(REQUEST, order_by=(Order("item"),)))
    assert len(reply.rows) == 20
    names = [c.name for c in reply.columns]
    assert {row[names.index("county")] for row in reply.rows} == {"150103"}
    assert all(str(row[names.index("owner_id")]).startswith("*") for row in reply.rows)
    masks = {c.name: c.mask for c in reply.columns}
    assert masks["owner_id"] == "last4"
    assert (reply.basis.kind, reply.basis.matter, reply.dataset) == ("grant", CASE, "stolen_property")
    assert reply.notes
    row = Intake.objects.get(id=reply.receipt)
    fact = json.loads(row.event)
    assert fact["outcome"] == "done"
    assert fact["actor"]["username"] == "zhang.wei"
    assert fact["event"]["row_count"] == 20
    assert fact["event"]["purpose"] == "case_investigation"
    assert fact["event"]["masked"] == ["owner_id"]
    assert len(row.subjects) == 20
    # Neither rows nor identity numbers stand in the leaf's text.
    assert "物品" not in row.event.replace("被盗物品", "")
    assert "15010319900101" not in row.event + json.dumps(row.subjects)


def test_conditions_totals_order_and_limit(asking: Caller) -> None:
    reply = actions.ask(asking.actor, request=replace(REQUEST, columns=("item", "stolen_on"), where=Compare("item", "=", "物品4"), limit=5))
    assert [tuple(row) for row in reply.rows] == [("物品4", "2026-01-05")]
    assert leaves("answered")[-1]["event"]["conditions"] == ["item"]
    assert "物品4" not in json.dumps(leaves("answered")[-1], ensure_ascii=False)
    total = actions.ask(
        asking.actor, request=replace(REQUEST, columns=("county",), group_by=("county",), aggregates=(Aggregate("count", None, "n"),))
    )
    assert total.rows == (("150103", 20),)
    some = actions.ask(asking.actor, request=replace(REQUEST, limit=3))
    assert len(some.rows) == 3


def test_sql_by_the_same_door(asking: Caller) -> None:
    reply = actions.ask(
        asking.actor,
        request=AskRequest(
            purpose="case_investigation",
            matter=CASE,
            sql="SELECT item, county FROM stolen_property WHERE county = '150702' OR item LIKE '物品1%'",
        ),
    )
    assert {row[1] for row in reply.rows} <= {"150103"}
    assert leaves("answered")[-1]["event"]["by_sql"] is True
    with pytest.raises(Invalid) as caught:
        actions.ask(asking.actor, request=replace(AskRequest(purpose="case_investigation", matter=CASE), sql="DROP TABLE stolen_property"))
    assert caught.value.code == "lake.sql_refused"


def test_refusals_are_sealed_and_say_why(asking: Caller, region: House) -> None:
    with transaction.atomic(using="reader"):
        li = signed_in(region.li)
    with pytest.raises(Refused) as caught:
        actions.ask(li, request=REQUEST)
    refused = caught.value
    assert refused.extra["receipt"]
    assert refused.extra["reasons"]
    assert refused.detail
    fact = json.loads(Intake.objects.get(id=refused.extra["receipt"]).event)
    assert fact["outcome"] == "refused"
    assert fact["event"]["dataset"] == "stolen_property"
    assert fact["event"]["codes"]
    # One leaf, not two: the edge does not record again what the door has sealed.
    assert Intake.objects.filter(type="audit.use.refused.v1").count() == 0


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"purpose": "no_such_purpose"}, "access.purpose_unknown"),
        ({"matter": ""}, "access."),
        ({"matter": "A9"}, "access."),
        ({"dataset": "no_such_dataset"}, "access.dataset_unknown"),
        ({"columns": ("nation",)}, "access."),
    ],
)
def test_questions_without_a_basis(asking: Caller, change: dict[str, Any], expected: str) -> None:
    answer = asking.ask(replace(REQUEST, **change))
    assert answer.status_code == 403
    assert code(answer).startswith(expected)
    assert "rows" not in answer.json()
    assert len(leaves("refused")) == 1
    words = answer.json()["detail_words"]
    assert words["zh"]
    assert words["en"]


def test_a_condition_on_a_withheld_column_is_refused_and_sealed(asking: Caller) -> None:
    answer = asking.ask(replace(REQUEST, columns=("item",), where=Compare("nation", "=", "x")))
    assert answer.status_code in (403, 422)
    assert "rows" not in answer.json()


def test_withheld_columns_are_left_out_and_never_become_all(asking: Caller, region: House) -> None:
    reply = actions.ask(asking.actor, request=replace(REQUEST, columns=("item", "nation")))
    assert [c.name for c in reply.columns] == ["item"]
    assert any("nation" in n.zh or "民族" in n.zh for n in reply.notes)
    answer = asking.ask(replace(REQUEST, columns=("nation",), where=Compare("item", "=", "物品4")))
    assert answer.status_code == 403
    assert "rows" not in answer.json()


def test_no_receipt_no_rows(asking: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    from beijiang.trust.audit import actions as audit

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise DatabaseError("disk full")

    monkeypatch.setattr(audit, "record", broken)
    answer = asking.ask()
    assert answer.status_code == 503
    assert code(answer) == "exchange.no_receipt"
    assert "物品" not in answer.text.replace("被盗物品", "")


def test_a_receipt_that_cannot_be_committed_gives_no_rows(asking: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;"
            "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON audit_intake DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pg_temp_refuse()"
        )
    try:
        answer = asking.ask()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER refuse ON audit_intake; DROP FUNCTION pg_temp_refuse()")
    assert answer.status_code == 503
    assert "rows" not in answer.json()
    assert Intake.objects.filter(type__startswith="exchange.").count() == 0


def test_revoked_between_two_questions(asking: Caller, region: House) -> None:
    from beijiang.trust.access import queries as known

    assert asking.ask().status_code == 200
    held = known.grants_for(region.zhang)[0]
    with transaction.atomic(using="reader"):
        access.revoke_grant(region.zhao, grant_id=held.id, reason="案件已移交")
    answer = asking.ask()
    assert answer.status_code == 403
    assert code(answer) == "access.grant_revoked"


def test_revoked_while_a_long_question_ran(asking: Caller, region: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from beijiang.compute.lake import queries as lake_queries
    from beijiang.trust.access import queries as known

    real = lake_queries.answer

    def slow(*args: Any, **kwargs: Any) -> Any:
        found = real(*args, **kwargs)
        with transaction.atomic(using="reader"):
            access.revoke_grant(region.zhao, grant_id=known.grants_for(region.zhang)[0].id, reason="案件已移交")
        return replace(found, elapsed_ms=900.0)

    monkeypatch.setattr(lake_queries, "answer", slow)
    answer = asking.ask()
    assert (answer.status_code, code(answer)) == (403, "access.grant_revoked")
    assert len(leaves("answered")) == 0


def test_worker_away(asking: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, lake_socket=Path("/nonexistent/s")))
    answer = asking.ask()
    assert answer.status_code == 503
    assert leaves("answered") == []


def test_door_away(asking: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, data_url="http://127.0.0.1:9"))
    with pytest.raises(Unavailable) as caught:
        actions.ask(asking.actor, request=REQUEST)
    assert caught.value.code == "exchange.door_away"


def test_without_a_session_nobody_asks(asking: Caller, region: House) -> None:
    with pytest.raises(Unauthenticated):
        actions.ask(region.zhang, request=REQUEST)


# --- files -------------------------------------------------------------------------------------------------------


@pytest.fixture
def steward(asking: Caller, region: House) -> Caller:
    """赵敏, the owner of the dataset, brings a file."""
    with transaction.atomic(using="reader"):
        return caller(region.zhao, asking.base)


def csv_file(tmp_path: Path, text: str = "物品,区划\n自行车,150103\n") -> Path:
    path = tmp_path / "新到.csv"
    path.write_text(text, "utf-8")
    return path


def test_a_file_comes_in_and_its_run_is_followed(steward: Caller, tmp_path: Path) -> None:
    run = actions.send_file(steward.actor, dataset="stolen_property", path=csv_file(tmp_path, "物品,区划\n自行车,150103\n电动车,150103\n"))
    assert (run.dataset, run.file_name, run.state, run.repeated) == ("stolen_property", "新到.csv", "queued", False)
    assert queries.run(steward.actor, run_id=run.id).id == run.id
    assert Intake.objects.filter(type="lake.ingest.started.v1").count() == 1
    lake.run_ingest(SYSTEM, run_id=run.id)
    assert queries.run(steward.actor, run_id=run.id).state == "done"
    again = actions.send_file(
        steward.actor, dataset="stolen_property", path=csv_file(tmp_path, "物品,区划\n自行车,150103\n电动车,150103\n")
    )
    assert (again.id, again.repeated) == (run.id, True)


def test_files_that_are_not_taken(steward: Caller, asking: Caller, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        actions.send_file(steward.actor, dataset="stolen_property", path=csv_file(tmp_path, ""))
    with pytest.raises(NotFound):
        actions.send_file(steward.actor, dataset="no_such_dataset", path=csv_file(tmp_path))
    with pytest.raises(Refused):
        actions.send_file(asking.actor, dataset="stolen_property", path=csv_file(tmp_path))
    with pytest.raises(NotFound):
        queries.run(steward.actor, run_id=UUID(int=5))


def test_a_file_changed_on_its_way_leaves_nothing(steward: Caller, tmp_path: Path) -> None:
    body = "物品,区划\n自行车,150103\n".encode()
    staging = Path(settings.ENV.lake_root)
    before = sorted(staging.rglob("*incoming*"))
    message = steward.message(body, path="/r1/BJ/POL/region/lake/intake/stolen_property", query="name=a.csv")
    assert code(steward.post(message, body.replace("自".encode(), "他".encode()))) == "exchange.digest_mismatch"
    assert Intake.objects.filter(type="lake.ingest.started.v1").count() == 0
    assert sorted(staging.rglob("*incoming*")) == before
    # The same signed request with the true content still counts, once.
    assert steward.post(message, body).status_code == 202
    assert code(steward.post(message, body)) == "exchange.replayed"


@pytest.mark.parametrize("name", ["", "a%2Fb.csv", "a%00.csv", "x" * 201])
def test_file_names(steward: Caller, name: str) -> None:
    body = b"x"
    message = steward.message(body, path="/r1/BJ/POL/region/lake/intake/stolen_property", query=f"name={name}")
    refused = "kernel.bad_request" if "%00" in name else "exchange.bad_file_name"  # a NUL is refused for every address
    assert code(steward.post(message, body)) == refused
