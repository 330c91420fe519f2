"""审计 audit: the one log.

Every decision and every action, refusals included, is one *leaf* of one Merkle tree (RFC 6962) that an
outsider can verify and that tells an outsider nothing.

Words of the room:

- *intake*: the row written in the same transaction as the change itself, in whichever database that is;
- *entry*: the same fact once it has its place (index) in the log;
- *envelope*: the words frozen at that moment, who, in which unit and duty, what, for which purpose;
- *leaf*: the public commitment to an envelope (see ``rules.leaf``), never the envelope itself;
- *tile*: 256 neighbouring hashes of one level of the tree, served as files (C2SP tlog-tiles);
- *checkpoint*: size and root of the tree, signed by the log's key;
- *receipt*: what a caller gets for an action: the entry, and once sealed the proof that it is in the tree;
- *sealed / pending*: in the tree under a signed checkpoint, or still waiting for the sequencer (≤ 2 s).
"""
