"""What can be read at the door: the directory (bj_user), and a run of the lake by its starter."""

from .directory import directory, entry
from .runs import ingest_run, run

__all__ = ["directory", "entry", "ingest_run", "run"]
