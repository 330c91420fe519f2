"""Pages as a browser meets them."""

from __future__ import annotations

import re
import statistics
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from beijiang.kernel import clock
from beijiang.trust.audit.models import Intake
from beijiang.trust.identity import actions, queries
from beijiang.trust.identity.models import OneTimeLink, Session, SignInAttempt, User

from .make import PASSWORD

if TYPE_CHECKING:
    from .make import Region

LOGIN = "/accounts/login/"
NEW = "willow-harbour-93-stone"


def sign_in(client: Client, username: str, password: str = PASSWORD, **extra: Any) -> Any:
    """Posts the sign-in form."""
    return client.post(LOGIN, {"login": username, "password": password, **extra.pop("data", {})}, **extra)


@pytest.fixture
def browser() -> Client:
    """A client that is held to CSRF as browsers are."""
    return Client(enforce_csrf_checks=True)


def forms(client: Client, address: str) -> str:
    """The CSRF token on a page."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(address).content.decode())
    assert found, address
    return found.group(1)


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-CN", ("登录", "用户名", "密码", "一次性链接")), ("en-GB", ("Sign in", "Username", "Password", "one-time link"))],
)
def test_the_sign_in_page_speaks_both_languages(client: Client, house: Region, language: str, words: tuple[str, ...]) -> None:
    page = client.get(LOGIN, headers={"accept-language": language}).content.decode()
    assert all(w in page for w in words) and 'autocomplete="current-password"' in page
    assert not re.search(r"\bstyle=|<script>", page)
    if language == "en-GB":
        assert not re.search(
            r"[\u4e00-\u9fff]", re.sub(r'<form method="post" action="/language/".*?</form>|title="[^"]*"', "", page, flags=re.S)
        )


def test_signing_in_and_out(client: Client, house: Region) -> None:
    before = client.get(LOGIN)
    fixed = client.cookies.get("bj_session")
    answer = sign_in(client, " Zhang.Wei ", data={"next": "/accounts/"})
    assert answer.status_code == 302 and answer["Location"] == "/accounts/" and before.status_code == 200
    assert fixed is None or client.cookies["bj_session"].value != fixed.value
    cookie = client.cookies["bj_session"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    page = client.get("/accounts/").content.decode()
    assert "张伟" in page and "通道街派出所" in page
    session = Session.objects.get()
    assert (session.level, session.amr, session.address, session.kind) == ("any", ["pwd"], "127.0.0.1", "browser")
    assert client.session.session_key not in str(Session.objects.values().get())
    assert client.get("/accounts/logout/").status_code == 200 and Session.objects.get().ended_at is None
    assert client.post("/accounts/logout/").status_code == 302
    assert Session.objects.get().end_reason == "logout" and client.get("/accounts/").status_code == 302
    kinds = list(Intake.objects.filter(type__startswith="identity.session").order_by("id").values_list("type", flat=True))
    assert kinds == ["identity.session.started.v1", "identity.session.ended.v1"]


def test_a_planted_session_key_is_not_kept(house: Region) -> None:
    attacker, victim = Client(), Client()
    attacker.get("/accounts/")
    session = attacker.session
    session["planted"] = True
    session.save()
    victim.cookies["bj_session"] = session.session_key
    sign_in(victim, "zhang.wei")
    assert victim.cookies["bj_session"].value != session.session_key
    attacker.cookies["bj_session"] = session.session_key
    assert attacker.get("/accounts/").status_code == 302


def test_a_copied_sid_is_nothing_without_its_cookie(client: Client, house: Region) -> None:
    sign_in(client, "zhang.wei")
    stolen = dict(client.session.items())
    other = Client()
    session = other.session
    session.update(stolen)
    session.save()
    other.cookies["bj_session"] = session.session_key
    assert other.get("/accounts/").status_code == 302


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_nobody_is_led_elsewhere(client: Client, house: Region, next_: str) -> None:
    assert sign_in(client, "zhang.wei", data={"next": next_})["Location"] == "/"


def test_wrong_name_and_wrong_password_look_alike(client: Client, house: Region) -> None:
    pages = []
    for username in ("zhang.wei", "nobody.here"):
        answer = sign_in(client, username, "wrong-password-here")
        assert answer.status_code == 422 and "用户名或密码不正确" in answer.content.decode()
        pages.append(re.sub(r'value="[^"]*"|token": "\w+', "", answer.content.decode().replace(username, "")))
    assert pages[0] == pages[1]
    User.objects.filter(username="li.na").update(is_active=False)
    assert "用户名或密码不正确" in sign_in(client, "li.na").content.decode()
    assert not Session.objects.exists()


def test_wrong_name_and_wrong_password_take_as_long(house: Region) -> None:
    def took(username: str) -> float:
        SignInAttempt.objects.all().delete()
        client = Client()
        began = time.process_time()
        sign_in(client, username, "wrong-password-here")
        return time.process_time() - began

    known, unknown = [], []
    took("zhang.wei")
    for _ in range(7):
        known.append(took("zhang.wei"))
        unknown.append(took("nobody.here"))
    a, b = statistics.median(known), statistics.median(unknown)
    assert 0.5 < a / b < 2, (a, b)


def test_a_locked_page_says_how_long(client: Client, house: Region) -> None:
    for _ in range(5):
        assert sign_in(client, "zhang.wei", "wrong-password-here").status_code == 422
    for password in ("wrong-password-here", PASSWORD):
        answer = sign_in(client, "zhang.wei", password)
        assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 60 and "后再试" in answer.content.decode()
    assert "Try again in" in sign_in(client, "zhang.wei", headers={"accept-language": "en"}).content.decode()
    assert sign_in(Client(REMOTE_ADDR="10.9.9.9"), "zhang.wei").status_code == 302, "elsewhere the owner gets in"
    for _ in range(5):
        sign_in(client, "nobody.here", "wrong-password-here")
    assert sign_in(client, "nobody.here").status_code == 429, "an unknown name is locked alike"


def test_on_a_known_device_the_owner_gets_in_beside_the_attacker(house: Region) -> None:
    owner, attacker = Client(), Client()
    assert sign_in(owner, "zhang.wei").status_code == 302
    owner.post("/accounts/logout/")
    for _ in range(6):
        answer = sign_in(attacker, "zhang.wei", "wrong-password-here")
    assert answer.status_code == 429
    assert sign_in(owner, "zhang.wei").status_code == 302
    forger = Client()
    forger.cookies["bj_device"] = "forged"
    assert sign_in(forger, "zhang.wei").status_code == 429


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("", ""),
        ("zhang.wei", ""),
        ("", PASSWORD),
        ("zhang.wei", "x" * 4097),
        ("x" * 65, PASSWORD),
        ("zhang\x00wei", PASSWORD),
        ("zhang.wei", "p\x00" * 8),
        ("' OR 1=1 --", "x"),
        ("<script>", "x"),
    ],
)
def test_bad_input_is_answered_with_the_form(client: Client, house: Region, login: str, password: str) -> None:
    began = time.perf_counter()
    answer = sign_in(client, login, password)
    assert answer.status_code == 422 and "<script>" not in answer.content.decode().split("<form", 1)[-1]
    assert time.perf_counter() - began < 2 and not Session.objects.exists()


def test_a_huge_password_is_refused_before_it_is_hashed(client: Client, house: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    from beijiang.trust.identity.adapters.hashers import Argon2id

    def hashed(*_: object) -> bool:
        raise AssertionError("it was hashed")

    monkeypatch.setattr(Argon2id, "verify", hashed)
    monkeypatch.setattr(Argon2id, "encode", hashed)
    assert sign_in(client, "zhang.wei", "x" * 5000).status_code == 422
    assert sign_in(client, "zhang.wei", "字" * 1400).status_code == 422


def test_forms_without_their_token_do_nothing(browser: Client, house: Region) -> None:
    assert sign_in(browser, "zhang.wei").status_code == 403
    token = forms(browser, LOGIN)
    assert sign_in(browser, "zhang.wei", data={"csrfmiddlewaretoken": token}).status_code == 302
    sid = Session.objects.get().sid
    for address in (
        "/accounts/logout/",
        "/accounts/password/",
        "/accounts/language/",
        "/accounts/sessions/end/",
        f"/accounts/sessions/{sid}/end/",
    ):
        assert browser.post(address, {"old": PASSWORD, "password": NEW, "again": NEW}).status_code == 403, address
    assert browser.delete(f"/api/v1/identity/sessions/{sid}").status_code == 403
    assert Session.objects.get().ended_at is None and User.objects.get(username="zhang.wei").check_password(PASSWORD)
    assert browser.delete(f"/api/v1/identity/sessions/{sid}", headers={"x-csrftoken": forms(browser, "/accounts/")}).status_code == 204


@pytest.mark.parametrize("how", ["ended", "deactivated", "no_post", "idle", "expired", "password"])
def test_signed_out_at_the_next_request(client: Client, house: Region, how: str) -> None:
    sign_in(client, "zhang.wei")
    who, admin, session = house.ids["zhang.wei"], house.actor("admin"), Session.objects.get()
    if how == "ended":
        actions.end_session(admin, sid=session.sid)
    elif how == "deactivated":
        User.objects.filter(id=who).update(is_active=False)
    elif how == "no_post":
        actions.end_post(admin, post_id=queries.posts_of(who)[0].id)
    elif how == "idle":
        Session.objects.update(last_seen=clock.now() - timedelta(hours=2))
    elif how == "expired":
        Session.objects.update(expires_at=clock.now())
    else:
        user = User.objects.get(id=who)
        user.set_password(NEW)
        user.save()
    answer = client.get("/accounts/")
    assert answer.status_code == 302 and answer["Location"].startswith(LOGIN)
    assert Session.objects.get().ended_at is not None
    page = client.get(LOGIN).content.decode()
    assert "重新登录" in page or "联系单位负责人" in page or "新密码登录" in page
    assert client.get("/api/v1/identity/me").status_code == 401


def test_use_is_noted_once_a_minute(client: Client, house: Region) -> None:
    sign_in(client, "zhang.wei")
    Session.objects.update(last_seen=clock.now() - timedelta(minutes=5))
    client.get("/accounts/")
    assert clock.now() - Session.objects.get().last_seen < timedelta(seconds=30)


def test_changing_the_password_keeps_this_browser_and_ends_others(house: Region) -> None:
    here, there = Client(), Client()
    sign_in(here, "zhang.wei")
    sign_in(there, "zhang.wei")
    key = here.cookies["bj_session"].value
    wrong = here.post("/accounts/password/", {"old": "wrong", "password": NEW, "again": NEW})
    assert wrong.status_code == 422 and "当前密码不正确" in wrong.content.decode()
    assert "两次输入" in here.post("/accounts/password/", {"old": PASSWORD, "password": NEW, "again": NEW + "x"}).content.decode()
    assert (
        "太常见"
        in here.post("/accounts/password/", {"old": PASSWORD, "password": "password1234", "again": "password1234"}).content.decode()
    )
    assert here.post("/accounts/password/", {"old": PASSWORD, "password": NEW, "again": NEW}).status_code == 302
    assert here.get("/accounts/").status_code == 200 and here.cookies["bj_session"].value != key
    assert there.get("/accounts/").status_code == 302
    assert sign_in(Client(), "zhang.wei", NEW).status_code == 302


def test_where_am_i_signed_in(house: Region) -> None:
    here, there = Client(HTTP_USER_AGENT="Firefox on the desk"), Client(HTTP_USER_AGENT="<b>phone</b>")
    sign_in(here, "zhang.wei")
    sign_in(there, "zhang.wei")
    page = here.get("/accounts/").content.decode()
    assert "Firefox on the desk" in page and "&lt;b&gt;phone" in page and "<b>phone" not in page
    other = Session.objects.exclude(agent="Firefox on the desk").get()
    assert here.post(f"/accounts/sessions/{other.sid}/end/").status_code == 302 and there.get("/accounts/").status_code == 302
    sign_in(there, "zhang.wei")
    here.post("/accounts/sessions/end/")
    assert there.get("/accounts/").status_code == 302 and here.get("/accounts/").status_code == 200
    stranger = Client()
    sign_in(stranger, "li.na")
    mine = Session.objects.get(agent="Firefox on the desk", ended_at__isnull=True)
    assert stranger.post(f"/accounts/sessions/{mine.sid}/end/").status_code in (403, 404) and here.get("/accounts/").status_code == 200


def test_language_is_kept_for_the_person(client: Client, house: Region) -> None:
    sign_in(client, "zhang.wei")
    assert client.post("/accounts/language/", {"language": "en"}).status_code == 302
    assert "My account" in client.get("/accounts/").content.decode()
    assert client.post("/accounts/language/", {"language": "xx"}).status_code == 422
    fresh = Client()
    sign_in(fresh, "zhang.wei")
    assert "My account" in fresh.get("/accounts/").content.decode()


def test_a_chief_issues_a_link_and_its_owner_uses_it(client: Client, house: Region) -> None:
    sign_in(client, "wang.qiang")
    unit = client.get("/people/", follow=True)
    assert "回民区分局" in unit.content.decode() and "通道街派出所" in unit.content.decode() and "陈静" in unit.content.decode()
    found = client.get("/people/units/150103/?q=zw&below=1").content.decode()
    assert "张伟" in found and "陈静" not in found
    who = house.ids["zhang.wei"]
    assert client.get(f"/people/{who}/").status_code == 200
    page = client.post(f"/people/{who}/link/")
    address = re.search(r"http://testserver(/accounts/link/[\w-]{43}/)", page.content.decode())
    assert address and page["Cache-Control"] == "no-store" and "/accounts/link/" not in client.get(f"/people/{who}/").content.decode()
    owner = Client()
    opened = owner.get(address.group(1))
    assert opened.status_code == 302 and opened["Location"] == "/accounts/link/"
    form = owner.get("/accounts/link/").content.decode()
    assert "张伟" in form and address.group(1).split("/")[-2] not in form
    assert owner.post("/accounts/link/", {"password": "short", "again": "short"}).status_code == 422
    done = owner.post("/accounts/link/", {"password": NEW, "again": NEW}, follow=True)
    assert "密码已设置" in done.content.decode() and sign_in(owner, "zhang.wei", NEW).status_code == 302
    for gone in (address.group(1), "/accounts/link/", "/accounts/link/forged/"):
        answer = Client().get(gone)
        assert answer.status_code == 404 and "链接已失效" in answer.content.decode()
    assert OneTimeLink.objects.get().used_at is not None


def test_an_account_is_made_and_closed_on_the_pages(client: Client, house: Region) -> None:
    sign_in(client, "wang.qiang")
    good = {"username": "ma.li", "name": "马丽", "unit_code": "150103001", "duties": ["officer"], "title_zh": "民警"}
    assert client.get("/people/new/").status_code == 200
    for change in (
        {"name": "<script>alert(1)</script>"},
        {"username": ""},
        {"duties": ["god"]},
        {"unit_code": "9"},
        {"username": "zhang.wei"},
    ):
        answer = client.post("/people/new/", good | change)
        assert answer.status_code == 422 and "<script>alert" not in answer.content.decode()
    assert "administrator" not in client.get("/people/new/").content.decode(), "a chief is not offered what they cannot give"
    assert client.post("/people/new/", good | {"duties": ["administrator"]}).status_code == 422
    assert client.post("/people/new/", good | {"unit_code": "150702"}).status_code == 403
    made = client.post("/people/new/", good)
    assert made.status_code == 302
    page = made["Location"]
    assert client.post(f"{page}posts/", {"unit_code": "150103", "duties": ["liaison"], "primary": "1"}).status_code == 302
    assert client.post(f"{page}posts/", {"unit_code": "150702", "duties": ["liaison"]}).status_code == 403
    assert client.post(f"{page}posts/", {"unit_code": "", "duties": []}).status_code == 422
    post = queries.posts_of(User.objects.get(username="ma.li").id)[0]
    assert client.post(f"{page}posts/{post.id}/end/").status_code == 302
    for what in ("sign_out", "deactivate", "activate"):
        assert client.post(f"{page}change/", {"what": what}).status_code == 302
    assert client.post(f"{page}change/", {"what": "delete"}).status_code == 422
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("username", ["zhang.wei", "chen.jing", None])
def test_the_directory_is_for_those_who_look_after_people(client: Client, house: Region, username: str | None) -> None:
    if username:
        sign_in(client, username)
    who = house.ids["li.na"]
    for address in ("/people/", "/people/new/", "/people/units/150103/", f"/people/{who}/"):
        assert client.get(address).status_code == (403 if username else 302), address
    for address in ("/people/new/", f"/people/{who}/link/", f"/people/{who}/posts/", f"/people/{who}/change/"):
        assert client.post(address, {"what": "deactivate"}).status_code == (403 if username else 302), address
    assert User.objects.get(id=who).is_active


def test_a_chief_finds_nothing_outside_their_unit(client: Client, house: Region) -> None:
    sign_in(client, "wang.qiang")
    who = house.ids["li.na"]
    assert client.get("/people/units/150702/").status_code == 403
    assert client.get(f"/people/{who}/").status_code == 404
    assert client.post(f"/people/{who}/link/").status_code == 404
    assert client.post(f"/people/{who}/change/", {"what": "deactivate"}).status_code == 404


def test_odd_addresses_are_not_found(client: Client, house: Region) -> None:
    sign_in(client, "admin")
    for address in (
        "/people/units/none/",
        "/people/units/%3Cscript%3E/",
        "/people/00000000-0000-0000-0000-000000000000/",
        "/accounts/signup/",
        "/accounts/password/reset/",
    ):
        assert client.get(address).status_code == 404, address


def test_public_keys_are_public_and_only_public(client: Client, house: Region) -> None:
    answer = client.get(reverse("identity:jwks"))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/jwk-set+json"
    (key,) = answer.json()["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


@pytest.mark.parametrize("address", ["/people/units/%00/", "/accounts/link/%00/", "/search/?q=%00", "/api/v1/audit/entries?person=%00"])
def test_a_nul_in_an_address_is_refused_before_any_look_up(client: Client, house: Region, address: str) -> None:
    assert sign_in(client, "admin").status_code == 302
    assert client.get(address).status_code == 422


def test_the_way_back_after_sign_in_cannot_be_overridden_in_the_address(client: Client, rf: Any) -> None:
    from beijiang.config.edge import answer
    from beijiang.kernel.errors import Unauthenticated

    sent = answer(rf.get("/inquiry/?a=1&next=//evil.example", headers={"accept": "text/html"}), Unauthenticated("kernel.sign_in"))
    assert sent["Location"] == "/accounts/login/?next=%2Finquiry%2F%3Fa%3D1%26next%3D%2F%2Fevil.example"
