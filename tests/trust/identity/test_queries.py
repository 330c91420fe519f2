"""Who acts, tokens in every forged form, the directory."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.conf import settings
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from beijiang.kernel import clock
from beijiang.kernel.errors import NotFound, Refused, Unauthenticated
from beijiang.trust.identity import actions, queries
from beijiang.trust.identity.adapters import tokens
from beijiang.trust.identity.models import Session

if TYPE_CHECKING:
    from .make import Region

DOOR = "urn:test:door"


def start(house: Region, username: str, **kw: Any) -> Any:
    """An actor with a live session."""
    from beijiang.kernel.types import ANONYMOUS

    sid = actions.start_session(
        ANONYMOUS,
        user_id=house.ids[username],
        kind="browser",
        web_key=kw.pop("web_key", None),
        level="any",
        amr=("pwd",),
        address="10.0.0.9",
        agent="test",
    )
    return queries.look_at_session(sid=sid, user_id=house.ids[username], web_key=None).actor


def claims_of(token: str) -> dict[str, Any]:
    """What a token says, unchecked."""
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def part(value: Any) -> str:
    """One segment of a JWS."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.fixture
def token(house: Region) -> str:
    """A good user token."""
    return actions.issue_user_token(start(house, "zhang.wei"), audience=DOOR, client_id="bj-user")


def test_a_good_token_says_who_and_for_how_long(house: Region, token: str) -> None:
    found = queries.verify_token(token, audience=DOOR, kind="user")
    assert (found.sub, found.client_id, found.unit, found.duties) == (str(house.ids["zhang.wei"]), "bj-user", "150103001", ("officer",))
    assert found.exp - found.iat == timedelta(seconds=300) and found.amr == ("pwd",) and found.acr == "any"
    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert header["alg"] == "ES256" and header["typ"] == "at+jwt" and header["kid"] == queries.jwks()["keys"][0]["kid"]
    actor = queries.actor_for(found)
    assert actor.username == "zhang.wei" and actor.session_id == found.sid and actor.unit_path[0] == "150000"


@pytest.mark.parametrize(
    "wrong", [{"audience": "urn:other", "kind": "user"}, {"audience": DOOR, "kind": "app"}, {"audience": DOOR, "kind": "access"}]
)
def test_a_token_for_something_else_is_refused(token: str, wrong: Any) -> None:
    with pytest.raises(Unauthenticated) as caught:
        queries.verify_token(token, **wrong)
    assert caught.value.code == "identity.token_invalid"


def test_times_are_checked_with_thirty_seconds_of_skew(token: str) -> None:
    for shift, stands in ((329, True), (331, False), (-29, True), (-32, False)):
        with clock.shifted(timedelta(seconds=shift)):
            if stands:
                queries.verify_token(token, audience=DOOR, kind="user")
            else:
                with pytest.raises(Unauthenticated) as caught:
                    queries.verify_token(token, audience=DOOR, kind="user")
                assert caught.value.code == ("identity.token_expired" if shift > 0 else "identity.token_invalid")


def forged(token: str) -> dict[str, str]:
    """The classic forgeries of a token."""
    head, body, signature = token.split(".")
    claims, own = claims_of(token), queries.jwks()["keys"][0]
    good = {"alg": "ES256", "typ": "at+jwt", "kid": own["kid"]}
    stranger = ECKey.generate_key("P-256")
    public_pem = ECKey.import_key(own).as_pem(private=False)
    mac = hmac.new(public_pem, f"{part(good | {'alg': 'HS256'})}.{body}".encode(), hashlib.sha256).digest()

    def signed(header: dict[str, Any], key: Any = stranger, alg: str = "ES256") -> str:
        return jws.serialize_compact(header, json.dumps(claims), key, algorithms=[alg])

    return {
        "alg none": f"{part(good | {'alg': 'none'})}.{body}.",
        "alg None": f"{part(good | {'alg': 'None'})}.{body}.{signature}",
        "hs256 by the public key": f"{part(good | {'alg': 'HS256'})}.{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}",
        "other key, our kid": signed(good),
        "other key, other kid": signed(good | {"kid": stranger.thumbprint()}),
        "other key in the header": signed(good | {"jwk": stranger.as_dict(private=False)}),
        "no kid": signed({"alg": "ES256", "typ": "at+jwt"}),
        "rs256": signed(good | {"alg": "RS256"}, RSAKey.generate_key(2048), "RS256"),
        "typ jwt": tokens_with(claims, typ="JWT"),
        "no typ": tokens_with(claims, typ=None),
        "crit": f"{part(good | {'crit': ['exp']})}.{body}.{signature}",
        "changed body": f"{head}.{part(claims | {'sub': str(uuid4())})}.{signature}",
        "no signature": f"{head}.{body}.",
        "cut": token[:-10],
        "four parts": token + ".x",
        "empty": "",
        "not text": "\x00\x00.\x00.\x00",
        "huge": token + "A" * 5000,
        "claims a list": tokens.sign([1]),  # type: ignore[arg-type]
    }


def tokens_with(claims: dict[str, Any], *, typ: str | None) -> str:
    """Signed by our own key, but of another type."""
    key = tokens.private_key()
    header = {"alg": "ES256", "kid": key.kid} | ({"typ": typ} if typ else {})
    return jws.serialize_compact(header, json.dumps(claims), key, algorithms=["ES256"])


def test_no_forgery_passes(token: str) -> None:
    passed = []
    for name, false in forged(token).items():
        try:
            queries.verify_token(false, audience=DOOR, kind="user")
            passed.append(name)
        except Unauthenticated:
            continue
    assert not passed


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://elsewhere"},
        {"iss": None},
        {"aud": ["urn:test:door"]},
        {"aud": None},
        {"exp": None},
        {"exp": "9999999999"},
        {"exp": 1e12},
        {"iat": None},
        {"iat": True},
        {"nbf": 9999999999},
        {"sub": "root"},
        {"sub": None},
        {"sid": None},
        {"sid": "x"},
        {"jti": None},
        {"acr": "god"},
        {"amr": "pwd"},
        {"duties": [1]},
        {"bj_kind": None},
        {"client_id": ""},
        {"unit": 5},
        {"auth_time": None},
        {"exp": 4102444800},
    ],
    ids=str,
)
def test_claims_signed_by_us_are_judged_too(token: str, change: dict[str, Any]) -> None:
    claims = {k: v for k, v in (claims_of(token) | change).items() if v is not None}
    with pytest.raises(Unauthenticated):
        queries.verify_token(tokens.sign(claims), audience=DOOR, kind="user")


def test_a_missing_key_file_refuses_instead_of_passing(token: str, settings: Any, tmp_path: Any) -> None:
    import dataclasses

    for text in (None, "not json", '{"keys": [{}]}', "[]"):
        path = tmp_path / "jwks"
        if text is not None:
            path.write_text(text)
        settings.ENV = dataclasses.replace(settings.ENV, jwks_file=path)
        with pytest.raises(Unauthenticated):
            queries.verify_token(token, audience=DOOR, kind="user")


def test_a_token_dies_with_its_session(house: Region, token: str) -> None:
    claims = queries.verify_token(token, audience=DOOR, kind="user")
    actions.end_session(house.actor("zhang.wei"), sid=claims.sid)
    with pytest.raises(Unauthenticated) as caught:
        queries.actor_for(claims)
    assert caught.value.code == "identity.session_ended"


def test_a_token_dies_with_the_person_and_with_the_post(house: Region) -> None:
    admin = house.actor("admin")
    for username, end, code in (
        ("zhang.wei", lambda a: actions.deactivate(admin, user_id=a), "identity.session_ended"),
        ("li.na", lambda a: actions.end_post(admin, post_id=queries.posts_of(a)[0].id), "identity.session_ended"),
    ):
        claims = queries.verify_token(actions.issue_user_token(start(house, username), audience=DOOR), audience=DOOR, kind="user")
        end(house.ids[username])
        with pytest.raises(Unauthenticated) as caught:
            queries.actor_for(claims)
        assert caught.value.code == code


def test_another_persons_session_does_not_carry_a_token(house: Region, token: str) -> None:
    other = claims_of(token) | {"sub": str(house.ids["li.na"])}
    with pytest.raises(Unauthenticated):
        queries.actor_for(queries.verify_token(tokens.sign(other), audience=DOOR, kind="user"))


def test_an_expired_session_gives_no_actor_even_if_nobody_ended_it(house: Region) -> None:
    actor = start(house, "zhang.wei")
    Session.objects.filter(sid=actor.session_id).update(expires_at=clock.now())
    assert queries.look_at_session(sid=actor.session_id, user_id=actor.user_id, web_key=None).reason == "expired"
    with pytest.raises(Unauthenticated):
        actions.issue_user_token(actor, audience=DOOR)


def test_no_token_without_a_session(house: Region) -> None:
    with pytest.raises(Unauthenticated):
        actions.issue_user_token(house.actor("zhang.wei"), audience=DOOR)


def test_units_and_their_subtree(house: Region) -> None:
    found = queries.unit("150103")
    assert found.path == ("150000", "150100", "150103") and found.parent_code == "150100" and found.name.en == "Huimin bureau"
    assert {u.code for u in queries.units_under("150100")} == {"150103", "150103001"}
    assert {u.code for u in queries.units_under("150000", depth=1)} == {"150100", "150700"}
    assert len(queries.units_under()) == 6
    assert queries.unit_counts(["150103"]) == {"150103": (1, 2)}
    for code in ("nowhere", "", "150103'; DROP TABLE identity_unit; --", "%"):
        with pytest.raises(NotFound):
            queries.unit(code)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("张", "zhang.wei"),
        ("zhangwei", "zhang.wei"),
        ("zw", "zhang.wei"),
        ("zhang.w", "zhang.wei"),
        ("100001", "zhang.wei"),
        ("WQ", "wang.qiang"),
    ],
)
def test_people_are_found_by_name_pinyin_and_number(house: Region, text: str, found: str) -> None:
    people, more = queries.people(house.actor("wang.qiang"), unit_code="150103", text=text, below=True)
    assert [p.username for p in people] == [found] and more == ""


@pytest.mark.parametrize("text", ["'", "%", "_", "\\", "[a-", "(", "' OR 1=1 --", "x" * 500, "a" * 300, "\u0000".replace("\u0000", "?")])
def test_odd_search_texts_find_nobody_and_break_nothing(house: Region, text: str) -> None:
    assert queries.people(house.actor("admin"), unit_code="150000", text=text, below=True)[0] == ()


def test_people_come_in_pages(house: Region) -> None:
    admin, seen, cursor = house.actor("admin"), [], ""
    while True:
        page, cursor = queries.people(admin, unit_code="150000", below=True, cursor=cursor, limit=2)
        seen += [p.username for p in page]
        if not cursor:
            break
    assert sorted(seen) == sorted(house.ids) and len(seen) == 5


def test_who_may_see_people(house: Region) -> None:
    with pytest.raises(Refused):
        queries.people(house.actor("zhang.wei"), unit_code="150103001")
    with pytest.raises(Refused) as caught:
        queries.people(house.actor("wang.qiang"), unit_code="150702")
    assert caught.value.code == "identity.not_your_unit"
    with pytest.raises(NotFound):
        queries.person(house.actor("wang.qiang"), user_id=house.ids["li.na"])
    with pytest.raises(NotFound):
        queries.person(house.actor("admin"), user_id=uuid4())
    assert queries.person(house.actor("li.na"), user_id=house.ids["li.na"]).username == "li.na"


def test_the_issuer_is_our_address(token: str) -> None:
    assert claims_of(token)["iss"] == settings.ENV.base_url
