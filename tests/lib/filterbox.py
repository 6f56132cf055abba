# SPDX-License-Identifier: GPL-2.0-or-later
"""A filter in a link, between the devices 'a' and 'b' of its namespace: what goes towards b and names
what it looks for is dropped, reset or answered, in path (it goes no farther) or on path (it does all
the same). Runs as a program: filterbox.py JSON, a list of rules, each an object with

  name      what it looks for: as bytes anywhere in a TCP or UDP payload, as a question of DNS, or as
            SNI of a QUIC Initial, which it decrypts (RFC 9001)
  do        drop, reset, answer (a page, or a false address), reject (administratively prohibited)
  on_path   true: the packet goes on
  ban       true: from then on nothing passes from that host to that port

Prints "ready" when it takes frames. Answers that it makes have hop limit 61."""
import json
import select
import socket
import struct
import sys

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

sys.path.insert(0, str(__import__("pathlib").Path(__file__).parent.parent))
from lib.linkbox import csum, port  # noqa: E402

SALT = bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")
FALSE_ADDRESS = "203.0.113.66"
PAGE = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 7\r\n\r\nblocked"
HOP_LIMIT = 61
FIN, RST, PSH, ACK = 1, 4, 8, 16


def mac(key, data):
    h = hmac.HMAC(key, hashes.SHA256())
    h.update(data)
    return h.finalize()


def expand(secret, label, n):
    label = b"tls13 " + label
    return mac(secret, struct.pack(">HB", n, len(label)) + label + b"\0\1")[:n]


def quic_initial(data):
    """The frames of a client's Initial of version 1, or None."""
    if len(data) < 1200 or data[0] & 0xf0 != 0xc0 or data[1:5] != b"\0\0\0\1":
        return None
    dcid = data[6:6 + data[5]]
    at = 6 + len(dcid)
    at += 1 + data[at]  # our side's name
    at += 1 + data[at]  # a token of less than 64 bytes
    length = struct.unpack_from(">H", data, at)[0] & 0x3fff
    at += 2
    secret = expand(mac(SALT, dcid), b"client in", 32)
    mask = Cipher(algorithms.AES(expand(secret, b"quic hp", 16)), modes.ECB()).encryptor().update(
        data[at + 4:at + 20])
    first = data[0] ^ mask[0] & 0x0f
    n = (first & 3) + 1
    number = bytes(x ^ y for x, y in zip(data[at:at + n], mask[1:]))
    head = bytes([first]) + data[1:at] + number
    iv = expand(secret, b"quic iv", 12)
    nonce = iv[:12 - n] + bytes(x ^ y for x, y in zip(iv[12 - n:], number))
    return AESGCM(expand(secret, b"quic key", 16)).decrypt(nonce, data[at + n:at + length], head)


def labels(name):
    return b"".join(bytes([len(x)]) + x.encode() for x in name.split("."))


class Packet:
    """A TCP or UDP packet of either family; TypeError for anything else."""

    def __init__(self, frame):
        self.eth, ip = frame[:14], frame[14:]
        self.six = frame[12:14] == b"\x86\xdd"
        if self.six:
            self.proto, self.src, self.dst, at = ip[6], ip[8:24], ip[24:40], 40
            end = 40 + struct.unpack_from(">H", ip, 4)[0]
        elif frame[12:14] == b"\x08\x00":
            self.proto, self.src, self.dst, at = ip[9], ip[12:16], ip[16:20], (ip[0] & 15) * 4
            end = struct.unpack_from(">H", ip, 2)[0]
        else:
            raise TypeError
        if self.proto not in (6, 17):
            raise TypeError
        self.ip, l4 = ip[:end], ip[at:end]
        self.ports = struct.unpack_from(">HH", l4)
        self.seq, self.ack, self.flags = 0, 0, 0
        head = 8
        if self.proto == 6:
            self.seq, self.ack = struct.unpack_from(">II", l4, 4)
            head, self.flags = (l4[12] >> 4) * 4, l4[13]
        self.payload = l4[head:]

    def names(self, name):
        p = self.payload
        if self.proto == 17 and self.ports[1] == 443:
            frames = quic_initial(p)
            return frames is not None and name.encode() in frames
        return name.encode() in p or labels(name) in p

    def wrap(self, proto, l4, back=True, src=None):
        """A frame with 'l4' to where this one came from ('back'), or to where it goes."""
        a, b = (self.dst, self.src) if back else (self.src, self.dst)
        a = src or a
        at = {1: 2, 58: 2, 6: 16, 17: 6}[proto]
        pseudo = b"" if proto == 1 else a + b + struct.pack(">II", len(l4), proto)
        l4 = l4[:at] + struct.pack(">H", csum(pseudo + l4) or 0xffff) + l4[at + 2:]
        if self.six:
            ip = struct.pack(">IHBB", 6 << 28, len(l4), proto, HOP_LIMIT) + a + b
        else:
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(l4), 0, 0, HOP_LIMIT, proto, 0) + a + b
            ip = ip[:10] + struct.pack(">H", csum(ip)) + ip[12:]
        eth = self.eth[6:12] + self.eth[:6] if back else self.eth[:12]
        return eth + self.eth[12:14] + ip + l4

    def segment(self, flags, data=b"", back=True):
        s, d = self.ports[::-1] if back else self.ports
        seq, ack = (self.ack, self.seq + len(self.payload)) if back else (self.seq, self.ack)
        return self.wrap(6, struct.pack(">HHIIBBHHH", s, d, seq, ack & 0xffffffff, 0x50, flags, 512, 0,
                                        0) + data, back)

    def page(self):
        return self.segment(PSH | ACK | FIN, PAGE)

    def false_address(self):
        q = self.payload
        data = q[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + q[12:] + b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + \
            socket.inet_aton(FALSE_ADDRESS)
        return self.wrap(17, struct.pack(">HHHH", self.ports[1], self.ports[0], 8 + len(data), 0) + data)

    def prohibited(self):
        src = socket.inet_pton(socket.AF_INET6, "fd00:0:0:77::1") if self.six else \
            socket.inet_aton("10.0.77.1")
        kind = (1, 1) if self.six else (3, 13)
        return self.wrap(58 if self.six else 1, struct.pack(">BBHI", *kind, 0, 0) + self.ip[:500],
                         src=src)


class Box:
    def __init__(self, rules):
        self.rules = rules
        self.a, self.b = port("a"), port("b")
        self.banned = set()

    def act(self, rule, p):
        """Does what 'rule' says about 'p'; false: it goes no farther."""
        do, on_path = rule["do"], rule.get("on_path", False)
        if do == "reset":
            self.a.send(p.segment(RST | ACK))
            if not on_path:
                self.b.send(p.segment(RST | ACK, back=False))
        elif do == "answer":
            self.a.send(p.page() if p.proto == 6 else p.false_address())
        elif do == "reject":
            self.a.send(p.prohibited())
        if rule.get("ban"):
            self.banned.add((p.src, p.dst, p.ports[1]))
        return on_path

    def outward(self, frame):
        try:
            p = Packet(frame)
        except TypeError:
            return True
        if (p.src, p.dst, p.ports[1]) in self.banned:
            return False
        return next((self.act(rule, p) for rule in self.rules if p.names(rule["name"])), True)

    def run(self):
        print("ready", flush=True)
        while True:
            for s in select.select([self.a, self.b], [], [])[0]:
                frame = s.recv(65536)
                if s is self.b or self.outward(frame):
                    (self.a if s is self.b else self.b).send(frame)


if __name__ == "__main__":
    Box(json.loads(sys.argv[1])).run()
