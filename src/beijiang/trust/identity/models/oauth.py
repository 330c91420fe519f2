"""django-oauth-toolkit's tables, swapped for ours before the first migration (issue 4 builds on them).

Its abstract models name their relations themselves and its code uses those names, so the house's
`related_name="+"` does not hold here (docs/decisions).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from oauth2_provider import models as dot

from beijiang.kernel.ids import new_id


class ApplicationManager(models.Manager["Application"]):
    """Natural key for DOT."""

    def get_by_natural_key(self, client_id: str) -> Application:
        """This function will find an application by its client id."""
        return self.get(client_id=client_id)


class Application(dot.AbstractApplication):
    """A relying party or service account."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    objects: ClassVar[ApplicationManager] = ApplicationManager()

    class Meta(dot.AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"

    def natural_key(self) -> tuple[str]:
        """The client id."""
        return (self.client_id,)


class Grant(dot.AbstractGrant):
    """An authorisation code."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta(dot.AbstractGrant.Meta):
        swappable = "OAUTH2_PROVIDER_GRANT_MODEL"


class AccessToken(dot.AbstractAccessToken):
    """An access token of a relying party."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta(dot.AbstractAccessToken.Meta):
        swappable = "OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL"


class RefreshToken(dot.AbstractRefreshToken):
    """A refresh token with its family."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta(dot.AbstractRefreshToken.Meta):
        swappable = "OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL"


class IDToken(dot.AbstractIDToken):
    """An id token."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta(dot.AbstractIDToken.Meta):
        swappable = "OAUTH2_PROVIDER_ID_TOKEN_MODEL"


class DeviceGrant(dot.AbstractDeviceGrant):
    """A device waiting for its user."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta(dot.AbstractDeviceGrant.Meta):
        swappable = "OAUTH2_PROVIDER_DEVICE_GRANT_MODEL"
