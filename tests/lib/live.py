# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbered frames at high rates (build/bench/sender) and the reader that holds a capture against
them (build/bench/verify). The far end of a veth pair must take redirected frames: open_far()."""
import json
import os

from lib import tools
from lib.where import BUILD


def tool(name):
    path = BUILD / "bench" / name
    if not path.exists():
        raise FileNotFoundError(f"{path} is not built; run make bench-bin first")
    return str(path)


def open_far(host, device="eth0"):
    """Lets the device take frames that its peer redirects: GRO switches veth's NAPI on."""
    host.run(["ethtool", "-K", device, "gro", "on"], check=0)


class Sender:
    """The sender at work in 'host'. Options as on its command line, '-' written as '_':
    Sender(a, count=1000, size=1000, gap_after="300,600"). After each number of gap_after it waits:
    paused() returns once it does, go() lets it send on."""

    def __init__(self, host, device="eth0", **options):
        read_end, self.line = os.pipe()
        argv = [tool("sender")]
        for name, value in options.items():
            argv += ["--" + name.replace("_", "-"), str(value)]
        self.proc = host.start([*argv, device], stdin=read_end)
        os.close(read_end)

    def paused(self, after, timeout=20.0):
        """Waits until 'after' frames are out and no more follow."""
        self.proc.wait_line(rf'^{{"paused": {after}}}', timeout)

    def go(self):
        os.write(self.line, b"\n")

    def done(self, timeout=60.0):
        """Waits for its end and returns its report; fails when it failed."""
        status = self.proc.wait(timeout)
        os.close(self.line)
        if status != 0:
            raise AssertionError(f"the sender ended with {status}: {self.proc.text()}")
        return json.loads(bytes(self.proc.out).decode().splitlines()[-1])


def send(host, device="eth0", **options):
    """Sends to the end; the sender's report (attempted, accepted, dropped, seq_next, pps, ...)."""
    return Sender(host, device, **options).done()


class FarEnd:
    """Counts and drops the frames of 'host's device in XDP, from here to done(): packets, bytes. With
    'scribble' it hashes each frame as hash_of() does, sums that, and overwrites every byte."""

    def __init__(self, host, device="eth0", scribble=False):
        read_end, self.line = os.pipe()
        self.proc = host.start([tool("farend"), *(["--scribble"] if scribble else []), device],
                               stdin=read_end)
        os.close(read_end)
        self.proc.wait_line('"ready"')

    def done(self):
        os.close(self.line)
        status = self.proc.wait(20)
        if status != 0:
            raise AssertionError(f"farend ended with {status}: {self.proc.text()}")
        return json.loads(bytes(self.proc.out).decode().splitlines()[-1])


def hash_of(frames):
    """The sum of the frames' FNV-1a hashes, modulo 2^64."""
    total = 0
    for frame in frames:
        h = 0xcbf29ce484222325
        for byte in frame:
            h = (h ^ byte) * 0x100000001b3 & 0xffffffffffffffff
        total += h
    return total & 0xffffffffffffffff


def verify(path):
    """What a capture of the sender's frames holds: packets, bad, lost, gaps, gap_list, told, ..."""
    return json.loads(tools.run([tool("verify"), path]))
