# SPDX-License-Identifier: GPL-2.0-or-later
"""Random filter expressions compiled by us and by libpcap, run over the golden captures and over
packets that take each way through our program. Nothing may differ but what FAULTS lists, each with
what the standard says. One slice is run each time; FILTERS=20000 runs that many, FILTERS_SEED
others.

What libpcap says is what its program says that was not optimised, or the one that was: where the
two contradict each other its optimiser has dropped a load beyond the packet's end, which rejects
(filter.rst), or it reads words of memory that nothing has written."""
import collections
import os
import pathlib
import re
import struct
import subprocess

import pytest

from lib import filtergen, libpcap, where

SLICE = 800
SLICES = -(-int(os.environ.get("FILTERS", SLICE)) // SLICE)
SEED = int(os.environ.get("FILTERS_SEED", 1))
LINKS = [filtergen.ETHER] * 8 + [filtergen.RAW, filtergen.SLL, filtergen.SLL2, filtergen.WLAN,
                                 filtergen.RADIOTAP, filtergen.NULL]
NETMASK = 0xffffff00

OPERAND = r"\b(len\b|(?:ip6?|tcp|udp|sctp|icmp6?|arp|ether|link)\[)"
# (name, whether it is about an expression on a link type, what the standard says). 'cut': filled up
# with zeros the packet gets the same from both.
FAULTS = [
    ("a packet that ends behind the address that matches",
     lambda link, e, cut: cut and len(re.findall(r"\b(?:host|net|port|portrange)\b|or \d", e)) > 1,
     "pcap-filter(7): 'host' is true if the source is it; libpcap loads the others' destination first"),
    ("arithmetic of two protocols",
     lambda link, e, cut: any(len(set(re.findall(OPERAND, part))) > 1
                         for part in re.split(r"\band\b|\bor\b|&&|\|\|", e)),
     "pcap-filter(7): proto[...] is of packets of that protocol; libpcap tests for the first alone"),
    ("a number where the 802.11 header's length is",
     lambda link, e, cut: link in filtergen.IS_WLAN and re.search(r"\[|len|less|greater", e),
     "IEEE 802.11 9.2.4: a header is as long as it says; libpcap puts numbers into its register"),
    ("a cut IPv6 address",
     lambda link, e, cut: cut and re.search(r"net [0-9a-f:]*:[0-9a-f:]*/", e),
     "pcap-filter(7): net is about the prefix; libpcap loads all 16 bytes"),
    ("ether[...] behind pppoes or geneve",
     lambda link, e, cut: re.search(r"(pppoes|geneve).*(ether|link)\[", e),
     "pcap-filter(7): ether[...] is the link layer's header; libpcap counts from the PPP protocol"),
    ("memory that was not written",
     lambda link, e, cut: "geneve" in e,
     "filter.rst: words of M[] hold nothing before they are written; libpcap reads them"),
    ("protochain goes on for ever", lambda link, e, cut: "protochain" in e,
     "toolkit-filter(7): ten headers; the kernel takes no loops, libpcap makes them"),
]


def read_pcap(path):
    data = pathlib.Path(path).read_bytes()
    e = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    at, packets = 24, []
    while at + 16 <= len(data):
        n, wire = struct.unpack_from(e + "8xII", data, at)
        packets.append((data[at + 16:at + 16 + n], wire))
        at += 16 + n
    return struct.unpack_from(e + "I", data, 20)[0], packets


class Ours:
    """The compiler in a process of its own: a line in, a line out."""

    def __init__(self):
        self.p = subprocess.Popen([where.BUILD / "bench/compile"], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)

    def compile(self, link, text):
        self.p.stdin.write(f"{link}\t262144\t{NETMASK}\t\t{text}\n")
        self.p.stdin.flush()
        words = self.p.stdout.readline().split()
        if words[1] == "-":
            return None, " ".join(words[2:])
        return [tuple(map(int, w.split(","))) for w in words[1:]], None

    def close(self):
        self.p.stdin.close()
        self.p.wait(10)


def verdicts(insns, why, packets):
    """One bit a packet; a filter that is refused since it accepts nothing accepts nothing."""
    if insns is None:
        return [False] * len(packets) if re.search("accepts no|rejects all", why) else None
    run = libpcap.runner(insns)
    return [bool(run(p, wire)) for p, wire in packets]


def witnesses(link, text, tmp_path):
    """Packets for the ways through our program."""
    out = tmp_path / "witness.pcap"
    p = subprocess.run([where.program("bpfc"), "-y", filtergen.NAMES[link], "--witness", "--most",
                        "24", "--write", out, "-e", text], capture_output=True, timeout=60)
    return read_pcap(out)[1] if p.returncode == 0 and out.exists() else []


def agree(programs, packet, wire):
    """Our verdict is that of one of libpcap's programs."""
    ours, *theirs = (verdicts(p, why, [(packet, wire)]) for p, why in programs)
    return ours in theirs


def compare(link, text, ours, packets):
    """(what differs or None, whether because the packet is cut, our program, theirs)"""
    name = filtergen.NAMES[link]
    programs = [ours.compile(link, text), libpcap.compile(name, text, True, NETMASK),
                libpcap.compile(name, text, False, NETMASK)]
    a, b = programs[0][0], programs[1][0]
    va, vb, vc = (verdicts(*x, packets) for x in programs)
    if va is None or vb is None:
        why = f"ours: {programs[0][1] or 'taken'}; theirs: {programs[1][1] or 'taken'}"
        return why if va != vb else None, False, a, b
    for i, (x, y, z) in enumerate(zip(va, vb, vc or vb)):
        if x not in (y, z):
            packet, wire = packets[i]
            return (f"packet {packet.hex()}: ours {x}, theirs {y}",
                    agree(programs, packet + bytes(200), wire), a, b)
    return None, False, a, b


def fault_of(link, text, cut):
    return next((name for name, about, _ in FAULTS if about(link, text, cut)), None)


@pytest.fixture
def ours():
    o = Ours()
    yield o
    o.close()


@pytest.mark.skipif(not libpcap.lib(), reason="libpcap is not installed")
@pytest.mark.parametrize("part", range(SLICES))
def test_random_expressions(ours, tmp_path, part):
    packets = collections.defaultdict(list)
    for path in sorted((where.TOP / "tests/golden").glob("*.pcap")):
        link, more = read_pcap(path)
        packets[link] += more
    pool = filtergen.Pool([p for p, _ in packets[filtergen.ETHER]])
    counts, sizes, bad = collections.Counter(), [0, 0], []
    for i in range(part * SLICE, (part + 1) * SLICE):
        link = LINKS[i % len(LINKS)]
        text = filtergen.Maker(f"{SEED}.{i}", link, pool).expression()
        many = packets[link]
        if i % 12 == 0:
            many = many + witnesses(link, text, tmp_path)
            counts["packets made"] += len(many) - len(packets[link])
        what, cut, a, b = compare(link, text, ours, many)
        if a and b:
            counts["compared"] += 1
            sizes[0] += len(a)
            sizes[1] += len(b)
        else:
            counts["refused"] += 1
        fault = fault_of(link, text, cut) if what else None
        if fault:
            counts[fault] += 1
        elif what:
            bad.append(f"{filtergen.NAMES[link]}: {text}\n    {what}")
    print(dict(counts), "instructions: ours", sizes[0], "theirs", sizes[1])
    assert not bad, f"{len(bad)} differ\n" + "\n".join(bad[:20])
    assert counts["compared"] > SLICE * 0.7 and counts["packets made"] > SLICE / 12
    assert sizes[0] < sizes[1]
