# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames whose payload carries a sequence number, and a plain sender for them. What a capture
holds can then be compared packet by packet. For high rates see tests/bench/sender."""
import struct
import time

ETH_P_ALL = 3
MAGIC = 0x7365716e756d6265  # "seqnumbe"
AF_PACKET, SOCK_RAW = 17, 3
HEADERS = 14 + 20 + 8
MIN_BYTES = HEADERS + 16
MAC_A, MAC_B = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")


def csum(data):
    """The Internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def eth(payload, ethertype, dst=MAC_B, src=MAC_A, tags=()):
    """An Ethernet frame; 'tags' are (tpid, tci), outermost first."""
    head = dst + src + b"".join(struct.pack(">HH", *t) for t in tags)
    return head + struct.pack(">H", ethertype) + payload


def ipv4(payload, proto, src="10.0.0.1", dst="10.0.0.2", ident=0, ttl=64):
    addr = bytes(int(x) for x in src.split(".")) + bytes(int(x) for x in dst.split("."))
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), ident, 0, ttl, proto, 0)
    return head[:10] + struct.pack(">H", csum(head + addr)) + addr + payload


def udp4(payload, sport=1000, dport=2000, **kw):
    """IPv4 and UDP (without a UDP checksum, which is allowed) around 'payload'."""
    return ipv4(struct.pack(">HHHH", sport, dport, 8 + len(payload), 0) + payload, 17, **kw)


def seq_frame(seq, n_bytes=MIN_BYTES, tags=(), **kw):
    """An Ethernet/IPv4/UDP frame of 'n_bytes' (tags come on top) that carries 'seq' and then
    bytes that follow from it."""
    room = n_bytes - HEADERS
    if room < 16:
        raise ValueError(f"a frame with a sequence number has at least {MIN_BYTES} bytes")
    fill = bytes([(seq * 7 + i) & 0xff for i in range(16)]) * (room // 16 + 1)
    payload = (struct.pack(">QQ", MAGIC, seq) + fill)[:room]
    return eth(udp4(payload, **kw), 0x0800, tags=tags)


def seq_of(frame):
    """The sequence number a frame carries, None if it carries none."""
    at = bytes(frame).find(struct.pack(">Q", MAGIC))
    return struct.unpack_from(">Q", frame, at + 8)[0] if at >= 0 and at + 16 <= len(frame) else None


def check_frame(frame):
    """The sequence number of a whole frame of seq_frame(); raises if a byte of it is wrong."""
    seq = seq_of(frame)
    if seq is None:
        raise AssertionError(f"no sequence number in {bytes(frame[:64]).hex()}")
    at = bytes(frame).find(struct.pack(">Q", MAGIC)) + 16
    fill = bytes([(seq * 7 + i) & 0xff for i in range(16)]) * ((len(frame) - at) // 16 + 1)
    if bytes(frame[at:]) != fill[:len(frame) - at]:
        raise AssertionError(f"the payload of packet {seq} is damaged: {bytes(frame).hex()}")
    return seq


class Sender:
    """Sends frames out of a host's device through AF_PACKET."""

    def __init__(self, host, device="eth0"):
        self.sock = host.socket(AF_PACKET, SOCK_RAW, 0)
        self.sock.setsockopt(1, 32, 8 << 20)  # SO_SNDBUFFORCE
        host.call(self.sock.bind, (device, 0))
        self.seq = 0

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.sock.close()

    def frame(self, data):
        """Sends one frame as it is."""
        self.sock.send(data)

    def seqs(self, count, n_bytes=MIN_BYTES, pps=None, **kw):
        """Sends the next 'count' numbered frames, at most 'pps' a second by absolute deadlines."""
        start = time.monotonic()
        for i in range(count):
            if pps:
                ahead = start + i / pps - time.monotonic()
                if ahead > 0:
                    time.sleep(ahead)
            self.sock.send(seq_frame(self.seq, n_bytes, **kw))
            self.seq += 1
        return self.seq
