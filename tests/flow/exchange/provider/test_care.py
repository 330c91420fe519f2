"""Care services end to end over the door: a draft, its profile, a dataset, a run, its rows set aside, quality."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import transaction

from beijiang.compute.lake import actions as lake
from beijiang.compute.lake import queries as lake_queries
from beijiang.flow.exchange import actions, queries
from beijiang.flow.exchange.types import ColumnSpec, DatasetSpec, SpecColumn
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused
from beijiang.kernel.words import Words
from beijiang.trust.audit.models import Intake
from beijiang.trust.identity import actions as identity
from beijiang.trust.identity import queries as people
from beijiang.trust.identity.types import PersonRow
from tests.compute.lake.conftest import lake_root  # noqa: F401 - fixtures
from tests.compute.lake.make import fresh_name
from tests.flow.exchange.make import SYSTEM, Caller, caller, code

if TYPE_CHECKING:
    from pathlib import Path

    from tests.trust.access.make import House

pytestmark = pytest.mark.django_db(databases=["default", "reader"], transaction=True)
TEXT = "编号,旗县区,失主身份证号,民族,件数,被盗日期\n" + "".join(
    f"A{n},150103,11010519491231002X,汉族,{'一' if n == 7 else n},2026年3月{n % 28 + 1}日\n" for n in range(1, 121)
)


@pytest.fixture
def steward(region: House, lake_root: Path, door: Caller) -> Caller:  # noqa: F811
    """孙磊 brings files."""
    settings.ENV = replace(settings.ENV, lake_root=lake_root / "lake", lake_socket=lake_root / "s")
    with transaction.atomic(using="reader"):
        identity.import_people(SYSTEM, rows=[PersonRow("sun.lei", "孙磊", "150000", ("steward",))])
        return caller(people.actor_for(people.person_by_username("sun.lei").id), door.base)


def brought(steward: Caller, tmp_path: Path, text: str = TEXT, name: str = "被盗物品.csv") -> Any:
    """A draft that was profiled."""
    path = tmp_path / name
    path.write_text(text, "utf-8")
    draft = actions.send_draft(steward.actor, path=path)
    lake.profile_draft(SYSTEM, draft_id=draft.id)
    return queries.draft(steward.actor, draft_id=draft.id)


def spec_of(draft: Any, **changes: Any) -> DatasetSpec:
    """What a steward makes of a draft who agrees with all that was suggested."""
    columns = tuple(
        SpecColumn(c.header, None, drop=True)
        if c.refused
        else SpecColumn(
            c.header,
            ColumnSpec(
                c.name, c.title, c.type, c.element.code if c.element else "", c.subject, False, c.suggested_mask, c.length, c.digits
            ),
        )
        for c in draft.columns
    )
    area = next((c.name for c in draft.columns if c.element and c.element.code == "XZQH"), None)
    values: dict[str, Any] = {
        "name": fresh_name("bb"),
        "title": Words("被盗物品", "Stolen property"),
        "owner_unit": "150000XZ",
        "grade": "sensitive",
        "personal": True,
        "area_column": area,
        "retention_days": 3650,
        "columns": columns,
    }
    return DatasetSpec(**(values | changes))


def leaves(kind: str) -> list[dict[str, Any]]:
    return [json.loads(row.event)["event"] for row in Intake.objects.filter(type=kind).order_by("time")]


def test_from_a_file_to_a_dataset(steward: Caller, tmp_path: Path) -> None:
    draft = brought(steward, tmp_path)
    assert (draft.state, draft.kind, draft.encoding, draft.rows, draft.error) == ("ready", "csv", "UTF-8", 120, None)
    by_header = {c.header: c for c in draft.columns}
    assert by_header["失主身份证号"].element.code == "GMSFHM" and by_header["失主身份证号"].suggested_mask == "last4"
    assert by_header["旗县区"].type == "text" and by_header["被盗日期"].type == "date"
    assert by_header["件数"].type == "integer" and 0.99 <= by_header["件数"].share < 1 and "搁置" in by_header["件数"].reason.zh
    assert by_header["民族"].refused and by_header["民族"].examples == ()
    assert len(draft.sample) == 20 and "民族" not in draft.sample[0] and draft.sample[0]["编号"] == "A1"
    assert queries.drafts(steward.actor)[0].id == draft.id and queries.drafts(steward.actor)[0].sample == ()
    spec = spec_of(draft)
    run = actions.publish_draft(steward.actor, draft_id=draft.id, spec=spec)
    assert (run.dataset, run.state, run.draft) == (spec.name, "queued", draft.id)
    again = actions.publish_draft(steward.actor, draft_id=draft.id, spec=spec)
    assert (again.id, again.repeated) == (run.id, True), "the button pressed twice"
    lake.run_ingest(SYSTEM, run_id=run.id)
    done = queries.run(steward.actor, run_id=run.id)
    assert (done.state, done.rows_ok, done.rows_bad, done.kind) == ("done", 119, 1, "csv"), done.error
    assert done.reasons[0].column == "jian_shu" or done.reasons[0].column == "quantity"
    assert done.started_by == "孙磊" and done.created_at is not None
    with pytest.raises(NotFound):
        queries.draft(steward.actor, draft_id=run.id)
    assert queries.draft(steward.actor, draft_id=draft.id).state == "used" and not queries.drafts(steward.actor)
    assert (
        [r.id for r in queries.runs(steward.actor, dataset=spec.name)] == [run.id] == [r.id for r in queries.runs(steward.actor, mine=True)]
    )
    assert queries.runs(steward.actor, state="failed", dataset=spec.name) == ()
    out = io.BytesIO()
    export = actions.export_bad_rows(steward.actor, run_id=run.id, into=out)
    text = out.getvalue().decode("utf-8-sig")
    assert export.rows == 1 and "_reasons" in text.splitlines()[0] and "不是整数" in text and "A7" in text
    assert leaves("lake.run.exported.v1")[0]["rows"] == 1 and export.size == len(out.getvalue())
    lake.measure_quality(SYSTEM, dataset=spec.name, run=run.id)
    quality = queries.quality(steward.actor, dataset=spec.name)
    assert quality.overall is not None and 0.5 < quality.overall <= 1 and quality.run == run.id
    assert {c.name: c.validity for c in quality.columns}["id_number"] == 1.0
    assert leaves("lake.dataset.published.v1")[-1]["quality"] == round(quality.overall, 4)
    assert not list((settings.ENV.lake_root / "drafts").glob(f"{draft.id}*")) and not list((settings.ENV.lake_root / "exports").iterdir())


def test_nothing_is_taken_in_silence(steward: Caller, tmp_path: Path) -> None:
    draft = brought(steward, tmp_path)
    spec = spec_of(draft)
    taken = tuple(SpecColumn(c.header, ColumnSpec("minzu", Words("x", "y"))) if c.header == "民族" else c for c in spec.columns)
    with pytest.raises(Refused) as caught:
        actions.publish_draft(steward.actor, draft_id=draft.id, spec=replace(spec, columns=taken))
    assert caught.value.code == "lake.special_category"
    for columns in (spec.columns[1:], (*spec.columns, SpecColumn("没有的列", None, True)), (*spec.columns, spec.columns[0])):
        with pytest.raises(Invalid) as unnamed:
            actions.publish_draft(steward.actor, draft_id=draft.id, spec=replace(spec, columns=columns))
        assert unnamed.value.code == "lake.columns_unnamed"
    with pytest.raises(Invalid) as personal:
        actions.publish_draft(steward.actor, draft_id=draft.id, spec=replace(spec, personal=False))
    assert personal.value.code == "lake.personal"
    with pytest.raises(NotFound):
        actions.publish_draft(steward.actor, draft_id=draft.id, spec=replace(spec, owner_unit="999999"))
    assert queries.draft(steward.actor, draft_id=draft.id).state == "ready"
    assert spec.name not in {d.name for d in lake_queries.catalogue()}


def test_drafts_are_their_bringers(steward: Caller, region: House, tmp_path: Path) -> None:
    draft = brought(steward, tmp_path)
    with transaction.atomic(using="reader"):
        other = caller(region.zhao, steward.base)
        officer = caller(region.zhang, steward.base)
    assert (
        queries.draft(other.actor, draft_id=draft.id).sample == () and not queries.draft(other.actor, draft_id=draft.id).columns[0].examples
    )
    assert queries.drafts(other.actor) == ()
    for act in (
        lambda: actions.drop_draft(other.actor, draft_id=draft.id),
        lambda: actions.publish_draft(other.actor, draft_id=draft.id, spec=spec_of(draft)),
        lambda: queries.draft(officer.actor, draft_id=draft.id),
        lambda: actions.send_draft(officer.actor, path=tmp_path / "被盗物品.csv"),
    ):
        with pytest.raises(Refused):
            act()
    dropped = actions.drop_draft(steward.actor, draft_id=draft.id, reason="送错了")
    assert dropped.state == "dropped" and not (settings.ENV.lake_root / "drafts" / str(draft.id)).exists()
    with pytest.raises(Conflict):
        actions.drop_draft(steward.actor, draft_id=draft.id)
    assert leaves("lake.draft.dropped.v1")[0]["reason"] == "送错了"


def test_the_same_file_twice(steward: Caller, tmp_path: Path) -> None:
    draft = brought(steward, tmp_path)
    assert brought(steward, tmp_path).id == draft.id, "as long as it waits it is the same draft"
    spec = spec_of(draft)
    first = actions.publish_draft(steward.actor, draft_id=draft.id, spec=spec)
    lake.run_ingest(SYSTEM, run_id=first.id)
    second = brought(steward, tmp_path, name="改名.csv")
    assert second.id != draft.id
    with pytest.raises(Conflict) as taken:
        actions.publish_draft(steward.actor, draft_id=second.id, spec=spec)
    assert taken.value.code == "lake.name_taken"
    again = actions.publish_draft(steward.actor, draft_id=second.id, spec=replace(spec, append=True))
    assert (again.id, again.repeated, again.state) == (first.id, True, "done")
    assert lake_queries.dataset(spec.name).rows == 119


def test_elements_are_found_by_chinese_pinyin_and_english(steward: Caller) -> None:
    for q in ("身份证", "shenfenzheng", "sfzh", "identity", "GMSFHM"):
        assert queries.elements(steward.actor, q=q)[0].code == "GMSFHM", q
    assert len(queries.elements(steward.actor)) > 40


def test_requests_that_are_bent(steward: Caller) -> None:
    path = "/r1/BJ/POL/region/lake/datasets/nothing"
    for body in (b"{", b"[]", b'{"grade": 7}', b'{"columns": []}', b'{"title": {"zh": "x"}}'):
        answer = steward.post(steward.message(body, path=path), body)
        assert code(answer) == "exchange.bad_body" and answer.status_code == 422, body
    answer = steward.post(steward.message(b"", path=path, method="GET"), b"")
    assert answer.status_code == 404
    with pytest.raises(Problem):
        queries.quality(steward.actor, dataset="nothing")


def published(steward: Caller, tmp_path: Path, **changes: Any) -> str:
    """A dataset with rows, by name."""
    draft = brought(steward, tmp_path)
    run = actions.publish_draft(steward.actor, draft_id=draft.id, spec=spec_of(draft, **changes))
    lake.run_ingest(SYSTEM, run_id=run.id)
    return run.dataset


def test_stewards_tighten_and_owners_loosen(steward: Caller, region: House, tmp_path: Path) -> None:
    name = published(steward, tmp_path)
    with transaction.atomic(using="reader"):
        owner, other = caller(region.zhao, steward.base), caller(region.qian, steward.base)
    changed = actions.set_dataset(steward.actor, dataset=name, grade="core", title=Words("新标题", "New title"), retention_days=100)
    assert (changed.grade, changed.title.en, changed.retention_days) == ("core", "New title", 100)
    for who, change in (
        (steward, {"grade": "sensitive"}),
        (steward, {"retention_days": 5000}),
        (steward, {"owner_unit": "150000JJ"}),
        (other, {"grade": "sensitive"}),
        (other, {"owner_unit": "150000JJ"}),
        (other, {"title": Words("别人的", "Others'")}),
    ):
        with pytest.raises(Refused):
            actions.set_dataset(who.actor, dataset=name, **change)
        assert (queries.dataset(steward.actor, name=name).grade, queries.dataset(steward.actor, name=name).owner_unit) == (
            "core",
            "150000XZ",
        )
    assert actions.set_dataset(owner.actor, dataset=name, grade="internal").grade == "internal"
    assert leaves("lake.dataset.loosened.v1")[-1]["what"][0]["en"] == "lowering its grade"
    assert actions.set_dataset(owner.actor, dataset=name, owner_unit="150000JJ").owner_unit == "150000JJ"
    with pytest.raises(Refused):
        actions.set_dataset(owner.actor, dataset=name, grade="open")
    for change in ({"grade": "secret"}, {"owner_unit": "1"}, {"retention_days": -3}):
        with pytest.raises(Problem):
            actions.set_dataset(steward.actor, dataset=name, **change)


def test_failing_values_are_for_those_who_may_see_rows(steward: Caller, region: House, tmp_path: Path) -> None:
    text = TEXT.replace("11010519491231002X,汉族,5,", "110105194912310029,汉族,5,")
    draft = brought(steward, tmp_path, text)
    run = actions.publish_draft(steward.actor, draft_id=draft.id, spec=spec_of(draft))
    lake.run_ingest(SYSTEM, run_id=run.id)
    lake.measure_quality(SYSTEM, dataset=run.dataset)
    with transaction.atomic(using="reader"):
        auditor, officer = caller(region.chen, steward.base), caller(region.zhang, steward.base)

    def ids(who: Caller) -> Any:
        return next(c for c in queries.quality(who.actor, dataset=run.dataset).columns if c.name == "id_number")

    assert ids(steward).invalid == 1 and ids(steward).samples == ("****0029",), "under the column's mask"
    assert ids(auditor).invalid == 1 and ids(auditor).samples == ()
    assert len(leaves("lake.quality.opened.v1")) == 2
    with pytest.raises(Refused):
        ids(officer)
    with pytest.raises(Refused):
        actions.export_bad_rows(auditor.actor, run_id=run.id, into=io.BytesIO())
    with pytest.raises(NotFound):
        actions.export_bad_rows(steward.actor, run_id=draft.id, into=io.BytesIO())
    assert [r.id for r in queries.runs(auditor.actor)][:1] == [run.id]


def test_runs_are_cancelled_and_taken_up_at_the_door(steward: Caller, tmp_path: Path) -> None:
    draft = brought(steward, tmp_path)
    run = actions.publish_draft(steward.actor, draft_id=draft.id, spec=spec_of(draft))
    assert actions.cancel_run(steward.actor, run_id=run.id).state == "cancelled"
    with pytest.raises(Conflict):
        actions.cancel_run(steward.actor, run_id=run.id)
    assert queries.draft(steward.actor, draft_id=draft.id).state == "ready"
    assert queries.run(steward.actor, run_id=run.id).resumable
    assert actions.resume_run(steward.actor, run_id=run.id).state == "queued"
    assert lake.run_ingest(SYSTEM, run_id=run.id).state == "done"
    with pytest.raises(Conflict):
        actions.resume_run(steward.actor, run_id=run.id)
