"""Wiring of the shell."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The shell has no tables, so it is a plain app and belongs to no domain."""

    name = "beijiang.ui"
    label = "ui"
    verbose_name = "Shell"
