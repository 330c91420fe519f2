"""Writes of stewardship: uploads and drop folders here; drafts, runs and datasets through the door."""

from .begin import begin_upload, take_form_file
from .care import bad_rows_file, cancel_run, drop_draft, publish_draft, resume_run, set_dataset
from .chunks import append_chunk
from .finish import abandon_upload, finish_upload, go_on
from .folders import close_drop_folder, open_drop_folder, take_drops
from .plans import save_plan
from .replies import once
from .send import carry_on, send_upload
from .sweep import expire_uploads

__all__ = [
    "abandon_upload",
    "append_chunk",
    "bad_rows_file",
    "begin_upload",
    "cancel_run",
    "carry_on",
    "close_drop_folder",
    "drop_draft",
    "expire_uploads",
    "finish_upload",
    "go_on",
    "once",
    "open_drop_folder",
    "publish_draft",
    "resume_run",
    "save_plan",
    "send_upload",
    "set_dataset",
    "take_drops",
    "take_form_file",
]
