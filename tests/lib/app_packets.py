# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages of applications over UDP and TCP, by hand and with random values: for the golden
captures (a fixed seed) and for the comparison with tshark."""
from lib.control_packets import csum, ip4, ip6, mac, u

A, B = bytes.fromhex("0a000001"), bytes.fromhex("0a000002")
ETH = bytes.fromhex("020000000002" "020000000001" "0800")


def ipv4(proto, data, at):
    """'data' in IPv4, with the checksum that stands at its byte 'at'."""
    pseudo = A + B + u("HH", proto, len(data))
    data = data[:at] + u("H", csum(pseudo + data)) + data[at + 2:]
    head = u("BBHHHBBH", 0x45, 0, 20 + len(data), 7, 0x4000, 64, proto, 0) + A + B
    return ETH + head[:10] + u("H", csum(head)) + head[12:] + data


def udp(port, body, sport=40000):
    return ipv4(17, u("HHHH", sport, port, 8 + len(body), 0) + body, 6)


def tcp(port, body, sport=40000, seq=1):
    return ipv4(6, u("HHIIBBHHH", sport, port, seq, 1, 0x50, 0x18, 512, 0, 0) + body, 16)


def wrong(packet, at, value):
    """The packet with other bytes at 'at' of what UDP carries; its checksum stays."""
    return packet[:42 + at] + value + packet[42 + at + len(value):]


NTP_CLOCKS = [b"GPS\0", b"PPS\0", b"DCF\0"]


def ntp(r):
    n = r.randrange
    stratum = n(17)
    ref = r.choice(NTP_CLOCKS) if stratum < 2 else r.randbytes(4)
    mode = n(1, 6)
    head = u("BBbb", n(4) << 6 | n(3, 5) << 3 | mode, stratum, n(4, 17), -n(6, 30))
    times = [u("II", n(3900000000, 4000000000), n(1 << 32)) for _ in range(4)]
    tail = r.choice([b"", b"", u("I", n(1000, 60000)) + r.randbytes(16),
                     u("HH", 0x104, 36) + r.randbytes(32)])
    return udp(123, head + u("II", n(1 << 20), n(1 << 20)) + ref + b"".join(times) + tail, 123)


def ntp_control(r):
    n = r.randrange
    data = r.choice([b"", b"version=\"4\", leap=0\r\n"])
    return udp(123, u("BBHHHHH", n(2, 5) << 3 | 6, n(8) << 5 | n(1, 13), n(65536), n(65536),
                      n(65536), 0, len(data)) + data)
