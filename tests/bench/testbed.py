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
SENDER_SHIFT = 48  # tally.h: sequence numbers of the second sender begin at 1 << 48


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
            # A queue a CPU: what a CPU sends it also receives.
            queues = ("numtxqueues", "2", "numrxqueues", "2")
            _ip("link", "add", self.near_dev, *queues, "netns", self.near, "mtu", str(self.mtu),
                "type", "veth", "peer", "name", self.far_dev, *queues, "netns", self.far, "mtu",
                str(self.mtu))
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

    def _sender(self, count, size, cpu, **options):
        argv = [SENDER, "--cpu", cpu, "--count", count, "--size", size]
        for name, value in options.items():
            if value:
                argv += ["--" + name.replace("_", "-"), value]
        return argv + [self.near_dev]

    def send(self, count, size, cpu=0, nice=0, **options):
        """Runs the sender to its end; options as on its command line. Returns its report."""
        out = lib.run(self._sender(count, size, cpu, **options), netns=self.near, nice=nice).out
        return json.loads(out.splitlines()[-1])

    def send_twice(self, count, size, pps, nice=0):
        """Two senders at once, on CPU 0 and 1, which share 'count' frames as their rates 'pps' do.
        Returns one report of both: the rate is that until the later one ended."""
        before = self.far_received()
        counts = [count * rate // sum(pps) for rate in pps]
        children = [lib.Child(self._sender(counts[cpu], size, cpu, pps=pps[cpu],
                                           seq_start=cpu << SENDER_SHIFT),
                              cpu=cpu, netns=self.near, nice=nice) for cpu in (0, 1)]
        ends = [child.wait() for child in children]
        if any(end.rc for end in ends):
            raise RuntimeError(f"sender: {[end.err for end in ends]}")
        reports = [json.loads(end.out.splitlines()[-1]) for end in ends]
        # Each took what the device sent meanwhile for its own; the far end knows better.
        attempted, accepted = sum(r["attempted"] for r in reports), self.far_received() - before
        return {"attempted": attempted, "accepted": accepted, "dropped": attempted - accepted,
                "pps": accepted / max(r["seconds"] for r in reports)}

    def far_received(self):
        """Frames that the far device has received."""
        out = lib.run(["ip", "-j", "-s", "link", "show", self.far_dev], netns=self.far).out
        return json.loads(out)[0]["stats64"]["rx"]["packets"]


def verify(path):
    """What a capture of the sender's frames holds, by build/bench/verify; raises when the file
    breaks its format."""
    return json.loads(lib.run([VERIFY, path]).out)


if __name__ == "__main__":
    attach_pass(sys.argv[1])
