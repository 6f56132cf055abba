# SPDX-License-Identifier: GPL-2.0-or-later
"""The examples of netsniff.8, each as it stands there: in a shell, on a host with eth0 and eth1
and a /var/cap of its own, while numbered packets and one ARP request arrive at eth0."""
import json
import os
import re
import signal
import struct

import pytest
from lib import capture, send
from lib.net import Net
from lib.wait import wait_for
from lib.where import TOP, program

EXAMPLES = re.findall(r"^\.Dl (.*)", (TOP / "netsniff/netsniff.8").read_text(), re.M)
EXAMPLES = [x for x in EXAMPLES if x != "netsniff -i eth0 -o eth1 -s"]
ARP = send.eth(bytes.fromhex("0001080006040001020000000001" "0a000001000000000000" "0a000002"),
               0x0806, dst=b"\xff" * 6)
N = 150  # packets that arrive, the ARP request not counted
FILE_N, FILE_START = 40, 1714563600  # packets of dump.pcap, 5 min apart from 2024-05-01T11:40 on
IS_ARP = "4\n40 0 0 12\n21 0 1 2054\n6 0 0 262144\n6 0 0 0\n"
# What Wireshark would be given goes to a file; it is not ended by the shell's Ctrl-C.
WIRESHARK = "#!/bin/sh\ntrap '' INT\ncat > shown.pcapng\n"


@pytest.fixture(scope="module")
def hosts():
    with Net() as net:
        me, left, right = net.host("me"), net.host("left"), net.host("right")
        net.veth(me, "eth0", left, "eth0")
        net.veth(me, "eth1", right, "eth0")
        yield me, left, right


def frames_of_file():
    return [send.seq_frame(i, 300) if i % 4 else ARP for i in range(FILE_N)]


@pytest.fixture
def here(tmp_path):
    """The folder in which the example runs: the files that examples name, and the programs."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/netsniff").symlink_to(program("netsniff"))
    (tmp_path / "bin/wireshark").write_text(WIRESHARK)
    (tmp_path / "bin/wireshark").chmod(0o755)
    for name in ("arp.bpf", "alarm.bpf"):
        (tmp_path / name).write_text(IS_ARP)
    with open(tmp_path / "dump.pcap", "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for i, frame in enumerate(frames_of_file()):
            f.write(struct.pack("<IIII", FILE_START + 300 * i, 0, len(frame), len(frame)) + frame)
    (tmp_path / "dump.pcapng").write_bytes((tmp_path / "dump.pcap").read_bytes())
    return tmp_path


class Run:
    """One example while it runs."""

    def __init__(self, hosts, here, line):
        self.me, self.left, self.right = hosts
        self.here, self.line = here, line
        env = dict(os.environ, PATH=f"{here}/bin:{os.environ['PATH']}", TZ="UTC")
        # /var is this run's own; what it holds at the end is copied out.
        script = ("trap : INT; mkdir -p cap && mount -t tmpfs none /var && mkdir -p /var/cap && "
                  f"mount --bind cap /var/cap && {line}")
        self.proc = self.me.start(["sh", "-c", script], cwd=here, env=env, before=os.setsid)

    def arrive(self):
        """Waits for netsniff to listen, then lets packets arrive at eth0."""
        wait_for(lambda: self.proc.rc is not None or any(
            r["running"] and r["proto"] for r in self.me.packet_sockets("eth0")),
            f"netsniff to listen: {self.line}")
        with send.Sender(self.left) as s:
            s.seqs(N)
            s.frame(ARP)

    def stop(self):
        """Ctrl-C in the terminal: every process of the line gets it."""
        if self.proc.rc is None:
            os.killpg(self.proc.pid, signal.SIGINT)
        return self.ended()

    def ended(self):
        rc = self.proc.wait(60)
        assert rc == 0, self.proc.text()
        return self.proc

    def seqs(self, path):
        """Sequence numbers and count of other packets in capture file 'path'."""
        numbers = [send.seq_of(p.data) for p in capture.read(path).packets]
        return [n for n in numbers if n is not None], numbers.count(None)


def records_all(run, path="dump.pcapng"):
    run.arrive()
    wait_for(lambda: run.me.counters()["rx_packets"] % (N + 1) == 0, "all packets to arrive")
    run.stop()
    assert run.seqs(run.here / path) == (list(range(N)), 1)


def prints_a_hundred(run):
    run.arrive()
    lines = bytes(run.ended().out).decode().splitlines()
    assert len(lines) == 100 and all("udp" in x for x in lines)


def fills_a_folder(run):
    run.arrive()
    out = bytes(run.stop().out).decode()
    (path,) = (run.here / "cap").iterdir()
    assert run.seqs(path) == (list(range(N)), 1)
    assert re.fullmatch(rf"/var/cap/{re.escape(path.name)}: {N + 1} packets, \d+ bytes\n", out)


def keeps_arp(run):
    run.arrive()
    run.stop()
    assert run.seqs(decompressed(run.here / "dump.pcap.zst")) == ([], 1)


def decompressed(path):
    os.system(f"zstd -qfd {path}")
    return path.with_suffix("")


def shows_live(run):
    run.arrive()
    shown = run.here / "shown.pcapng"
    wait_for(lambda: shown.exists() and shown.stat().st_size > N * send.MIN_BYTES,
             "Wireshark to have the packets")
    run.stop()
    assert run.seqs(shown) == (list(range(N)), 1)


def records_flight(run):
    run.arrive()
    run.proc.wait_line("written because of packet")
    run.stop()
    (path,) = (run.here / "cap").iterdir()
    assert run.seqs(path) == (list(range(N)), 1)


def prints_the_file(run):
    out = bytes(run.ended().out).decode()
    assert out.count("request") == FILE_N // 4 and out.count("10.0.0.2") >= FILE_N


def prints_the_hour(run):
    lines = bytes(run.ended().out).decode().splitlines()
    assert len(lines) == 12


def prints_json(run):
    objects = [json.loads(x) for x in bytes(run.ended().out).decode().splitlines()]
    assert [o["number"] for o in objects[:-1]] == list(range(1, FILE_N + 1))
    assert objects[-1]["account"]["read_packets"] == FILE_N


def cuts_the_file(run):
    run.ended()
    assert [p.data for p in capture.read(run.here / "small.pcap").packets] == [ARP] * (FILE_N // 4)


def merges_files(run):
    run.ended()
    assert [p.data for p in capture.read(run.here / "all.pcapng").packets] == \
        [f for f in frames_of_file() for _ in range(2)]


def prints_fields(run):
    lines = bytes(run.ended().out).decode().splitlines()
    assert lines[0] == "time,ip4.src,udp.dport" and len(lines) == FILE_N + 1
    assert sum(line.endswith(",,") for line in lines) == FILE_N // 4  # ARP has neither


def prints_tcp(run):
    assert "tcp.mss (option 2)" in bytes(run.ended().out).decode()


def draws(run):
    assert bytes(run.ended().out).startswith(b"<svg ")


def takes_tunnels_off(run):
    run.ended()
    assert [p.data for p in capture.read(run.here / "inside.pcapng").packets] == \
        list(frames_of_file())


def makes_a_script(run):
    run.ended()
    assert (run.here / "dump.cfg").read_text().count("{") == FILE_N


def replays(run, times=1):
    """The first packets arrive; with the file's own gaps it would take hours."""
    before = run.right.counters()["rx_packets"]
    wait_for(lambda: run.right.counters()["rx_packets"] - before >= times, "packets to arrive")
    run.stop()


def replays_again_and_again(run):
    replays(run, 3 * FILE_N)


CHECKS = {
    "netsniff -i eth0 -o dump.pcapng -s": records_all,
    "netsniff -i eth0 -n 100 -q": prints_a_hundred,
    "netsniff -i eth0 -o /var/cap/ -F 15min --max-disk 10GiB --print-closed -s": fills_a_folder,
    "netsniff -i eth0 -f arp.bpf -o dump.pcap.zst -s": keeps_arp,
    "netsniff -i eth0 -o - | wireshark -k -i -": shows_live,
    "netsniff -i eth0 -o /var/cap/ --flight 256MiB --trigger alarm.bpf -s": records_flight,
    "netsniff -i dump.pcapng": prints_the_file,
    "netsniff -i dump.pcapng --since 2024-05-01T12:00 --until 2024-05-01T13:00 -q": prints_the_hour,
    "netsniff -i dump.pcapng --json": prints_json,
    "netsniff -i dump.pcapng --fields time,ip4.src,udp.dport --csv": prints_fields,
    "netsniff --proto tcp": prints_tcp,
    "netsniff -i dump.pcapng -s --stats=svg": draws,
    "netsniff -i dump.pcapng -o inside.pcapng --decap -s": takes_tunnels_off,
    "netsniff -i dump.pcapng -f arp.bpf --snaplen 128 -n 1000 -o small.pcap -s": cuts_the_file,
    "netsniff -i dump.pcap -i dump.pcapng --merge -o all.pcapng -s": merges_files,
    "netsniff -i dump.pcap -o dump.cfg -s": makes_a_script,
    "netsniff -i dump.pcap -o eth1 --timing original -s": replays,
    "netsniff -i dump.pcap -o eth1 --timing x2 -s": replays,
    "netsniff -i dump.pcap -o eth1 --timing 50kpps --loop 0 -s": replays_again_and_again,
}


@pytest.mark.parametrize("line", EXAMPLES)
def test_example(hosts, here, line):
    assert line in CHECKS, "an example of the manual page that no test knows"
    CHECKS[line](Run(hosts, here, line))


def test_every_check_has_its_example():
    assert set(CHECKS) == set(EXAMPLES)
