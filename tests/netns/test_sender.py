# SPDX-License-Identifier: GPL-2.0-or-later
"""The sender and the verifier of captures (tests/bench/sender, tests/bench/verify), which other
tests and the benchmarks lean on: what they say is held against tcpdump and against the kernel."""
import struct

import pytest

from lib import live, tools
from lib.proc import Proc
from lib.wait import wait_for


def record(b, path, work, count):
    """tcpdump writes 'count' frames to 'path' while work() sends them."""
    dump = b.start(["tcpdump", "-ni", "eth0", "-Z", "root", "-s4000", "-B16384", "-c", count, "-w", path])
    dump.wait_line("listening on")
    result = work()
    assert dump.wait() == 0
    return result


@pytest.fixture
def link(net):
    """Two hosts joined by a veth pair that takes redirected frames."""
    a, b = net.pair(mtu=3400)
    live.open_far(b)
    return a, b


@pytest.mark.parametrize("engine, size", [("live", n) for n in (60, 61, 62, 63, 67, 1000, 3400)] +
                         [("mmsg", 61), ("mmsg", 1000)])
def test_every_frame_arrives_as_it_is_described(link, tmp_path, engine, size):
    a, b = link
    path = tmp_path / "x.pcap"
    sent = record(b, path, lambda: live.send(a, engine=engine, count=200, size=size,
                                             seq_start=10**12), 200)
    assert (sent["attempted"], sent["dropped"], sent["seq_next"]) == (200, 0, 10**12 + 200)
    got = live.verify(path)
    assert (got["packets"], got["bad"], got["lost"], got["backward"], got["foreign"]) == (200, 0, 0, 0, 0)
    assert (got["first_seq"], got["last_seq"]) == (10**12, 10**12 + 199)
    fields = tools.tshark_fields(path, "frame.len", "ip.len", "udp.dstport", "data.data")
    assert {f[:3] for f in fields} == {(str(size), str(size - 14), "9")}
    assert [int(f[3][:16], 16) for f in fields] == list(range(10**12, 10**12 + 200))
    bad = tools.tshark(path, "-o", "ip.check_checksum:TRUE", "-Y", "ip.checksum.status != 1")
    assert bad == ""


def test_a_vlan_tag_is_in_the_frame(link, tmp_path):
    a, b = link
    path = tmp_path / "x.pcap"
    record(b, path, lambda: live.send(a, count=64, size=100, vlan=7), 64)
    assert live.verify(path)["bad"] == 0
    assert set(tools.tshark_fields(path, "vlan.id", "frame.len")) == {("7", "100")}


def test_it_stops_where_it_is_told_and_goes_on(link):
    a, b = link
    sender = live.Sender(a, count=1000, size=60, gap_after="300,600")
    for after in (300, 600):
        sender.paused(after)
        wait_for(lambda after=after: b.counters()["rx_packets"] >= after, f"{after} frames")
        assert b.counters()["rx_packets"] == after
        sender.go()
    assert sender.done()["accepted"] == 1000


def test_a_rate_is_kept(link):
    sent = live.send(link[0], count=20000, size=60, pps=50000)
    assert sent["accepted"] == 20000
    assert 0.35 < sent["seconds"] < 1.0


def test_what_the_far_end_refuses_is_told(net):
    """Without GRO at the far end, veth takes no redirected frame: not one may count as sent."""
    a, _ = net.pair()
    sent = live.send(a, count=500, size=60)
    assert (sent["attempted"], sent["accepted"], sent["dropped"]) == (500, 0, 500)


@pytest.mark.parametrize("argv, status, text", [
    (["nosuch0"], 1, "device nosuch0: No such device"),
    ([], 2, "name one device"),
    (["--size", "59", "lo"], 2, "--size"),
    (["--size", "60x", "lo"], 2, "--size"),
    (["--pps", "5", "--bps", "1M", "lo"], 2, "give one"),
    (["--gap-after", "5,3", "lo"], 2, "--gap-after"),
    (["--engine", "fast", "lo"], 2, "live or mmsg"),
])
def test_bad_usage_gets_a_sentence(argv, status, text):
    proc = Proc([live.tool("sender"), *argv])
    assert proc.wait() == status
    assert text in proc.text() and proc.text().startswith("sender: ")


def pcapng(*blocks):
    """Whole pcapng bytes of (type, body) blocks after a section header and an interface."""
    shb = struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1)
    idb = struct.pack("<HHI", 1, 0, 0)
    out = b""
    for kind, body in ((0x0a0d0d0a, shb), (1, idb), *blocks):
        n = struct.pack("<I", len(body) + 12)
        out += struct.pack("<I", kind) + n + body + n
    return out


def epb(frame, dropped=0):
    """An Enhanced Packet Block of 'frame' that tells of 'dropped' packets."""
    body = struct.pack("<IIIII", 0, 0, 0, len(frame), len(frame)) + frame + bytes(-len(frame) % 4)
    if dropped:
        body += struct.pack("<HHQI", 4, 8, dropped, 0)
    return 6, body


@pytest.fixture
def frames(link, tmp_path):
    """100 frames of the sender as bytes."""
    path = tmp_path / "frames.pcap"
    record(link[1], path, lambda: live.send(link[0], count=100, size=60), 100)
    data = path.read_bytes()
    return [data[24 + 76 * i + 16:24 + 76 * (i + 1)] for i in range(100)]


def test_the_verifier_sees_gaps_repeats_and_damage(frames, tmp_path):
    path = tmp_path / "x.pcapng"
    broken = bytearray(frames[50])
    broken[-1] ^= 1
    path.write_bytes(pcapng(epb(frames[0]), epb(frames[10], 9), epb(frames[20], 5),
                            epb(frames[20]), epb(bytes(broken)), epb(b"x" * 60)))
    got = live.verify(path)
    assert got["gap_list"] == [[0, 9, 9], [10, 9, 5], [20, 29, 0]]
    assert (got["packets"], got["lost"], got["told"], got["gaps_told"]) == (5, 47, 14, 1)
    assert (got["backward"], got["bad"], got["foreign"], got["rest_bytes"]) == (1, 1, 1, 0)


def test_the_verifier_finds_the_last_whole_block(frames, tmp_path):
    path = tmp_path / "x.pcapng"
    whole = pcapng(*(epb(f) for f in frames[:3]))
    path.write_bytes(whole[:-5])
    got = live.verify(path)
    assert (got["packets"], got["rest_bytes"]) == (2, len(pcapng(epb(frames[0]))) - 48 - 5)


@pytest.mark.parametrize("damage, text", [
    (lambda d: d[:-4] + b"\1\0\0\0", "differ"),
    (lambda d: d[:52] + b"\2\0\0\0" + d[56:], "block of 2 bytes"),
    (lambda d: d[:56] + b"\1\0\0\0" + d[60:], "malformed block"),
    (lambda d: b"junk" + d, "neither pcap nor pcapng"),
])
def test_the_verifier_refuses_what_the_format_forbids(frames, tmp_path, damage, text):
    path = tmp_path / "x.pcapng"
    path.write_bytes(damage(pcapng(epb(frames[0]))))
    with pytest.raises(AssertionError, match=text):
        live.verify(path)
