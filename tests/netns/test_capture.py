# SPDX-License-Identifier: GPL-2.0-or-later
"""Capture from live devices: the account closes, loss stands in its place, options do what they
say, and other people's tools read the files."""
import json
import os
import struct
import subprocess
import time

import pytest

from lib import capture, live, send, tools
from lib.probe import need
from lib.proc import Proc
from lib.sniff import Sniff, link
from lib.wait import wait_for
from lib.where import program


@pytest.fixture
def ab(net):
    need("root", "netns", "tpacket_v3", "xdp_live_frames")
    return link(net)


def feed(host, numbers, **kw):
    with send.Sender(host) as s:
        s.seqs(numbers, **kw)


def gap_run(a, b, path, size, stops, *args):
    """Frames are lost in several gaps; the account and what the file tells."""
    s = Sniff(b, "-o", path, "-s", "-S", "1MiB", *args)
    marks = [n for pair in stops for n in pair]
    sender = live.Sender(a, count=marks[-1] + 100, size=size, gap_after=",".join(map(str, marks)))
    for begin, end in stops:
        sender.paused(begin)
        wait_for(lambda n=begin: b.counters()["rx_packets"] >= n, f"{begin} frames")
        s.freeze()
        sender.go()
        sender.paused(end)
        s.thaw()
        wait_for(lambda p=s.pid: not open(f"/proc/{p}/stat").read().split()[2] == "T", "it to go on")
        wait_for(lambda: drained(s, path), "the ring to be written")
        sender.go()
    sent = sender.done()
    wait_for(lambda: b.counters()["rx_packets"] >= sent["accepted"], "all frames")
    return s.end(), sent


def drained(s, path):
    """True once the process sleeps: it has nothing left to write."""
    before = (path.stat().st_size, s.proc.rc)
    state = open(f"/proc/{s.pid}/stat").read().rpartition(")")[2].split()
    return state[0] == "S" and before == (path.stat().st_size, None)


@pytest.mark.parametrize("size, args", [(60, ()), (1000, ()), (60, ("--compact",)),
                                        (333, ("--compact",))], ids=str)
def test_loss_is_told_in_place_and_size(ab, tmp_path, size, args):
    a, b = ab
    path = tmp_path / "x.pcapng"
    stops = [(1000, 21000), (22000, 42000), (43000, 63000)]
    account, sent = gap_run(a, b, path, size, stops, *args)
    got = live.verify(path)
    total = account["sum"]
    assert (got["bad"], got["backward"], got["foreign"]) == (0, 0, 0)
    assert total["offered"] == sent["accepted"] == total["written"] + total["dropped"]
    assert got["packets"] == total["written"]
    assert total["dropped"] > 30000
    # A gap at the very end has no packet behind it that could tell; here packets follow each.
    assert got["told"] == got["lost"] == total["dropped"]
    assert all(lost == told for _, lost, told in got["gap_list"]), got["gap_list"]
    c = capture.read(path)
    assert c.drops == total["dropped"]
    assert (c.stats[-1].osdrop, c.stats[-1].usrdeliv) == (total["dropped"], total["in_blocks"])
    assert c.stats[-1].filteraccept == total["offered"]


def test_other_tools_read_every_packet(ab, tmp_path):
    a, b = ab
    path = tmp_path / "x.pcapng"
    s = Sniff(b, "-o", path, "-s")
    feed(a, 500)
    feed(a, 300, n_bytes=1001)
    account = s.end()
    assert account["sum"]["written"] == 800
    c = capture.read(path)
    assert [send.check_frame(p.data) for p in c.packets] == [*range(500), *range(300)]
    # To somebody else's address, since the sender's frames name neither end.
    assert {p.flags & 3 for p in c.packets} == {1}
    assert tools.capinfos(path)["packets"] == 800
    assert tools.tcpdump_count(path) == 800
    assert len(tools.tshark_fields(path, "frame.number", "udp.dstport")) == 800
    i = c.ifaces[0]
    assert (i.name, i.resol) == ("eth0", 10**9)
    assert i.text(12).startswith("Linux ")
    assert (6, b.mac()) in i.options
    assert c.stats[-1].ifrecv == 800


@pytest.mark.parametrize("size", [60, 61, 62, 63, 64, 65, 1514])
def test_every_way_of_writing_gives_the_same_packets(ab, tmp_path, size):
    a, b = ab
    paths = {n: tmp_path / n for n in ("direct.pcapng", "small.pcapng", "x.pcap", "z.pcapng.zst",
                                       "g.pcapng.gz", "m.pcapng", "s.pcapng", "c.pcapng")}
    args = {"small.pcapng": ["--compact"], "m.pcapng": ["-m"], "s.pcapng": ["-G"],
            "c.pcapng": ["-c"], "x.pcap": ["-T", "0xa1b23c4d"]}
    runs = []
    for n, (name, path) in enumerate(paths.items(), 1):
        runs.append(Sniff(b, "-o", path, "-s", "-S", "8MiB", *args.get(name, []), sockets=n))
    live.send(a, count=3000, size=size, pps=20000)
    for r in runs:
        assert r.end()["sum"]["written"] == 3000
    subprocess.run(["zstd", "-qd", paths["z.pcapng.zst"]], check=True)
    subprocess.run(["gzip", "-d", paths["g.pcapng.gz"]], check=True)
    want = None
    for name in paths:
        c = capture.read(tmp_path / name.removesuffix(".zst").removesuffix(".gz"))
        got = [(p.ts_ns, p.length, p.data) for p in c.packets]
        frames = [(n, d) for _, n, d in got]
        want = want or frames
        assert frames == want, name
        assert live.verify(tmp_path / name.removesuffix(".zst").removesuffix(".gz"))["bad"] == 0
        assert [x[0] for x in got] == sorted(x[0] for x in got)
    assert len(want) == 3000


@pytest.mark.parametrize("magic", ["0xa1b2c3d4", "0xd4c3b2a1", "0xa1b23c4d", "0x4d3cb2a1",
                                   "0xa1b2cd34", "0x34cdb2a1"])
def test_classic_formats(ab, tmp_path, magic):
    a, b = ab
    path = tmp_path / "x.pcap"
    s = Sniff(b, "-o", path, "-s", "-T", magic)
    feed(a, 100)
    s.end()
    assert path.read_bytes()[:4] == struct.pack(">I", int(magic, 16))[::-1]
    assert [send.check_frame(p.data) for p in capture.read(path).packets] == list(range(100))
    assert tools.capinfos(path)["packets"] == 100


def test_a_kernel_filter_selects_and_counts(ab, tmp_path):
    a, b = ab
    path, filt = tmp_path / "x.pcapng", tmp_path / "f"
    filt.write_bytes(tools.run(["tcpdump", "-ddd", "-y", "EN10MB", "udp dst port 2001"]))
    s = Sniff(b, "-o", path, "-s", "-f", filt)
    for port, n in ((2000, 300), (2001, 200), (2002, 100)):
        feed(a, n, dport=port)
    account = s.end()
    i = account["interfaces"][0]
    assert i["filter"]["rejected"] in (400, None)
    assert i["ring"]["offered"] == i["written"] == 200
    c = capture.read(path)
    assert len(c.packets) == 200
    code = dict(c.ifaces[0].options)[11]
    lines = [tuple(map(int, x.split())) for x in filt.read_text().splitlines()[1:]]
    assert code[0] == 1
    assert [struct.unpack_from("<HBBI", code, 1 + 8 * n) for n in range(len(lines))] == lines
    assert tools.capinfos(path)["packets"] == 200


def test_the_filter_is_printed(ab, tmp_path):
    _, b = ab
    (tmp_path / "f").write_text("1\n6 0 0 262144\n")
    s = Sniff(b, "-s", "-f", tmp_path / "f", "-t", "host", "--snaplen", "60", "-B")
    s.end()
    assert " ldb type\n" in s.proc.text() and "ret #0x3c\n" in s.proc.text()


def test_packet_types(ab, tmp_path):
    a, b = ab
    path = tmp_path / "x.pcapng"
    s = Sniff(b, "-o", path, "-s", "-t", "broadcast")
    with send.Sender(a) as out:
        for i in range(30):
            for dst in (b"\xff" * 6, b.mac(), bytes.fromhex("01005e000001"), send.MAC_B):
                out.frame(send.eth(send.udp4(struct.pack(">QQ", send.MAGIC, i)), 0x0800, dst=dst))
    account = s.end()
    c = capture.read(path)
    assert account["sum"]["written"] == len(c.packets) == 30
    assert {p.data[:6] for p in c.packets} == {b"\xff" * 6}
    assert {p.flags for p in c.packets} == {1 | 3 << 2}


@pytest.mark.parametrize("args", [(), ("--compact",)], ids=str)
def test_flags_say_direction_and_reception(ab, tmp_path, args):
    a, b = ab
    path = tmp_path / "x.pcapng"
    s = Sniff(b, "-o", path, "-s", *args)
    with send.Sender(a) as out, send.Sender(b) as back:
        for dst in (b.mac(), b"\xff" * 6, bytes.fromhex("01005e000001"), send.MAC_B):
            out.frame(send.eth(send.udp4(b"x" * 16), 0x0800, dst=dst))
        back.frame(send.eth(send.udp4(b"y" * 16), 0x0800))
    s.end()
    # The host answers what was for it; that is not looked at.
    flags = [p.flags for p in capture.read(path).packets if p.data[-16:] in (b"x" * 16, b"y" * 16)
             and p.data[12:14] == b"\x08\0" and p.data[23] == 17]
    assert sorted(flags) == sorted([1 | 1 << 2, 1 | 3 << 2, 1 | 2 << 2, 1 | 4 << 2, 2])


def test_so_many_packets_and_no_more(ab, tmp_path):
    a, b = ab
    for n in (1, 7, 1000):
        path = tmp_path / f"{n}.pcapng"
        s = Sniff(b, "-o", path, "-s", "-n", n)
        live.send(a, count=5000, size=60)
        account = s.end(sig=None)
        got = capture.read(path).packets
        assert account["sum"]["written"] == len(got) == n
        assert [send.seq_of(p.data) for p in got] in (list(range(n)), [None] * n)
        assert live.verify(path)["last_seq"] == n - 1


@pytest.mark.parametrize("args", [(), ("--compact",), ("-T", "0xa1b23c4d")], ids=str)
@pytest.mark.parametrize("snaplen", [1, 13, 14, 60, 61, 96])
def test_snap_length(ab, tmp_path, snaplen, args):
    a, b = ab
    path = tmp_path / "x.pcapng"
    s = Sniff(b, "-o", path, "-s", "--snaplen", snaplen, *args)
    feed(a, 40, n_bytes=900)
    feed(a, 40, n_bytes=900, tags=[(0x8100, 5)])
    assert s.end()["sum"]["written"] == 80
    c = capture.read(path)
    assert {p.length for p in c.packets} <= {900, 904}
    assert all(len(p.data) <= max(snaplen, 18) for p in c.packets)
    if snaplen > 18:
        assert {len(p.data) for p in c.packets} == {snaplen}
    assert c.ifaces[0].snaplen == snaplen


@pytest.mark.parametrize("args", [(), ("--compact",), ("-T", "0xa1b2c3d4"), ("-w",),
                                  ("-w", "--compact"), ("-m",), ("-G",), ("pipe",)], ids=str)
@pytest.mark.parametrize("tags", [[(0x8100, 7)], [(0x88a8, 9), (0x8100, 7)]], ids=["q", "ad"])
def test_vlan_tags_are_put_back(ab, tmp_path, args, tags):
    a, b = ab
    path = tmp_path / "x.pcapng"
    if "-w" in args and len(tags) > 1:
        # For a cooked socket the kernel skips the second tag's type but not its number
        # (vlan_get_protocol_dgram() in net/packet/af_packet.c): it cannot be put back.
        tags = tags[1:]
    if args == ("pipe",):
        with open(path, "wb") as f:
            s = Sniff(b, "-o", "-", "-s", stdout=f)
            feed(a, 100, tags=tags)
            assert s.proc.stop() == 0
            s.account(s.proc.err)
    else:
        s = Sniff(b, "-o", path, "-s", *args)
        feed(a, 100, tags=tags)
        assert s.end()["sum"]["written"] == 100
    got = [p.data for p in capture.read(path).packets]
    if "-w" in args:
        assert [d[14:] for d in got] == [send.seq_frame(i, tags=tags)[12:] for i in range(100)]
    else:
        assert got == [send.seq_frame(i, tags=tags) for i in range(100)]
    if len(tags) == 1:
        # tshark names the number of an 802.1ad tag behind a cooked header otherwise.
        wanted = ["udp.dstport"] if "-w" in args else ["vlan.id", "udp.dstport"]
        fields = tools.tshark_fields(path, *wanted)
        assert fields == [("7", "2000")[-len(wanted):]] * 100


def test_cooked_headers(ab, tmp_path):
    a, b = ab
    for n, args in enumerate(((), ("--compact",), ("-T", "0xa1b2c3d4"))):
        path = tmp_path / f"{n}.x"
        s = Sniff(b, "-o", path, "-s", "-w", *args)
        with send.Sender(a) as out:
            for i in range(50):
                out.frame(send.seq_frame(i))
        assert s.end()["sum"]["written"] == 50
        c = capture.read(path)
        assert c.linktype == 113
        frame = send.seq_frame(0)
        assert {p.data[:16] for p in c.packets} == \
            {struct.pack(">HHH", 3, 1, 6) + frame[6:12] + b"\0\0" + frame[12:14]}
        assert [p.data[16:] for p in c.packets] == [send.seq_frame(i)[14:] for i in range(50)]
        assert len(tools.tshark_fields(path, "sll.pkttype")) == 50


def test_loopback_shows_a_packet_once(net, tmp_path):
    need("root", "netns")
    h = net.host("h")
    path = tmp_path / "x.pcapng"
    s = Sniff(h, "-o", path, "-s", devices=("lo",))
    h.run(["ping", "-c3", "-i0.01", "127.0.0.1"], check=0)
    assert s.end()["sum"]["written"] == 6
    assert len(tools.tshark_fields(path, "icmp.type")) == 6


@pytest.fixture
def two(net):
    """A capturer with two devices, each with a sender behind it."""
    need("root", "netns", "tpacket_v3")
    a, b, c = net.host("a"), net.host("b"), net.host("c")
    net.veth(a, "eth0", b, "eth0")
    net.veth(c, "eth0", b, "eth1")
    return a, b, c


@pytest.mark.parametrize("args", [(), ("--compact",)], ids=str)
def test_several_devices_in_one_file(two, tmp_path, args):
    a, b, c = two
    path = tmp_path / "x.pcapng"
    s = Sniff(b, "-o", path, "-s", *args, devices=("eth0", "eth1"), sockets=2)
    feed(a, 300)
    feed(c, 200, dport=7)
    feed(a, 100)
    account = s.end()
    assert [i["written"] for i in account["interfaces"]] == [400, 200]
    got = capture.read(path)
    assert [i.name for i in got.ifaces] == ["eth0", "eth1"]
    for n, count in ((0, 400), (1, 200)):
        assert sum(p.iface == n for p in got.packets) == count
    assert {x for x in tools.tshark_fields(path, "frame.interface_name", "udp.dstport")} == \
        {("eth0", "2000"), ("eth1", "7")}


def test_any_device(two, tmp_path):
    a, b, c = two
    path = tmp_path / "x.pcapng"
    s = Sniff(b, "-o", path, "-s", devices=("any",), sockets=3)
    feed(a, 30)
    feed(c, 20)
    b.run(["ping", "-c1", "127.0.0.1"], check=0)
    account = s.end()
    assert {i["interface"]: i["written"] for i in account["interfaces"]} == \
        {"lo": 2, "eth0": 30, "eth1": 20}
    got = capture.read(path)
    assert {got.ifaces[p.iface].name for p in got.packets} == {"lo", "eth0", "eth1"}


@pytest.mark.parametrize("args", [(), ("--compact",), ("-T", "pcap"), ("-b", "0,1")], ids=str)
def test_devices_that_come_later(two, tmp_path, args):
    """With privileges dropped, a new device is captured once it is up, five are one too many."""
    a, b, c = two
    path = tmp_path / "x"
    s = Sniff(b, "-o", path, "-s", *args, devices=("any",), sockets=3)
    feed(a, 30)
    for n in range(4):
        b.net.veth(a, f"peer{n}", b, f"late{n}")
        b.wait_packet_socket(f"late{n}")
        with send.Sender(a, f"peer{n}") as out:
            out.seqs(10 + n)
    b.net.veth(a, "peer4", b, "late4")
    s.proc.wait_line("late4 came up after the start and is not captured: no ring")
    feed(c, 20)
    account = s.end()
    late = {f"late{n}": 10 + n for n in range(4)}
    assert {i["interface"]: i["written"] for i in account["interfaces"]} == \
        {"lo": 0, "eth0": 30, "eth1": 20, **late}
    got = capture.read(path)
    assert len(got.packets) == account["sum"]["written"]
    if "pcap" not in args:
        names = [got.ifaces[p.iface].name for p in got.packets]
        assert {n: names.count(n) for n in late} == late


def test_so_many_packets_of_several_devices(two, tmp_path):
    a, b, c = two
    path = tmp_path / "x.pcapng"
    s = Sniff(b, "-o", path, "-s", "-n", 100, devices=("eth0", "eth1"), sockets=2)
    feed(a, 80)
    feed(c, 80)
    total = s.end(sig=None)["sum"]
    assert total["written"] == 100 and total["not_written"] == 0
    assert len(capture.read(path).packets) == 100


def test_a_packet_is_in_the_pipe_soon(ab):
    """Within 100 ms, and at once with --flush. The time is the sender's to the reader's, so a busy
    machine gets several tries."""
    a, b = ab
    for args, limit in (((), 0.1), (("--flush",), 0.05)):
        best = 9.0
        for _ in range(25):
            r, w = os.pipe()
            s = Sniff(b, "-o", "-", "-s", *args, stdout=w)
            os.close(w)
            head = b""
            while len(head) < 28 or struct.unpack_from("<I", head, 0)[0] != capture.SHB:
                head += os.read(r, 65536)
            start = time.monotonic()
            feed(a, 1)
            data = b""
            while struct.pack(">Q", send.MAGIC) not in data:
                data += os.read(r, 65536)
            best = min(best, time.monotonic() - start)
            assert s.proc.stop() == 0
            os.close(r)
            if best < limit:
                break
        assert best < limit


def pull_time(a, b, path, k, tries=5, enough=0.0):
    """Seconds from a frame's sending to its being in the file, several times over; one that took
    less than 'enough' is the last."""
    s = Sniff(b, "-o", path, "-s", "-k", k)
    times = []
    while len(times) < tries and min(times, default=9.0) >= enough:
        size, start = path.stat().st_size, time.monotonic()
        feed(a, 1)
        wait_for(lambda: path.stat().st_size > size, "the frame in the file")
        times.append(time.monotonic() - start)
    assert s.end()["sum"]["written"] == len(times)
    return times


def test_how_long_the_kernel_gathers(ab, tmp_path):
    """-k: without it, files get their packets every 100 ms. A busy machine is never early."""
    a, b = ab
    assert min(pull_time(a, b, tmp_path / "soon", "5000", tries=50, enough=0.06)) < 0.06
    assert max(pull_time(a, b, tmp_path / "late", "2s")) > 0.2


def test_a_closed_pipe_ends_it_quietly(ab):
    a, b = ab
    s = Proc(["ip", "netns", "exec", b.netns, "sh", "-c",
              f"{program('netsniff')} -i eth0 -o - -s | head -c 4000 >/dev/null"])
    b.wait_packet_socket("eth0")
    with send.Sender(a) as out:
        def more():
            out.seqs(50)
            return s.rc is not None
        wait_for(more, "netsniff to notice")
    assert s.wait() == 0
    assert "netsniff:" not in s.text()


def test_memory_is_the_ring_and_a_little(ab, tmp_path):
    a, b = ab
    for args in ((), ("--compact",), ("-T", "0xa1b2c3d4")):
        path = tmp_path / "big"
        s = Sniff(b, "-o", path, "-s", "-S", "16MiB", *args)
        for _ in range(4):
            live.send(a, count=50000, size=1000)
        with open(f"/proc/{s.pid}/status", encoding="ascii") as f:
            kib = {x.split(":")[0]: int(x.split()[1]) for x in f if "kB" in x}
        total = s.end()["sum"]
        assert path.stat().st_size > 1000 * total["written"] > 50 << 20
        assert kib["RssAnon"] < 32 << 10
        assert kib["VmHWM"] < (16 + 32) << 10
        path.unlink()


def test_threads_share_the_disk_budget(ab, tmp_path):
    a, b = ab
    s = Sniff(b, "-o", f"{tmp_path}/", "-s", "--threads", "2", "-K", "lb", "-F", "600KiB",
              "--max-disk", "3MiB", sockets=2)
    feed(a, 20000, n_bytes=400, pps=20000)
    assert s.end()["files"] > 10
    assert 0 < sum(f.stat().st_size for f in tmp_path.iterdir()) <= 3 << 20


def test_interval_reports(ab, tmp_path):
    a, b = ab
    s = Sniff(b, "-o", tmp_path / "x.pcapng", "-s", "--stats-interval", "100ms")
    feed(a, 50)
    s.proc.wait_line(r'^{"interval".*"written":50,')
    account = s.end()
    rows = [json.loads(x) for x in bytes(s.proc.out).decode().splitlines()]
    assert all("interval" in r for r in rows[:-1]) and account["sum"]["written"] == 50
