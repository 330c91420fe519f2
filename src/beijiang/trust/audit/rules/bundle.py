"""The export bundle: entries with all it takes to check them on another machine (static/audit/verify.py does)."""

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import IO

from .leaf import format_time
from .tree import Node, inclusion_proof, leaf_hash

FORMAT = "beijiang-bundle/1"

README_ZH = """北疆云审计导出包

本包含有审计日志中选定的记录、每条记录的包含证明，以及日志签名的检查点。不含任何数据内容。

核验（需要 Python 3.9 或更高版本，不需要网络，也不需要本系统）：

    python3 verify.py bundle.zip --key 公钥

公钥请从督察部门公布处或系统的 /log/key 取得，不要只用本包中的 key.txt；verify.py 也可从系统的 /log/verify.py 取得。
全部相符时退出码为 0；有任何改动、删去、加入或重复时指出是哪一条，退出码为 1。

文件：
  entries/*.json   每条一个文件：event 是承诺所指的原文，salt 是随机数，leaf 是叶，proof 是从叶到根的哈希；
                   内容已按保存期限删除的记录只有叶和证明（event、salt 为 null）
  export.json      本次导出在日志中的记录：其中 selection 是所选记录清单的摘要，因此少一条、多一条都能看出
  checkpoint.txt   日志签名的检查点（C2SP tlog-checkpoint）
  key.txt          日志的公钥（vkey）
  MANIFEST.json    各文件的 SHA-256
"""
README_EN = """Export bundle of the audit log of Beijiang Cloud

This bundle holds chosen entries of the audit log, the inclusion proof of each, and the checkpoint that the log signed.
It holds no content of any data.

To verify (Python 3.9 or newer; no network, nothing of the system itself):

    python3 verify.py bundle.zip --key KEY

Take the key from where Inspection publishes it, or from /log/key of the system, not from key.txt alone; verify.py is also
at /log/verify.py of the system. Exit code 0 when all is as it was sealed; 1, with the entry named, when anything was changed,
removed, added or doubled.

Files:
  entries/*.json   one file an entry: event is the very text committed to, salt the random number, leaf the leaf, proof the
                   hashes from the leaf to the root; an entry whose content was deleted in time has leaf and proof only
                   (event and salt are null)
  export.json      the entry that this export left in the log: its `selection` is a digest over the chosen entries, so one
                   fewer or one more shows
  checkpoint.txt   the checkpoint that the log signed (C2SP tlog-checkpoint)
  key.txt          the log's public key (vkey)
  MANIFEST.json    SHA-256 of each file
"""


@dataclass(frozen=True, slots=True)
class BundleEntry:
    """One sealed entry as the bundle carries it; `event` and `salt` are None once forgotten."""

    id: str
    index: int
    type: str
    time: datetime
    leaf: bytes
    event: str | None
    salt: bytes | None


def selection_digest(rows: Iterable[tuple[int, bytes, bool]]) -> str:
    """One digest over (index, leaf hash, has content) of all chosen entries, in the order of the log."""
    lines = "".join(f"{index} {hash_.hex()} {'+' if whole else '-'}\n" for index, hash_, whole in sorted(rows))
    return sha256(lines.encode()).hexdigest()


def write_entry(entry: BundleEntry, node: Node, size: int) -> bytes:
    """The file of one entry: canonical JSON with its inclusion proof in the tree of `size`."""
    proof = inclusion_proof(node, entry.index, size)
    return _json(
        {
            "id": entry.id,
            "index": entry.index,
            "type": entry.type,
            "time": format_time(entry.time),
            "leaf": entry.leaf.decode("ascii", "replace"),
            "leaf_hash": leaf_hash(entry.leaf).hex(),
            "event": entry.event,
            "salt": entry.salt.hex() if entry.salt is not None else None,
            "proof": [h.hex() for h in proof],
        }
    )


def write_bundle(
    out: IO[bytes], *, entries: Iterator[tuple[int, bytes]], export: bytes, checkpoint: str, vkey: str, verifier: bytes
) -> None:
    """Write the zip: `entries` yields (index, file) once each; everything but the manifest stands in the manifest."""
    digests: dict[str, str] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bundle:

        def put(name: str, data: bytes) -> None:
            digests[name] = sha256(data).hexdigest()
            # A fixed date: the same entries give the same bytes.
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            bundle.writestr(info, data)

        put("README.zh.md", README_ZH.encode())
        put("README.en.md", README_EN.encode())
        put("verify.py", verifier)
        put("key.txt", f"{vkey}\n".encode())
        put("checkpoint.txt", checkpoint.encode())
        put("export.json", export)
        for index, data in entries:
            put(f"entries/{index:012d}.json", data)
        manifest = _json({"format": FORMAT, "files": digests})
        bundle.writestr(zipfile.ZipInfo("MANIFEST.json", (1980, 1, 1, 0, 0, 0)), manifest)


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
