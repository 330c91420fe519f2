"""Rows that an ingestion set aside: the first on the terminal, all of them in a file when asked."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from beijiang.config.cli.ask_command import bearer, refusal
from beijiang.config.cli.common import call
from beijiang.config.env import Env
from beijiang.config.processes.layout import Layout
from beijiang.config.processes.users import CannotRun
from beijiang.kernel.words import Words

SHOWN, PAGE = 20, 500
HEAD = ["rejected_row", "rejected_column", "rejected_because"]
"""Unlike any column of a dataset, so that the corrected file can be brought in as it is: columns it does not know are left out."""
WHOLE = Words("整行", "whole row")


class _Refused(Exception):
    """The door said no; its answer says why."""

    def __init__(self, reply: httpx.Response) -> None:
        self.reply = reply


class Rejects:
    """The rows that one run set aside, as the caller may open them."""

    def __init__(self, env: Env, layout: Layout, run: str, token: str, username: str | None) -> None:
        self.env, self.layout, self.run, self.token, self.username = env, layout, run, token, username

    def tell(self, target: Path | None) -> int:
        """Print the first rows, and write all to `target` if given. 0, or the exit code of a refusal."""
        try:
            shown = self.write(target) if target else self.print_first()
        except _Refused as refused:
            return refusal(refused.reply)
        if shown > SHOWN:
            print(
                Words(f"  …… 另有 {shown - SHOWN} 行", f"  … and {shown - SHOWN} more")
                if target
                else Words(
                    f"  …… 另有 {shown - SHOWN} 行；用 --rejects 文件名.csv 可全部写出",
                    f"  … and {shown - SHOWN} more; --rejects FILE.csv writes them all",
                )
            )
        if target:
            print(Words(f"搁置的 {shown} 行已写入 {target}", f"the {shown} rows set aside are in {target}"))
        return 0

    def print_first(self) -> int:
        """Print the first rows; how many there are in all."""
        page = self.page(0, SHOWN)
        for row in page["rows"]:
            print(line(row))
        return int(page["total"])

    def write(self, target: Path) -> int:
        """Write all rows to a new file that only this user may read; how many."""
        columns: dict[str, int] = {}
        count = 0
        # What columns there are is known at the end only: rows with too many or too few have none at all.
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="", dir=target.parent) as spool:
            writer = csv.writer(spool)
            for row in self.all():
                if count < SHOWN:
                    print(line(row))
                count += 1
                for name in row["raw"]:
                    columns.setdefault(name, len(columns))
                cells = ["" if (value := row["raw"].get(name)) is None else value for name in columns]
                writer.writerow([row["number"], "; ".join(reason["column"] for reason in row["reasons"]), reasons(row), *cells])
            spool.seek(0)
            header = [*HEAD, *(name or str(WHOLE) for name in columns)]
            # With a byte order mark, by which spreadsheets know UTF-8.
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8-sig", newline="") as file:
                out = csv.writer(file)
                out.writerow(header)
                out.writerows(cells + [""] * (len(header) - len(cells)) for cells in csv.reader(spool))
        return count

    def all(self) -> Iterator[dict[str, Any]]:
        """Every row, page by page."""
        offset, total = 0, 1
        while offset < total:
            page = self.page(offset, PAGE)
            yield from page["rows"]
            total = page["total"] if page["rows"] else 0
            offset += len(page["rows"])

    def page(self, offset: int, limit: int) -> dict[str, Any]:
        """Some rows. A token that has run out while the file came in is renewed for a demonstration account."""
        path = f"/api/v1/exchange/runs/{self.run}/rows?offset={offset}&limit={limit}"
        reply = call(self.env, self.layout, "GET", path, self.token)
        if reply.status_code == httpx.codes.UNAUTHORIZED and self.username:
            self.token = bearer(self.env, self.layout, self.username)
            reply = call(self.env, self.layout, "GET", path, self.token)
        if reply.status_code >= 400:
            raise _Refused(reply)
        found: dict[str, Any] = reply.json()
        return found


def check_target(target: Path) -> None:
    """CannotRun for a file that is there already or cannot be made; before anything is sent."""
    if target.exists():
        raise CannotRun(
            Words(f"{target} 已经存在，没有送出文件；请换一个名字。", f"{target} is there already; nothing was sent. Name another file.")
        )
    if not target.parent.is_dir() or not os.access(target.parent, os.W_OK):
        raise CannotRun(
            Words(f"不能在 {target.parent} 中建立文件，没有送出文件。", f"No file can be made in {target.parent}; nothing was sent.")
        )


def reasons(row: dict[str, Any]) -> str:
    """Why a row was set aside, in the person's language."""
    return "; ".join(str(Words.of(reason["words"])) for reason in row["reasons"])


def line(row: dict[str, Any]) -> str:
    """A row for the terminal: its number, and each column with its reason. Nothing in it moves the cursor."""
    told = "; ".join(
        f"{reason['column']}: {Words.of(reason['words'])}" if reason["column"] else str(Words.of(reason["words"]))
        for reason in row["reasons"]
    )
    text = str(Words(f"  第 {row['number']} 行  {told}", f"  row {row['number']}  {told}"))
    return "".join(character if character.isprintable() else "·" for character in text)
