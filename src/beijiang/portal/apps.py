"""Wiring of the portal."""

from __future__ import annotations

from beijiang.kernel import places
from beijiang.kernel.apps import Room
from beijiang.kernel.words import Words
from beijiang.ui import nav


class PortalConfig(Room):
    """The pages that span rooms; no tables."""

    default = True
    name = "beijiang.portal"
    label = "portal"
    verbose_name = "门户 Portal"
    domain = "user"

    def ready(self) -> None:
        """This function will put the home page and search first in the side bar, and name the region's divisions to all rooms."""
        places.install(_places)
        nav.add("home", Words("首页", "Home"), "portal:home", "home", keys="g h")
        nav.add("home", Words("搜索", "Search"), "portal:search", "search", keys="g s")


def _places() -> list[places.Place]:
    from . import region

    # A development zone stands beside the counties.
    levels = {"region": "region", "city": "city", "county": "county", "zone": "county", "township": "township"}
    return [places.Place(d.code, d.name, levels[d.level], d.parent or "") for d in region.divisions().values()]  # type: ignore[arg-type]
