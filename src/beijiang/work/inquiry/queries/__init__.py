"""Reads of inquiry: the directory as one person sees it, and one's own questions."""

from .about import about, owners_of
from .find import find
from .progress import progress
from .questions import datasets_asked, question, questions, running
from .standing import listing, preview, standing
from .vocabulary import vocabulary

__all__ = [
    "about",
    "datasets_asked",
    "find",
    "listing",
    "owners_of",
    "preview",
    "progress",
    "question",
    "questions",
    "running",
    "standing",
    "vocabulary",
]
