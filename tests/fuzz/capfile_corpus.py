#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""capfile_corpus - makes the seed files of the capture file fuzz targets: corpus/pcap, corpus/pcapng."""
import gzip
import os
import struct

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")
FRAME = bytes(range(14)) + b"E\0\0\x1c" + bytes(24)


def pcap(order, magic, head_bytes, version=(2, 4), linktype=1):
    """A classic file of three packets; 'head_bytes' is the length of a record's header."""
    out = struct.pack(order + "IHHiIII", magic, *version, 0, 0, 65535, linktype)
    for i in range(3):
        out += struct.pack(order + "IIII", 1000 + i, i, len(FRAME), len(FRAME) + i)
        out += bytes(range(head_bytes - 16)) + FRAME
    return out


def block(order, kind, body):
    body += bytes(-len(body) % 4)
    n = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + n + body + n


def opt(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order, tsresol):
    end = struct.pack(order + "I", 0)
    shb = struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1) + opt(order, 4, b"app") + end
    idb = struct.pack(order + "HHI", 1, 0, 96) + opt(order, 2, b"eth0") + opt(order, 9, bytes([tsresol]))
    idb += opt(order, 11, b"\0tcp") + opt(order, 14, struct.pack(order + "q", -5)) + end
    epb = struct.pack(order + "IIIII", 0, 1, 2, len(FRAME), 60) + FRAME + bytes(-len(FRAME) % 4)
    epb_opts = opt(order, 2, struct.pack(order + "I", 2)) + opt(order, 4, bytes(8)) + opt(order, 1, b"note") + end
    old = struct.pack(order + "HHIIII", 0, 3, 1, 2, len(FRAME), 60) + FRAME
    return (block(order, 0x0A0D0D0A, shb) + block(order, 1, idb) + block(order, 6, epb + epb_opts)
            + block(order, 3, struct.pack(order + "I", len(FRAME)) + FRAME) + block(order, 2, old)
            + block(order, 4, struct.pack(order + "HH", 1, 6) + b"\x7f\0\0\1a\0" + bytes(2) + end)
            + block(order, 5, struct.pack(order + "III", 0, 1, 2) + opt(order, 4, bytes(8)) + end)
            + block(order, 10, struct.pack(order + "II", 0x544C534B, 4) + b"abcd")
            + block(order, 0xBAD, struct.pack(order + "I", 32473) + b"data"))


def main():
    seeds = {"pcap": {}, "pcapng": {}}
    for name, order in (("le", "<"), ("be", ">")):
        for kind, magic, head in (("us", 0xA1B2C3D4, 16), ("ns", 0xA1B23C4D, 16),
                                  ("kuznetzov", 0xA1B2CD34, 24), ("netsniff", 0xA1E2CB12, 24)):
            seeds["pcap"][f"{kind}-{name}"] = pcap(order, magic, head)
        for resol in (6, 9, 12, 0x94):
            seeds["pcapng"][f"section-{name}-{resol:02x}"] = section(order, resol)
    seeds["pcap"]["old-2.2"] = pcap("<", 0xA1B2C3D4, 16, (2, 2))
    seeds["pcap"]["old-2.3"] = pcap("<", 0xA1B2C3D4, 16, (2, 3))
    seeds["pcap"]["fcs"] = pcap("<", 0xA1B2C3D4, 16, linktype=0x24000001)
    seeds["pcap"]["gz"] = gzip.compress(pcap("<", 0xA1B2C3D4, 16), mtime=0)
    seeds["pcapng"]["mixed"] = section("<", 9) + section(">", 6)
    for folder, files in seeds.items():
        os.makedirs(os.path.join(HERE, folder), exist_ok=True)
        for name, data in files.items():
            with open(os.path.join(HERE, folder, name), "wb") as out:
                out.write(data)


main()
