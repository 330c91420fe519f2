"""Files on disk: the spool of uploads, and drop folders."""

from . import drops, spool

__all__ = ["drops", "spool"]
