"""Who people are, the tree of units, and who holds which duties where."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q

from beijiang.kernel.ids import new_id

from ..rules import username_key


class UserManager(BaseUserManager["User"]):
    """Finds people as they type themselves; creating them is an action, not a manager's method."""

    def get_by_natural_key(self, username: str | None) -> User:
        """This function will find a user by what was typed: NFKC, any case."""
        return self.get(username=username_key(username or ""))

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """There are no e-mail addresses here; allauth asks nevertheless."""
        return ""


class User(AbstractBaseUser):
    """A person with an account. Rights come from posts, never from flags on the account."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    sort_key = models.CharField(max_length=200, db_index=True)
    police_number = models.CharField(max_length=16, unique=True, null=True)
    language = models.CharField(max_length=10, default="", blank=True)
    """What they chose; empty until then, and the browser's language holds."""
    is_active = models.BooleanField(default=True)
    password_changed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    is_staff = False
    is_superuser = False

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(username__regex=r"^[a-z0-9][a-z0-9._-]*$"), name="user_username_form"),
        ]

    def get_full_name(self) -> str:
        """The person's name, for libraries that ask."""
        return self.name

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Nothing is permitted by Django's own scheme; the guard decides."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """See has_perm."""
        return False


class Unit(models.Model):
    """A unit in the tree. `path` is `/root/…/code/`, so that a prefix is a subtree."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=32, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    sort_key = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=400)
    division = models.CharField(max_length=12, default="", blank=True)
    branch = models.CharField(max_length=40, default="", blank=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(OpClass(F("path"), name="varchar_pattern_ops"), name="unit_subtree"),
        ]


class Post(models.Model):
    """A person in a unit with duties; never deleted, only ended."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    title_zh = models.CharField(max_length=80, default="", blank=True)
    title_en = models.CharField(max_length=120, default="", blank=True)
    duties = ArrayField(models.CharField(max_length=20))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    is_primary = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="post_ends_after_start"),
            models.UniqueConstraint(fields=["user"], condition=Q(is_primary=True, ends_at__isnull=True), name="post_one_primary"),
        ]


class Substitution(models.Model):
    """Who acts for the holder of a post, from then to then. Ended early or run out, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    substitute = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    appointed_by = models.UUIDField(null=True)
    appointed_by_name = models.CharField(max_length=160)
    appointed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=160, default="", blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="substitution_ends_after_start"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["substitute", "ends_at"], condition=Q(ended_at__isnull=True), name="substitution_by"),
            models.Index(fields=["post", "ends_at"], condition=Q(ended_at__isnull=True), name="substitution_of"),
        ]
