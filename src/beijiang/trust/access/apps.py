"""Wiring of access."""

from __future__ import annotations

from beijiang.kernel.apps import Room
from beijiang.kernel.words import Words


class AccessConfig(Room):
    """The room of purposes, matters, grants and the decision."""

    default = True
    name = "beijiang.trust.access"
    label = "access"
    verbose_name = "授权 Access"
    domain = "user"
    door_views = {
        "access_resource": (
            "id",
            "name",
            "title_zh",
            "title_en",
            "description_zh",
            "description_en",
            "owner_unit",
            "grade",
            "personal",
            "area_column",
            "unit_column",
            "columns",
            "allowed_purposes",
            "version",
            "updated_at",
        ),
        "access_openshare": ("id", "dataset", "columns", "areas", "row_cap", "start", "ended_at"),
        "access_matter": (
            "id",
            "ref",
            "kind",
            "title_zh",
            "title_en",
            "unit_code",
            "unit_path",
            "participants",
            "opened_at",
            "closed_at",
        ),
        "access_grant": (
            "id",
            "bundle",
            "origin",
            "holder_user",
            "holder_unit",
            "dataset",
            "purpose",
            "matter",
            "columns",
            "masks",
            "areas",
            "own_unit_only",
            "row_cap",
            "start",
            "end",
            "revoked_at",
            "revoked_by_name",
            "revoke_reason",
            "version",
        ),
    }

    def ready(self) -> None:
        """This function will put the room's pages into the menu (user domain only: the door has no pages)."""
        from django.conf import settings

        if settings.DOMAIN != "user":
            return
        from beijiang.ui import nav

        from . import grants

        nav.add("trust", Words("我的授权", "My grants"), "access:mine", "key", grants.SEE_OWN.code)
        nav.add("trust", Words("数据授权", "Grants on my data"), "access:owned", "user-check", grants.REVOKE_GRANT.code)
        nav.add("trust", Words("紧急查询", "Break glass"), "access:break_glass", "alert-triangle", grants.BREAK_GLASS.code)
        nav.add("trust", Words("紧急查询复核", "Break-glass review"), "access:reviews", "eye-check", grants.REVIEW_BREAK_GLASS.code)
        nav.add("trust", Words("使用目的", "Purposes"), "access:purposes", "gavel", grants.SEE_PURPOSES.code)
