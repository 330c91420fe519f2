"""What can be done to the log: write into it, seal it, read it (which is written too), export it, forget, verify."""

from .bundle import expire_bundles, fail, make_bundle
from .checks import answer_check, draw_sample, note_check
from .export import export_bundle, export_list, fetch_bundle
from .forget import forget
from .read import open_entry, read_groups, read_log
from .record import record, record_refusal
from .sequence import sequence, thin
from .verify import verify

__all__ = [
    "answer_check",
    "draw_sample",
    "expire_bundles",
    "export_bundle",
    "export_list",
    "fail",
    "fetch_bundle",
    "forget",
    "make_bundle",
    "note_check",
    "open_entry",
    "read_groups",
    "read_log",
    "record",
    "record_refusal",
    "sequence",
    "thin",
    "verify",
]
