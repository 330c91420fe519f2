"""Wiring of the portal."""

from __future__ import annotations

from beijiang.kernel.apps import Room
from beijiang.kernel.words import Words


class PortalConfig(Room):
    """The pages that span rooms; no tables."""

    default = True
    name = "beijiang.portal"
    label = "portal"
    verbose_name = "门户 Portal"
    domain = "user"

    def ready(self) -> None:
        """This function will put the home page first in the side bar, and tell the shell how duties are written."""
        from beijiang.trust.identity.types import Duty
        from beijiang.ui import nav, shell

        nav.add("home", Words("首页", "Home"), "portal:home", "home", keys="g h")
        nav.add("home", Words("搜索", "Search"), "portal:search", "search", keys="g s")
        shell.name_duties({duty.value: duty.words for duty in Duty})
