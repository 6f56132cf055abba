# SPDX-License-Identifier: GPL-2.0-or-later
"""netsniff capturing in a host: started, fed, ended; its account is held to what must hold."""
import json
import os
import signal

from lib import live
from lib.where import program
from lib.wait import wait_for


class Sniff:
    """netsniff at work in 'host' on 'devices'. Returns from the constructor when it receives."""

    def __init__(self, host, *args, devices=("eth0",), sockets=1, command=None,
                 form=("--json",), **kw):
        names = [x for d in devices for x in ("-i", d)]
        command = command or [program("netsniff")]
        self.proc = host.start([*command, *names, *form, *args], **kw)
        if sockets:
            self.wait_ready(host, sockets)

    def wait_ready(self, host, sockets):
        def look():
            if self.proc.rc is not None:
                raise AssertionError(f"netsniff ended with {self.proc.rc}: {self.proc.text()}")
            return sum(1 for r in host.packet_sockets() if r["running"] and r["proto"]) >= sockets
        wait_for(look, "netsniff to receive")
        wait_for(lambda: status(self.pid, "Seccomp") == "2" or self.proc.rc is not None,
                 "netsniff to enter its sandbox")

    @property
    def pid(self):
        return self.proc.pid

    def freeze(self):
        """Stops the process, so that its ring fills up; returns when it has stopped."""
        os.kill(self.pid, signal.SIGSTOP)
        wait_for(lambda: status(self.pid, "State").startswith("T"), "netsniff to be stopped")

    def thaw(self):
        os.kill(self.pid, signal.SIGCONT)

    def end(self, status_wanted=0, sig=signal.SIGINT):
        """Ends it; its account, which must close."""
        got = self.proc.stop(sig) if sig else self.proc.wait()
        assert got == status_wanted, f"ended with {got}, not {status_wanted}: {self.proc.text()}"
        return self.account()

    def account(self, stream=None):
        """The account it printed, each interface's ledger checked; summed up in 'sum'."""
        text = bytes(self.proc.out if stream is None else stream).decode()
        lines = [x for x in text.splitlines() if x.startswith('{"account"')]
        assert len(lines) == 1, self.proc.text()
        a = json.loads(lines[0])["account"]
        a["sum"] = {k: 0 for k in ("offered", "dropped", "in_blocks", "written", "rejected",
                                   "not_written")}
        for i in a["interfaces"]:
            ring = i["ring"]
            assert ring["offered"] - ring["dropped"] == ring["in_blocks"], i
            assert ring["in_blocks"] == i["written"] + i["rejected"] + i["not_written"], i
            for k in a["sum"]:
                a["sum"][k] += ring.get(k, i.get(k, 0) if k != "rejected" else 0)
            a["sum"]["rejected"] += i["rejected"]
        return a


def status(pid, key):
    """A line of /proc/PID/status; empty if the process is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as f:
            for line in f:
                if line.startswith(key + ":"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return ""


def link(net, mtu=3400):
    """Two hosts joined by a veth pair that takes the sender's frames: (sender, capturer)."""
    a, b = net.pair(mtu=mtu)
    live.open_far(b)
    return a, b
