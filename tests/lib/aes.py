# SPDX-License-Identifier: GPL-2.0-or-later
"""AES-256-GCM in plain Python, for tests only: slow, not constant-time. FIPS 197, NIST SP 800-38D."""
import struct


def _times(a, b):
    """Product in GF(2^8) of AES."""
    r = 0
    while b:
        r ^= a if b & 1 else 0
        a, b = (a << 1 ^ (0x11b if a & 0x80 else 0)), b >> 1
    return r


def _sbox():
    inverse = {0: 0}
    for a in range(1, 256):
        inverse[a] = next(b for b in range(1, 256) if _times(a, b) == 1)
    out = []
    for a in range(256):
        x = inverse[a]
        for i in range(1, 5):
            x ^= (inverse[a] << i | inverse[a] >> 8 - i) & 255
        out.append(x ^ 0x63)
    return bytes(out)


SBOX = _sbox()
DOUBLE = bytes(_times(a, 2) for a in range(256))


def round_keys(key):
    words, constant = [key[i:i + 4] for i in range(0, 32, 4)], 1
    for i in range(8, 60):
        w = words[i - 1]
        if i % 8 == 0:
            w = bytes(SBOX[b] for b in w[1:] + w[:1])
            w = bytes([w[0] ^ constant]) + w[1:]
            constant = DOUBLE[constant]
        elif i % 8 == 4:
            w = bytes(SBOX[b] for b in w)
        words.append(bytes(a ^ b for a, b in zip(w, words[i - 8])))
    return [b"".join(words[i:i + 4]) for i in range(0, 60, 4)]


def block(keys, data):
    s = bytes(a ^ b for a, b in zip(data, keys[0]))
    for n, key in enumerate(keys[1:], 1):
        s = bytes(SBOX[s[(i + 4 * (i % 4)) % 16]] for i in range(16))
        if n < len(keys) - 1:
            mixed = bytearray()
            for c in range(0, 16, 4):
                every = s[c] ^ s[c + 1] ^ s[c + 2] ^ s[c + 3]
                mixed += bytes(s[c + i] ^ every ^ DOUBLE[s[c + i] ^ s[c + (i + 1) % 4]] for i in range(4))
            s = mixed
        s = bytes(a ^ b for a, b in zip(s, key))
    return s


def _product(x, y):
    """Product in GF(2^128) of GCM, whose first bit is the lowest power."""
    z = 0
    for i in range(127, -1, -1):
        if x >> i & 1:
            z ^= y
        y = y >> 1 ^ (0xe1 << 120 if y & 1 else 0)
    return z


def _tag(keys, start, ad, text):
    h, y = int.from_bytes(block(keys, bytes(16)), "big"), 0
    data = ad + bytes(-len(ad) % 16) + text + bytes(-len(text) % 16)
    for i in range(0, len(data), 16):
        y = _product(y ^ int.from_bytes(data[i:i + 16], "big"), h)
    y = _product(y ^ (len(ad) * 8 << 64 | len(text) * 8), h)
    return bytes(a ^ b for a, b in zip(y.to_bytes(16, "big"), block(keys, start)))


def _xor(keys, nonce, data):
    out = bytearray()
    for i in range(0, len(data), 16):
        stream = block(keys, nonce + struct.pack(">I", 2 + i // 16))
        out += bytes(a ^ b for a, b in zip(data[i:i + 16], stream))
    return bytes(out)


def nonce_of(counter):
    """Noise, section 12: big-endian for AESGCM."""
    return struct.pack(">IQ", 0, counter)


def seal(key, counter, ad, plain):
    keys, nonce = round_keys(key), nonce_of(counter)
    text = _xor(keys, nonce, plain)
    return text + _tag(keys, nonce + b"\0\0\0\1", ad, text)


def open_(key, counter, ad, sealed):
    """The text; ValueError when it is not authentic."""
    keys, nonce = round_keys(key), nonce_of(counter)
    text = sealed[:-16]
    if _tag(keys, nonce + b"\0\0\0\1", ad, text) != sealed[-16:]:
        raise ValueError("not authentic")
    return _xor(keys, nonce, text)
