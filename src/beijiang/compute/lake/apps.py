"""Wiring of the lake."""

from __future__ import annotations

from beijiang.kernel.apps import Room


class LakeConfig(Room):
    """The room of datasets and their rows."""

    default = True
    name = "beijiang.compute.lake"
    label = "lake"
    verbose_name = "数据湖 Lake"
    domain = "data"
