# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages of applications. Verdicts: tshark writes times of NTP as text, its
delays in seconds and its keys in digits without a sign that they are hexadecimal."""
import random

from lib import app_packets as a

LEAST = 3

FIELDS = [
    ("ntp", "leap", "ntp.flags.li"), ("ntp", "version", "ntp.flags.vn"),
    ("ntp", "mode", "ntp.flags.mode"), ("ntp", "stratum", "ntp.stratum"),
    ("ntp", "poll", "ntp.ppoll"), ("ntp", "opcode", "ntp.ctrl.flags2.opcode"),
    ("ntp", "seq", "ntp.ctrl.sequence"), ("ntp", "status", "ntp.ctrl.status"),
    ("ntp", "association", "ntp.ctrl.associd"), ("ntp", "count", "ntp.ctrl.count"),
]

OTHERS = [
    ("ntp", lambda l: [e["type"] for e in l.get("extension", [])], "ntp.ext.type"),
    ("ntp", lambda l: [e["len"] for e in l.get("extension", [])], "ntp.ext.length"),
]

MAKERS = [a.ntp, a.ntp_control]


def captures(seed):
    r = random.Random(seed)
    return [(1, [make(r) for make in MAKERS for _ in range(12)])]
