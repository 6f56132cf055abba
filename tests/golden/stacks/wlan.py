# SPDX-License-Identifier: GPL-2.0-or-later
"""802.11 frames of all kinds, bare and behind each radio header, and some that lie."""
import random

from lib import wlan_packets as w


def stacks():
    r = random.Random(11)
    bad_rsn = w.frame(r, 0, 4) + w.element(48, b"\1\0\0\x0f\xac\4\x09\0") + w.element(0, bytes(40))
    return {
        "wlan": (105, [w.management(r) for _ in range(10)] + [w.data(r) for _ in range(6)] +
                 [w.control(r) for _ in range(5)] + [bad_rsn, w.protected(r)]),
        "radiotap": (127, [w.radio(r) for _ in range(6)] +
                     [w.le("BBHII", 0, 0, 12, 1 << 31, 1 << 31), w.le("BBHI", 0, 0, 8, 0xff)]),
        "prism": (119, [w.prism(r), w.avs(r)]),
        "avs": (163, [w.avs(r), w.avs(r)]),
    }
