"""What can be read at the door: the directory (bj_user), and a run of the lake by its starter."""

from .directory import directory, entry
from .runs import ingest_run, run
from .wire import request_from

__all__ = ["directory", "entry", "ingest_run", "request_from", "run"]
