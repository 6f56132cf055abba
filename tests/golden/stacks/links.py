# SPDX-License-Identifier: GPL-2.0-or-later
"""Link headers other than Ethernet's, tags of switches and small tunnels: each twice."""
import random

from lib.link_packets import LINKS


def stacks():
    r = random.Random(3)
    return {name: (linktype, [make(r) for make in makers for _ in range(2)])
            for name, (linktype, makers) in LINKS.items()}
