# SPDX-License-Identifier: GPL-2.0-or-later
"""The flight recorder: nothing is written until something happens, then what came before and after
it is."""
import os
import signal

import pytest

from lib import capture, live, tools
from lib.probe import need
from lib.sniff import Sniff, link
from lib.wait import wait_for

SIZE = 500


@pytest.fixture
def ab(net):
    need("root", "netns", "tpacket_v3", "xdp_live_frames")
    return link(net)


def numbers(path):
    return [int.from_bytes(p.data[42:50], "big") for p in capture.read(path).packets]


def send(a, b, count, **kw):
    before = b.counters()["rx_packets"]
    sent = live.send(a, count=count, size=SIZE, **kw)
    wait_for(lambda: b.counters()["rx_packets"] >= before + sent["accepted"], "all frames")


def files(path):
    return sorted(path.iterdir())


def test_nothing_without_an_event(ab, tmp_path):
    a, b = ab
    s = Sniff(b, "-o", f"{tmp_path}/", "-s", "--flight", "2MiB")
    send(a, b, 30000)
    account = s.end()
    assert files(tmp_path) == []
    assert account["sum"]["written"] == 0
    assert account["sum"]["rejected"] == account["sum"]["offered"] >= 30000


def test_signal_writes_before_and_after(ab, tmp_path):
    a, b = ab
    s = Sniff(b, "-o", f"{tmp_path}/", "-s", "--flight", "2MiB", "--flight-after", "1s")
    send(a, b, 30000)
    os.kill(s.pid, signal.SIGUSR1)
    s.proc.wait_line(r".*written because of signal")
    send(a, b, 1000, seq_start=30000)
    s.proc.wait_line(r".*recording 1 is complete")
    send(a, b, 50, seq_start=31000)
    account = s.end()
    (path,) = files(tmp_path)
    got = numbers(path)
    # The oldest packets are gone, the newest before the event and those after it are there.
    assert got == list(range(31000 - len(got), 31000))
    assert got[0] > 10000 and len(got) * SIZE > 2 << 20
    assert account["sum"]["written"] == len(got)


def test_each_event_has_its_file(ab, tmp_path):
    a, b = ab
    s = Sniff(b, "-o", f"{tmp_path}/", "-s", "--flight", "1MiB", "--flight-after", "100ms")
    for n in range(3):
        send(a, b, 100, seq_start=n * 100)
        os.kill(s.pid, signal.SIGUSR1)
        s.proc.wait_line(rf".*recording {n + 1} is complete")
    s.end()
    assert len(files(tmp_path)) == 3
    got = [numbers(p) for p in files(tmp_path)]
    assert sum(got, []) == list(range(300))


def test_one_file_goes_on(ab, tmp_path):
    a, b = ab
    path = tmp_path / "all.pcapng"
    s = Sniff(b, "-o", path, "-s", "--flight", "1MiB", "--flight-after", "100ms")
    for n in range(2):
        send(a, b, 100, seq_start=n * 100)
        os.kill(s.pid, signal.SIGUSR1)
        s.proc.wait_line(rf".*recording {n + 1} is complete")
    s.end()
    assert files(tmp_path) == [path]
    assert numbers(path) == list(range(200))


def test_packet_triggers(ab, tmp_path):
    a, b = ab
    program = tmp_path / "trigger"
    code = tools.run(["tcpdump", "-ddd", "-y", "EN10MB", "udp[15] = 77 and udp[14] = 1"])
    program.write_bytes(code)
    out = tmp_path / "out"
    out.mkdir()
    s = Sniff(b, "-o", f"{out}/", "-s", "--flight", "1MiB", "--flight-after", "100ms",
              "--trigger", program)
    send(a, b, 300)
    os.kill(s.pid, 0)
    assert files(out) == []
    send(a, b, 100, seq_start=300)  # 333 is 0x014d
    s.proc.wait_line(r".*written because of packet")
    s.end()
    (path,) = files(out)
    assert 333 in numbers(path) and numbers(path)[0] == 0


def test_loss_triggers(ab, tmp_path):
    a, b = ab
    s = Sniff(b, "-o", f"{tmp_path}/", "-s", "--flight", "1MiB", "--flight-after", "100ms")
    s.freeze()
    send(a, b, 100000)
    s.thaw()
    send(a, b, 10, seq_start=100000)
    s.proc.wait_line(r".*written because of loss")
    account = s.end()
    (path,) = files(tmp_path)
    assert account["sum"]["dropped"] > 0
    assert capture.read(path).drops == account["sum"]["dropped"]
