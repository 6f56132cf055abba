# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that follow one another: by size, time and signal, in a ring, within a disk budget, after a
change of user, one row a thread. Whatever the rotation, no packet is lost or doubled."""
import json
import os
import pwd
import re
import signal
import subprocess

import pytest

from lib import capture, live
from lib.probe import need
from lib.sniff import Sniff, link
from lib.wait import wait_for
from lib.where import program

SIZE = 500


@pytest.fixture
def ab(net):
    need("root", "netns", "tpacket_v3", "xdp_live_frames")
    a, b = link(net)
    return a, b


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "cap"
    path.mkdir()
    for p in (tmp_path, *tmp_path.parents):
        if p.stat().st_mode & 0o001 == 0 and p != p.parent:
            p.chmod(p.stat().st_mode | 0o011)
    return path


def files(path, prefix="dump-"):
    """In the order of the moments and numbers in their names."""
    return sorted((p for p in path.iterdir() if p.name.startswith(prefix)),
                  key=lambda p: [int(x) for x in re.findall(r"\d+", p.name)])


def numbers(paths):
    """Sequence numbers in the files, in their order; each file is read strictly."""
    return [int.from_bytes(p.data[42:50], "big") for f in paths for p in capture.read(f).packets]


def closed(s):
    """The files that --print-closed=json named."""
    lines = (json.loads(x) for x in bytes(s.proc.out).decode().splitlines() if '"closed"' in x)
    return list(lines)


def whole(s, a, b, count, **kw):
    """Sends and waits until everything has arrived."""
    before = b.counters()["rx_packets"]
    sent = live.send(a, count=count, size=SIZE, **kw)
    wait_for(lambda: b.counters()["rx_packets"] >= before + sent["accepted"], "all frames")
    return s


def test_by_size(ab, folder):
    a, b = ab
    s = Sniff(b, "-o", f"{folder}/", "-s", "-F", "2MiB", "-S", "16MiB", "--print-closed=json")
    whole(s, a, b, 20000)
    account = s.end()
    done = files(folder)
    assert len(done) >= 5
    assert all(p.stat().st_size <= 2 << 20 for p in done)
    assert sorted(numbers(done)) == list(range(20000))
    told = closed(s)
    assert sorted(x["closed"] for x in told) == sorted(str(p) for p in done)
    assert sum(x["packets"] for x in told) == account["sum"]["written"] == 20000
    assert all(x["file_bytes"] == os.stat(x["closed"]).st_size for x in told)


@pytest.mark.parametrize("args, size", [
    (("-F", "300KiB"), 300 << 10), (("-F", "20KiB"), 20 << 10), (("-F", "20KiB", "-T", "nsec"), 20 << 10),
    (("-F", "100kB", "--compact"), 100000), (("--max-disk", "64MiB"), 8 << 20)], ids=str)
def test_small_files_are_as_small_as_asked_for(ab, folder, args, size):
    """Whatever lies in a block of the ring; a budget makes files of an eighth."""
    a, b = ab
    s = Sniff(b, "-o", f"{folder}/", "-s", "-S", "16MiB", "--print-closed=json", *args)
    count = 20000 if size > 1 << 20 else 3000
    whole(s, a, b, count)
    assert s.end()["sum"]["written"] == count
    done = files(folder)
    assert all(p.stat().st_size <= size for p in done)
    assert len(done) >= count * SIZE // size
    assert sum(x["packets"] for x in closed(s)) == count
    assert numbers(done) == list(range(count))


def test_by_time_also_when_idle(ab, folder):
    _, b = ab
    s = Sniff(b, "-o", f"{folder}/", "-s", "-F", "1s", "-S", "1MiB")
    wait_for(lambda: len(files(folder)) >= 3, "three files without a packet")
    s.end()
    begun = [int(p.name.split("-")[1].split(".")[0]) for p in files(folder)]
    assert begun == list(range(begun[0], begun[0] + len(begun)))
    for p in files(folder):
        assert capture.read(p).packets == []


def test_by_signal(ab, folder):
    a, b = ab
    s = Sniff(b, "-o", f"{folder}/", "-s", "-S", "1MiB")
    for n in range(3):
        whole(s, a, b, 50, seq_start=n * 50)
        wait_for(lambda: len(capture.read(files(folder)[-1], partial=True).packets) == 50,
                 "the packets to be written")
        os.kill(s.pid, signal.SIGHUP)
        wait_for(lambda n=n: len(files(folder)) == n + 2, "a new file")
    s.end()
    assert [len(capture.read(p).packets) for p in files(folder)] == [50, 50, 50, 0]
    assert numbers(files(folder)) == list(range(150))


def test_ring_of_files(ab, folder):
    a, b = ab
    s = Sniff(b, "-o", f"{folder}/", "-s", "-F", "1MiB", "-O", "3", "-P", "r", "-S", "16MiB")
    whole(s, a, b, 10000)
    assert s.end()["sum"]["written"] == 10000
    assert sorted(p.name for p in folder.iterdir()) == ["r0.pcapng", "r1.pcapng", "r2.pcapng"]
    # How many files there were, and so which is the oldest, depends on how blocks were filled.
    kept = sum(sorted((numbers([p]) for p in folder.iterdir()), key=lambda n: n[:1]), [])
    assert kept == list(range(10000 - len(kept), 10000))


@pytest.mark.parametrize("budget", ["--max-disk", "--min-free"])
def test_budget_deletes_its_own_oldest_only(ab, folder, budget):
    a, b = ab
    foreign = folder / "dump-1.pcapng"
    foreign.write_bytes(b"somebody else's")
    # A terabyte is never free here: all but the newest file have to go.
    value = "4MiB" if budget == "--max-disk" else "100TiB"
    s = Sniff(b, "-o", f"{folder}/", "-s", "-F", "1MiB", budget, value, "-S", "16MiB")
    whole(s, a, b, 20000, pps=40000)
    assert s.end()["sum"]["written"] == 20000
    assert foreign.read_bytes() == b"somebody else's"
    own = [p for p in files(folder) if p != foreign]
    assert sum(p.stat().st_size for p in own) <= 5 << 20
    kept = sorted(numbers(own))
    assert kept == list(range(20000 - len(kept), 20000))
    if budget == "--max-disk":
        assert sum(p.stat().st_size for p in own) > 2 << 20


@pytest.mark.parametrize("owner", ["root", "nobody"])
def test_goes_on_after_a_change_of_user(ab, folder, owner):
    a, b = ab
    os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)
    folder.chmod(0o700)
    s = Sniff(b, "-o", f"{folder}/", "-s", "-F", "1MiB", "-u", "nobody", "-S", "16MiB")
    whole(s, a, b, 8000)
    s.end()
    assert len(files(folder)) > 3
    assert all(p.owner() == "nobody" for p in files(folder))
    assert sorted(numbers(files(folder))) == list(range(8000))


def test_threads_share_and_rotate(ab, folder):
    a, b = ab
    s = Sniff(b, "-o", f"{folder}/", "-s", "--threads", "2", "-K", "lb", "-S", "32MiB", sockets=2)
    whole(s, a, b, 4000)
    os.kill(s.pid, signal.SIGHUP)
    wait_for(lambda: len(files(folder)) == 4, "a new file a thread")
    whole(s, a, b, 4000, seq_start=4000)
    account = s.end()
    assert [i["thread"] for i in account["interfaces"]] == [0, 1]
    assert [i["written"] for i in account["interfaces"]] == [4000, 4000]
    rows = [[p for p in files(folder) if p.name.startswith(f"dump-{t}-")] for t in range(2)]
    assert all(len(row) == 2 and numbers(row) == sorted(numbers(row)) for row in rows)
    assert sorted(numbers(rows[0] + rows[1])) == list(range(8000))


def test_files_of_threads_are_merged(ab, folder):
    """One file in the order of time, of one interface, nothing lost or doubled."""
    a, b = ab
    s = Sniff(b, "-o", f"{folder}/", "-s", "--threads", "2", "-K", "lb", "-S", "32MiB", sockets=2)
    whole(s, a, b, 5000).end()
    parts = files(folder)
    assert len(parts) == 2
    words = [w for p in parts for w in ("-i", p)]
    subprocess.run([program("netsniff"), *words, "--merge", "-o", folder / "all", "-s"],
                   check=True, capture_output=True, timeout=60)
    assert numbers([folder / "all"]) == list(range(5000))
    assert len(capture.read(folder / "all").ifaces) == 1


def test_threads_stop_at_the_number(ab, folder):
    a, b = ab
    s = Sniff(b, "-o", f"{folder}/", "-s", "--threads", "2", "-K", "lb", "-n", "1001", "-S",
              "32MiB", sockets=2)
    live.send(a, count=5000, size=SIZE)
    assert s.end(sig=None)["sum"]["written"] == 1001
    assert len(numbers(files(folder))) == 1001


def test_writer_thread_writes_the_same(ab, folder):
    a, b = ab
    s = Sniff(b, "-o", f"{folder}/", "-s", "-b", "0,1", "-F", "2MiB", "-S", "16MiB")
    whole(s, a, b, 20000)
    assert s.end()["sum"]["written"] == 20000
    assert sorted(numbers(files(folder))) == list(range(20000))
