"""Wiring of identity."""

from __future__ import annotations

from beijiang.kernel.apps import Room


class IdentityConfig(Room):
    """The room of people, units and sign-ins."""

    default = True
    name = "beijiang.trust.identity"
    label = "identity"
    verbose_name = "身份 Identity"
    domain = "user"
    door_views = {
        "identity_user": ("id", "username", "name", "is_active"),
        "identity_unit": ("id", "code", "name_zh", "name_en", "kind", "path", "division", "branch", "valid_from", "valid_until"),
        "identity_post": ("id", "user_id", "unit_id", "duties", "starts_at", "ends_at", "is_primary"),
        "identity_session": ("sid", "user_id", "kind", "level", "auth_time", "last_seen", "expires_at", "ended_at"),
        "identity_servicekey": ("id", "app_id", "public_key", "thumbprint", "audience", "valid_until", "revoked_at"),
    }
