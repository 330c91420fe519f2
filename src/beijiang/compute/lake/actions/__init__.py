"""What can be done in the lake: define, append, bring, ingest."""

from .append import append
from .datasets import define_dataset, define_element
from .describe import set_dataset
from .drafts import drop_draft, expire_drafts, open_draft, take_draft
from .export import export_bad_rows
from .ingest import cancel_ingest, start_ingest
from .profile import profile_draft, resume_drafts
from .publish import publish_draft
from .quality import measure_changed, measure_quality, open_quality
from .resume import resume_ingest
from .run import resume_ingests, run_ingest
from .upkeep import keep_up, keep_up_table

__all__ = [
    "append",
    "cancel_ingest",
    "define_dataset",
    "define_element",
    "drop_draft",
    "expire_drafts",
    "export_bad_rows",
    "keep_up",
    "keep_up_table",
    "measure_changed",
    "measure_quality",
    "open_draft",
    "open_quality",
    "profile_draft",
    "publish_draft",
    "resume_drafts",
    "resume_ingest",
    "resume_ingests",
    "run_ingest",
    "set_dataset",
    "start_ingest",
    "take_draft",
]
