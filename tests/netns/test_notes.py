# SPDX-License-Identifier: GPL-2.0-or-later
"""Names and places beside addresses: --geo and --dns, inside the sandbox."""
import contextlib
import ipaddress
import json
import socket
import struct
import subprocess
import threading

import pytest
from lib.where import program

NAMES = {"192.0.2.1": "one.example", "2001:db8::1": "six.example"}


def ethernet(ethertype, payload):
    return bytes.fromhex("020000000002020000000001") + struct.pack(">H", ethertype) + payload


def packets():
    """192.0.2.1 > 198.51.100.7 and 2001:db8::1 > 2001:db8::2, no next header."""
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20, 1, 0, 64, 253, 0)
    v4 = head + ipaddress.ip_address("192.0.2.1").packed + \
        ipaddress.ip_address("198.51.100.7").packed
    v6 = struct.pack(">IHBB", 6 << 28, 0, 59, 64) + ipaddress.ip_address("2001:db8::1").packed + \
        ipaddress.ip_address("2001:db8::2").packed
    return [ethernet(0x0800, v4), ethernet(0x86DD, v6)]


@pytest.fixture
def capture(tmp_path):
    path = tmp_path / "a.pcap"
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
    for p in packets():
        out += struct.pack("<IIII", 1700000000, 0, len(p), len(p)) + p
    path.write_bytes(out)
    return path


def reverse_name(question):
    """The address that a PTR question is about, as text."""
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1:at + 1 + question[at]].decode())
        at += question[at] + 1
    if labels[-2:] == ["in-addr", "arpa"]:
        return ".".join(reversed(labels[:4])), at + 5
    return str(ipaddress.ip_address(bytes.fromhex("".join(reversed(labels[:32]))))), at + 5


@contextlib.contextmanager
def name_server(silent=False):
    """On loopback; its address, and what it was asked."""
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", 0))
    asked = []

    def serve():
        while True:
            question, sender = s.recvfrom(512)
            if question == b"stop":
                return
            address, end = reverse_name(question)
            asked.append(address)
            name = NAMES.get(address)
            head = question[:2] + (b"\x81\x80" if name else b"\x81\x83") + b"\0\1" + \
                struct.pack(">HHH", 1 if name else 0, 0, 0) + question[12:end]
            if name:
                data = b"".join(bytes([len(x)]) + x.encode() for x in name.split(".")) + b"\0"
                head += b"\xc0\x0c\0\x0c\0\1\0\0\0\x3c" + struct.pack(">H", len(data)) + data
            if not silent:
                s.sendto(head, sender)

    t = threading.Thread(target=serve)
    t.start()
    try:
        yield "127.0.0.1:%d" % s.getsockname()[1], asked
    finally:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"stop", s.getsockname())
        t.join()
        s.close()


def netsniff(*args):
    p = subprocess.run([program("netsniff"), *map(str, args)], capture_output=True, text=True,
                       timeout=60)
    return p.returncode, p.stdout, p.stderr


def test_names_of_a_file_are_waited_for(capture):
    with name_server() as (server, asked):
        code, out, err = netsniff("-i", capture, "-q", f"--dns={server}")
    assert code == 0, err
    first, second = out.splitlines()
    assert " ip 192.0.2.1 (one.example) > 198.51.100.7 " in first
    assert " ip6 2001:db8::1 (six.example) > 2001:db8::2 " in second
    assert sorted(asked) == ["192.0.2.1", "198.51.100.7", "2001:db8::1", "2001:db8::2"]


def test_names_in_json(capture):
    with name_server() as (server, _):
        code, out, err = netsniff("-i", capture, "--json", f"--dns={server}")
    assert code == 0, err
    ip = json.loads(out.splitlines()[0])["layers"][1]
    assert ip["src_name"] == "one.example"
    assert "dst_name" not in ip


def test_a_silent_name_server_ends_the_waiting(capture):
    with name_server(silent=True) as (server, _):
        code, out, err = netsniff("-i", capture, "-q", f"--dns={server}")
    assert code == 0
    assert "192.0.2.1 > 198.51.100.7" in out
    assert "does not answer" in err


def test_places_from_the_usual_files(tmp_path, capture):
    table = tmp_path / "own.pfx2as"
    table.write_text("192.0.2.0 24 64500\n2001:db8:: 32 64501\n")
    code, out, err = netsniff("-i", capture, "-q", f"--geo={table}")
    assert code == 0, err
    assert "192.0.2.1 (AS64500) > 198.51.100.7 " in out
    assert "2001:db8::1 (AS64501) > 2001:db8::2 (AS64501)" in out
    code, out, err = netsniff("-i", capture, "--json", f"--geo={table}")
    assert json.loads(out.splitlines()[0])["layers"][1]["src_geo"] == {"asn": 64500}


def test_the_files_of_debian_are_found(capture):
    code, _, err = netsniff("-i", capture, "-q", "-V", "--geo")
    assert code == 0, err
    assert "/usr/share/GeoIP/GeoIP.dat" in err


@pytest.mark.parametrize("args, status, words", [
    (["--geo=/nonexistent.mmdb"], 1, "open /nonexistent.mmdb: No such file"),
    (["--geo=/etc/passwd"], 1, "line 1 is not 'prefix length AS'"),
    (["--dns=nobody"], 1, "'nobody' is not the address of a name server"),
])
def test_what_cannot_be_used_is_named(capture, args, status, words):
    code, out, err = netsniff("-i", capture, "-q", *args)
    assert (code, out) == (status, "")
    assert words in err and err.count("\n") == 1
