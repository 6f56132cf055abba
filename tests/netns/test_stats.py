# SPDX-License-Identifier: GPL-2.0-or-later
"""--stats: what it counts against what is in the packets, its forms, its bounds, on every path."""
import json
import struct
import subprocess
import xml.etree.ElementTree

import pytest
from lib import send
from lib.probe import need
from lib.sniff import Sniff, link
from lib.wait import wait_for
from lib.where import program

ARP = bytes.fromhex("ffffffffffff02020202020208060001080006040001020202020202"
                    "0a0000010000000000000a000007")
START = 1714564800


def pcap(records):
    """Records are (seconds after START, frame)."""
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)]
    for when, f in records:
        out += [struct.pack("<IIII", START + when, 0, len(f), len(f)), f]
    return b"".join(out)


def run(here, line, rc=0):
    p = subprocess.run([program("netsniff"), *line.split()], cwd=here, capture_output=True,
                       timeout=60, text=True)
    assert p.returncode == rc, p.stderr
    return p


def stats_of(text):
    found = [json.loads(x)["stats"] for x in text.splitlines() if x.startswith('{"stats"')]
    assert len(found) == 1, text
    return found[0]


def address(n):
    return f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"


FRAMES = [(0, ARP)] + [(i, send.eth(send.udp4(bytes(100 * i), dst="10.0.0.7"), 0x0800))
                       for i in range(1, 6)] + \
    [(9, send.eth(send.ipv4(bytes(20), 253, "10.0.0.9", "10.0.0.1"), 0x0800))]


@pytest.fixture
def here(tmp_path):
    (tmp_path / "a.pcap").write_bytes(pcap(FRAMES))
    return tmp_path


def check(s):
    """The statistics of FRAMES."""
    bytes_in_all = sum(len(f) for _, f in FRAMES)
    assert (s["packets"], s["bytes"], s["bad"], s["cut"]) == (7, bytes_in_all, 0, 0)
    protocols = {p["layers"]: (p["packets"], p["bytes"]) for p in s["protocols"]}
    assert protocols == {"eth": (7, bytes_in_all), "eth:ip": (6, bytes_in_all - 42),
                         "eth:ip:udp": (5, bytes_in_all - 42 - 54), "eth:arp": (1, 42)}
    talkers = {t["address"]: t for t in s["talkers"]["top"]}
    one, two = talkers["10.0.0.1"], talkers["10.0.0.7"]
    assert (one["packets"], one["bytes"], one["sent_packets"]) == (6, bytes_in_all - 42, 5)
    assert (two["packets"], two["sent_packets"]) == (5, 0)
    assert talkers["ff:ff:ff:ff:ff:ff"]["bytes"] == 42
    pairs = {(c["a"], c["b"]): c for c in s["conversations"]["top"]}
    assert pairs["10.0.0.1", "10.0.0.9"]["a_to_b_bytes"] == 0
    assert pairs["10.0.0.1", "10.0.0.7"]["a_to_b_packets"] == 5
    for z in s["sizes"]:
        inside = [len(f) for _, f in FRAMES
                  if z["from"] <= len(f) and (z["to"] is None or len(f) <= z["to"])]
        assert (z["packets"], z["bytes"]) == (len(inside), sum(inside))
    assert (sum(s["rate"]["packets"]), sum(s["rate"]["bytes"])) == (7, bytes_in_all)


def test_of_a_file(here):
    check(stats_of(run(here, "-i a.pcap -s --stats=json").stdout))
    lines = run(here, "-i a.pcap --json --stats").stdout.splitlines()
    assert len(lines) == 9 and lines[8].startswith('{"stats"')
    check(stats_of(lines[8]))


def test_counts_what_is_kept(here):
    s = stats_of(run(here, "-i a.pcap -s --stats=json -o b.pcap udp").stdout)
    assert s["packets"] == 5 and s["first"] == f"{START + 1}.000000000"
    s = stats_of(run(here, "-i b.pcap -s --stats=json --snaplen 20").stdout)
    assert (s["packets"], s["cut"]) == (5, 5)
    p = subprocess.run([program("netsniff"), *"-i a.pcap --stats=json -o - -T pcap -n 3".split()],
                       cwd=here, capture_output=True, timeout=60, check=True)
    assert stats_of(p.stderr.decode())["packets"] == 3 and p.stdout[:4] == b"\xd4\xc3\xb2\xa1"


def test_text(here):
    text = run(here, "-i a.pcap -s --stats").stdout
    assert "Statistics of 7 packets" in text
    assert "from 2024-05-01 12:00:00.000000000 to 2024-05-01 12:00:09.000000000 UTC, 9.00 s" in text
    for part in "Protocols", "Talkers", "Conversations", "Packet sizes", "Rate":
        assert f"\n{part}" in text
    assert "\n      udp " in text and text.isascii()
    assert run(here, "-i a.pcap -s --stats arp").stdout.startswith("Statistics of 1 packets")
    empty = run(here, "-i a.pcap -s --stats tcp").stdout
    assert empty == "Statistics of 0 packets, 0 bytes\n"


def test_svg(here):
    for rule in "", " tcp":
        root = xml.etree.ElementTree.fromstring(run(here, "-i a.pcap -s --stats=svg" + rule).stdout)
        assert root.tag.endswith("svg")
    assert run(here, "-i a.pcap --stats=svg", rc=2).stderr.count("add -s") == 1
    assert "leave out --json" in run(here, "-i a.pcap -s --json --stats=svg", rc=2).stderr


def test_full_tables_are_told_and_keep_the_heavy(here):
    small = [send.eth(send.udp4(b"", src=address(n), dst=address(n + 100000)), 0x0800)
             for n in range(1, 20000)]
    big = send.eth(send.udp4(bytes(1000), src="192.0.2.1", dst="192.0.2.2"), 0x0800)
    frames = [(i, f) for i, s in enumerate(small) for f in ([s, big] if i % 20 == 0 else [s])]
    (here / "many.pcap").write_bytes(pcap(frames))
    s = stats_of(run(here, "-i many.pcap -s --stats=json").stdout)
    assert s["talkers"]["in_table"] == s["talkers"]["table"] == 16384
    assert s["talkers"]["replaced"] > 0 and s["conversations"]["replaced"] == 19999 + 1 - 16384
    assert {t["address"] for t in s["talkers"]["top"][:2]} == {"192.0.2.1", "192.0.2.2"}
    top = s["conversations"]["top"][0]
    assert (top["packets"], top["bytes"], top["over_bytes"]) == (1000, 1000 * len(big), 0)
    assert "The table of 16,384 addresses was full" in run(here, "-i many.pcap -s --stats").stdout


@pytest.mark.parametrize("args", [("-s",), ("-s", "-o", "x.pcapng"), ("-q",),
                                  ("-s", "-o", "y.pcapng", "--threads", "2")], ids=" ".join)
def test_of_a_capture(net, tmp_path, args):
    need("root", "netns", "tpacket_v3", "xdp_live_frames")
    a, b = link(net)
    n = 2 if "--threads" in args else 1
    sniff = Sniff(b, "--stats=json", "-n", "7", *args, form=(), sockets=n, cwd=tmp_path)
    with send.Sender(a) as s:
        for _, f in FRAMES:
            s.frame(f)
    assert sniff.proc.wait() == 0, sniff.proc.text()
    check(stats_of(sniff.proc.out.decode()))


def test_of_a_replay(net, here):
    a, b = link(net)
    p = a.run([program("netsniff"), "-i", here / "a.pcap", "-o", "eth0", "-s", "--stats=json"],
              check=0)
    check(stats_of(p.out.decode()))


def test_the_flight_recorder_has_none(here):
    assert "--stats: the flight recorder" in run(here, "-i lo -o x --flight 2MiB --stats", rc=2).stderr
