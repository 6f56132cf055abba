# SPDX-License-Identifier: GPL-2.0-or-later
"""ifpps --drops: packets that a rule, a closed port, a checksum, a TTL and a full queue take away
stand in the right lines, exactly, with the kernel's reasons (sys/skbdrop.h)."""
import json
import subprocess

import pytest
from lib.net import Net
from lib.tmux import Screen
from lib.wait import wait_for
from lib.where import program

IFPPS = program("ifpps")
N = 1234


@pytest.fixture(name="link")
def fixture_link():
    with Net() as net:
        a, b = net.pair()
        b.ip("neigh", "replace", "10.0.0.1", "lladdr", ":".join(f"{x:02x}" for x in a.mac()), "dev", "eth0")
        a.ip("neigh", "replace", "10.0.0.2", "lladdr", ":".join(f"{x:02x}" for x in b.mac()), "dev", "eth0")
        # No answers that would be counted besides.
        b.sysctl("net.ipv4.icmp_ratemask", 0xffff)
        b.sysctl("net.ipv4.icmp_msgs_per_sec", 0)
        yield a, b


def lines_after(host, action, *args):
    """Runs ifpps --drops in 'host' around 'action'; its last object's lines by (source, name)."""
    p = host.start([IFPPS, "--json", "--drops", "-t", "100", *args])
    wait_for(lambda: p.out.count(b"\n") >= 1, "the first sample")
    action()
    n = p.out.count(b"\n")
    wait_for(lambda: p.out.count(b"\n") >= n + 2, "two more samples")
    p.signal()
    assert p.wait() == 0 and not p.err
    rows = [json.loads(x) for x in bytes(p.out).decode().splitlines()]
    assert "drop_reasons_missing" not in rows[-1]
    for r in rows:
        for x in r["drops"]:
            assert x["text"] and x["delta"] <= x["since_start"]
    return {(x["source"], x["name"], x.get("device")): x for x in rows[-1]["drops"]}


def udp(a, b, extra="", ip_extra="", daddr="10.0.0.2"):
    mac = ":".join(f"{x:02x}" for x in b.mac())
    script = "{ eth(da=%s), ip4(sa=10.0.0.1, da=%s, ttl=9%s), udp(sp=5000, dp=7777%s), fill(0, 30) }" % (
        mac, daddr, ip_extra, extra)
    a.run([program("trafgen"), "-o", "eth0", "-n", N, "-P", "1", script], check=0)


def exactly(lines, *key, loss, n=N):
    assert key in lines, sorted(lines)
    assert (lines[key]["since_start"], lines[key]["loss"]) == (n, loss), lines[key]


def test_a_port_where_nobody_listens(link):
    a, b = link
    lines = lines_after(b, lambda: udp(a, b))
    exactly(lines, "reason", "NO_SOCKET", "eth0", loss=False)
    exactly(lines, "protocol", "Udp.NoPorts", None, loss=False)
    assert lines["protocol", "Udp.NoPorts", None]["text"] == "nobody listens on that port"


def test_a_rule(link):
    a, b = link
    for rule in ("add table ip f", "add chain ip f i { type filter hook input priority 0; }",
                 "add rule ip f i udp dport 7777 drop"):
        b.run(["nft", rule], check=0)
    lines = lines_after(b, lambda: udp(a, b))
    exactly(lines, "reason", "NETFILTER_DROP", "eth0", loss=False)
    assert ("reason", "NO_SOCKET", "eth0") not in lines


def test_a_wrong_checksum(link):
    a, b = link
    import socket
    s = b.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("10.0.0.2", 7777))
    # The kernel looks when the program reads.
    s.setblocking(False)

    def act():
        udp(a, b, ", csum=0x1234")
        try:
            while s.recv(100):
                pass
        except BlockingIOError:
            pass
    lines = lines_after(b, act)
    exactly(lines, "protocol", "Udp.InCsumErrors", None, loss=True)
    found = {k: x["since_start"] for k, x in lines.items() if k[0] == "reason" and k[1] == "UDP_CSUM"}
    assert sum(found.values()) == N, sorted(lines)


def test_a_ttl_at_its_end(link):
    a, b = link
    b.sysctl("net.ipv4.ip_forward", 1)
    b.ip("link", "add", "out", "type", "veth", "peer", "name", "far")
    b.ip("link", "set", "out", "up")
    b.ip("link", "set", "far", "up")
    b.ip("addr", "add", "10.9.0.1/24", "dev", "out")
    lines = lines_after(b, lambda: udp(a, b, ip_extra=", ttl=1", daddr="10.9.0.9"))
    exactly(lines, "protocol", "Ip.InHdrErrors", None, loss=True)
    found = [k for k, x in lines.items() if k[0] == "reason" and k[2] == "eth0" and x["since_start"] == N]
    assert found and lines[found[0]]["loss"], sorted(lines)


def test_a_full_queue(link):
    a, _ = link
    import socket
    a.run(["tc", "qdisc", "replace", "dev", "eth0", "root", "handle", "1:", "bfifo", "limit", "10"], check=0)
    s = a.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def act():
        for _ in range(N):
            try:
                s.sendto(bytes(30), ("10.0.0.2", 7777))
            except OSError:
                pass
    lines = lines_after(a, act)
    exactly(lines, "qdisc", "bfifo 1: drops", "eth0", loss=True)
    found = [k for k, x in lines.items() if k[0] == "reason" and k[2] == "eth0" and x["since_start"] == N]
    assert found and found[0][1].startswith("QDISC"), sorted(lines)


def test_an_unknown_protocol(link):
    a, b = link
    frame = "{ fill(0xff, 6), fill(2, 6), c16(0x88b5), fill(0, 86) }"
    lines = lines_after(b, lambda: a.run([program("trafgen"), "-o", "eth0", "-n", N, "-P", "1", frame], check=0),
                        "eth0")
    exactly(lines, "reason", "UNHANDLED_PROTO", "eth0", loss=False)
    exactly(lines, "device", "rx_dropped", "eth0", loss=True)


def test_the_driver_of_a_device_that_is_renamed(link, tmp_path):
    """Its counters go on under the new name, though another device takes the old one."""
    a, b = link
    xdp = tmp_path / "xdp.o"
    xdp.write_bytes(a.run([program("bpfc"), "--from", "asm", "-f", "elf", "--target", "xdp", "-"],
                          stdin=b"ret #0\n").out)
    b.ip("link", "set", "dev", "eth0", "xdpdrv", "obj", xdp, "sec", "xdp")

    with Screen([IFPPS, "-t", "100"], netns=b.netns) as s:
        s.wait("^eth0")
        s.keys("Down", "d")
        s.wait("^drops of eth0 and")
        b.ip("link", "set", "eth0", "down")
        b.ip("link", "set", "eth0", "name", "eth1")
        b.ip("link", "set", "eth1", "up")
        b.ip("link", "add", "eth0", "type", "veth", "peer", "name", "far")
        s.wait("^drops of eth1 and")
        wait_for(lambda: "state UP" in a.ip("link", "show", "eth0"), "the carrier")
        a.run([program("trafgen"), "-o", "eth0", "-n", N, "-P", "1", "{ fill(0xff, 60) }"], check=0)
        s.wait(r"^hardware +rx_queue_0_xdp_drops +\S+ +1\.23 k +harmless an XDP program")
        s.keys("q")
        s.wait("ended with 0")


def test_other_namespaces_are_not_counted(link):
    """The same device number, another namespace."""
    a, b = link
    lines = lines_after(a, lambda: udp(a, b))
    assert not [k for k in lines if k[0] == "reason" and k[1] == "NO_SOCKET"]


def test_a_recording_has_the_ledger_and_the_queues(link, tmp_path):
    """Played, it says what it said then: every line of the ledger, and on the screen too."""
    a, b = link
    rec = tmp_path / "x.rec"
    p = b.start([IFPPS, "--json", "--drops", "--record", rec, "-t", "100", "eth0"])
    wait_for(lambda: p.out.count(b"\n") >= 1, "the first sample")
    udp(a, b)
    n = p.out.count(b"\n")
    wait_for(lambda: p.out.count(b"\n") >= n + 2, "two more")
    p.signal()
    assert p.wait() == 0
    then = [json.loads(x)["drops"] for x in bytes(p.out).decode().splitlines()]
    played = b.run([IFPPS, "--play", rec, "--json", "--drops", "eth0"], check=0)
    now = [json.loads(x) for x in played.out.splitlines()]
    assert [x["drops"] for x in now] == then
    assert all("drop_reasons_missing" not in x for x in now)
    assert {(x["source"], x["name"]) for x in then[-1]} >= {("reason", "NO_SOCKET"), ("protocol", "Udp.NoPorts")}
    with Screen([IFPPS, "--play", rec, "--drops", "eth0", "--speed", "1000"], netns=b.netns) as s:
        s.wait(r"^reason +NO_SOCKET +\S+ +1\.23 k +harmless nobody listens")
        s.keys("u")
        s.wait("^rx-0")
        s.keys("q")
        s.wait("ended with 0")
    # One without the ledger says so.
    assert b.run([IFPPS, "--json", "--record", rec, "--count", "2", "-t", "20"], check=0)
    lines = b.run([IFPPS, "--play", rec, "--json", "--drops"], check=0).out.splitlines()
    assert "--record with --drops" in json.loads(lines[0])["drop_reasons_missing"]


def test_without_privilege_it_says_what_is_missing():
    p = subprocess.run(["setpriv", "--reuid", "65534", "--clear-groups", "--bounding-set", "-all", IFPPS,
                        "--json", "--drops", "--once", "-t", "20"], capture_output=True, text=True, timeout=30)
    s = json.loads(p.stdout)
    assert (p.returncode, p.stderr) == (0, "")
    assert "not permitted" in s["drop_reasons_missing"] and s["drops"]


def test_the_ledger_on_the_screen(link):
    a, b = link
    with Screen([IFPPS, "-t", "100"], netns=b.netns) as s:
        s.wait("^eth0")
        s.keys("Down", "d")
        s.wait("^drops of eth0 and of what belongs to no device")
        s.wait(r"^WHERE\^ +WHAT +NOW +SINCE +MEANS")
        udp(a, b)
        s.wait(r"^reason +NO_SOCKET +\S+ +1\.23 k +harmless nobody listens")
        s.wait(r"^protocol +Udp\.NoPorts +\S+ +1\.23 k +harmless nobody listens")
        assert all(len(x) <= 80 for x in s.lines())
        s.keys("Escape")
        s.wait("^DEVICE")
        s.keys("q")
        s.wait("ended with 0")
    with Screen([IFPPS, "--drops", "eth0", "-t", "100"], netns=b.netns, cols=200, rows=60) as s:
        s.wait("^drops of eth0")
        s.wait(r" TOTAL ")
