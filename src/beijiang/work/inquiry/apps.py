"""Wiring of inquiry."""

from __future__ import annotations

from beijiang.kernel.apps import Room
from beijiang.kernel.words import Words
from beijiang.ui import nav


class InquiryConfig(Room):
    """The room where people ask the data."""

    default = True
    name = "beijiang.work.inquiry"
    label = "inquiry"
    verbose_name = "问数据 Inquiry"
    domain = "user"

    def ready(self) -> None:
        """This function will put inquiry into the side bar."""
        nav.add("work", Words("问数据", "Ask the data"), "inquiry:directory", "database-search", "inquiry.see", keys="g i")
