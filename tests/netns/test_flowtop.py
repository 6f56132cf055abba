# SPDX-License-Identifier: GPL-2.0-or-later
"""flowtop over real connections: what conntrack(8) knows it knows too, counts are exact, owners are
those of the sockets, translation is told, ends are told, and settings are put back."""
import json
import os
import re
import signal
import socket
import subprocess
import threading

import pytest
from lib.flows import FLOWTOP, TRACK, Server, connect, flows, objects
from lib.net import Net
from lib.probe import need
from lib.wait import wait_for

NAT = "add table ip n; add chain ip n o { type nat hook output priority -100; }; " \
      "add rule ip n o tcp dport 7000 dnat to 127.0.0.1:7001"
ACCT = "net.netfilter.nf_conntrack_acct"


@pytest.fixture(name="host")
def fixture_host():
    need("root", "netns")
    with Net() as net:
        host = net.host("one")
        host.run(["nft", TRACK], check=0)
        yield host


def flowtop(host, *args, rc=0):
    p = host.run([FLOWTOP, *args], check=rc)
    return p


def udp(host, port, n, size):
    """Sends 'n' datagrams to a socket that answers none; both sockets."""
    far = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
    far.bind(("127.0.0.1", port))
    near = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
    near.connect(("127.0.0.1", port))
    for _ in range(n):
        near.send(bytes(size))
    return near, far


def test_it_knows_what_conntrack_knows(host):
    Server(host, 7001)
    held = [connect(host, 7001) for _ in range(20)] + [*udp(host, 7002, 3, 10)]
    ping = host.run(["ping", "-c1", "127.0.0.1"], check=0)
    assert ping.rc == 0
    text = bytes(host.run(["conntrack", "-L", "-o", "id"], check=0).out).decode()
    theirs = set()
    for line in text.splitlines():
        first = line[:line.index("src=", line.index("src=") + 1)]
        ends = dict(re.findall(r"(src|dst|sport|dport)=(\S+)", first))
        theirs.add((line.split()[0], ends["src"], ends["dst"], int(ends.get("sport", 0)),
                    int(ends.get("dport", 0)), int(re.findall(r" id=(\d+)", line)[-1])))
    rows, summary = flows(host)
    ours = {(r["proto"], r["src"], r["dst"], r.get("sport", 0), r.get("dport", 0), r["id"])
            for r in rows}
    assert ours == theirs and len(ours) == 22
    assert summary["flows"] == 22 and summary["kernel_flows"] == 22
    assert {r["state"] for r in rows if r["proto"] == "tcp"} == {"ESTABLISHED"}
    icmp, = [r for r in rows if r["proto"] == "icmp"]
    assert icmp["icmp_type"] == 8 and icmp["icmp_code"] == 0
    assert held


def test_counts_and_totals_are_exact(host):
    """Datagrams of a known size; their flow is deleted, which tells its end."""
    p = host.start([FLOWTOP, "--json", "--ended", "-n", "-V", "udp and dport 7002"])
    p.wait_line("listening to events")
    pair = udp(host, 7002, 500, 100)
    host.run(["conntrack", "-D", "-p", "udp", "--dport", "7002"], check=0)
    p.wait_line('"ended":true')
    p.signal()
    assert p.wait() == 0
    flow, = objects(p)
    assert flow["final"] and flow["tx_packets"] == 500 and flow["tx_bytes"] == 500 * 128
    assert flow["rx_packets"] == 0 and "unreplied" in flow["status"]
    # The process comes a moment later, which a flow that ends at once may not live to see.
    assert flow["owner"] == "sure" and flow["uid"] == os.getuid()
    assert flow.get("pid", os.getpid()) == os.getpid()
    assert 0 <= flow["duration_s"] < 60 and pair


@pytest.mark.alone
def test_rates_are_those_of_the_traffic(host):
    """A sender of a known rate, looked at over ten intervals."""
    host.sysctl(ACCT, 1)
    near, far = udp(host, 7003, 1, 972)
    stop = threading.Event()

    def send():
        while not stop.wait(0.01):
            near.send(bytes(972))
    sender = threading.Thread(target=send)
    p = host.start([FLOWTOP, "--json", "-n", "-t", "500ms", "udp and dport 7003"])
    sender.start()
    try:
        wait_for(lambda: sum('"tx_bytes_per_s":' in x for x in p.text().splitlines()) >= 10, "rows")
    finally:
        stop.set()
        sender.join()
        p.signal()
    assert p.wait() == 0 and far
    rows = [o for o in objects(p) if "proto" in o]
    shown = [r for r in rows if r["tx_bytes_per_s"]]
    for before, after in zip(rows, rows[1:]):
        assert after["tx_bytes"] >= before["tx_bytes"]
        assert (after["tx_bytes"] - before["tx_bytes"]) % 1000 == 0
    # A short interval may hold one datagram more than its share.
    assert shown and all(0 < r["tx_bytes_per_s"] <= 150_000 for r in shown)


@pytest.mark.alone
def test_short_connections_have_their_user(host):
    """Connections of a few milliseconds, made by another user."""
    Server(host, 7001)
    p = host.start([FLOWTOP, "--json", "--ended", "-n", "-V", "tcp and dport 7001"])
    p.wait_line("listening to events")
    script = ("import os,select,socket\nos.setgid(65534); os.setuid(65534)\n"
              "for i in range(200):\n s=socket.create_connection(('127.0.0.1',7001)); \n"
              " select.select([s],[],[],0.005); s.close()\n")
    host.run(["/usr/bin/python3", "-c", script], check=0)
    host.run(["conntrack", "-D", "-p", "tcp", "--dport", "7001"], check=0)
    wait_for(lambda: p.text().count('"ended":true') >= 200, "all ends")
    p.signal()
    assert p.wait() == 0
    ended = objects(p)
    assert len(ended) == 200
    known = [e for e in ended if e["owner"] == "sure" and e["uid"] == 65534]
    assert len(known) >= 190, len(known)
    assert {e["user"] for e in known} == {"nobody"}


def test_translation_is_told(host):
    host.run(["nft", NAT], check=0)
    Server(host, 7001)
    held = connect(host, 7000)
    rows, _ = flows(host, "dnat")
    assert [(r["dport"], r["reply"]["sport"], r["status"]) for r in rows] == \
        [(7000, 7001, ["assured", "dnat"])]
    assert not flows(host, "snat")[0] and len(flows(host, "port", "7001")[0]) == 1 and held


def test_groups_filters_and_forms(host):
    Server(host, 7001)
    held = [connect(host, 7001) for _ in range(3)] + [*udp(host, 7002, 1, 1)]
    rows, summary = flows(host, "--group-by", "port", "--sort", "flows")
    assert [(r["group"], r["flows"]) for r in rows] == [("tcp 7001", 3), ("udp 7002", 1)]
    assert summary["groups"] == 2
    rows, _ = flows(host, "--group-by", "process", "--top", "1")
    assert len(rows) == 1 and rows[0]["flows"] == 4
    assert len(flows(host, "-T")[0]) == 3 and len(flows(host, "-U")[0]) == 1
    assert not flows(host, "-6")[0] and len(flows(host, "-4", "pid", str(os.getpid()))[0]) == 4
    text = bytes(flowtop(host, "--once", "-n", "tcp").out).decode()
    assert text.splitlines()[0].split()[:3] == ["Proto", "State", "Destination"]
    assert len(text.splitlines()) == 4 and "python" in text
    csv = bytes(flowtop(host, "--once", "--csv", "-n").out).decode()
    assert csv.startswith("proto,state,src,") and csv.count("\r\n") == 5 and held


def test_flows_from_before_leave_when_their_time_is_over(host):
    """They tell no end: a question finds them gone, long before the next sweep."""
    host.sysctl("net.netfilter.nf_conntrack_udp_timeout", 3)
    host.sysctl("net.netfilter.nf_conntrack_events", 0)  # as if nobody had listened yet
    near, far = udp(host, 7002, 1, 1)
    host.sysctl("net.netfilter.nf_conntrack_events", 2)
    p = host.start([FLOWTOP, "--json", "--ended", "-n", "-V", "-t", "1h", "udp"])
    p.wait_line("listening to events")
    p.wait_line('"ended":true', timeout=10)
    p.signal()
    assert p.wait() == 0 and near and far
    flow, = objects(p)
    assert flow["final"] is False and flow["dport"] == 7002


def test_settings_are_put_back(host):
    """Switched on while somebody looks, by the last one to leave put back, after kill -9 too."""
    def value():
        return host.read("/proc/sys/net/netfilter/nf_conntrack_acct").strip()
    host.sysctl(ACCT, 0)
    first = host.start([FLOWTOP, "--json", "--ended", "-V"])
    first.wait_line("listening to events")
    second = host.start([FLOWTOP, "--json", "--ended", "-V"])
    second.wait_line("listening to events")
    assert value() == "1"
    first.signal(signal.SIGTERM)
    assert first.wait() == 0 and value() == "1"
    pids = subprocess.run(["ip", "netns", "pids", host.netns], capture_output=True, text=True,
                          check=True).stdout.split()
    mine = [p for p in pids if os.readlink(f"/proc/{p}/exe") == str(FLOWTOP)]
    assert second.pid == int(mine[0])
    second.signal(signal.SIGKILL)
    wait_for(lambda: value() == "0", "the setting to be put back")
    alone = host.start([FLOWTOP, "--json", "--ended", "-V", "--no-acct"])
    alone.wait_line("listening to events")
    assert value() == "0"
    alone.signal()
    assert alone.wait() == 0


def metrics_of(text):
    """Values by name and labels, by a parser that is not ours."""
    from prometheus_client.openmetrics.parser import text_string_to_metric_families
    return {(s.name, tuple(sorted(s.labels.items()))): s.value
            for family in text_string_to_metric_families(text) for s in family.samples}


def test_metrics_are_what_the_table_says(host, tmp_path):
    """Printed once, in a file, and by HTTP."""
    Server(host, 7001)
    held = [connect(host, 7001) for _ in range(4)]
    key = ("flowtop_flows", (("family", "ip"), ("proto", "tcp"), ("state", "ESTABLISHED")))
    printed = metrics_of(bytes(flowtop(host, "--openmetrics", "-n").out).decode())
    assert printed[key] == 4 and printed["flowtop_table_entries", ()] == 4
    assert printed["flowtop_events_lost_total", ()] == 0 and held
    path = tmp_path / "flows.prom"
    p = host.start([FLOWTOP, f"--openmetrics={path}", "--listen", "0", "-n", "-V", "-t", "100ms"])
    port = int(p.wait_line(r"listening on port (\d+)").group(1))
    wait_for(path.exists, "the file")
    assert metrics_of(path.read_text())[key] == 4

    def page():
        with host.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
            s.connect(("127.0.0.1", port))
            s.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            return b"".join(iter(lambda: s.recv(65536), b"")).decode()
    head, body = page().split("\r\n\r\n", 1)
    assert " 200 " in head and metrics_of(body)[key] >= 4
    p.signal()
    assert p.wait() == 0


def test_a_flushed_table_is_empty(host):
    held = [*udp(host, 7002, 1, 1)]
    p = host.start([FLOWTOP, "--json", "--ended", "-n", "-V"])
    p.wait_line("listening to events")
    host.run(["conntrack", "-F"], check=0)
    p.wait_line('"ended":true', timeout=10)
    p.signal()
    assert p.wait() == 0 and held


@pytest.mark.parametrize("args, rc, word", [
    (["--once", "tcp and"], 2, "filter: it ends too early"),
    (["--once", "foo"], 2, "'foo' is no word"),
    (["-u"], 2, "bring a MaxMind"),
    (["--csv"], 2, "needs --once"),
    (["--once", "--sort", "nothing"], 2, "there are proto, state"),
    (["--once", "--geo", "/no/such.mmdb"], 1, "/no/such.mmdb"),
    (["--netns", "no-such-space", "--once"], 1, "no-such-space"),
    ([], 1, "wants a terminal"),
])
def test_what_cannot_be_is_one_sentence(host, args, rc, word):
    host.sysctl(ACCT, 1)
    host.sysctl("net.netfilter.nf_conntrack_timestamp", 1)
    err = bytes(flowtop(host, *args, rc=rc).err).decode()
    assert word in err and len(err.splitlines()) == 1, err


def test_without_permission_the_capability_is_named(host):
    host.sysctl(ACCT, 1)
    host.sysctl("net.netfilter.nf_conntrack_timestamp", 1)
    p = host.run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", FLOWTOP,
                  "--once"], check=1)
    assert "CAP_NET_ADMIN" in p.text()


def test_a_closed_pipe_ends_it_quietly(host):
    r, w = os.pipe()
    os.close(r)
    p = host.start([FLOWTOP, "--json", "-t", "100ms"], stdout=w)
    os.close(w)
    assert p.wait() == 0


def test_lost_events_are_counted_and_repaired(host):
    """More new flows at once than the socket's buffer has room for: the table is right again, and
    the loss is what the kernel counts."""
    host.sysctl("net.netfilter.nf_conntrack_udp_timeout", 600)
    p = host.start([FLOWTOP, "--json", "-n", "-G", "-t", "200ms", "--rcvbuf", "64KiB", "--top", "1",
                    "--budget", "1000"])
    p.wait_line('"summary"')
    p.signal(signal.SIGSTOP)  # nobody reads while they begin
    near = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for port in range(10000, 20000):
        near.sendto(b"", ("127.0.0.1", port))
    p.signal(signal.SIGCONT)

    def repaired():
        last = [json.loads(x)["summary"] for x in p.text().splitlines() if '{"summary"' in x
                and x.endswith("}}")][-1]
        return last["flows"] >= 10000 and last["flows"] == last["kernel_flows"] and \
            last["events_lost"] > 0 and last["complete"]
    wait_for(repaired, "the table to be right again")
    p.signal()
    assert p.wait() == 0
