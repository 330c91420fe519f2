"""The tree, tiles, notes, leaves and proofs against a naive tree, published vectors and broken input."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beijiang.trust.audit import rules
from beijiang.trust.audit.rules import note as notes
from beijiang.trust.audit.rules.tree import fold, range_hash

# The eight leaves and roots of the certificate-transparency reference tests.
CT_LEAVES = [bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(hashes):
    """RFC 6962 § 2.1, written as it is read."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return rules.node_hash(naive_root(hashes[:k]), naive_root(hashes[k:]))


def naive_path(m, hashes):
    if len(hashes) <= 1:
        return []
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m < k:
        return [*naive_path(m, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(m - k, hashes[k:]), naive_root(hashes[:k])]


def leaves(count):
    return [rules.leaf_hash(b"leaf %d" % i) for i in range(count)]


def naive_node(hashes):
    return lambda level, index: fold(hashes[index << level : (index + 1) << level])


def build(count):
    """Tiles of a tree of `count` leaves, built through Edge in uneven batches, and its root."""
    tiles, size, hashes = {}, 0, leaves(count)
    step = 1
    while size < count:
        edge = rules.Edge(size, lambda level, n: tiles[level, n])
        for h in hashes[size : size + step]:
            edge.append(h)
        tiles.update(edge.changed())
        size, step = edge.size, step * 3 % 301 + 1
    return tiles, rules.Edge(count, lambda level, n: tiles[level, n]).root()


@pytest.mark.parametrize("count", range(1, 9))
def test_published_roots(count):
    hashes = [rules.leaf_hash(x) for x in CT_LEAVES[:count]]
    assert naive_root(hashes).hex() == CT_ROOTS[count - 1]
    assert rules.root(naive_node(hashes), count).hex() == CT_ROOTS[count - 1]
    frontier = rules.Frontier()
    for h in hashes:
        frontier.append(h)
    assert frontier.root().hex() == CT_ROOTS[count - 1]


def test_published_proofs():
    hashes = [rules.leaf_hash(x) for x in CT_LEAVES]
    proof = rules.inclusion_proof(naive_node(hashes), 5, 8)
    assert [h.hex() for h in proof] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 700), st.data())
def test_inclusion_against_naive(size, data):
    hashes = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    proof = rules.inclusion_proof(naive_node(hashes), index, size)
    want = naive_root(hashes)
    assert list(proof) == naive_path(index, hashes)
    rules.verify_inclusion(hashes[index], index, size, proof, want)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        bad = list(proof)
        bad[at] = bytes([bad[at][0] ^ 1]) + bad[at][1:]
        with pytest.raises(rules.ProofError):
            rules.verify_inclusion(hashes[index], index, size, bad, want)
        with pytest.raises(rules.ProofError):
            rules.verify_inclusion(hashes[index], index, size, proof[:-1], want)
    with pytest.raises(rules.ProofError):
        rules.verify_inclusion(hashes[index], index, size, [*proof, want], want)
    with pytest.raises(rules.ProofError):
        rules.verify_inclusion(rules.leaf_hash(b"other"), index, size, proof, want)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 500), st.integers(0, 500), st.data())
def test_consistency_against_naive(a, b, data):
    old, size = sorted((a, b))
    hashes = leaves(size)
    proof = rules.consistency_proof(naive_node(hashes), old, size)
    roots = naive_root(hashes[:old]), naive_root(hashes)
    rules.verify_consistency(old, size, proof, *roots)
    with pytest.raises(rules.ProofError):
        rules.verify_consistency(old, size, [*proof, roots[1]], *roots)
    if old:  # every tree extends the empty one, so there is nothing to prove
        with pytest.raises(rules.ProofError):
            rules.verify_consistency(old, size, proof, roots[0], b"\x00" * 32)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        bad = [bytes([h[0] ^ (i == at)]) + h[1:] for i, h in enumerate(proof)]
        with pytest.raises(rules.ProofError):
            rules.verify_consistency(old, size, bad, *roots)
        with pytest.raises(rules.ProofError):
            rules.verify_consistency(old, size, proof[:-1], *roots)


@pytest.mark.parametrize("bad", [(3, 3), (-1, 3), (0, 0)])
def test_index_outside_the_tree(bad):
    with pytest.raises(rules.ProofError):
        rules.inclusion_proof(naive_node(leaves(3)), *bad)
    with pytest.raises(rules.ProofError):
        rules.root_from_inclusion(b"\x00" * 32, *bad, ())


def test_short_hashes_and_reversed_sizes():
    with pytest.raises(rules.ProofError):
        rules.root_from_inclusion(b"\x00" * 32, 0, 2, [b"\x00" * 31])
    with pytest.raises(rules.ProofError):
        rules.verify_consistency(1, 2, [b"\x00" * 31], b"\x00" * 32, b"\x00" * 32)
    with pytest.raises(rules.ProofError):
        rules.verify_consistency(3, 2, [], b"\x00" * 32, b"\x00" * 32)
    with pytest.raises(rules.ProofError):
        rules.consistency_proof(naive_node(leaves(2)), 3, 2)
    with pytest.raises(rules.ProofError):
        rules.verify_consistency(0, 2, [], b"\x00" * 32, b"\x00" * 32)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513, 65535, 65536, 65537, 66000])
def test_tiles_give_the_tree(size):
    tiles, root = build(size)
    hashes = leaves(size)
    frontier = rules.Frontier()
    for h in hashes:
        frontier.append(h)
    assert root == frontier.root()
    assert {(t.level, t.n): t.width for t in rules.tiles_of(size)} == {k: len(v) // 32 for k, v in tiles.items()}
    node = rules.node_reader(lambda level, n: tiles[level, n])
    for index in {0, size // 2, size - 1}:
        rules.verify_inclusion(hashes[index], index, size, rules.inclusion_proof(node, index, size), root)
    old = size // 3
    rules.verify_consistency(old, size, rules.consistency_proof(node, old, size), range_hash(node, 0, old), root)


def test_widths_of_70000_leaves():
    """Measured from the standard's text: 273 + 112, 1 + 17, 0 + 1."""

    def widths(level):
        return rules.level_width(70000, level) // 256, rules.partial_width(70000, level)

    assert [widths(level) for level in range(4)] == [(273, 112), (1, 17), (0, 1), (0, 0)]
    assert len(list(rules.tiles_of(70000))) == 274 + 2 + 1
    assert list(rules.tiles_of(0)) == []


def test_a_short_tile_is_noticed():
    with pytest.raises(ValueError, match="shorter"):
        rules.Edge(3, lambda level, n: b"\x00" * 64)
    with pytest.raises(ValueError, match="shorter"):
        rules.node_reader(lambda level, n: b"\x00" * 32)(1, 0)


def test_paths():
    assert rules.tile_path(rules.TileRef(0, 1234067)) == "tile/0/x001/x234/067"
    assert rules.tile_path(rules.TileRef(None, 5, 7)) == "tile/entries/005.p/7"


@given(st.one_of(st.none(), st.integers(0, 63)), st.integers(0, 10**12), st.integers(1, 256))
def test_paths_round_trip(level, n, width):
    ref = rules.TileRef(level, n, width)
    _, head, rest = rules.tile_path(ref).split("/", 2)
    assert rules.parse_tile(head, rest) == ref


@pytest.mark.parametrize(
    ("level", "rest"),
    [
        ("0", "0"),
        ("0", "0000"),
        ("0", "x000/001"),
        ("0", "001/002"),
        ("0", "x001"),
        ("0", "001.p/0"),
        ("0", "001.p/256"),
        ("0", "001.p/07"),
        ("0", "001.p/"),
        ("0", "001.p"),
        ("0", "001/"),
        ("00", "001"),
        ("64", "001"),
        ("-1", "001"),
        ("data", "001"),
        ("٣", "001"),
        ("0", "٠٠١"),
        ("0", "../001"),
        ("0", "001\n"),
    ],
)
def test_addresses_not_written_as_the_standard_writes(level, rest):
    assert rules.parse_tile(level, rest) is None


@given(st.text(max_size=20), st.text(max_size=40))
def test_any_address_is_answered(level, rest):
    ref = rules.parse_tile(level, rest)
    assert ref is None or rules.tile_path(ref) == f"tile/{level}/{rest}"


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_round_trip(entries):
    assert rules.parse_bundle(rules.entry_bundle(entries)) == entries


def test_bundle_limits():
    with pytest.raises(ValueError, match="more than"):
        rules.entry_bundle([b"x" * 65536])
    with pytest.raises(ValueError, match="cut short"):
        rules.parse_bundle(b"\x00\x05abc")


# -- notes

SPEC_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SPEC_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_note_everybody_tests_with():
    """The example of Go's sumdb/note documentation."""
    key = rules.parse_vkey(SPEC_VKEY)
    assert key.vkey == SPEC_VKEY
    assert rules.open_note(SPEC_NOTE, [key]).signers == {"PeterNeumann": None}
    with pytest.raises(rules.NoteError, match="does not verify"):
        rules.open_note(SPEC_NOTE.replace("answer", "Answer"), [key])


def test_checkpoint_signed_and_opened():
    signer = rules.new_signer("log.example/a")
    body = rules.CheckpointBody("log.example/a", 7, b"\x05" * 32)
    note = rules.sign_checkpoint(body, signer)
    assert rules.open_checkpoint(note, signer.verifier)[0] == body
    assert rules.parse_skey(signer.skey()).verifier == signer.verifier
    assert rules.parse_vkey(signer.verifier.vkey) == signer.verifier
    assert signer.skey().split("+", 4)[-1] not in repr(signer)
    other = rules.new_signer("log.example/a")
    with pytest.raises(rules.NoteError, match="no trusted key"):
        rules.open_checkpoint(note, other.verifier)
    with pytest.raises(rules.NoteError, match="another log"):
        rules.open_checkpoint(rules.sign_checkpoint(rules.CheckpointBody("x", 7, b"\x05" * 32), signer), signer.verifier)


def test_cosignatures():
    log, witness, stranger = (
        rules.new_signer("log.example/a"),
        rules.new_signer("w.example", notes.COSIGNATURE),
        rules.new_signer("s.example", notes.COSIGNATURE),
    )
    note = rules.sign_checkpoint(rules.CheckpointBody("log.example/a", 1, b"\x01" * 32), log)
    text, _ = rules.parse_note(note)
    both = note + witness.line(text, 1700000000) + stranger.line(text, 5)
    _, opened = rules.open_checkpoint(both, log.verifier, [witness.verifier])
    assert opened.signers == {"log.example/a": None, "w.example": 1700000000}
    lied = note + witness.line(text.replace("\n1\n", "\n2\n"), 1700000000)
    with pytest.raises(rules.NoteError, match="does not verify"):
        rules.open_checkpoint(lied, log.verifier, [witness.verifier])
    with pytest.raises(rules.NoteError, match="has not signed"):
        rules.open_checkpoint(f"{text}\n{witness.line(text, 5)}", log.verifier, [witness.verifier])


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "\n",
        "text\n",
        "text\n\n",
        "text\n\n— a\n",
        "text\n\n— a !!!!\n",
        "text\n\n- a AAAAAAA=\n",
        "text\n\n— a AAAA\n",
        "te\txt\n\n— a AAAAAAAAAAA=\n",
        "text\n\n— a AAAAAAAAAAA=",
        "text\n\n— a+b AAAAAAAAAAA=\n",
        "text\n\n—  AAAAAAAAAAA=\n",
    ],
)
def test_malformed_notes(bad):
    with pytest.raises(rules.NoteError):
        rules.parse_note(bad)


@pytest.mark.parametrize("bad", ["a\n1\n", "a\n01\nAAAA\n", "a\n-1\nAAAA\n", "a\n1\nAAAA\n", "a\n1\n\n", "\n1\nAA==\n", "a\n١\nAAAA\n"])
def test_malformed_checkpoints(bad):
    with pytest.raises(rules.NoteError):
        rules.parse_checkpoint(bad)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "a",
        "a+b",
        "a+00000000+AAAA",
        "a b+00000000+AQ==",
        SPEC_VKEY.replace("c74f", "c74e"),
        "a+00000000+" + rules.encode64(b"\x02" + b"\x00" * 32),
    ],
)
def test_malformed_keys(bad):
    with pytest.raises(rules.NoteError):
        rules.parse_vkey(bad)
    with pytest.raises(rules.NoteError):
        rules.parse_skey("PRIVATE+KEY+" + bad)


def test_a_key_needs_a_good_name():
    with pytest.raises(rules.NoteError):
        rules.new_signer("two words")


# -- leaves

WHEN = datetime(2026, 11, 24, 13, 5, 7, 42, tzinfo=UTC)


def test_the_leaf_is_as_specified():
    data = rules.leaf_bytes("audit.log.read.v1", WHEN, b"\x01" * 32, b'{"a":1}')
    digest = sha256(b"\x01" * 32 + b'{"a":1}').hexdigest()
    assert data == f"bj1\naudit.log.read.v1\n2026-11-24T13:05:07.000042Z\n{digest}\n".encode()
    assert rules.parse_leaf(data) == ("audit.log.read.v1", "2026-11-24T13:05:07.000042Z", digest)
    shanghai = WHEN.astimezone(timezone(timedelta(hours=8)))
    assert rules.leaf_bytes("audit.log.read.v1", shanghai, b"\x01" * 32, b'{"a":1}') == data


@pytest.mark.parametrize(
    ("kind", "when", "salt", "envelope"),
    [
        ("a\nb", WHEN, b"0" * 32, b"{}"),
        ("", WHEN, b"0" * 32, b"{}"),
        ("A", WHEN, b"0" * 32, b"{}"),
        ("a" * 121, WHEN, b"0" * 32, b"{}"),
        ("a", WHEN.replace(tzinfo=None), b"0" * 32, b"{}"),
        ("a", WHEN, b"0" * 31, b"{}"),
        ("a", WHEN, b"0" * 32, b"x" * 65536),
    ],
)
def test_leaf_parts_are_checked(kind, when, salt, envelope):
    with pytest.raises(ValueError):
        rules.leaf_bytes(kind, when, salt, envelope)


@given(st.binary(max_size=200))
def test_other_bytes_are_no_leaf(data):
    with pytest.raises(ValueError, match="not a bj1 leaf"):
        rules.parse_leaf(data)


@given(st.binary(min_size=1, max_size=60), st.data())
def test_one_changed_byte_changes_the_leaf(envelope, data):
    salt = b"\x07" * 32
    at = data.draw(st.integers(0, len(envelope) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    other = envelope[:at] + bytes([envelope[at] ^ bit]) + envelope[at + 1 :]
    assert rules.leaf_bytes("a", WHEN, salt, envelope) != rules.leaf_bytes("a", WHEN, salt, other)


def test_subject_digests():
    key = b"k" * 32
    assert rules.subject_digest(key, "id_card", "1") != rules.subject_digest(key, "plate", "1")
    assert rules.subject_digest(key, "id_card", "1") != rules.subject_digest(b"l" * 32, "id_card", "1")
    rows = [("id_card", "a", "11"), ("plate", "b", "22")]
    assert rules.subjects_digest(rows) == rules.subjects_digest(rows[::-1])
    assert rules.subjects_digest(rows) != rules.subjects_digest(rows[:1])


# -- proof files


def proof_of(index, size):
    signer = rules.new_signer("log.example/a")
    data = [b"leaf %d" % i for i in range(size)]
    hashes = [rules.leaf_hash(d) for d in data]
    node = naive_node(hashes)
    note = rules.sign_checkpoint(rules.CheckpointBody("log.example/a", size, rules.root(node, size)), signer)
    return rules.ProofFile(index, rules.inclusion_proof(node, index, size), note), data[index], signer.verifier


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 100), st.data())
def test_proof_files(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof, leaf, key = proof_of(index, size)
    text = rules.write_proof(proof)
    assert rules.read_proof(text) == proof
    assert rules.verify_proof(rules.read_proof(text), leaf, key).size == size
    with pytest.raises(rules.ProofError):
        rules.verify_proof(proof, leaf + b"x", key)


def test_proof_file_with_extra():
    proof, leaf, key = proof_of(2, 5)
    extended = rules.ProofFile(proof.index, proof.hashes, proof.checkpoint, b"salt")
    assert rules.read_proof(rules.write_proof(extended)) == extended
    rules.verify_proof(extended, leaf, key)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "x\nindex 1\n\nn",
        "c2sp.org/tlog-proof@v1\n\nn",
        "c2sp.org/tlog-proof@v1\nindex 01\n\nn",
        "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nn",
        "c2sp.org/tlog-proof@v1\nindex 1\n!\n\nn",
        "c2sp.org/tlog-proof@v1\nextra !\nindex 1\n\nn",
        "c2sp.org/tlog-proof@v1\nindex 1" + "\nAA==" * 64 + "\n\nn",
    ],
)
def test_malformed_proof_files(bad):
    with pytest.raises(rules.NoteError):
        rules.read_proof(bad)


@pytest.mark.parametrize("size", [1, 257, 1030])
def test_an_independent_reader_agrees(tmp_path: Path, size):
    """tlog-scales (another author) reads a log written with these rules, and refuses one flipped bit."""
    tool = Path(sys.executable).with_name("tlog-tiles")
    if not tool.exists():
        pytest.skip("tlog-scales is not installed")
    tiles, root = build(size)
    signer = rules.new_signer("log.example/a")
    (tmp_path / "checkpoint").write_text(rules.sign_checkpoint(rules.CheckpointBody("log.example/a", size, root), signer), encoding="utf-8")
    entries = [b"leaf %d" % i for i in range(size)]
    for ref in rules.tiles_of(size):
        path = tmp_path / rules.tile_path(ref)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tiles[ref.level, ref.n])
        if ref.level == 0:
            path = tmp_path / rules.tile_path(rules.TileRef(None, ref.n, ref.width))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(rules.entry_bundle(entries[ref.n * 256 : ref.n * 256 + ref.width]))

    def run(*args):
        return subprocess.run([tool, *args], capture_output=True, check=False, env={**os.environ, "PYTHONUTF8": "1"})

    index = size * 2 // 3
    got = run("get-leaf", "-c", str(tmp_path), str(index))
    assert got.returncode == 0, got.stderr
    assert got.stdout == entries[index]
    proof = run("gen-proof", str(tmp_path), str(index))
    rules.verify_proof(rules.read_proof(proof.stdout.decode()), entries[index], signer.verifier)
    if size > 1:
        first = tmp_path / rules.tile_path(next(rules.tiles_of(size)))
        data = bytearray(first.read_bytes())
        data[0] ^= 1
        first.write_bytes(bytes(data))
        assert run("get-leaf", "-c", str(tmp_path), str(1 if size > 256 else index)).returncode != 0
