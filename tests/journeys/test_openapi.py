"""Every operation of the whole OpenAPI document, on whatever input: an answer, and never a 5xx."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from beijiang.config.api import api
from tests.product import Product

DOCUMENT = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]
NAMES = [operation.label for operation in OPERATIONS]
QUIET = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.explicit, Phase.generate],
}


def token_of(product: Product, username: str) -> dict[str, str]:
    with product.bearer(username) as client:
        assert client.get("/api/v1/identity/me").status_code == 200
        return {"Authorization": client.headers["Authorization"], "Accept": "application/json"}


@pytest.fixture(scope="session")
def bearers(product: Product) -> dict[str, dict[str, str]]:
    """Tokens of an officer and of a steward; the fuzzer may end any session but theirs, whose numbers it cannot guess."""
    return {name: token_of(product, name) for name in ("zhang.wei", "sun.lei")}


def whose(operation: Any) -> str:
    """Who gets further than the first lock."""
    return "sun.lei" if "/stewardship/" in operation.path else "zhang.wei"


def media_type(answer: Any) -> str:
    value = answer.headers.get("content-type", "")
    return value[0] if isinstance(value, list) else value


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_no_input_makes_the_api_fail(operation: Any, product: Product, bearers: dict[str, dict[str, str]]) -> None:
    @given(case=operation.as_strategy())
    @settings(max_examples=20, **QUIET)
    def run(case: Any) -> None:
        answer = case.call(base_url=product.base, headers=bearers[whose(operation)], timeout=30)
        assert answer.status_code < 500, (case.as_curl_command(), answer.text[:500])
        if answer.status_code >= 400:
            assert media_type(answer).startswith("application/problem+json"), answer.text[:300]

    run()


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_nothing_answers_without_a_token(operation: Any, product: Product) -> None:
    @given(case=operation.as_strategy())
    @settings(max_examples=1, **QUIET)
    def run(case: Any) -> None:
        answer = case.call(base_url=product.base, headers={"Accept": "application/json"}, timeout=30)
        assert answer.status_code in (401, 403), answer.text[:300]

    run()
