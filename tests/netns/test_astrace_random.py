# SPDX-License-Identifier: GPL-2.0-or-later
"""astrace in topologies drawn at random anew in each run: every field of its JSON against what the
topology is, and its hops against those that traceroute, mtr and scamper see. SEED=N repeats one."""
import contextlib
import json
import os
import random
import re
import secrets

import pytest
from lib.net import Net
from lib.topo import Chain, trace


class Drawn:
    """A chain of 2 to 12 routers, some of them silent, owners by table, and one link that changes what
    passes: TOS, a lower MSS, a NAT, MPLS labels, interfaces, or nothing."""

    def __init__(self, net, seed, folder):
        self.seed = seed
        r = random.Random(seed)
        self.n = r.randint(2, 12)
        hops = range(1, self.n + 1)
        self.silent = sorted(r.sample(list(hops), r.randint(0, self.n // 3)))
        self.link = r.randint(1, self.n)
        self.tos = r.choice([0x28, 0xb8, 0x88])
        self.mss = r.randint(600, 1400)
        # the first router behind the link answers through it
        spoken = f"10.0.{r.randint(self.link + 1, self.n) - 1}.2" if self.link < self.n else None
        self.label = [r.randint(16, 1 << 20) - 1, r.randint(0, 7), r.randint(1, 255)]
        self.how = r.choice([{}, {"tos": self.tos}, {"mss": self.mss}, {"no_sack": True},
                             {"mpls": {spoken: [self.label]}} if spoken else {}])
        self.bits = r.randint(16, 24)
        self.asn = {k: r.randint(1, 2**32 - 1) for k in range(1, self.n + 2)}
        self.table = folder / "pfx2as"
        self.table.write_text("".join(f"10.0.{k - 1}.0\t24\t{a}\n" for k, a in self.asn.items()))
        self.chain = Chain(net, self.n, silent=self.silent, limits=False,
                           relay=(self.link, self.how) if self.how else None)

    @contextlib.contextmanager
    def repeatable(self):
        try:
            yield
        except AssertionError as e:
            raise AssertionError(f"SEED={self.seed} in the environment repeats it: {e}") from e

    def answers(self):
        return [None if k in self.silent else self.chain.hop(k) for k in range(1, self.n + 2)]

    def changed(self, ttl, method):
        """The names of fields that a hop's quote must show as changed."""
        if ttl <= self.link or ttl > self.n:
            return set()
        if "tos" in self.how:
            return {"dscp"}
        if method == "tcp" and "mss" in self.how:
            return {"mss", "checksum"}
        return {"options", "checksum"} if method == "tcp" and "no_sack" in self.how else set()


@pytest.fixture(name="drawn", params=["one", "another"], scope="module")
def fixture_drawn(tmp_path_factory):
    seed = int(os.environ.get("SEED", secrets.randbelow(10**6)))
    with Net() as net:
        yield Drawn(net, seed, tmp_path_factory.mktemp("drawn"))


TOP = {"target", "address", "source", "method", "limited", "complete", "reached", "end_ttl", "probes",
       "answers", "false_answers", "repeated_answers", "duration_ms", "hops", "as_path"}
HOP = {"ttl", "sent", "answers", "address", "name", "rtt_ms", "answer", "icmp_type", "icmp_code",
       "answer_ttl", "asn", "as_name", "prefix", "country", "city", "quote"}


@pytest.mark.parametrize("method", ["icmp", "udp", "tcp"])
def test_every_field_is_the_topologys(drawn, method):
    r, = trace(drawn.chain.src, f"--{method}", "--as-db", drawn.table, drawn.chain.target())
    with drawn.repeatable():
        check_report(drawn, method, r)


def check_report(d, method, r):
    last = d.n + 1
    assert set(r) == TOP | (set() if method == "icmp" else {"port", "source_port"})
    assert (r["target"], r["address"]) == (d.chain.target(),) * 2
    assert (r["source"], r["method"]) == ("10.0.0.1", method)
    assert (r["limited"], r["complete"], r["reached"], r["end_ttl"]) == (False, True, True, last)
    assert r["false_answers"] == 0 and r["duration_ms"] > 0
    # answers are looked at after sixteen, and spare the rest when the target is among them
    assert last <= r["probes"] - 2 * len(d.silent) <= 30
    assert r["answers"] + r["repeated_answers"] >= last - len(d.silent)
    if method != "icmp":
        assert r["port"] == {"udp": 33434, "tcp": 80}[method] and 16384 <= r["source_port"] < 32768
    assert [h["address"] for h in r["hops"]] == d.answers()
    asns = [d.asn[k] for k in range(1, last + 1) if k not in d.silent]
    assert r["as_path"] == asns
    for ttl, h in enumerate(r["hops"], 1):
        check_hop(d, method, ttl, h)


def check_hop(d, method, ttl, h):
    assert h["ttl"] == ttl and (h["sent"] == 1 or ttl in d.silent)
    if ttl in d.silent:
        assert set(h) == {"ttl", "sent", "answers", "address"} and (h["sent"], h["answers"]) == (3, 0)
        return
    extra = {"mpls"} if list(d.how.get("mpls", {})) == [h["address"]] and ttl <= d.n else set()
    tcp_end = method == "tcp" and ttl > d.n
    assert set(h) == (HOP | extra) - ({"icmp_type", "icmp_code"} if tcp_end else set())
    assert h["answers"] >= 1 and h["rtt_ms"] > 0
    assert (h["name"], h["as_name"], h["country"], h["city"]) == (None,) * 4
    assert (h["asn"], h["prefix"]) == (d.asn[ttl], f"10.0.{ttl - 1}.0/24")
    # an answer passes the routers before the one that gives it
    assert h["answer_ttl"] == 64 - (ttl - 1)
    end = {"icmp": ("echo reply", 0, 0), "udp": ("port unreachable", 3, 3), "tcp": ("RST", None, None)}
    want = end[method] if ttl > d.n else ("time exceeded", 11, 0)
    assert (h["answer"], h.get("icmp_type"), h.get("icmp_code")) == want
    if extra:
        label, tc, left = d.label
        assert h["mpls"] == [{"label": label, "tc": tc, "bottom": True, "ttl": left}]
    if ttl > d.n and method != "udp":
        assert h["quote"] is None
        return
    assert set(h["quote"]) == {"ttl", "payload_bytes", "changed", "unseen"}
    assert h["quote"]["payload_bytes"] >= 8
    assert h["quote"]["ttl"] == 1 if ttl <= d.n else h["quote"]["ttl"] >= 1
    if ttl <= d.n:
        assert {c["field"] for c in h["quote"]["changed"]} == d.changed(ttl, method)


def rows_of(p):
    rows = re.findall(r"^ *(\d+) +([\d.]+|\*)", bytes(p.out).decode(), re.M)
    return {int(k): None if a == "*" else a for k, a in rows}


def test_peers_see_the_same_hops(drawn):
    src, target = drawn.chain.src, drawn.chain.target()
    r, = trace(src, "--udp", target)
    ours = {h["ttl"]: h["address"] for h in r["hops"]}
    said = {}
    p = src.run(["traceroute", "-n", "-q", "3", "-w", "2", target], timeout=120, check=0)
    said["traceroute"] = rows_of(p)
    p = src.run(["mtr", "-n", "-c", "2", "--json", target], timeout=120, check=0)
    hubs = json.loads(bytes(p.out))["report"]["hubs"]
    said["mtr"] = {int(h["count"]): None if h["host"] == "???" else h["host"] for h in hubs}
    p = src.run(["scamper", "-p", "200", "-I", f"trace -P udp-paris -w 2 -q 2 {target}"], timeout=120,
                check=0)
    said["scamper"] = rows_of(p)
    with drawn.repeatable():
        assert said == {name: ours for name in said}
