"""Authorisation as a matrix: every route × every duty, generated from the running code, none skipped.

`matrix.json` is the reviewed answer. When a route or policy changes on purpose, look at the difference and
renew it: `BEIJIANG_RENEW_MATRIX=1 make test`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory

from beijiang.kernel import guard
from beijiang.kernel.errors import Refused, Unauthenticated
from beijiang.kernel.ids import new_id
from beijiang.kernel.routes import mark_of
from beijiang.kernel.types import ANONYMOUS, Actor
from tests.house.test_routes import PAGES, operations

GOLDEN = Path(__file__).with_name("matrix.json")
DUTIES = ["officer", "chief", "liaison", "owner", "steward", "auditor", "legal", "supervisor", "kexin", "administrator", ""]
ROUTES = [*PAGES, *operations()]


def person(duty: str) -> Actor:
    """Somebody with one duty (or none) and nothing else."""
    return Actor(
        new_id(),
        "p",
        "人",
        unit_code="150103000000",
        unit_path=("150000000000", "150103000000"),
        division="150103",
        duties=frozenset({duty} if duty else ()),
    )


def allowed(mark: Any, duty: str) -> bool:
    if mark.public_because or mark.signed_in:
        return True
    return guard.allowed(person(duty), mark.permission)


def matrix() -> dict[str, Any]:
    return {
        address: "public"
        if (m := mark_of(view)).public_because
        else "signed in"
        if m.signed_in
        else {m.permission: [d or "(none)" for d in DUTIES if allowed(m, d)]}
        for address, view in sorted(ROUTES, key=lambda r: r[0])
    }


@pytest.mark.django_db
def test_every_route_admits_exactly_the_duties_that_were_reviewed() -> None:
    now = matrix()
    if os.environ.get("BEIJIANG_RENEW_MATRIX"):
        GOLDEN.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n")
    reviewed = json.loads(GOLDEN.read_text())
    changed = {a: (reviewed.get(a), now.get(a)) for a in reviewed.keys() | now.keys() if reviewed.get(a) != now.get(a)}
    assert not changed


GUARDED = [(a, v) for a, v in ROUTES if (m := mark_of(v)) is not None and not m.public_because]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "view"), GUARDED, ids=[a for a, _ in GUARDED])
def test_a_route_turns_away_every_duty_that_the_policy_refuses(address: str, view: Any) -> None:
    mark = mark_of(view)
    for accept in ("text/html", "application/json"):
        request = RequestFactory().get("/x/", headers={"accept": accept})
        request.actor = ANONYMOUS  # type: ignore[attr-defined]
        try:
            answer = view(request)
        except Unauthenticated:
            continue
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/accounts/login/"), address
    for duty in DUTIES:
        if allowed(mark, duty):
            continue
        request = RequestFactory().get("/x/")
        request.actor = person(duty)  # type: ignore[attr-defined]
        with pytest.raises(Refused):
            view(request)
