"""What is asked and what is decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from beijiang.kernel.words import Words

from .filter import NOTHING, Filter
from .resource import Mask

NO_WORDS = Words("", "")
Basis = Literal["", "grant", "open_share"]


@dataclass(frozen=True, slots=True)
class Question:
    """What a person wants to ask: of one dataset, for a purpose, in a matter; columns empty: all that one may see."""

    dataset: str
    purpose: str
    matter: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """A column that may leave, and how it is masked on the way."""

    name: str
    mask: Mask = "none"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in words: what happened and what one can do next. Never holds data of rows.

    `code` is stable ("access.no_grant", "access.grant_expired", "access.grant_revoked", "access.no_matter",
    "access.matter_unknown", "access.matter_closed", "access.not_in_matter", "access.columns_withheld", …).
    """

    code: str
    words: Words
    next: Words = NO_WORDS


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer of the policy to one question at one moment.

    `columns` are all columns that may be read under the basis (not only those asked); nothing else may be
    selected, filtered, grouped or sorted by. `filter` holds for raw values, before masks. `row_cap` rows at most.
    """

    permit: bool
    reasons: tuple[Reason, ...]
    basis: Basis = ""
    filter: Filter = NOTHING
    columns: tuple[ColumnRule, ...] = ()
    row_cap: int = 0
    grant_ids: tuple[UUID, ...] = ()
    policy_ids: tuple[str, ...] = ()
    expires_at: datetime | None = None
    dataset_version: int = 0
    personal: bool = True
    basis_keys: tuple[str, ...] = ()
    """What the day's rows are counted by: "grant:<bundle>" of each grant joined here, or "open:<user>:<dataset>"."""
    budget_rows: int = 0
    """Most rows that may leave in one day (Asia/Shanghai) under each of `basis_keys`, if `personal`."""
    purpose_title: Words = NO_WORDS
    question: Question = field(default_factory=lambda: Question("", ""))

    @property
    def basis_key(self) -> str:
        """The basis in one text; empty for a refusal."""
        return "+".join(self.basis_keys)

    def mask_of(self, column: str) -> Mask | None:
        """This function will give the mask of a column, or None when the column may not be read at all."""
        return next((rule.mask for rule in self.columns if rule.name == column), None)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One row decided alone, by the full evaluation (the oracle of the filter)."""

    allowed: bool
    policy_ids: tuple[str, ...]
