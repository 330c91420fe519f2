#!/usr/bin/env python3
"""核验北疆云审计导出包。 Verify an export bundle of the audit log of Beijiang Cloud.

    python3 verify.py bundle.zip [--key VKEY]

Needs Python 3.9 or newer, nothing else, and asks no server. For every entry: the leaf is SHA-256 over salt and
event; it is in the Merkle tree (RFC 9162) whose root the log signed (Ed25519, RFC 8032; C2SP checkpoint); and the
entry of the export itself, in the same tree, names exactly these entries. Exit code 0: all is as it was sealed; 1: not.
With --key the log must be the one you know (its key is at /log/key); without, a bundle made up as a whole would pass.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import zipfile

FORMAT, EXPORT = "beijiang-bundle/1", "audit.bundle.exported.v1"
MOST_FILES, MOST_BYTES = 10_020, 4_000_000
FIXED = {"README.zh.md", "README.en.md", "MANIFEST.json", "checkpoint.txt", "key.txt", "export.json", "verify.py"}
LEAF = re.compile(r"\Abj1\n([a-z0-9._-]{1,120})\n(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\n([0-9a-f]{64})\n\Z")
FIELDS = {"event", "id", "index", "leaf", "leaf_hash", "proof", "salt", "time", "type"}


class Bad(Exception):
    """Something does not fit; the message is in both languages."""


def sha256(*parts):
    """SHA-256 over the parts, one after the other."""
    return hashlib.sha256(b"".join(parts)).digest()


P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)


def point_add(a, b):
    """The sum of two points in extended coordinates."""
    m = (a[1] - a[0]) * (b[1] - b[0]) % P
    n = (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return (n - m) * (d - c) % P, (d + c) * (n + m) % P, (d - c) * (d + c) % P, (n - m) * (n + m) % P


def point_mul(s, a):
    """A point times a number."""
    out = (0, 1, 1, 0)
    while s > 0:
        if s & 1:
            out = point_add(out, a)
        a, s = point_add(a, a), s >> 1
    return out


def point_of(data):
    """The point that 32 bytes stand for, or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519(public, message, signature):
    """Whether the signature is the key's over the message."""
    a, r = point_of(public), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    left, right = point_mul(s, BASE), point_add(r, point_mul(h, a))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


def root_from(leaf, index, size, path):
    """The root that a leaf hash leads to (RFC 9162, section 2.1.3.2)."""
    fn, sn, r = index, size - 1, leaf
    if not 0 <= fn <= sn:
        raise Bad("位置超出树的大小 the index is outside the tree")
    for p in path:
        if sn == 0:
            raise Bad("证明过长 the proof is too long")
        if fn & 1 or fn == sn:
            r = sha256(b"\x01", p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha256(b"\x01", r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Bad("证明过短 the proof is too short")
    return r


def read_key(vkey):
    """(name, key id, public key) of a vkey."""
    parts = vkey.strip().split("+", 2)
    try:
        name, key_id, data = parts[0], bytes.fromhex(parts[1]), base64.b64decode(parts[2], validate=True)
    except (IndexError, ValueError):
        raise Bad("公钥写法不对 the public key is malformed") from None
    if len(data) != 33 or data[0] != 1 or sha256(name.encode(), b"\n", data)[:4] != key_id:
        raise Bad("公钥与其编号不符 the public key does not fit its id")
    return name, key_id, data[1:]


def read_checkpoint(note, key):
    """(size, root) of a checkpoint that the log signed."""
    name, key_id, public = key
    text, blank, tail = note.rpartition("\n\n")
    lines = text.split("\n")
    if not blank or len(lines) < 3 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
        raise Bad("检查点写法不对 the checkpoint is malformed")
    if lines[0] != name:
        raise Bad("检查点属于另一个日志 the checkpoint is of another log")
    signed = False
    for line in tail.split("\n")[:-1]:
        dash, signer, blob = line.split(" ")
        blob = base64.b64decode(blob, validate=True)
        if dash == "\u2014" and signer == name and blob[:4] == key_id:
            if not ed25519(public, (text + "\n").encode(), blob[4:]):
                raise Bad("检查点签名不符 the checkpoint's signature does not verify")
            signed = True
    if not signed or not tail.endswith("\n"):
        raise Bad("检查点没有日志的签名 the checkpoint is not signed by the log")
    return int(lines[1]), base64.b64decode(lines[2], validate=True)


def check_entry(data, size, root):
    """One entry as read from its file: (entry, forgotten?). Bad when anything of it does not fit."""
    try:
        entry = json.loads(data)
        if set(entry) != FIELDS or not isinstance(entry["index"], int) or isinstance(entry["index"], bool):
            raise ValueError
        match = LEAF.match(entry["leaf"])
        path = [bytes.fromhex(h) for h in entry["proof"]]
        if not match or len(path) > 63 or any(len(p) != 32 for p in path):
            raise ValueError
        salt = None if entry["salt"] is None else bytes.fromhex(entry["salt"])
        event = None if entry["event"] is None else entry["event"].encode()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Bad("记录写法不对 the entry is malformed") from None
    if (entry["type"], entry["time"]) != match.groups()[:2]:
        raise Bad("类型或时间与叶不符 type or time is not what the leaf says")
    if (salt is None) != (event is None) or (salt is not None and len(salt) != 32):
        raise Bad("事件或盐缺失 event or salt is missing")
    if event is not None and sha256(salt, event).hex() != match.group(3):
        raise Bad("事件或盐被改动 event or salt was changed")
    leaf = sha256(b"\x00", entry["leaf"].encode())
    if leaf.hex() != entry["leaf_hash"]:
        raise Bad("叶哈希不符 the leaf hash does not fit the leaf")
    if root_from(leaf, entry["index"], size, path) != root:
        raise Bad("包含证明推不出已签名的根：叶、位置或证明被改动 leaf, index or proof was changed: it does not lead to the signed root")
    return entry, event is None


def verify(path, trusted, say):
    """Check a bundle, telling `say` of each entry; the number of faults."""
    faults = []

    def fault(where, error):
        faults.append(where)
        say(f"✗ {where}: {error}")

    with zipfile.ZipFile(path) as bundle:
        infos = bundle.infolist()
        names = [info.filename for info in infos]
        if len(names) > MOST_FILES or any(info.file_size > MOST_BYTES for info in infos):
            raise Bad("文件过多或过大 too many or too large files")
        for name in sorted(set(names)):
            names.remove(name)
        for name in names:
            fault(name, "重复 doubled")
        files = {info.filename: bundle.read(info) for info in infos}
    manifest = json.loads(files["MANIFEST.json"])
    if manifest.get("format") != FORMAT or not isinstance(manifest.get("files"), dict):
        raise Bad("清单写法不对 MANIFEST.json is malformed")
    listed = manifest["files"]
    for name in sorted(set(listed) | (set(files) - {"MANIFEST.json"})):
        if name not in files:
            fault(name, "清单中有而包中没有：被删去 removed: it is in the manifest and not in the bundle")
        elif name not in listed:
            fault(name, "清单中没有：被加入 added: it is not in the manifest")
        elif hashlib.sha256(files[name]).hexdigest() != listed[name]:
            fault(name, "内容与清单的摘要不符：被改动 changed: its digest is not the manifest's")
    vkey = files["key.txt"].decode().strip()
    if trusted and trusted.strip() != vkey:
        raise Bad("公钥不是给定的那个 the key is not the one given")
    size, root = read_checkpoint(files["checkpoint.txt"].decode(), read_key(vkey))
    say(f"检查点签名有效 the checkpoint is signed: {size} 条 entries, {vkey}")
    export, forgotten = check_entry(files["export.json"], size, root)
    if export["type"] != EXPORT or forgotten:
        raise Bad("export.json 不是本次导出的记录 is not the entry of an export")
    said = json.loads(export["event"])["event"]
    lines = {}
    for name in sorted(n for n in files if n not in FIXED):
        try:
            entry, forgotten = check_entry(files[name], size, root)
            if name != "entries/{:012d}.json".format(entry["index"]):
                raise Bad("文件名与位置不符 the file's name is not its index")
        except Bad as error:
            fault(name, error)
            continue
        lines[entry["index"]] = "{} {} {}\n".format(entry["index"], entry["leaf_hash"], "-" if forgotten else "+")
        if name not in faults:
            verdict = "仅叶，内容已按期删除 leaf only, content deleted in time" if forgotten else "完好 intact"
            say(f"✓ {entry['index']} {entry['time']} {entry['type']}: {verdict}")
    digest = hashlib.sha256("".join(lines[i] for i in sorted(lines)).encode()).hexdigest()
    if said.get("entries") != len(lines) or said.get("selection") != digest:
        told = f"导出时共 {said.get('entries')} 条，包中相符 {len(lines)} 条：不是同一批记录"
        fault("export.json", f"{told} the export names {said.get('entries')} entries, {len(lines)} fit here: not the same ones")
    return len(faults)


def main(words):
    """0 when all is as it was sealed, 1 when not, 2 for wrong usage."""
    trusted = words.pop(words.index("--key") + 1) if "--key" in words[:-1] else None
    paths = [w for w in words if w != "--key"]
    if len(paths) != 1:
        print(__doc__)
        return 2
    try:
        faults = verify(paths[0], trusted, print)
    except Exception as error:  # whatever cannot be read does not verify
        print(f"✗ {error}" if isinstance(error, Bad) else f"✗ 无法读取 cannot be read: {error!r}")
        faults = 1
    if not faults and not trusted:
        print("请与 /log/key 公布的公钥核对，或用 --key 给出。 Compare the key with the one published at /log/key, or give it by --key.")
    print("核验未通过 NOT VERIFIED" if faults else "核验通过 VERIFIED")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
