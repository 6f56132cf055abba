# SPDX-License-Identifier: GPL-2.0-or-later
"""netsniff -i FILE -o DEVICE: what arrives, when, what is refused, and what the account says."""
import contextlib
import json
import os
import socket
import struct
import time

import pytest
from lib.net import Net
from lib.probe import need
from lib.wait import wait_for
from lib.where import program

PROTO = 0x88b5
SOL_PACKET, PACKET_IGNORE_OUTGOING = 263, 23
SO_RCVBUFFORCE, SO_TIMESTAMPNS = 33, 35


def frame(seq, n_bytes=60):
    body = b"\xff" * 6 + b"\x02\0\0\0\0\1" + struct.pack(">HI", PROTO, seq)
    return body + bytes((seq + i) & 255 for i in range(n_bytes - len(body)))


def write_pcap(path, frames, gap_ns=1000, linktype=1):
    """Nanosecond pcap with frames 'gap_ns' apart."""
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, linktype))
        for i, data in enumerate(frames):
            t = i * gap_ns
            f.write(struct.pack("<IIII", 1600000000 + t // 10**9, t % 10**9,
                                len(data), len(data)) + data)
    return path


class Receiver:
    """A packet socket on the far end. Nothing is lost below 32 MiB."""

    def __init__(self, host, device="eth0"):
        self.sock = host.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(PROTO))
        self.sock.bind((device, PROTO))
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 25)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.sock.setblocking(False)

    def take(self):
        """What has arrived: (ns, bytes) each."""
        got = []
        while True:
            try:
                data, extra, _, _ = self.sock.recvmsg(65536, 64)
            except BlockingIOError:
                return got
            sec, ns = struct.unpack("qq", extra[0][2])
            got.append((sec * 10**9 + ns, data))


@pytest.fixture(name="net")
def fixture_net():
    need("netns")
    with Net() as net:
        yield net


@pytest.fixture(name="link")
def fixture_link(net):
    a, b = net.pair()
    return a, b, Receiver(b)


def replay(host, path, *more, check=0, timeout=60):
    p = host.run([program("netsniff"), "-i", str(path), "-o", "eth0", "-s", "--json", *more],
                 timeout=timeout, check=check)
    return json.loads(p.out)["account"], p


def test_bytes_and_order(link, tmp_path):
    a, _, rx = link
    frames = [frame(i, 60 + i * 7 % 1455) for i in range(2000)]
    said, _ = replay(a, write_pcap(tmp_path / "x.pcap", frames), "--timing", "20kpps")
    assert [d for _, d in rx.take()] == frames
    assert said["left_packets"] == said["sent_packets"] == said["offered_packets"] == 2000
    assert said["sent_bytes"] == sum(map(len, frames))
    assert not any(said["not_sent"].values())


def test_as_fast_as_it_goes_accounts_for_every_packet(link, tmp_path):
    a, b, _ = link
    before = b.counters()
    said, _ = replay(a, write_pcap(tmp_path / "x.pcap", [frame(i) for i in range(50000)]))
    assert said["sent_packets"] == 50000
    assert b.counters()["rx_packets"] - before["rx_packets"] == said["left_packets"]


def test_loops_and_count(link, tmp_path):
    a, _, rx = link
    frames = [frame(i) for i in range(10)]
    path = write_pcap(tmp_path / "x.pcap", frames)
    said, _ = replay(a, path, "--loop", "7", "--timing", "10kpps")
    assert [d for _, d in rx.take()] == frames * 7
    assert said["passes"] == 7
    replay(a, path, "--loop", "0", "-n", "25", "--timing", "10kpps")
    assert [d for _, d in rx.take()] == (frames * 3)[:25]


def test_several_files_and_filter(link, tmp_path):
    a, _, rx = link
    one = write_pcap(tmp_path / "1.pcap", [frame(i) for i in range(5)])
    two = write_pcap(tmp_path / "2.pcap", [frame(i) for i in range(5, 10)])
    # Frames whose number at offset 14 is 3 or more.
    (tmp_path / "f.bpf").write_text("4\n32 0 0 14\n53 0 1 3\n6 0 0 262144\n6 0 0 0\n")
    replay(a, one, "-i", str(two), "-f", str(tmp_path / "f.bpf"), "--timing", "1kpps")
    assert [d for _, d in rx.take()] == [frame(i) for i in range(3, 10)]


def drift(times, gap_ns):
    """How much later than at the beginning the packets are at the end, against a schedule with this
    gap. Of each third those count that are least late: a busy machine sends some late."""
    late = [t - i * gap_ns for i, t in enumerate(times)]
    third = len(late) // 3
    return min(late[-third:]) - min(late[:third])


@pytest.mark.parametrize("speed,gap_ms", [("original", 2), ("x2", 4), ("x0.5", 1)])
def test_original_timing(link, tmp_path, speed, gap_ms):
    a, _, rx = link
    path = write_pcap(tmp_path / "x.pcap", [frame(i) for i in range(300)], gap_ms * 10**6)
    said, _ = replay(a, path, "--timing", speed)
    times = [t for t, _ in rx.take()]
    assert len(times) == 300
    assert abs(drift(times, 2 * 10**6)) < 20 * 10**6
    assert said["late_ns"]["packets"] == 300
    assert 0 <= said["late_ns"]["median"] <= said["late_ns"]["p99"] <= said["late_ns"]["max"]


@pytest.mark.parametrize("rate,n,n_bytes,seconds", [
    ("2kpps", 1000, 60, 0.4995), ("4Mbit", 500, 1000, 0.998)])
def test_rates(link, tmp_path, rate, n, n_bytes, seconds):
    a, _, rx = link
    path = write_pcap(tmp_path / "x.pcap", [frame(i, n_bytes) for i in range(n)])
    replay(a, path, "--timing", rate)
    times = [t for t, _ in rx.take()]
    assert len(times) == n
    assert abs(drift(times, seconds * 1e9 / (n - 1))) < 0.1 * seconds * 1e9


def test_too_long_is_counted_and_named(link, tmp_path):
    a, _, rx = link
    path = write_pcap(tmp_path / "x.pcap", [frame(0), frame(1, 1515), frame(2, 3000),
                                            frame(3, 1514), b"short"])
    said, _ = replay(a, path)
    assert [d for _, d in rx.take()] == [frame(0), frame(3, 1514)]
    assert said["not_sent"] == {"beyond_mtu": 1, "needs_jumbo": 1, "too_short": 1,
                                "wrong_link_type": 0, "run_ended": 0}
    p = a.run([program("netsniff"), "-i", str(path), "-o", "eth0", "-s"], check=0)
    assert "longer than the MTU of eth0 (1500 bytes" in p.text()
    assert "needs -J" in p.text()


def test_none_can_be_sent(link, tmp_path):
    """That is a failure, and no reason to go round for ever."""
    a, _, _ = link
    for i, n_bytes in enumerate((1515, 3000)):
        path = write_pcap(tmp_path / f"{i}.pcap", [frame(0, n_bytes)] * 3)
        _, p = replay(a, path, "--loop", "0", check=1)
        assert "eth0 takes none of these packets" in p.text()


def test_a_signal_is_heard_while_nothing_matches(link, tmp_path):
    a, _, _ = link
    (tmp_path / "none.bpf").write_text("1\n6 0 0 0\n")
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    p = a.start([program("netsniff"), "-i", str(fifo), "-f", str(tmp_path / "none.bpf"), "-o",
                 "eth0", "-s"])
    write_pcap(tmp_path / "x.pcap", [frame(0)] * 100)
    data = (tmp_path / "x.pcap").read_bytes()
    with open(fifo, "wb", buffering=0) as f, contextlib.suppress(BrokenPipeError):
        f.write(data)
        for _ in range(100): # more than the pipe holds: it is reading
            f.write(data[24:])
        end = time.monotonic() + 20
        p.signal()
        while p.rc is None and time.monotonic() < end:
            f.write(data[24:])
    assert p.wait() == 0


def test_jumbo(net, tmp_path):
    a, b = net.pair(mtu=65000)
    rx = Receiver(b)
    frames = [frame(i, 9000 + i * 5000) for i in range(12)]
    said, _ = replay(a, write_pcap(tmp_path / "x.pcap", frames), "-J")
    assert [d for _, d in rx.take()] == frames
    assert said["left_packets"] == 12


def test_wrong_link_type(link, tmp_path):
    a, _, _ = link
    path = write_pcap(tmp_path / "x.pcap", [b"\x45" + b"\0" * 30], linktype=101)
    said, p = replay(a, path, check=1)
    assert said["not_sent"]["wrong_link_type"] == 1
    assert "link type RAW (101) do not fit the device eth0" in p.text()


def test_cut_file_sends_what_is_there(link, tmp_path):
    a, _, rx = link
    path = write_pcap(tmp_path / "x.pcap", [frame(i) for i in range(5)])
    path.write_bytes(path.read_bytes()[:-10])
    _, p = replay(a, path, check=1)
    assert [d for _, d in rx.take()] == [frame(i) for i in range(4)]
    assert "x.pcap" in p.text()


def start_long(a, path):
    """A replay that would take an hour, once its first packet is on the wire."""
    before = a.counters()["tx_packets"]
    p = a.start([program("netsniff"), "-i", str(path), "-o", "eth0", "-s", "--json",
                 "--timing", "original"])
    wait_for(lambda: a.counters()["tx_packets"] > before, "the first packet")
    return p


def test_signal_ends_with_account(link, tmp_path):
    a, _, _ = link
    p = start_long(a, write_pcap(tmp_path / "x.pcap", [frame(0), frame(1)], 3600 * 10**9))
    p.stop()
    assert p.rc == 0
    said = json.loads(p.out)["account"]
    assert said["sent_packets"] == 1 and said["not_sent"]["run_ended"] == 1


@pytest.mark.parametrize("what,sentence", [
    (("link", "del", "eth0"), "eth0: the device was removed"),
    (("link", "set", "eth0", "down"), "eth0: the device is down"),
])
def test_device_goes(link, tmp_path, what, sentence):
    a, _, _ = link
    p = start_long(a, write_pcap(tmp_path / "x.pcap", [frame(0), frame(1)], 3600 * 10**9))
    a.ip(*what)
    p.wait(20)
    assert p.rc == 1 and sentence in p.text()
    assert json.loads(p.out)["account"]["sent_packets"] == 1


def test_device_goes_at_full_rate(link, tmp_path):
    a, _, _ = link
    path = write_pcap(tmp_path / "x.pcap", [frame(i) for i in range(1000)])
    p = a.start([program("netsniff"), "-i", str(path), "-o", "eth0", "-s", "--json", "--loop", "0"])
    wait_for(lambda: a.counters()["tx_packets"] > 5000, "packets")
    a.ip("link", "del", "eth0")
    p.wait(20)
    assert p.rc == 1 and "eth0: the device was removed" in p.text()
    said = json.loads(p.out)["account"]
    assert said["device_dropped"] is None
    assert said["offered_packets"] == said["sent_packets"] + said["not_sent"]["run_ended"]


def test_down_from_the_start(link, tmp_path):
    a, b, _ = link
    path = write_pcap(tmp_path / "x.pcap", [frame(0)])
    a.ip("link", "set", "eth0", "down")
    p = a.run([program("netsniff"), "-i", str(path), "-o", "eth0", "-s"], check=1)
    assert "eth0: the device is down" in p.text()
    a.ip("link", "set", "eth0", "up")
    b.ip("link", "set", "eth0", "down")
    # The kernel looks at carriers now and then.
    wait_for(lambda: "NO-CARRIER" in a.ip("link", "show", "eth0"), "the carrier to be missed")
    p = a.run([program("netsniff"), "-i", str(path), "-o", "eth0", "-s"], check=1)
    assert "has no carrier" in p.text()


def test_standard_input(link, tmp_path):
    a, _, rx = link
    path = write_pcap(tmp_path / "x.pcap", [frame(i) for i in range(600)])
    p = a.run([program("netsniff"), "-i", "-", "-o", "eth0", "-s", "--loop", "2"],
              stdin=path.read_bytes(), check=0)
    assert [d for _, d in rx.take()] == [frame(i) for i in range(600)] * 2
    assert "1,200 of 1,200 packets left" in p.text()
