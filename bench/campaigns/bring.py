"""A file of 2 GB on its way into the lake: brought, looked through, published, taken in; with times and the most memory held.

    .venv/bin/python bench/campaigns/bring.py [--gigabytes 2] [--folder /tmp]

Needs four times the file's size on the disk: the file, the draft's copy, the table, and room to spare.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
# isort: off

from bench import ingest  # sets Django up in the data domain
from django.conf import settings
from django.test.utils import setup_databases, teardown_databases

from beijiang.compute.lake import actions, queries
from beijiang.compute.lake.adapters import tables
from beijiang.compute.lake.types import ColumnSpec, DatasetSpec, SpecColumn
from beijiang.kernel import guard
from beijiang.kernel.ids import new_id
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

# isort: on
ROW_BYTES = 108


def held() -> int:
    """The most memory this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> int:
    """This function will bring one big file all the way and print what each step took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=2.0)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bj-bring-", dir=arguments.folder))
    guard.install(lambda actor, permission, resource: None)
    settings.ENV = type(settings.ENV)(**{**ingest._fields(settings.ENV), "lake_root": folder / "lake"})
    databases = setup_databases(0, interactive=False, aliases=["default"])
    try:
        (folder / "lake" / "tables").mkdir(parents=True)
        bring(folder / "big.csv", round(arguments.gigabytes * 1e9 / ROW_BYTES))
    finally:
        tables.catalog().engine.dispose()
        teardown_databases(databases, 0)
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def bring(path: Path, rows: int) -> None:
    """All steps on one file."""
    steward, system = Actor(user_id=new_id(), username="campaign", name="campaign", duties=frozenset({"steward"})), Actor.system("campaign")
    size = ingest.make(path, rows)
    print(f"{rows:,} rows, {size / 1e9:.2f} GB; memory {held()} MB", flush=True)
    began = time.monotonic()

    def told(step: str) -> None:
        nonlocal began
        now = time.monotonic()
        print(f"{step:12} {now - began:8.1f} s   memory {held()} MB", flush=True)
        began = time.monotonic()

    draft = actions.take_draft(steward, source=path)
    told("brought")
    actions.profile_draft(system, draft_id=draft.id)
    told("looked through")
    ready = queries.draft(steward, draft_id=draft.id)
    if ready.state != "ready":
        raise SystemExit(f"the draft is {ready.state}: {ready.error}")
    columns = tuple(
        SpecColumn(c.header, ColumnSpec(c.name, c.title, c.type, "", c.subject, False, c.suggested_mask, None, c.digits))
        for c in ready.columns
    )
    spec = DatasetSpec("big_one", Words("大文件", "Big file"), owner_unit="150000XZ", grade="sensitive", retention_days=30, columns=columns)
    run = actions.publish_draft(steward, draft_id=draft.id, spec=spec)
    told("published")
    done = actions.run_ingest(system, run_id=run.id)
    told("taken in")
    print(f"{done.state}: {done.rows_ok:,} rows in, {done.rows_bad:,} set aside; {done.error or ''}")
    actions.measure_quality(system, dataset="big_one")
    told("measured")


if __name__ == "__main__":
    raise SystemExit(main())
