# SPDX-License-Identifier: GPL-2.0-or-later
"""bpfc --prove and --witness: what people and scripts see of them; the prover has tests of its own."""
import json
import re
import subprocess

import pytest

from lib import bpfc
from lib.bpfc import ARP_DECIMAL, ARP_OPS, run

TAGGED = "ld vlanp\njeq #1, yes, no\nyes: ret #1\nno: ret #0\n"
RANDOM = "ld rand\nand #%d\nret a\n"


@pytest.fixture
def here(tmp_path):
    (tmp_path / "tagged.bpf").write_text(TAGGED)
    (tmp_path / "none.bpf").write_text("ret #0\n")
    (tmp_path / "some.bpf").write_text("ldb [0]\njneq #7, no\nret #96\nno: ret #0\n")
    return bpfc.fill(tmp_path)


def test_proved(here):
    for args in (["arp.bpf", "arp.bpf"], ["arp.bpf", "-"], ["-", "arp.bpf"], ["-i", "-", "arp.bpf"],
                 ["--against", "-", "arp.bpf"], ["arp.bpf", "arp"], ["--against", "arp.bpf", "-e", "arp"],
                 ["--against", ARP_OPS, "arp.bpf"]):
        p = run(here, "--prove", *args, stdin=ARP_DECIMAL)
        assert (p.returncode, p.stderr) == (0, ""), args
        assert p.stdout.startswith("proved: ") and "keep the same of every packet\n" in p.stdout


def test_optimised_by_default(here):
    p = run(here, "--prove", "-e", "host", "10.0.0.1", "and", "port", "80")
    assert p.returncode == 0 and "and what it is generated as (" in p.stdout


SAME = """
EN10MB            ip4.ttl < 5                             ip[8] < 5
EN10MB            tcp.dport in {80, 443}                  tcp dst port 80 or tcp dst port 443
EN10MB            tcp.dport in {8000-8010}                tcp dst portrange 8000-8010
EN10MB            ip and tcp.syn                          tcp[tcpflags] & tcp-syn != 0
EN10MB            eth.src = 02:00:00:00:00:01             ether src 02:00:00:00:00:01
EN10MB            eth.type = 0x806                        ether proto 0x806
EN10MB            ip4.src in {10.0.0.0/8, 192.0.2.1}      ip src net 10.0.0.0/8 or ip src host 192.0.2.1
EN10MB            ip6.dst = 2001:db8::1                   ip6 dst host 2001:db8::1
EN10MB            vlan.id = 7                             ether proto 0x8100 and ether[14:2] & 0xfff = 7
EN10MB            dscp = 46                               (ip and ip[1] >> 2 = 46) or (ip6 and ip6[0:2] >> 6 & 63 = 46)
EN10MB            host 10.0.0.1 or 10.0.0.2               host 10.0.0.1 or host 10.0.0.2
EN10MB            not not tcp                             tcp
EN10MB            not (arp or ip)                         not arp and not ip
EN10MB            arp.op = 2                              arp[6:2] = 2
RAW               ip4.ttl < 5                             ip[8] < 5
LINUX_SLL         sll.type = 0x800                        ip
IEEE802_11        wlan.type = 2                           type data
IEEE802_11_RADIO  wlan.type = 2                           type data
IEEE802_11_RADIO  wlan.subtype = 8 and wlan.type = 0      type mgt subtype beacon
IEEE802_11_RADIO  radiotap.version = 0                    radio[0] = 0
IEEE802_11_RADIO_AVS  wlan.type = 1                           type ctl
PPI               wlan.type = 2                           type data
"""


@pytest.mark.parametrize("row", SAME.strip().splitlines())
def test_same_meaning(here, row):
    linktype, a, b = [x.strip() for x in re.split(r"\s{2,}", row)]
    p = run(here, "--prove", "-y", linktype, "--against", b, "-e", a)
    first = p.stdout.splitlines()[0] if p.stdout else p.stderr
    assert p.returncode == 0 or "long enough for all loads they are the same" in p.stdout, first


def test_optimised_file(here):
    (here / "long.bpf").write_text("ldh [12]\nldh [12]\n" + bpfc.ARP.split("\n", 2)[2])
    for args, stdin in (["long.bpf"], ""), (["-"], (here / "long.bpf").read_text()):
        p = run(here, "--prove", *args, stdin=stdin)
        assert p.returncode == 0 and "(5 instructions) and what the optimiser makes of it (4)" in p.stdout


def test_refuted(here):
    p = run(here, "--prove", "some.bpf", "none.bpf")
    assert p.returncode == 1 and p.stderr == ""
    assert p.stdout.splitlines() == [
        "refuted: they differ on a packet of 1 bytes",
        "  some.bpf: accept 96          some.bpf:3:1          ret #0x60",
        "  none.bpf: reject             none.bpf:1:1          ret #0x0",
        "  0000  07                                                .",
        "the kernel, which was given the packet and both programs, says the same"]
    p = run(here, "--prove", "some.bpf", "ldb [0] jneq #7, no ret #95 no: ret #0")
    assert "on a packet of 96 bytes" in p.stdout and "says the same" in p.stdout
    p = run(here, "--prove", "ldb [0] ret #1", "ret #1")
    assert "\non packets that are long enough for all loads they are the same\n" in p.stdout
    assert "on a packet of 0 bytes" in p.stdout and "says the same" in p.stdout


def test_what_sockets_cannot_deliver(here):
    p = run(here, "--prove", "tagged.bpf", "none.bpf")
    assert p.returncode == 1 and " vlan_tpid=" in p.stdout
    assert "the kernel was not asked: a socket of our own cannot deliver" in p.stdout
    p = run(here, "--prove", "ld len jgt #99, a, b a: ret #1 b: ret #0", "ldb [99] ret #1")
    assert p.returncode == 1 and "  length 100, captured 0\n" in p.stdout


def test_not_decided(here):
    p = run(here, "--prove", RANDOM % 1, RANDOM % 2)
    assert p.returncode == 3 and p.stderr == ""
    assert p.stdout == ("not decided: they differ by what 'ld rand' gives, which is another number "
                        "each time\n")
    p = run(here, "--prove", "--json", RANDOM % 1, RANDOM % 2)
    assert p.returncode == 3 and json.loads(p.stdout)["result"] == "not decided"


def test_json(here):
    p = run(here, "--prove", "--json", "some.bpf", "none.bpf")
    assert p.returncode == 1
    got = json.loads(p.stdout)
    assert got["result"] == "refuted" and got["only_short_packets"] is False
    assert got["packet"] == {"length": 1, "captured": 1, "kernel_fields": {}, "data": "07"}
    assert [x["kernel"] for x in got["programs"]] == ["accept", "reject"]
    assert [x["line"] for x in got["programs"]] == [3, 1]
    got = json.loads(run(here, "--prove", "--json", "arp.bpf", "arp").stdout)
    assert got["result"] == "proved" and [x["instructions"] for x in got["programs"]] == [4, 4]


def test_write(here):
    p = run(here, "--prove", "--write", "x.pcap", "arp.bpf", "ip")
    assert p.returncode == 1
    both = [run(here, "--run", "x.pcap", "--summary", "--json", *f).stdout
            for f in (["arp.bpf"], ["-e", "ip"])]
    assert sorted(json.loads(x)["accepted"] for x in both) == [0, 1]
    p = run(here, "--witness", "--write", "-", "-y", "RAW", "-e", "ip", text=False, stdin=b"")
    t = subprocess.run(["tcpdump", "-nr", "-"], input=p.stdout, capture_output=True)
    assert p.returncode == 0 and b"accept" in p.stderr and b"link-type RAW" in t.stderr
    run(here, "--prove", "--write", "same.pcap", "arp.bpf", "arp")
    assert run(here, "--run", "same.pcap", "--summary", "arp.bpf").stdout == (
        "0 packets: 0 accepted (-), 0 rejected\n")


def test_witness(here):
    p = run(here, "--witness", "arp.bpf")
    lines = [x for x in p.stdout.splitlines() if not x.startswith("  0")]
    assert [x.split()[1] for x in lines[:-1]] == ["reject", "reject", "accept"]
    assert lines[-1] == "1 ways that accept and 2 that reject, which are all"
    p = run(here, "--witness", "--most", "2", "arp.bpf")
    assert p.stdout.endswith("and there may be more\n")
    p = run(here, "--witness", "--json", "arp.bpf")
    got = [json.loads(x) for x in p.stdout.splitlines()]
    assert got[-1] == {"accepting": 1, "rejecting": 2, "all_ways": True, "all_outcomes": True}
    assert {x["verdict"] for x in got[:-1]} == {"accept", "reject"}


def test_dead_code(here):
    text = "ldb [0]\njgt #255, b, a\na: jge #0, c, b\nb: ret #1\nc: ret #0\n"
    (here / "dead.bpf").write_text(text)
    p = run(here, "--witness", "dead.bpf")
    assert [x.split()[0] + x[x.rindex("("):] for x in p.stdout.splitlines() if x.endswith(")")][1:] == [
        "1(never holds)", "2(always holds)", "3(is never reached)"]


@pytest.mark.parametrize("args,sentence", [
    ("--prove -O arp.bpf", "-O: --prove compares a program with its optimised form"),
    ("--prove - -", "standard input cannot hold both programs"),
    ("--against x arp.bpf", "--against: only --prove compares programs"),
    ("--write x arp.bpf", "--write: only --prove and --witness have packets"),
    ("--prove arp.bpf arp.bpf arp.bpf", "one program is enough"),
    ("--prove --no-optimise -e ip", "--no-optimise leaves nothing to prove"),
    ("--prove --witness arp.bpf arp.bpf", "--prove and --witness are different things to do"),
    ("--witness --most 0 arp.bpf", "--most"),
])
def test_usage(here, args, sentence):
    p = run(here, *args.split())
    assert p.returncode == 2 and sentence in p.stderr and p.stderr.count("\n") == 1


def test_failures(here):
    p = run(here, "--prove", "arp.bpf", "tcp prot 5")
    assert p.returncode == 1 and p.stdout == "" and "column" in p.stderr
    p = run(here, "--prove", "arp.bpf", "ld [0] ld [0]")
    assert p.returncode == 1 and p.stdout == "" and "the last one must be a ret" in p.stderr
    p = run(here, "--witness", "--write", "/nonexistent/x", "arp.bpf")
    assert p.returncode == 1 and "open /nonexistent/x" in p.stderr
