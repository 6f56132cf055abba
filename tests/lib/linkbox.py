# SPDX-License-Identifier: GPL-2.0-or-later
"""A box in a link: frames that come at device 'a' leave by 'b' and the other way round, later, changed
or not at all. Runs as a program in a namespace of its own: linkbox.py JSON, with

  delay_ms     that long on the way, in each direction
  lose         of 1000 frames towards b, so many at random (seed) are lost
  max          larger IP packets towards b are dropped without a word
  tos          IPv4 packets towards b get this TOS
  mss          the MSS of TCP SYNs towards b
  no_sack      the option SACK-permitted of TCP SYNs towards b becomes NOPs
  macs         [hexadecimal, ...]: each IPv4 frame towards b goes to one of these at random
  nat          [inside, outside]: the source address inside becomes outside towards b; the way back
               puts it back, also in quoted headers, but not the checksums there
  mpls         {address: [[label, tc, ttl], ...]}: errors from that address get an MPLS stack
  ifinfo       {address: [[role, index, address, name, mtu], ...]}: and interfaces (RFC 5837)
  bad_ext      [address, ...]: the checksum of their extensions is wrong

Prints "ready" when it takes frames."""
import heapq
import itertools
import json
import random
import select
import socket
import struct
import sys
import time

ETH_P_ALL = 3
SOL_PACKET, PACKET_IGNORE_OUTGOING = 263, 23


def port(device):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    s.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    s.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)  # SO_RCVBUFFORCE
    s.bind((device, ETH_P_ALL))
    s.setblocking(False)
    return s


def csum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Packet:
    """An IPv4 packet of a frame, to be changed in place; checksums are made good by fix()."""

    def __init__(self, frame):
        self.head, self.ip = frame[:14], bytearray(frame[14:])
        self.hdr = (self.ip[0] & 15) * 4
        del self.ip[struct.unpack_from(">H", self.ip, 2)[0]:]

    @property
    def proto(self):
        return self.ip[9]

    @property
    def src(self):
        return socket.inet_ntoa(bytes(self.ip[12:16]))

    @property
    def dst(self):
        return socket.inet_ntoa(bytes(self.ip[16:20]))

    @property
    def l4(self):
        return self.ip[self.hdr:]

    @l4.setter
    def l4(self, value):
        self.ip[self.hdr:] = value

    def fix(self):
        struct.pack_into(">H", self.ip, 2, len(self.ip))
        struct.pack_into(">H", self.ip, 10, 0)
        struct.pack_into(">H", self.ip, 10, csum(bytes(self.ip[:self.hdr])))
        at = {1: 2, 6: 16, 17: 6}.get(self.proto)
        if at is None:
            return
        struct.pack_into(">H", self.ip, self.hdr + at, 0)
        pseudo = b"" if self.proto == 1 else bytes(self.ip[12:20]) + struct.pack(
            ">HH", self.proto, len(self.ip) - self.hdr)
        struct.pack_into(">H", self.ip, self.hdr + at, csum(pseudo + bytes(self.l4)) or 0xffff)

    def frame(self):
        return bytes(self.head) + bytes(self.ip)

    def syn_options(self):
        """(kind, offset in the packet, length) of the options of a TCP SYN."""
        if self.proto != 6 or not self.ip[self.hdr + 13] & 2:
            return
        i, end = self.hdr + 20, self.hdr + (self.ip[self.hdr + 12] >> 4) * 4
        while i < end and self.ip[i]:
            n = 1 if self.ip[i] == 1 else self.ip[i + 1]
            yield self.ip[i], i, n
            i += n


def extension(mpls, ifinfo):
    out = b""
    if mpls:
        stack = b"".join(struct.pack(">I", label << 12 | tc << 9 | (i == len(mpls) - 1) << 8 | ttl)
                         for i, (label, tc, ttl) in enumerate(mpls))
        out += struct.pack(">HBB", 4 + len(stack), 1, 1) + stack
    for role, index, address, name, mtu in ifinfo:
        text = name.encode()
        text += b"\0" * (-(len(text) + 1) % 4)
        body = struct.pack(">IHH", index, 1, 0) + socket.inet_aton(address) + \
            bytes([len(text) + 1]) + text + struct.pack(">I", mtu)
        out += struct.pack(">HBB", 4 + len(body), 2, role << 6 | 0x0f) + body
    head = struct.pack(">HH", 2 << 12, 0)
    return struct.pack(">HH", 2 << 12, csum(head + out)) + out


class Relay:
    def __init__(self, how):
        self.how = how
        self.a, self.b = port("a"), port("b")
        self.delay = how.get("delay_ms", 0) / 1000
        self.random = random.Random(how.get("seed", 1))
        self.waiting, self.number = [], itertools.count()

    def outward(self, p):
        how, changed = self.how, False
        if "tos" in how:
            p.ip[1], changed = how["tos"], True
        for kind, at, _ in p.syn_options():
            if kind == 2 and "mss" in how:
                struct.pack_into(">H", p.ip, at + 2, how["mss"])
                changed = True
            if kind == 4 and how.get("no_sack"):
                p.ip[at:at + 2], changed = b"\1\1", True
        if "nat" in how and p.src == how["nat"][0]:
            p.ip[12:16], changed = socket.inet_aton(how["nat"][1]), True
        if changed:
            p.fix()

    def inward(self, p):
        how, changed = self.how, False
        if "nat" in how and p.dst == how["nat"][1]:
            inside, outside = map(socket.inet_aton, how["nat"])
            p.ip[16:20], changed = inside, True
            if p.proto == 1 and p.l4[0] in (3, 11) and bytes(p.l4[20:24]) == outside:
                p.ip[p.hdr + 20:p.hdr + 24] = inside
        mpls, ifinfo = how.get("mpls", {}).get(p.src), how.get("ifinfo", {}).get(p.src, [])
        if p.proto == 1 and p.l4[0] == 11 and (mpls or ifinfo):
            ext = bytearray(extension(mpls, ifinfo))
            if p.src in how.get("bad_ext", ()):
                ext[2] ^= 0x55
            icmp = p.l4
            quote = bytes(icmp[8:136]).ljust(128, b"\0")
            icmp[5] = 32
            p.l4, changed = bytes(icmp[:8]) + quote + bytes(ext), True
        if changed:
            p.fix()

    def change(self, frame, to):
        if frame[12:14] != b"\x08\x00":
            return frame
        if to is self.b and "macs" in self.how:
            frame = bytes.fromhex(self.random.choice(self.how["macs"])) + frame[6:]
        p = Packet(frame)
        before = bytes(p.ip)
        (self.outward if to is self.b else self.inward)(p)
        return frame if before == bytes(p.ip) else p.frame()

    def send_later(self, to, frame, now):
        heapq.heappush(self.waiting, (now + self.delay, next(self.number), to, frame))

    def take(self, frm, to):
        while True:
            try:
                frame = frm.recv(65536)
            except BlockingIOError:
                return
            if to is self.b and self.random.randrange(1000) < self.how.get("lose", 0):
                continue
            if to is self.b and len(frame) - 14 > self.how.get("max", 65535):
                continue
            self.send_later(to, self.change(frame, to), time.monotonic())

    def send_due(self):
        while self.waiting and self.waiting[0][0] <= time.monotonic():
            _, _, to, frame = heapq.heappop(self.waiting)
            try:
                to.send(frame)
            except OSError:
                pass  # a device that is down loses frames

    def run(self):
        print("ready", flush=True)
        while True:
            left = self.waiting[0][0] - time.monotonic() if self.waiting else None
            ready, _, _ = select.select([self.a, self.b], [], [],
                                        None if left is None else max(left, 0))
            for s in ready:
                self.take(s, self.b if s is self.a else self.a)
            self.send_due()


if __name__ == "__main__":
    Relay(json.loads(sys.argv[1])).run()
