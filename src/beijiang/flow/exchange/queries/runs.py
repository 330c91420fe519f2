"""How far an ingestion is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.kernel import guard

from ..adapters import credentials, send
from ..grants import BRING
from ..rules import content_digest, target
from ..rules.run import read_run
from ..types import LAKE

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor

    from ..types import Run


def run(actor: Actor, *, run_id: UUID) -> Run:
    """This function will ask the data domain how far a run is; NotFound for one that is not there."""
    guard.require(actor, BRING)
    user_token, app_token = credentials(actor)
    sent = send(
        "GET",
        f"{target(LAKE, 'intake')}/runs/{run_id}",
        user_token=user_token,
        app_token=app_token,
        digest=content_digest(b""),
        body=b"",
    )
    return read_run(sent.body)


def ingest_run(actor: Actor, *, run_id: UUID) -> Run:
    """This function will give a run from the lake's own tables (data domain)."""
    from beijiang.compute.lake import queries as lake

    guard.require(actor, BRING)
    return lake.run(run_id)
