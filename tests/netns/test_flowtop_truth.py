# SPDX-License-Identifier: GPL-2.0-or-later
"""flowtop against conntrack(8) and ss(8): flows of every protocol, translation, zones, processes of
other namespaces, short connections, flows from before, a new flow at the top."""
import os
import re
import socket
import threading

import pytest
from lib.flows import FLOWTOP, Server, connect, conntrack, flows, objects, same, track
from lib.net import Net
from lib.probe import need
from lib.wait import wait_for
from lib.where import program

UDPLITE = 136


@pytest.fixture(name="net")
def fixture_net():
    need("root", "netns")
    with Net() as net:
        yield net


def agree(host, least):
    """flowtop and conntrack tell the same of every flow; the rows."""
    rows, summary = flows(host)
    theirs = conntrack(host)
    ours = {r["id"]: r for r in rows}
    assert set(ours) == set(theirs) and len(ours) >= least
    for number, flow in theirs.items():
        assert same(ours[number], flow) == flow
        assert abs(ours[number]["timeout_s"] - flow["timeout"]) <= 60
    assert summary["flows"] == len(ours)
    return rows


def datagrams(host, near_addr, far_host, far_addr, proto=socket.IPPROTO_UDP, port=5000):
    """A datagram each way between two sockets that stay open."""
    family = socket.AF_INET6 if ":" in far_addr else socket.AF_INET
    kind = (family, socket.SOCK_DGRAM, proto)
    far, near = far_host.socket(*kind), host.socket(*kind)
    far.bind((far_addr, port))
    near.bind((near_addr, port + 1))
    near.connect((far_addr, port))
    near.send(b"question")
    far.settimeout(30)
    near.settimeout(30)
    _, peer = far.recvfrom(100)
    far.sendto(b"answer", peer)
    near.recv(100)
    return near, far


def sctp_init(host, device, src_mac, dst_mac):
    """An INIT chunk as a packet: the kernel tracks SCTP without sockets for it."""
    script = ("{ eth(da=%s, sa=%s), ipv4(id=1, ttl=64, sa=10.0.0.1, da=10.0.0.2, proto=132),\n"
              "  c16(3000), c16(4000), c32(0), 0xf7, 0xce, 0xd1, 0x70,\n"
              "  1, 0, c16(20), c32(0x01020304), c32(65535), c16(1), c16(1), c32(7) }\n")
    mac = [":".join(f"{b:02x}" for b in m) for m in (dst_mac, src_mac)]
    host.run([program("trafgen"), "-i", "-", "-o", device, "-n", "1"],
             stdin=(script % tuple(mac)).encode(), check=0)


def test_every_protocol_is_told_as_conntrack_tells_it(net):
    """TCP, UDP, UDP-Lite, ICMP over IPv4, and TCP, UDP, ICMPv6 over IPv6."""
    a, b = net.pair(ipv6=True)
    track(a)
    Server(b, 7000, "10.0.0.2")
    Server(b, 7000, "fd00::2")
    held = [connect(a, 7000, "10.0.0.2"), connect(a, 7000, "fd00::2")]
    for s in held:
        s.send(b"hello")
    held += datagrams(a, "10.0.0.1", b, "10.0.0.2")
    held += datagrams(a, "10.0.0.1", b, "10.0.0.2", UDPLITE)
    held += datagrams(a, "fd00::1", b, "fd00::2")
    a.run(["ping", "-c1", "10.0.0.2"], check=0)
    a.run(["ping", "-6", "-c1", "fd00::2"], check=0)
    wait_for(lambda: all(f["counters"][1][0] > 0 for f in conntrack(a).values()
                         if f["proto"] == 6), "the acknowledgements")
    rows = agree(a, 7)
    assert {r["proto"] for r in rows} == {"tcp", "udp", "udplite", "icmp", "icmp6"}
    mine = [r for r in rows if r["proto"] in ("tcp", "udp", "udplite")]
    assert len(mine) == 5
    assert {(r["owner"], r["pid"]) for r in mine} == {("sure", os.getpid())}


def test_sctp_is_told_where_the_kernel_tracks_it(net):
    """INIT chunks arrive; no socket is needed for them to be tracked."""
    a, b = net.pair()
    b.run(["nft", "add table inet t; add chain inet t i { type filter hook input priority 0; }; "
           "add rule inet t i ct state new counter accept"], check=0)
    b.sysctl("net.netfilter.nf_conntrack_acct", 1)
    b.sysctl("net.netfilter.nf_conntrack_timestamp", 1)
    b.sysctl("net.netfilter.nf_conntrack_checksum", 0)  # that of the packet is none
    if not os.path.exists("/proc/sys/net/netfilter/nf_conntrack_sctp_timeout_closed"):
        need("sctp-tracking")
    sctp_init(a, "eth0", a.mac(), b.mac())
    wait_for(lambda: conntrack(b), "the flow")
    row, = agree(b, 1)
    assert row["proto"] == "sctp" and row["state"] == "CLOSED"
    assert " CLOSED " in b.run(["conntrack", "-L", "-p", "sctp"], check=0).text()
    assert (row["sport"], row["dport"]) == (3000, 4000)
    assert len(flows(b, "-S")[0]) == 1 and not flows(b, "-T")[0]


def test_translation_of_both_ends_is_told(net):
    """Source and destination translated by nftables, IPv4 and IPv6."""
    a, b = net.pair(ipv6=True)
    track(a)
    a.ip("addr", "add", "10.0.0.3/24", "dev", "eth0")
    a.run(["nft", "add table inet n; add chain inet n o { type nat hook output priority -100; };"
           "add chain inet n p { type nat hook postrouting priority 100; };"
           "add rule inet n o meta nfproto ipv4 tcp dport 80 dnat ip to 10.0.0.2:7000;"
           "add rule inet n o meta nfproto ipv6 tcp dport 80 dnat ip6 to [fd00::2]:7000;"
           "add rule inet n p ip daddr 10.0.0.2 udp dport 5000 snat ip to 10.0.0.3"], check=0)
    Server(b, 7000, "10.0.0.2")
    Server(b, 7000, "fd00::2")
    held = [connect(a, 80, "10.0.0.2"), connect(a, 80, "fd00::2"),
            *datagrams(a, "10.0.0.1", b, "10.0.0.2")]
    rows = agree(a, 3)
    kinds = {(r["proto"], r["family"], *[s for s in ("snat", "dnat") if s in r["status"]])
             for r in rows}
    assert kinds == {("tcp", "ip", "dnat"), ("tcp", "ip6", "dnat"), ("udp", "ip", "snat")}
    snat, = [r for r in rows if "snat" in r["status"]]
    assert snat["reply"]["dst"] == "10.0.0.3" and snat["owner"] == "sure"
    assert len(flows(a, "host", "10.0.0.3")[0]) == 1 and held


def test_zones_keep_equal_flows_apart(net):
    """The same addresses and ports in two zones are two flows; marks are told."""
    a, b = net.pair()
    track(a)
    a.run(["nft", "add table ip z; add chain ip z o { type filter hook output priority -300; };"
           "add rule ip z o udp dport 5000 ct zone set 7;"
           "add chain ip z m { type filter hook output priority 0; };"
           "add rule ip z m udp dport 5000 ct mark set 42"], check=0)
    held = [*datagrams(a, "10.0.0.1", b, "10.0.0.2"),
            *datagrams(a, "10.0.0.1", b, "10.0.0.2", port=6000)]
    rows = agree(a, 2)
    assert {7, 0} == {r["zone"] for r in rows if r["tx_packets"]}
    assert {r["mark"] for r in rows if r["dport"] == 5000 and r["zone"] == 7} == {42}
    assert len(flows(a, "zone", "7")[0]) == 1
    assert {r["group"] for r in flows(a, "--group-by", "zone")[0]} == {"zone 0", "zone 7"} and held


def router(net):
    """A host between two, whose kernel tracks what it forwards."""
    left, mid, right = net.host("left"), net.host("mid"), net.host("right")
    net.veth(left, "eth0", mid, "eth0")
    net.veth(mid, "eth1", right, "eth0")
    for host, dev, addr in ((left, "eth0", "10.1.0.2"), (mid, "eth0", "10.1.0.1"),
                            (mid, "eth1", "10.2.0.1"), (right, "eth0", "10.2.0.2")):
        host.ip("addr", "add", f"{addr}/24", "dev", dev)
    left.ip("route", "add", "default", "via", "10.1.0.1")
    right.ip("route", "add", "default", "via", "10.2.0.1")
    mid.sysctl("net.ipv4.ip_forward", 1)
    track(mid)
    return left, mid, right


def ss_processes(host):
    """The process of each connected TCP socket of a host, by its own port, as ss(8) finds it."""
    text = host.run(["ss", "-Htnp"], check=0).text()
    return {int(port): int(pid) for port, pid in
            re.findall(r":(\d+)\s+\S+:\d+\s+users:\(\(\"[^\"]*\",pid=(\d+)", text)}


def python(host, script):
    """A process of the host that runs 'script' and prints "there" when it stands."""
    p = host.start(["/usr/bin/python3", "-c", script + "\nprint('there', flush=True)\n"
                    "import signal\nsignal.pause()"])
    p.wait_line("there")
    return p


def test_a_process_of_another_namespace_is_found(net):
    """A router sees flows of two other namespaces; ss, asked there, knows the same process."""
    left, mid, right = router(net)
    mid.run(["nft", "add table ip n; add chain ip n p { type nat hook postrouting priority 100; };"
             "add rule ip n p oifname eth1 masquerade"], check=0)
    Server(right, 7000, "10.2.0.2")
    python(left, "import socket\ns = socket.create_connection(('10.2.0.2', 7000))")
    wait_for(lambda: ss_processes(left), "ss to see the connection")
    theirs = ss_processes(left)
    rows, _ = flows(mid, "state", "ESTABLISHED")
    row, = [r for r in rows if r["sport"] in theirs]
    assert row["owner"] == "sure" and row["pid"] == theirs[row["sport"]]
    assert row["process"].startswith("python3") and "snat" in row["status"]


def test_a_namespace_that_was_deleted_is_let_go(net):
    """No socket of ours keeps it alive: its end of the veth pair takes the other one with it."""
    a, b = net.pair()
    track(a)
    p = a.start([FLOWTOP, "--json", "--ended", "-n", "-V"])
    p.wait_line("listening to events")
    net.hosts.remove(b)
    b.remove()
    wait_for(lambda: "eth0" not in a.ip("link", "show"), "the veth pair to be gone")
    assert p.stop() == 0


def test_a_server_of_all_addresses_is_not_blamed_for_what_passes(net):
    """A router's own server on the port that a forwarded flow goes to is not its process."""
    left, mid, right = router(net)
    decoy = python(mid, "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                   "s.bind(('0.0.0.0', 5000))")
    near = left.socket(socket.AF_INET, socket.SOCK_DGRAM)
    near.bind(("0.0.0.0", 6000))
    for addr in ("10.2.0.2", "10.1.0.1"):
        near.sendto(b"x", (addr, 5000))
    wait_for(lambda: len(conntrack(mid)) == 2, "both flows")
    assert right
    rows, _ = flows(mid)
    pids = {r["dst"]: (r["owner"], r["pid"]) for r in rows}
    # The client's socket is bound to a port alone, so it is likely; the router's server is not it.
    assert pids["10.2.0.2"] == ("likely", os.getpid())
    near.close()
    rows, _ = flows(mid)
    owners = {r["dst"]: (r["owner"], r.get("process")) for r in rows}
    assert owners["10.2.0.2"] == ("unknown", None)
    assert owners["10.1.0.1"][0] == "likely" and owners["10.1.0.1"][1].startswith("python3")
    assert decoy.rc is None


def test_a_thousand_short_connections_have_their_user_and_group(net):
    """Connections of 5 ms, one after another: 95 of 100 have the user and the control group, most
    by their own socket."""
    host = net.host("one")
    track(host)
    Server(host, 7001)
    p = host.start([FLOWTOP, "--json", "--ended", "-n", "-G", "-V", "tcp and dport 7001"])
    p.wait_line("listening to events")
    script = ("import os,select,socket\nos.setgid(65534); os.setuid(65534)\n"
              "for i in range(1000):\n s=socket.create_connection(('127.0.0.1',7001))\n"
              " select.select([s],[],[],0.005); s.close()\n")
    host.run(["/usr/bin/python3", "-c", script], check=0)
    host.run(["conntrack", "-D", "-p", "tcp", "--dport", "7001"], check=0)
    wait_for(lambda: p.text().count('"ended":true') >= 1000, "all ends")
    assert p.stop() == 0
    ended = objects(p)
    assert len(ended) == 1000
    known = [e for e in ended if e["owner"] != "unknown" and e["uid"] == 65534]
    assert len(known) >= 950, len(known)
    assert all(e.get("cgroup_id") for e in known)
    assert any(e["owner"] == "sure" for e in known)


def test_flows_from_before_leave_within_seconds_of_their_end(net):
    """Ten thousand flows that nobody listened to when they began: their end is told by nobody, and
    none is left when the kernel has none."""
    host = net.host("one")
    track(host)
    host.sysctl("net.netfilter.nf_conntrack_udp_timeout", 15)
    host.sysctl("net.netfilter.nf_conntrack_events", 0)  # as if nobody had listened yet
    near = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for port in range(10000, 20000):
        near.sendto(b"", ("127.0.0.1", port))
    host.sysctl("net.netfilter.nf_conntrack_events", 2)
    p = host.start([FLOWTOP, "--json", "-n", "-G", "-t", "500ms", "--top", "1", "udp and sport " +
                    str(near.getsockname()[1])])

    def summaries():
        return [o["summary"] for o in objects(p) if "summary" in o]
    wait_for(lambda: any(s["chosen"] == 10000 for s in summaries()), "all flows", 60)
    wait_for(lambda: summaries()[-1]["chosen"] == 0, "their end", 90)
    assert p.stop() == 0
    # In between they left by and by, none before its time: none was seen again.
    counts = [s["chosen"] for s in summaries()]
    full = counts.index(10000)
    assert counts[full:] == sorted(counts[full:], reverse=True)


def test_a_new_heavy_flow_is_at_the_top_within_one_sweep(net):
    """Among two thousand flows that carry something, one of much more stands on top in the first
    output that its sweep has reached."""
    host = net.host("one")
    track(host)
    host.sysctl("net.netfilter.nf_conntrack_udp_timeout", 600)
    near = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for port in range(10000, 12000):
        near.sendto(bytes(10), ("127.0.0.1", port))
    p = host.start([FLOWTOP, "--json", "-n", "-G", "-t", "1s", "--top", "1", "--budget", "1000",
                    "udp"])
    wait_for(lambda: p.text().count('"summary"') >= 3, "some sweeps", 60)
    heavy = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
    far = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
    far.bind(("127.0.0.1", 20000))
    heavy.connect(("127.0.0.1", 20000))
    stop = threading.Event()

    def send():
        while not stop.wait(0.001):
            heavy.send(bytes(12500))  # 100 Mbit/s where the machine is not busy
    sender = threading.Thread(target=send)
    sender.start()
    try:
        wait_for(lambda: any(o.get("dport") == 20000 and o["tx_bytes_per_s"] for o in objects(p)),
                 "the flow on top", 60)
    finally:
        stop.set()
        sender.join()
    assert p.stop() == 0
    tops = [o for o in objects(p) if "proto" in o]
    at = next(i for i, o in enumerate(tops) if o["dport"] == 20000)
    # Its first counters are those of its first event; the next sweep makes the rate.
    assert tops[at]["tx_bytes_per_s"] > 100_000 and far
