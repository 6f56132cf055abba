# SPDX-License-Identifier: GPL-2.0-or-later
"""A mixed capture for benchmarks of the analyser: what an access network carries, as a classic pcap
of any size, the same bytes for the same arguments. Checksums are right.

    mixed.write(path, n_bytes)      # returns the number of packets

Most packets are TCP (data, acknowledgements, also over IPv6, in a VLAN, in VXLAN) and UDP; then DNS,
TLS hellos, HTTP, ICMP, ARP; a fiftieth comes from tests/golden, so that every protocol is in it."""
import ipaddress
import random
import struct
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
TEMPLATES = 6000
ETHER = bytes.fromhex("020000000001020000000002")


def csum(data):
    """Internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip4(rng, proto, segment, at):
    src, dst = (rng.choice((0x0A000000, 0xC0000200, 0xCB007100)) + rng.randrange(1, 255)
                for _ in range(2))
    pseudo = struct.pack(">IIHH", src, dst, proto, len(segment))
    segment = seal(segment, pseudo, at)
    head = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(segment), rng.randrange(65536), 0x4000,
                       rng.choice((57, 64, 128)), proto, 0, src, dst)
    head = head[:10] + struct.pack(">H", csum(head)) + head[12:]
    return 0x0800, head + segment


def ip6(rng, proto, segment, at):
    src, dst = (ipaddress.ip_address("2001:db8::").packed[:8] + rng.randbytes(8) for _ in range(2))
    segment = seal(segment, src + dst + struct.pack(">II", len(segment), proto), at)
    return 0x86DD, struct.pack(">IHBB", 6 << 28, len(segment), proto, 64) + src + dst + segment


def seal(segment, pseudo, at):
    """Puts the checksum in at 'at'; None: there is none."""
    if at is None:
        return segment
    value = csum(pseudo + segment) or 0xFFFF
    return segment[:at] + struct.pack(">H", value) + segment[at + 2:]


def tcp(rng, payload, flags=0x18, port=None):
    sport, dport = rng.randrange(32768, 60999), port or rng.choice((443, 80, 22, 8080, 5432))
    options = struct.pack(">BBBBII", 1, 1, 8, 10, rng.getrandbits(32), rng.getrandbits(32))
    if flags & 2:
        options = struct.pack(">BBHBBBBBB", 2, 4, 1460, 4, 2, 1, 3, 3, 7)[:8] + b"\1\3\3\7"
    if rng.random() < 0.5 and not flags & 2:
        sport, dport = dport, sport
    head = struct.pack(">HHIIBBHHH", sport, dport, rng.getrandbits(32),
                       rng.getrandbits(32) if flags & 0x10 else 0,
                       (20 + len(options)) // 4 << 4, flags, rng.randrange(200, 65535), 0, 0)
    return 6, head + options + payload, 16


def udp(rng, payload, port=None, back=False):
    sport, dport = rng.randrange(32768, 60999), port or rng.randrange(20000, 30000)
    if back:
        sport, dport = dport, sport
    return 17, struct.pack(">HHHH", sport, dport, 8 + len(payload), 0) + payload, 6


def name(rng):
    words = "www mail api cdn ns1 static img video".split()
    return "".join(chr(len(w)) + w for w in (rng.choice(words), f"host{rng.randrange(9999)}",
                                             "example", "net")).encode() + b"\0"


def dns(rng):
    back = rng.random() < 0.5
    kind = rng.choice((1, 1, 28))
    answers = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 300, 4 if kind == 1 else 16) +
                       rng.randbytes(4 if kind == 1 else 16) for _ in range(rng.randrange(1, 4)))
    n = len(answers) // (16 if kind == 1 else 28)
    head = struct.pack(">HHHHHH", rng.getrandbits(16), 0x8180 if back else 0x0100, 1,
                       n if back else 0, 0, 0)
    return udp(rng, head + name(rng) + struct.pack(">HH", kind, 1) + (answers if back else b""),
               53, back)


def http(rng):
    return tcp(rng, f"GET /page{rng.randrange(9999)} HTTP/1.1\r\nHost: www.example.net\r\n"
               f"User-Agent: bench/1.0\r\nAccept: */*\r\n\r\n".encode(), port=80)


def icmp(rng):
    body = struct.pack(">BBHHH", rng.choice((0, 8)), 0, 0, rng.getrandbits(16),
                       rng.getrandbits(16)) + rng.randbytes(56)
    return 1, seal(body, b"", 2), None


def data(rng):
    return rng.randbytes(rng.choice((40, 120, 512, 1000, 1396, 1396)))


def frame(rng, ethertype, payload, tags=()):
    return ETHER + b"".join(struct.pack(">HH", 0x8100, t) for t in tags) + \
        struct.pack(">H", ethertype) + payload


def arp(rng):
    return frame(rng, 0x0806, struct.pack(">HHBBH", 1, 0x0800, 6, 4, rng.choice((1, 2))) +
                 ETHER[6:] + rng.randbytes(4) + ETHER[:6] + rng.randbytes(4) + bytes(18))


def vxlan(rng):
    inner = frame(rng, *ip4(rng, *tcp(rng, data(rng)[:1300])))
    outer = udp(rng, struct.pack(">II", 0x08000000, rng.randrange(1 << 24) << 8) + inner, 4789)
    return frame(rng, *ip4(rng, outer[0], outer[1], None))


def golden():
    """Whole Ethernet frames of tests/golden."""
    found = []
    for path in sorted(GOLDEN.glob("*.pcap")):
        raw, at = path.read_bytes(), 24
        if struct.unpack_from("<I", raw, 20)[0] != 1:
            continue
        while at < len(raw):
            n, wire = struct.unpack_from("<II", raw, at + 8)
            if n == wire:
                found.append(raw[at + 16:at + 16 + n])
            at += 16 + n
    return found


def templates():
    """The frames that the capture repeats."""
    rng = random.Random(20240501)
    kinds = [
        (30, lambda: frame(rng, *ip4(rng, *tcp(rng, data(rng))))),
        (18, lambda: frame(rng, *ip4(rng, *tcp(rng, b"", 0x10)))),
        (3, lambda: frame(rng, *ip4(rng, *tcp(rng, b"", rng.choice((2, 0x12, 0x11, 4)))))),
        (14, lambda: frame(rng, *ip6(rng, *tcp(rng, data(rng))))),
        (12, lambda: frame(rng, *ip4(rng, *udp(rng, data(rng))))),
        (8, lambda: frame(rng, *ip4(rng, *dns(rng)))),
        (2, lambda: frame(rng, *ip6(rng, *dns(rng)))),
        (3, lambda: frame(rng, *ip4(rng, *http(rng)))),
        (2, lambda: frame(rng, *ip4(rng, *icmp(rng)))),
        (2, lambda: arp(rng)),
        (2, lambda: frame(rng, *ip4(rng, *tcp(rng, data(rng))), tags=(rng.randrange(4096),))),
        (2, lambda: vxlan(rng)),
    ]
    makers = rng.choices([k for _, k in kinds], [w for w, _ in kinds], k=TEMPLATES)
    special = golden()
    return [special[i // 50 % len(special)] if i % 50 == 49 else make()
            for i, make in enumerate(makers)]


def write(path, n_bytes, frames=None):
    """Writes at least 'n_bytes' of packets; returns how many packets that are."""
    frames = frames or templates()
    lengths = [struct.pack("<II", len(f), len(f)) for f in frames]
    written = count = 0
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        while written < n_bytes:
            part = []
            for n, f in zip(lengths, frames):
                us = count * 7
                part.append(struct.pack("<II", 1700000000 + us // 1000000, us % 1000000) + n + f)
                count += 1
            written += out.write(b"".join(part))
    return count


if __name__ == "__main__":
    import sys
    print(write(sys.argv[1], int(sys.argv[2])))
