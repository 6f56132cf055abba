# SPDX-License-Identifier: GPL-2.0-or-later
"""A private pair of network namespaces with a veth pair, and the sender at its near end."""

import json
import os
import subprocess

import lib

SENDER = lib.BUILD / "bench" / "sender"
VERIFY = lib.BUILD / "bench" / "verify"


def _ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


class Pair:
    """with Pair() as pair: device pair.near_dev in namespace pair.near, and the far ones.
    No address, no IPv6, no traffic but what is sent. GRO at the far end switches its NAPI on,
    without which veth takes no redirected frames."""

    near_dev, far_dev = "near0", "far0"

    def __init__(self, mtu=3400):
        self.mtu = mtu
        self.near, self.far = (f"bench-{end}-{os.getpid()}" for end in ("near", "far"))

    def __enter__(self):
        try:
            for name in (self.near, self.far):
                _ip("netns", "add", name)
            _ip("link", "add", self.near_dev, "netns", self.near, "mtu", str(self.mtu), "type",
                "veth", "peer", "name", self.far_dev, "netns", self.far, "mtu", str(self.mtu))
            for name, dev in ((self.near, self.near_dev), (self.far, self.far_dev)):
                _ip("-n", name, "link", "set", dev, "addrgenmode", "none")
                _ip("-n", name, "link", "set", dev, "up")
            lib.run(["ethtool", "-K", self.far_dev, "gro", "on"], netns=self.far)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in (self.near, self.far):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)

    def send(self, count, size, cpu=0, nice=0, **options):
        """Runs the sender to its end; options as on its command line. Returns its report."""
        argv = [SENDER, "--cpu", cpu, "--count", count, "--size", size]
        for name, value in options.items():
            if value:
                argv += ["--" + name.replace("_", "-"), value]
        out = lib.run(argv + [self.near_dev], netns=self.near, nice=nice).out
        return json.loads(out.splitlines()[-1])


def verify(path):
    """What a capture of the sender's frames holds, by build/bench/verify; raises when the file
    breaks its format."""
    return json.loads(lib.run([VERIFY, path]).out)
