#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Replay on veth as fast as it goes: netsniff, netsniff-ng and tcpreplay in turn, the same file.

What counts is what the far end received, over the time that the sender's device needed from its
first packet to its last: a program's start and its reading the file ahead are not counted. Runs whose far
end missed packets are shown ('received') but no measure for the ratio.

    tests/bench/replay.py [--packets N] [--repeats N] [--json FILE]
"""

import argparse
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import lib

SIZES = (60, 1000)
LIMIT_S = 10  # a program that is not done by then is ended: netsniff-ng 0.6.8 may stop sending


def write_pcap(path, n, n_bytes):
    """'n' frames of 'n_bytes' with a running number, 1 us apart."""
    head = b"\xff" * 6 + b"\x02\0\0\0\0\1\x88\xb5"
    pad = b"x" * (n_bytes - len(head) - 4)
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for i in range(n):
            f.write(struct.pack("<IIII", 1600000000 + i // 10**6, i % 10**6, n_bytes, n_bytes)
                    + head + struct.pack(">I", i) + pad)


class Link:
    """A veth pair across two namespaces of this run's own."""

    def __init__(self):
        self.names = [f"bench{os.getpid()}{end}" for end in "ab"]

    def __enter__(self):
        a, b = self.names
        try:
            for name in self.names:
                self.ip("netns", "add", name)
            self.ip("-n", a, "link", "add", "v0", "type", "veth", "peer", "name", "v0", "netns", b)
            for name in self.names:
                subprocess.run(["ip", "netns", "exec", name, "sysctl", "-qw",
                                "net.ipv6.conf.all.disable_ipv6=1"], check=True)
                self.ip("-n", name, "link", "set", "v0", "up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in self.names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)

    @staticmethod
    def ip(*args):
        """ip(8), which must succeed."""
        subprocess.run(["ip", *args], check=True)

    def received(self):
        """Packets that the far end has received."""
        self.watch.seek(0)
        for line in self.watch.read().splitlines():
            dev, _, rest = line.partition(":")
            if dev.strip() == "v0":
                return int(rest.split()[1])
        raise KeyError("v0")

    def measure(self, argv, wanted):
        """One run: packets received and their rate; None if it failed outright."""
        # /proc/<pid>/net belongs to the namespace of that process: one that sleeps in the far end.
        far = subprocess.Popen(["ip", "netns", "exec", self.names[1], "cat"],
                               stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self.wait_inside(far.pid)
        with open(f"/proc/{far.pid}/net/dev", encoding="ascii") as self.watch:
            before = self.received()
            child = lib.Child(argv, netns=self.names[0])
            first = last = None
            seen = before
            while child.running():
                if time.monotonic() - child.start > LIMIT_S:
                    child.signal(signal.SIGKILL)
                now, count = time.monotonic(), self.received()
                if count != seen:
                    first = first or (now, count)
                    last, seen = (now, count), count
                time.sleep(0.01)
            cost = child.wait()
            n = self.received() - before
        far.stdin.close()
        far.wait()
        if not first or last[0] <= first[0]:
            print(f"{argv[0]}: ended with {cost.rc}: {child.said()[-300:]}", file=sys.stderr)
            return None
        return {"pps": (last[1] - first[1]) / (last[0] - first[0]), "received": n / wanted,
                "cpu_us": cost.cpu_s / max(n, 1) * 1e6, "wall_s": cost.wall_s}

    @staticmethod
    def complete(runs):
        """Without the runs whose far end missed more than a thousandth."""
        return {k: [r for r in v if r["received"] > 0.999] for k, v in runs.items()}

    def wait_inside(self, pid):
        """Waits until process 'pid' has entered the far namespace."""
        target = os.stat(f"/run/netns/{self.names[1]}").st_ino
        for _ in range(2000):
            if os.stat(f"/proc/{pid}/ns/net").st_ino == target:
                return
            time.sleep(0.005)
        raise TimeoutError("the far end's process did not start")


def competitors(link, path, small, n, loops):
    """Name to a function that runs it once. 'small' is looped 'loops' times for as many packets."""
    ours, ng, tr = lib.ours("netsniff"), lib.peer("netsniff-ng"), lib.peer("tcpreplay")
    result = {}
    if ours:
        result["netsniff"] = [ours, "-i", path, "-o", "v0", "-s"]
        result["netsniff --loop"] = [ours, "-i", small, "-o", "v0", "-s", "--loop", str(loops)]
    if ng:
        result["netsniff-ng"] = [ng, "--in", path, "--out", "v0", "-s", "-S", "8MiB"]
    if tr:
        result["tcpreplay"] = [tr, "-q", "-i", "v0", "--topspeed", "--preload-pcap", path]
    return {k: lambda v=v: link.measure(v, n) for k, v in result.items()}


def main():
    """Both sizes, a table, and JSON if asked."""
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--packets", type=int, default=500000)
    args.add_argument("--repeats", type=int, default=7)
    args.add_argument("--json", default=str(lib.BUILD / "bench" / "replay.json"))
    args = args.parse_args()
    n = args.packets // 1000 * 1000
    data = {"packets": n, "repeats": args.repeats, "sizes": {}}
    with Link() as link, tempfile.TemporaryDirectory() as folder:
        lib.need_room(folder, n * 1100)
        for size in SIZES:
            path, small = str(Path(folder, "all.pcap")), str(Path(folder, "small.pcap"))
            write_pcap(path, n, size)
            write_pcap(small, 1000, size)
            runs = lib.alternate(competitors(link, path, small, n, n // 1000), args.repeats)
            mids = lib.medians(runs)
            whole = lib.medians(Link.complete(runs))
            best = max((whole[p].get("pps", 0) for p in ("netsniff-ng", "tcpreplay") if p in whole),
                       default=0)
            ratio = mids["netsniff"]["pps"] / best if best else None
            data["sizes"][size] = {"runs": runs, "medians": mids, "ratio_to_fastest_peer": ratio}
            print(f"{size}-byte packets, {n} of them; medians of {args.repeats} runs in turn")
            print(lib.table(["program", "kpps", "received", "CPU us/packet"],
                            [[k, lib.show(m.get("pps", 0) / 1e3, 1), lib.show(m.get("received"), 4),
                              lib.show(m.get("cpu_us"), 3)] for k, m in mids.items()]))
            print(f"netsniff over the fastest peer: {lib.show(ratio)}\n")
    lib.save(args.json, data)


if __name__ == "__main__":
    main()
