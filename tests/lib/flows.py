# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of flowtop share: hosts whose kernel tracks connections, traffic, what conntrack(8)
and flowtop say of it."""
import contextlib
import json
import socket
import threading
import xml.etree.ElementTree as ET

from lib.where import program

FLOWTOP = program("flowtop")
TRACK = "add table inet t; add chain inet t c { type filter hook output priority 0; }; " \
        "add chain inet t f { type filter hook forward priority 0; }; " \
        "add rule inet t c ct state new accept; add rule inet t f ct state new accept"


def track(host):
    """Has the kernel of this namespace track connections, with all that flowtop would switch on."""
    host.run(["nft", TRACK], check=0)
    host.sysctl("net.netfilter.nf_conntrack_acct", 1)
    host.sysctl("net.netfilter.nf_conntrack_timestamp", 1)


def objects(p):
    """The JSON lines that a program has printed, whole ones."""
    return [json.loads(x) for x in bytes(p.out).decode().split("\n")[:-1]]


def flows(host, *args):
    """The flows of flowtop --once, and the summary."""
    *rows, last = objects(host.run([FLOWTOP, "--once", "--json", "-n", *args], check=0))
    return rows, last["summary"]


class Server:
    """A TCP server of the host that reads everything, and closes after its clients."""

    def __init__(self, host, port, addr="127.0.0.1"):
        self.sock = host.socket(socket.AF_INET6 if ":" in addr else socket.AF_INET,
                                socket.SOCK_STREAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind((addr, port))
        self.sock.listen(1000)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                c, _ = self.sock.accept()
                threading.Thread(target=self.drain, args=(c,), daemon=True).start()

    @staticmethod
    def drain(c):
        with c, contextlib.suppress(OSError):
            while c.recv(1 << 16):
                pass


def connect(host, port, addr="127.0.0.1"):
    s = host.socket(socket.AF_INET6 if ":" in addr else socket.AF_INET, socket.SOCK_STREAM)
    s.connect((addr, port))
    return s


def _tuple(meta):
    """Addresses and ports of one direction in conntrack's XML, which has nothing of ICMP's."""
    three, four = meta.find("layer3"), meta.find("layer4")
    return (three.findtext("src"), three.findtext("dst"), int(four.findtext("sport", "0")),
            int(four.findtext("dport", "0")))


def conntrack(host):
    """What conntrack(8) lists of a host: dicts by the number of the connection."""
    found = {}
    for family in ("ipv4", "ipv6"):
        text = bytes(host.run(["conntrack", "-L", "-f", family, "-o", "xml,id"], check=0).out)
        if not text.strip():
            continue
        for flow in ET.fromstring(text.decode()).iter("flow"):
            meta = {m.get("direction"): m for m in flow.findall("meta")}
            own, proto = meta["independent"], int(meta["original"].find("layer4").get("protonum"))
            found[int(own.findtext("id"))] = {
                "proto": proto,
                "original": _tuple(meta["original"]), "reply": _tuple(meta["reply"]),
                # Of SCTP and DCCP it has the names of TCP's states.
                "state": own.findtext("state") if proto == 6 else None, "mark": int(own.findtext("mark", "0")),
                "zone": int(own.findtext("zone", "0")), "assured": own.find("assured") is not None,
                "unreplied": own.find("unreplied") is not None,
                "timeout": int(own.findtext("timeout", "0")),
                "counters": [(int(meta[d].findtext("counters/packets", "-1")),
                              int(meta[d].findtext("counters/bytes", "-1")))
                             for d in ("original", "reply")]}
    return found


def same(row, theirs):
    """What flowtop says of a flow in the words of conntrack(), to be compared; times aside."""
    def ends(t):
        return t["src"], t["dst"], t.get("sport", 0), t.get("dport", 0)
    return {"proto": row["proto_number"], "original": ends(row), "reply": ends(row["reply"]),
            "state": row["state"] if row["proto"] == "tcp" else None, "mark": row["mark"], "zone": row["zone"],
            "assured": "assured" in row["status"], "unreplied": "unreplied" in row["status"],
            "timeout": theirs["timeout"],
            "counters": [(row["tx_packets"], row["tx_bytes"]), (row["rx_packets"], row["rx_bytes"])]}
