"""Finding a dataset, what one would see of it, and what SQL may name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from beijiang.flow.exchange import actions as exchange
from beijiang.flow.exchange.types import ColumnFacts
from beijiang.kernel import clock
from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words
from beijiang.trust.access import actions as access
from beijiang.work.inquiry import queries
from tests.flow.exchange.make import SYSTEM
from tests.trust.access.make import CASE, STOLEN, grant, resource

from .make import NOW

if TYPE_CHECKING:
    from tests.trust.access.make import House

pytestmark = pytest.mark.django_db
FACTS = {
    "owner_id": ColumnFacts(("身份证号", "IDNO"), Words("公民身份号码", "Citizen's identity number"), 0.987, 0.9994),
    "item": ColumnFacts(completeness=1.0),
}


@pytest.fixture
def told(house: House) -> House:
    """The directory knows more of the columns of stolen property."""
    described = resource(columns=tuple(replace(c, element="GA/T 2000.156") if c.name == "owner_id" else c for c in STOLEN.columns))
    exchange.list_dataset(
        SYSTEM, resource=described, rows=200_000, freshness=NOW, quality=0.97, published_at=NOW + timedelta(seconds=1), facts=FACTS
    )
    return house


@pytest.mark.parametrize(
    ("q", "kind", "text"),
    [
        ("被盗", "名称", "被盗物品"),
        ("beidaowupin", "名称", "被盗物品"),
        ("bdwp", "名称", "被盗物品"),
        ("stolen", "名称", "被盗物品"),
        ("失主", "列", "失主证件号"),
        ("shizhu", "列", "失主证件号"),
        ("szzjh", "列", "失主证件号"),
        ("owner's id", "列", "失主证件号"),
        ("owner_id", "列", "失主证件号"),
        ("身份证号", "列的别名", "失主证件号（身份证号）"),
        ("idno", "列的别名", "失主证件号（IDNO）"),
        ("公民身份", "数据元", "公民身份号码（GA/T 2000.156）"),
        ("2000.156", "数据元", "公民身份号码（GA/T 2000.156）"),
        ("identity number", "数据元", "公民身份号码（GA/T 2000.156）"),
        ("xingzhen", "数据所有单位", "刑侦总队"),
        # Mistyped, one letter off.
        ("beidaowupim", "名称", "被盗物品"),
        ("stolne", "名称", "被盗物品"),
    ],
)
def test_found_by_words_and_told_by_which(told: House, q: str, kind: str, text: str) -> None:
    found = queries.find(told.zhang, q=q)
    names = [item.entry.name for item in found.items]
    assert "stolen_property" in names, names
    matched = next(item.matched for item in found.items if item.entry.name == "stolen_property")
    assert (kind, text) in {(m.kind.zh, m.text.zh) for m in matched}, matched


@pytest.mark.parametrize("q", ["没有这样的东西", "zzzzqqq", "!!!", "'; DROP TABLE x; --", "\x00", "a" * 300, "%%__", "<script>"])
def test_words_that_find_nothing_are_harmless(told: House, q: str) -> None:
    found = queries.find(told.zhang, q=q.replace("\x00", ""))
    assert found.total == len(found.items)


def test_narrowed_and_counted(told: House) -> None:
    everything = queries.find(told.zhang)
    assert everything.total == 2 and all(item.matched == () for item in everything.items)
    facets = everything.facets
    assert [(code, n) for code, _, n in facets.grades] == [("internal", 1), ("sensitive", 1)]
    assert [(code, n) for code, _, n in facets.owners] == [("150000XZ", 2)]
    assert (facets.personal, facets.impersonal, facets.may) == (1, 1, 1)
    assert [i.entry.name for i in queries.find(told.zhang, grade="internal").items] == ["lost_property"]
    assert [i.entry.name for i in queries.find(told.zhang, personal=True).items] == ["stolen_property"]
    assert [i.entry.name for i in queries.find(told.zhang, mine=True).items] == ["stolen_property"]
    assert queries.find(told.zhang, owner_unit="150000JJ").items == ()
    assert queries.find(told.zhang, grade="internal").facets == facets, "a choice does not hide the others"


@pytest.mark.parametrize(("days", "fitting"), [(0.5, {"day", "week", "month"}), (3, {"week", "month"}), (20, {"month"}), (40, {"older"})])
def test_freshness(told: House, days: float, fitting: set[str]) -> None:
    with clock.frozen(NOW + timedelta(days=days)):
        assert {code for code in ("day", "week", "month", "older") if queries.find(told.zhang, fresh=code).items} == fitting


# --- one dataset -------------------------------------------------------------------------------------------------


def test_what_one_would_see_and_why_not(told: House) -> None:
    found = queries.about(told.zhang, name="stolen_property")
    views = {v.column.name: v for v in found.columns}
    assert (views["item"].shown, views["item"].mask) == (True, "none")
    assert (views["owner_id"].mask, "依据" in views["owner_id"].why.zh) == ("last4", True)
    assert not views["nation"].shown and "第 2 条" in views["nation"].why.zh and "RIGHTS 2" in views["nation"].why.en
    assert found.matter == CASE and found.preview and found.preview.permit
    assert views["owner_id"].column.facts.validity == 0.9994


def test_columns_outside_ones_grant_say_so(told: House) -> None:
    access.register_matter(SYSTEM, ref="A2", kind="case", title=Words("二", "Two"), unit_code="150702001")
    grant(told, holder_user=told.li.user_id, columns=("item", "county"), matter="A2", areas=("150702",))
    views = {v.column.name: v for v in queries.about(told.li, name="stolen_property").columns}
    assert views["item"].shown and not views["owner_id"].shown and "不在您的依据内" in views["owner_id"].why.zh
    assert "特殊类别" in views["nation"].why.zh


def test_without_a_basis_it_is_told_as_a_rule(told: House) -> None:
    found = queries.about(told.li, name="stolen_property")
    views = {v.column.name: v for v in found.columns}
    assert found.preview is None and views["owner_id"].mask == "last4" and "默认遮盖" in views["owner_id"].why.zh
    assert not views["nation"].shown
    named = queries.about(told.li, name="stolen_property", purpose="case_investigation", matter=CASE)
    assert named.preview is not None and not named.preview.permit
    with pytest.raises(NotFound):
        queries.about(told.li, name="stolen_property", purpose="curiosity")
    with pytest.raises(NotFound):
        queries.about(told.li, name="nothing")


def test_purposes_are_those_of_grade_and_owner(told: House) -> None:
    assert {p.code for p in queries.about(told.li, name="stolen_property").purposes} == {"case_investigation", "property_return"}
    every = {p.code for p in queries.about(told.li, name="lost_property").purposes}
    assert "case_investigation" in every and len(every) > 3


def test_whom_to_ask_names_holder_and_substitute(told: House) -> None:
    owners = queries.about(told.li, name="stolen_property").owners
    assert [d.name for d in owners.people] == ["赵敏"] and not owners.climbed
    assert queries.owners_of("nowhere").people == ()


def test_an_open_share_shows_its_columns(told: House) -> None:
    access.set_open_share(told.zhao, dataset="lost_property", columns=("item", "found_on"), reason="方便群众认领遗失物品")
    found = queries.about(told.li, name="lost_property")
    views = {v.column.name: v for v in found.columns}
    assert found.preview is not None and found.preview.permit
    assert views["item"].shown and not views["finder"].shown


# --- what SQL may name -------------------------------------------------------------------------------------------


def test_only_what_is_permitted_is_offered(told: House) -> None:
    nothing = queries.vocabulary(told.zhang)
    assert nothing.tables == () and len(nothing.others) == 2 and "SELECT" in nothing.keywords
    found = queries.vocabulary(told.zhang, purpose="case_investigation", matter=CASE)
    (table,) = found.tables
    assert table.name == "stolen_property" and table.row_cap == 2000
    masks = {c.name: c.mask for c in table.columns}
    assert masks["owner_id"] == "last4" and "nation" not in masks
    assert [item.entry.name for item in found.others] == ["lost_property"]
    assert {name for name, _ in found.functions} >= {"count", "date_trunc", "row_number", "coalesce"}


@pytest.mark.parametrize(
    ("purpose", "matter"), [("case_investigation", ""), ("case_investigation", "A9"), ("curiosity", CASE), ("missing_person", CASE)]
)
def test_a_purpose_that_does_not_fit_offers_nothing(told: House, purpose: str, matter: str) -> None:
    assert queries.vocabulary(told.zhang, purpose=purpose, matter=matter).tables == ()
    assert queries.vocabulary(told.li, purpose="case_investigation", matter=CASE).tables == ()
