# SPDX-License-Identifier: GPL-2.0-or-later
"""ifpps in namespaces: exact counts through veth in CSV and JSON; devices that come, go and are
renamed; bad input."""
import json
import os
import signal
import subprocess

import pytest
from lib.net import Net
from lib.wait import wait_for
from lib.where import program

IFPPS = program("ifpps")
FRAME = "{ fill(0xff, 6), fill(2, 6), c16(0x88b5), fill(0, 86) }"   # 100 bytes


@pytest.fixture(name="link")
def fixture_link():
    with Net() as net:
        yield net.pair()


def send(host, n, device="eth0"):
    host.run([program("trafgen"), "-o", device, "-n", n, "-P", "1", FRAME], check=0)


def objects(p):
    return [json.loads(x) for x in bytes(p.out).decode().splitlines()]


def device(sample, name="eth0"):
    return next((i for i in sample["interfaces"] if i["device"] == name), None)


def samples(p, n):
    """Waits until 'n' whole lines are there."""
    wait_for(lambda: p.out.count(b"\n") >= n, f"{n} lines of ifpps")
    return p.out.count(b"\n")


def test_json_counts_exactly(link):
    a, b = link
    p = b.start([IFPPS, "--json", "-t", "100", "eth0"])
    samples(p, 2)
    send(a, 12345)
    samples(p, p.out.count(b"\n") + 2)
    p.signal()
    assert p.wait() == 0 and not p.err
    rows = [device(s) for s in objects(p)]
    assert sum(r["delta"]["rx_packets"] for r in rows) == 12345
    assert sum(r["delta"]["rx_bytes"] for r in rows) == 1234500
    assert rows[-1]["total"]["rx_packets"] == b.counters()["rx_packets"]
    assert rows[-1]["total"]["tx_packets"] == b.counters()["tx_packets"]
    for r in rows:
        assert r["rx_packets_per_s"] == round(r["delta"]["rx_packets"] * 1e9 / r["interval_ns"])
    assert all(s["cpus"] and s["host"]["memory_total_bytes"] > 1 << 20 for s in objects(p))


def test_gnuplot_columns_are_those_of_netsniff_ng(link):
    """Names and numbers of the columns, and the values of one sample, as the peer prints them."""
    a, b = link
    send(a, 77)
    ours = b.run([IFPPS, "-c", "-d", "eth0", "-t", "50"], check=0)
    theirs = b.run(["/usr/sbin/ifpps", "-c", "-d", "eth0", "-t", "50"], check=0)
    x, y = bytes(ours.out).decode().splitlines(), bytes(theirs.out).decode().splitlines()
    assert x[:5] == y[:5] and len(x) == len(y) == 6
    p, q = x[5].split(), y[5].split()
    assert len(p) == len(q) == len(x[3].split()) - 1
    for column in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 21, 24):
        assert p[column - 1] == q[column - 1], x[3].split()[column]
    assert int(p[6]) == 77
    assert int(p[18]) + int(p[19]) == int(p[20])


def test_gnuplot_loop_sums_exactly(link):
    a, b = link
    p = b.start([IFPPS, "-lcd", "eth0", "-t", "100", "-o"])
    samples(p, 1)
    send(a, 1000)
    samples(p, p.out.count(b"\n") + 2)
    p.signal(signal.SIGTERM)
    assert p.wait() == 0
    rows = [list(map(int, x.split())) for x in bytes(p.out).decode().splitlines()]
    assert sum(r[2] for r in rows) == 1000 and sum(r[1] for r in rows) == 100000
    assert rows[-1][6] == 1000


def test_rows_of_all_devices(link):
    a, b = link
    b.ip("link", "add", "d,0", "type", "bridge")
    send(a, 10)
    p = b.run([IFPPS, "-c", "-t", "50"], check=0)
    head, *rows = bytes(p.out).decode().splitlines()
    names = head.split(",")
    import csv
    table = list(csv.DictReader(bytes(p.out).decode().splitlines()))
    assert len(names) == 4 + 2 * 25 and len(rows) == 3
    assert {r["device"] for r in table} == {"lo", "eth0", "d,0"}
    assert next(r for r in table if r["device"] == "eth0")["rx_packets"] == "10"
    p = b.run([IFPPS, "-c", "-t", "50", "-o", "e*", "lo"], check=0)
    assert len(bytes(p.out).decode().splitlines()) == 2


def test_renamed_removed_and_back(link):
    """Sums go on over a rename; a new device under an old name begins anew; nothing impossible."""
    a, b = link
    send(a, 500)
    p = b.start([IFPPS, "--json", "-t", "50"])
    samples(p, 2)
    b.ip("link", "set", "eth0", "down")
    b.ip("link", "set", "eth0", "name", "lan0")
    b.ip("link", "set", "lan0", "up")
    wait_for(lambda: '"lan0"' in bytes(p.out).decode().splitlines()[-1], "the new name")
    send(a, 100)
    samples(p, p.out.count(b"\n") + 2)
    index = device(objects(p)[-1], "lan0")["ifindex"]
    b.ip("link", "del", "lan0")
    # The same number again, with a counter that stands elsewhere.
    b.ip("link", "add", "lan0", "index", index, "type", "bridge")
    b.ip("link", "set", "lan0", "up")
    wait_for(lambda: '"bridge"' in bytes(p.out).decode().splitlines()[-1], "the new device")
    samples(p, p.out.count(b"\n") + 2)
    p.signal()
    assert p.wait() == 0 and not p.err
    rows = [r for s in objects(p) for r in s["interfaces"] if r["ifindex"] == index]
    assert sum(r.get("delta", {}).get("rx_packets", 0) for r in rows) == 100
    assert max(r.get("rx_packets_per_s", 0) for r in rows) <= 100 * 20 * 2
    assert all(r["resets"] == 0 for r in rows)
    born = next(r for r in rows if r.get("kind") == "bridge")
    assert "delta" not in born


def test_a_device_that_goes_ends_nothing(link):
    _, b = link
    b.ip("link", "add", "d0", "type", "bridge")
    p = b.start([IFPPS, "-lcd", "d0", "-t", "50", "-o"])
    samples(p, 2)
    b.ip("link", "del", "d0")
    b.ip("link", "add", "d0", "type", "bridge")
    samples(p, p.out.count(b"\n") + 3)
    p.signal()
    assert p.wait() == 0 and not p.err


def test_netns_option(link):
    a, b = link
    send(a, 3)
    p = subprocess.run([IFPPS, "--netns", b.netns, "--json", "--once", "-t", "50", "eth0"],
                       capture_output=True, text=True, timeout=30)
    assert device(json.loads(p.stdout))["total"]["rx_packets"] == 3


def test_promiscuous_as_long_as_it_runs(link):
    _, b = link
    p = b.start([IFPPS, "-lcpd", "eth0", "-t", "50"])
    samples(p, 6)
    assert "promiscuity 1" in b.ip("-d", "link", "show", "eth0")
    p.signal(signal.SIGKILL)
    p.wait()
    wait_for(lambda: "promiscuity 0" in b.ip("-d", "link", "show", "eth0"), "the mode to end")


def test_recorded_proc(tmp_path):
    net, dev = tmp_path / "proc/net", tmp_path / "sys/class/net/x0"
    net.mkdir(parents=True)
    dev.mkdir(parents=True)
    (net / "dev").write_text("Inter-|\n face |\n  x0: " + " ".join(map(str, range(1, 17))) + "\n")
    (dev / "speed").write_text("2500\n")
    (dev / "ifindex").write_text("42\n")
    (dev / "flags").write_text("0x1003\n")
    (dev / "carrier").write_text("1\n")
    p = subprocess.run([IFPPS, "--proc-root", tmp_path, "--json", "--once", "-t", "20"],
                       capture_output=True, text=True, timeout=30)
    s = json.loads(p.stdout)
    x = device(s, "x0")
    assert (x["ifindex"], x["speed_bits_per_s"], x["state"]) == (42, 2500000000, "up")
    assert (x["total"]["rx_bytes"], x["total"]["tx_bytes"], x["delta"]["rx_bytes"]) == (1, 9, 0)
    assert s["cpus"] == []


@pytest.mark.parametrize("args, status, words", [
    (["-c", "nosuch0"], 1, 'there is no network device "nosuch0"'),
    (["-c", "a/b"], 2, "is not the name of a network device"),
    (["--json", "-c"], 2, "do not go together"),
    (["--json", "-o"], 2, "-o goes with -c"),
    (["-l"], 2, "-l goes with -c"),
    (["-c", "--sort", "name"], 2, "are for the screen"),
    (["-t", "1ms", "-c"], 2, "out of range"),
    (["-pc"], 2, "-p wants one device"),
    (["--netns", "nosuch", "-c"], 1, "--netns"),
    (["--proc-root", "/nonexistent", "-c"], 1, "open /nonexistent/proc/net/dev"),
    ([], 1, "the screen wants a terminal"),
])
def test_bad_input_is_one_sentence(args, status, words):
    p = subprocess.run([IFPPS, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                       timeout=30)
    assert (p.returncode, p.stdout) == (status, "")
    assert p.stderr.startswith("ifpps: ") and words in p.stderr and p.stderr.count("\n") == 1


def test_a_closed_pipe_ends_it():
    r, w = os.pipe()
    os.close(r)
    p = subprocess.run([IFPPS, "--json", "-t", "20"], stdout=w, stderr=subprocess.PIPE, timeout=30)
    os.close(w)
    assert (p.returncode, p.stderr) == (0, b"")
