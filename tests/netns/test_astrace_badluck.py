# SPDX-License-Identifier: GPL-2.0-or-later
"""astrace when things go wrong: no route, devices that are down, names and files that are none, false
answers by the thousand, loops, targets that answer one port only, readers that went away."""
import json
import os
import socket
import struct
import subprocess
import threading

import pytest
from lib.linkbox import csum
from lib.net import Net
from lib.topo import Chain, batch, trace
from lib.where import program

N = 5


@pytest.fixture(name="chain", scope="module")
def fixture_chain():
    with Net() as net:
        yield Chain(net, N, limits=False)


def sentence(host, *args, check=1):
    p = host.run([program("astrace"), *args], check=check, timeout=60)
    assert not p.out
    return bytes(p.err).decode()


def test_no_route(chain):
    with Net() as net:
        h = net.host("alone")
        assert sentence(h, "192.0.2.1") == "astrace: no way to 192.0.2.1: Network is unreachable\n"


def test_a_device_that_is_none_or_down(chain):
    assert sentence(chain.src, "-i", "nope0", "10.0.0.2") == "astrace: device nope0: No such device\n"
    with Net() as net:
        h = net.host("a")
        batch(h, ["link add v type veth peer name w", "addr add 10.0.0.1/24 dev v"])
        assert "no way to 10.0.0.2: Network is unreachable" in sentence(h, "10.0.0.2")


@pytest.mark.parametrize("args, text", [
    ([], "no target: name a host"), (["-4", "-6", "x"], "-4 and -6 exclude each other"),
    (["-f", "9", "-m", "3", "x"], "-f is more than -m"), (["--udp", "-S", "x"], "flags of TCP"),
    (["-q", "0", "x"], "-q"), (["-x", "fast", "x"], "-x"), (["--paths=up", "x"], "--paths"),
    (["-u", "x"], "fetches no databases"), (["-N", "-n", "x"], "exclude each other"),
    (["--json", "-Z", "x"], "-Z prints text")], ids=lambda v: " ".join(v) if isinstance(v, list) else "")
def test_bad_usage_is_one_sentence(chain, args, text):
    said = sentence(chain.src, *args, check=2)
    assert text in said and said.count("\n") == 1


def test_bad_addresses_and_sizes(chain):
    assert "::1 is not an IPv4 address" in sentence(chain.src, "-4", "::1")
    assert "-b x: no address of the same family" in sentence(chain.src, "-b", "x", "10.0.0.2")
    assert "has no room for what is in it: 36 at least" in \
        sentence(chain.src, "--udp", "-l", "30", "10.0.0.2")
    assert "larger than the device takes" in sentence(chain.src, "--udp", "-l", "2000", "-G", "10.0.5.2")
    assert "are the same address" in sentence(chain.src, "10.0.0.2", "10.0.0.2")


@pytest.mark.parametrize("name, content", [
    ("x.mmdb", b"not a database"), ("x.mmdb", b""), ("x.dat", b"\0" * 500), ("pfx2as", b"10.0.0.0 99 1\n"),
    ("pfx2as", b"\xff\xfe\0"), ("pfx2as.gz", b"\x1f\x8b\x08cut")])
def test_databases_that_are_none(chain, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    said = sentence(chain.src, "--as-db", path, chain.target())
    assert str(path) in said and said.count("\n") == 1
    assert "No such file" in sentence(chain.src, "--geo-db", tmp_path / "none.mmdb", chain.target())


def test_nobody_reads_the_output(chain):
    read, write = os.pipe()
    os.close(read)
    p = chain.src.start([program("astrace"), "--udp", chain.target()], stdout=write)
    os.close(write)
    assert p.wait() == 0 and not p.err


def test_a_full_disk_is_told(chain):
    with open("/dev/full", "wb") as full:
        p = chain.src.start([program("astrace"), "--udp", chain.target()], stdout=full)
        assert p.wait() == 1 and "standard output: No space left on device" in p.text()


def test_a_loop_ends():
    with Net() as net:
        c = Chain(net, 3, limits=False)
        batch(c.nodes[3], ["route replace default via 10.0.2.1"])
        batch(c.nodes[3], ["route del 10.0.3.0/24"])
        r, = trace(c.src, "--udp", "-m", "12", c.target())
    got = [h["address"] for h in r["hops"]]
    assert len(got) == 12 and not r["reached"] and got[:3] == [c.hop(k) for k in (1, 2, 3)]
    assert len(set(got[2:])) == 2


def test_a_target_that_answers_one_tcp_port_only(chain):
    rules = "table ip f {\nchain i {\ntype filter hook input priority 0;\n" \
            "iifname lo accept\ntcp dport 443 accept\ndrop\n}\n}\n"
    net_ns = ["ip", "netns", "exec", chain.dst.netns, "nft"]
    subprocess.run([*net_ns, "-f", "-"], input=rules, text=True, check=True)
    try:
        r, = trace(chain.src, chain.target())
        assert r["method"] == "tcp" and r["port"] == 443 and r["reached"]
        assert [h["address"] for h in r["hops"]] == [chain.hop(k) for k in range(1, N + 2)]
        r, = trace(chain.src, "--icmp", chain.target())
        assert not r["reached"] and len(r["hops"]) == N
    finally:
        subprocess.run([*net_ns, "delete", "table", "ip", "f"], check=True)


def made_up(n, port):
    """An ICMP error from 10.0.5.2 that quotes a UDP probe to it with numbers that are wrong."""
    udp = struct.pack(">HHHH", port, 33434, 16, n * 40503 & 0xffff) + os.urandom(8)
    quoted = bytearray(struct.pack(">BBHHHBBH4s4s", 0x45, 0, 36, n * 7919 & 0xffff, 0, 1, 17, 0,
                                   socket.inet_aton("10.0.0.1"), socket.inet_aton("10.0.5.2")))
    icmp = bytearray(b"\x0b\0\0\0\0\0\0\0" + quoted + udp)
    struct.pack_into(">H", icmp, 2, csum(bytes(icmp)))
    return bytes(icmp)


def test_a_flood_of_false_answers_is_counted_and_changes_nothing(chain):
    stop = threading.Event()
    raw = chain.dst.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)

    def flood():
        n = 0
        while not stop.is_set():
            for port in range(16384, 32768, 128):
                n += 1
                try:
                    raw.sendto(made_up(n, port), ("10.0.0.1", 0))
                except OSError:
                    pass
    t = threading.Thread(target=flood)
    t.start()
    try:
        r, = trace(chain.src, "--udp", "10.0.5.2")
        silent, = trace(chain.src, "--udp", "-x", "2", "10.0.5.77", "10.0.5.2")[1:]
    finally:
        stop.set()
        t.join()
        raw.close()
    for x in (r, silent):
        assert [h["address"] for h in x["hops"]] == [chain.hop(k) for k in range(1, N + 2)]
        assert x["reached"]
    assert r["false_answers"] + silent["false_answers"] > 20


def test_json_is_whole_whatever_names_hold(chain):
    p = chain.src.run([program("astrace"), "--json", "--icmp", chain.target()], check=0)
    assert json.loads(p.out)["target"] == chain.target()
