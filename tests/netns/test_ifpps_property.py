# SPDX-License-Identifier: GPL-2.0-or-later
"""ifpps under ten thousand devices that come, are renamed and go, under the same numbers, with
traffic: no value is shown that did not happen. And rates over ten seconds."""
import bisect
import decimal
import json
import os
import random
import signal
import socket
import subprocess
import time

import pytest
from lib import capture
from lib.net import Net
from lib.wait import wait_for
from lib.where import TOP, program

IFPPS = program("ifpps")
DEVICES, ROUNDS, RENAMES, MOST = 50, 17, 10, 60
FRAME = bytes(6) + b"\2" * 6 + b"\x88\xb5" + bytes(86)


@pytest.fixture(name="link")
def fixture_link():
    with Net() as net:
        yield net.pair()


def churn(host, seed):
    """Devices of the same numbers again and again; what each one was given to send. Events and
    frames are counted."""
    r = random.Random(seed)
    s = host.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    events = sent = 0
    for k in range(ROUNDS):
        lines = []
        for i in range(DEVICES):
            # Names are given to other numbers each time.
            lines.append(f"link add n{(i * 7 + k) % DEVICES} index {1000 + i} type bridge mcast_snooping 0")
            lines.append(f"link set dev n{(i * 7 + k) % DEVICES} group 7 up")
        host.run(["ip", "-batch", "-"], stdin="\n".join(lines).encode(), check=0)
        for i in range(DEVICES):
            for _ in range(r.randrange(MOST) if i % 10 == k % 10 else 0):
                s.sendto(FRAME, (f"n{(i * 7 + k) % DEVICES}", 0x88b5))
                sent += 1
        # The names of one step are those of other devices in the next.
        lines = [f"link set dev {old}{(i + j) % DEVICES} name {new}{(i + j + 1) % DEVICES}"
                 for j in range(RENAMES) for old, new in ["nm" if j % 2 == 0 else "mn"]
                 for i in range(DEVICES)]
        host.run(["ip", "-batch", "-"], stdin="\n".join(lines).encode(), check=0)
        host.ip("link", "del", "group", "7")
        events += (2 + RENAMES) * DEVICES
    return events, sent


def test_nothing_is_shown_that_did_not_happen(link):
    a, b = link
    watch = b.start([IFPPS, "--json", "-t", "20"])
    wait_for(lambda: watch.out.count(b"\n") >= 1, "the first sample")
    script = "{ fill(0xff, 6), fill(2, 6), c16(0x88b5), fill(0, 86) }"
    load = a.start([program("trafgen"), "-o", "eth0", "-n", "200000", "-P", "1", "-b", "10kpps", script])
    events, sent = churn(b, 1)
    assert events >= 10000
    assert load.wait(60) == 0
    n = watch.out.count(b"\n")
    wait_for(lambda: watch.out.count(b"\n") >= n + 2, "two more samples")
    watch.signal()
    assert watch.wait() == 0 and not watch.err
    eth0 = seen = 0
    for line in bytes(watch.out).decode().splitlines():
        s = json.loads(line)
        assert len({i["ifindex"] for i in s["interfaces"]}) == len(s["interfaces"])
        for i in s["interfaces"]:
            d = i.get("delta", {"rx_packets": 0, "tx_packets": 0, "rx_bytes": 0, "tx_bytes": 0})
            assert i["resets"] == 0
            if i["device"] == "eth0":
                eth0 += d["rx_packets"]
                assert d["rx_bytes"] == d["rx_packets"] * 100
            elif i["device"] != "lo":
                # No incarnation was given more than this; its predecessor's counts are not its own.
                assert d["tx_packets"] < MOST and d["rx_packets"] == 0, i
                seen += d["tx_packets"]
    assert eth0 == 200000
    assert seen <= sent


def arrived(stamps, begin, end):
    return bisect.bisect_right(stamps, end) - bisect.bisect_right(stamps, begin)


def test_rates_over_ten_seconds(link, tmp_path):
    """The mean of eight seconds or more is within 0.1 % of what arrived meanwhile, by the time
    stamps of a capture: a sender that was held up makes no difference, and of several such windows
    one has both its ends undisturbed."""
    a, b = link
    file = tmp_path / "seen.pcap"
    record = b.start([program("netsniff"), "-i", "eth0", "-T", "0xa1b23c4d", "-o", str(file), "-s"])
    b.wait_packet_socket("eth0")
    watch = b.start([IFPPS, "--json", "-t", "1s", "--count", "14", "eth0"])
    wait_for(lambda: watch.out.count(b"\n") >= 1, "the first sample")
    script = "{ fill(0xff, 6), fill(2, 6), c16(0x88b5), fill(0, 86) }"
    a.run([program("trafgen"), "-o", "eth0", "-n", "120000", "-P", "1", "-b", "10kpps", script], check=0)
    assert watch.wait(60) == 0
    record.signal()
    assert record.wait(60) == 0
    stamps = sorted(p.ts_ns for p in capture.read(file).packets if p.data[12:14] == b"\x88\xb5")
    assert len(stamps) == 120000
    lines = [json.loads(x, parse_float=decimal.Decimal) for x in bytes(watch.out).decode().splitlines()]
    rows = [(int(x["time"] * 10**9), x["interfaces"][0]) for x in lines]
    assert sum(r["delta"]["rx_packets"] for _, r in rows) == 120000
    busy = [i for i, (_, r) in enumerate(rows) if r["delta"]["rx_packets"] > 1000]
    errors = []
    for first in busy[:3]:
        for last in busy[-3:]:
            if last - first < 8:
                continue
            ns = sum(r["interval_ns"] for _, r in rows[first + 1:last + 1])
            shown = sum(r["delta"]["rx_packets"] for _, r in rows[first + 1:last + 1]) / ns
            begin, end = rows[first][0], rows[last][0]
            errors.append(shown / (arrived(stamps, begin, end) / (end - begin)) - 1)
    assert min(map(abs, errors)) < 0.001, errors
    # Each rate shown is of its real interval.
    for (begin, _), (end, r) in zip(rows, rows[1:]):
        d = r["delta"]["rx_packets"]
        assert r["rx_packets_per_s"] == round(d * 1e9 / r["interval_ns"])
        assert abs(r["interval_ns"] - (end - begin)) < 5e8


def rows_of(watch):
    """(wall clock ns, its eth0) of each whole line so far."""
    lines = bytes(watch.out).decode().rpartition("\n")[0].splitlines()
    return [(int(s["time"] * 10**9), s["interfaces"][0])
            for s in (json.loads(x, parse_float=decimal.Decimal) for x in lines)]


def more(watch, n):
    have = watch.out.count(b"\n")
    wait_for(lambda: watch.out.count(b"\n") >= have + n, f"{n} more samples")


def test_a_wall_clock_that_jumps_moves_no_rate(link, tmp_path):
    a, b = link
    preload, jump = tmp_path / "clockjump.so", tmp_path / "jump"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", preload, TOP / "tests" / "lib" / "clockjump.c"], check=True)
    jump.write_text("0")
    watch = b.start([IFPPS, "--json", "-t", "50", "eth0"],
                    env=dict(os.environ, LD_PRELOAD=str(preload), CLOCKJUMP=str(jump)))
    more(watch, 2)
    for seconds in ("-3600", "86400", "0"):
        (tmp_path / "new").write_text(seconds)
        (tmp_path / "new").rename(jump)
        a.run([program("trafgen"), "-o", "eth0", "-n", "1000", "-P", "1",
               "{ fill(0xff, 6), fill(2, 6), c16(0x88b5), fill(0, 86) }"], check=0)
        more(watch, 3)
    watch.signal()
    assert watch.wait() == 0 and not watch.err
    rows = rows_of(watch)
    steps = [end - begin for (begin, _), (end, _) in zip(rows, rows[1:])]
    assert min(steps) < -3000e9 and max(steps) > 80000e9, "the clock has jumped"
    assert sum(r["delta"]["rx_packets"] for _, r in rows) == 3000
    for _, r in rows:
        assert 0 < r["interval_ns"] < 60e9
        assert r["rx_packets_per_s"] == round(r["delta"]["rx_packets"] * 1e9 / r["interval_ns"])


def test_a_program_that_was_stopped_tells_of_the_whole_time(link):
    """As after a suspend: one interval, as long as it was, with all that came; none is made up."""
    a, b = link
    watch = b.start([IFPPS, "--json", "-t", "50", "eth0"])
    more(watch, 2)
    os.kill(watch.pid, signal.SIGSTOP)
    stopped = time.monotonic_ns()
    a.run([program("trafgen"), "-o", "eth0", "-n", "20000", "-P", "1", "-b", "20kpps",
           "{ fill(0xff, 6), fill(2, 6), c16(0x88b5), fill(0, 86) }"], check=0)
    stopped = time.monotonic_ns() - stopped
    os.kill(watch.pid, signal.SIGCONT)
    more(watch, 3)
    watch.signal()
    assert watch.wait() == 0
    rows = [r for _, r in rows_of(watch)]
    long = max(rows, key=lambda r: r["interval_ns"])
    assert long["interval_ns"] >= stopped and long["delta"]["rx_packets"] == 20000
    assert sum(r["delta"]["rx_packets"] for r in rows) == 20000
