# SPDX-License-Identifier: GPL-2.0-or-later
"""netsniff -i DEVICE -o DEVICE: what arrives behind it, in which order, and what the account says."""
import json
import socket
import struct

import pytest
from lib.net import Net
from lib.probe import need
from lib.wait import wait_for
from lib.where import program

PROTO = 0x88B5
SOL_PACKET, PACKET_AUXDATA, PACKET_IGNORE_OUTGOING = 263, 8, 23
SO_RCVBUFFORCE = 33
TP_STATUS_VLAN_VALID = 1 << 4


def frame(seq, n_bytes=60, vlan=None, proto=PROTO):
    head = b"\xff" * 6 + b"\x02\0\0\0\0\1"
    if vlan is not None:
        head += struct.pack(">HH", 0x8100, vlan)
    head += struct.pack(">HI", proto, seq)
    return head + bytes((seq + i) & 255 for i in range(n_bytes - len(head)))


class Far:
    """A packet socket at the far end; takes frames with their tags."""

    def __init__(self, host, device="eth0"):
        self.sock = host.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.sock.bind((device, 3))
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 25)
        self.sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        self.sock.setblocking(False)
        self.got = []

    def take(self):
        while True:
            try:
                data, extra, _, _ = self.sock.recvmsg(65536, 64)
            except BlockingIOError:
                return self.got
            status, _, _, _, _, tci, tpid = struct.unpack_from("IIIHHHH", extra[0][2])
            if status & TP_STATUS_VLAN_VALID:
                data = data[:12] + struct.pack(">HH", tpid, tci) + data[12:]
            self.got.append(data)


class Line:
    """a.eth0 - m.eth0, m.eth1 - b.eth0; the program runs on m."""

    def __init__(self, net):
        self.net = net
        self.a, self.m, self.b = net.host("a"), net.host("m"), net.host("b")
        net.veth(self.a, "eth0", self.m, "eth0")
        net.veth(self.m, "eth1", self.b, "eth0")
        self.near = self.a.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.near.bind(("eth0", 0))
        self.far = Far(self.b)

    def start(self, *more, source="eth0", out="eth1", n=1):
        p = self.m.start([program("netsniff"), "-i", source, "-o", out, "-s", "--json", *more])
        self.m.wait_packet_socket(None if source == "any" else source, n)
        return p

    def send(self, frames):
        for f in frames:
            self.near.send(f)

    def arrive(self, n):
        wait_for(lambda: len(self.far.take()) >= n, f"{n} frames at the far end")
        return self.far.got


@pytest.fixture(name="line")
def fixture_line():
    need("netns")
    with Net() as net:
        yield Line(net)


def account(p, check=0):
    assert p.wait() == check, p.text()
    return json.loads(bytes(p.out).splitlines()[-1])["account"]


def closes(said):
    """The ledger of every ring and that of the sender close, and join. The packets sent."""
    passed = 0
    for i in said["interfaces"]:
        assert i["ring"]["offered"] - i["ring"]["dropped"] == i["ring"]["in_blocks"]
        assert i["ring"]["in_blocks"] == i["written"] + i["rejected"] + i["not_written"]
        passed += i["written"]
    sent = said["sent"]
    assert passed == sent["offered_packets"]
    assert passed == sent["sent_packets"] + sum(sent["not_sent"].values())
    return sent["sent_packets"]


def test_bytes_order_tags_and_counts(line):
    frames = [frame(i, 64 + i * 13 % 1400, vlan=i % 4096 if i % 3 == 0 else None)
              for i in range(3000)]
    p = line.start()
    line.send(frames)
    assert line.arrive(len(frames)) == frames
    p.signal()
    assert closes(account(p)) == len(frames)
    assert line.far.take() == frames


def test_count_filter_and_account_as_text(line, tmp_path):
    (tmp_path / "f.bpf").write_text("4\n40 0 0 12\n21 0 1 35000\n6 0 0 262144\n6 0 0 0\n")
    p = line.m.start([program("netsniff"), "-i", "eth0", "-o", "eth1", "-s", "-n", "10",
                      "-f", str(tmp_path / "f.bpf")])
    line.m.wait_packet_socket("eth0")
    wanted = [frame(i, proto=35000) for i in range(20)]
    line.send([f for i in range(20) for f in (frame(i), wanted[i])])
    assert p.wait() == 0, p.text()
    assert line.arrive(10) == wanted[:10]
    assert "10 of 10 packets left" in p.text() and "passed on" in p.text()


def test_random_order_loses_nothing(line):
    p = line.start("-r")
    frames = [frame(i) for i in range(1000)]
    line.send(frames)
    got = line.arrive(len(frames))
    p.signal()
    assert closes(account(p)) == len(frames)
    assert sorted(got) == sorted(frames)


def test_several_inputs(line):
    other = line.net.host("c")
    line.net.veth(other, "eth0", line.m, "eth2")
    near = other.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    near.bind(("eth0", 0))
    p = line.start("-i", "eth2")
    line.m.wait_packet_socket("eth2")
    first, second = [frame(i) for i in range(500)], [frame(i) for i in range(1000, 1500)]
    for x, y in zip(first, second):
        line.near.send(x)
        near.send(y)
    got = line.arrive(1000)
    p.signal()
    said = account(p)
    assert closes(said) == 1000 and [i["written"] for i in said["interfaces"]] == [500, 500]
    assert [f for f in got if f in set(first)] == first
    assert [f for f in got if f in set(second)] == second


def test_back_where_it_came_from_does_not_loop(line):
    back = Far(line.a)
    p = line.start(out="eth0")
    frames = [frame(i) for i in range(200)]
    line.send(frames)
    wait_for(lambda: len(back.take()) >= 200, "200 frames sent back")
    p.signal()
    assert closes(account(p)) == 200
    assert back.take() == frames


def test_two_directions_do_not_feed_each_other(line):
    there, back = line.start(), line.start(source="eth1", out="eth0")
    frames = [frame(i) for i in range(300)]
    line.send(frames)
    line.arrive(300)
    there.signal()
    back.signal()
    assert closes(account(there)) == 300 and closes(account(back)) == 0


def test_a_loopback_to_itself_is_refused(line):
    p = line.m.run([program("netsniff"), "-i", "lo", "-o", "lo", "-s"], check=1)
    assert "comes back on it" in p.text() and p.text().count("\n") == 1
    p = line.m.run([program("netsniff"), "-i", "eth0", "-o", "eth0", "-t", "outgoing", "-s"],
                   check=1)
    assert "sent on it again" in p.text()


@pytest.mark.parametrize("gone", ["eth0", "eth1"])
def test_a_device_that_is_removed_ends_it_with_the_account(line, gone):
    p = line.start()
    frames = [frame(i) for i in range(100)]
    line.send(frames)
    line.arrive(100)
    line.m.ip("link", "del", gone)
    said = account(p, check=1)
    assert closes(said) == 100
    assert f"{gone} was removed" in bytes(p.err).decode()


def test_long_frames_need_the_option(line):
    for host, dev in ((line.a, "eth0"), (line.m, "eth0"), (line.m, "eth1"), (line.b, "eth0")):
        host.ip("link", "set", dev, "mtu", 9000)
    p = line.start()
    line.send([frame(1, 4000), frame(2)])
    assert line.arrive(1) == [frame(2)]
    p.signal()
    said = account(p)
    assert closes(said) == 1 and said["sent"]["not_sent"]["needs_jumbo"] == 1
    p = line.start("-J")
    line.send([frame(3, 4000)])
    assert line.arrive(2)[1] == frame(3, 4000)
    p.signal()
    assert closes(account(p)) == 1


def test_threads_are_refused(line):
    p = line.m.run([program("netsniff"), "-i", "eth0", "-o", "eth1", "--threads", "2"], check=2)
    assert "--threads" in p.text()
