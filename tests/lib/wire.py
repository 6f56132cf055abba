# SPDX-License-Identifier: GPL-2.0-or-later
"""curvetun's wire format once more, as a client in plain Python, written after section PROTOCOL of
the manual page: handshake, cookies, data in either cipher, ping. It shows that the page is
enough, and it sends what no client of ours would."""
import hashlib
import os
import struct
import time

from lib import aes, noise

HEAD, TAG = 16, 16
CAN_AES, CAN_CSUM = 1, 2


def blake(data, key=b"", n=32):
    return hashlib.blake2b(data, key=key, digest_size=n).digest()


def key_of(text):
    return bytes.fromhex(text.replace(":", ""))


class Client:
    """One client towards the server with public key 'server'."""

    def __init__(self, secret, server, carrier="udp", psk=None, can=CAN_CSUM):
        self.secret, self.server, self.psk, self.can = secret, server, psk, can
        self.prologue = b"curvetun 1 " + carrier.encode()
        self.mac_key = blake(b"curvetun 1 mac", server)
        self.stamp, self.cookie, self.index = 0, None, 0x11223344
        self.number, self.frames_in, self.frames_out = 0, 0, 0

    def mac1(self, data):
        return data + blake(data, self.mac_key, 16)

    def first(self, stamp=None):
        """A first message."""
        self.stamp = stamp or max(time.time_ns(), self.stamp + 1)
        self.noise = noise.Noise(self.prologue, self.secret, self.server, self.psk)
        hello = struct.pack("<QIHB17x", self.stamp, self.can, 1420, 1)
        msg = struct.pack("<BBHI", 1, 1 if self.psk else 0, 0, self.index)
        msg += self.noise.write1(os.urandom(32), hello)
        msg = self.mac1(msg)
        self.last_mac1 = msg[-16:]
        return msg + (blake(msg, self.cookie, 16) if self.cookie else bytes(16))

    def read_answer(self, msg):
        """Takes an answer; there are keys then."""
        assert len(msg) == 108 and msg[0] == 2 and self.mac1(msg[:-16]) == msg
        self.remote, to = struct.unpack_from("<II", msg, 4)
        assert to == self.index
        _, self.agreed, _, queues = struct.unpack_from("<QIHB", self.noise.read2(msg[12:-16]))
        assert self.agreed & ~self.can == 0 and queues == 1
        self.cipher = aes if self.agreed & CAN_AES else noise
        tx, rx = self.noise.split()
        label = b"curvetun 1 data" + struct.pack("<IB", self.agreed, 0)
        self.tx, self.rx, self.number = blake(label, tx), blake(label, rx), 0
        label = b"curvetun 1 len " + struct.pack("<IB", self.agreed, 255)
        self.len_tx, self.len_rx = blake(label, tx), blake(label, rx)
        self.frames_in = self.frames_out = 0

    def seal(self, payload, flags=0, number=None):
        """A data message."""
        if number is None:
            number, self.number = self.number, self.number + 1
        head = struct.pack("<BBBBIQ", 4, flags, 0, 0, self.remote, number)
        return head + self.cipher.seal(self.tx, number, head, payload)

    def frame(self, *packets):
        """A frame of the TCP carrier with packets in it."""
        msg = self.seal(b"".join(struct.pack("<H", len(p)) + p for p in packets))
        self.frames_out += 1
        return self.cipher.seal(self.len_tx, self.frames_out - 1, b"", struct.pack("<H", len(msg))) + msg

    def frame_bytes(self, head):
        """The length of the message that follows these 18 bytes."""
        self.frames_in += 1
        return struct.unpack("<H", self.cipher.open_(self.len_rx, self.frames_in - 1, b"", head))[0]

    def open(self, msg):
        """The payload of a data message."""
        kind, _, _, _, to, number = struct.unpack_from("<BBBBIQ", msg)
        assert (kind, to) == (4, self.index), msg[:12].hex()
        return self.cipher.open_(self.rx, number, msg[:HEAD], msg[HEAD:])

    def ask_burst(self, number):
        """Asks for eight pongs at once, numbered from 'number' on."""
        return self.seal(struct.pack("<BBHIQ", 4, 0, 0, number, 7))

    def ping(self, number=1, n_bytes=16):
        return self.seal(ping(number, n_bytes))


def ping(number, n_bytes=16):
    return struct.pack("<BBHIQ", 1, 0, 0, number, 7).ljust(n_bytes, b"\0")


def is_pong(payload, number, n_bytes=16):
    return payload == struct.pack("<BBHIQ", 2, 0, n_bytes, number, 7)
