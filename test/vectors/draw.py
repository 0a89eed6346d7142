#!/usr/bin/env python3
"""A second, independent implementation of the draw, from docs/theory/draw.md alone.

Prints golden vectors for seed, root and rank. Run: python3 test/vectors/draw.py > test/vectors/draw.json
"""
import hashlib
import json


def h(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def merkle(leaves):  # RFC 6962, section 2.1
    if not leaves:
        return h(b"")
    if len(leaves) == 1:
        return h(b"\x00" + leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return h(b"\x01" + merkle(leaves[:k]) + merkle(leaves[k:]))


def leaf(entry):
    return (bytes.fromhex(entry["id"]) + bytes([entry["tier"]]) + entry["channel"].to_bytes(2, "big")
            + bytes(8) + entry["preferences"].encode()
            + (b"\x00" + bytes.fromhex(entry["turn"]) if "turn" in entry else b""))


def vector(name, count, window, length, beacon, sharing=0):
    end = h(b"chain end " + name.encode())
    chain = [end]
    for _ in range(length - 1):
        chain.insert(0, h(chain[0]))
    entries = sorted(({"id": h(b"%s entry %d" % (name.encode(), i))[:16].hex(), "tier": 1,
                       "channel": 1 + i % 3, "preferences": ".".join(str(1 + (i + j) % 6) for j in range(1 + i % 4))}
                      for i in range(count)), key=lambda e: e["id"])
    for entry in entries[:sharing]:
        entry["turn"] = entries[-1]["id"]
    root = merkle([leaf(e) for e in entries])
    seed = h(chain[window] + root + beacon)
    ranked = sorted(entries, key=lambda e: h(seed + bytes.fromhex(e["id"])))
    return {"name": name, "chainEnd": end.hex(), "chainLength": length, "window": window,
            "anchor": h(chain[0]).hex(), "secret": chain[window].hex(), "beacon": beacon.hex(),
            "entries": entries, "root": root.hex(), "seed": seed.hex(),
            "line": [e["id"] for e in ranked],
            "firstRank": h(seed + bytes.fromhex(ranked[0]["id"])).hex() if ranked else None}


if __name__ == "__main__":
    print(json.dumps([vector("nobody", 0, 0, 1, b""), vector("one", 1, 0, 1, b""),
                      vector("seven", 7, 2, 5, b""), vector("hundred", 100, 60, 61, h(b"beacon")),
                      vector("shared", 9, 0, 1, b"", 3)], indent=1))
