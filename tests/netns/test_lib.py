# SPDX-License-Identifier: GPL-2.0-or-later
"""The test library itself: what the other tests lean on is there and tells the truth."""
import os
import pathlib
import struct
import subprocess
import sys

import pytest

from lib import capture, net as net_lib, proc, send, tools
from lib.probe import PROBES, have, need


def record(a, b, path, work):
    """tcpdump in 'b' writes what 'work' sends from 'a'."""
    dump = b.start(["tcpdump", "-ni", "eth0", "-Z", "root", "--immediate-mode", "-s2000",
                    "-B16384", "-U", "-w", path])
    b.wait_packet_socket("eth0")
    dump.wait_line("listening on eth0")
    n = work(a)
    net_lib.wait_for(lambda: len(capture.read(path, partial=True).packets) >= n,
                     "the packets to be in the file")
    dump.stop()


def test_numbered_frames_arrive_once_and_whole(pair, tmp_path):
    need("root", "netns")
    _, a, b = pair
    path = tmp_path / "x.pcap"

    def work(host):
        with send.Sender(host) as s:
            s.seqs(200, 100)
            return s.seqs(50, tags=[(0x8100, 7)])

    record(a, b, path, work)
    got = capture.read(path)
    assert [send.check_frame(p.data) for p in got.packets] == list(range(250))
    assert tools.capinfos(path)["packets"] == 250
    assert tools.tcpdump_count(path) == 250


def test_the_pair_is_quiet_and_reachable(pair):
    need("root", "netns")
    _, a, b = pair
    assert a.counters()["tx_packets"] == 0
    a.run(["ping", "-c1", "-W5", "10.0.0.2"], check=0)
    assert b.mac() != a.mac()


REPORTS = ["==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x60",
           "x.c:3:5: runtime error: signed integer overflow: 1 + 2",
           "WARNING: ThreadSanitizer: data race (pid=7)"]


@pytest.mark.parametrize("line", REPORTS)
def test_a_sanitizers_report_is_no_ordinary_failure(line):
    argv = [sys.executable, "-B", "-c", f"import sys; sys.exit({line!r})"]
    with pytest.raises(AssertionError, match="sanitizer"):
        subprocess.run(argv, stderr=subprocess.PIPE)
    with pytest.raises(AssertionError, match="sanitizer"):
        proc.Proc(argv).wait()
    assert proc.Proc([*argv[:-1], "import sys; sys.exit('netsniff: no such file')"]).wait() == 1


def test_nothing_is_left_behind():
    need("root", "netns")
    with net_lib.Net() as net:
        a, _ = net.pair()
        p = a.start(["sleep", "1000"])
        names = [h.netns for h in net.hosts]
    assert p.rc is not None
    assert not set(names) & set(os.listdir(net_lib.NETNS_DIR))


def test_a_killed_run_is_swept():
    need("root", "netns")
    code = ("import os, sys; sys.path.insert(0, 'tests'); from lib.net import Net; n = Net(); "
            "a, b = n.pair(); print(a.netns); sys.stdout.flush(); os.kill(os.getpid(), 9)")
    out = subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True,
                         cwd=pathlib.Path(__file__).parents[2]).stdout.strip()
    assert out in os.listdir(net_lib.NETNS_DIR)
    net_lib.sweep()
    assert out not in os.listdir(net_lib.NETNS_DIR)


def test_probes_answer():
    for name in PROBES:
        assert have(name) in (True, False)


def block(kind, body, trailer=None):
    total = 12 + len(body)
    return struct.pack("<II", kind, total) + body + struct.pack("<I", trailer or total)


SHB = block(capture.SHB, struct.pack("<IHHq", capture.BYTE_ORDER, 1, 0, -1))
IDB = block(capture.IDB, struct.pack("<HHI", 1, 0, 0) + bytes.fromhex("0900010009000000"))


def epb(data=b"abcd", n=4, length=4, options=b"", iface=0):
    return block(capture.EPB, struct.pack("<IIIII", iface, 0, 5, n, length) + data + options)


def test_the_strict_reader_accepts_what_is_right():
    options = struct.pack("<HHIHHQHH", 2, 4, 1, 4, 8, 9, 0, 0)
    c = capture.parse(SHB + IDB + epb(options=options) + epb(b"abc\0", 3, 9))
    assert [(p.ts_ns, p.data, p.length, p.flags, p.drops) for p in c.packets] == \
        [(5, b"abcd", 4, 1, 9), (5, b"abc", 9, None, None)]
    assert len(capture.parse((SHB + IDB + epb() + epb())[:-3], partial=True).packets) == 1


@pytest.mark.parametrize("data, what", [
    (b"nothing", "not a capture"),
    (SHB + epb(), "was not described"),
    (SHB + IDB + block(6, struct.pack("<IIIII", 0, 0, 0, 99, 99)), "leaves its block"),
    (SHB + IDB + epb(b"abcX", 3, 3), "padding of the packet"),
    (SHB + IDB + epb(length=3), "keeps 4 bytes of 3"),
    (SHB + IDB + epb(options=struct.pack("<HH", 2, 8) + bytes(8)), "option 2 has 8 bytes"),
    (SHB + IDB + epb(options=struct.pack("<HH", 2, 4)), "leaves its block"),
    (SHB + IDB + epb(options=struct.pack("<HHI", 0, 0, 7)), "not zero"),
    (SHB + IDB + block(6, bytes(20), trailer=36), "ends with 36"),
    (SHB + IDB + epb()[:-3], "cut short"),
    (IDB, "not a capture"),
], ids=lambda v: v if isinstance(v, str) else "")
def test_the_strict_reader_refuses_what_is_wrong(data, what):
    with pytest.raises(capture.Bad, match=what):
        capture.parse(data)
