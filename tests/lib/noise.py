# SPDX-License-Identifier: GPL-2.0-or-later
"""Noise_IK(psk2)_25519_ChaChaPoly_BLAKE2b in plain Python: the second implementation, with which the
first is compared. Slow, not constant-time, for tests only. RFC 7748, RFC 8439, Noise revision 34."""
import hashlib
import hmac as hmac_lib
import struct

P = 2**255 - 19


def x25519(scalar, point):
    """RFC 7748, section 5."""
    k = int.from_bytes(scalar, "little") & ~7 & (1 << 255) - 1 | 1 << 254
    k &= (1 << 255) - 1
    u = int.from_bytes(point, "little") & (1 << 255) - 1
    x2, z2, x3, z3, swap = 1, 0, u, 1, 0
    for t in reversed(range(255)):
        bit = k >> t & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = (x2 + z2) % P, (x2 - z2) % P, (x3 + z3) % P, (x3 - z3) % P
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = (aa - bb) % P
        x3, z3 = (da + cb)**2 % P, u * (da - cb)**2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def public(secret):
    return x25519(secret, (9).to_bytes(32, "little"))


def _block(key, counter, nonce):
    s = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, *struct.unpack("<8L", key), counter,
         *struct.unpack("<3L", nonce)]
    w = s[:]

    def turn(a, b, c, d):
        for x, y, z, r in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            w[x] = w[x] + w[y] & 0xffffffff
            v = w[z] ^ w[x]
            w[z] = v << r & 0xffffffff | v >> 32 - r
    for _ in range(10):
        for i in range(4):
            turn(i, i + 4, i + 8, i + 12)
        for i in range(4):
            turn(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return struct.pack("<16L", *(x + y & 0xffffffff for x, y in zip(w, s)))


def _xor(key, nonce, data):
    stream = b"".join(_block(key, 1 + i, nonce) for i in range((len(data) + 63) // 64))
    return bytes(x ^ y for x, y in zip(data, stream))


def _tag(key, nonce, ad, data):
    first = _block(key, 0, nonce)
    r = int.from_bytes(first[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff
    text = ad + bytes(-len(ad) % 16) + data + bytes(-len(data) % 16) + \
        struct.pack("<QQ", len(ad), len(data))
    acc = 0
    for i in range(0, len(text), 16):
        acc = (acc + int.from_bytes(text[i:i + 16] + b"\1", "little")) * r % (2**130 - 5)
    return ((acc + int.from_bytes(first[16:32], "little")) % 2**128).to_bytes(16, "little")


def nonce_of(counter):
    return bytes(4) + struct.pack("<Q", counter)


def seal(key, counter, ad, plain):
    """ChaChaPoly as Noise has it: 32 bits of zeros, then the counter, little-endian."""
    nonce = nonce_of(counter)
    data = _xor(key, nonce, plain)
    return data + _tag(key, nonce, ad, data)


def open_(key, counter, ad, sealed):
    nonce, data = nonce_of(counter), sealed[:-16]
    if len(sealed) < 16 or _tag(key, nonce, ad, data) != sealed[-16:]:
        raise ValueError("not authentic")
    return _xor(key, nonce, data)


def hash_(data):
    return hashlib.blake2b(data).digest()


def hmac(key, data):
    return hmac_lib.new(key, data, hashlib.blake2b).digest()


def hkdf(chain, material, n):
    temp, out, last = hmac(chain, material), [], b""
    for i in range(1, n + 1):
        last = hmac(temp, last + bytes([i]))
        out.append(last)
    return out


class Noise:
    """One handshake. The initiator calls write1 and read2, the responder read1 and write2."""

    def __init__(self, prologue, secret, remote=None, psk=None):
        self.psk, self.secret, self.remote = psk, secret, remote
        name = b"Noise_IK" + (b"psk2" if psk else b"") + b"_25519_ChaChaPoly_BLAKE2b"
        self.h = name + bytes(64 - len(name))
        self.ck, self.k, self.n = self.h, None, 0
        self.mix_hash(prologue)
        self.mix_hash(remote or public(secret))

    def mix_hash(self, data):
        self.h = hash_(self.h + data)

    def mix_key(self, material):
        self.ck, k = hkdf(self.ck, material, 2)
        self.k, self.n = k[:32], 0

    def mix_psk(self):
        self.ck, h, k = hkdf(self.ck, self.psk, 3)
        self.mix_hash(h)
        self.k, self.n = k[:32], 0

    def mix_e(self, e):
        self.mix_hash(e)
        if self.psk:
            self.mix_key(e)

    def encrypt(self, plain):
        out = seal(self.k, self.n, self.h, plain)
        self.n += 1
        self.mix_hash(out)
        return out

    def decrypt(self, sealed):
        out = open_(self.k, self.n, self.h, sealed)
        self.n += 1
        self.mix_hash(sealed)
        return out

    def write1(self, e, payload):
        self.e = e
        self.mix_e(public(e))
        self.mix_key(x25519(e, self.remote))
        s = self.encrypt(public(self.secret))
        self.mix_key(x25519(self.secret, self.remote))
        return public(e) + s + self.encrypt(payload)

    def read1(self, msg):
        self.re = msg[:32]
        self.mix_e(self.re)
        self.mix_key(x25519(self.secret, self.re))
        self.remote = self.decrypt(msg[32:80])
        self.mix_key(x25519(self.secret, self.remote))
        return self.decrypt(msg[80:])

    def write2(self, e, payload):
        self.mix_e(public(e))
        self.mix_key(x25519(e, self.re))
        self.mix_key(x25519(e, self.remote))
        if self.psk:
            self.mix_psk()
        return public(e) + self.encrypt(payload)

    def read2(self, msg):
        re = msg[:32]
        self.mix_e(re)
        self.mix_key(x25519(self.e, re))
        self.mix_key(x25519(self.secret, re))
        if self.psk:
            self.mix_psk()
        return self.decrypt(msg[32:])

    def split(self):
        """Keys of the initiator's and of the responder's messages."""
        a, b = hkdf(self.ck, b"", 2)
        return a[:32], b[:32]
