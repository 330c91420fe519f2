"""Export bundles: made by the job, checked by the standalone program in a clean Python, and every change named."""

from __future__ import annotations

import ast
import base64
import copy
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from beijiang.kernel import clock
from beijiang.kernel.errors import Invalid, NotFound, Refused, TooLarge, Unavailable
from beijiang.kernel.models import Todo
from beijiang.kernel.types import Actor
from beijiang.trust.audit import actions, queries, rules
from beijiang.trust.audit.actions.bundle import VERIFIER
from beijiang.trust.audit.models import Entry, Export
from beijiang.trust.audit.types import Filters

from . import make

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("audit")


def exported(filters=None, actor=make.AUDITOR):
    """Choose, seal and make; the bundle's bytes."""
    info = actions.export_bundle(actor, filters=filters or Filters(dataset="stolen_property"), reason="专项核查")
    while actions.sequence():
        pass
    assert actions.make_bundle(SYSTEM, export_id=info.id)
    found, content = actions.fetch_bundle(actor, export_id=info.id)
    data = b"".join(content)
    assert (found.state, found.size, found.sha256) == ("ready", len(data), hashlib.sha256(data).hexdigest())
    return data


def checked(data, tmp_path, *words, program=VERIFIER):
    """(exit code, output) of the program, run as on another machine: isolated, from another folder."""
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-I", str(program), str(path), *words],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
        env={"PYTHONIOENCODING": "utf-8", "PATH": "/usr/bin"},
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def files_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def zipped(files, extra=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        for name, content in [*files.items(), *extra]:
            bundle.writestr(name, content)
    return out.getvalue()


def with_manifest(files):
    """A manifest that fits, as whoever changes a bundle with care would write."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "MANIFEST.json"}
    return {**files, "MANIFEST.json": json.dumps({"format": "beijiang-bundle/1", "files": digests}).encode()}


@pytest.fixture
def bundle():
    make.sealed(30)
    make.sealed(3, dataset="stolen_property", purpose="case_investigation")
    make.sealed(7, actor=make.OTHER)
    make.sealed(4, actor=make.OTHER, dataset="stolen_property", outcome="refused")
    return exported()


def test_an_untouched_bundle_verifies(bundle, tmp_path):
    code, said = checked(bundle, tmp_path)
    assert code == 0 and "核验通过 VERIFIED" in said
    assert said.count("完好 intact") == 7
    names = set(files_of(bundle))
    assert {"README.zh.md", "README.en.md", "verify.py", "key.txt", "checkpoint.txt", "export.json", "MANIFEST.json"} < names
    assert sum(n.startswith("entries/") for n in names) == 7
    # The key is compared when it is given, and its absence is said.
    assert "/log/key" in said
    assert checked(bundle, tmp_path, "--key", queries.vkey())[0] == 0
    assert checked(bundle, tmp_path, "--key", rules.new_signer("beijiang.local/log").verifier.vkey)[0] == 1


def test_the_bundles_own_program_is_the_one_that_is_offered(bundle, tmp_path, client):
    inside = files_of(bundle)["verify.py"]
    assert inside == VERIFIER.read_bytes() == client.get("/log/verify.py").content
    copied = tmp_path / "verify.py"
    copied.write_bytes(inside)
    assert checked(bundle, tmp_path, program=copied)[0] == 0


def test_the_program_is_small_old_and_alone():
    text = VERIFIER.read_text()
    tree = ast.parse(text, feature_version=(3, 9))
    assert len(text.splitlines()) <= 250
    imported = {n for node in ast.walk(tree) if isinstance(node, ast.Import) for n in (a.name for a in node.names)}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.Match)]


def test_a_bundle_holds_no_more_than_the_page_shows(bundle):
    for name, content in files_of(bundle).items():
        if name.startswith("entries/"):
            said = json.loads(content)
            entry = Entry.objects.get(index=said["index"])
            assert (said["event"], said["salt"]) == (entry.event, bytes(entry.salt).hex())
            assert set(json.loads(said["event"])) == {"actor", "title", "event", "outcome", "subjects"}


def entry_name(files, which=2):
    return sorted(n for n in files if n.startswith("entries/"))[which]


def changed(files, name, **said):
    return {
        **files,
        name: json.dumps({**json.loads(files[name]), **said}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(),
    }


def flip(text, at=0):
    """One hex digit changed."""
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


MUTATIONS = {
    "event": lambda f, n, e: changed(f, n, event=e["event"].replace("stolen_property", "stolen_propertx")),
    "event, one character more": lambda f, n, e: changed(f, n, event=e["event"] + " "),
    "salt": lambda f, n, e: changed(f, n, salt=flip(e["salt"])),
    "salt cut": lambda f, n, e: changed(f, n, salt=e["salt"][:-2]),
    "salt gone": lambda f, n, e: changed(f, n, salt=None),
    "event gone": lambda f, n, e: changed(f, n, event=None),
    "index": lambda f, n, e: changed(f, n, index=e["index"] + 1),
    "index no number": lambda f, n, e: changed(f, n, index=True),
    "index huge": lambda f, n, e: changed(f, n, index=1 << 80),
    "index below nought": lambda f, n, e: changed(f, n, index=-1),
    "proof, first": lambda f, n, e: changed(f, n, proof=[flip(e["proof"][0]), *e["proof"][1:]]),
    "proof, last": lambda f, n, e: changed(f, n, proof=[*e["proof"][:-1], flip(e["proof"][-1], 63)]),
    "proof shorter": lambda f, n, e: changed(f, n, proof=e["proof"][:-1]),
    "proof longer": lambda f, n, e: changed(f, n, proof=[*e["proof"], "00" * 32]),
    "proof endless": lambda f, n, e: changed(f, n, proof=["00" * 32] * 70),
    "proof no list": lambda f, n, e: changed(f, n, proof="x"),
    "proof no hash": lambda f, n, e: changed(f, n, proof=["00"]),
    "leaf": lambda f, n, e: changed(f, n, leaf=e["leaf"].replace("T", "t", 1)),
    "leaf's digest": lambda f, n, e: changed(f, n, leaf=e["leaf"][:-2] + ("0" if e["leaf"][-2] != "0" else "1") + "\n"),
    "leaf hash": lambda f, n, e: changed(f, n, leaf_hash=flip(e["leaf_hash"])),
    "type": lambda f, n, e: changed(f, n, type="audittest.thing.told.v1"),
    "time": lambda f, n, e: changed(f, n, time=e["time"].replace("20", "21", 1)),
    "a member more": lambda f, n, e: changed(f, n, more=1),
    "a member less": lambda f, n, e: {**f, n: json.dumps({k: v for k, v in e.items() if k != "type"}).encode()},
    "no JSON": lambda f, n, e: {**f, n: b"{"},
    "no UTF-8": lambda f, n, e: {**f, n: b"\xff\xfe"},
    "a list": lambda f, n, e: {**f, n: b"[]"},
    "deep": lambda f, n, e: {**f, n: b"[" * 100_000},
    "leaf and hash of another": lambda f, n, e: changed(
        f, n, **{k: json.loads(f[entry_name(f, 3)])[k] for k in ("leaf", "leaf_hash", "event", "salt", "type", "time")}
    ),
}


@pytest.mark.parametrize("careful", [False, True], ids=["manifest left", "manifest rewritten"])
@pytest.mark.parametrize("what", MUTATIONS)
def test_every_change_of_an_entry_is_named(bundle, tmp_path, what, careful):
    files = files_of(bundle)
    name = entry_name(files)
    bad = MUTATIONS[what](files, name, json.loads(files[name]))
    assert bad != files
    code, said = checked(zipped(with_manifest(bad) if careful else bad), tmp_path)
    assert code == 1, said
    assert f"✗ {name}" in said and "核验未通过 NOT VERIFIED" in said
    assert said.count("✓ ") >= 6 - ("another" in what)


def resigned(files, signer, root=None):
    """Checkpoint and key of somebody else's log."""
    lines = files["checkpoint.txt"].decode().split("\n")
    body = rules.CheckpointBody(signer.name, int(lines[1]), root or base64.b64decode(lines[2]))
    return {**files, "checkpoint.txt": rules.sign_checkpoint(body, signer).encode(), "key.txt": signer.verifier.vkey.encode() + b"\n"}


def bent_text(files, name, change):
    return {**files, name: change(files[name].decode()).encode()}


def signature_bent(note):
    head, dash, tail = note.rpartition(" ")
    raw = bytearray(base64.b64decode(tail))
    raw[20] ^= 1
    return head + dash + base64.b64encode(raw).decode() + "\n"


def flipped_key(vkey):
    name, id_, key = vkey.strip().split("+", 2)
    raw = bytearray(base64.b64decode(key))
    raw[5] ^= 1
    return f"{name}+{hashlib.sha256(name.encode() + chr(10).encode() + bytes(raw)).digest()[:4].hex()}+{base64.b64encode(raw).decode()}\n"


AROUND = {
    "checkpoint's size": lambda f: bent_text(
        f, "checkpoint.txt", lambda t: re.sub(r"\n(\d+)\n", lambda m: f"\n{int(m[1]) + 1}\n", t, count=1)
    ),
    "checkpoint's root": lambda f: bent_text(
        f, "checkpoint.txt", lambda t: t.replace(t.split("\n")[2], base64.b64encode(b"x" * 32).decode())
    ),
    "checkpoint's origin": lambda f: bent_text(f, "checkpoint.txt", lambda t: "other.log\n" + t.split("\n", 1)[1]),
    "signature": lambda f: bent_text(f, "checkpoint.txt", signature_bent),
    "signature cut": lambda f: bent_text(f, "checkpoint.txt", lambda t: t[:-10] + "\n"),
    "signature gone": lambda f: bent_text(f, "checkpoint.txt", lambda t: t.rpartition("\n\n")[0] + "\n\n"),
    "checkpoint empty": lambda f: {**f, "checkpoint.txt": b""},
    "key": lambda f: bent_text(f, "key.txt", flipped_key),
    "key's id": lambda f: bent_text(
        f, "key.txt", lambda t: re.sub(r"\+([0-9a-f])", lambda m: "+" + ("0" if m[1] != "0" else "1"), t, count=1)
    ),
    "key empty": lambda f: {**f, "key.txt": b""},
    "another key alone": lambda f: {**f, "key.txt": rules.new_signer("beijiang.local/log").verifier.vkey.encode()},
    "manifest's digest": lambda f: {
        **f,
        "MANIFEST.json": f["MANIFEST.json"].replace(hashlib.sha256(f["key.txt"]).hexdigest().encode(), b"0" * 64),
    },
    "manifest empty": lambda f: {**f, "MANIFEST.json": b"{}"},
    "manifest no JSON": lambda f: {**f, "MANIFEST.json": b"x"},
    "manifest gone": lambda f: {n: c for n, c in f.items() if n != "MANIFEST.json"},
    "readme": lambda f: {**f, "README.zh.md": f["README.zh.md"] + b"x"},
    "program": lambda f: {**f, "verify.py": b"print('ok')"},
    "export's entry gone": lambda f: {n: c for n, c in f.items() if n != "export.json"},
    "export's event": lambda f: changed(f, "export.json", event=json.loads(f["export.json"])["event"].replace("专项", "日常")),
    "export's entry another": lambda f: {**f, "export.json": f[entry_name(f)]},
    "a file of no kind": lambda f: {**f, "entries/../../etc/passwd": b"x"},
}


# With the manifest rewritten to fit, a change of what proves nothing (text, program, the manifest itself) is none.
PROVES_NOTHING = ("readme", "program", "manifest's digest", "manifest empty", "manifest no JSON", "manifest gone")


@pytest.mark.parametrize(("what", "careful"), [(w, c) for w in AROUND for c in (False, True) if not (c and w in PROVES_NOTHING)])
def test_every_change_around_the_entries_shows(bundle, tmp_path, what, careful):
    bad = AROUND[what](files_of(bundle))
    code, said = checked(zipped(with_manifest(bad) if careful else bad), tmp_path)
    assert code == 1 and "✗" in said and "Traceback" not in said


def test_one_removed_added_or_doubled(bundle, tmp_path):
    files = files_of(bundle)
    name = entry_name(files)
    less = {n: c for n, c in files.items() if n != name}
    code, said = checked(zipped(less), tmp_path)
    assert code == 1 and f"✗ {name}: " in said and "removed" in said
    # With the manifest rewritten the log itself tells: the export named seven.
    code, said = checked(zipped(with_manifest(less)), tmp_path)
    assert code == 1 and "✗ export.json" in said and "导出时共 7 条，包中相符 6 条" in said
    stranger = exported(Filters(person="li.na"))
    more = {**files, **{n: c for n, c in files_of(stranger).items() if n.startswith("entries/")}}
    assert checked(zipped(with_manifest(more)), tmp_path)[0] == 1
    code, said = checked(zipped(files, [(name, files[name])]), tmp_path)
    assert code == 1 and f"✗ {name}: 重复 doubled" in said
    other = "entries/000000009999.json"
    code, said = checked(zipped(with_manifest({**files, other: files[name]})), tmp_path)
    assert code == 1 and f"✗ {other}" in said
    code, said = checked(zipped(with_manifest({**files, "other.json": files[name]})), tmp_path)
    assert code == 1 and "✗ other.json" in said


def test_a_true_entry_of_the_log_put_in_its_place(bundle, tmp_path):
    """A swap of one sound entry for another, both truly of this log and tree: only the export's own entry can tell."""
    make.sealed(1, actor=make.OTHER, dataset="licences")
    files, name = files_of(bundle), entry_name(files_of(bundle))
    head_size = int(files["checkpoint.txt"].split(b"\n")[1])
    node = rules.node_reader(__import__("beijiang.trust.audit.queries.receipt", fromlist=["read_tile"]).read_tile)
    row = Entry.objects.exclude(datasets__contains=["stolen_property"]).order_by("index").first()
    entry = rules.BundleEntry(str(row.id), row.index, row.type, row.time, bytes(row.leaf), row.event, bytes(row.salt))
    swapped = {n: c for n, c in files.items() if n != name} | {f"entries/{row.index:012d}.json": rules.write_entry(entry, node, head_size)}
    code, said = checked(zipped(with_manifest(swapped)), tmp_path)
    assert code == 1 and "✗ export.json" in said and said.count("完好 intact") == 7


def test_a_log_made_up_as_a_whole_needs_the_known_key(bundle, tmp_path):
    forged = with_manifest(resigned(files_of(bundle), rules.new_signer("beijiang.local/log")))
    assert checked(zipped(forged), tmp_path, "--key", queries.vkey())[0] == 1
    code, said = checked(zipped(forged), tmp_path)
    assert code == 0 and "--key" in said


def test_no_flipped_bit_of_the_file_passes(bundle, tmp_path):
    """Bytes all over the zip itself; a few of a zip's bytes mean nothing, but then nothing read has changed either."""
    import random

    chance, whole = random.Random(7), files_of(bundle)
    for at in chance.sample(range(len(bundle)), 60):
        bad = bytearray(bundle)
        bad[at] ^= 1 << chance.randrange(8)
        code, said = checked(bytes(bad), tmp_path)
        if code == 0:
            assert files_of(bytes(bad)) == whole
        else:
            assert code == 1 and "✗" in said and "Traceback" not in said


@pytest.mark.parametrize("data", [b"", b"x", b"PK\x05\x06" + b"\0" * 18, b"PK\x03\x04" + b"\0" * 100])
def test_what_is_no_bundle(tmp_path, data):
    code, said = checked(data, tmp_path)
    assert code == 1 and "✗" in said


def test_usage(tmp_path):
    done = subprocess.run([sys.executable, "-I", str(VERIFIER)], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "核验北疆云" in done.stdout
    assert subprocess.run([sys.executable, "-I", str(VERIFIER), str(tmp_path / "no.zip")], capture_output=True, check=False).returncode == 1


def test_too_large_files_are_not_unpacked(bundle, tmp_path):
    out = io.BytesIO(bundle)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as more:
        more.writestr("entries/x.json", b"0" * 5_000_000)
    code, said = checked(out.getvalue(), tmp_path)
    assert code == 1 and "过大" in said


# -- against other implementations


def standalone():
    import importlib.util

    spec = importlib.util.spec_from_file_location("bundle_verify", VERIFIER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_ed25519_as_rfc_8032_and_as_cryptography():
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    verify = standalone().ed25519
    # RFC 8032, section 7.1, tests 1 to 3.
    for public, message, signature in (
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ):
        public, message, signature = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
        assert verify(public, message, signature)
        assert not verify(public, message + b"x", signature)
        high = (int.from_bytes(signature[32:], "little") + standalone().Q).to_bytes(32, "little")
        assert not verify(public, message, signature[:32] + high), "S is below the order: no second form of a signature"
    for i in range(20):
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        message, signature = bytes([i]) * i, key.sign(bytes([i]) * i)
        assert verify(public, message, signature)
        bad = bytearray(signature)
        bad[i * 3] ^= 4
        assert not verify(public, message, bytes(bad))
    assert not verify(b"\xff" * 32, b"", b"\0" * 64) and not verify(public, b"", b"")


def test_roots_as_the_tree_of_the_log():
    module = standalone()
    for size in (1, 2, 3, 7, 8, 9, 64, 100):
        leaves = [rules.leaf_hash(bytes([i])) for i in range(size)]
        tree = rules.Frontier()
        for leaf in leaves:
            tree.append(leaf)

        def node(level, index, leaves=leaves):
            from beijiang.trust.audit.rules.tree import fold

            return fold(leaves[index << level : (index + 1) << level])

        for index in range(size):
            path = rules.inclusion_proof(node, index, size)
            assert (
                module.root_from(leaves[index], index, size, path)
                == tree.root()
                == rules.root_from_inclusion(leaves[index], index, size, path)
            )


def test_checkpoints_as_the_log_reads_them():
    module, signer = standalone(), rules.new_signer("log.example/x")
    note = rules.sign_checkpoint(rules.CheckpointBody("log.example/x", 9, b"r" * 32), signer)
    key = module.read_key(signer.verifier.vkey)
    assert module.read_checkpoint(note, key) == (9, b"r" * 32)
    witness = rules.new_signer("witness", 0x04)
    text = note.rpartition("\n\n")[0] + "\n"
    assert module.read_checkpoint(note + witness.line(text, 7), key) == (9, b"r" * 32), "lines of others are ignored"
    with pytest.raises(module.Bad):
        module.read_checkpoint(note.replace("\n9\n", "\n09\n"), key)


# -- making and taking


def test_forgotten_entries_are_leaf_only(tmp_path):
    ids = make.sealed(5, dataset="stolen_property")
    actions.forget(Actor.system("retention"), entry_ids=ids[1:2], reason="期满")
    data = exported(Filters(since=Entry.objects.get(id=ids[0]).time, until=clock.now() + timedelta(hours=1)))
    gone = json.loads(next(c for n, c in files_of(data).items() if str(ids[1]) in c.decode() and n.startswith("entries/")))
    assert gone["event"] is None and gone["salt"] is None and gone["leaf"]
    code, said = checked(data, tmp_path)
    assert code == 0 and said.count("仅叶，内容已按期删除 leaf only, content deleted in time") == 1
    # To blank an entry and say that it was forgotten does not help: the export's own entry says which had content.
    files = files_of(data)
    name = next(n for n in files if n.startswith("entries/") and json.loads(files[n])["event"])
    blanked = with_manifest(changed(files, name, event=None, salt=None))
    assert checked(zipped(blanked), tmp_path)[0] == 1


def test_forgotten_while_the_bundle_is_made():
    ids = make.sealed(3, dataset="stolen_property")
    info = actions.export_bundle(make.AUDITOR, filters=Filters(dataset="stolen_property"), reason="专项核查")
    actions.forget(Actor.system("retention"), entry_ids=ids[:1], reason="期满")
    actions.sequence()
    assert not actions.make_bundle(SYSTEM, export_id=info.id)
    found = queries.export(make.AUDITOR, export_id=info.id)
    assert found.state == "failed" and "重新导出" in found.error.zh


def test_a_bundle_waits_for_its_own_entry():
    make.sealed(1, dataset="stolen_property")
    info = actions.export_bundle(make.AUDITOR, filters=Filters(dataset="stolen_property"), reason="专项核查")
    with pytest.raises(Unavailable):
        actions.make_bundle(SYSTEM, export_id=info.id)
    assert queries.export(make.AUDITOR, export_id=info.id).state == "waiting"
    with pytest.raises(NotFound):
        actions.fetch_bundle(make.AUDITOR, export_id=info.id)
    actions.sequence()
    assert actions.make_bundle(SYSTEM, export_id=info.id)
    assert not actions.make_bundle(SYSTEM, export_id=info.id), "once"
    assert Todo.objects.get(key=f"audit.export:{info.id}").user_id == make.AUDITOR.user_id


def test_the_job_is_there_and_makes_it():
    from procrastinate.contrib.django.models import ProcrastinateJob

    from beijiang.trust.audit import jobs

    make.sealed(1, dataset="stolen_property")
    info = actions.export_bundle(make.AUDITOR, filters=Filters(dataset="stolen_property"), reason="专项核查")
    job = ProcrastinateJob.objects.get(task_name="audit.make_bundle")
    assert (job.queue_name, job.args) == ("audit", {"export_id": str(info.id)})
    actions.sequence()
    jobs.make_bundle.func(None, **job.args)
    assert queries.export(make.AUDITOR, export_id=info.id).state == "ready"


def test_the_job_gives_up_in_words_when_nothing_is_sealed(monkeypatch):
    from beijiang.trust.audit import jobs

    make.sealed(1, dataset="stolen_property")
    info = actions.export_bundle(make.AUDITOR, filters=Filters(dataset="stolen_property"), reason="专项核查")
    monkeypatch.setattr(jobs, "PATIENCE", 0.0)
    with pytest.raises(Unavailable):
        jobs.make_bundle.func(None, export_id=str(info.id))

    class Context:
        class job:  # noqa: N801
            attempts = jobs.TRIES - 1

    jobs.make_bundle.func(Context, export_id=str(info.id))
    found = queries.export(make.AUDITOR, export_id=info.id)
    assert found.state == "failed" and "没有封存" in found.error.zh


def test_exports_are_recorded_and_bounded(monkeypatch):
    make.sealed(3, dataset="stolen_property")
    exported()
    actions.sequence()
    types = list(Entry.objects.order_by("index").values_list("type", flat=True))[3:]
    assert types == ["audit.bundle.exported.v1", "audit.bundle.made.v1", "audit.bundle.fetched.v1"]
    from beijiang.trust.audit.actions import export

    monkeypatch.setattr(export, "MOST_EXPORTED", 2)
    for action in (
        lambda: actions.export_bundle(make.AUDITOR, filters=Filters(dataset="stolen_property"), reason="专项核查"),
        lambda: actions.export_list(make.AUDITOR, filters=Filters(dataset="stolen_property")),
    ):
        with pytest.raises(TooLarge) as raised, transaction.atomic():
            action()
        assert "没有导出" in raised.value.detail.zh and "nothing was exported" in raised.value.detail.en
    assert Export.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "  ", "abc", "x" * 501])
def test_an_export_needs_a_reason(reason):
    make.sealed(1)
    with pytest.raises(Invalid):
        actions.export_bundle(make.AUDITOR, filters=Filters(), reason=reason)


def test_nothing_fits():
    make.sealed(1)
    with pytest.raises(Invalid):
        actions.export_bundle(make.AUDITOR, filters=Filters(person="nobody"), reason="专项核查")
    assert not Export.objects.exists()


def test_only_auditors_and_only_their_own(bundle):
    with pytest.raises(Refused):
        actions.export_bundle(make.OFFICER, filters=Filters(mine=True), reason="专项核查")
    with pytest.raises(Refused):
        actions.export_list(make.OFFICER, filters=Filters(mine=True))
    other = Actor(user_id=make.OTHER.user_id, username="o", name="o", duties=frozenset({"auditor"}))
    with pytest.raises(NotFound):
        actions.fetch_bundle(other, export_id=Export.objects.get().id)
    with pytest.raises(Refused):
        actions.make_bundle(make.AUDITOR, export_id=Export.objects.get().id)


def test_bundles_expire(bundle):
    export = Export.objects.get()
    with clock.shifted(timedelta(days=6)):
        assert actions.expire_bundles(SYSTEM) == 0
    with clock.shifted(timedelta(days=8)):
        assert actions.expire_bundles(SYSTEM) == 1
    from beijiang.kernel import blobs

    with pytest.raises(NotFound):
        next(blobs.read(export.sha256))
    found = queries.export(make.AUDITOR, export_id=export.id)
    assert (found.state, found.entries) == ("expired", 7)
    with pytest.raises(NotFound):
        actions.fetch_bundle(make.AUDITOR, export_id=export.id)


def test_on_another_machine(bundle, tmp_path):
    """Unpacked beside nothing else, run by the very command of the README."""
    (tmp_path / "b.zip").write_bytes(bundle)
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        packed.extractall(tmp_path / "out")
        assert "python3 verify.py bundle.zip" in packed.read("README.zh.md").decode()
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", str(tmp_path / "b.zip")],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (Path(tmp_path / "out") / "__pycache__").exists()
    assert copy.copy(done.stdout).endswith("核验通过 VERIFIED\n")
