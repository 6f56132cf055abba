# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests of trafgen share: runs of it on a host of a test network, and the frames that come."""
import json
import socket
import struct

from lib.where import program

PROTO = 0x88b5
SOL_SOCKET, SO_RCVBUFFORCE = 1, 33
ENGINES = ["live", "mmsg", "ring", "xsk"]


def receiver(host):
    s = host.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(PROTO))
    s.bind(("eth0", PROTO))
    s.setsockopt(SOL_SOCKET, SO_RCVBUFFORCE, 1 << 25)
    s.setblocking(False)
    return s


def take(s):
    """The frames that have come."""
    got = []
    while True:
        try:
            got.append(s.recv(65536))
        except BlockingIOError:
            return got


def generate(host, *args, engine="live", check=0, timeout=60):
    """The report of a run."""
    p = host.run([program("trafgen"), "-o", "eth0", "--json", "--engine", engine, *args],
                 timeout=timeout, check=check)
    return json.loads(p.out)["report"] if p.out else None


def refusal(host, *args, device="eth0", engine="live"):
    p = host.run([program("trafgen"), "-o", device, "--engine", engine, *args], check=1)
    return p.err.decode()


def records_of(path):
    """(time in us, bytes) of each packet of a pcap file."""
    data, at, records = path.read_bytes(), 24, []
    while at < len(data):
        s, us, size = struct.unpack_from("<III", data, at)
        records.append((s * 1000000 + us, data[at + 16:at + 16 + size]))
        at += 16 + size
    return records


def packets_of(path):
    return [p for _, p in records_of(path)]


def file_of(host, tmp_path, script, n, *args):
    """The packets of a script as the file engine writes them, with the seed 7."""
    path = tmp_path / "x.pcap"
    host.run([program("trafgen"), "-o", str(path), "-n", str(n), "-E", "7", *args, script], check=0)
    return packets_of(path)
