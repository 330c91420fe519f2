"""Who acts. The Actor is all that rooms learn about the caller."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from uuid import UUID

Level = Literal["any", "mfa", "passkey"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with a post, a service account, or a part of the system, at the moment of acting.

    `unit_path` holds unit codes from the root down to the actor's own. `division` is the
    six-digit code of the county or city whose area the unit serves (GB/T 2260).
    """

    user_id: UUID | None
    username: str
    name: str
    kind: Literal["person", "service", "system"] = "person"
    unit_id: UUID | None = None
    unit_code: str = ""
    unit_name_zh: str = ""
    unit_name_en: str = ""
    unit_path: tuple[str, ...] = ()
    division: str = ""
    branch: str = ""
    duties: frozenset[str] = field(default_factory=frozenset)
    session_id: UUID | None = None
    level: Level = "any"

    @classmethod
    def system(cls, name: str) -> Actor:
        """This function will make the actor for work that no person started, such as `relay` or `demo`."""
        return cls(user_id=None, username=f"system:{name}", name=name, kind="system", duties=frozenset({"system"}))

    @property
    def is_authenticated(self) -> bool:
        """True for everybody but the anonymous visitor."""
        return self.kind != "person" or self.user_id is not None


ANONYMOUS = Actor(user_id=None, username="", name="")
