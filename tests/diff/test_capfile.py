# SPDX-License-Identifier: GPL-2.0-or-later
"""Capture files that we write are read the same by tcpdump, tshark and capinfos, and files that they
write are read the same by us."""
import gzip
import struct
import subprocess

import pytest

from lib import capture, tools

MAGICS = {"us": "0xa1b2c3d4", "us-swapped": "0xd4c3b2a1", "ns": "0xa1b23c4d",
          "ns-swapped": "0x4d3cb2a1", "kuznetzov": "0xa1b2cd34", "kuznetzov-swapped": "0x34cdb2a1"}


def source(path, count=50):
    """A pcap file of UDP packets of growing length."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for i in range(count):
            udp = struct.pack(">HHHH", 1000 + i, 53, 8 + i, 0) + bytes(i)
            ip = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(udp), i, 0, 64, 17, 0,
                             0x0A000001, 0x0A000002)
            data = bytes(12) + b"\x08\x00" + ip + udp
            out.write(struct.pack("<IIII", 1700000000, i, len(data), len(data)) + data)
    return path


def netsniff(program, *args, **kw):
    done = subprocess.run([program("netsniff"), *map(str, args), "-s"], capture_output=True,
                          check=False, **kw)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def packets(path):
    """Time and bytes of each packet as tcpdump sees them."""
    return subprocess.run(["tcpdump", "-nn", "-tt", "-xx", "--nano", "-r", str(path)], check=True,
                          capture_output=True, text=True).stdout


@pytest.mark.parametrize("kind", MAGICS)
def test_pcap_types_for_tcpdump(program, tmp_path, kind):
    a, b = source(tmp_path / "a.pcap"), tmp_path / "b.pcap"
    netsniff(program, "-i", a, "-o", b, "-T", MAGICS[kind])
    assert b.read_bytes()[:4] == struct.pack("<I", int(MAGICS[kind], 16))
    assert packets(a) == packets(b)


def test_pcapng_for_wireshark(program, tmp_path):
    a, b = source(tmp_path / "a.pcap"), tmp_path / "b.pcapng"
    netsniff(program, "-i", a, "-o", b)
    fields = ("frame.time_epoch", "frame.len", "udp.srcport", "udp.length")
    assert len(capture.read(b).packets) == 50
    assert packets(a) == packets(b)
    assert tools.tshark_fields(a, *fields) == tools.tshark_fields(b, *fields)
    assert "50" in subprocess.run(["capinfos", "-c", "-M", str(b)], check=True, text=True,
                                  capture_output=True).stdout


def test_pcapng_of_editcap(program, tmp_path):
    a, b, c = source(tmp_path / "a.pcap"), tmp_path / "b.pcapng", tmp_path / "c.pcap"
    subprocess.run(["editcap", "-F", "pcapng", "-a", "3:a note", str(a), str(b)], check=True)
    netsniff(program, "-i", b, "-o", c)
    assert c.read_bytes()[24:] == a.read_bytes()[24:]
    d = tmp_path / "d.pcapng"
    netsniff(program, "-i", b, "-o", d)
    assert tools.tshark_fields(d, "frame.number", "frame.comment") == \
        tools.tshark_fields(b, "frame.number", "frame.comment")


@pytest.mark.parametrize("io", ["-m", "-G", "-c"])
def test_ways_of_writing(program, tmp_path, io):
    a, b = source(tmp_path / "a.pcap", 5000), tmp_path / "b.pcap"
    netsniff(program, "-i", a, "-o", b, io)
    assert a.read_bytes() == b.read_bytes()


def test_compressed_and_standard_input(program, tmp_path):
    a, b, z = source(tmp_path / "a.pcap", 3000), tmp_path / "b.pcap", tmp_path / "b.pcap.zst"
    netsniff(program, "-i", "-", "-o", b, input=gzip.compress(a.read_bytes()))
    assert a.read_bytes() == b.read_bytes()
    netsniff(program, "-i", a, "-o", z)
    assert subprocess.run(["zstd", "-dc", str(z)], check=True,
                          capture_output=True).stdout == a.read_bytes()
