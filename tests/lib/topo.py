# SPDX-License-Identifier: GPL-2.0-or-later
"""Paths of routers for tests of tracing: a chain of namespaces from 'src' to 'dst'.

Link i joins node i and node i+1 (src is node 0): 10.0.i.1 and 10.0.i.2, fd00:0:0:i::1 and ::2. Router
k answers a probe of hop limit k from its side towards the source: 10.0.k-1.2."""
import ipaddress
import json
import subprocess
import sys

from lib.where import TOP, program


def batch(host, lines, family=None):
    """Many commands of ip(8) at once."""
    argv = ["ip", "-n", host.netns, *(["-6"] if family == 6 else []), "-batch", "-"]
    p = subprocess.run(argv, input="\n".join(lines), capture_output=True, text=True)
    if p.returncode:
        raise RuntimeError(f"{p.stderr}\n" + "\n".join(lines))


def sysctls(host, **pairs):
    def write():
        for key, value in pairs.items():
            with open("/proc/sys/" + key.replace("__", "/"), "w") as f:
                f.write(str(value))
    host.call(write)


def router(host, limits=True):
    """Makes 'host' forward. Without 'limits' it answers every probe: no ICMP rate limit at all."""
    sysctls(host, net__ipv4__ip_forward=1, net__ipv6__conf__all__forwarding=1)
    if not limits:
        unlimited(host)


def unlimited(host):
    sysctls(host, net__ipv4__icmp_ratelimit=0, net__ipv4__icmp_msgs_per_sec=1000000,
            net__ipv4__icmp_msgs_burst=100000, net__ipv6__icmp__ratelimit=0)


def ipv6_on(host):
    sysctls(host, net__ipv6__conf__all__disable_ipv6=0, net__ipv6__conf__default__disable_ipv6=0,
            net__ipv6__conf__default__accept_dad=0,
            net__ipv6__conf__default__router_solicitations=0)


class Chain:
    """src - r1 - ... - rn - dst. 'silent': numbers of routers that forward and never answer.
    'relay': (i, how) puts lib/linkbox.py into link i, or lib/filterbox.py where 'how' is a list."""

    def __init__(self, net, n, silent=(), limits=True, ipv6=False, relay=None):
        self.net, self.n = net, n
        names = ["src", *(f"r{i}" for i in range(1, n + 1)), "dst"]
        self.nodes = [net.host(name) for name in names]
        self.src, self.dst = self.nodes[0], self.nodes[-1]
        for h in self.nodes:
            if ipv6:
                ipv6_on(h)
        for i in range(n + 1):
            a, b = self.nodes[i], self.nodes[i + 1]
            self.link(i, a, b, relay)
            batch(a, ["link set right up", f"addr add 10.0.{i}.1/24 dev right",
                      *([f"addr add fd00:0:0:{i:x}::1/64 dev right nodad"] if ipv6 else [])])
            batch(b, ["link set left up", f"addr add 10.0.{i}.2/24 dev left",
                      *([f"addr add fd00:0:0:{i:x}::2/64 dev left nodad"] if ipv6 else [])])
        for i, h in enumerate(self.nodes):
            self.routes(i, h, ipv6)
            if 0 < i <= n:
                router(h, limits)
            elif not limits:
                unlimited(h)
        for i in silent:
            self.silence(i)

    def link(self, i, a, b, relay):
        if not relay or relay[0] != i:
            batch(a, [f"link add right type veth peer name left netns {b.netns}"])
            return
        box = self.net.host(f"relay{i}")
        batch(a, [f"link add right type veth peer name a netns {box.netns}"])
        batch(b, [f"link add left type veth peer name b netns {box.netns}"])
        batch(box, ["link set dev a up", "link set dev b up"])
        # a frame that leaves by a packet socket has its checksum as it is
        for h, dev in ((a, "right"), (b, "left")):
            h.run(["ethtool", "-K", dev, "tx", "off"], check=0)
        self.box = box
        what = "filterbox.py" if isinstance(relay[1], list) else "linkbox.py"
        self.relay = box.start([sys.executable, TOP / "tests" / "lib" / what, json.dumps(relay[1])])
        self.relay.wait_line("^ready")

    def routes(self, i, h, ipv6):
        four, six = [], []
        if i <= self.n:
            four.append(f"route add default via 10.0.{i}.2")
            six.append(f"route add default via fd00:0:0:{i:x}::2")
        if i == self.n + 1:
            four.append(f"route add default via 10.0.{i - 1}.1")
            six.append(f"route add default via fd00:0:0:{i - 1:x}::1")
        elif i > 1:
            four.append(f"route add 10.0.0.0/24 via 10.0.{i - 1}.1")
            six.append(f"route add fd00::/64 via fd00:0:0:{i - 1:x}::1")
        batch(h, four)
        if ipv6:
            batch(h, six, 6)

    def silence(self, i):
        """What router 'i' itself has to say to the source goes nowhere; it forwards all the same."""
        h = self.nodes[i]
        batch(h, ["rule add iif lo to 10.0.0.0/24 prio 1 blackhole"])
        subprocess.run(["ip", "-n", h.netns, "-6", "rule", "add", "iif", "lo", "to", "fd00::/64",
                        "prio", "1", "blackhole"], capture_output=True)

    def hop(self, k, ipv6=False):
        """The address that answers hop limit 'k'."""
        six = ipaddress.ip_address(f"fd00:0:0:{k - 1:x}::2")
        return str(six) if ipv6 else f"10.0.{k - 1}.2"

    def target(self, ipv6=False):
        return self.hop(self.n + 1, ipv6)


class Diamond:
    """src - r1 - s - (b1 .. bk) - c - dst: 's' balances over 'k' branches by Linux's hash 'policy'
    (0: addresses, 1: ports too, 2: inner headers). 'per_packet': a box before the branches chooses
    one of them for each packet, instead."""

    def __init__(self, net, k, policy=1, limits=True, per_packet=False):
        self.net, self.k = net, k
        self.src, self.r1, self.s, self.c, self.dst = (
            net.host(n) for n in ("src", "r1", "s", "c", "dst"))
        self.b = [net.host(f"b{i}") for i in range(1, k + 1)]
        join(self.src, "right", "10.0.0.1", self.r1, "left", "10.0.0.2")
        join(self.r1, "right", "10.0.1.1", self.s, "left", "10.0.1.2")
        join(self.c, "right", "10.0.9.1", self.dst, "left", "10.0.9.2")
        batch(self.src, ["route add default via 10.0.0.2"])
        batch(self.dst, ["route add default via 10.0.9.1"])
        batch(self.r1, ["route add default via 10.0.1.2"])
        batch(self.s, ["route add 10.0.0.0/24 via 10.0.1.1"])
        if per_packet:
            self.lan(per_packet)
        for i, b in enumerate(self.b, 1):
            if not per_packet:
                join(self.s, f"b{i}", f"10.1.{i}.1", b, "left", f"10.1.{i}.2")
                batch(b, [f"route add 10.0.0.0/24 via 10.1.{i}.1"])
            join(b, "right", f"10.2.{i}.1", self.c, f"b{i}", f"10.2.{i}.2")
            batch(b, [f"route add default via 10.2.{i}.2"])
        batch(self.c, ["route add 10.0.0.0/24 via 10.2.1.1"])
        if not per_packet:
            hops = " ".join(f"nexthop via 10.1.{i}.2" for i in range(1, k + 1))
            batch(self.s, [f"route add default {hops}"])
        for h in (self.r1, self.s, self.c, *self.b):
            router(h, limits)
        sysctls(self.s, net__ipv4__fib_multipath_hash_policy=policy)

    def lan(self, seed):
        """s and the branches share one LAN, behind a box that chooses."""
        box = self.net.host("box")
        batch(self.s, [f"link add right type veth peer name a netns {box.netns}", "link set right up",
                       "addr add 10.1.0.254/24 dev right", "route add default via 10.1.0.1"])
        batch(box, ["link add lan0 type bridge", "link set lan0 up",
                    "link add name b type veth peer name bp", "link set bp master lan0",
                    "link set dev a up", "link set dev b up", "link set bp up"])
        macs = []
        for i, b in enumerate(self.b, 1):
            batch(b, [f"link add left type veth peer name p{i} netns {box.netns}", "link set left up",
                      f"addr add 10.1.0.{i}/24 dev left", "route add 10.0.0.0/24 via 10.1.0.254"])
            batch(box, [f"link set p{i} master lan0", f"link set p{i} up"])
            macs.append(b.mac("left").hex())
        for h, dev in ((self.s, "right"), *((b, "left") for b in self.b)):
            h.run(["ethtool", "-K", dev, "tx", "off"], check=0)
        self.relay = box.start([sys.executable, TOP / "tests" / "lib" / "linkbox.py",
                                json.dumps({"macs": macs, "seed": seed})])
        self.relay.wait_line("^ready")

    def branches(self, per_packet=False):
        return {f"10.1.0.{i}" if per_packet else f"10.1.{i}.2" for i in range(1, self.k + 1)}

    target = "10.0.9.2"


def join(a, dev_a, addr_a, b, dev_b, addr_b):
    """A link of two hosts with an address at either end."""
    batch(a, [f"link add {dev_a} type veth peer name {dev_b} netns {b.netns}", f"link set {dev_a} up",
              f"addr add {addr_a}/24 dev {dev_a}"])
    batch(b, [f"link set {dev_b} up", f"addr add {addr_b}/24 dev {dev_b}"])


def trace(host, *args, check=0, timeout=60):
    """astrace --json in 'host': the objects that it printed, one a target."""
    p = host.run([program("astrace"), "--json", *args], timeout=timeout, check=check)
    return [json.loads(line) for line in p.out.splitlines()]
