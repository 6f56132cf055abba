# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks for tests: each Host is a network namespace of its own, joined to others by veth pairs.

    with Net() as net:
        a, b = net.pair()
        p = a.start([program("netsniff"), "-i", "eth0", ...])

Names carry the test's process id, so tests run side by side; everything is removed at the end,
also after a failure or ^C, and what a killed run left behind is swept by the next one.
SHELL_HERE=1 opens a shell inside the set-up just before the first program is started.
"""
import contextlib
import ctypes
import itertools
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading

from lib.proc import Proc
from lib.wait import wait_for

PREFIX = "tk"
NETNS_DIR = pathlib.Path("/run/netns")
CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)
_numbers = itertools.count()


def ip(*args):
    """Runs ip(8); raises with what it printed."""
    p = subprocess.run(["ip", *map(str, args)], capture_output=True, text=True)
    if p.returncode:
        raise RuntimeError(f"ip {' '.join(map(str, args))}: {p.stderr.strip()}")
    return p.stdout


def delete_netns(name):
    """Removes a namespace of ours with every process in it."""
    pids = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True).stdout
    for pid in pids.split():
        if int(pid) != os.getpid():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
    subprocess.run(["ip", "netns", "delete", name], capture_output=True)


def sweep():
    """Removes namespaces of test processes that are no more."""
    if not NETNS_DIR.is_dir() or os.geteuid() != 0:
        return
    for path in NETNS_DIR.iterdir():
        m = re.fullmatch(PREFIX + r"(\d+)-\d+-\w+", path.name)
        if m and not pathlib.Path("/proc", m.group(1)).exists():
            delete_netns(path.name)


class Host:
    """One network namespace. 'netns' is its name for ip(8) and for --netns."""

    def __init__(self, net, name):
        self.net, self.name = net, name
        self.netns = f"{PREFIX}{os.getpid()}-{next(_numbers)}-{name}"
        ip("netns", "add", self.netns)
        self.fd = os.open(NETNS_DIR / self.netns, os.O_RDONLY | os.O_CLOEXEC)
        self.procs = []
        # No router solicitations, no duplicate address detection: only what the test sends.
        self.sysctl("net.ipv6.conf.all.disable_ipv6", 1)
        self.sysctl("net.ipv6.conf.default.disable_ipv6", 1)
        ip("-n", self.netns, "link", "set", "lo", "up")

    def ip(self, *args):
        """ip(8) in this host."""
        return ip("-n", self.netns, *args)

    def call(self, fn, *args):
        """Runs fn(*args) on a thread inside the namespace; its result. Sockets stay there."""
        box = []

        def inside():
            try:
                if _libc.setns(self.fd, CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
                box.append((fn(*args), None))
            except BaseException as e:  # handed to the caller
                box.append((None, e))
        t = threading.Thread(target=inside)
        t.start()
        t.join()
        value, error = box[0]
        if error:
            raise error
        return value

    def read(self, path):
        """A file as this host sees it, such as /proc/thread-self/net/packet."""
        return self.call(lambda: pathlib.Path(path).read_text())

    def sysctl(self, key, value):
        def write():
            pathlib.Path("/proc/sys", key.replace(".", "/")).write_text(str(value))
        self.call(write)

    def socket(self, *args):
        """A socket of this host."""
        return self.call(socket.socket, *args)

    def start(self, argv, **kw):
        """Starts a program here (see proc.Proc); it is killed at the end of the test if need be."""
        self.net.ready()
        p = Proc(["ip", "netns", "exec", self.netns, *argv], **kw)
        self.procs.append(p)
        return p

    def run(self, argv, timeout=60.0, check=None, **kw):
        """Runs a program here to its end; the finished proc.Proc.
        'check' is the exit status it must have."""
        p = self.start(argv, **kw)
        p.wait(timeout)
        if check is not None and p.rc != check:
            raise AssertionError(f"{argv} ended with {p.rc}, not {check}:\n{p.text()}")
        return p

    def packet_sockets(self, device=None):
        """The host's packet sockets, as /proc/net/packet lists them (dicts); of 'device' alone."""
        rows = []
        index = self.call(socket.if_nametoindex, device) if device else None
        for line in self.read("/proc/thread-self/net/packet").splitlines()[1:]:
            f = line.split()
            row = {"type": int(f[2]), "proto": int(f[3], 16), "iface": int(f[4]),
                   "running": int(f[5]), "inode": int(f[8])}
            if index is None or row["iface"] == index:
                rows.append(row)
        return rows

    def wait_packet_socket(self, device=None, n=1, timeout=20.0):
        """Waits until 'n' packet sockets receive on 'device' (None: anywhere)."""
        wait_for(lambda: sum(1 for r in self.packet_sockets(device)
                             if r["running"] and r["proto"]) >= n,
                 f"{n} packet sockets on {device or 'any device'} of {self.name}", timeout)

    def counters(self, device="eth0"):
        """The device's counters as /proc/net/dev has them."""
        names = ("rx_bytes rx_packets rx_errs rx_drop rx_fifo rx_frame rx_compressed rx_multicast "
                 "tx_bytes tx_packets tx_errs tx_drop tx_fifo tx_colls tx_carrier "
                 "tx_compressed").split()
        for line in self.read("/proc/thread-self/net/dev").splitlines():
            dev, _, rest = line.partition(":")
            if dev.strip() == device:
                return dict(zip(names, map(int, rest.split())))
        raise KeyError(device)

    def mac(self, device="eth0"):
        """The device's hardware address, six bytes."""
        text = re.search(r"link/ether (\S+)", self.ip("link", "show", "dev", device)).group(1)
        return bytes.fromhex(text.replace(":", ""))

    def remove(self):
        for p in self.procs:
            p.kill()
        os.close(self.fd)
        delete_netns(self.netns)


class Net:
    """The hosts and links of one test."""

    def __init__(self):
        self.hosts = []
        self.was_ready = False

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        try:
            self.ready()
        finally:
            self.remove()

    def remove(self):
        while self.hosts:
            self.hosts.pop().remove()

    def host(self, name):
        h = Host(self, name)
        self.hosts.append(h)
        return h

    def veth(self, a, dev_a, b, dev_b, mtu=None, queues=1):
        """Joins two hosts (or one with itself) by a veth pair, both ends up."""
        extra = ["mtu", mtu] if mtu else []
        n = ["numtxqueues", queues, "numrxqueues", queues]
        a.ip("link", "add", dev_a, *extra, *n, "type", "veth",
             "peer", "name", dev_b, "netns", b.netns, *extra, *n)
        for h, dev in ((a, dev_a), (b, dev_b)):
            h.ip("link", "set", dev, "up")
        for h, dev in ((a, dev_a), (b, dev_b)):
            wait_for(lambda h=h, dev=dev: "state UP" in h.ip("link", "show", "dev", dev),
                     f"{dev} of {h.name} to be up")

    def pair(self, ipv6=False, **kw):
        """Two hosts 'a' and 'b' joined at 'eth0': 10.0.0.1 and .2 (and fd00::1 and ::2).
        Quiet: without 'ipv6' nothing is sent but what the test sends."""
        a, b = self.host("a"), self.host("b")
        if ipv6:
            for h in (a, b):
                h.sysctl("net.ipv6.conf.all.disable_ipv6", 0)
                h.sysctl("net.ipv6.conf.default.disable_ipv6", 0)
                h.sysctl("net.ipv6.conf.default.router_solicitations", 0)
        self.veth(a, "eth0", b, "eth0", **kw)
        for n, h in enumerate((a, b), 1):
            h.ip("addr", "add", f"10.0.0.{n}/24", "dev", "eth0")
            if ipv6:
                h.ip("addr", "add", f"fd00::{n}/64", "dev", "eth0", "nodad")
        return a, b

    def ready(self):
        """The set-up is complete: with SHELL_HERE=1 a shell opens here, once."""
        if self.was_ready or not self.hosts:
            return
        self.was_ready = True
        if not os.environ.get("SHELL_HERE"):
            return
        with open("/dev/tty", "r+b", buffering=0) as tty:
            tty.write(b"\nThe set-up is complete. Hosts:\n")
            for h in self.hosts:
                tty.write(f"  {h.name}: ip netns exec {h.netns} COMMAND\n".encode())
            tty.write(f"This shell is in {self.hosts[0].name}; its end lets the test go on.\n"
                      .encode())
            subprocess.run(["ip", "netns", "exec", self.hosts[0].netns,
                            os.environ.get("SHELL", "/bin/sh")],
                           stdin=tty, stdout=tty, stderr=tty)
        sys.stdout.flush()
