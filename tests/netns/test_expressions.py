# SPDX-License-Identifier: GPL-2.0-or-later
"""netsniff with filter expressions: on a device and on files the same packets, tags or not."""
import json
import subprocess

import pytest
from lib.net import Net
from lib.sniff import Sniff
from lib.where import program

SCRIPT = """
{ eth(da=02:00:00:00:00:02, sa=02:00:00:00:00:01), ip4(sa=10.0.0.1, da=10.0.0.2), udp(sp=1, dp=9), "x" }
{ eth(da=02:00:00:00:00:02, sa=02:00:00:00:00:01), ip4(sa=10.0.0.1, da=10.0.0.2), tcp(sp=1, dp=80, syn) }
{ eth(da=02:00:00:00:00:02, sa=02:00:00:00:00:01), vlan(id=5), ip4(sa=10.0.0.1, da=10.0.0.2), udp(dp=9) }
{ eth(da=02:00:00:00:00:02, sa=02:00:00:00:00:01), vlan(id=6), ip4(sa=10.0.0.1, da=10.0.0.2), tcp(dp=80) }
{ eth(da=ff:ff:ff:ff:ff:ff, sa=02:00:00:00:00:01), arp(smac=02:00:00:00:00:01, sip=10.0.0.1, tip=10.0.0.9) }
"""
CASES = ["udp port 9", "tcp", "arp", "vlan", "vlan 5", "vlan and udp", "not vlan and ip",
         "ether dst ff:ff:ff:ff:ff:ff", "tcp.dport in {80, 443}", "ip[8] = 0", "less 50"]


@pytest.fixture(scope="module", name="sent")
def fixture_sent(tmp_path_factory):
    path = tmp_path_factory.mktemp("sent") / "all.pcap"
    subprocess.run([program("trafgen"), "-o", str(path), "-n", "5", SCRIPT], check=True,
                   capture_output=True)
    return path


def packets(path):
    out = subprocess.run([program("netsniff"), "-i", str(path), "--json"], check=True,
                         capture_output=True, text=True).stdout
    return [json.loads(x)["layers"] for x in out.splitlines() if '"layers"' in x]


@pytest.mark.parametrize("text", CASES)
def test_live_and_file_agree(sent, tmp_path, text):
    subprocess.run([program("netsniff"), "-i", str(sent), "-o", str(tmp_path / "file.pcap"), "-s",
                    *text.split()], check=True, capture_output=True)
    wanted = packets(tmp_path / "file.pcap")
    assert 0 < len(wanted) < 5
    with Net() as net:
        a, b = net.pair()
        sniff = Sniff(b, "-o", str(tmp_path / "live.pcap"), "-s", "-f", text)
        a.run([program("trafgen"), "-o", "eth0", "-n", "5", "-P", "1", SCRIPT], check=0)
        sniff.end()
    assert packets(tmp_path / "live.pcap") == wanted


@pytest.mark.parametrize("args, status, words", [
    (["tcp", "prot", "80"], 2, "column 5"),
    (["-f", "host no-such-name.invalid"], 2, "no-such-name.invalid"),
    (["-f", "inbound"], 1, "link type EN10MB"),
    (["-f", "wlan type mgt"], 1, "wlan"),
])
def test_what_cannot_be_asked_is_told(sent, args, status, words):
    p = subprocess.run([program("netsniff"), "-i", str(sent), "-s", *args], capture_output=True,
                       text=True)
    assert p.returncode == status and words in p.stderr.splitlines()[-1], p.stderr
