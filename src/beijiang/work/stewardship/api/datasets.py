"""Datasets as those see them who care for them, and the registry of data elements."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router

from beijiang.flow.exchange import queries as exchange
from beijiang.flow.exchange.types import Dataset, Element, Quality
from beijiang.kernel.routes import actor_of, guarded
from beijiang.kernel.words import Words

from .. import actions
from ..grants import CARE, SEE
from ..types import Stale
from .schemas import ElementOut, FactsIn, FactsOut, QualityOut

router = Router()


def etag(found: Dataset) -> str:
    """This function will give the tag of what is told of a dataset now."""
    told = (found.title, found.description, found.owner_unit, found.grade, found.retention_days, found.schema_version)
    return f'"{hashlib.sha256(repr(told).encode()).hexdigest()[:20]}"'


@router.get("/datasets/{name}", response=FactsOut)
@guarded(SEE)
def dataset(request: HttpRequest, response: HttpResponse, name: str) -> Dataset:
    """This function will give what is told of a dataset, with its ETag."""
    found = exchange.dataset(actor_of(request), name=name)
    response["ETag"] = etag(found)
    return found


@router.patch("/datasets/{name}", response=FactsOut)
@guarded(CARE)
def change(request: HttpRequest, response: HttpResponse, name: str, body: FactsIn, if_match: str = Header("", alias="If-Match")) -> Dataset:
    """This function will change what is told of a dataset; 412 when it changed since the ETag in If-Match was given."""
    actor = actor_of(request)
    if if_match and if_match != "*" and etag(exchange.dataset(actor, name=name)) not in [t.strip() for t in if_match.split(",")]:
        raise Stale(
            "stewardship.stale", detail=Words("说明已被他人修改，请重新读取后再改。", "Somebody changed it meanwhile; read it again first.")
        )
    found = actions.set_dataset(actor, dataset=name, **body.changes())
    response["ETag"] = etag(found)
    return found


@router.get("/datasets/{name}/quality", response=QualityOut)
@guarded(SEE)
def quality(request: HttpRequest, name: str) -> Quality:
    """This function will give what was measured of a dataset after its last change."""
    return exchange.quality(actor_of(request), dataset=name)


@router.get("/elements", response=list[ElementOut])
@guarded(SEE)
def elements(request: HttpRequest, q: str = Query("", max_length=100)) -> list[Element]:
    """This function will list data elements in force, found by Chinese, pinyin, English, code or alias."""
    return list(exchange.elements(actor_of(request), q=q))
