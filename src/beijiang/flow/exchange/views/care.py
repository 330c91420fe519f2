"""Services for those who care for data: `drafts`, `runs`, `elements`, `datasets`. The lake asks for permission and writes the leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from beijiang.kernel import guard
from beijiang.kernel.words import Words

from ..grants import BRING, SEE_RUNS
from ..rules import check_identifier, codec
from ..types import FILE_LIMIT, DatasetSpec
from .files import Checked, file_name, number
from .gate import admit, door, hear

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

SPEC_LIMIT = 4 << 20
"""Bytes of a specification: 500 columns with their words."""


@dataclass(frozen=True, slots=True)
class _Reason:
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Change:
    grade: str | None = None
    owner_unit: str | None = None
    title: Words | None = None
    description: Words | None = None
    retention_days: int | None = None


def _answer(value: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(codec.write(value), content_type="application/json", status=status)


@require_http_methods(["GET", "POST"])
@door
def drafts(request: HttpRequest) -> HttpResponse:
    """This function will take a file as a draft (POST, 202), or list one's own (GET)."""
    from beijiang.compute.lake import actions, queries

    if request.method == "GET":
        caller, _ = hear(request)
        return _answer(queries.drafts(caller.actor))
    caller = admit(request, limit=FILE_LIMIT)
    guard.require(caller.actor, BRING)
    content = cast("BinaryIO", Checked(request, caller))
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    return _answer(actions.take_draft(caller.actor, source=content, file_name=file_name(request), size=size), 202)


@require_GET
@door
def draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """This function will tell of a draft; its first rows only to who brought it, behind a leaf."""
    from beijiang.compute.lake import actions

    caller, _ = hear(request)
    return _answer(actions.open_draft(caller.actor, draft_id=draft_id))


@require_POST
@door
def drop_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """This function will give a draft up."""
    from beijiang.compute.lake import actions

    caller, body = hear(request, limit=8192)
    return _answer(actions.drop_draft(caller.actor, draft_id=draft_id, reason=codec.read_request(_Reason, body).reason))


@require_POST
@door
def publish_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """This function will make a dataset of a draft, or bring it into one, and answer 202 with the run."""
    from beijiang.compute.lake import actions
    from beijiang.trust.identity import queries as identity

    caller, body = hear(request, limit=SPEC_LIMIT)
    spec = codec.read_request(DatasetSpec, body)
    guard.require(caller.actor, BRING, guard.Resource("dataset", spec.name))
    if not spec.append:
        identity.unit(spec.owner_unit)  # NotFound: nobody could answer for the dataset
    return _answer(actions.publish_draft(caller.actor, draft_id=draft_id, spec=spec), 202)


@require_GET
@door
def elements(request: HttpRequest) -> HttpResponse:
    """This function will list data elements, or those that fit `q`."""
    from beijiang.compute.lake import queries

    caller, _ = hear(request)
    guard.require(caller.actor, SEE_RUNS)
    return _answer(queries.elements(q=request.GET.get("q", "")[:100]))


@require_GET
@door
def runs(request: HttpRequest) -> HttpResponse:
    """This function will list runs by `dataset`, `state` and `mine`."""
    from beijiang.compute.lake import queries

    caller, _ = hear(request)
    guard.require(caller.actor, SEE_RUNS)
    mine = caller.actor.user_id if request.GET.get("mine") else None
    dataset, state = request.GET.get("dataset", "")[:63], request.GET.get("state", "")[:12]
    return _answer(queries.runs(dataset=dataset, state=state, starter=mine, limit=number(request, "limit", 100, 500)))


@require_POST
@door
def cancel_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """This function will stop a run."""
    from beijiang.compute.lake import actions

    caller, _ = hear(request, limit=1024)
    return _answer(actions.cancel_ingest(caller.actor, run_id=run_id))


@require_POST
@door
def resume_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """This function will take up a run that failed or was cancelled."""
    from beijiang.compute.lake import actions

    caller, _ = hear(request, limit=1024)
    return _answer(actions.resume_ingest(caller.actor, run_id=run_id))


@require_GET
@door
def export_rows(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """This function will send all rows that a run set aside as CSV, behind a committed receipt."""
    from beijiang.compute.lake import actions

    caller, _ = hear(request)
    made = actions.export_bad_rows(caller.actor, run_id=run_id)
    file = made.path.open("rb")
    made.path.unlink()  # it lives as long as it is open
    response = FileResponse(file, content_type="text/csv; charset=utf-8", as_attachment=True, filename=f"{made.dataset}-bad-rows.csv")
    response["Content-Digest"] = codec.digest_of(made.sha256)
    response["X-Receipt"], response["X-Dataset"], response["X-Rows"] = str(made.receipt), made.dataset, str(made.rows)
    return cast("HttpResponse", response)


@require_http_methods(["GET", "POST"])
@door
def dataset(request: HttpRequest, dataset: str) -> HttpResponse:
    """This function will tell of a dataset as its keepers see it (GET), or change what is told of it (POST)."""
    from beijiang.compute.lake import actions, queries
    from beijiang.trust.identity import queries as identity

    caller, body = hear(request, limit=65536)
    if request.method == "GET":
        guard.require(caller.actor, SEE_RUNS)
        return _answer(queries.dataset(check_identifier(dataset)))
    change = codec.read_request(_Change, body)
    guard.require(caller.actor, BRING, guard.Resource("dataset", dataset))
    if change.owner_unit is not None:
        identity.unit(change.owner_unit)
    wanted = {name: value for name in _Change.__slots__ if (value := getattr(change, name)) is not None}
    return _answer(actions.set_dataset(caller.actor, dataset=check_identifier(dataset), **wanted))


@require_GET
@door
def quality(request: HttpRequest, dataset: str) -> HttpResponse:
    """This function will give what was measured of a dataset."""
    from beijiang.compute.lake import actions

    caller, _ = hear(request)
    guard.require(caller.actor, SEE_RUNS)
    return _answer(actions.open_quality(caller.actor, dataset=check_identifier(dataset)))
