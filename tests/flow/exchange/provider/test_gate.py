"""Who does not come through the door, each with its code, over real HTTP; and that nothing was asked or sealed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from beijiang.flow.exchange import rules
from beijiang.flow.exchange.types import ASK_LIMIT, LAKE
from beijiang.kernel import clock
from beijiang.trust.audit.models import Intake
from beijiang.trust.identity import actions as identity
from tests.flow.exchange.make import REQUEST, Caller, code, register, signed_in
from tests.trust.access.make import House

pytestmark = pytest.mark.django_db(databases=["default", "reader"], transaction=True)
BODY = rules.write_question(REQUEST)


@pytest.fixture(autouse=True)
def _leaves(door: Caller) -> Any:
    before = Intake.objects.count()
    yield
    assert Intake.objects.filter(type__startswith="exchange.").count() == 0
    assert Intake.objects.count() >= before


def bent(door: Caller, **changes: Any) -> httpx.Response:
    return door.post(door.message(BODY, **changes), BODY)


def after(door: Caller, name: str, value: str | None) -> httpx.Response:
    def bend(message: rules.Message) -> None:
        if value is None:
            del message.headers[name]
        else:
            message.headers[name] = value

    return door.post(door.message(BODY), BODY, bend)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x-app-token", "exchange.app_token_missing"),
        ("authorization", "exchange.user_token_missing"),
        ("content-digest", "exchange.digest_missing"),
        ("signature", "exchange.signature_missing"),
        ("signature-input", "exchange.signature_missing"),
        ("x-road-client", "exchange.bad_client"),
    ],
)
def test_what_is_missing(door: Caller, name: str, expected: str) -> None:
    answer = after(door, name, None)
    assert answer.status_code in (401, 422)
    assert code(answer) == expected


@pytest.mark.parametrize("token", ["x", "a.b.c", "", "Bearer", "eyJhbGciOiJub25lIn0.e30."])
def test_forged_tokens(door: Caller, token: str) -> None:
    assert after(door, "x-app-token", token or "-").status_code == 401
    assert after(door, "authorization", f"Bearer {token or '-'}").status_code == 401


def test_a_token_for_somewhere_else(door: Caller) -> None:
    assert code(bent(door, user_token=door.user_token(audience="beijiang-api"))) == "identity.token_invalid"


def test_user_and_app_token_exchanged_for_each_other(door: Caller) -> None:
    assert code(bent(door, app_token=door.user_token())) == "identity.token_invalid"
    assert code(bent(door, user_token=door.app_token())) == "identity.token_invalid"


def test_a_user_token_made_out_to_another_application(door: Caller) -> None:
    assert code(bent(door, user_token=door.user_token(client_id="other"))) == "exchange.tokens_swapped"


def test_another_applications_token_with_this_ones_key(door: Caller, region: House) -> None:
    other = Ed25519PrivateKey.generate()
    with transaction.atomic(using="reader"):
        register("other", other)
    token = identity.issue_app_token("other", audience="beijiang-data")
    # Its token, our user token.
    assert code(bent(door, app_token=token)) == "exchange.tokens_swapped"
    # Its token and a user token made out to it, but signed with our key and under our name.
    assert code(bent(door, app_token=token, user_token=door.user_token(client_id="other"))) == "exchange.wrong_client"
    stolen = Caller(door.base, door.actor, "other", door.key)
    assert code(stolen.ask()) == "exchange.signature_false"
    assert (
        code(
            Caller(door.base, door.actor, "other", other).post(
                stolen.message(BODY), BODY, lambda m: rules.sign(m, key=door.key, key_id="user", nonce="n" * 20, created=clock.now())
            )
        )
        == "exchange.signature_key"
    )


def test_expired_tokens(door: Caller) -> None:
    with clock.shifted(timedelta(seconds=-400)):
        user, app = door.user_token(), door.app_token()
    assert code(bent(door, user_token=user)) == "identity.token_expired"
    assert code(bent(door, app_token=app)) == "identity.token_expired"


def test_a_session_that_has_ended(door: Caller, region: House) -> None:
    token = door.user_token()
    with transaction.atomic(using="reader"):
        identity.end_session(door.actor, sid=door.actor.session_id)
    assert code(bent(door, user_token=token)) == "identity.session_ended"


def test_a_leaver(door: Caller, region: House) -> None:
    from beijiang.trust.identity.models import User

    token = door.user_token()
    User.objects.using("reader").filter(id=door.actor.user_id).update(is_active=False)
    assert code(bent(door, user_token=token)) == "identity.inactive"


def test_a_revoked_application(door: Caller) -> None:
    message = door.message(BODY)
    with transaction.atomic(using="reader"):
        identity.revoke_service_key(signed_in_system(), app_id="user")
    assert code(door.post(message, BODY)) == "exchange.signature_key"


def signed_in_system() -> Any:
    from tests.flow.exchange.make import SYSTEM

    return SYSTEM


@pytest.mark.parametrize(
    ("seconds", "expected"), [(-61, "exchange.signature_late"), (-3600, "exchange.signature_late"), (30, "exchange.signature_early")]
)
def test_clocks(door: Caller, seconds: int, expected: str) -> None:
    assert code(bent(door, created=clock.now() + timedelta(seconds=seconds))) == expected


@pytest.mark.parametrize("name", ["authorization", "x-app-token", "x-road-client", "content-digest"])
def test_a_header_changed_after_signing(door: Caller, region: House, name: str) -> None:
    with transaction.atomic(using="reader"):
        li = Caller(door.base, signed_in(region.li))
    value = {
        "authorization": f"Bearer {li.user_token()}",
        "x-app-token": door.app_token(),
        "x-road-client": "BJ/POL/region/other",
        "content-digest": rules.content_digest(b"other"),
    }[name]
    answer = after(door, name, value)
    assert code(answer) in {"exchange.signature_false", "exchange.wrong_client"}


def test_body_altered(door: Caller) -> None:
    other = BODY.replace(b"stolen_property", b"another_dataset")
    assert code(door.post(door.message(BODY), other)) == "exchange.digest_mismatch"


def test_path_and_query_altered(door: Caller) -> None:
    message = door.message(BODY)
    message.url += "?a=1"
    assert code(door.post(message, BODY)) == "exchange.signature_false"


def test_replay_is_refused_even_of_a_refused_question(door: Caller) -> None:
    body = b"{}"
    message = door.message(body)
    assert code(door.post(message, body)) == "exchange.bad_question"
    assert code(door.post(message, body)) == "exchange.replayed"


def test_a_false_body_does_not_use_up_the_nonce(door: Caller) -> None:
    body = b"{}"
    message = door.message(body)
    assert code(door.post(message, b"[]")) == "exchange.digest_mismatch"
    assert code(door.post(message, body)) == "exchange.bad_question"


def test_two_at_once_with_one_nonce(door: Caller) -> None:
    from concurrent.futures import ThreadPoolExecutor

    body = b"{}"
    message = door.message(body)
    with ThreadPoolExecutor(4) as pool:
        codes = sorted(code(r) for r in pool.map(lambda _: door.post(message, body), range(4)))
    assert codes == ["exchange.bad_question", *["exchange.replayed"] * 3]


def test_sizes(door: Caller) -> None:
    huge = b"x" * (ASK_LIMIT + 1)
    answer = door.post(door.message(huge), huge)
    assert (answer.status_code, code(answer)) == (413, "exchange.too_large")
    assert code(door.post(door.message(b""), b"")) == "exchange.bad_question"


def test_without_length(door: Caller) -> None:
    message = door.message(BODY)
    answer = httpx.post(message.url, headers=message.headers, content=iter([BODY]), trust_env=False)
    assert answer.status_code in (411, 422)


def test_unknown_service_and_method(door: Caller) -> None:
    assert bent(door, path="/r1/BJ/POL/region/elsewhere/ask").status_code == 404
    assert bent(door, path="/r1/BJ/POL/region/lake/delete").status_code == 404
    assert httpx.get(door.base + rules.target(LAKE, "ask"), trust_env=False).status_code == 405


def test_every_answer_is_bound_to_its_request(door: Caller) -> None:
    body = b"{}"
    message = door.message(body)
    answer = door.post(message, body)
    assert answer.headers["x-road-id"] == message.headers["x-road-id"]
    assert answer.headers["x-road-client"] == "BJ/POL/region/user"
    assert answer.headers["x-road-service"] == "BJ/POL/region/lake/ask"
    expected = rules.request_hash(
        "POST", rules.target(LAKE, "ask"), rules.hashed_headers(message.headers), answer.headers["x-road-request-id"]
    )
    assert answer.headers["x-road-request-hash"] == expected
    assert rules.digest_matches(answer.headers["content-digest"], answer.content)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-road-error"] == "exchange.bad_question"


def test_an_error_tells_nothing_of_the_inside(door: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    from beijiang.flow.exchange import actions

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("SELECT secret FROM table WHERE password = 'x'")

    monkeypatch.setattr(actions, "answer", broken)
    answer = door.ask()
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "password" not in answer.text


def test_services_are_listed(door: Caller) -> None:
    answer = httpx.get(f"{door.base}/r1/BJ/POL/region/lake/listMethods", trust_env=False)
    services = {s["service_code"]: s for s in json.loads(answer.text)["service"]}
    assert services["ask"]["endpoint_list"][0] == {"method": "POST", "path": "/"}
    assert {"ask", "intake", "drafts", "elements", "runs", "datasets"} == set(services)
    assert services["intake"]["object_type"] == "SERVICE"
    assert httpx.get(f"{door.base}/r1/BJ/POL/region/lake/health", trust_env=False).json() == {"status": "ok"}


def test_nonces_are_forgotten_once_their_signatures_are_late(door: Caller) -> None:
    from beijiang.flow.exchange import actions
    from beijiang.kernel.models import Inbox

    body = b"{}"
    door.post(door.message(body), body)
    assert Inbox.objects.filter(consumer="exchange.nonce").count() == 1
    assert actions.forget_nonces() == 0
    Inbox.objects.filter(consumer="exchange.nonce").update(at=clock.now() - timedelta(hours=1))
    assert actions.forget_nonces() == 1
