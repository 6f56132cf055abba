# SPDX-License-Identifier: GPL-2.0-or-later
"""Capture when things go wrong: devices and namespaces that vanish, full disks, no permission,
kill -9. The files stay valid and the account says what is not in them."""
import contextlib
import itertools
import os
import pathlib
import random
import re
import resource
import signal
import subprocess

import pytest

from lib import capture, live, send, tools
from lib.net import delete_netns
from lib.probe import need
from lib.proc import Proc
from lib.sniff import Sniff, link, status
from lib.wait import wait_for
from lib.where import program


@pytest.fixture
def ab(net):
    need("root", "netns", "tpacket_v3", "xdp_live_frames")
    return link(net)


def feed(host, numbers, device="eth0", **kw):
    with send.Sender(host, device) as s:
        s.seqs(numbers, **kw)


@pytest.mark.parametrize("args, code, text", [
    (["-i", "nosuch0"], 1, "nosuch0"),
    (["-i", "eth0", "-o", "/nonexistent/x.pcapng"], 1, "/nonexistent"),
    (["-i", "eth0", "-S", "1TiB"], 1, "1048576 MiB"),
    (["-i", "eth0", "-S", "1"], 2, "-S"),
    (["-i", "eth0", "--netns", "nosuch"], 1, "nosuch"),
    (["-i", "eth0", "-f", "/nonexistent"], 1, "/nonexistent"),
], ids=lambda v: str(v)[:40])
def test_one_sentence_says_what_is_wrong(ab, args, code, text):
    _, b = ab
    p = b.run([program("netsniff"), "-s", *args])
    assert p.rc == code, p.text()
    lines = p.text().strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("netsniff: ") and text in lines[0], p.text()


def test_without_permission_the_capability_is_named(ab):
    _, b = ab
    code = ("import os, sys; os.setgroups([]); os.setgid(65534); os.setuid(65534); "
            "os.execv(sys.argv[1], sys.argv[1:])")
    p = b.run(["/usr/bin/python3", "-c", code, reachable(program("netsniff")), "-i", "eth0", "-s"])
    assert p.rc == 1 and "CAP_NET_RAW" in p.text(), p.text()


def reachable(path):
    """A program that another user can execute: all folders above it must let him through."""
    for folder in pathlib.Path(path).parents:
        if not folder.stat().st_mode & 1:
            pytest.skip(f"{folder} is closed to other users")
    return path


def test_a_device_that_is_removed_ends_the_capture(ab, tmp_path):
    a, b = ab
    path = tmp_path / "x.pcapng"
    s = Sniff(b, "-o", path, "-s")
    feed(a, 100)
    b.ip("link", "del", "eth0")
    account = s.end(1, sig=None)
    assert "eth0 was removed" in s.proc.text()
    assert account["sum"]["written"] == len(capture.read(path).packets) == 100


def test_the_others_go_on_without_a_removed_device(net, tmp_path):
    need("root", "netns")
    a, b = net.host("a"), net.host("b")
    net.veth(a, "eth0", b, "eth0")
    net.veth(a, "eth1", b, "eth1")
    path = tmp_path / "x.pcapng"
    s = Sniff(b, "-o", path, "-s", devices=("eth0", "eth1"), sockets=2)
    feed(a, 10)
    b.ip("link", "del", "eth0")
    s.proc.wait_line("eth0 was removed")
    feed(a, 20, "eth1")
    assert s.end()["sum"]["written"] == 30
    assert len(capture.read(path).packets) == 30


def cpu_ticks(pid):
    f = open(f"/proc/{pid}/stat", encoding="ascii").read().rpartition(")")[2].split()
    return int(f[11]) + int(f[12])


def test_down_up_and_renamed(ab, tmp_path):
    a, b = ab
    path = tmp_path / "x.pcapng"
    s = Sniff(b, "-o", path, "-s")
    feed(a, 10)
    b.ip("link", "set", "eth0", "down")
    s.proc.wait_line("eth0 is down")
    before = cpu_ticks(s.pid)
    b.ip("link", "set", "eth0", "name", "lan7")
    s.proc.wait_line("eth0 is now called lan7")
    # It waits; it does not spin.
    wait_for(lambda: status(s.pid, "State").startswith("S"), "it to sleep")
    subprocess.run(["sleep", "0.3"], check=True)
    assert cpu_ticks(s.pid) - before <= 5
    b.ip("link", "set", "lan7", "up")
    wait_for(lambda: "LOWER_UP" in b.ip("link", "show", "dev", "lan7"), "lan7 to be up")
    b.wait_packet_socket()
    feed(a, 10)
    assert s.end()["sum"]["written"] == 20
    assert len(capture.read(path).packets) == 20


def test_a_deleted_namespace_ends_the_capture(ab, tmp_path):
    a, b = ab
    path = tmp_path / "x.pcapng"
    p = a.start([program("netsniff"), "--netns", b.netns, "-i", "eth0", "-o", path, "-s", "--json"])
    b.wait_packet_socket("eth0")
    feed(a, 40)
    subprocess.run(["ip", "netns", "delete", b.netns], check=True)
    assert p.wait() == 1
    assert f"{b.netns} was deleted" in p.text()
    assert len(capture.read(path).packets) == 40


@pytest.fixture
def small_tmpfs(tmp_path):
    """A file system of 4 MiB."""
    where = tmp_path / "small"
    where.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4M", "tmpfs", where], check=True)
    yield where
    subprocess.run(["umount", "-l", where], check=True)


@pytest.fixture
def small_ext4(tmp_path, request):
    """An ext4 of 8 MiB on a loop device, for direct I/O. The parameter is the share that only
    root may fill."""
    image, where = tmp_path / "image", tmp_path / "ext4"
    where.mkdir()
    with open(image, "wb") as f:
        f.truncate(8 << 20)
    reserved = str(getattr(request, "param", 5))
    subprocess.run(["mkfs.ext4", "-qF", "-m", reserved, image], check=True)
    if subprocess.run(["mount", "-o", "loop", image, where], capture_output=True).returncode:
        pytest.skip("no loop devices")
    yield where
    subprocess.run(["umount", "-l", where], check=True)


def send_until_it_ends(a, s):
    """A busy machine loses some of it in a small ring: more, until the disk is full."""
    for n in range(100):
        live.send(a, count=20000, size=1000, seq_start=n * 20000)
        if s.proc.rc is not None:
            break


def full_disk(a, b, path, args):
    s = Sniff(b, "-o", path, "-s", "-S", "2MiB", *args)
    send_until_it_ends(a, s)
    account = s.end(1, sig=None)
    assert "No space left" in s.proc.text() and str(path) in s.proc.text()
    total = account["sum"]
    got = capture.read(path)
    assert len(got.packets) == total["written"] > 500
    assert total["not_written"] > 0
    assert account["file_bytes"] == path.stat().st_size
    assert [live.verify(path)[k] for k in ("bad", "backward")] == [0, 0]
    assert tools.capinfos(path)["packets"] == total["written"]


@pytest.mark.parametrize("args", [(), ("--compact",), ("-T", "0xa1b2c3d4"), ("-m",), ("-G",)],
                         ids=str)
def test_a_full_disk_ends_it_with_a_valid_file(ab, small_tmpfs, args):
    full_disk(*ab, small_tmpfs / "x.pcapng", args)


def test_a_disk_that_is_full_when_the_last_packet_comes(ab, small_tmpfs):
    """What waited in the buffer cannot be written once -n has ended the run: that is a failure."""
    a, b = ab
    path = small_tmpfs / "x.pcap"
    s = Sniff(b, "-o", path, "-s", "-n", 100)
    with open(small_tmpfs / "other", "wb", buffering=0) as f, contextlib.suppress(OSError):
        while f.write(bytes(1024)):
            pass
    os.truncate(small_tmpfs / "other", os.path.getsize(small_tmpfs / "other") - 8192)
    feed(a, 100, n_bytes=1000)
    account = s.end(1, sig=None)
    assert "No space left" in s.proc.text() and str(path) in s.proc.text()
    assert account["sum"]["not_written"] > 0
    assert len(capture.read(path).packets) == account["sum"]["written"]


@pytest.mark.parametrize("args", [(), ("--compact",)], ids=str)
def test_a_full_disk_under_direct_io(ab, small_ext4, args):
    full_disk(*ab, small_ext4 / "x.pcapng", args)


@pytest.mark.parametrize("args", [(), ("--compact",), ("-T", "nsec")], ids=str)
def test_a_full_disk_while_files_rotate(ab, small_ext4, args):
    """No file sets aside what others could use, and none without a header is left."""
    s = Sniff(ab[1], "-o", f"{small_ext4}/", "-s", "-S", "2MiB", "-F", "512KiB", *args)
    send_until_it_ends(ab[0], s)
    total = s.end(1, sig=None)["sum"]
    assert "No space left" in s.proc.text()
    files = list(small_ext4.glob("dump-*"))
    assert sum(len(capture.read(f).packets) for f in files) == total["written"]
    assert total["not_written"] > 0
    assert all(f.stat().st_size for f in files)
    assert sum(f.stat().st_size for f in files) > 4 << 20


@pytest.mark.parametrize("small_ext4", [40], indirect=True, ids=["40%"])
@pytest.mark.parametrize("args", [(), ("--compact",), ("-T", "0xa1b2c3d4")], ids=str)
def test_a_disk_whose_rest_is_roots(ab, small_ext4, args):
    """Who gave up being root gets no reserved space: full is what is full for the user."""
    small_ext4.chmod(0o777)
    full_disk(*ab, small_ext4 / "x.pcapng", ("-u", "nobody", *args))
    st = os.statvfs(small_ext4)
    assert st.f_bfree * st.f_frsize > 2 << 20


@pytest.mark.parametrize("args", [(), ("--compact",), ("-F", "1MiB")], ids=str)
def test_a_file_size_limit(ab, tmp_path, args):
    """The first write that fails is the last: nothing follows a hole."""
    a, b = ab
    limit = 3 << 20 if "-F" not in args else 700 << 10
    out = tmp_path / ("x.pcapng" if "-F" not in args else "")
    s = Sniff(b, "-o", out, "-s", "-S", "2MiB", *args,
              before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    send_until_it_ends(a, s)
    account = s.end(1, sig=None)
    assert "File too large" in s.proc.text()
    files = [f for f in tmp_path.iterdir()]
    n = sum(len(capture.read(f).packets) for f in files)
    assert n == account["sum"]["written"]
    assert account["sum"]["not_written"] > 0


def test_a_read_only_folder(ab, tmp_path):
    _, b = ab
    where = tmp_path / "ro"
    where.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", where], check=True)
    try:
        for out in (where, where / "x.pcapng"):
            p = b.run([program("netsniff"), "-i", "eth0", "-s", "-o", out])
            assert p.rc == 1 and "Read-only file system" in p.text(), p.text()
            assert len(p.text().strip().splitlines()) == 1
    finally:
        subprocess.run(["umount", where], check=True)


@pytest.mark.parametrize("args", [("-o", "-", "-s"), ("-o", "-", "-s", "-T", "pcap"), ()],
                         ids=["pcapng", "pcap", "json"])
def test_one_interrupt_ends_it_when_nobody_reads(ab, tmp_path, args):
    """The reader of standard output sleeps: the account is printed soon, the lost counted."""
    a, b = ab
    r, w = os.pipe()
    s = Sniff(b, *args, stdout=w)
    os.close(w)
    live.send(a, count=20000, size=1000)
    wait_for(lambda: status(s.pid, "State").startswith("S"), "it to block")
    s.proc.signal()
    # Were it not given up in time, the run would be ended without an account.
    assert s.proc.wait() == 1, s.proc.text()
    total = s.account(s.proc.err)["sum"]
    assert total["not_written"] > 0
    assert "standard output took nothing" in s.proc.text()
    if "-o" in args:
        path = tmp_path / "x"
        path.write_bytes(os.read(r, 1 << 20))
        # The packet it stood at went into the pipe in part.
        assert len(capture.read(path, partial=True).packets) == total["written"]
    os.close(r)


def test_a_second_interrupt_ends_it_at_once(ab):
    """The first one waits for standard output, which nobody reads."""
    a, b = ab
    r, w = os.pipe()
    s = Sniff(b, "-o", "-", "-s", stdout=w)
    os.close(w)
    live.send(a, count=20000, size=1000)
    wait_for(lambda: status(s.pid, "State").startswith("S"), "it to block")
    s.proc.signal()
    s.proc.signal()
    # Whether the first is read before the second comes or not: it ends.
    for _ in range(50):
        if s.proc.rc is not None:
            break
        s.proc.signal()
        subprocess.run(["sleep", "0.05"], check=True)
    s.proc.wait(5)
    os.close(r)


KILLS = 25


@pytest.mark.slow_ok(240)
@pytest.mark.parametrize("args", [(), (), (), (), ("--compact",), ("-T", "0xa1b2c3d4"),
                                  ("-F", "1MiB"), ("--compact", "-F", "1MiB")],
                         ids=["direct1", "direct2", "direct3", "direct4", "compact", "pcap",
                              "rotate", "rotate-compact"])
def test_killed_at_random_moments(ab, tmp_path, args, request):
    """kill -9 under load: a file is readable up to its last whole block, no block after a hole;
    a file written from the ring is whole blocks altogether."""
    a, b = ab
    rng = random.Random(request.node.name)
    seq, some = 0, 0
    # On a busy machine, later and later until packets have been written.
    for n in itertools.takewhile(lambda i: i < KILLS or not some, range(8 * KILLS)):
        where = tmp_path / str(n)
        where.mkdir()
        s = Sniff(b, "-o", where if "-F" in args else where / "x.pcapng", "-s", "-S", "4MiB", *args)
        sender = live.Sender(a, count=4000, size=500, seq_start=seq, pps=100000)
        seq += 4000
        subprocess.run(["sleep", str(rng.uniform(0.0, 0.04 * (1 + n // KILLS)))], check=True)
        os.kill(s.pid, signal.SIGKILL)
        s.proc.wait()
        sender.done()
        last = -1
        direct = "--compact" not in args and "-T" not in args
        # dump-T, dump-T-1, dump-T-2: in the order in which they were begun.
        names = sorted(where.iterdir(), key=lambda f: [int(x) for x in re.findall(r"\d+", f.stem)])
        for f in names:
            if f.stat().st_size == 0:
                continue
            got = capture.read(f, partial=not direct)
            for p in got.packets:
                number = int.from_bytes(p.data[42:50], "big")
                assert number > last
                last = number
            some += len(got.packets)
    assert some > 0


def test_limits_that_cannot_be_raised_do_not_stop_it(ab, tmp_path):
    """The limits of socket memory cannot be changed from a namespace."""
    a, b = ab
    s = Sniff(b, "-o", tmp_path / "x.pcapng", "-s", "--tune-sock-mem")
    feed(a, 10)
    assert s.end()["sum"]["written"] == 10
    assert "net.core.rmem_max: " in s.proc.text()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_settings_are_put_back(ab, tmp_path, how):
    """Those of the machine too, though the devices are in another namespace."""
    need("root", "netns")
    _, b = ab
    key = pathlib.Path("/proc/sys/net/core/rmem_max")
    proc = Proc([program("netsniff"), "--netns", b.netns, "-i", "eth0", "-s", "-S", "1MiB",
                 "-o", tmp_path / "x.pcapng", "--tune-sock-mem"])
    # The value from before any run that goes on beside this one: the last to leave puts it back.
    before = proc.wait_line(r"rmem_max: 67108864 instead of (\d+) for this run").group(1)
    assert key.read_text() == "67108864\n"
    wait_for(lambda: (tmp_path / "x.pcapng").exists(), "the capture to start")
    proc.signal(how)
    proc.wait()
    wait_for(lambda: key.read_text().strip() == before, "the old value", 60)
