# SPDX-License-Identifier: GPL-2.0-or-later
"""Headers in each other, of which the inner ones change: stacks by a grammar of what carries what, each
packet dissected by us and by tshark. Every header is there in its place, every length and checksum is
right in the first packet and in later ones."""
import json
import random
import subprocess

import pytest
from lib.tools import tshark
from lib.trafgen import packets_of
from lib.where import program

# what stands in a packet of Ethernet, as (text, layers that come of it)
ETH = ("eth(da=02:00:00:00:00:01, sa=02:00:00:00:00:02{})", ["eth"])
VLAN = ("vlan(id=dinc(1, 9){})", ["vlan"])
IP4 = [("ip4(sa=drnd(10.0.0.0/8), da=10.0.0.2, ttl=64, id=dinc())", ["ip"]),
       ("ip4(sa=10.0.0.1, da=list(10.0.0.2, 10.0.0.9), ttl=dinc(1, 9))", ["ip"])]
IP6 = [("ip6(sa=drnd(2001:db8::/32), da=dinc(2001:db8::1, 2001:db8::9), hl=64{})", ["ip6"])]
UDP = "udp(sport={}, dport={})"
# what ends a stack: text, layers, over IPv4, over IPv6
ENDS = [
    ("udp(sport=dinc(40000, 40009), dport=9), drnd(17)", ["udp"], True, True),
    ("tcp(sport=drnd(1024, 2000), dport=9, seq=drnd(), syn), fill(0, 5)", ["tcp"], True, True),
    ("udplite(sport=40000, dport=dinc(5, 9)), drnd(9)", ["udplite"], True, True),
    ("sctp(sport=dinc(1, 9), dport=9), 3, 0, 0, 16, c32(dinc()), fill(0, 8)", ["sctp"], True, True),
    ("icmp4(echorequest, id=drnd(), seq=dinc()), \"odd\"", ["icmp"], True, False),
    ("icmp6(type=128, id=drnd(), seq=dinc()), \"odd\"", ["icmp6"], False, True),
    ("igmp(type=0x16, group=drnd(239.0.0.0/8))", ["igmp"], True, False),
    ("dccp(sport=dinc(1, 9), dport=9), fill(0, 4)", ["dccp"], True, True),
    ("udp(dport=53), dns(id=drnd(), flags=0x10, questions=1), 1, \"a\", 0, c16(1), c16(1)",
     ["udp", "dns"], True, True),
    ("udp(dport=123), ntp(transmit=drnd())", ["udp", "ntp"], True, True),
    ("udp(sport=68, dport=67), dhcp(xid=drnd()), 53, 1, 1, 255", ["udp", "dhcp"], True, False),
    ("udp(dport=319), ptp(seq=dinc())", ["udp", "ptp"], True, True),
    ("ah(spi=dinc()), udp(dport=9), drnd(3)", ["ah", "udp"], True, True),
    ("ip6hop(), ip6dst(), udp(dport=drnd(1, 30)), 7", ["ip6hop", "ip6dst", "udp"], False, True),
]
# what carries a packet of IP or a frame: text, layers, and what is inside
CARRIERS = [
    ("gre(key=dinc(){})", ["gre"], "ip"), ("gre(flags=8{})", ["gre"], "ip"), ("gre()", ["gre"], "eth"),
    ("udp(sport=drnd(50000, 60000)), vxlan(vni=dinc(1, 9))", ["udp", "vxlan"], "eth"),
    ("udp(sport=drnd(50000, 60000)), geneve(vni=dinc(1, 9))", ["udp", "geneve"], "eth"),
    ("udp(), gtpu(teid=dinc())", ["udp", "gtpu"], "ip"),
    ("etherip()", ["etherip"], "eth"),
    ("", [], "ip"),  # IP in IP
]


class Maker:
    """Stacks by a seed; 'depth' counts the packets in each other."""

    def __init__(self, seed):
        self.pick = random.Random(seed)

    def frame(self, depth):
        v6 = self.pick.random() < 0.5
        tags = self.pick.choice([0, 0, 1, 2])
        inner, layers = self.ip(depth, v6)
        if not tags:
            return [ETH[0].format(", type=0x86dd" if v6 else ""), *inner], ["eth", *layers]
        said = [VLAN[0].format(", type=0x86dd" if v6 and i == tags - 1 else "") for i in range(tags)]
        return [ETH[0].format(""), *said, *inner], ["eth", *["vlan"] * tags, *layers]

    def ip(self, depth, v6):
        text, layers = self.pick.choice(IP6 if v6 else IP4)
        if depth == 1:
            end, below, _, _ = self.pick.choice([e for e in ENDS if e[3 if v6 else 2]])
            return [text.format(", nh=0" if v6 and below[0] == "ip6hop" else ""), end], layers + below
        carrier, below, inside = self.pick.choice(CARRIERS)
        if inside == "eth":
            inner, more = self.frame(depth - 1)
            return [text.format(""), carrier, *inner], layers + below + more
        inner_v6 = self.pick.random() < 0.5
        inner, more = self.ip(depth - 1, inner_v6)
        said = ", type=0x86dd" if inner_v6 else ""
        if not carrier:
            text = text.format(", nh=41" if inner_v6 else ", nh=4") if v6 else \
                text[:-1] + f", prot={41 if inner_v6 else 4})"
            return [text, *inner], layers + more
        return [text.format(""), carrier.format(said), *inner], layers + below + more

    def stack(self):
        parts, layers = self.frame(self.pick.choice([1, 1, 2, 2, 3]))
        return "{ " + ", ".join(p for p in parts if p) + " }", layers


def generated(tmp_path, script, n):
    out = tmp_path / "x.pcap"
    p = subprocess.run([program("trafgen"), "-o", str(out), "-n", str(n), "-E", "3", script],
                       capture_output=True, text=True, timeout=120, check=False)
    assert p.returncode == 0, p.stderr
    assert "cannot follow" not in p.stderr and "is not told" not in p.stderr, p.stderr
    return out


def ours(path):
    p = subprocess.run([program("netsniff"), "--in", str(path), "--json"], capture_output=True,
                       text=True, timeout=120, check=True)
    return [json.loads(line)["layers"] for line in p.stdout.splitlines() if '"layers"' in line]


def peer(path):
    """Of each packet whether tshark finds it malformed, and its checksums: 0 is wrong."""
    checked = [x for p in ("ip", "udp", "tcp") for x in ("-o", f"{p}.check_checksum:TRUE")]
    sums = ["ip", "udp", "tcp", "icmp", "icmpv6", "igmp", "dccp", "gre", "sctp"]
    fields = ["frame.number", "_ws.malformed", *(f"{p}.checksum.status" for p in sums)]
    text = tshark(path, "-T", "fields", "-o", "sctp.checksum:TRUE", *checked,
                  *(x for f in fields for x in ("-e", f)))
    return [line.split("\t") for line in text.splitlines()]


STACKS, EACH = 120, 4


@pytest.mark.parametrize("seed", range(4))
def test_nested_headers(tmp_path, seed):
    maker = Maker(seed)
    stacks = [maker.stack() for _ in range(STACKS)]
    path = generated(tmp_path, "\n".join(s for s, _ in stacks), STACKS * EACH)
    layers = ours(path)
    assert len(layers) == len(packets_of(path)) == STACKS * EACH
    for i, have in enumerate(layers):
        script, want = stacks[i % STACKS]
        assert [x["proto"] for x in have] == want, script
        text = json.dumps(have)
        assert '"bad"' not in text, (script, text)
        states = {x.get("csum_state", "none") for x in have}
        assert states <= {"ok", "none", "absent"}, (script, text)
    rows = peer(path)
    assert len(rows) == STACKS * EACH
    assert sum(cell.count("1") for row in rows for cell in row[2:]) > len(rows)
    for i, row in enumerate(rows):
        assert not row[1], (stacks[i % STACKS][0], row)
        assert all("0" not in cell for cell in row[2:]), (stacks[i % STACKS][0], row)
