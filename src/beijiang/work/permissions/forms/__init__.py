"""Forms of permissions."""

from .apply import AmendForm, ApplyForm
from .decide import DecideForm
from .reason import GiveBackForm

__all__ = ["AmendForm", "ApplyForm", "DecideForm", "GiveBackForm"]
