"""The provider side of the door, in the data domain: no pages, only signed requests."""

from .ask import ask
from .care import cancel_run, dataset, draft, drafts, drop_draft, elements, export_rows, publish_draft, quality, resume_run, runs
from .files import intake, run, run_rows
from .running import running, stop
from .services import health, list_methods

__all__ = [
    "ask",
    "cancel_run",
    "dataset",
    "draft",
    "drafts",
    "drop_draft",
    "elements",
    "export_rows",
    "health",
    "intake",
    "list_methods",
    "publish_draft",
    "quality",
    "resume_run",
    "run",
    "run_rows",
    "running",
    "runs",
    "stop",
]
