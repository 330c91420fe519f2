"""What can be read of the lake. Questions over rows come with a Decision and go to the worker."""

from .answer import answer
from .catalogue import catalogue, dataset, elements, snapshots
from .drafts import draft, drafts
from .quality import quality
from .running import progress, stop
from .runs import bad_rows, run, runs
from .sql import answer_sql, parse_sql

__all__ = [
    "answer",
    "answer_sql",
    "bad_rows",
    "catalogue",
    "dataset",
    "draft",
    "drafts",
    "elements",
    "parse_sql",
    "progress",
    "quality",
    "run",
    "runs",
    "snapshots",
    "stop",
]
