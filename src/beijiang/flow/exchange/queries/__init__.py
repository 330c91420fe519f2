"""What can be read at the door: the directory (bj_user), and a run of the lake by its starter."""

from .directory import directory, entry
from .running import progress, running
from .runs import dataset, draft, drafts, elements, ingest_run, quality, run, runs
from .wire import request_from

__all__ = [
    "dataset",
    "directory",
    "draft",
    "drafts",
    "elements",
    "entry",
    "ingest_run",
    "progress",
    "quality",
    "request_from",
    "run",
    "running",
    "runs",
]
