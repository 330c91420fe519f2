"""Argon2id as OWASP and Keycloak set it: a password costs about 30 ms, not half a second."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id with t=5, m=7 MiB, p=1 (OWASP Password Storage Cheat Sheet; reference/identity_services § 4)."""

    time_cost = 5
    memory_cost = 7 * 1024
    parallelism = 1
