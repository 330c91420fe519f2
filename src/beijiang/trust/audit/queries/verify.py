"""Re-deriving the whole log from what is stored, and naming whatever does not fit."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Max, Subquery
from django.db.models.functions import Coalesce

from beijiang.kernel.words import Words

from .. import rules
from ..adapters import log_verifier
from ..events import EntriesForgotten
from ..models import Checkpoint, Entry, Intake, Subject, Tile
from ..types import Finding, VerifyReport
from .verify_tallies import wrong_days

MOST_FINDINGS = 100
EVERY = 20_000

Say = Callable[[Words], None]


def verify_log(say: Say | None = None, *, trusted: str | None = None) -> VerifyReport:
    """This function will re-derive every leaf from its event and salt, the whole tree, every tile and every checkpoint.

    `say` hears of progress. `trusted` is a checkpoint that was kept elsewhere (its text); the log must extend it,
    which also shows entries cut off at the end. What changed is named in the report's findings: up to 100, then
    counted. The log may grow meanwhile; only what was sealed at the start is looked at.
    Raises NoteError when the log's public key is missing or `trusted` is not signed with it.
    """
    return _Run(say or (lambda words: None)).all(trusted)


@dataclass(slots=True)
class _Row:
    """One stored entry beside its level-0 hash."""

    id: UUID
    index: int
    leaf: bytes
    leaf_hash: bytes
    derived: bytes | None
    """None when the entry is forgotten, empty when event, salt, type or time are no longer such."""


@dataclass(slots=True)
class _Run:
    say: Say
    key: rules.Verifier = field(default_factory=log_verifier)
    frontier: rules.Frontier = field(default_factory=rules.Frontier)
    levels: list[bytearray] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    more: int = 0
    tiles: int = 0
    checkpoints: int = 0
    forgotten: dict[UUID, int] = field(default_factory=dict)
    """Entries without content, by their place."""
    sound: int = 0
    """The size of the last checkpoint that fitted."""

    def found(self, what: Any, zh: str, en: str, index: int | None = None, entry_id: UUID | None = None) -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(what, Words(zh, en), index, entry_id))
        else:
            self.more += 1

    def all(self, trusted: str | None) -> VerifyReport:
        started = time.monotonic()
        if trusted is not None:
            body, _ = rules.open_checkpoint(trusted, self.key)
        size = Checkpoint.objects.aggregate(size=Max("size"))["size"] or 0
        if trusted is not None and body.size > size:
            self.found(
                "missing",
                f"可信检查点有 {body.size} 条，现在的日志只有 {size} 条：末尾的记录被删去。",
                f"The trusted checkpoint has {body.size} entries and the log only {size}: its end was cut off.",
            )
        marks = self._marks(size)
        mark = next(marks, None)
        while mark is not None and mark["size"] == 0:
            self._checkpoint(mark)
            mark = next(marks, None)
        for n in range((size + rules.WIDTH - 1) // rules.WIDTH):
            for index, believed in self._chunk(n, min(rules.WIDTH, size - n * rules.WIDTH)):
                self.frontier.append(believed)
                self._up(0, believed)
                if trusted is not None and body.size == index + 1 and body.root != self.frontier.root():
                    self.found(
                        "checkpoint",
                        f"日志不再延续可信检查点（第 0 至 {index} 条中有改动）。",
                        f"The log does not extend the trusted checkpoint: something in entries 0 to {index} was changed.",
                    )
                while mark is not None and mark["size"] == index + 1:
                    self._checkpoint(mark)
                    mark = next(marks, None)
            if n and (n * rules.WIDTH) % EVERY < rules.WIDTH:
                self.say(Words(f"已核验 {n * rules.WIDTH:,} / {size:,} 条", f"{n * rules.WIDTH:,} of {size:,} entries checked"))
        for level in range(len(self.levels)):
            if self.levels[level]:
                self._tile(level, self.counts[level] // rules.WIDTH, bytes(self.levels[level]))
        self._strays(size)
        self._erased()
        # Search columns that were found wrong have other numbers, of course.
        for day in () if self.findings else wrong_days():
            self.found("tally", f"{day} 的统计数与日志记录不符。", f"The numbers of {day} are not those of its entries.")
        report = VerifyReport(
            size=size,
            root=self.frontier.root().hex(),
            checkpoints=self.checkpoints,
            tiles=self.tiles,
            forgotten=len(self.forgotten),
            seconds=time.monotonic() - started,
            findings=tuple(sorted(self.findings, key=_place)),
            more=self.more,
        )
        self.say(_summary(report))
        return report

    # -- entries

    def _chunk(self, n: int, width: int) -> Iterator[tuple[int, bytes]]:
        """(index, leaf hash to believe) for each entry of the n-th 256; what does not fit is noted on the way."""
        first = n * rules.WIDTH
        stored = Tile.objects.filter(level=0, n=n).values_list("data", flat=True).first()
        tile = bytes(stored) if stored is not None else b""
        rows = {row.index: row for row in self._rows(first, width)}
        for index in range(first, first + width):
            at = (index - first) * rules.HASH_SIZE
            in_tile = tile[at : at + rules.HASH_SIZE]
            row = rows.get(index)
            if row is None:
                self.found("missing", f"第 {index} 条记录不见了。", f"Entry {index} is missing.", index)
                yield index, in_tile if len(in_tile) == rules.HASH_SIZE else b"\x00" * rules.HASH_SIZE
            else:
                yield index, self._believe(row, in_tile)

    def _believe(self, row: _Row, in_tile: bytes) -> bytes:
        """The hash that this entry was sealed with, as far as leaf, event and tile still agree on one."""
        kept = rules.leaf_hash(row.leaf)
        made = rules.leaf_hash(row.derived) if row.derived is not None else kept
        name = f"{row.index}({row.id})"
        if row.derived is not None and row.derived != row.leaf:
            if in_tile == made:
                self.found(
                    "leaf",
                    f"第 {name} 条：叶的内容被改动，与事件推出的叶不符。",
                    f"Entry {row.index} ({row.id}): the leaf was changed; its event gives another.",
                    row.index,
                    row.id,
                )
                kept = made
            elif in_tile == kept:
                self.found(
                    "event",
                    f"第 {name} 条：事件（或盐、类型、时间）被改动，推不出已封存的叶。",
                    f"Entry {row.index} ({row.id}): event, salt, type or time was changed; they do not give the sealed leaf.",
                    row.index,
                    row.id,
                )
            else:
                self.found(
                    "leaf",
                    f"第 {name} 条：叶和事件互不相符，也都与瓦片不符。",
                    f"Entry {row.index} ({row.id}): leaf and event differ, and both from the tile.",
                    row.index,
                    row.id,
                )
        elif in_tile != kept:
            if row.derived is None and row.leaf_hash == in_tile:
                self.found(
                    "leaf",
                    f"第 {name} 条（内容已按期删除）：叶的内容被改动。",
                    f"Entry {row.index} ({row.id}), forgotten: its leaf was changed.",
                    row.index,
                    row.id,
                )
                kept = in_tile
            else:
                self.found(
                    "tile",
                    f"第 {name} 条：瓦片 0/{row.index // rules.WIDTH} 中的哈希被改动或缺失。",
                    f"Entry {row.index} ({row.id}): its hash in tile 0/{row.index // rules.WIDTH} was changed or is missing.",
                    row.index,
                    row.id,
                )
        if row.leaf_hash != kept:
            self.found(
                "leaf",
                f"第 {name} 条：记下的叶哈希被改动。",
                f"Entry {row.index} ({row.id}): the stored leaf hash was changed.",
                row.index,
                row.id,
            )
        return kept

    def _rows(self, first: int, width: int) -> Iterator[_Row]:
        wanted = list(Entry.objects.filter(index__gte=first, index__lt=first + width).order_by("index"))
        subjects: dict[UUID, list[tuple[str, str, str]]] = {}
        for entry_id, *row in Subject.objects.filter(entry_id__in=[e.id for e in wanted]).values_list(
            "entry_id", "kind", "column", "digest"
        ):
            subjects.setdefault(entry_id, []).append((row[0], row[1], row[2]))
        for entry in wanted:
            leaf = bytes(entry.leaf)
            derived: bytes | None = None
            if entry.event is None and entry.salt is None:
                self.forgotten[entry.id] = entry.index
                self._forgotten_entry(entry, leaf)
            else:
                derived = _derive(entry)
                self._columns(entry, subjects.get(entry.id, []))
            yield _Row(entry.id, entry.index, leaf, bytes(entry.leaf_hash), derived)

    def _forgotten_entry(self, entry: Entry, leaf: bytes) -> None:
        try:
            told = rules.parse_leaf(leaf)[:2]
        except ValueError:
            return  # the leaf itself is found wanting when it meets the tile
        if told != (entry.type, rules.format_time(entry.time)):
            self.found(
                "columns",
                f"第 {entry.index}（{entry.id}）条：类型或时间与叶不符。",
                f"Entry {entry.index} ({entry.id}): type or time is not what the leaf says.",
                entry.index,
                entry.id,
            )

    def _columns(self, entry: Entry, subjects: list[tuple[str, str, str]]) -> None:
        try:
            envelope = json.loads(entry.event or "")
            wrong = [name for name, value in rules.columns(entry.type, envelope).items() if getattr(entry, name) != value]
            promised = envelope["subjects"]["digest"]
        except (ValueError, TypeError, KeyError, AttributeError):
            return  # no envelope any more: the event itself is found changed
        if wrong:
            names = ", ".join(wrong)
            self.found(
                "columns",
                f"第 {entry.index}（{entry.id}）条：检索列 {names} 与事件不符。",
                f"Entry {entry.index} ({entry.id}): the search columns {names} are not what the event says.",
                entry.index,
                entry.id,
            )
        # It may have been forgotten between reading the entry and reading its subjects.
        if promised != rules.subjects_digest(subjects) and not Entry.objects.filter(id=entry.id, event__isnull=True).exists():
            self.found(
                "subjects",
                f"第 {entry.index}（{entry.id}）条：数据主体的摘要被改动、增加或删去。",
                f"Entry {entry.index} ({entry.id}): digests of its data subjects were changed, added or removed.",
                entry.index,
                entry.id,
            )

    # -- tiles

    def _up(self, level: int, value: bytes) -> None:
        """Put a hash into the tile being built at `level`; a full tile is compared and its root goes one up."""
        if level == len(self.levels):
            self.levels.append(bytearray())
            self.counts.append(0)
        tile = self.levels[level]
        tile += value
        self.counts[level] += 1
        if len(tile) == rules.WIDTH * rules.HASH_SIZE:
            full = bytes(tile)
            tile.clear()
            self._tile(level, self.counts[level] // rules.WIDTH - 1, full)
            root = rules.Frontier()
            for i in range(0, len(full), rules.HASH_SIZE):
                root.append(full[i : i + rules.HASH_SIZE])
            self._up(level + 1, root.root())

    def _tile(self, level: int, n: int, want: bytes) -> None:
        self.tiles += 1
        if level == 0:
            return  # compared hash by hash with the entries
        stored = Tile.objects.filter(level=level, n=n).values_list("data", flat=True).first()
        # The log may have grown since the start: a longer tile is fine, a different one is not.
        if stored is None or bytes(stored)[: len(want)] != want:
            low = n * rules.WIDTH ** (level + 1)
            high = min(low + rules.WIDTH ** (level + 1), self.frontier.size) - 1
            self.found(
                "tile",
                f"瓦片 {level}/{n} 被改动或缺失（覆盖第 {low} 至 {high} 条）。",
                f"Tile {level}/{n} was changed or is missing (it covers entries {low} to {high}).",
                low,
            )

    # -- checkpoints

    def _marks(self, size: int) -> Iterator[dict[str, Any]]:
        for row in Checkpoint.objects.filter(size__lte=size).order_by("size").values("size", "root", "note").iterator(chunk_size=1000):
            yield dict(row)

    def _checkpoint(self, mark: dict[str, Any]) -> None:
        self.checkpoints += 1
        size = mark["size"]
        try:
            body, _ = rules.open_checkpoint(mark["note"], self.key)
        except rules.NoteError as error:
            self.found(
                "checkpoint",
                f"大小为 {size} 的检查点签名无效：{error}。",
                f"The checkpoint of size {size} is not signed by the log: {error}.",
                size - 1,
            )
            return
        if body.size != size or body.root != bytes(mark["root"]):
            self.found(
                "checkpoint",
                f"大小为 {size} 的检查点与其签名文本不符。",
                f"The checkpoint of size {size} is not what its signed text says.",
                size - 1,
            )
        elif body.root != self.frontier.root():
            self.found(
                "checkpoint",
                f"大小为 {size} 的检查点的根推不出来：第 {self.sound} 至 {size - 1} 条中有改动。",
                f"The root of the checkpoint of size {size} cannot be derived: something in entries {self.sound} to {size - 1} was changed.",
                self.sound,
            )
        else:
            self.sound = size

    def _strays(self, size: int) -> None:
        """Entries that no checkpoint covers, and a last entry without a checkpoint of its own."""
        # One statement, hence one moment: entries and their checkpoint commit together.
        top = Checkpoint.objects.order_by("-size").values("size")[:1]
        for index, entry_id in (
            Entry.objects.filter(index__gte=Coalesce(Subquery(top), 0)).order_by("index").values_list("index", "id")[:MOST_FINDINGS]
        ):
            self.found(
                "unsigned",
                f"第 {index}（{entry_id}）条不在任何已签名的检查点之下。",
                f"Entry {index} ({entry_id}) is under no signed checkpoint.",
                index,
                entry_id,
            )
        for index, entry_id in Entry.objects.filter(index__lt=0).values_list("index", "id")[:MOST_FINDINGS]:
            self.found(
                "unsigned", f"第 {index}（{entry_id}）条的位置无效。", f"Entry {index} ({entry_id}) has no valid place.", index, entry_id
            )

    def _erased(self) -> None:
        """Content that is gone although no entry says that it was forgotten: somebody at the database took it away."""
        told: set[str] = set()
        # Those that wait to be sealed are read first, so that none is missed on its way from one table to the other.
        kind: str = EntriesForgotten.event_type  # type: ignore[attr-defined]  # set by @event
        for table in (Intake, Entry):
            for text in table.objects.filter(type=kind, event__isnull=False).values_list("event", flat=True) if self.forgotten else ():
                with suppress(ValueError, TypeError, KeyError):
                    told |= {str(id_) for id_ in json.loads(str(text))["event"]["entries"]}
        for entry_id, index in self.forgotten.items():
            if str(entry_id) not in told:
                self.found(
                    "event",
                    f"第 {index}（{entry_id}）条：内容已不在，而日志中没有按期删除的记录。",
                    f"Entry {index} ({entry_id}): its content is gone, and nothing in the log says that it was forgotten.",
                    index,
                    entry_id,
                )


def _place(finding: Finding) -> int:
    return -1 if finding.index is None else finding.index


def _derive(entry: Entry) -> bytes:
    try:
        return rules.leaf_bytes(entry.type, entry.time, bytes(entry.salt or b""), (entry.event or "").encode())
    except ValueError:
        return b""


def _summary(report: VerifyReport) -> Words:
    many = len(report.findings) + report.more
    if report.ok:
        return Words(
            f"核验通过：{report.size:,} 条记录，{report.tiles:,} 个瓦片，{report.checkpoints:,} 个检查点，根 {report.root[:16]}…",
            f"Verified: {report.size:,} entries, {report.tiles:,} tiles, {report.checkpoints:,} checkpoints, root {report.root[:16]}…",
        )
    return Words(f"核验未通过：发现 {many} 处不符。", f"Verification FAILED: {many} findings.")
