# SPDX-License-Identifier: GPL-2.0-or-later
"""netsniff --engine xsk: what arrives on one queue or two goes into the same files as from the ring,
each packet accounted for; the stack does not get it, and gets it again afterwards."""
import os
import signal
import socket

import pytest

from lib import capture, send
from lib.net import Net
from lib.sniff import Sniff, status
from lib.wait import wait_for
from lib.where import program

COUNT = 3000


@pytest.fixture(name="link", params=[1, 2], ids=["one-queue", "two-queues"])
def fixture_link(request):
    with Net() as net:
        yield (*net.pair(queues=request.param), request.param)


@pytest.fixture(name="two")
def fixture_two():
    with Net() as net:
        yield net.pair(queues=2)


def sniff(host, *args, **kw):
    s = Sniff(host, "--engine", "xsk", "-s", *args, sockets=0, **kw)
    wait_for(lambda: status(s.pid, "Seccomp") == "2" or s.proc.rc is not None, "netsniff to receive")
    assert s.proc.rc is None, s.proc.text()
    return s


def feed(host, device, seqs, **kw):
    """Sends numbered frames from two flows; waits until the far end's device has counted them."""
    a, b = host
    before = b.counters(device)["rx_packets"]
    with send.Sender(a) as out:
        for i in range(seqs):
            out.frame(send.seq_frame(i, 60 + i % 800, sport=1000 + i % 7, **kw))
    wait_for(lambda: b.counters(device)["rx_packets"] - before >= seqs, "all frames to arrive")


def refused(host, *args, device="eth0", rc=1, **kw):
    p = host.run([program("netsniff"), "-i", device, "--engine", "xsk", "-s", *args], **kw)
    assert p.rc == rc, p.text()
    return p.err.decode()


@pytest.mark.parametrize("name", ["x.pcapng", "x.pcap"])
def test_every_packet_is_in_the_file(link, tmp_path, name):
    a, b, queues = link
    s = sniff(b, "-o", tmp_path / name, "-V")
    feed((a, b), "eth0", COUNT)
    account = s.end()
    assert f"of {queues} receive queue" in s.proc.text()
    assert account["sum"]["offered"] == COUNT
    assert account["sum"]["written"] == COUNT - account["sum"]["dropped"]
    packets = capture.read(tmp_path / name).packets
    assert len(packets) == account["sum"]["written"]
    assert len({send.check_frame(p.data) for p in packets}) == len(packets)


def test_the_ring_writes_the_same_packets(link, tmp_path):
    a, b, _ = link
    packets = []
    for name, start in (("ring", lambda *x: Sniff(b, "-s", *x)), ("xsk", lambda *x: sniff(b, *x))):
        s = start("-o", tmp_path / f"{name}.pcapng", "-f", "vlan 7 and udp", "--snaplen", 70)
        feed((a, b), "eth0", 100, tags=((0x8100, 7),))
        feed((a, b), "eth0", 50)
        account = s.end()
        assert account["interfaces"][0]["filter"]["rejected"] == 50
        packets.append(sorted((p.data, p.length, p.flags)
                              for p in capture.read(tmp_path / f"{name}.pcapng").packets))
    assert packets[0] == packets[1] and len(packets[0]) == 100


def test_a_thread_a_queue(two, tmp_path):
    a, b = two
    s = sniff(b, "-o", tmp_path / "x.pcapng", "--threads", 2)
    feed((a, b), "eth0", COUNT)
    account = s.end()
    assert account["sum"]["offered"] == COUNT
    files = [capture.read(tmp_path / f"{i}-x.pcapng").packets for i in (0, 1)]
    assert [len(f) for f in files] == [i["written"] for i in account["interfaces"]]
    assert sum(len(f) for f in files) == COUNT - account["sum"]["dropped"]


def test_what_there_is_no_room_for_is_counted(two, tmp_path):
    a, b = two
    s = sniff(b, "-o", tmp_path / "x.pcapng", "-S", "1MiB")
    s.freeze()
    feed((a, b), "eth0", COUNT)
    s.thaw()
    account = s.end()
    assert account["sum"]["offered"] == COUNT and account["sum"]["dropped"] > 0
    packets = capture.read(tmp_path / "x.pcapng").packets
    assert sum(p.drops or 0 for p in packets) in (0, account["sum"]["dropped"])


def test_the_stack_gets_its_packets_back(two, tmp_path):
    a, b = two
    rx = b.socket(socket.AF_INET, socket.SOCK_DGRAM, 0)
    rx.bind(("10.0.0.2", 2000))
    rx.settimeout(30)
    s = sniff(b, "-o", tmp_path / "x.pcap")
    assert "the network stack does not get them" in s.proc.text()
    frame = send.eth(send.udp4(b"meanwhile", dport=2000), 0x0800, dst=b.mac())
    with send.Sender(a) as out:
        out.frame(frame)
        wait_for(lambda: b.counters()["rx_packets"] >= 1, "the frame")
        assert s.end()["sum"]["written"] == 1
        out.frame(send.eth(send.udp4(b"after", dport=2000), 0x0800, dst=b.mac()))
    assert rx.recv(100) == b"after"


def test_kill_9_leaves_nothing_behind(two):
    _, b = two
    s = sniff(b)
    assert "xdp" in b.ip("link", "show", "dev", "eth0")
    os.kill(s.pid, signal.SIGKILL)
    s.proc.wait()
    wait_for(lambda: "xdp" not in b.ip("link", "show", "dev", "eth0"), "the program to be gone")


def test_a_device_that_is_taken(two):
    _, b = two
    sniff(b)
    err = refused(b)
    assert "eth0" in err and ("has an AF_XDP socket already" in err or "another XDP program" in err)


def test_a_device_that_goes_away(two, tmp_path):
    a, b = two
    s = sniff(b, "-o", tmp_path / "x.pcapng")
    feed((a, b), "eth0", 10)
    a.ip("link", "del", "eth0")
    s.proc.wait(60)
    assert s.proc.rc == 1 and "eth0 was removed; the capture has ended" in s.proc.text()
    assert s.account()["sum"]["offered"] == 10


@pytest.mark.parametrize("device", ["eth0", "br0", "mv0"])
def test_the_ssh_session_of_the_user(two, device, tmp_path):
    """Refused on what carries it: the device that has the address, a port of a bridge that has it,
    the device below a macvlan that has it."""
    _, b = two
    env = dict(os.environ, SSH_CONNECTION="10.9.0.1 50000 10.9.0.2 22")
    if device == "br0":
        b.ip("link", "add", "br0", "type", "bridge")
        b.ip("link", "set", "eth0", "master", "br0")
    elif device == "mv0":
        b.ip("link", "add", "link", "eth0", "name", device, "type", "macvlan")
    b.ip("addr", "add", "10.9.0.2/24", "dev", device)
    # as sudo does, it hides behind a shell without the variable
    for command in ([], ["sh", "-c", 'unset SSH_CONNECTION; "$@"; exit $?', "sh"]):
        p = b.run([*command, program("netsniff"), "-i", "eth0", "--engine", "xsk", "-s"], env=env)
        assert p.rc == 1 and "your ssh session comes in by eth0" in p.err.decode(), p.text()
    s = sniff(b, "--force", "-o", tmp_path / "x.pcap", env=env)
    s.end()


@pytest.mark.parametrize("args, rc, words", [
    (["--threads", "3"], 1, "it has 2 receive queues, and each thread needs one"),
    (["-C", "5"], 2, "-C and -L are for the ring"),
    (["-t", "outgoing"], 2, "packets that arrive only"),
    (["-w"], 2, "are for the ring"),
    (["--flight", "8MiB", "-o", "x/"], 2, "--engine xsk has another one"),
    (["-i", "any"], 2, "say with -i from which interface"),
])
def test_what_does_not_go_together(two, tmp_path, args, rc, words):
    assert words in refused(two[1], *args, rc=rc, cwd=tmp_path)


def test_an_unprivileged_user_is_told(two):
    p = two[1].run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                    program("netsniff"), "-i", "eth0", "--engine", "xsk", "-s"])
    assert p.rc == 1 and "CAP_NET_RAW" in p.err.decode(), p.text()
