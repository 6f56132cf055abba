# SPDX-License-Identifier: GPL-2.0-or-later
"""Capture files as trafgen's input: what is sent is what was captured, with its timing; --set
changes fields and the checksums above them."""
import gzip
import struct
import subprocess

import pytest
from lib.net import Net
from lib.tools import tshark, tshark_fields
from lib.trafgen import generate, packets_of, receiver, records_of, take
from lib.where import program

STATUS = ["ip.checksum.status", "udp.checksum.status", "tcp.checksum.status",
          "icmpv6.checksum.status"]
SCRIPT = """
{ eth(da=02:00:00:00:00:01), vlan(id=5), ip4(sa=10.0.0.1, da=10.0.0.9, ttl=64),
  udp(sport=1000, dport=53), "hello" }
{ eth(), ip4(da=10.0.0.9, ttl=3), tcp(dport=80, syn), "odd" }
{ eth(type=0x86dd), ip6(da=fe80::1, nexthdr=58, hoplimit=9), icmp6(type=128, code=0), "abc" }
{ eth(), ip4(da=10.0.0.9), gre(), ip4(da=1.2.3.4), udp(dport=9), "inside" }
{ eth(), ip4(da=10.0.0.9), sctp(dport=7), "checked" }
"""


def run(*args, cwd, check=0):
    p = subprocess.run([program("trafgen"), *map(str, args)], capture_output=True, text=True, cwd=cwd)
    assert p.returncode == check, p.stderr
    return p


def status_of(path):
    """The state of each packet's checksums: 1 good, 0 bad."""
    checks = (x for p in ("ip", "udp", "tcp") for x in ("-o", f"{p}.check_checksum:TRUE"))
    fields = (x for f in STATUS for x in ("-e", f))
    return [tuple(x.split("\t")) for x in
            tshark(path, *checks, "-T", "fields", *fields).split("\n")[:-1]]


@pytest.fixture(name="pcap")
def fixture_pcap(tmp_path):
    run("-o", "a.pcap", "-n", 5, "-t", "1500us", SCRIPT, cwd=tmp_path)
    return tmp_path / "a.pcap"


@pytest.mark.parametrize("name", ["a.pcap", "a.gz", "a.pcapng"])
def test_a_file_goes_through_as_it_is(pcap, name):
    if name == "a.gz":
        pcap.with_name(name).write_bytes(gzip.compress(pcap.read_bytes()))
    if name == "a.pcapng":
        run("-i", "a.pcap", "-o", name, cwd=pcap.parent)
    p = run("-i", name, "-o", "b.pcap", cwd=pcap.parent)
    assert "warning" not in p.stderr
    assert records_of(pcap.with_name("b.pcap")) == records_of(pcap)


def test_redirected_standard_input(pcap):
    with pcap.open("rb") as f:
        subprocess.run([program("trafgen"), "-i", "-", "-o", "b.pcap"], stdin=f, cwd=pcap.parent,
                       check=True, capture_output=True)
    assert packets_of(pcap.with_name("b.pcap")) == packets_of(pcap)


def test_rounds_and_other_timing(pcap):
    run("-i", "a.pcap", "-o", "b.pcap", "-n", 12, cwd=pcap.parent)
    begin = records_of(pcap)[0][0]
    times = [t - begin for t, _ in records_of(pcap.with_name("b.pcap"))]
    assert times == [i * 1500 for i in range(12)]
    run("-i", "a.pcap", "-o", "b.pcap", "-b", "1kpps", cwd=pcap.parent)
    records = records_of(pcap.with_name("b.pcap"))
    assert [t - records[0][0] for t, _ in records] == [0, 1000, 2000, 3000, 4000]


def test_fields_and_their_checksums(pcap):
    sets = ["ip4.dst=10.0.0.2", "udp.dport=dinc(7, 99)", "ip.ttl=drnd(1, 5)", "ip6.dst=fe80::22",
            "vlan.id=9", "tcp.window=77", "sctp.dport=12", "ip4.src[2:2]=drnd()"]
    args = [x for s in sets for x in ("--set", s)]
    run("-i", "a.pcap", "-o", "b.pcap", "-n", 20, "-E", 3, *args, cwd=pcap.parent)
    out = pcap.with_name("b.pcap")
    rows = tshark_fields(out, "ip.dst", "udp.dstport", "ipv6.dst", "vlan.id", "tcp.window_size_value",
                         "sctp.dstport")
    assert rows[0] == ("10.0.0.2", "7", "", "9", "", "")
    assert rows[1] == ("10.0.0.2", "", "", "", "77", "")
    assert rows[2] == ("", "", "fe80::22", "", "", "")
    assert rows[3] == ("10.0.0.2,1.2.3.4", "10", "", "", "", "")
    assert rows[4] == ("10.0.0.2", "", "", "", "", "12")
    assert rows[5][1] == "12"  # all packets of the file count together
    assert status_of(out) == status_of(pcap) * 4
    assert not any("0" in x for row in status_of(out) for x in row)
    run("-o", "c.pcap", "-n", 1, '{ eth(), ip4(), sctp(dport=12), "checked" }', cwd=pcap.parent)
    assert packets_of(out)[4][34:] == packets_of(pcap.with_name("c.pcap"))[0][34:]


def test_a_wrong_checksum_stays_wrong_and_an_absent_one_absent(tmp_path):
    run("-o", "a.pcap", "-n", 2, "{ eth(), ip4(csum=0x1111), udp(csum=0) }"
        "{ eth(), ip4(), udp(csum=0x2222) }", cwd=tmp_path)
    run("-i", "a.pcap", "-o", "b.pcap", "--set", "ip4.dst=10.9.8.7", cwd=tmp_path)
    a, b = (packets_of(tmp_path / x) for x in ("a.pcap", "b.pcap"))
    assert b[0][40:42] == b"\0\0" and b[1][40:42] not in (b"\0\0", b"\x22\x22")
    assert b[0][24:26] != a[0][24:26]
    assert status_of(tmp_path / "b.pcap") == [("0", "3", "", ""), ("1", "0", "", "")]


def test_packets_cut_short_have_right_checksums(pcap):
    whole = pcap.with_name("whole.pcap")
    whole.write_bytes(pcap.read_bytes())
    records, cut = records_of(pcap), bytearray(pcap.read_bytes()[:24])
    for t, data in records:
        keep = data[:len(data) - 2]
        cut += struct.pack("<IIII", t // 1000000, t % 1000000, len(keep), len(data)) + keep
    pcap.write_bytes(cut)
    sets = ("--set", "ip4.dst=10.0.0.2", "--set", "tcp.sport=99", "--set", "ip6.dst=fe80::9")
    p = run("-i", "a.pcap", "-o", "b.pcap", *sets, cwd=pcap.parent)
    assert "5 packets were cut short" in p.stderr
    run("-i", "whole.pcap", "-o", "c.pcap", *sets, cwd=pcap.parent)
    full = packets_of(pcap.with_name("c.pcap"))
    assert packets_of(pcap.with_name("b.pcap"))[:4] == [x[:-2] for x in full[:4]]


@pytest.mark.parametrize("args, status, words", [
    (["--set", "ip4.foo=1"], 1, "ip has no field foo"),
    (["--set", "foo.bar=1"], 1, "there is no protocol foo"),
    (["--set", "ip4.dst"], 1, "expected PROTOCOL.FIELD=VALUE"),
    (["--set", "=1"], 1, "expected PROTOCOL.FIELD=VALUE"),
    (["--set", "udp.=1"], 1, "expected PROTOCOL.FIELD=VALUE"),
    (["--set", "ip4.dst=1.2.3"], 1, "--set:1:9: expected an IPv4 address"),
    (["--set", "udp.dport=99999"], 1, "udp.dport has 16 bits"),
    (["--set", "udp.dport=5 6"], 1, "expected the end of the assignment, not '6'"),
    (["--set", "udp.dport=dinc(9, 3)"], 1, "the minimum, 9, is not below"),
    (["--set", "mpls.ttl=3"], 1, "no packet of a.pcap has mpls.ttl"),
    (["--set", "dns.query.name=3"], 1, "dns has no field query.name"),
    (["--cpp"], 2, "a.pcap is a capture file"),
    (["-i", "none.pcap"], 1, "open none.pcap: No such file"),
    (["-i", "cut.pcap"], 1, "cut.pcap: at offset 24: cut short"),
    (["-i", "empty.pcap"], 1, "empty.pcap has no packets"),
    (["-i", "raw.pcap"], 1, "packet 1 is of link type 101, not EN10MB (1)"),
])
def test_what_cannot_be_is_one_sentence(pcap, args, status, words):
    data = pcap.read_bytes()
    pcap.with_name("cut.pcap").write_bytes(data[:70])
    pcap.with_name("empty.pcap").write_bytes(data[:24])
    pcap.with_name("raw.pcap").write_bytes(data[:20] + struct.pack("<I", 101) + data[24:])
    p = run("-i", "a.pcap", "-o", "b.pcap", *args, cwd=pcap.parent, check=status)
    assert words in p.stderr and p.stderr.count("\n") == 1, p.stderr


def test_set_is_not_for_scripts(tmp_path):
    p = run("-o", "b.pcap", "-n", 1, "--set", "ip4.dst=1.2.3.4", "{ ip4() }", cwd=tmp_path, check=2)
    assert "in a script, write the field" in p.stderr


def test_through_a_device_with_its_timing(tmp_path):
    with Net() as net:
        a, b = net.pair()
        run("-o", tmp_path / "a.pcap", "-n", 11, "-t", "30ms",
            "{ eth(da=ff:ff:ff:ff:ff:ff, type=0x88b5), c32(0), dinc(0, 255), fill(7, 50) }",
            cwd=tmp_path)
        rx = receiver(b)
        report = generate(a, "-i", tmp_path / "a.pcap", "--set", "eth.src=02:00:00:00:00:09",
                          engine="mmsg")
        got, sent = take(rx), packets_of(tmp_path / "a.pcap")
        assert got == [x[:6] + bytes.fromhex("020000000009") + x[12:] for x in sent]
        assert report["packets"] == 11 and report["seconds"] >= 0.299
        # the rate is no one's wish
        assert "asked_packets_per_second" not in report
