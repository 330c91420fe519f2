// Checks an entry of the log in the reader's browser: leaf from event and salt (trust/audit/rules/leaf.py), root from
// the inclusion proof (RFC 6962), signature of the checkpoint (c2sp.org/signed-note). Asks the server nothing.
(() => {
  "use strict";

  const box = document.getElementById("proof");
  const source = document.getElementById("proof-data");
  if (!box || !source) return;
  const data = JSON.parse(source.textContent);
  const encoder = new TextEncoder();

  const join = (...parts) => {
    const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
    parts.reduce((at, p) => (out.set(p, at), at + p.length), 0);
    return out;
  };
  const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
  const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const toHex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const from64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const same = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);
  const node = (left, right) => sha256(Uint8Array.of(1), left, right);

  // The leaf is four lines: version, type, time, SHA-256(salt ‖ event).
  async function leaf() {
    if (data.text === null) return null;
    const shown = document.querySelector("[data-event]");
    if (!shown || shown.textContent !== data.text) return false;
    const digest = toHex(await sha256(fromHex(data.salt), encoder.encode(data.text)));
    return `bj1\n${data.type}\n${data.time}\n${digest}\n` === data.leaf;
  }

  // Indices may pass 2^31, so no bit operators on numbers: BigInt.
  async function rootFrom(hash, index, size, proof) {
    let fn = BigInt(index);
    let sn = BigInt(size) - 1n;
    let r = hash;
    if (fn > sn) return null;
    for (const p of proof) {
      if (sn === 0n) return null;
      if (fn & 1n || fn === sn) {
        r = await node(p, r);
        while (!(fn & 1n) && fn) { fn >>= 1n; sn >>= 1n; }
      } else {
        r = await node(r, p);
      }
      fn >>= 1n;
      sn >>= 1n;
    }
    return sn === 0n ? r : null;
  }

  // That the tree of `oldSize` is a prefix of the tree of `size` (RFC 9162, section 2.1.4.2).
  async function extends_(oldSize, size, proof, oldRoot, newRoot) {
    if (oldSize === size) return proof.length === 0 && same(oldRoot, newRoot);
    const path = [...proof];
    if (oldSize > size || oldSize === 0n || path.length === 0) return false;
    if ((oldSize & (oldSize - 1n)) === 0n) path.unshift(oldRoot);
    let fn = oldSize - 1n;
    let sn = size - 1n;
    while (fn & 1n) { fn >>= 1n; sn >>= 1n; }
    let fr = path[0];
    let sr = path[0];
    for (const c of path.slice(1)) {
      if (sn === 0n) return false;
      if (fn & 1n || fn === sn) {
        fr = await node(c, fr);
        sr = await node(c, sr);
        while (!(fn & 1n) && fn) { fn >>= 1n; sn >>= 1n; }
      } else {
        sr = await node(sr, c);
      }
      fn >>= 1n;
      sn >>= 1n;
    }
    return sn === 0n && same(fr, oldRoot) && same(sr, newRoot);
  }

  function opened(note = data.checkpoint) {
    const cut = note.lastIndexOf("\n\n");
    const text = note.slice(0, cut + 1);
    const [origin, size, root] = text.split("\n");
    return { text, origin, size, root, lines: note.slice(cut + 2).trimEnd().split("\n") };
  }

  // The checkpoint under which the entry was sealed is the log's too, and the newest one only adds to it.
  async function grown() {
    if (!data.grown) return false;
    const old = opened(data.grown.checkpoint);
    const now = opened();
    if (old.origin !== now.origin || BigInt(old.size) <= BigInt(data.index)) return false;
    const signed = await signature(data.grown.checkpoint);
    if (!signed) return signed;
    return extends_(BigInt(old.size), BigInt(now.size), data.grown.hashes.map(fromHex), from64(old.root), from64(now.root));
  }

  async function root() {
    const point = opened();
    if (point.size !== String(data.size)) return false;
    const hash = await sha256(Uint8Array.of(0), encoder.encode(data.leaf));
    const found = await rootFrom(hash, data.index, data.size, data.hashes.map(fromHex));
    return found !== null && same(found, from64(point.root));
  }

  async function signature(note = data.checkpoint) {
    const point = opened(note);
    const [name, id, encoded] = data.vkey.match(/^([^+]+)\+([0-9a-f]{8})\+(.+)$/).slice(1);
    const key = from64(encoded);
    const want = (await sha256(encoder.encode(`${name}\n`), key)).slice(0, 4);
    if (point.origin !== name || key[0] !== 1 || toHex(want) !== id) return false;
    for (const line of point.lines) {
      const [dash, signer, blob] = line.split(" ");
      if (dash !== "—" || signer !== name) continue;
      const bytes = from64(blob);
      if (!same(bytes.slice(0, 4), want)) continue;
      let imported;
      try {
        imported = await crypto.subtle.importKey("raw", key.slice(1), { name: "Ed25519" }, false, ["verify"]);
      } catch {
        return null;
      }
      return crypto.subtle.verify({ name: "Ed25519" }, imported, bytes.slice(4), encoder.encode(point.text));
    }
    return false;
  }

  function tell(step, result, unknown) {
    const place = box.querySelector(`[data-step="${step}"]`);
    place.textContent = result === null ? unknown : result ? box.dataset.ok : box.dataset.bad;
    place.className = result === null ? "text-warning" : result ? "text-green" : "text-danger";
    place.dataset.result = result === null ? "unknown" : result ? "ok" : "bad";
  }

  async function run() {
    const verdict = box.querySelector("[data-verdict]");
    if (!globalThis.crypto?.subtle) {
      verdict.textContent = box.dataset.insecure;
      return;
    }
    verdict.textContent = box.dataset.running;
    const results = [];
    for (const [step, check, unknown] of [
      ["leaf", leaf, box.dataset.forgotten], ["root", root, ""], ["signature", () => signature(), box.dataset.unsupported],
      ["grown", grown, box.dataset.unsupported],
    ]) {
      let result = false;
      try {
        result = await check();
      } catch {
        // Whatever cannot even be read does not fit.
      }
      tell(step, result, unknown);
      results.push(result);
    }
    const bad = results.includes(false);
    verdict.textContent = bad ? box.dataset.allBad : results.includes(null) ? box.dataset.allPart : box.dataset.allOk;
    verdict.classList.add(bad ? "text-danger" : "text-green");
    box.dataset.verdict = bad ? "bad" : results.includes(null) ? "part" : "ok";
  }

  run();
})();
