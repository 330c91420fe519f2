"""Tiles: the tree cut into files, as C2SP tlog-tiles says.

Tile (L, N) holds up to 256 hashes of level 8·L, from index 256·N. The last tile of a level is partial while
the level's width is no multiple of 256; it is served under ``.p/<W>`` and never when empty.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .tree import HASH_SIZE, Node, fold, root

WIDTH = 256
ENTRIES = "entries"
MAX_ENTRY = 65535

_PATH = re.compile(r"\A(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/(?:[1-9][0-9]{0,2}))?\Z")

ReadTile = Callable[[int, int], bytes]


@dataclass(frozen=True, slots=True)
class TileRef:
    """Which tile: `level` (None for entries), `n`, and `width` hashes or entries wanted (256 = the full tile)."""

    level: int | None
    n: int
    width: int = WIDTH


def level_width(size: int, level: int) -> int:
    """How many hashes level 8·`level` has in a tree of `size` leaves."""
    return size >> (8 * level)


def partial_width(size: int, level: int) -> int:
    """The width of the last, partial tile of the level; 0 when there is none."""
    return level_width(size, level) % WIDTH


def tiles_of(size: int) -> Iterator[TileRef]:
    """Every tile of a tree of `size` leaves, none of them empty."""
    level = 0
    while (width := level_width(size, level)) > 0:
        for n in range(width // WIDTH):
            yield TileRef(level, n)
        if width % WIDTH:
            yield TileRef(level, width // WIDTH, width % WIDTH)
        level += 1


def index_path(n: int) -> str:
    """1234067 → ``x001/x234/067``: groups of three digits, all but the last marked with x."""
    groups = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        groups.insert(0, f"x{n % 1000:03d}")
    return "/".join(groups)


def tile_path(ref: TileRef) -> str:
    """The address of a tile below the log's prefix."""
    level = ENTRIES if ref.level is None else str(ref.level)
    tail = "" if ref.width == WIDTH else f".p/{ref.width}"
    return f"tile/{level}/{index_path(ref.n)}{tail}"


def parse_tile(level: str, rest: str) -> TileRef | None:
    """The tile an address asks for, or None when the address is not written exactly as the standard writes it."""
    if level != ENTRIES and not (level.isascii() and level.isdigit() and len(level) <= 2 and str(int(level)) == level):
        return None
    if not _PATH.match(rest):
        return None
    number, _, width = rest.partition(".p/")
    n = int(number.replace("x", "").replace("/", ""))
    w = int(width) if width else WIDTH
    if index_path(n) != number or n >= 1 << 55 or (width and w >= WIDTH):
        return None
    if level != ENTRIES and int(level) > 63:
        return None
    return TileRef(None if level == ENTRIES else int(level), n, w)


def entry_bundle(entries: Iterable[bytes]) -> bytes:
    """The bytes of an entries tile: each entry after its length, two bytes, big-endian."""
    out = bytearray()
    for data in entries:
        if len(data) > MAX_ENTRY:
            raise ValueError(f"an entry has {len(data)} bytes, more than {MAX_ENTRY}")
        out += len(data).to_bytes(2, "big") + data
    return bytes(out)


def parse_bundle(data: bytes) -> list[bytes]:
    """The entries of an entries tile; ValueError when it is cut short."""
    out, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 2], "big")
        if at + 2 + size > len(data):
            raise ValueError("the entries tile is cut short")
        out.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    return out


def node_reader(read: ReadTile) -> Node:
    """A `node` for `tree`'s functions that reads tiles; each tile is read once."""
    seen: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        tile_level, inner = divmod(level, 8)
        first = index << inner
        n, at = divmod(first, WIDTH)
        if (tile_level, n) not in seen:
            seen[tile_level, n] = read(tile_level, n)
        data = seen[tile_level, n]
        end = (at + (1 << inner)) * HASH_SIZE
        if len(data) < end:
            raise ValueError(f"tile {tile_level}/{n} is shorter than the tree says")
        return fold([data[i : i + HASH_SIZE] for i in range(at * HASH_SIZE, end, HASH_SIZE)])

    return node


class Edge:
    """The last tile of every level; appending leaves yields the tiles that changed.

    `size` is the tree before; `read(level, n)` gives a stored tile's bytes and is asked only for tiles that exist.
    """

    def __init__(self, size: int, read: ReadTile) -> None:
        self.size = size
        self._changed: dict[tuple[int, int], bytearray] = {}
        self._last: dict[int, bytearray] = {}
        level = 0
        while level_width(size, level) > 0:
            if width := partial_width(size, level):
                data = read(level, level_width(size, level) // WIDTH)
                if len(data) < width * HASH_SIZE:
                    raise ValueError(f"tile {level}/{level_width(size, level) // WIDTH} is shorter than the tree says")
                self._last[level] = bytearray(data[: width * HASH_SIZE])
            level += 1

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash and carry full tiles upwards."""
        level, value, width = 0, leaf, self.size
        while True:
            tile = self._last.setdefault(level, bytearray())
            tile += value
            self._changed[level, width // WIDTH] = tile
            if len(tile) < WIDTH * HASH_SIZE:
                break
            value = fold([bytes(tile[i : i + HASH_SIZE]) for i in range(0, len(tile), HASH_SIZE)])
            del self._last[level]
            level, width = level + 1, width // WIDTH
        self.size += 1

    def changed(self) -> dict[tuple[int, int], bytes]:
        """(level, n) → bytes of every tile that is new or wider than before."""
        return {key: bytes(tile) for key, tile in self._changed.items()}

    def root(self) -> bytes:
        """The root of the tree as it is now."""

        def read(level: int, n: int) -> bytes:
            return bytes(self._last[level])

        # Every complete subtree on the way to the root lies in the last tile of its level.
        return root(_edge_node(read), self.size)


def _edge_node(read: ReadTile) -> Node:
    def node(level: int, index: int) -> bytes:
        tile_level, inner = divmod(level, 8)
        n, at = divmod(index << inner, WIDTH)
        data = read(tile_level, n)
        end = (at + (1 << inner)) * HASH_SIZE
        return fold([data[i : i + HASH_SIZE] for i in range(at * HASH_SIZE, end, HASH_SIZE)])

    return node
