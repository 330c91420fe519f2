"""What can be done in the lake: define, append, ingest."""

from .append import append
from .datasets import define_dataset, define_element
from .ingest import cancel_ingest, start_ingest
from .run import resume_ingests, run_ingest

__all__ = ["append", "cancel_ingest", "define_dataset", "define_element", "resume_ingests", "run_ingest", "start_ingest"]
