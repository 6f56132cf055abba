# SPDX-License-Identifier: GPL-2.0-or-later
"""trafgen through a device and into files: every packet arrives once, rates hold, bad luck is told;
the examples of the manual page and of trafgen/examples."""
import json
import re
import signal
import socket
import struct
import subprocess

import pytest
from lib.net import Net
from lib.tools import tshark_fields
from lib.trafgen import receiver, take
from lib.where import TOP, program

HEAD = "fill(0xff, 6), fill(2, 6), c16(0x88b5)"


@pytest.fixture(name="link")
def fixture_link():
    with Net() as net:
        yield net.pair()


def generate(host, *args, check=0, timeout=60):
    p = host.run([program("trafgen"), "-o", "eth0", "--json", *args], timeout=timeout, check=check)
    return json.loads(p.out)["report"] if p.out else None, p


@pytest.mark.parametrize("workers", ["1", "2"])
def test_every_packet_once_whatever_the_workers(link, workers):
    a, b = link
    rx = receiver(b)
    script = "{ eth(da=ff:ff:ff:ff:ff:ff, type=0x88b5), c16(0), dinc(0,255,1), drnd(45) }" \
             "{ eth(da=ff:ff:ff:ff:ff:ff, type=0x88b5), c16(1), dinc(0,255,1), drnd(45) }"
    report, _ = generate(a, "-n", "400", "-P", workers, "-E", "7", script)
    got = take(rx)
    assert report["packets"] == 400 == len(got)
    for kind in (0, 1):
        seen = sorted(p[16] for p in got if p[14:16] == struct.pack(">H", kind))
        assert seen == sorted((i + 1) % 256 for i in range(200))
    assert len({p[17:] for p in got}) == 400


def test_same_seed_same_bytes(link, tmp_path):
    a, b = link
    script = "{ eth(sa=02:00:00:00:00:09, type=0x88b5), drnd(46) }"
    sets = []
    for workers in ("1", "2", "2"):
        rx = receiver(b)
        generate(a, "-n", "100", "-P", workers, "-E", "7", script)
        sets.append(set(take(rx)))
    out = tmp_path / "x.pcap"
    subprocess.run([program("trafgen"), "-o", str(out), "-n", "100", "-E", "7", script], check=True,
                   capture_output=True)
    data, at, file = out.read_bytes(), 24, set()
    while at < len(data):
        n = struct.unpack_from("<I", data, at + 8)[0]
        file.add(data[at + 16:at + 16 + n])
        at += 16 + n
    assert len(file) == 100
    assert sets == [file] * 3


@pytest.mark.parametrize("rate, n, seconds", [("1kpps", 500, 0.5), ("20kpps", 10000, 0.5),
                                              ("4Mbit", 2500, 0.3)])
def test_rates_hold(link, rate, n, seconds):
    a, _ = link
    report, _ = generate(a, "-n", str(n), "-b", rate, f"{{ {HEAD}, fill(1, 46) }}")
    assert report["packets"] == n
    assert seconds * 0.9 < report["seconds"] < seconds * 1.6


def test_gap(link):
    a, _ = link
    report, _ = generate(a, "-n", "21", "-t", "10ms", f"{{ {HEAD}, fill(1, 46) }}")
    assert 0.19 < report["seconds"] < 0.4


def test_duration_ends_it(link):
    a, _ = link
    report, _ = generate(a, "--duration", "200ms", f"{{ {HEAD}, fill(1, 46) }}")
    assert report["packets"] > 100
    assert 0.19 < report["seconds"] < 1


def test_ctrl_c_ends_with_the_report(link):
    a, b = link
    rx = receiver(b)
    rx.setblocking(True)
    p = a.start([program("trafgen"), "-o", "eth0", "--json", f"{{ {HEAD}, fill(1, 46) }}"])
    rx.recv(2048)  # it is sending
    p.signal(signal.SIGINT)
    p.wait(20)
    assert p.rc == 0
    assert json.loads(p.out)["report"]["packets"] > 0


def test_a_device_that_goes_away_is_told(link):
    a, b = link
    rx = receiver(b)
    rx.setblocking(True)
    p = a.start([program("trafgen"), "-o", "eth0", f"{{ {HEAD}, fill(1, 46) }}"])
    rx.recv(2048)
    a.ip("link", "del", "eth0")
    p.wait(20)
    assert p.rc == 1
    assert b"eth0" in p.err.splitlines()[-1]


@pytest.mark.parametrize("script, args, words", [
    ("{ fill(1, 3000) }", ["-J"], "longer than the device's MTU"),
    ("{ fill(1, 2100) }", [], "2048 bytes without -J"),
    ("{ 1, 2, 3 }", [], "shorter than a link header"),
])
def test_what_the_device_does_not_take_fails(link, script, args, words):
    a, _ = link
    p = a.run([program("trafgen"), "-o", "eth0", "-n", "3", *args, script])
    assert p.rc == 1
    err = p.err.decode()
    assert words in err and "takes none of these packets" in err


def test_addresses_of_the_device_are_the_defaults(link):
    a, b = link
    s = b.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
    s.bind(("eth0", 0x0806))
    generate(a, "-n", "1", "{ arp(tip=10.0.0.2) }")
    s.settimeout(10)
    frame = s.recv(100)
    assert frame[6:12] == a.mac() and frame[22:28] == a.mac()
    assert frame[28:32] == bytes([10, 0, 0, 1])


def run(*args, cwd=None, **kw):
    return subprocess.run([program("trafgen"), *args], capture_output=True, text=True, timeout=60,
                          cwd=cwd, **kw)


@pytest.mark.parametrize("args, status, words", [
    (["{ 1 }"], 2, "nowhere to send to"),
    (["-o", "x.pcap", "{ 1 }"], 2, "-n how many"),
    (["-o", "x.pcap"], 2, "no packets"),
    (["-o", "nosuchdev", "{ 1 }"], 1, "nosuchdev: no such device"),
    (["-o", "./x.dat", "-n", "1", "{ 1 }"], 2, "files end in"),
    (["-o", "x.pcap", "-n", "1", "-t", "1ms", "-b", "1kpps", "{ 1 }"], 2, "-t and -b"),
    (["-o", "x.pcap", "-n", "1", "-b", "100", "{ 1 }"], 2, "100 of what"),
    (["-o", "x.pcap", "-n", "1", "-i", "nosuch.cfg"], 1, "open nosuch.cfg: No such file"),
    (["-o", "x.pcap", "-n", "1", "--engine", "mmsg", "{ 1 }"], 2, "--engine: is for devices"),
    (["-o", "x.pcap", "-n", "1", "--engine", "no", "{ 1 }"], 2, "--engine"),
    (["-o", "nosuchdev", "--engine", "mmsg", "{ 1 }"], 1, "--engine mmsg: nosuchdev: no such device"),
    (["-o", "x.pcap", "-n", "1", "{ 1, , 2 }"], 1, "argument:1:6: expected something between"),
    (["-o", "x.pcap", "-n", "1", "{ 1"], 1, "expected '}' at the end"),
    (["-o", "x.pcap", "-n", "1", "{ udp(dprot=1) }"], 1, "1:7: expected a field of udp, not 'dprot'"),
    (["-o", "x.pcap", "-n", "1", "{ udp(dport=) }"], 1, "1:13: expected a number, not ')'"),
    (["-o", "x.pcap", "-n", "1", "{ ip4(da=1.2.3) }"], 1, "expected an IPv4 address"),
    (["-o", "x.pcap", "-n", "1", "{ udp(sport=dinc(9, 3)) }"], 1, "the minimum, 9, is not below"),
    (["-o", "x.pcap", "-n", "1", "{ c16(1/0) }"], 1, "division by zero"),
    (["-o", "x.pcap", "-n", "1", "{ fill(1, 999999) }"], 1, "longer than 65549 bytes"),
    (["-o", "x.pcap", "-n", "1", "{ \"abc }"], 1, "1:3: expected"),
    (["-o", "x.pcap", "-n", "1", "/* { 1 }"], 1, "a comment without its end"),
    (["-o", "x.pcap", "-n", "1", "cpu(3): { 1 }"], 1, "CPUs beyond 0"),
])
def test_what_cannot_be_is_one_sentence(tmp_path, args, status, words):
    p = run(*args, cwd=tmp_path)
    assert p.returncode == status
    assert words in p.stderr and p.stderr.count("\n") == 1


def test_a_full_disk_is_told(tmp_path):
    (tmp_path / "x.pcap").symlink_to("/dev/full")
    p = run("-o", "x.pcap", "-n", "100000", "{ fill(1, 60) }", cwd=tmp_path)
    assert p.returncode == 1
    assert "x.pcap" in p.stderr and "No space left" in p.stderr


@pytest.mark.parametrize("script, layers", [
    ("{ eth(), vxlan(vni=5), ip4(), udp(dport=9) }",
     ["eth", "ip", "udp", "vxlan", "eth", "ip", "udp"]),
    ("{ dns(id=7) }", ["eth", "ip", "udp", "dns"]),
    ("{ ip4(), gre(key=5), ip4(), udp() }", ["eth", "ip", "gre", "ip", "udp"]),
    ("{ pppoe(session=3), ip4(), tcp() }", ["eth", "pppoe", "ppp", "ip", "tcp"]),
    ("{ mpls(), mpls(), ip4(), udp() }", ["eth", "mpls", "mpls", "ip", "udp"]),
])
def test_headers_below_come_by_themselves(tmp_path, script, layers):
    p = run("-o", "x.pcap", "-n", "1", script, cwd=tmp_path)
    assert (p.returncode, "warning" in p.stderr) == (0, False), p.stderr
    shown = subprocess.run([program("netsniff"), "-i", "x.pcap", "--json"], cwd=tmp_path, check=True,
                           capture_output=True, text=True).stdout
    assert [x["proto"] for x in json.loads(shown.splitlines()[0])["layers"]] == layers


def test_warnings_for_what_cannot_be_right(tmp_path):
    p = run("-o", "x.pcap", "-n", "1", "{ 300, csumip(0, 90), eth(), ip6(), udp(dport=70000) }",
            cwd=tmp_path)
    assert p.returncode == 0
    for words in ("more than a byte", "goes to byte 90", "is not told of ip6()", "16 bits"):
        assert words in p.stderr


EXAMPLES = sorted((TOP / "trafgen/examples").glob("*.cfg"))


@pytest.mark.parametrize("cfg", EXAMPLES, ids=lambda p: p.stem)
def test_example_scripts(tmp_path, cfg):
    out = tmp_path / "x.pcap"
    cpp = ["-p"] if "stddef.h" in cfg.read_text() else []
    p = run("-i", str(cfg), *cpp, "-o", str(out), "-n", "24")
    assert p.returncode == 0 and "warning" not in p.stderr, p.stderr
    rows = tshark_fields(out, "frame.number", "_ws.malformed", "ip.checksum.status",
                         "udp.checksum.status", "tcp.checksum.status")
    assert len(rows) == 24
    if cfg.stem != "fuzz":
        assert all("0" not in r[2:] and not r[1] for r in rows), rows


PAGE = (TOP / "trafgen/trafgen.8").read_text()
LINES = [x.replace("\\(dq", '"') for x in re.findall(r"^\.Dl (trafgen.*)", PAGE, re.M)]


def test_there_are_examples():
    assert len(LINES) >= 6 and len(EXAMPLES) >= 16


@pytest.mark.parametrize("line", LINES)
def test_examples_of_the_page(link, tmp_path, line):
    a, _ = link
    (tmp_path / "bytes.cfg").write_text((TOP / "trafgen/examples/bytes.cfg").read_text())
    (tmp_path / "x.cfg").write_text("{ 1, 2, 3 }")
    run("-o", "x.pcap", "-n", "3", "{ eth(), ip4(), udp(), fill(1, 40) }", cwd=tmp_path)
    bin_dir = program("trafgen").rsplit("/", 1)[0]
    p = a.run(["sh", "-c", f"PATH={bin_dir}:$PATH; {line}"], cwd=tmp_path, timeout=60)
    assert p.rc == 0, p.err
    made = re.search(r"-o (\S+\.\w+)", line)
    if made:
        assert (tmp_path / made.group(1)).stat().st_size > 20
