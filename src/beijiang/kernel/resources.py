"""Text that ships with the product beside the code: law/, policies/."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def path(name: str) -> Path:
    """This function will find the folder `name` in the installed package, else in the source tree.

    Raises FileNotFoundError when it is in neither, which means a broken installation.
    """
    for candidate in (_PACKAGE / "shipped" / name, _PACKAGE.parent.parent / name):
        if candidate.exists():
            return candidate
    raise FileNotFoundError(f"{name} is missing from this installation")
