# SPDX-License-Identifier: GPL-2.0-or-later
"""--fields: columns of packets from files and interfaces, as a table and as CSV."""
import csv
import io
import json
import pathlib
import subprocess

import pytest

from lib import send
from lib.probe import need
from lib.sniff import Sniff, link
from lib.wait import wait_for
from lib.where import TOP, program

GOLDEN = sorted((TOP / "tests" / "golden").glob("*.pcap"))


def printed(*args, rc=0):
    p = subprocess.run([program("netsniff"), *map(str, args)], capture_output=True, timeout=60)
    assert p.returncode == rc, p.stderr
    return p.stdout.decode()


def rows(path, fields):
    text = printed("-i", path, "--fields", ",".join(fields), "--csv")
    assert text.isascii()
    got = list(csv.reader(io.StringIO(text), strict=True))
    assert got[0] == fields and all(len(r) == len(fields) for r in got)
    return got[1:]


def values(packet, proto, field):
    """What JSON says of a field, as a cell would."""
    found = [layer[field] for layer in packet["layers"]
             if layer["proto"] == proto and field in layer]
    return ";".join(str(int(x) if isinstance(x, bool) else x) for x in found)


@pytest.mark.parametrize("pcap", GOLDEN, ids=lambda p: p.stem)
def test_columns_have_what_json_has(pcap):
    packets = [json.loads(x) for x in printed("-i", pcap, "--json").splitlines()][:-1]
    names = [("eth", "src"), ("ip", "src"), ("ip", "ttl"), ("ip6", "dst"), ("tcp", "seq"),
             ("udp", "dport"), ("udp", "csum_state"), ("icmp", "type_text")]
    got = rows(pcap, ["number", "time", "len", "caplen", *(".".join(n) for n in names)])
    assert len(got) == len(packets)
    for row, packet in zip(got, packets):
        assert row[:4] == [str(packet["number"]), packet["time"], str(packet["len"]),
                           str(packet["caplen"])]
        for (proto, field), cell in zip(names, row[4:]):
            want = values(packet, proto, field)
            # a number without a name stands for itself
            if want or not field.endswith("_text"):
                assert cell == want, (proto, field, packet)


def test_table_has_its_columns_below_each_other(tmp_path):
    lines = printed("-i", pathlib.Path(GOLDEN[0].parent, "dns.pcap"), "--fields",
                    "number,ip4.src,udp.dport,dns.answer.addr").splitlines()
    at = lines[0].index("dns.answer.addr")
    assert len(lines) > 5
    assert all(line[at - 1] == " " and line[at] != " " for line in lines[1:])
    assert any(line[at:] == "10.1.2.3" for line in lines)


def test_live(net):
    need("root", "netns", "tpacket_v3", "xdp_live_frames")
    a, b = link(net)
    sniff = Sniff(b, "--csv", "udp",
                  form=("--fields", "iface,ip4.src,udp.dport"))
    with send.Sender(a) as s:
        s.seqs(3)
    wait_for(lambda: sniff.proc.out.count(b"\n") == 4, "the header and three packets")
    assert sniff.proc.stop() == 0
    assert sniff.proc.out.decode().splitlines()[1:] == ["eth0,10.0.0.1,2000"] * 3
