"""Drafts, ingestions, data elements and quality, as the data domain tells them to those who care for data."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from beijiang.kernel import guard

from ..adapters import call
from ..grants import BRING, SEE_RUNS
from ..rules import check_identifier, codec
from ..rules.run import read_run
from ..types import Dataset, Draft, Element, Quality, Run

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor


def run(actor: Actor, *, run_id: UUID) -> Run:
    """This function will ask the data domain how far a run is; NotFound for one that is not there."""
    guard.require(actor, SEE_RUNS)
    return read_run(call(actor, "GET", "intake", "runs", str(run_id)))


def runs(actor: Actor, *, dataset: str = "", state: str = "", mine: bool = False, limit: int = 100) -> tuple[Run, ...]:
    """This function will list runs, newest first, at most 500: of one dataset, in one state, or brought by oneself."""
    guard.require(actor, SEE_RUNS)
    query = urlencode({"dataset": dataset, "state": state, "mine": "1" if mine else "", "limit": max(1, min(limit, 500))})
    return cast("tuple[Run, ...]", codec.read(tuple[Run, ...], call(actor, "GET", "runs", query=query)))


def draft(actor: Actor, *, draft_id: UUID) -> Draft:
    """This function will tell of a draft and, to who brought it, its first rows, which leaves a leaf. NotFound if it is not there."""
    guard.require(actor, BRING)
    return cast("Draft", codec.read(Draft, call(actor, "GET", "drafts", str(draft_id))))


def drafts(actor: Actor) -> tuple[Draft, ...]:
    """This function will list one's own drafts that are not used or dropped, newest first, without their rows."""
    guard.require(actor, BRING)
    return cast("tuple[Draft, ...]", codec.read(tuple[Draft, ...], call(actor, "GET", "drafts")))


def elements(actor: Actor, *, q: str = "") -> tuple[Element, ...]:
    """This function will list data elements in force; with `q` those that fit by code, Chinese, pinyin, English or alias, best first."""
    guard.require(actor, SEE_RUNS)
    return cast("tuple[Element, ...]", codec.read(tuple[Element, ...], call(actor, "GET", "elements", query=urlencode({"q": q[:100]}))))


def quality(actor: Actor, *, dataset: str) -> Quality:
    """This function will give what was measured of a dataset after its last change; NotFound for an unknown dataset.

    Samples of values that failed come, under their column's mask, only to who may see rows set aside; that leaves a leaf.
    """
    guard.require(actor, SEE_RUNS)
    return cast("Quality", codec.read(Quality, call(actor, "GET", "datasets", check_identifier(dataset), "quality")))


def dataset(actor: Actor, *, name: str) -> Dataset:
    """This function will give a dataset as the lake's catalogue has it: columns with lengths and aliases, retention; NotFound."""
    guard.require(actor, SEE_RUNS)
    return cast("Dataset", codec.read(Dataset, call(actor, "GET", "datasets", check_identifier(name))))


def ingest_run(actor: Actor, *, run_id: UUID) -> Run:
    """This function will give a run from the lake's own tables (data domain)."""
    from beijiang.compute.lake import queries as lake

    guard.require(actor, SEE_RUNS)
    return lake.run(run_id)
