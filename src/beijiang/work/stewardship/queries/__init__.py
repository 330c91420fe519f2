"""Reads of stewardship: uploads on their way, drop folders, what was typed. Drafts, runs and datasets are the door's to tell."""

from .folders import drop_folder
from .plans import plan
from .units import owner_units
from .uploads import upload, uploads

__all__ = ["drop_folder", "owner_units", "plan", "upload", "uploads"]
