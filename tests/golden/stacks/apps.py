# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages of applications, with values of a fixed seed, and with lies."""
import random

from lib import app_packets as a


def several(make, n, *more):
    r = random.Random(7)
    return [make(r) for _ in range(n)] + list(more)


def ntp():
    r = random.Random(5)
    kiss = a.u("BBbb", 0xe4, 0, 6, -20) + bytes(8) + b"RATE" + bytes(32)
    lies = [a.u("BBbb", 0x23, 0, 6, -20) + bytes(44) + a.u("HH", 0x204, 99) + bytes(24),
            a.u("BBbb", 0x23, 0, 6, -20) + bytes(44) + bytes(7),
            a.u("BBHHHHH", 0x16, 1, 1, 0, 0, 0, 9) + b"abc", bytes([0x23]) * 20]
    private = a.u("BBBB", 0x17, 0, 3, 42) + bytes(4)
    return several(a.ntp, 8, a.ntp_control(r), a.ntp_control(r),
                   *(a.udp(123, x) for x in [kiss] + lies + [private]))


def stacks():
    return {"ntp": (1, ntp())}
