"""The names under which changes are marked of everything that a decision rests on."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID


def dataset_mark(name: str) -> str:
    """This function will name a dataset's description and its open share."""
    return f"access.dataset:{name}"


def grant_mark(dataset: str, holder: UUID | str) -> str:
    """This function will name the grants of one person or unit on one dataset."""
    return f"access.grant:{dataset}:{holder}"


def matter_mark(ref: str) -> str:
    """This function will name a matter: open or closed, and who works on it."""
    return f"access.matter:{ref}"


def decision_marks(*, dataset: str, matter: str, user: UUID | None, units: Iterable[str]) -> tuple[str, ...]:
    """This function will name everything that a decision for this person may rest on."""
    held = [grant_mark(dataset, unit) for unit in units]
    if user is not None:
        held.append(grant_mark(dataset, user))
    return (dataset_mark(dataset), *([matter_mark(matter)] if matter else []), *held)
