# SPDX-License-Identifier: GPL-2.0-or-later
"""ifpps: OpenMetrics on standard output, in a file and by HTTP, read by Prometheus' own parser;
recordings that play the same; pictures."""
import json
import os
import re
import signal
import subprocess
import urllib.request
import xml.dom.minidom

import pytest
from lib.net import Net
from lib.tmux import Screen
from lib.wait import wait_for
from lib.where import TOP, program
from prometheus_client.openmetrics import parser

IFPPS = program("ifpps")
FRAME = "{ fill(0xff, 6), fill(2, 6), c16(0x88b5), fill(0, 86) }"   # 100 bytes


@pytest.fixture(name="link")
def fixture_link():
    with Net() as net:
        yield net.pair()


def send(host, n):
    host.run([program("trafgen"), "-o", "eth0", "-n", n, "-P", "1", FRAME], check=0)


def parse(text):
    """{name: {labels: value}} of an exposition, which has to be valid."""
    out = {}
    for family in parser.text_string_to_metric_families(text):
        for s in family.samples:
            out.setdefault(s.name, {})[tuple(sorted(s.labels.items()))] = s.value
    return out


ETH0 = (("device", "eth0"),)


def test_metrics_once_and_in_a_loop(link):
    a, b = link
    send(a, 4321)
    p = b.run([IFPPS, "--openmetrics"], check=0)
    m = parse(bytes(p.out).decode())
    assert m["ifpps_interface_rx_packets_total"][ETH0] == 4321
    assert m["ifpps_interface_rx_bytes_total"][ETH0] == 432100
    assert m["ifpps_interface_up"][ETH0] == 1
    assert m["ifpps_interface_speed_bits_per_second"][ETH0] == 1e10
    assert m["ifpps_cpu_seconds_total"][(("cpu", "0"), ("mode", "idle"))] > 0
    assert m["ifpps_softnet_processed_total"][(("cpu", "0"),)] >= 0
    p = b.run([IFPPS, "--openmetrics", "-l", "--count", "3", "-t", "50", "eth0"], check=0)
    parts = bytes(p.out).decode().split("# EOF\n")
    assert len(parts) == 5 and parts[-1] == ""
    for part in parts[:-1]:
        m = parse(part + "# EOF\n")
        assert set(m["ifpps_interface_rx_packets_total"]) == {ETH0}


def test_metrics_in_a_file(link, tmp_path):
    a, b = link
    path = tmp_path / "ifpps.prom"
    p = b.start([IFPPS, f"--openmetrics={path}", "-t", "50"])
    wait_for(path.exists, "the file")
    send(a, 77)
    wait_for(lambda: parse(path.read_text())["ifpps_interface_rx_packets_total"][ETH0] == 77,
             "the packets in the file")
    p.signal()
    assert p.wait() == 0 and not p.text()
    assert os.listdir(tmp_path) == ["ifpps.prom"]


def test_metrics_by_http(link):
    a, b = link
    p = b.start([IFPPS, "--listen", "9999", "-t", "50"])

    def get(path="/metrics"):
        with urllib.request.urlopen(f"http://127.0.0.1:9999{path}", timeout=10) as r:
            return r.read().decode(), r.headers["Content-Type"]

    def up():
        try:
            return b.call(get)
        except OSError:
            return None
    text, kind = wait_for(up, "an answer")
    assert kind.startswith("application/openmetrics-text") and parse(text)
    send(a, 99)
    wait_for(lambda: parse(b.call(get)[0])["ifpps_interface_rx_packets_total"][ETH0] == 99, "99 packets")
    q = b.run([IFPPS, "--listen", "9999"], check=1)
    assert bytes(q.err).decode() == "ifpps: --listen 9999: Address already in use\n"
    p.signal(signal.SIGTERM)
    assert p.wait() == 0 and not p.text()


def test_a_recording_plays_the_same(link, tmp_path):
    a, b = link
    rec = tmp_path / "x.rec"
    p = b.start([IFPPS, "--json", "--record", rec, "-t", "100"])
    wait_for(lambda: p.out.count(b"\n") >= 2, "two samples")
    send(a, 500)
    n = p.out.count(b"\n")
    wait_for(lambda: p.out.count(b"\n") >= n + 2, "two more")
    p.signal()
    assert p.wait() == 0
    live = [json.loads(x) for x in bytes(p.out).decode().splitlines()]
    q = subprocess.run([IFPPS, "--json", "--play", rec], capture_output=True, text=True, timeout=30)
    played = [json.loads(x) for x in q.stdout.splitlines()]
    assert (q.returncode, q.stderr) == (0, "") and len(played) == len(live)
    for x, y in zip(live, played):
        assert x["interfaces"] == y["interfaces"] and x["time"] == y["time"]
        assert x["cpus"] == y["cpus"] and x["host"] == y["host"]
    # Cut short, as by a full disk: all but the last sample.
    data = rec.read_bytes()
    rec.write_bytes(data[:-3])
    q = subprocess.run([IFPPS, "--json", "--play", rec], capture_output=True, text=True, timeout=30)
    assert q.returncode == 0 and len(q.stdout.splitlines()) == len(live) - 1
    with Screen([IFPPS, "--play", rec, "--speed", "50"]) as s:
        s.wait(r"^eth0 +up")
        s.wait("FROZEN")
        s.keys("Down", "Enter")
        s.wait(r"^rx pkt .* 500$")
        s.keys("Home")
        s.wait(r"^rx pkt .* 0$")
        s.keys("f")
        s.wait(r"^rx pkt .* 500$")
        s.keys("q")
        s.wait("ended with 0")


@pytest.mark.parametrize("data, words", [
    (b"", "is not a recording"),
    (b"TKRECORD\x01\x00\x00\x00\x07flowtop", "of another program"),
    (b"TKRECORD\x02\x00\x00\x00\x05ifpps", "version 2"),
    (b"TKRECORD\x01\x00\x00\x00\x05ifpps", "holds no sample"),
    (b"TKRECORD\x01\x00\x00\x00\x05ifpps" + b"FRAM" + bytes(28), "a sample of version 0"),
])
def test_foreign_recordings_are_refused(tmp_path, data, words):
    (tmp_path / "x").write_bytes(data)
    p = subprocess.run([IFPPS, "--play", tmp_path / "x", "--json"], capture_output=True, text=True, timeout=30)
    assert p.returncode == 1 and words in p.stderr and p.stderr.count("\n") == 1


def test_pictures(link, tmp_path):
    a, b = link
    p = b.start([IFPPS, "--json", "--plot", tmp_path / "x.svg", "--record", tmp_path / "x.rec", "-t", "50"])
    wait_for(lambda: p.out.count(b"\n") >= 2, "two samples")
    send(a, 5000)
    n = p.out.count(b"\n")
    wait_for(lambda: p.out.count(b"\n") >= n + 2, "two more")
    p.signal()
    assert p.wait() == 0 and not p.err
    svg = xml.dom.minidom.parse(str(tmp_path / "x.svg"))
    texts = [t.firstChild.data for t in svg.getElementsByTagName("text") if t.firstChild]
    assert {"eth0", "lo", "cpu0", "received, bit/s", "CPUs at work, %"} <= set(texts)
    # The first curve is that of the device which carried most.
    received = svg.getElementsByTagName("path")[0].getAttribute("d")
    heights = {float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", received)}
    assert len(heights) > 1
    p = subprocess.run([IFPPS, "--play", tmp_path / "x.rec", "--plot", tmp_path / "y.svg"], timeout=30)
    assert p.returncode == 0
    assert (tmp_path / "y.svg").read_text() == (tmp_path / "x.svg").read_text()


def test_the_dashboard_asks_for_metrics_that_there_are(link):
    _, b = link
    p = b.run([IFPPS, "--openmetrics"], check=0)
    there = parse(bytes(p.out).decode())
    text = (TOP / "ifpps/grafana.json").read_text()
    json.loads(text)
    asked = set(re.findall(r"\bifpps_\w+", text))
    assert asked and asked <= set(there), asked - set(there)
    page = (TOP / "ifpps/ifpps.8").read_text()
    for name in there:
        base = re.sub("_total$", "", name)
        if not base.startswith("ifpps_interface_"):
            assert base in page, base
