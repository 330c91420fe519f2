"""The Merkle tree of RFC 6962 § 2.1, as functions over a `node` reader.

`node(level, index)` answers the hash of the complete subtree of 2**level leaves whose leftmost leaf is
``index * 2**level``. Nothing here knows where hashes are kept, so the same code serves the sequencer,
the pages and a verifier cut out of this file.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]


class ProofError(ValueError):
    """A proof does not lead to the root it claims."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data): the tree's hash of one leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right): the tree's hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two smaller than `size` (size ≥ 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over `hashes`, whose number must be a power of two."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


def range_hash(node: Node, start: int, end: int) -> bytes:
    """MTH(D[start:end]); `start` must be a multiple of the power of two that covers the range."""
    size = end - start
    if size == 0:
        return EMPTY_ROOT
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    k = split(size)
    return node_hash(range_hash(node, start, start + k), range_hash(node, start + k, end))


def root(node: Node, size: int) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return range_hash(node, 0, size)


def inclusion_proof(node: Node, index: int, size: int) -> tuple[bytes, ...]:
    """PATH(index, D[size]), from the leaf's sibling up to the root's child."""
    if not 0 <= index < size:
        raise ProofError(f"index {index} is outside a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        k = split(end - start)
        if index - start < k:
            path.append(range_hash(node, start + k, end))
            end = start + k
        else:
            path.append(range_hash(node, start, start + k))
            start += k
    return tuple(reversed(path))


def consistency_proof(node: Node, old: int, size: int) -> tuple[bytes, ...]:
    """PROOF(old, D[size]): that the tree of `old` leaves is a prefix of the tree of `size`."""
    if not 0 <= old <= size:
        raise ProofError(f"size {old} is not a prefix of {size}")
    if old in (0, size):
        return ()
    path: list[bytes] = []
    start, end, whole = 0, size, True
    while old - start != end - start:
        k = split(end - start)
        if old - start <= k:
            path.append(range_hash(node, start + k, end))
            end = start + k
        else:
            path.append(range_hash(node, start, start + k))
            start += k
            whole = False
    if not whole:
        path.append(range_hash(node, start, end))
    return tuple(reversed(path))


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Iterable[bytes]) -> bytes:
    """The root that `leaf` (a leaf hash) at `index` leads to (RFC 9162 § 2.1.3.2)."""
    if not 0 <= index < size:
        raise ProofError(f"index {index} is outside a tree of {size}")
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if len(p) != HASH_SIZE:
            raise ProofError("a hash of the proof is not 32 bytes long")
        if sn == 0:
            raise ProofError("the proof is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofError("the proof is too short")
    return r


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Iterable[bytes], want: bytes) -> None:
    """Raise ProofError unless `leaf` is leaf `index` of the tree of `size` with root `want`."""
    if root_from_inclusion(leaf, index, size, proof) != want:
        raise ProofError("the proof leads to another root")


def verify_consistency(old: int, size: int, proof: Iterable[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raise ProofError unless the tree (old, old_root) is a prefix of (size, new_root) (RFC 9162 § 2.1.4.2)."""
    path = list(proof)
    if not 0 <= old <= size:
        raise ProofError("the old tree is larger than the new one")
    if any(len(p) != HASH_SIZE for p in path):
        raise ProofError("a hash of the proof is not 32 bytes long")
    if old == size:
        if path or old_root != new_root:
            raise ProofError("trees of one size must have one root and an empty proof")
        return
    if old == 0:
        if path or old_root != EMPTY_ROOT:
            raise ProofError("from the empty tree the proof is empty")
        return
    if not path:
        raise ProofError("the proof is too short")
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    fn, sn = old - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            raise ProofError("the proof is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofError("the proof is too short")
    if fr != old_root or sr != new_root:
        raise ProofError("the proof leads to other roots")


class Frontier:
    """The complete subtrees at the right edge: enough to extend a tree and know its root, in O(log n) memory."""

    def __init__(self) -> None:
        self.size = 0
        self._stack: list[tuple[int, bytes]] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        level, value = 0, leaf
        while self._stack and self._stack[-1][0] == level:
            value = node_hash(self._stack.pop()[1], value)
            level += 1
        self._stack.append((level, value))
        self.size += 1

    def root(self) -> bytes:
        """The root of what has been added so far."""
        if not self._stack:
            return EMPTY_ROOT
        value = self._stack[-1][1]
        for _, left in reversed(self._stack[:-1]):
            value = node_hash(left, value)
        return value
