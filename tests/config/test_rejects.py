"""What `lake ingest` tells of rows that were set aside, and the file that it writes of them."""

from __future__ import annotations

import csv
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from beijiang.config.cli import rejects
from beijiang.config.processes.users import CannotRun
from beijiang.kernel.words import EN, speaking

REASON = {"zh": "不是日期", "en": "not a date"}


def row(number: int, **raw: Any) -> dict[str, Any]:
    return {
        "number": number,
        "reasons": [{"column": "stolen_on", "words": REASON}],
        "raw": raw or {"item": f"物品{number}", "stolen_on": "不详"},
    }


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The user API in the place of a running one: `rows` are there, `calls` were made."""
    fake = SimpleNamespace(rows=[row(n) for n in range(1, 1204)], calls=[], expired=False, refused=None)

    def call(env: Any, layout: Any, method: str, path: str, token: str, **_: Any) -> httpx.Response:
        query = httpx.URL(path).params
        offset, limit = int(query["offset"]), int(query["limit"])
        fake.calls.append((offset, limit, token))
        if fake.refused:
            return httpx.Response(403, json=fake.refused)
        if fake.expired and token == "old":
            return httpx.Response(401, json={"code": "identity.token_expired", "title": "x"})
        return httpx.Response(200, json={"total": len(fake.rows), "rows": fake.rows[offset : offset + limit]})

    monkeypatch.setattr(rejects, "call", call)
    monkeypatch.setattr(rejects, "bearer", lambda env, layout, username: f"new of {username}")
    return fake


def found(username: str | None = "zhao.min") -> rejects.Rejects:
    return rejects.Rejects(None, None, "01a2", "old", username)  # type: ignore[arg-type]


def test_the_first_twenty_on_the_terminal(api: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    assert found().tell(None) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "  第 1 行  stolen_on: 不是日期"
    assert len(lines) == 21 and "1183" in lines[20] and "--rejects" in lines[20]
    assert api.calls == [(0, 20, "old")], "no more rows are opened than are shown"
    with speaking(EN):
        found().tell(None)
    assert capsys.readouterr().out.splitlines()[0] == "  row 1  stolen_on: not a date"


def test_all_of_them_in_a_file(api: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    api.rows[0] = {"number": 1, "reasons": [{"column": "", "words": REASON}], "raw": {"": "a,b,c\nd"}}
    api.rows[600] = row(601, item=None, stolen_on="x", county="1")
    target = tmp_path / "rejects.csv"
    assert found().tell(target) == 0
    with target.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["rejected_row", "rejected_column", "rejected_because", "整行", "item", "stolen_on", "county"]
    assert lines[1] == ["1", "", "不是日期", "a,b,c\nd", "", "", ""]
    assert lines[2] == ["2", "stolen_on", "不是日期", "", "物品2", "不详", ""]
    assert lines[601] == ["601", "stolen_on", "不是日期", "", "", "x", "1"]
    assert len(lines) == 1204 and {len(cells) for cells in lines} == {7}
    assert target.stat().st_mode & 0o777 == 0o600, "content of records"
    assert [offset for offset, _, _ in api.calls] == [0, 500, 1000]
    assert len(capsys.readouterr().out.splitlines()) == 22


def test_a_token_that_ran_out_meanwhile(api: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    api.expired = True
    assert found().tell(None) == 0
    assert api.calls[-1][2] == "new of zhao.min"
    assert found(None).tell(None) == 1
    assert "identity.token_expired" in capsys.readouterr().err


def test_a_refusal_is_told_and_leaves_no_file(api: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    api.refused = {"code": "access.not_allowed", "title_words": {"zh": "不允许", "en": "Not allowed"}, "title": "不允许", "receipt": "7"}
    assert found().tell(tmp_path / "r.csv") == 3
    assert "access.not_allowed" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_files_that_cannot_be_written(tmp_path: Path) -> None:
    there = tmp_path / "there.csv"
    there.write_text("mine")
    for target in (there, tmp_path / "none" / "r.csv"):
        with pytest.raises(CannotRun, match="没有送出"):
            rejects.check_target(target)
    rejects.check_target(tmp_path / "new.csv")


def test_nothing_in_a_row_moves_the_cursor() -> None:
    bad = {"number": 3, "reasons": [{"column": "a\x1b[2J", "words": {"zh": "坏\r", "en": "bad\r"}}], "raw": {}}
    assert "\x1b" not in rejects.line(bad) and "\r" not in rejects.line(bad)
