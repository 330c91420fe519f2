"""What can be done to the log: write into it, seal it, read it (which is written too), forget, verify."""

from .forget import forget
from .read import open_entry, read_log
from .record import record, record_refusal
from .sequence import sequence
from .verify import verify

__all__ = ["forget", "open_entry", "read_log", "record", "record_refusal", "sequence", "verify"]
