"""What stands in the side bar: rooms add their entries in `apps.py`, and a viewer sees what the policy lets them open."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from beijiang.kernel import guard
from beijiang.kernel.guard import Permission
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

FLOORS: dict[str, Words | None] = {
    "home": None,
    "work": Words("人在干", "People work"),
    "flow": Words("数在转", "Data flows"),
    "compute": Words("云在算", "The cloud computes"),
    "trust": Words("信任", "Trust"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One room's line in the side bar; `keys` such as "g c" open it from the keyboard."""

    floor: str
    label: Words
    url_name: str
    icon: str
    permission: Permission | str | None = None
    keys: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as one viewer sees it on one page."""

    label: Words
    url: str
    icon: str
    keys: str | None
    here: bool


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor of the house with the entries that the viewer may open."""

    name: str
    label: Words | None
    entries: tuple[Shown, ...]


_entries: list[Entry] = []
_account: list[Entry] = []


def add(floor: str, label: Words, url_name: str, icon: str, permission: Permission | str | None = None, keys: str | None = None) -> None:
    """This function will put a line into the side bar, under `floor` (home, work, flow, compute, trust).

    Adding the same address twice changes nothing, so that `ready()` may run again in tests.
    """
    if floor not in FLOORS:
        raise ValueError(f"there is no floor {floor!r}; floors are {', '.join(FLOORS)}")
    taken = {e.keys: e.url_name for e in _entries if e.keys and e.url_name != url_name}
    if keys in taken:
        raise ValueError(f"keys {keys!r} already open {taken[keys]}")
    if not any(e.url_name == url_name for e in _entries):
        _entries.append(Entry(floor, label, url_name, icon, permission, keys))


def add_account(label: Words, url_name: str, icon: str) -> None:
    """This function will put a line into the menu of one's own account."""
    if not any(e.url_name == url_name for e in _account):
        _account.append(Entry("home", label, url_name, icon))


def _show(entry: Entry, path: str) -> Shown | None:
    try:
        url = reverse(entry.url_name)
    except NoReverseMatch:
        # The data domain has no pages, and a room's pages may be switched off: no dead links then.
        return None
    here = path == url if url == "/" else path.startswith(url)
    return Shown(entry.label, url, entry.icon, entry.keys, here)


def floors(actor: Actor, path: str) -> tuple[Floor, ...]:
    """This function will give the floors with the entries that `actor` may open, empty floors left out."""
    found: dict[str, list[Shown]] = {name: [] for name in FLOORS}
    for entry in _entries:
        if entry.permission is None or guard.allowed(actor, entry.permission):
            shown = _show(entry, path)
            if shown:
                found[entry.floor].append(shown)
    return tuple(Floor(name, label, tuple(found[name])) for name, label in FLOORS.items() if found[name])


def account(path: str) -> tuple[Shown, ...]:
    """This function will give the lines of the account menu."""
    return tuple(shown for shown in (_show(entry, path) for entry in _account) if shown)
