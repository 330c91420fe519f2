"""Reads of permissions."""

from .applications import application, decided_by, mine, queue, waiting_count
from .areas import AreaGroup, area_groups, known_area
from .places import resources_of
from .preview import preview, resources_to_choose

__all__ = [
    "AreaGroup",
    "application",
    "area_groups",
    "decided_by",
    "known_area",
    "mine",
    "preview",
    "queue",
    "resources_of",
    "resources_to_choose",
    "waiting_count",
]
