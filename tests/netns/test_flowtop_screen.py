# SPDX-License-Identifier: GPL-2.0-or-later
"""flowtop's screen on a real terminal: views, the filter that works as it is typed, columns that are
remembered, recordings and pictures."""
import json
import os
import re
import socket
import subprocess
import tempfile
import xml.etree.ElementTree as ET

import pytest
from lib.flows import FLOWTOP, Server, connect, flows, objects, track
from lib.net import Net
from lib.probe import need
from lib.tmux import Screen
from lib.wait import wait_for


@pytest.fixture(name="host")
def fixture_host():
    need("root", "netns")
    with Net() as net:
        host = net.host("one")
        track(host)
        yield host


def screen(host, tmp_path, *args, cols=80, rows=24):
    return Screen([FLOWTOP, "-n", "-G", "-t", "200ms", *args], cols=cols, rows=rows,
                  netns=host.netns, env={"XDG_CONFIG_HOME": tmp_path / "config"})


def many(host, n=300):
    """Flows of one socket to many ports, to which nobody answers."""
    near = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for port in range(20000, 20000 + n):
        near.sendto(b"", ("127.0.0.1", port))
    return near


def test_rows_depth_groups_and_help(host, tmp_path):
    Server(host, 7001)
    held = connect(host, 7001)
    held.send(b"x")
    with screen(host, tmp_path) as s:
        s.wait(r"flowtop  1 flows, table .* full .* events/s .* own cost")
        s.wait(r"0 insert failures  0 early drops  tcp 1 \(1 ESTABLISHED\)")
        s.wait(r"127\.0\.0\.1 +7001 +python")
        s.keys("Enter")
        s.wait(r"State +ESTABLISHED")
        s.wait("esc: back")
        s.keys("Escape")
        s.wait("sorted by rate")
        s.keys("g")
        s.wait("Group +Flows")
        s.keys("Enter")
        s.wait(r"host: 127\.0\.0\.1")
        s.wait(r"tcp +ESTABLISHED")
        s.keys("Escape")
        s.wait("Group +Flows")
        s.keys("?")
        s.wait("who fills the table")
        assert "filter: words" not in s.text()  # what '/' does in other tables
        s.keys("q", "q")
        s.wait("ended with 0")


def test_the_filter_works_as_it_is_typed(host, tmp_path):
    """Each text that is an expression has its effect; another one says what is wrong with it, and
    the one before stays; esc takes the old one back."""
    Server(host, 7001)
    held = [connect(host, 7001), many(host)]
    with screen(host, tmp_path) as s:
        s.wait("301 rows|tcp 1 ")
        s.keys("/", *"tcp")
        s.wait("filter: tcp_")
        s.wait_gone("udp 300")
        s.wait(r"tcp 1 \(")
        s.keys("Space", *"and")
        s.wait("it ends too early")
        s.wait(r"tcp 1 \(")
        s.keys("Space", *"foo")
        s.wait("'foo' is no word")
        s.keys("Enter")  # not an expression: goes on being typed
        s.wait("foo_")
        s.keys("Escape")
        s.wait(r"udp 300 \(")
        s.keys("/", *"udp", "Space", *"dport", "Space", *"20007", "Enter")
        s.wait(r"filter: udp dport 20007")
        s.wait(r"udp 1 \(1 UNREPLIED\)")
        s.keys("s", *"zzz", "Enter")
        s.wait("0 of 1 rows")
        s.keys("Escape", "q")
        s.wait("ended with 0")
    assert held


def test_columns_are_remembered_and_damage_is_tolerated(host, tmp_path):
    held = many(host, 3)
    kept = tmp_path / "config/flowtop/screen"
    with screen(host, tmp_path) as s:
        s.wait("Destination")
        assert "Zone" not in s.text()
        s.keys("o")
        s.wait("until it is forgotten")
        s.keys(*["j"] * 22)
        s.wait(r"\[ \] zone")
        s.keys("Space", "Enter")
        wait_for(lambda: kept.exists() and "zone" in kept.read_text(), "the file")
        s.keys("q")
        s.wait("ended with 0")
    assert re.search(r"^flow-columns proto,.*,zone", kept.read_text(), re.M)
    with screen(host, tmp_path, cols=160) as s:
        s.wait("Destination.*Zone")
        s.keys("q")
        s.wait("ended with 0")
    for text in (b"flow-columns nonsense,,proto\n\n\0\xff", b"flow-columns\n" * 9000, b"\xff" * 9,
                 b"flow-columns none at all\n"):
        kept.write_bytes(text)
        with screen(host, tmp_path) as s:
            s.wait("Proto")
            s.keys("q")
            s.wait("ended with 0")
    kept.unlink()
    kept.mkdir()
    with screen(host, tmp_path) as s:
        s.wait("Destination")
        s.keys("o", "Space", "Enter", "q")
        s.wait("ended with 0")
    assert held


def test_who_fills_the_table(host, tmp_path):
    """Sources by their number of flows; of translations the ports in use."""
    host.ip("addr", "add", "10.9.0.1/24", "dev", "lo")
    host.run(["nft", "add table ip n; add chain ip n p { type nat hook postrouting priority 100; };"
              "add rule ip n p udp dport 20000-30000 snat ip to 10.9.0.1"], check=0)
    held = many(host)
    assert len(flows(host, "snat")[0]) == 300
    with screen(host, tmp_path, cols=100) as s:
        s.wait("flowtop +300 flows")
        s.keys("w")
        s.wait(r"nat udp +10\.9\.0\.1 +300 .* 100.* 0.0 % .* 1 +(never|\d)")
        s.wait(r"source +127\.0\.0\.1 +300")
        s.wait(r"the table is full (never|in)")
        s.keys("Escape")
        s.wait("sorted by rate")
        s.keys("q")
        s.wait("ended with 0")
    assert held


def recorded(host, path, n, *args, busy=None):
    """A recording of at least 'n' moments, in which socket 'busy' sends something."""
    p = host.start([FLOWTOP, "--json", "-n", "-G", "-t", "100ms", "--record", path, *args])

    def enough():
        if busy:
            busy.send(bytes(1000))
        return sum("summary" in o for o in objects(p)) >= n
    wait_for(enough, "moments", 60)
    assert p.stop() == 0
    return objects(p)


def test_a_recording_is_played_as_it_was(host, tmp_path):
    """As text all moments with what was printed then; on the screen with seeking and its end; by
    anybody, without privilege."""
    Server(host, 7001)
    held = [connect(host, 7001), many(host, 40)]
    path = tmp_path / "flows.rec"
    printed = recorded(host, path, 12)
    with tempfile.NamedTemporaryFile() as copy:
        copy.write(path.read_bytes())
        copy.flush()
        os.chmod(copy.name, 0o644)
        check_played(copy.name, printed, tmp_path)
    assert held


def check_played(path, printed, tmp_path):
    play = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", FLOWTOP,
            "--play", path, "-n", "-G"]

    def run(*args):
        text = subprocess.run([*play, *args], capture_output=True, text=True, check=True).stdout
        return [json.loads(x) for x in text.splitlines()]
    played = run("--json")

    def essence(o):
        keys = ("id", "proto", "src", "dst", "sport", "dport", "state", "status", "zone", "mark",
                "tx_packets", "tx_bytes", "rx_packets", "rx_bytes", "owner", "pid", "user", "reply",
                "start", "flows", "chosen", "events", "kernel_flows", "kernel_max")
        return {k: v for k, v in o.get("summary", o).items() if k in keys}

    def moments(lines):
        found = [[]]
        for o in lines:
            found[-1].append(essence(o))
            if "summary" in o:
                found[-1][:-1] = sorted(found[-1][:-1], key=lambda x: x["id"])
                found.append([])
        return found[:-1]
    # The last moment may have been recorded, but no more printed.
    ours, theirs = moments(played), moments(printed)
    assert len(theirs) <= len(ours) <= len(theirs) + 1 and ours[:len(theirs)] == theirs
    last = run("--json", "--once", "tcp")
    assert len(last) == 2 and last[0]["dport"] == 7001 and last[0]["owner"] == "sure"
    n = len(ours)
    with Screen([FLOWTOP, "--play", path, "-n", "-G", "--speed", "1000"],
                env={"XDG_CONFIG_HOME": tmp_path / "config"}) as s:
        s.wait(rf"{n} of {n} stopped")
        s.wait("tcp 1 .*")
        s.keys("Home")
        s.wait(rf"  1 of {n}")
        s.keys("Right")
        s.wait(rf"  11 of {n}")
        s.keys("Left")
        s.wait(rf"  1 of {n}")
        s.keys("End", "g")
        s.wait(rf"  {n} of {n}")
        s.wait("Group +Flows")
        s.keys("q")
        s.wait("ended with 0")


def test_a_damaged_recording_is_one_sentence(host, tmp_path):
    held = many(host, 5)
    path = tmp_path / "flows.rec"
    recorded(host, path, 5)
    whole = path.read_bytes()
    path.write_bytes(whole[:-7])
    p = host.run([FLOWTOP, "--play", path, "--json", "--once", "-n"], check=0)
    assert "cut short" in p.text()
    path.write_bytes(whole[:60] + bytes([whole[60] ^ 255]) + whole[61:])
    p = host.run([FLOWTOP, "--play", path, "--json", "-n"], check=1)
    assert len(bytes(p.err).decode().splitlines()) == 1
    path.write_bytes(b"something else")
    p = host.run([FLOWTOP, "--play", path, "--json", "-n"], check=1)
    assert str(path) in p.text() and held
    for args, word in ((["--play", path, "--record", path], "--play"),
                       (["--once", "--plot", "x.svg"], "--plot"),
                       (["--json", "--plot", tmp_path / "none/x.svg"], "--plot"),
                       (["--json", "--ended", "--record", path], "--record")):
        p = host.run([FLOWTOP, *args])
        assert p.rc in (1, 2) and word in p.text()


def test_groups_are_drawn_over_time(host, tmp_path):
    """A picture of the run, and the same of its recording."""
    Server(host, 7001)
    held = [connect(host, 7001), many(host, 10)]
    path, svg, again = (tmp_path / x for x in ("flows.rec", "live.svg", "played.svg"))
    recorded(host, path, 12, "--group-by", "port", "--plot", svg, busy=held[0])
    host.run([FLOWTOP, "--play", path, "-n", "-G", "--json", "--group-by", "port", "--plot", again],
             check=0)
    for picture in (svg, again):
        text = "".join(ET.fromstring(picture.read_text()).itertext())
        assert "flowtop: flows by port" in text and "tcp 7001" in text and "replies" in text
    assert held


def test_hostile_names_never_reach_the_terminal(host, tmp_path):
    """A process that calls itself by escape sequences, on the screen and in every output."""
    Server(host, 7001)
    script = ("import ctypes,signal,socket\n"
              "ctypes.CDLL(None).prctl(15, b'a\\x1b]0;x\\x07\\x9b31m\\xff', 0, 0, 0)\n"
              "s = socket.create_connection(('127.0.0.1', 7001))\n"
              "print('there', flush=True)\nsignal.pause()\n")
    p = host.start(["/usr/bin/python3", "-c", script])
    p.wait_line("there")
    for args in (["--once"], ["--once", "--csv"], ["--once", "--json"],
                 ["--once", "--group-by", "process"]):
        out = bytes(host.run([FLOWTOP, "-n", "-G", *args], check=0).out)
        assert not re.search(rb"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f\xff]|\xc2[\x80-\x9f]", out), out
        assert b"]0;x" in out
    with screen(host, tmp_path) as s:
        s.wait(r"7001 +a.\]0;x")
        assert "\x1b]0" not in s.text("-e") and "\x07" not in s.text("-e")
        s.keys("q")
        s.wait("ended with 0")


def test_it_is_confined(host):
    """What it keeps of root's privilege: to ask conntrack; its helper's: namespaces and processes."""
    p = host.start([FLOWTOP, "--json", "--ended", "-n", "-V"])
    p.wait_line("sandbox: ")

    def status(pid):
        lines = open(f"/proc/{pid}/status", encoding="ascii").read().splitlines()
        return dict(x.split(":\t", 1) for x in lines)

    def children(pid):
        out = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(pid)], capture_output=True,
                             text=True, check=False).stdout
        return dict(reversed(x.split(None, 1)) for x in out.splitlines())
    pids = subprocess.run(["ip", "netns", "pids", host.netns], capture_output=True, text=True,
                          check=True).stdout.split()
    own = [x for x in pids if status(x)["Name"] == "flowtop" and status(x)["Seccomp"] == "2"]
    main, = own
    helper = children(main)["flowtop-helper"]
    assert int(status(main)["CapEff"], 16) == 1 << 12  # CAP_NET_ADMIN
    assert int(status(helper)["CapEff"], 16) == 1 << 2 | 1 << 19 | 1 << 21
    assert status(main)["NoNewPrivs"] == status(helper)["NoNewPrivs"] == "1"
    subprocess.run(["kill", "-9", helper], check=True)  # without it the flows are still told
    host.run(["ping", "-c1", "127.0.0.1"], check=0)
    host.run(["conntrack", "-F"], check=0)
    p.wait_line('"proto":"icmp"')
    assert p.stop() == 0
