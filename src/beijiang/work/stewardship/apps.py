"""Wiring of stewardship."""

from __future__ import annotations

from beijiang.kernel.apps import Room
from beijiang.kernel.words import Words
from beijiang.ui import nav


class StewardshipConfig(Room):
    """The room where records are brought in and datasets cared for."""

    default = True
    name = "beijiang.work.stewardship"
    label = "stewardship"
    verbose_name = "数据治理 Stewardship"
    domain = "user"

    def ready(self) -> None:
        """This function will put stewardship into the side bar of those who bring data."""
        nav.add("work", Words("数据治理", "Data care"), "stewardship:bring", "database-import", "stewardship.see", keys="g d")
