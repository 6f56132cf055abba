# SPDX-License-Identifier: GPL-2.0-or-later
"""Names of ports and vendors from the machine's lists: --names, inside the sandbox."""
import struct
import subprocess

import pytest
from lib.app_packets import tcp
from lib.where import program

PACKET = bytes.fromhex("0000f8000001" "00d0ef112233") + tcp(12345, b"x", 2628)[12:]


@pytest.fixture
def capture(tmp_path):
    path = tmp_path / "a.pcap"
    path.write_bytes(struct.pack("<IHHiIIIIIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1, 1700000000, 0,
                                 len(PACKET), len(PACKET)) + PACKET)
    return path


def netsniff(*args):
    p = subprocess.run([program("netsniff"), "-i", *map(str, args)], capture_output=True, timeout=60)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def test_without_it_names_are_those_built_in(capture):
    code, out, err = netsniff(capture)
    assert code == 0, err
    assert "00:d0:ef:11:22:33," in out
    assert "sport 2628, dport 12345," in out


def test_own_lists(capture, tmp_path):
    ports, vendors = tmp_path / "ports", tmp_path / "vendors.csv"
    ports.write_text("mine 12345/tcp  # a comment\n")
    vendors.write_text('MA-L,00D0EF,"Some One, Inc.",Reno\nMA-S,0000F8000,Part,\n')
    code, out, err = netsniff(capture, f"--names={ports},{vendors}")
    assert code == 0, err
    assert "src 00:d0:ef:11:22:33 (Some One, Inc.)" in out
    assert "dst 00:00:f8:00:00:01 (Part)" in out
    assert "dport 12345 (mine)" in out
    code, out, err = netsniff(capture, "-q", f"--names={ports}")
    assert "2628 > mine " in out


def test_lists_of_debian(capture):
    code, out, err = netsniff(capture, "--names")
    assert code == 0, err
    assert "00:d0:ef:11:22:33 (IGT)" in out
    assert "sport 2628 (dict)" in out


@pytest.mark.parametrize("files, words", [
    ("/nonexistent", "open /nonexistent: No such file"),
    ("/etc/services,/nonexistent.csv", "open /nonexistent.csv: No such file"),
    ("/dev/zero", "more than 16777216"), ("/" + "a" * 5000, "too long"),
])
def test_what_cannot_be_read_is_named(capture, files, words):
    code, out, err = netsniff(capture, f"--names={files}")
    assert (code, out) == (1, "")
    assert words in err
