"""Where the built front-end files are: esbuild names them by content and writes the map read here."""

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

DIST = Path(__file__).parent / "static" / "ui" / "dist"


@lru_cache(maxsize=8)
def _read(name: str, stamp: float) -> dict[str, str]:
    del stamp  # part of the cache key only: a rebuilt file is read again
    data: dict[str, str] = json.loads((DIST / name).read_text("utf-8"))
    return data


def _load(name: str) -> dict[str, str]:
    try:
        return _read(name, (DIST / name).stat().st_mtime)
    except FileNotFoundError:
        # Pages still answer without a build (tests of other rooms need no node); they are then bare.
        return {}


def url(name: str) -> str:
    """Return the address of a built file, e.g. "app.css"."""
    return static(f"ui/dist/{_load('manifest.json').get(name, name)}")


def icon_paths(name: str) -> str:
    """Return the inner SVG of an icon, or "" when it is not in the build."""
    return _load("icons.json").get(name, "")


def built() -> bool:
    """Return whether the front end has been built."""
    return bool(_load("manifest.json"))


def static_prefix() -> str:
    """Return the address under which static files are served."""
    return str(settings.STATIC_URL)
