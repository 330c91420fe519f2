"""Pages of stewardship."""

from .bring import bring, drop_folder, steer_upload, upload, ways
from .datasets import dataset, datasets, elements
from .draft import draft, draft_state, units
from .runs import bad_rows, bad_rows_csv, run, run_state, runs

__all__ = [
    "bad_rows",
    "bad_rows_csv",
    "bring",
    "dataset",
    "datasets",
    "draft",
    "draft_state",
    "drop_folder",
    "elements",
    "run",
    "run_state",
    "runs",
    "steer_upload",
    "units",
    "upload",
    "ways",
]
