"""The door's pure rules: addresses, hashes, digests, signatures, the wire form."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from beijiang.flow.exchange import rules
from beijiang.flow.exchange.rules.question import asked_columns
from beijiang.flow.exchange.types import (
    LAKE,
    Aggregate,
    All,
    And,
    AnswerColumn,
    AskReply,
    AskRequest,
    Basis,
    Compare,
    In,
    IsNull,
    Like,
    Not,
    Or,
    Order,
    ServiceId,
)
from beijiang.kernel.errors import Invalid, Unavailable
from beijiang.kernel.words import Words

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()

# --- X-Road's hash: the two vectors of reference/exchange_audit.md § 4.1 --------------------------------------------

TARGET = "/r1/INSTANCE/CLASS2/MEMBER2/SUBSYSTEM2/BARSERVICE/v1/bar/zyggy?quu=1"
HEADERS = [("X-Road-Client", "INSTANCE/CLASS1/MEMBER1/SUBSYSTEM1"), ("X-Road-Id", "42")]
REQUEST_ID = "f92591a3-6bf0-49b1-987b-0dd78c034cc3"


def test_request_hash_without_body() -> None:
    assert rules.request_hash("GET", TARGET, HEADERS, REQUEST_ID) == (
        "f+DufTO9j6drjQ2S7GQ3fe4Q/G7XYvx1dcZDQvgNHJqfRvzX473V2LBLk6KTNKe3t4ruiyD4keNL5mawZ8lBqw=="
    )


def test_request_hash_with_body() -> None:
    assert rules.request_hash("POST", TARGET, HEADERS, REQUEST_ID, b'{"value" : 42}') == (
        "4iZZa1958zi/BDO/Aiv6DswGhGMtrhw79YbqjE6Utqz6D+46DVEkdm7gczHF9PKWrGjAlWG2ov9PKbUXd/kfJg=="
    )


def test_request_hash_drops_what_hops_change() -> None:
    more = [*HEADERS, ("Host", "x"), ("User-Agent", "y"), ("Content-Length", "3"), ("X-Road-Request-Id", "other")]
    assert rules.request_hash("GET", TARGET, more, REQUEST_ID) == rules.request_hash("GET", TARGET, HEADERS, REQUEST_ID)


@pytest.mark.parametrize("changed", [("Authorization", "Bearer b"), ("X-Road-Id", "43"), ("Content-Digest", "sha-256=:b:")])
def test_every_hashed_header_counts(changed: tuple[str, str]) -> None:
    sent = {"Authorization": "Bearer a", "X-Road-Id": "42", "Content-Digest": "sha-256=:a:"}
    lower = {k.lower(): v for k, v in sent.items()}
    other = lower | {changed[0].lower(): changed[1]}
    one, two = (rules.request_hash("POST", "/", rules.hashed_headers(h), REQUEST_ID) for h in (lower, other))
    assert one != two


# --- addresses -------------------------------------------------------------------------------------------------


def test_address_both_ways() -> None:
    path = rules.target(LAKE, "ask")
    assert path == "/r1/BJ/POL/region/lake/ask"
    assert rules.parse_target(path) == (LAKE, ("ask",))
    assert rules.parse_client("BJ/POL/region/user") == ServiceId("BJ", "POL", "region", "user")


@pytest.mark.parametrize(
    "header",
    ["", "BJ", "BJ/POL/region", "BJ/POL/region/a/b", "BJ//region/a", "BJ/POL/../a", "BJ/POL/re gion/a", "BJ/POL/%72/a", "BJ/POL/é/a"],
)
def test_bad_client(header: str) -> None:
    with pytest.raises(Invalid):
        rules.parse_client(header)


@pytest.mark.parametrize(
    "path", ["/", "/r1/BJ/POL/region/lake", "/r2/BJ/POL/region/lake/ask", "/r1/BJ/POL/region/lake/a%2Fb", "/r1/BJ/POL/region/lake/.."]
)
def test_bad_target(path: str) -> None:
    with pytest.raises(Invalid):
        rules.parse_target(path)


# --- digests ---------------------------------------------------------------------------------------------------


def test_digest_of_the_rfc() -> None:
    # RFC 9530, appendix B.1
    assert rules.content_digest(b'{"hello": "world"}\n') == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"


@given(st.binary(max_size=200))
def test_digest_fits_its_body_only(body: bytes) -> None:
    header = rules.content_digest(body)
    assert rules.digest_matches(header, body)
    assert not rules.digest_matches(header, body + b"x")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha-256=",
        "sha-256=:zz:",
        "sha-512=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
        "md5=:x:",
        "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:, sha-512=:x:",
    ],
)
def test_other_digests_are_not_taken(header: str) -> None:
    assert rules.sha256_of(header) is None
    assert not rules.digest_matches(header, b'{"hello": "world"}\n')


# --- signatures ------------------------------------------------------------------------------------------------


def signed(nonce: str = "n" * 32, created: datetime = NOW) -> rules.Message:
    message = rules.Message(
        "POST",
        "http://door/r1/BJ/POL/region/lake/ask",
        {
            "content-digest": rules.content_digest(b"x"),
            "authorization": "Bearer a",
            "x-app-token": "b",
            "x-road-client": "BJ/POL/region/user",
        },
    )
    rules.sign(message, key=KEY, key_id="user", nonce=nonce, created=created)
    return message


def check(message: rules.Message, now: datetime = NOW, public: bytes = PUBLIC) -> rules.Signed:
    return rules.verify(message, key_of=lambda key_id: public if key_id == "user" else None, now=now)


def test_signature_stands() -> None:
    assert check(signed()) == rules.Signed("user", "n" * 32, NOW)
    assert check(signed(), NOW + timedelta(seconds=60)).created == NOW
    assert check(signed(), NOW - timedelta(seconds=5)).created == NOW


def reason(message: rules.Message, now: datetime = NOW, public: bytes = PUBLIC) -> str:
    with pytest.raises(rules.SignatureFault) as caught:
        check(message, now, public)
    return caught.value.reason


def test_window() -> None:
    assert reason(signed(), NOW + timedelta(seconds=61)) == "late"
    assert reason(signed(), NOW - timedelta(seconds=6)) == "early"


def test_nonce_is_needed() -> None:
    assert reason(signed(nonce="short")) == "nonce"
    assert reason(signed(nonce="n" * 65)) == "nonce"


@pytest.mark.parametrize("name", ["content-digest", "authorization", "x-app-token", "x-road-client"])
def test_every_covered_header_counts(name: str) -> None:
    changed, gone = signed(), signed()
    changed.headers[name] += "x"
    assert reason(changed) == "false"
    del gone.headers[name]
    assert reason(gone) == "uncovered"


@pytest.mark.parametrize(
    ("field", "value"),
    [("method", "PUT"), ("url", "http://door/r1/BJ/POL/region/lake/other"), ("url", "http://door/r1/BJ/POL/region/lake/ask?a=1")],
)
def test_method_path_and_query_count(field: str, value: str) -> None:
    message = signed()
    setattr(message, field, value)
    assert reason(message) == "false"


def test_foreign_and_unknown_keys() -> None:
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert reason(signed(), public=other) == "false"
    message = signed()
    with pytest.raises(rules.SignatureFault) as caught:
        rules.verify(message, key_of=lambda _: None, now=NOW)
    assert caught.value.reason == "key"


def test_signature_that_covers_less_is_refused() -> None:
    message = signed()
    for component in ('"authorization" ', '"@path" ', '"content-digest" '):
        less = rules.Message(message.method, message.url, dict(message.headers))
        less.headers["signature-input"] = less.headers["signature-input"].replace(component, "")
        assert reason(less) in {"uncovered", "false"}


def test_a_signature_made_over_less_is_refused() -> None:
    from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
    from http_message_signatures.algorithms import ED25519

    message = signed()
    for name in ("signature", "signature-input"):
        del message.headers[name]
    signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=MappingKeyResolver(public_keys={}, private_keys={"user": KEY}))
    signer.sign(
        message,
        key_id="user",
        created=NOW,
        nonce="n" * 32,
        tag="beijiang-door",
        covered_component_ids=("@method", "@path"),
        use_existing_digest=True,
    )
    message.headers = {k.lower(): v for k, v in message.headers.items()}
    assert reason(message) == "uncovered"


@pytest.mark.parametrize("field", ["signature", "signature-input"])
@pytest.mark.parametrize(
    "value", ["", "door", "door=(", "door=:AAAA:", "door=1", "a=:AAAA:, door=:AAAA:", "\x00", "é" * 10, "door=:" + "A" * 10000 + ":"]
)
def test_mangled_signature_headers(field: str, value: str) -> None:
    message = signed()
    message.headers[field] = value
    assert reason(message) in {"missing", "malformed", "false", "uncovered"}


@settings(max_examples=150)
@given(st.text(max_size=120), st.text(max_size=120))
def test_any_text_as_signature_is_refused_cleanly(one: str, two: str) -> None:
    message = signed()
    message.headers["signature-input"], message.headers["signature"] = one, two
    with pytest.raises(rules.SignatureFault):
        check(message)


# --- questions on the wire ---------------------------------------------------------------------------------------

FULL = AskRequest(
    purpose="case_investigation",
    matter="A1",
    dataset="stolen_property",
    columns=("a", "b"),
    where=And(
        (
            Compare("a", ">=", date(2026, 1, 2)),
            Or((In("b", ("x", 3, Decimal("1.50"))), Not(IsNull("c")))),
            Like("d", "京%"),
            Compare("t", "<", datetime(2026, 1, 2, tzinfo=UTC)),
            Compare("f", "=", True),
        )
    ),
    group_by=("a",),
    aggregates=(Aggregate("count", None, "n"), Aggregate("sum", "v", "s")),
    order_by=(Order("n", True),),
    limit=10,
)


def test_question_both_ways() -> None:
    assert rules.read_question(rules.write_question(FULL)) == FULL
    sql = AskRequest(purpose="p", matter="m", sql="SELECT 1")
    assert rules.read_question(rules.write_question(sql)) == sql
    bare = AskRequest(purpose="p", dataset="d")
    assert rules.read_question(rules.write_question(bare)) == bare


BASE = {"purpose": "p", "dataset": "d"}


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": None},
        {"purpose": ""},
        {"purpose": 3},
        {"purpose": "x" * 65},
        {"matter": 5},
        {"dataset": None},
        {"dataset": ""},
        {"dataset": "x" * 200},
        {"dataset": "a\nb"},
        {"extra": 1},
        {"columns": "a"},
        {"columns": ["a", "a"]},
        {"columns": [1]},
        {"columns": [f"c{i}" for i in range(501)]},
        {"limit": 0},
        {"limit": True},
        {"limit": "9"},
        {"limit": 10**9},
        {"where": None},
        {"where": []},
        {"where": {"op": "exec"}},
        {"where": {"op": "all", "x": 1}},
        {"where": {"op": "and"}},
        {"where": {"op": "not"}},
        {"where": {"op": "=", "column": "a"}},
        {"where": {"op": "=", "column": "a", "literal": None}},
        {"where": {"op": "=", "column": "a", "literal": [1]}},
        {"where": {"op": "=", "column": "a", "literal": {"date": "x"}}},
        {"where": {"op": "=", "column": "a", "literal": {"decimal": "NaN"}}},
        {"where": {"op": "=", "column": "a", "literal": {"sql": "1"}}},
        {"where": {"op": "=", "column": "a", "literal": "a\x00"}},
        {"where": {"op": "=", "column": "a", "literal": "\ud800"}},
        {"matter": "\udfff"},
        {"where": {"op": "=", "column": "a", "literal": 1 << 70}},
        {"where": {"op": "in", "column": "a", "literals": []}},
        {"where": {"op": "in", "column": "a", "literals": list(range(1001))}},
        {"where": {"op": "in", "column": "a", "literals": [None]}},
        {"where": {"op": "like", "column": "a", "pattern": 3}},
        {"aggregates": [{"function": "exec", "column": "a", "name": "x"}]},
        {"aggregates": [{"function": "sum", "column": None, "name": "x"}]},
        {"aggregates": ["count"]},
        {"order_by": [{"name": "a", "descending": 1}]},
        {"order_by": ["a"]},
        {"sql": "SELECT 1"},
    ],
)
def test_questions_that_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(Invalid) as caught:
        rules.read_question(json.dumps(BASE | change).encode())
    assert caught.value.code == "exchange.bad_question"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b'{"purpose":"p","purpose":"q","dataset":"d"}',
        b"[" * 100_000,
        b'{"purpose":"p","dataset":"d","limit":NaN}',
        b'{"purpose":"p","sql":"  "}',
    ],
)
def test_bodies_that_are_no_question(body: bytes) -> None:
    with pytest.raises(Invalid):
        rules.read_question(body)


def test_conditions_have_limits() -> None:
    deep: dict[str, object] = {"op": "all"}
    for _ in range(9):
        deep = {"op": "not", "part": deep}
    wide = {"op": "or", "parts": [{"op": "is_null", "column": "a"}] * 300}
    for where in (deep, wide):
        with pytest.raises(Invalid):
            rules.read_question(json.dumps(BASE | {"where": where}).encode())


conditions = st.recursive(
    st.one_of(
        st.just(All()),
        st.builds(
            Compare,
            st.sampled_from("ab"),
            st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
            st.one_of(
                st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=20),
                st.integers(-(1 << 62), 1 << 62),
                st.booleans(),
                st.dates(),
                st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9),
                st.floats(allow_nan=False, allow_infinity=False),
            ),
        ),
        st.builds(IsNull, st.sampled_from("ab")),
        st.builds(Like, st.sampled_from("ab"), st.just("x%")),
    ),
    lambda inner: st.one_of(
        st.builds(Not, inner), st.builds(And, st.lists(inner, max_size=3).map(tuple)), st.builds(Or, st.lists(inner, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


@settings(max_examples=150)
@given(conditions)
def test_conditions_both_ways(where: object) -> None:
    request = AskRequest(purpose="p", dataset="d", where=where)  # type: ignore[arg-type]
    try:
        read = rules.read_question(rules.write_question(request))
    except Invalid:
        return  # deeper than is allowed
    assert read.where == where


# --- answers on the wire -----------------------------------------------------------------------------------------

REPLY = AskReply(
    dataset="d",
    title=Words("题", "Title"),
    columns=(AnswerColumn("a", Words("甲", "A"), "text", "last4"), AnswerColumn("b", Words("乙", "B"), "decimal")),
    rows=(("***1234", Decimal("1.50")), (None, date(2026, 1, 2)), (float("nan"), True)),
    truncated=True,
    row_cap=200,
    receipt=UUID(int=7),
    basis=Basis("grant", Words("凭授权", "Under a grant"), Words("侦查", "Investigation"), "A1", NOW),
    elapsed_ms=1.5,
)


def test_reply_both_ways() -> None:
    read = rules.read_reply(rules.write_reply(REPLY))
    assert read.rows == (("***1234", "1.50"), (None, "2026-01-02"), (None, True))
    assert (read.columns, read.basis, read.receipt, read.truncated, read.row_cap) == (REPLY.columns, REPLY.basis, REPLY.receipt, True, 200)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"basis":{}}'])
def test_a_reply_that_is_none(body: bytes) -> None:
    with pytest.raises(Unavailable):
        rules.read_reply(body)


def test_bytes_never_leave() -> None:
    with pytest.raises(TypeError):
        rules.write_reply(AskReply(**{**{f: getattr(REPLY, f) for f in AskReply.__slots__}, "rows": ((b"x",),)}))


def test_columns_that_a_question_touches() -> None:
    from beijiang.compute.lake.types import Select

    select = Select("d", columns=("a",), where=FULL.where, group_by=("g",), aggregates=FULL.aggregates, order_by=(Order("n"), Order("z")))
    assert asked_columns(select) == ("a", "b", "c", "d", "t", "f", "g", "v", "z")
    assert asked_columns(Select("d", where=Compare("a", "=", 1))) == ()
