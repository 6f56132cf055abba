# SPDX-License-Identifier: GPL-2.0-or-later
"""What trafgen's language says of fields that change: values of every width, masks, lists, variables,
bytes of files, and the sentences about what cannot be."""
import ipaddress
import subprocess

import pytest
from lib.trafgen import packets_of
from lib.where import program


def run(tmp_path, script, n=1, status=0, files=None, seed=7):
    for name, data in (files or {}).items():
        (tmp_path / name).write_bytes(data)
    cfg, out = tmp_path / "s.cfg", tmp_path / "x.pcap"
    cfg.write_text(script)
    p = subprocess.run([program("trafgen"), "-i", str(cfg), "-o", str(out), "-n", str(n),
                        "-E", str(seed)], capture_output=True, text=True, timeout=60, check=False)
    assert p.returncode == status, p.stderr
    return packets_of(out) if not status else p.stderr


def values(tmp_path, script, n, at, size):
    return [int.from_bytes(p[at:at + size], "big") for p in run(tmp_path, script, n)]


def ip6(text):
    return int(ipaddress.ip_address(text))


MAC, IP4, IP6_SRC = 6, 26, 22
COUNTS = [
    # script, where, bytes, the values
    ("{ eth(sa=dinc(02:00:00:00:00:fe, 02:00:00:00:01:01)) }", MAC, 6,
     [0x0200000000fe, 0x0200000000ff, 0x020000000100, 0x020000000101, 0x0200000000fe]),
    ("{ eth(sa=ddec(02:00:00:00:00:fe, 02:00:00:00:01:02, 3)) }", MAC, 6,
     [0x020000000102, 0x0200000000ff, 0x020000000102]),
    ("{ ip4(sa=dinc(10.0.0.254, 10.0.1.1)) }", IP4, 4,
     [0x0a0000fe, 0x0a0000ff, 0x0a000100, 0x0a000101, 0x0a0000fe]),
    ("{ ip4(sa=dinc(10.0.0.77/30)) }", IP4, 4, [0x0a00004c + i % 4 for i in range(9)]),
    ("{ ip4(sa=ddec(10.0.0.0/30)) }", IP4, 4, [0x0a000003, 0x0a000002, 0x0a000001, 0x0a000000] * 2),
    ("{ ip4(sa=dinc(10.0.0.0/16, 4096)) }", IP4, 4, [0x0a000000 + i % 16 * 4096 for i in range(20)]),
    ("{ eth(), ip6(sa=dinc(2001:db8::ffff:ffff:ffff:fffe, 2001:db8:0:1::5, 3)) }", IP6_SRC, 16,
     [ip6("2001:db8::ffff:ffff:ffff:fffe") + i % 3 * 3 for i in range(7)]),
    ("{ eth(), ip6(sa=dinc(2001:db8::/32, 0:0:1::)) }", IP6_SRC, 16,
     [ip6("2001:db8::") + (i << 80) for i in range(5)]),
    ("{ eth(), ip6(sa=ddec(2001:db8::, 2001:db8:0:1::, 1)) }", IP6_SRC, 16,
     [ip6("2001:db8:0:1::") - i for i in range(5)]),
    ("{ eth(), ip6(sa=fe80::1, sa=dinc(7, 8)) }", IP6_SRC, 16,
     [ip6("fe80::7"), ip6("fe80::8"), ip6("fe80::7")]),
    ("{ eth(sa=list(02:00:00:00:00:01, 7, 02:ff:ff:ff:ff:ff)) }", MAC, 6,
     [0x020000000001, 7, 0x02ffffffffff] * 2),
    ("{ ip4(sa=10.1.2.3, sa=mask(0.255.0.0, dinc())) }", IP4, 4, [0x0a010203, 0x0a020203, 0x0a030203]),
    ("{ ip4(sa=10.1.2.3, sa=mask(0.240.0.15, dinc(14, 18))) }", IP4, 4,
     [0x0a01020e, 0x0a01020f, 0x0a110200, 0x0a110201, 0x0a110202]),
    ("{ ip4(sa=10.1.2.3, sa=mask(0.255.0.255, list(0, 0x1234))) }", IP4, 4, [0x0a000200, 0x0a120234]),
    ("{ eth(type=0x1111), c16(dinc(65534, 65535)), c32(list(1, 10.0.0.1)) }", 14, 6,
     [0xfffe << 32 | 1, 0xffff << 32 | 0x0a000001]),
    ("{ eth(type=1), ptp(seq=dinc(5, 6)) }", 44, 2, [5, 6, 5]),
    ("{ arp(op=list(request, reply)) }", 20, 2, [1, 2, 1]),
    # a number of 32 bits changes the last bytes of an address, as in trafgen(8)
    ("{ eth(sa=02:00:00:00:00:00, sa=dinc(0xffffffff, 0x100000001)) }", MAC, 6,
     [0xffffffff, 0x100000000, 0x100000001]),
]


@pytest.mark.parametrize("script, at, size, want", COUNTS, ids=[c[0] for c in COUNTS])
def test_values_that_count(tmp_path, script, at, size, want):
    assert values(tmp_path, script, len(want), at, size) == want


def test_little_endian_fields(tmp_path):
    got = run(tmp_path, "{ eth(), wlan(duration=dinc(258, 259)) }", 2)
    assert [p[16:18] for p in got] == [b"\x02\x01", b"\x03\x01"]


RANDOM = [
    ("{ ip4(sa=drnd(10.3.0.0/20)) }", IP4, 4, 0x0a030000, 0x0a030fff, 1),
    ("{ ip4(sa=drnd(10.0.0.1, 10.0.0.9)) }", IP4, 4, 0x0a000001, 0x0a000009, 1),
    ("{ ip4(sa=drnd(10.0.0.0/24, 16)) }", IP4, 4, 0x0a000000, 0x0a0000f0, 16),
    ("{ eth(sa=drnd(02:00:00:00:00:00/24)) }", MAC, 6, 0x020000000000, 0x020000ffffff, 1),
    ("{ eth(), ip6(sa=drnd(2001:db8::/32)) }", IP6_SRC, 16, ip6("2001:db8::"),
     ip6("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"), 1),
    ("{ eth(), ip6(sa=drnd(2001:db8::/64)) }", IP6_SRC, 16, ip6("2001:db8::"),
     ip6("2001:db8::ffff:ffff:ffff:ffff"), 1),
    ("{ eth(), ip6(sa=drnd(2001:db8::ffff:ffff:ffff:fff0, 2001:db8:0:1::f)) }", IP6_SRC, 16,
     ip6("2001:db8::ffff:ffff:ffff:fff0"), ip6("2001:db8:0:1::f"), 1),
    ("{ eth(), ip6(sa=drnd()) }", IP6_SRC, 16, 0, (1 << 128) - 1, 1),
    ("{ ip4(sa=drnd(list(10.0.0.1, 10.0.0.3))) }", IP4, 4, 0x0a000001, 0x0a000003, 2),
    ("{ ip4(sa=0.0.0.7, sa=mask(255.0.0.0, drnd())) }", IP4, 4, 7, 0xff000007, 1 << 24),
]


@pytest.mark.parametrize("script, at, size, least, most, step", RANDOM, ids=[r[0] for r in RANDOM])
def test_values_at_random(tmp_path, script, at, size, least, most, step):
    got = values(tmp_path, script, 400, at, size)
    assert all(least <= v <= most and (v - least) % step == 0 for v in got)
    n = (most - least) // step + 1
    assert len(set(got)) >= min(n, 100) * 0.9
    assert max(got) - min(got) >= (most - least) * 3 // 4


def test_variables(tmp_path):
    """The same value in all fields of a packet; per packet, whatever packet it is, or per round."""
    script = """var id = dinc(1, 5)   # of all packets
        var port per round = dinc(1000, 1002), { udp(sport=port, dport=port + 7), c16(id), c16(id - 1) }
        { eth(type=0x88b5), c16(port), c16(id) }"""
    script = script.replace("1002),", "1002)")
    got = run(tmp_path, script, 12)
    for i, p in enumerate(got):
        port, number = 1000 + i // 2 % 3, 1 + i % 5
        if i % 2 == 0:
            want = [port, port + 7, number, number - 1]
            have = [p[34:36], p[36:38], p[42:44], p[44:46]]
        else:
            want, have = [port, number], [p[14:16], p[16:18]]
        assert [int.from_bytes(h, "big") for h in have] == want


def test_random_variables(tmp_path):
    script = """var host = drnd(10.0.0.0/24) var seq = drnd() var b = seq + 5
        { arp(sip=host, tip=host + 256), c16(host), c32(seq), c16(seq), c32(seq + 1), c32(b), c64(seq) }"""
    got = run(tmp_path, script, 200)
    for p in got:
        host = int.from_bytes(p[28:32], "big")
        assert host >> 8 == 0x0a0000
        assert int.from_bytes(p[38:42], "big") == host + 256
        assert int.from_bytes(p[42:44], "big") == host & 0xffff
        seq = int.from_bytes(p[58:66], "big")
        assert int.from_bytes(p[44:48], "big") == seq & 0xffffffff
        assert int.from_bytes(p[48:50], "big") == seq & 0xffff
        assert int.from_bytes(p[50:54], "big") == (seq + 1) & 0xffffffff
        assert int.from_bytes(p[54:58], "big") == (seq + 5) & 0xffffffff
    assert len({p[28:32] for p in got}) > 100


def test_a_variable_is_the_same_in_all_streams(tmp_path):
    script = """var id = dinc() stream a(burst=2) { { eth(), c16(id) } } stream b { { eth(), c16(id) } }"""
    assert values(tmp_path, script, 300, 14, 2) == list(range(300))


def test_bytes_of_files(tmp_path):
    files = {"a.bin": bytes(range(100)), "empty.bin": b""}
    assert run(tmp_path, "{ 9, file(\"a.bin\") }", files=files) == [b"\x09" + bytes(range(100))]
    assert run(tmp_path, "{ file(\"a.bin\", 90) 7 }") == [bytes(range(90, 100)) + b"\x07"]
    assert run(tmp_path, "{ file(\"a.bin\", 1, 2), file(\"a.bin\", 5, 1) }") == [b"\x01\x02\x05"]
    got = run(tmp_path, "{ udp(), file(\"a.bin\") }")
    assert got[0][38:40] == (108).to_bytes(2, "big")
    assert "at most 100" in run(tmp_path, "{ file(\"a.bin\", 101) }", status=1)
    assert "No such file" in run(tmp_path, "{ file(\"b.bin\") }", status=1)
    assert "in quotes" in run(tmp_path, "{ file(a) }", status=1)
    assert "s.cfg:1:8: " in run(tmp_path, "{ file(\".\") }", status=1)


@pytest.mark.parametrize("script, words", [
    ("{ ip4(len=100), udp() }", "s.cfg:1: ip says that it is 100 bytes with what follows, there are 28"),
    ("{ ip4(), udp(len=9) }", "udp says that it is 9 bytes with what follows, there are 8"),
    ("{ eth(type=0x86dd), ip6(len=5), udp() }", None),
    ("{ ip4(len=28), udp(), fill(0, 18) }", None),
    ("{ ip4(), udp(len=9), 7 }", None),
])
def test_warnings_of_lengths(tmp_path, script, words):
    cfg = tmp_path / "s.cfg"
    cfg.write_text(script)
    p = subprocess.run([program("trafgen"), "-i", str(cfg), "-o", str(tmp_path / "x.pcap"), "-n", "1"],
                       capture_output=True, text=True, timeout=60, check=True)
    assert ("warning: " in p.stderr) == bool(words), p.stderr
    assert not words or words in p.stderr


@pytest.mark.parametrize("script, words", [
    ("{ eth(sa=dinc(02:00:00:00:00:02, 02:00:00:00:00:01)) }", "is not below the maximum"),
    ("{ udp(sport=dinc(1, 65536)) }", ":1:13: 65536 does not fit into 16 bits"),
    ("{ udp(sport=list(1, 65536)) }", "65536 does not fit into 16 bits"),
    ("{ udp(sport=list()) }", "expected the values of the list, not ')'"),
    ("{ udp(sport=list(1 2)) }", "expected ',' between values, not '2'"),
    ("{ udp(sport=dinc(1, 2, 0)) }", "a step of 0 goes nowhere"),
    ("{ udp(sport=dinc(1)) }", "expected ',' and the maximum, not ')'"),
    ("{ udp(sport=dinc(1, 2, 3, 4)) }", "expected ')' after the range, not ','"),
    ("{ ip4(sa=drnd(10.0.0.0/32)) }", "has 0 to 31 bits, not 32"),
    ("{ ip4(sa=drnd(10.0.0.0/x)) }", "expected the length of the prefix, not 'x'"),
    ("{ ip4(sa=drnd(10.0.0/8)) }", "expected a number or a MAC, IPv4 or IPv6 address, not '10.0.0'"),
    ("{ ip6(sa=drnd(::, 1:0:0:1::)) }", "give a prefix"),
    ("{ ip4(sa=drnd(2001:db8::/32)) }", ":1:15: an address of 128 bits is too long for src"),
    ("{ udp(sport=list(10.0.0.1)) }", "an address of 32 bits is too long for sport, which has 16"),
    ("{ ip4(sa=mask(0, dinc())) }", "a mask has some of the 32 bits"),
    ("{ udp(sport=mask(0x10000, dinc())) }", "a mask has some of the 16 bits"),
    ("{ udp(sport=mask(1, 5)) }", "expected dinc(), ddec(), drnd(), list() or a variable, not '5'"),
    ("var x { 1 }", "expected '=' and a function"),
    ("var x = 5 { 1 }", "expected dinc(), ddec(), drnd(), list() or a variable, not '5'"),
    ("var dinc = dinc() { 1 }", "expected the name of the variable, not 'dinc'"),
    ("var x = dinc() var x = dinc() { 1 }", "there is a variable x already"),
    ("var x per day = dinc() { 1 }", "expected packet or round, not 'day'"),
    ("{ udp(sport=y) }", "expected a number, not 'y'"),
    ("var x = drnd(2001:db8::/32) { c32(x + 1) }", "stands alone"),
])
def test_what_cannot_be_has_a_place_and_a_reason(tmp_path, script, words):
    text = run(tmp_path, script, status=1)
    assert words in text and "s.cfg:1:" in text
    assert len(text.splitlines()) == 1
