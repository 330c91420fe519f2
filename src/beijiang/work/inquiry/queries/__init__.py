"""Reads of inquiry: the directory as one person sees it, and one's own questions."""

from .questions import question, questions
from .standing import listing, preview, standing

__all__ = ["listing", "preview", "question", "questions", "standing"]
