# SPDX-License-Identifier: GPL-2.0-or-later
"""The least that live frames can cost: an XDP program that redirects each untouched frame to a
device, until it is ended.      python3 bare.py DEVICE BYTES"""

import ctypes
import os
import socket
import struct
import sys

SYS_BPF, TEST_RUN, LIVE_FRAMES = 321, 10, 2
PROG_TYPE_XDP, CALL_REDIRECT, BATCH = 6, 23, 64


def load(libbpf, ifindex):
    """r1 = ifindex; r2 = 0; call redirect; exit"""
    insns = struct.pack("<BBhiBBhiBBhiBBhi", 0xB7, 1, 0, ifindex, 0xB7, 2, 0, 0,
                        0x85, 0, 0, CALL_REDIRECT, 0x95, 0, 0, 0)
    prog = libbpf.bpf_prog_load(PROG_TYPE_XDP, b"bare", b"GPL", insns, ctypes.c_size_t(4), None)
    if prog < 0:
        sys.exit(f"load an XDP program: {os.strerror(-prog)}")
    return prog


def main():
    """One run without an end: the 25 ms that it takes to begin are outside of what is measured."""
    device, n_bytes = sys.argv[1], int(sys.argv[2])
    prog = load(ctypes.CDLL("libbpf.so.1"), socket.if_nametoindex(device))
    frame = ctypes.create_string_buffer(b"\xff" * 6 + b"\2\0\0\0\0\1\x88\xb5" + bytes(n_bytes - 14),
                                        n_bytes)
    attr = struct.pack("<IIIIQQIIIIQQIII", prog, 0, n_bytes, 0, ctypes.addressof(frame), 0,
                       0xffffffff, 0, 0, 0, 0, 0, LIVE_FRAMES, 0, BATCH)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(SYS_BPF, TEST_RUN, attr, len(attr)) < 0:
        sys.exit(f"run it on live frames: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    main()
