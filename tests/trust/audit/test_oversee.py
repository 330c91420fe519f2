"""What auditors ask: filters, numbers, groups, their pages, lists taken away; tallies that stay true."""

from __future__ import annotations

import csv
import importlib
import io
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from beijiang.kernel import clock
from beijiang.kernel.clock import SHANGHAI
from beijiang.kernel.errors import Invalid, Refused
from beijiang.kernel.events import event
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions, queries
from beijiang.trust.audit.models import Checkpoint, Drained, Entry, Tally
from beijiang.trust.audit.types import Filters

from . import make

pytestmark = pytest.mark.django_db
names = importlib.import_module("beijiang.trust.audit.queries.names")  # its own name is that of a function, too
GRANT, GLASS = (str(uuid.UUID(int=n)) for n in (0x019A << 112 | 7, 0x019A << 112 | 8))


@event("audittest.data.used.v1", Words("已提供数据", "Question answered"))
@dataclass(frozen=True, slots=True)
class Used:
    """As the door's own fact."""

    dataset: str
    purpose: str
    request_id: str = "r"
    datasets: tuple[str, ...] = ()
    matter: str = ""
    basis: str = "grant"
    grant_ids: tuple[str, ...] = (GRANT,)
    columns: tuple[str, ...] = ("brand", "status")
    masked: tuple[str, ...] = ()
    row_count: int = 3


@event("audittest.data.refused.v1", Words("提问未获准许", "Question refused"))
@dataclass(frozen=True, slots=True)
class NotUsed:
    """As the door's own fact."""

    dataset: str
    purpose: str
    codes: tuple[str, ...]
    reasons: tuple[Words, ...]
    matter: str = ""
    request_id: str = "r"


STATION = Actor(
    user_id=uuid.UUID("019a0000-0000-7000-8000-000000000009"),
    username="a.la",
    name="阿拉",
    unit_code="150103510001",
    unit_name_zh="某派出所",
    unit_name_en="A station",
    unit_path=("15", "1501", "150103", "150103510001"),
    duties=frozenset({"officer"}),
)
OF_15 = Actor(**{**{s: getattr(make.OTHER, s) for s in make.OTHER.__slots__}, "unit_path": ("15", "1507", "150702")})


def did(actor, fact, outcome="done"):
    with transaction.atomic():
        return actions.record(actor, fact, outcome=outcome)


def seal():
    while actions.sequence():
        pass


@pytest.fixture(autouse=True)
def named():
    """What the other rooms call things."""
    before = dict(names._sources)
    queries.install_names(
        datasets=lambda: {"stolen_property": Words("被盗物品", "Stolen property"), "licences": Words("许可证", "Licences")},
        purposes=lambda: {"case": Words("办理案件", "Case investigation")},
        units=lambda: {"150103": Words("回民区分局", "Huimin bureau"), "1501": Words("呼和浩特市局", "Hohhot bureau")},
    )
    yield
    names._sources.clear()
    names._sources.update(before)
    names._seen.clear()


@pytest.fixture
def log():
    """Uses by three people of two leagues, refusals, an emergency, and what is no use at all."""
    no_grant = Words("没有授权。", "There is no grant.")
    for matter in ("A1", "A1", "A2"):
        did(make.OFFICER, Used("stolen_property", "case", matter=matter))
    did(make.OFFICER, Used("stolen_property, licences", "case", datasets=("stolen_property", "licences"), row_count=10))
    did(STATION, Used("licences", "case", basis="open_share", grant_ids=(), columns=("brand", "owner_name")))
    did(STATION, Used("licences", "services", grant_ids=(GLASS,)))
    did(OF_15, NotUsed("stolen_property", "case", ("access.no_grant",), (no_grant,), matter="A1"), "refused")
    did(OF_15, NotUsed("stolen_property", "case", ("access.no_grant", "access.no_matter"), (no_grant,) * 2), "refused")
    with transaction.atomic():
        actions.record_refusal(make.OFFICER, Refused("test.no_duty", dataset="licences"))
    make.did("no use", dataset="stolen_property")
    seal()
    Entry.objects.filter(type="audittest.thing.done.v1").update()
    return


def found(**said):
    return [e.index for e in queries.find(make.AUDITOR, filters=Filters(**said)).items][::-1]


def test_uses_are_told_from_the_rest(log):
    assert found(uses=True) == [0, 1, 2, 3, 4, 5, 6, 7, 8] and found() == list(range(10))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"dataset": "licences"}, [3, 4, 5, 8]),
        ({"dataset": "许可证"}, [3, 4, 5, 8]),
        ({"dataset": "Stolen property", "uses": True}, [0, 1, 2, 3, 6, 7]),
        ({"purpose": "办理案件"}, [0, 1, 2, 3, 4, 6, 7]),
        ({"unit": "150103"}, [0, 1, 2, 3, 8, 9]),
        ({"unit": "150103", "below": True}, [0, 1, 2, 3, 4, 5, 8, 9]),
        ({"unit": "呼和浩特市局", "below": True}, [0, 1, 2, 3, 4, 5, 8, 9]),
        ({"unit": "Huimin bureau", "below": True, "dataset": "licences"}, [3, 4, 5, 8]),
        ({"unit": "15", "below": True}, list(range(10))),
        ({"unit": "某派出所"}, [4, 5]),
        ({"basis": "grant"}, [0, 1, 2, 3, 5]),
        ({"basis": "open_share"}, [4]),
        ({"grant": GRANT}, [0, 1, 2, 3]),
        ({"grant": GRANT.upper().replace("-", "")}, [0, 1, 2, 3]),
        ({"matter": "A1", "person": "zhang.wei"}, [0, 1]),
        ({"matter": "A1"}, [0, 1, 6]),
        ({"column": "owner_name"}, [4]),
        ({"code": "access.no_matter"}, [7]),
        ({"outcome": "refused", "dataset": "stolen_property"}, [6, 7]),
        ({"dataset": "nothing"}, []),
        ({"unit": "nowhere", "below": True}, []),
    ],
)
def test_filters(log, said, expected):
    assert found(**said) == expected
    # The numbers are of the same entries.
    counted = queries.overview(make.AUDITOR, filters=Filters(**said))
    assert (counted.total, counted.partial) == (len(expected), False)
    by_hand = Entry.objects.filter(index__in=expected)
    assert counted.refused == by_hand.filter(outcome="refused").count()
    assert counted.rows == sum(e.row_count or 0 for e in by_hand)
    groups = queries.groups(make.AUDITOR, filters=Filters(**said), by="person")
    assert sum(g.done + g.refused for g in groups.items) == len(expected)


def test_an_emergency_is_told_by_its_grants(log):
    from beijiang.trust.access.events import GlassBroken

    assert found(basis="emergency") == []
    said = dict.fromkeys(("dataset", "purpose", "matter", "reason", "holder_name", "holder_unit_code"), "x")
    words = dict.fromkeys(("dataset_title", "purpose_title"), Words("某", "x"))
    did(STATION, GlassBroken(grant_id=uuid.UUID(GLASS), holder_user=STATION.user_id, end=clock.now(), **said, **words))
    seal()
    assert found(basis="emergency", uses=True) == [5]
    basis = {
        i.value: i.count for f in queries.overview(make.AUDITOR, filters=Filters(uses=True)).facets if f.name == "basis" for i in f.items
    }
    assert basis == {"grant": 5, "open_share": 1, "emergency": 1}


def facets(**said):
    return {f.name: {i.value: i.count for i in f.items} for f in queries.overview(make.AUDITOR, filters=Filters(uses=True, **said)).facets}


def test_each_facet_counts_as_if_its_own_filter_were_not_set(log):
    assert facets() == {
        "outcome": {"done": 6, "refused": 3},
        "basis": {"grant": 5, "open_share": 1},
        "purpose": {"case": 7, "services": 1},
        "dataset": {"stolen_property": 6, "licences": 4},
        "code": {"access.no_grant": 2, "access.no_matter": 1, "test.no_duty": 1},
    }
    one = facets(dataset="licences", outcome="done")
    assert one["dataset"] == {"stolen_property": 4, "licences": 3}, "others can be chosen instead"
    assert one["outcome"] == {"done": 3, "refused": 1}
    assert one["purpose"] == {"case": 2, "services": 1}
    # Where the tallies know too little, the entries are counted: the same.
    assert facets(matter="A1") == {
        "outcome": {"done": 2, "refused": 1},
        "basis": {"grant": 2},
        "purpose": {"case": 3},
        "dataset": {"stolen_property": 3},
        "code": {"access.no_grant": 1},
    }


def test_facets_stand_in_words(log):
    items = {i.value: i.words for f in queries.overview(make.AUDITOR, filters=Filters(uses=True)).facets for i in f.items}
    assert items["stolen_property"] == Words("被盗物品", "Stolen property")
    assert items["open_share"].zh == "信息共享开放" and items["refused"].zh == "已拒绝"
    assert items["access.no_grant"] == Words("没有授权", "There is no grant")
    everything = {f.name: {i.words.zh for i in f.items} for f in queries.overview(make.AUDITOR, filters=Filters()).facets}
    assert "审计" in everything["room"]


def test_days_are_those_of_shanghai(log):
    make.sealed(1)
    with clock.frozen(datetime(2026, 3, 1, 23, 30, tzinfo=SHANGHAI)):
        did(make.OFFICER, Used("licences", "case"))
    with clock.frozen(datetime(2026, 3, 2, 0, 30, tzinfo=SHANGHAI)):
        did(make.OFFICER, Used("licences", "case"))
    seal()
    days = queries.overview(make.AUDITOR, filters=Filters(uses=True, dataset="licences")).days
    assert [(d.day.isoformat(), d.done) for d in days][:2] == [("2026-03-01", 1), ("2026-03-02", 1)]
    span = {"since": datetime(2026, 3, 2, tzinfo=SHANGHAI), "until": datetime(2026, 3, 3, tzinfo=SHANGHAI)}
    assert queries.overview(make.AUDITOR, filters=Filters(**span)).total == 1
    within = {"since": datetime(2026, 3, 1, 23, tzinfo=SHANGHAI), "until": datetime(2026, 3, 2, 0, 15, tzinfo=SHANGHAI)}
    assert queries.overview(make.AUDITOR, filters=Filters(**within)).total == 1, "a part of a day is counted by the entries"


def test_people_go_by_name_never_by_number(log):
    for _ in range(5):
        did(make.OTHER, Used("licences", "case"))
    seal()
    groups = queries.groups(make.AUDITOR, filters=Filters(uses=True), by="person")
    assert [g.words.zh for g in groups.items] == ["阿拉", "李娜", "张伟"], "pinyin: a, li, zhang"
    assert [(g.done, g.refused) for g in groups.items] == [(2, 0), (5, 2), (4, 1)]
    units = queries.groups(make.AUDITOR, filters=Filters(uses=True), by="unit")
    assert {g.key: g.done for g in units.items} == {"150103": 4, "150103510001": 2, "150702": 5}
    datasets = queries.groups(make.AUDITOR, filters=Filters(uses=True), by="dataset")
    assert {g.words.zh: g.done + g.refused for g in datasets.items} == {"被盗物品": 6, "许可证": 9}


@pytest.mark.parametrize("said", [{"grant": "x"}, {"outcome": "maybe"}, {"since": clock.now(), "until": clock.now() - timedelta(days=1)}])
def test_what_cannot_be(said):
    for ask in (queries.find, queries.overview, queries.listed):
        more = {"limit": 5} if ask is queries.listed else {}
        with pytest.raises(Invalid):
            ask(make.AUDITOR, filters=Filters(**said), **more)


def test_only_auditors_count():
    for ask in (queries.overview, queries.groups, queries.listed, queries.chosen):
        more = {queries.groups: {"by": "person"}, queries.listed: {"limit": 1}, queries.chosen: {"limit": 1}}.get(ask, {})
        with pytest.raises(Refused):
            ask(make.OFFICER, filters=Filters(mine=True), **more)


def test_very_many_entries_are_counted_in_part(log, monkeypatch):
    overview = importlib.import_module("beijiang.trust.audit.queries.overview")
    monkeypatch.setattr(overview, "MOST_COUNTED", 3)
    counted = queries.overview(make.AUDITOR, filters=Filters(column="brand"))
    assert (counted.total, counted.partial) == (3, True)
    assert not queries.overview(make.AUDITOR, filters=Filters(uses=True)).partial


# -- tallies


def test_forgetting_takes_out_of_the_tallies(log):
    entry = Entry.objects.get(index=0)
    actions.forget(Actor.system("retention"), entry_ids=[entry.id], reason="期满")
    seal()
    assert facets()["outcome"]["done"] == 5 and found(grant=GRANT) == [1, 2, 3]
    assert queries.verify_log().ok
    actions.forget(Actor.system("retention"), entry_ids=[entry.id], reason="再次")
    seal()
    assert facets()["outcome"]["done"] == 5, "twice is once"
    every = Entry.objects.exclude(event=None).filter(actor_username="a.la")
    actions.forget(Actor.system("retention"), entry_ids=[e.id for e in every], reason="期满")
    seal()
    Drained.objects.all().delete()
    actions.sequence()
    assert not Tally.objects.filter(actor_name="阿拉").exists(), "nothing of a person stays in a tally of nothing"


@pytest.mark.parametrize("change", [{"many": 9}, {"rows": 1}, {"actor_name": "王五"}])
def test_a_changed_tally_is_found(log, change):
    assert queries.verify_log().ok
    Tally.objects.filter(id=Tally.objects.filter(actor_name="张伟").first().id).update(**change)
    report = queries.verify_log()
    assert [f.what for f in report.findings] == ["tally"] and "统计数" in str(report.findings[0])


def test_a_tally_removed_is_found(log):
    Tally.objects.filter(actor_name="阿拉").delete()
    assert [f.what for f in queries.verify_log().findings] == ["tally"]


def test_what_was_sealed_before_is_counted_by_the_migration(log):
    from django.apps import apps

    before = list(Entry.objects.order_by("index").values("use", "unit_path", "datasets", "grants", "columns", "codes", "row_count"))
    tallies = set(Tally.objects.values_list("id", "many", "rows"))
    Tally.objects.all().delete()
    Entry.objects.update(use=False, unit_path=[], datasets=[], grants=[], columns=[], codes=[], row_count=None)
    fill = importlib.import_module("beijiang.trust.audit.migrations.0003_count_what_is_sealed").fill
    with connection.schema_editor() as editor:
        fill(apps, editor)
    assert list(Entry.objects.order_by("index").values(*before[0])) == before
    assert set(Tally.objects.values_list("id", "many", "rows")) == tallies
    assert queries.verify_log().ok


# -- checkpoints, receipts


def test_old_checkpoints_are_thinned_and_proofs_stay(log):
    start = datetime(2026, 1, 1, 10, tzinfo=SHANGHAI)
    for hours in (0, 1, 2, 30, 31, 24 * 40, 24 * 40 + 1):
        with clock.frozen(start + timedelta(hours=hours)):
            make.did(f"{hours}")
            actions.sequence()
    sizes = list(Checkpoint.objects.order_by("size").values_list("size", flat=True))
    with clock.frozen(start + timedelta(days=41)):
        # Of the first two days the last each; those of the last month all.
        assert actions.thin("default") == 3
    left = list(Checkpoint.objects.order_by("size").values_list("size", flat=True))
    assert len(left) == len(sizes) - 3 and set(left) < set(sizes) and sizes[-1] in left and sizes[-2] in left
    assert queries.verify_log().ok
    receipt = queries.receipt(Entry.objects.get(index=sizes[1]).id)
    assert receipt.state == "sealed" and receipt.grown is not None and receipt.grown.size in left


def test_a_receipt_that_cannot_be_waiting_is_unknown():
    from beijiang.kernel.errors import NotFound

    with clock.shifted(timedelta(hours=-1)):
        invented = uuid.UUID(int=(int(clock.now().timestamp() * 1000) << 80) | (7 << 76) | (2 << 62) | 5)
    assert queries.receipt(invented).state == "pending", "nobody has looked into the other domain yet"
    Drained.objects.create(id=1, at=clock.now() - timedelta(minutes=30))
    with pytest.raises(NotFound):
        queries.receipt(invented)
    Drained.objects.update(at=clock.now() - timedelta(minutes=55))
    assert queries.receipt(invented).state == "pending", "its action may have committed since"
    id_ = make.did("x")
    Drained.objects.update(at=clock.now() + timedelta(minutes=30))
    assert queries.receipt(id_).state == "pending", "what waits here is seen"


def test_the_sequencer_says_when_nothing_waits(transactional_db):
    other = make.second_database()
    try:
        make.did("x")
        actions.sequence(data=other)
        assert not Drained.objects.exists(), "something waited"
        actions.sequence(data=other)
        first = Drained.objects.get().at
        actions.sequence(data=other)
        assert Drained.objects.get().at == first, "not written twice a second"
        with clock.shifted(timedelta(minutes=2)):
            actions.sequence(data=other)
        assert Drained.objects.get().at > first
        actions.sequence()
    finally:
        make.drop_second(other)


# -- pages


def page(web, path="/audit/", **query):
    answer = web(make.AUDITOR, path, **query)
    return answer.status_code, answer.content.decode()


def test_the_page_of_uses(log, web):
    code, text = page(web)
    assert code == 200
    for word in ("使用与拒绝", "张伟", "被盗物品", "没有授权。", "核验", "制作证据包", "含下级单位", 'hx-get="/audit/numbers?'):
        assert word in text
    assert "做了一件事" not in text, "only uses and refusals"
    assert "做了一件事" in page(web, "/audit/log/")[1]
    _, text = page(web, outcome="refused", dataset="stolen_property")
    assert "李娜" in text and "access.no_grant" not in text.split("<tbody>")[1]


def test_set_conditions_show_and_can_be_taken_away(log, web):
    _, text = page(web, dataset="licences", outcome="done", cursor="99")
    assert "许可证" in text
    assert 'href="/audit/?outcome=done"' in text and 'href="/audit/?dataset=licences"' in text


def test_numbers_as_a_part_and_without_scripts(log, web):
    code, part = page(web, "/audit/numbers", outcome="done")
    assert code == 200 and "<html" not in part and 'id="numbers"' in part
    for word in ("被盗物品", "信息共享开放", "办理案件", "?outcome=done&amp;dataset=licences"):
        assert word in part
    assert 'id="numbers"' in page(web, numbers="1")[1]
    assert page(web, "/audit/numbers", outcome="x")[0] == 422
    assert web(make.OFFICER, "/audit/numbers").status_code == 403
    with clock.shifted(timedelta(days=-3)):
        did(make.OFFICER, Used("licences", "case"))
    seal()
    assert 'data-chart="trend-data"' in page(web, "/audit/numbers")[1]
    assert "style=" not in part


def test_groups_on_the_page(log, web):
    code, text = page(web, by="person", dataset="licences")
    assert code == 200 and "不按次数排列" in text
    assert text.index("阿拉") < text.index("张伟")
    assert f"/audit/?dataset=licences&amp;person={STATION.user_id}" in text
    heads = text.split("<thead>")[1].split("</thead>")[0]
    assert heads.count('data-sort="no"') == 4, "no column of numbers sorts people"
    _, units = page(web, by="unit")
    assert "scope=own" in units and 'data-sort="no"' not in units.split("<thead>")[1].split("</thead>")[0]
    assert "没有符合条件的记录" in page(web, by="dataset", person="nobody")[1]
    seal()
    last = Entry.objects.order_by("-index").first()
    assert last.type == "audit.log.read.v1"


def test_the_list_as_csv(log, web):
    did(Actor(user_id=uuid.uuid4(), username="=cmd", name="=HYPERLINK(1)", duties=frozenset({"officer"})), Used("licences", "case"))
    seal()
    answer = web(make.AUDITOR, "/audit/uses.csv", dataset="licences")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 5 and answer["Cache-Control"] == "no-store" and "attachment" in answer["Content-Disposition"]
    assert rows[0]["姓名"] == "'=HYPERLINK(1)" and rows[0]["用户名"] == "'=cmd"
    assert {r["数据集"] for r in rows} >= {"许可证", "被盗物品、许可证"}
    assert [r["拒绝理由"] for r in rows if r["结果"] == "已拒绝"] != [""]
    seal()
    last = Entry.objects.order_by("-index").first()
    assert (last.type, last.actor_username) == ("audit.list.exported.v1", "chen.jing")
    assert web(make.OFFICER, "/audit/uses.csv").status_code == 403
    assert web(make.AUDITOR, "/audit/uses.csv", since="x").status_code == 422
    assert len(b"".join(web(make.AUDITOR, "/audit/log.csv").streaming_content).decode().strip().splitlines()) > 10


def test_an_entry_leads_on(log, web):
    entry = Entry.objects.get(index=0)
    text = web(make.AUDITOR, f"/audit/entries/{entry.id}/").content.decode()
    assert f"/audit/?person={entry.actor_id}&amp;matter=A1" in text and f"/audit/?grant={GRANT}" in text
    assert "只增不改" in text and "没有见证人共同签名" in text
    assert "此人" not in web(make.OFFICER, f"/audit/entries/{entry.id}/").content.decode()


def post(client, actor, path, **data):
    return client.post(path, data, headers={"X-Act-As": actor.username, "Accept": "text/html"})


def test_a_bundle_by_the_pages(log, web, client):
    answer = post(client, make.AUDITOR, "/audit/export", query="dataset=licences&outcome=done", reason="专项核查")
    assert (answer.status_code, answer["Location"]) == (302, "/audit/exports/")
    text = web(make.AUDITOR, "/audit/exports/").content.decode()
    assert "等待入日志" in text and "hx-get" in text
    seal()
    info = queries.exports(make.AUDITOR)[0]
    assert info.entries == 3
    actions.make_bundle(Actor.system("audit"), export_id=info.id)
    text = web(make.AUDITOR, "/audit/exports/").content.decode()
    assert f"/audit/exports/{info.id}.zip" in text and "every 2s" not in text
    answer = web(make.AUDITOR, f"/audit/exports/{info.id}.zip")
    data = b"".join(answer.streaming_content)
    assert data[:2] == b"PK" and answer["Content-Length"] == str(len(data)) and answer["Content-Type"] == "application/zip"
    assert web(make.OFFICER, "/audit/exports/").status_code == 403
    assert web(make.OFFICER, f"/audit/exports/{info.id}.zip").status_code == 403
    assert web(make.AUDITOR, f"/audit/exports/{uuid.uuid4()}.zip").status_code == 404


@pytest.mark.parametrize(("query", "reason"), [("", "x"), ("since=x", "专项核查"), ("person=nobody", "专项核查"), ("grant=zz", "专项核查")])
def test_a_bundle_that_cannot_be(log, acting, client, query, reason):
    answer = post(client, make.AUDITOR, "/audit/export", query=query, reason=reason)
    assert answer.status_code == 302 and answer["Location"].startswith("/audit/?")
    assert not queries.exports(make.AUDITOR)
    assert post(client, make.OFFICER, "/audit/export", query="", reason="专项核查").status_code == 403
