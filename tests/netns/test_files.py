# SPDX-License-Identifier: GPL-2.0-or-later
"""Files to the screen and to files: filter, range, cut, formats, pipes, damage."""
import json
import struct
import subprocess

import pytest
from lib.where import program

ARP = bytes.fromhex("ffffffffffff02020202020208060001080006040001020202020202"
                    "0a0000010000000000000a000002")
OTHER = ARP[:12] + b"\x88\xb5" + bytes(range(200))
START = 1714564800
ARP_FILTER = "4\n40 0 0 12\n21 0 1 2054\n6 0 0 262144\n6 0 0 0\n"


def pcap(frames):
    out = bytearray(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    for i, f in enumerate(frames):
        out += struct.pack("<IIII", START + i, i, len(f), len(f)) + f
    return bytes(out) if isinstance(out, bytearray) else out


def records(data):
    """(second, microsecond, wire length, bytes) of each packet of a classic pcap."""
    assert data[:4] == b"\xd4\xc3\xb2\xa1"
    out, at = [], 24
    while at < len(data):
        s, us, cap, length = struct.unpack_from("<IIII", data, at)
        out.append((s, us, length, data[at + 16:at + 16 + cap]))
        at += 16 + cap
    return bytes(out) if isinstance(out, bytearray) else out


FRAMES = [ARP, OTHER, ARP, OTHER, OTHER]


@pytest.fixture
def here(tmp_path):
    (tmp_path / "a.pcap").write_bytes(pcap(FRAMES))
    (tmp_path / "arp.bpf").write_text(ARP_FILTER)
    return tmp_path


def run(here, line, rc=0, **kw):
    p = subprocess.run([program("netsniff"), *line.split()], cwd=here, capture_output=True,
                       timeout=60, **kw)
    assert p.returncode == rc, p.stderr
    return p


def test_there_and_back(here):
    run(here, "-i a.pcap -o b -s")
    assert (here / "b").read_bytes()[:4] == b"\x0a\x0d\x0d\x0a"
    run(here, "-i b -o c.pcap -s")
    assert records((here / "c.pcap").read_bytes()) == records((here / "a.pcap").read_bytes())


@pytest.mark.parametrize("name", ["b.pcapng", "b.pcap.zst", "b.pcapng.gz"])
def test_suffixes_decide(here, name):
    run(here, f"-i a.pcap -o {name} -s")
    magic = (here / name).read_bytes()[:4]
    assert magic[:2] == {"pcapng": b"\x0a\x0d", "zst": b"\x28\xb5", "gz": b"\x1f\x8b"}[
        name.rsplit(".", 1)[1]]
    out = run(here, f"-i {name} -o - -T pcap").stdout
    assert records(out) == records(pcap(FRAMES))


@pytest.mark.parametrize("magic", ["0xa1b23c4d", "0x4d3cb2a1", "0xa1b2cd34", "0x34cdb2a1",
                                   "0xa1e2cb12", "0x12cbe2a1", "0xd4c3b2a1"])
def test_types_win(here, magic):
    run(here, f"-i a.pcap -o b.pcapng -T {magic} -s")
    assert (here / "b.pcapng").read_bytes()[:4] == int(magic, 0).to_bytes(4, "little")
    out = run(here, "-i b.pcapng -o - -T pcap").stdout
    assert records(out) == records(pcap(FRAMES))


def test_filter_range_count_and_cut(here):
    every = records(pcap(FRAMES))

    def got(options):
        return records(run(here, f"-i a.pcap -o - -T pcap {options}").stdout)

    assert got("-f arp.bpf") == [r for r in every if r[3] == ARP]
    assert got("-n 2") == every[:2]
    assert got(f"--since {START + 1} --until {START + 3}") == every[1:3]
    assert got("--snaplen 20") == [(*r[:3], r[3][:20]) for r in every]
    assert got("-f arp.bpf -n 1 --since 2024-05-01T12:00:01Z") == [every[2]]


def test_print_and_account_as_json(here):
    p = run(here, "-i a.pcap -f arp.bpf --json")
    *packets, last = [json.loads(line) for line in p.stdout.splitlines()]
    assert [x["number"] for x in packets] == [1, 2]
    assert packets[0]["time"] == f"{START}.000000000" and packets[0]["len"] == 42
    account = last["account"]
    assert (account["read_packets"], account["rejected_packets"], account["kept_packets"]) \
        == (5, 3, 2)
    assert p.stderr == b""


@pytest.mark.parametrize("how", ["", "-q", "-X", "-l", "-X -l"])
def test_print_forms(here, how):
    p = run(here, f"-i a.pcap {how}")
    assert p.stdout.count(b"\n") >= len(FRAMES) and b"\x1b" not in p.stdout
    assert p.stdout == run(here, f"-i - {how}", input=pcap(FRAMES)).stdout


def test_a_packet_is_printed_while_the_pipe_stays_open(here):
    p = subprocess.Popen([program("netsniff"), "-i", "-", "-q"], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        p.stdin.write(pcap([ARP]))
        p.stdin.flush()
        assert b"arp" in p.stdout.readline()
        assert p.poll() is None
    finally:
        p.stdin.close()
        assert p.wait(20) == 0


def test_a_closed_pipe_ends_it_quietly(here):
    (here / "big.pcap").write_bytes(pcap([OTHER] * 5000))
    p = subprocess.Popen([program("netsniff"), "-i", "big.pcap"], cwd=here,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdout.readline()
    p.stdout.close()
    assert p.stderr.read() == b"" and p.wait(20) == 0


def test_damage_is_named_and_what_is_before_it_delivered(here):
    whole = pcap(FRAMES)
    (here / "cut.pcap").write_bytes(whole[:-10])
    p = run(here, "-i cut.pcap -o b.pcap -s", rc=1)
    assert b"cut.pcap" in p.stderr
    assert records((here / "b.pcap").read_bytes()) == records(whole)[:-1]


def test_the_file_that_is_read_is_not_written(here):
    before = (here / "a.pcap").read_bytes()
    assert b"is the file that is read" in run(here, "-i a.pcap -o ./a.pcap -s", rc=1).stderr
    assert (here / "a.pcap").read_bytes() == before


def test_trafgen_scripts(here):
    run(here, "-i a.pcap -o b.cfg -s -f arp.bpf")
    text = (here / "b.cfg").read_text()
    assert text.count("{") == 2 and "0xff, 0xff" in text
    assert run(here, "-i a.pcap -o - -f arp.bpf").stdout.decode() == text


def test_a_filter_with_garbage(here):
    (here / "bad.bpf").write_text("1\n6 0 0 frog\n")
    p = run(here, "-i a.pcap -f bad.bpf", rc=1)
    assert b"bad.bpf" in p.stderr and p.stderr.count(b"\n") == 1


def test_a_full_disk_is_told(here):
    with open("/dev/full", "wb") as full:
        p = subprocess.run([program("netsniff"), "-i", "a.pcap", "-q"], cwd=here, stdout=full,
                           stderr=subprocess.PIPE)
    assert p.returncode == 1 and b"No space left" in p.stderr
