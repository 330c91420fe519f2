"""Tables of access, all in bj_user; the door reads them by views of the same names."""

from .grants import Grant
from .matters import Matter
from .resources import OpenShare, Resource

__all__ = ["Grant", "Matter", "OpenShare", "Resource"]
