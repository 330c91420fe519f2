"""代理: who may decide in the place of a post, today, and who may not."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from beijiang.kernel import clock
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Refused
from beijiang.trust.audit.models import Intake
from beijiang.trust.identity import actions, queries, rules
from beijiang.trust.identity.models import Post, Substitution, Unit, User
from beijiang.trust.identity.types import Duty, PersonRow, UnitRow

from .make import PASSWORD, SYSTEM

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor

    from .make import Region

pytestmark = pytest.mark.django_db
STATION, COUNTY, CITY, ROOT = "150103001", "150103", "150100", "150000"
MORE = (
    UnitRow("150000XZ", "刑侦总队", "Criminal investigation branch", "branch", "150000", "150000", "刑侦"),
    UnitRow("150103002", "海西路派出所", "Haixi Road station", "station", "150103", "150103"),
)
PEOPLE = (
    PersonRow("li.min", "李敏", STATION, ("chief", "officer")),
    PersonRow("he.gang", "何刚", STATION, ("officer",)),
    PersonRow("zhou.yu", "周宇", CITY, ("chief",)),
    PersonRow("zhao.min", "赵敏", "150000XZ", ("owner",)),
    PersonRow("qian.jun", "钱军", "150000XZ", ("officer",)),
    PersonRow("sun.bo", "孙波", "150702", ("officer",)),
)


@pytest.fixture
def ids(house: Region) -> dict[str, UUID]:
    """The region's people and a few more, by username."""
    actions.import_units(SYSTEM, rows=MORE)
    actions.import_people(SYSTEM, rows=PEOPLE, password=PASSWORD)
    return house.ids | {p.username: queries.person_by_username(p.username).id for p in PEOPLE}


@pytest.fixture
def who(ids: dict[str, UUID]) -> Any:
    """An actor by username, as they are now."""
    return lambda name: queries.actor_for(ids[name])


def post_of(user_id: UUID) -> UUID:
    return queries.posts_of(user_id)[0].id


def appoint(by: Actor, holder: UUID, substitute: UUID, *, after: int = 0, days: int = 7, reason: str = "休假") -> Any:
    start = clock.now() + timedelta(days=after)
    return actions.appoint_substitute(
        by, post_id=post_of(holder), substitute=substitute, starts_at=start, ends_at=start + timedelta(days=days), reason=reason
    )


def names(unit: str, duty: Duty = Duty.CHIEF, *without: UUID) -> tuple[str, list[str]]:
    place = queries.deciders(unit_code=unit, duty=duty, without=without)
    return (place.found.code if place.found else "", [d.said for d in place.people])


def test_the_chief_of_the_unit_decides_and_nobody_of_another(ids: dict[str, UUID]) -> None:
    assert names(STATION) == (STATION, ["李敏"])
    assert names(COUNTY) == (COUNTY, ["王强"])


def test_a_vacant_place_goes_one_unit_up_until_somebody_is_there(ids: dict[str, UUID]) -> None:
    assert names("150103002") == (COUNTY, ["王强"])
    actions.deactivate(SYSTEM, user_id=ids["wang.qiang"])
    assert names("150103002") == (CITY, ["周宇"])
    actions.end_post(SYSTEM, post_id=post_of(ids["zhou.yu"]))
    place = queries.deciders(unit_code="150103002", duty=Duty.CHIEF)
    assert place.found is None and place.people == () and not place.climbed
    assert "海西路派出所" in queries.nobody_words(place).zh and "chief" in queries.nobody_words(place).en
    assert queries.deciders(unit_code="nowhere", duty=Duty.CHIEF).asked is None


def test_the_chief_who_applies_is_passed_over(ids: dict[str, UUID]) -> None:
    assert names(STATION, Duty.CHIEF, ids["li.min"]) == (COUNTY, ["王强"])


def test_an_abolished_unit_has_no_deciders(ids: dict[str, UUID]) -> None:
    Unit.objects.filter(code=STATION).update(valid_until=date(2020, 1, 1))
    assert names(STATION) == (COUNTY, ["王强"])


def test_a_substitute_decides_beside_the_holder_with_both_names(ids: dict[str, UUID], who: Any) -> None:
    appoint(who("li.min"), ids["li.min"], ids["wang.qiang"])
    place = queries.deciders(unit_code=STATION, duty=Duty.CHIEF)
    assert [d.said for d in place.people] == ["李敏", "王强（代 李敏）"]
    assert place.people[1].words.en == "王强 (for 李敏)"
    acting = queries.acting(who("wang.qiang"), place=place)
    assert acting is not None
    assert (acting.name, acting.unit_code, acting.user_id) == ("王强（代 李敏）", STATION, ids["wang.qiang"])
    assert queries.acting(who("he.gang"), place=place) is None


def test_a_substitute_gains_the_one_duty_of_the_place_and_no_other(ids: dict[str, UUID], who: Any) -> None:
    appoint(who("zhao.min"), ids["zhao.min"], ids["qian.jun"])
    place = queries.deciders(unit_code="150000XZ", duty=Duty.OWNER)
    acting = queries.acting(who("qian.jun"), place=place)
    assert acting is not None and acting.duties == {"owner"} and acting.unit_code == "150000XZ"
    assert who("qian.jun").duties == {"officer"}, "outside the place nothing was gained"
    assert ("150000XZ", "owner") in queries.places_of(ids["qian.jun"])
    assert names("150000XZ", Duty.CHIEF) == ("", []), "an owner's substitute is no chief"


def test_who_acts_from_above_is_named_with_the_unit_above(ids: dict[str, UUID], who: Any) -> None:
    place = queries.deciders(unit_code="150103002", duty=Duty.CHIEF)
    acting = queries.acting(who("wang.qiang"), place=place)
    assert acting is not None and acting.name == "王强（回民区分局代行）" and acting.unit_code == "150103002"


def test_nobody_acts_for_somebody_who_is_barred(ids: dict[str, UUID], who: Any) -> None:
    appoint(who("li.min"), ids["li.min"], ids["he.gang"])
    assert names(STATION, Duty.CHIEF, ids["li.min"]) == (COUNTY, ["王强"]), "not even by a substitute"
    assert names(STATION, Duty.CHIEF, ids["he.gang"]) == (STATION, ["李敏"])


def test_a_substitution_holds_from_then_to_then(ids: dict[str, UUID], who: Any) -> None:
    appoint(who("li.min"), ids["li.min"], ids["he.gang"], after=2, days=3)
    assert names(STATION)[1] == ["李敏"]
    with clock.shifted(timedelta(days=3)):
        assert names(STATION)[1] == ["李敏", "何刚（代 李敏）"]
    with clock.shifted(timedelta(days=6)):
        assert names(STATION)[1] == ["李敏"]
    with clock.shifted(timedelta(days=-30)):
        # A clock set back, to before the posts began: nobody, and no error.
        assert names(STATION) == ("", [])


def test_a_substitute_who_left_or_a_post_that_ended_decides_nothing(ids: dict[str, UUID], who: Any) -> None:
    appoint(who("li.min"), ids["li.min"], ids["he.gang"])
    actions.end_post(SYSTEM, post_id=post_of(ids["he.gang"]))
    assert names(STATION)[1] == ["李敏"]
    actions.end_post(SYSTEM, post_id=post_of(ids["li.min"]))
    assert names(STATION) == (COUNTY, ["王强"])


def test_never_a_chain(ids: dict[str, UUID], who: Any) -> None:
    appoint(who("li.min"), ids["li.min"], ids["he.gang"])
    with pytest.raises(Conflict, match="连环"):
        appoint(who("wang.qiang"), ids["wang.qiang"], ids["li.min"])  # 李敏 is away herself
    with pytest.raises(Conflict, match="连环"):
        appoint(SYSTEM, ids["he.gang"], ids["zhang.wei"])  # 何刚 stands in for 李敏
    appoint(who("wang.qiang"), ids["wang.qiang"], ids["li.min"], after=8)
    assert names(COUNTY)[1] == ["王强"]


def test_one_substitute_at_a_time(ids: dict[str, UUID], who: Any) -> None:
    appoint(who("li.min"), ids["li.min"], ids["he.gang"])
    with pytest.raises(Conflict, match="已经有代理人"):
        appoint(who("li.min"), ids["li.min"], ids["zhang.wei"], after=3)
    appoint(who("li.min"), ids["li.min"], ids["zhang.wei"], after=7)
    assert Substitution.objects.count() == 2


@pytest.mark.parametrize(
    ("by", "holder", "substitute", "error"),
    [
        ("he.gang", "li.min", "zhang.wei", NotFound),  # not his post, not his people
        ("wang.qiang", "zhao.min", "qian.jun", NotFound),  # a chief elsewhere
        ("wang.qiang", "li.min", "wang.qiang", Refused),  # nobody appoints themselves
        ("li.min", "li.min", "li.min", Refused),
        ("li.min", "li.min", "chen.jing", Invalid),  # an auditor watches
        ("li.min", "li.min", "sun.bo", Invalid),  # of another county
    ],
)
def test_who_may_not_be_appointed(ids: dict[str, UUID], who: Any, by: str, holder: str, substitute: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        appoint(who(by), ids[holder], ids[substitute])
    assert not Substitution.objects.exists()


def test_a_chief_makes_no_puppet_owner(ids: dict[str, UUID], who: Any) -> None:
    boss = actions.create_user(SYSTEM, username="da.bai", name="大白", unit_code="150000XZ", duties=("chief",))
    with pytest.raises(NotFound):
        appoint(queries.actor_for(boss), ids["zhao.min"], ids["qian.jun"])
    appoint(who("admin"), ids["zhao.min"], ids["qian.jun"])
    with pytest.raises(Refused):
        appoint(who("admin"), ids["li.min"], ids["admin"])


def test_a_chief_appoints_for_those_below(ids: dict[str, UUID], who: Any) -> None:
    made = appoint(who("wang.qiang"), ids["li.min"], ids["he.gang"])
    assert (made.appointed_by, made.holder_name, made.substitute_name, made.state) == ("王强", "李敏", "何刚", "live")
    leaf = Intake.objects.filter(type="identity.substitution.appointed.v1").get().event
    assert "李敏" in leaf and "何刚" in leaf


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"days": 181}, "最长"),
        ({"days": 0}, "晚于"),
        ({"after": -9, "days": 3}, "已经过去"),
        ({"reason": " "}, "理由"),
        ({"reason": "x" * 301}, "理由"),
    ],
)
def test_terms_that_cannot_stand(ids: dict[str, UUID], who: Any, terms: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid) as caught:
        appoint(who("li.min"), ids["li.min"], ids["he.gang"], **terms)
    assert said in str(caught.value.detail) and caught.value.detail is not None and caught.value.detail.en
    assert not Substitution.objects.exists()


def test_people_who_are_gone_are_not_appointed(ids: dict[str, UUID], who: Any) -> None:
    actions.deactivate(SYSTEM, user_id=ids["he.gang"])
    with pytest.raises(Invalid):
        appoint(who("li.min"), ids["li.min"], ids["he.gang"])
    with pytest.raises(Invalid):
        appoint(who("li.min"), ids["li.min"], UUID(int=7))
    post = post_of(ids["zhang.wei"])
    actions.end_post(SYSTEM, post_id=post)
    with pytest.raises(Conflict):
        actions.appoint_substitute(
            SYSTEM, post_id=post, substitute=ids["li.min"], starts_at=clock.now(), ends_at=clock.now() + timedelta(days=1), reason="出差"
        )


def test_ending_early(ids: dict[str, UUID], who: Any) -> None:
    made = appoint(who("li.min"), ids["li.min"], ids["he.gang"])
    with pytest.raises(NotFound):
        actions.end_substitution(who("zhang.wei"), substitution_id=made.id)
    ended = actions.end_substitution(who("he.gang"), substitution_id=made.id)
    assert (ended.state, ended.ended_by) == ("ended", "何刚")
    assert names(STATION)[1] == ["李敏"]
    with pytest.raises(Conflict):
        actions.end_substitution(who("li.min"), substitution_id=made.id)
    assert queries.substitutions_of(who("li.min")) == ()
    assert [s.substitute_name for s in queries.substitutions_of(who("he.gang"), ended=True)] == ["何刚"]


def test_lists_are_for_those_concerned(ids: dict[str, UUID], who: Any) -> None:
    appoint(who("li.min"), ids["li.min"], ids["he.gang"])
    assert len(queries.substitutions_of(who("he.gang"))) == 1
    assert queries.substitutions_of(who("zhang.wei")) == ()
    assert len(queries.substitutions_of(who("wang.qiang"), user_id=ids["li.min"])) == 1
    with pytest.raises((Refused, NotFound)):
        queries.substitutions_of(who("zhang.wei"), user_id=ids["li.min"])
    near = [p.name for p, _ in queries.colleagues(who("li.min"), post_id=post_of(ids["li.min"]))]
    assert {"王强", "何刚", "张伟"} <= set(near) and "李敏" not in near and "孙波" not in near
    with pytest.raises(NotFound):
        queries.colleagues(who("zhang.wei"), post_id=post_of(ids["li.min"]))


@pytest.mark.django_db(transaction=True)
def test_two_appointments_at_once_leave_one(ids: dict[str, UUID], who: Any) -> None:
    by, gate, outcomes = who("li.min"), threading.Barrier(2), []

    def run(name: str) -> None:
        try:
            gate.wait(10)
            appoint(by, ids["li.min"], ids[name])
            outcomes.append("made")
        except Conflict:
            outcomes.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in ("he.gang", "zhang.wei")]
    for t in threads:
        t.start()
    for t in threads:
        t.join(20)
    assert sorted(outcomes) == ["conflict", "made"] and Substitution.objects.count() == 1


def test_the_page_appoints_and_ends_in_both_languages(ids: dict[str, UUID]) -> None:
    for language, word in (("zh-hans", "指定代理人"), ("en", "Appoint a substitute")):
        client = Client(headers={"accept": "text/html"})
        client.cookies["bj_language"] = language
        client.post("/accounts/login/", {"login": "li.min", "password": PASSWORD})
        page = client.get("/accounts/substitutes/")
        assert page.status_code == 200 and word in page.content.decode()
        today = clock.local(clock.now()).date()
        form = {"post": str(post_of(ids["li.min"])), "substitute": str(ids["he.gang"]), "since": today, "until": today, "reason": "休假"}
        assert client.post("/accounts/substitutes/", form | {"until": "", "substitute": "x"}).status_code == 422
        assert client.post("/accounts/substitutes/", form | {"until": today - timedelta(days=1)}).status_code == 422
        done = client.post("/accounts/substitutes/", form)
        assert done.status_code == 302, done.content.decode()
        assert "何刚" in client.get("/accounts/substitutes/").content.decode()
        assert client.post("/accounts/substitutes/", form).status_code == 422, "a second one for the same days"
        row = Substitution.objects.get(ended_at__isnull=True)
        assert clock.local(row.ends_at).date() == today + timedelta(days=1), "the last day is included"
        assert client.post(f"/accounts/substitutes/{row.id}/end/").status_code == 302
        assert client.post(f"/accounts/substitutes/{row.id}/end/", follow=True).status_code == 200
        assert client.post(f"/accounts/substitutes/{UUID(int=1)}/end/").status_code == 404


def test_a_chiefs_page_of_a_person(ids: dict[str, UUID]) -> None:
    client = Client(headers={"accept": "text/html"})
    client.post("/accounts/login/", {"login": "wang.qiang", "password": PASSWORD})
    address = f"/people/{ids['li.min']}/substitutes/"
    assert "李敏的代理" in client.get(address).content.decode()
    assert address in client.get(f"/people/{ids['li.min']}/").content.decode()
    today = clock.local(clock.now()).date()
    form = {"post": str(post_of(ids["li.min"])), "substitute": str(ids["wang.qiang"]), "since": today, "until": today, "reason": "休假"}
    assert "不能指定自己" in client.post(address, form).content.decode()
    assert client.post(address, form | {"substitute": str(ids["he.gang"])}).status_code == 302
    row = Substitution.objects.get()
    assert client.post(f"/accounts/substitutes/{row.id}/end/")["Location"] == address
    assert client.get(f"/people/{ids['zhao.min']}/substitutes/").status_code == 404


PATHS = st.lists(st.sampled_from("abcd"), max_size=4).map(tuple)


@given(PATHS, PATHS)
def test_related_units_is_even_handed(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert rules.related_units(one, other) == rules.related_units(other, one)
    if one:
        assert rules.related_units(one, one)


@given(st.integers(-400, 400), st.integers(-400, 400), st.integers(0, 310))
def test_a_faultless_span_is_ahead_and_within_the_limit(start: int, end: int, length: int) -> None:
    now = clock.now()
    begins, ends = now + timedelta(days=start), now + timedelta(days=end)
    fault = rules.substitution_fault(now=now, starts_at=begins, ends_at=ends, reason="理" * length)
    fits = begins < ends and ends > now and ends - begins <= rules.SUBSTITUTION_MOST and 2 <= length <= 300
    assert (fault is None) == fits


def test_posts_and_accounts_stay(ids: dict[str, UUID], who: Any) -> None:
    appoint(who("li.min"), ids["li.min"], ids["he.gang"])
    assert Post.objects.filter(user_id=ids["he.gang"]).count() == 1
    assert User.objects.get(id=ids["he.gang"]).is_active
