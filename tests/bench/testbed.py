# SPDX-License-Identifier: GPL-2.0-or-later
"""A private pair of network namespaces with a veth pair, and the sender at its near end."""

import ctypes
import json
import os
import socket
import struct
import subprocess
import sys

import lib

SENDER = lib.BUILD / "bench" / "sender"
VERIFY = lib.BUILD / "bench" / "verify"


def _ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def attach_pass(device):
    """Attaches to 'device' an XDP program that lets all pass: 'return XDP_PASS'. It stays."""
    libbpf = ctypes.CDLL("libbpf.so.1")
    insns = struct.pack("<BBhiBBhi", 0xB7, 0, 0, 2, 0x95, 0, 0, 0)  # r0 = 2; exit
    prog_type_xdp = 6
    prog = libbpf.bpf_prog_load(prog_type_xdp, b"pass", b"GPL", insns, ctypes.c_size_t(2), None)
    rc = libbpf.bpf_xdp_attach(socket.if_nametoindex(device), prog, 0, None)
    if prog < 0 or rc < 0:
        sys.exit(f"attach an XDP program to {device}: {os.strerror(-min(prog, rc))}")


class Pair:
    """with Pair() as pair: device pair.near_dev in namespace pair.near, and the far ones.
    No address, no IPv6, no traffic but what is sent. An XDP program at the far end switches its
    NAPI on, without which veth takes no redirected frames. GRO would do that too, but looks at
    each packet in vain: a seventh of the receiving CPU's time."""

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
            lib.run([sys.executable, __file__, self.far_dev], netns=self.far)
            lib.run(["ethtool", "-K", self.far_dev, "gro", "off"], netns=self.far)
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


if __name__ == "__main__":
    attach_pass(sys.argv[1])
