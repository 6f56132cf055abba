# SPDX-License-Identifier: GPL-2.0-or-later
"""The examples of bpfc.8, each as it stands there, in a shell, in a folder with the files it names."""
import json
import os
import re
import subprocess

import pytest

from lib import bpfc
from lib.bpfc import ARP_DECIMAL, ARP_OPS
from lib.where import TOP, program

PAGE = (TOP / "bpfc/bpfc.8").read_text()
EXAMPLES = [x.replace(r"\e", "\\") for x in re.findall(r"^\.Dl (.*)", PAGE, re.M)]
SANDBOX = "ld [4]\njne #0xc000003e, bad\nld [0]\njeq #60, good\nbad: ret #0\ngood: ret #0x7fff0000\n"
REJECTED = "     2  reject             arp.bpf:5:9           ret #0x0\n"


@pytest.fixture
def here(tmp_path):
    bpfc.fill(tmp_path)
    (tmp_path / "port.bpf").write_text("ldh [22]\njne #PORT, drop\nret #-1\ndrop: ret #0\n")
    (tmp_path / "ttl.bpf").write_text("; from the network header on\nldb [8]\njlt #5, drop\n"
                                      "ret #-1\ndrop: ret #0\n")
    (tmp_path / "sandbox.bpf").write_text(SANDBOX)
    (tmp_path / "bin").mkdir()
    for name in "bpfc", "netsniff":
        (tmp_path / "bin" / name).symlink_to(program(name))
    made = subprocess.run([program("bpfc"), "-f", "elf", "--target", "xdp", "arp.bpf"], check=True,
                          cwd=tmp_path, capture_output=True).stdout
    (tmp_path / "arp.o").write_bytes(made)
    return tmp_path


def shell(here, line):
    env = dict(os.environ, PATH=f"{here}/bin:{os.environ['PATH']}", LC_ALL="C.UTF-8")
    return subprocess.run(["sh", "-c", line], cwd=here, capture_output=True, text=True, env=env,
                          timeout=60)


def is_just(text):
    def check(out, here):
        assert out == text
    return check


def has(*words):
    def check(out, here):
        for w in words:
            assert w in out, w
    return check


def is_tcp_port_80(out, here):
    assert "tcp.sport" in out and "tcp.dport" in out and "; ip6.next" in out
    back = bpfc.run(here, "-f", "tcpdump", "-", stdin=out).stdout
    theirs = subprocess.run(["tcpdump", "-y", "EN10MB", "-ddd", "tcp port 80"], check=True,
                            capture_output=True, text=True).stdout
    assert back == theirs.split("\n", 1)[1]


def made_the_object(out, here):
    assert out == "" and (here / "arp.o").read_bytes()[:4] == b"\x7fELF"


def counted(out, here):
    assert json.loads(out) == {"packets": 4, "accepted": 2, "rejected": 2}


def stopped(out, here):
    lines = out.splitlines()
    assert lines[0] == "packet 2, 34 bytes"
    assert lines[3].endswith("jneq #0x806, L3") and lines[5].split()[1].startswith("02")


def has_ways(out, here):
    p = subprocess.run(["tcpdump", "-nr", str(here / "ways.pcap"), "tcp port 80"], check=True,
                       capture_output=True, text=True)
    ways = out.splitlines()[-1].split()
    assert ways[-4:] == ["reject,", "which", "are", "all"]
    assert len(p.stdout.splitlines()) == int(ways[0]) >= 2


def drew(out, here):
    assert out == "" and (here / "arp.dot").read_text().startswith("digraph filter {\n")


def showed_machine_code(out, here):
    assert re.match(r"^   0:  [0-9a-f]+ +\w+", out)


CHECKS = {
    "bpfc arp.bpf": is_just(ARP_OPS),
    "bpfc -f tcpdump 'ldh [12] jne #0x806, drop ret #-1 drop: ret #0'": is_just(ARP_DECIMAL),
    "bpfc -p -D PORT=22 - < port.bpf": has("{ 0x15, 0, 1, 0x00000016 },\n"),
    "bpfc arp.bpf > arp.ops && netsniff -i dump.pcap -f arp.ops -q": has("10.0.0.2"),
    "tcpdump -y EN10MB -ddd tcp port 80 | bpfc -f asm -": is_tcp_port_80,
    "bpfc -f iptables ttl.bpf": has('iptables -A INPUT -m bpf --bytecode "4,48 0 0 8,53 0 1 5,'),
    "bpfc -f rust arp.bpf": has("const FILTER: [libc::sock_filter; 4] = [\n"),
    "bpfc -f elf --target xdp arp.bpf > arp.o": made_the_object,
    "bpfc -f asm arp.o": has("ldh [12]                         ; eth.type\n"),
    "bpfc --check --seccomp sandbox.bpf":
        is_just("sandbox.bpf: 6 instructions, the kernel takes them for seccomp\n"),
    "bpfc --run dump.pcap --coverage arp.bpf": has("         2          ret #-1\n", REJECTED),
    "bpfc --run dump.pcap --trace 2 --summary arp.bpf": has("packet 2, 34 bytes\n", REJECTED),
    "bpfc --run dump.pcap --summary --json arp.bpf": counted,
    "printf 'break reject\\ncontinue\\nback 2\\nprint packet\\n' | bpfc --debug dump.pcap arp.bpf":
        stopped,
    "bpfc --prove --against 'port 80 and tcp' -e 'tcp port 80'": has("proved: expression ("),
    "bpfc --prove --write differ.pcap arp.bpf 'arp and len > 60' || netsniff -i differ.pcap -q":
        has("refuted: they differ on a packet of 14 bytes\n", "says the same\n", " arp ["),
    "bpfc --witness --write ways.pcap -e 'tcp port 80'": has_ways,
    "bpfc --dot arp.bpf > arp.dot": drew,
    "bpfc --jit arp.bpf": showed_machine_code,
}


@pytest.mark.parametrize("line", EXAMPLES)
def test_example(here, line):
    assert line in CHECKS, "an example of the manual page that no test knows"
    p = shell(here, line)
    if "--jit" in line and p.returncode and ("needs the capability" in p.stderr or
                                             "no machine code" in p.stderr):
        pytest.skip(p.stderr.strip())
    assert p.returncode == 0, p.stderr
    CHECKS[line](p.stdout, here)


def test_every_check_has_its_example():
    assert set(CHECKS) == set(EXAMPLES)
