"""The home page, the map's layers and search, as a signed-in person gets them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from beijiang.kernel import guard, search, todo
from beijiang.kernel.errors import NotFound, Refused
from beijiang.kernel.ids import new_id
from beijiang.kernel.types import Actor
from beijiang.kernel.words import EN, Words, speaking
from beijiang.portal import queries, views

ZHANG = Actor(
    user_id=new_id(),
    username="zhang.wei",
    name="张伟",
    unit_code="150103110000",
    unit_name_zh="回民区分局甲派出所",
    unit_name_en="Station A, Huimin",
    unit_path=("150000000000", "150103110000"),
    division="150103",
    duties=frozenset({"officer"}),
)


def get(view: Callable[..., HttpResponse], path: str, *, actor: Actor = ZHANG, **more: object) -> HttpResponse:
    headers = more.pop("headers", {"Accept": "text/html"})
    request: HttpRequest = RequestFactory().get(path, headers=headers)  # type: ignore[arg-type]
    request.actor = actor  # type: ignore[attr-defined]
    return view(request, **more)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/search/", "/region/city.json"])
def test_nobody_gets_in_without_signing_in(address: str) -> None:
    answer = Client().get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")


@pytest.mark.django_db
@pytest.mark.usefixtures("permissive")
def test_home_greets_by_name_unit_duty_and_area_in_both_languages() -> None:
    page = get(views.home, "/").content.decode()
    for said in ("张伟", "回民区分局甲派出所", "民警", "回民区"):
        assert said in page
    with speaking(EN):
        page = get(views.home, "/").content.decode()
    for said in ("Station A, Huimin", "Officer", "Huimin District"):
        assert said in page


@pytest.mark.django_db
@pytest.mark.usefixtures("permissive")
def test_home_says_what_to_do_where_there_is_nothing() -> None:
    page = get(views.home, "/").content.decode()
    for said in ("没有待办", "没有可用的授权", "还没有提问", "还没有检查点"):
        assert said in page


@pytest.mark.django_db
@pytest.mark.usefixtures("permissive")
def test_home_lists_what_waits_and_only_for_the_viewer() -> None:
    todo.put("t1", Words("<b>复核</b>", "Review"), "/x/", user_id=ZHANG.user_id, loud=True)
    todo.put("t2", Words("别人的", "Another's"), "/y/", user_id=new_id())
    page = get(views.home, "/").content.decode()
    assert "&lt;b&gt;复核" in page
    assert "别人的" not in page
    assert "紧急" in page


@pytest.mark.django_db
def test_home_stands_for_somebody_without_any_permission() -> None:
    before = guard._decider
    guard.install(lambda actor, permission, resource: Refused("test.no"))
    try:
        assert get(views.home, "/").status_code == 200
    finally:
        guard.install(before)


@pytest.mark.django_db
@pytest.mark.usefixtures("permissive")
def test_the_map_has_a_list_of_all_leagues_and_counties() -> None:
    page = get(views.home, "/").content.decode()
    assert page.count('data-map-show="') >= 12 + 103
    assert len(queries.leagues()) == 12
    assert sum(len(league.counties) for league in queries.leagues()) == 103
    assert 'aria-current="true"' in page


@pytest.mark.django_db
@pytest.mark.usefixtures("permissive")
def test_a_regional_unit_has_no_own_spot_on_the_map() -> None:
    page = get(views.home, "/", actor=replace(ZHANG, division="150000")).content.decode()
    assert 'data-own=""' in page
    assert "本辖区" not in page
    assert 'data-own="150103"' in get(views.home, "/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("layer", "least"), [("region", 1), ("city", 12), ("county", 103), ("roads", 50), ("places", 200)])
def test_layers_are_geojson_sent_packed_or_plain(layer: str, least: int) -> None:
    packed = get(views.region_layer, "/region/x.json", layer=layer, headers={"Accept-Encoding": "gzip"})
    plain = get(views.region_layer, "/region/x.json", layer=layer, headers={})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    data = json.loads(plain.content)
    assert data["type"] == "FeatureCollection"
    assert len(data["features"]) >= least
    assert packed["Cache-Control"].startswith("private")


@pytest.mark.django_db
def test_a_layer_that_the_browser_has_is_not_sent_again() -> None:
    tag = get(views.region_layer, "/region/city.json", layer="city", headers={})["ETag"]
    again = get(views.region_layer, "/region/city.json", layer="city", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert get(views.region_layer, "/region/city.json", layer="city", headers={"If-None-Match": '"old"'}).status_code == 200


def test_a_layer_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        queries.layer("../secrets")


@pytest.mark.django_db
@pytest.mark.usefixtures("permissive")
def test_search_finds_by_characters_pinyin_and_initials() -> None:
    search.index("dataset", "stolen_property", Words("被盗物品登记", "Stolen property"), "/inquiry/stolen_property/")
    for asked in ("被盗", "beidao", "stolen", "stolen_property"):
        page = get(views.search, f"/search/?q={asked}").content.decode()
        assert "被盗物品登记" in page, asked
        assert 'href="/inquiry/stolen_property/"' in page


@pytest.mark.django_db
def test_search_never_lists_what_the_viewer_may_not_open() -> None:
    guard.permission("test.secret", Words("机密", "Secret"), {"chief"})
    search.index("unit", "u1", Words("保密单位", "Secret unit"), "/u/", permission="test.secret")
    before = guard._decider
    guard.install(lambda actor, permission, resource: Refused("test.no"))
    try:
        page = get(views.search, "/search/?q=保密").content.decode()
    finally:
        guard.install(before)
    assert "保密单位" not in page
    assert "没有找到" in page


@pytest.mark.django_db
@pytest.mark.usefixtures("permissive")
@pytest.mark.parametrize(
    "asked",
    [
        "",
        " ",
        "'; DROP TABLE kernel_searchentry; --",
        "\x00",
        "a" * 5000,
        "<script>alert(1)</script>",
        "%",
        "\\",
        "'",
        ":*",
        "&|!",
    ],
)
def test_search_bears_any_text(asked: str) -> None:
    request = RequestFactory().get("/search/", {"q": asked}, headers={"Accept": "text/html"})
    request.actor = ZHANG  # type: ignore[attr-defined]
    answer = views.search(request)
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content
