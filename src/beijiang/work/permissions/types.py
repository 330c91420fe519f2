"""Shapes of permissions: what is applied for, where it stands, what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from beijiang.kernel.words import Words

State = Literal["chief", "owners", "back", "granted", "refused", "withdrawn", "lapsed"]
Stage = Literal["chief", "owners"]
Verdict = Literal["approve", "refuse", "return"]

STATES: dict[str, Words] = {
    "chief": Words("待负责人审批", "with the chief"),
    "owners": Words("待数据所有人审批", "with the data's owner"),
    "back": Words("已退回，待补充", "asked back"),
    "granted": Words("已授权", "granted"),
    "refused": Words("未批准", "refused"),
    "withdrawn": Words("已撤回", "withdrawn"),
    "lapsed": Words("已失效", "lapsed"),
}
OPEN: frozenset[str] = frozenset({"chief", "owners", "back"})

STEPS: dict[str, Words] = {
    "sent": Words("提交申请", "Sent"),
    "amended": Words("补充后再次提交", "Amended and sent again"),
    "passed": Words("负责人同意，转数据所有人", "Passed by the chief"),
    "approved": Words("数据所有人批准", "Approved by the owner"),
    "granted": Words("授权已签发", "Granted"),
    "refused": Words("不予批准", "Refused"),
    "returned": Words("退回补充", "Asked back"),
    "withdrawn": Words("申请人撤回", "Withdrawn"),
    "lapsed": Words("失效", "Lapsed"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """How much of one dataset: columns by name, areas by code (empty: the dataset has none), days from the approval."""

    columns: tuple[str, ...]
    areas: tuple[str, ...]
    days: int


@dataclass(frozen=True, slots=True)
class Item:
    """One dataset of a case: what was asked, what the chief passed, what the owner granted; never wider than before."""

    dataset: str
    asked: Terms
    passed: Terms | None = None
    granted: Terms | None = None

    @property
    def now(self) -> Terms:
        """The terms as they stand."""
        return self.granted or self.passed or self.asked


@dataclass(frozen=True, slots=True)
class Case:
    """An application as far as its rules look at it. `edition` counts how often it was sent; `back_from` who asked back."""

    state: State
    edition: int
    items: tuple[Item, ...]
    back_from: Literal["", "chief", "owners"] = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an applicant fills in; terms by dataset."""

    purpose: str
    matter: str
    reason: str
    terms: dict[str, Terms]


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column of a dataset as a page shows it: how it is masked, and how far it came.

    `withheld` says why it cannot be had at all; `gone` that the dataset no longer has it.
    """

    name: str
    title: Words
    mask: str
    asked: bool = False
    passed: bool = False
    granted: bool = False
    withheld: Words | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class ItemInfo:
    """One dataset of an application."""

    dataset: str
    title: Words
    owner_unit: str
    owner_name: Words
    asked: Terms
    passed: Terms | None
    granted: Terms | None
    approved_by: str
    approved_at: datetime | None
    grant_id: UUID | None
    columns: tuple[ColumnLine, ...] = ()
    fault: Words | None = None
    """Why it can no longer be granted at all, if so."""

    @property
    def now(self) -> Terms:
        """The terms as they stand."""
        return self.granted or self.passed or self.asked


@dataclass(frozen=True, slots=True)
class StepInfo:
    """One line of the timeline. `actor` has both names where somebody acted for another."""

    at: datetime
    kind: str
    words: Words
    actor: str
    unit: Words
    note: str
    changes: tuple[Words, ...]
    receipt: UUID | None


@dataclass(frozen=True, slots=True)
class ApplicationInfo:
    """An application, with all that its pages show."""

    id: UUID
    number: str
    applicant: UUID
    applicant_name: str
    unit_code: str
    unit_name: Words
    purpose: str
    purpose_title: Words
    law: Words
    matter: str
    matter_title: Words
    reason: str
    state: State
    edition: int
    sent_at: datetime
    waiting_since: datetime
    due_at: datetime
    overdue: bool
    ended_at: datetime | None
    items: tuple[ItemInfo, ...]
    steps: tuple[StepInfo, ...] = ()
    waits_for: tuple[Words, ...] = ()
    """Who may decide now, by name; empty with `nobody` set when there is nobody."""
    nobody: Words | None = None
    stage: Stage | None = None
    """The step that the viewer may decide now."""
    mine: tuple[str, ...] = ()
    """Datasets on which the viewer may decide now."""
    own: bool = False

    @property
    def words(self) -> Words:
        """Where it stands."""
        return STATES[self.state]

    @property
    def open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.state in OPEN

    @property
    def titles(self) -> Words:
        """The datasets by title."""
        return Words("、".join(i.title.zh for i in self.items), ", ".join(i.title.en for i in self.items))

    @property
    def question(self) -> str:
        """What was asked back last, for the applicant to answer."""
        return next((s.note for s in reversed(self.steps) if s.kind == "returned"), "")


@dataclass(frozen=True, slots=True)
class Preview:
    """What an application would meet, while it is filled in: limits, what one will see, who decides."""

    purpose: Words
    law: Words
    summary: Words
    needs_matter: bool
    max_days: int
    row_cap: int
    daily_rows: int
    items: tuple[ItemInfo, ...]
    deciders: tuple[tuple[Words, tuple[Words, ...]], ...]
    """Each place and the names in it; no names: nobody there."""
    faults: tuple[Words, ...]
    held: tuple[Words, ...]
    """Live grants and open applications that cover some of it already."""
