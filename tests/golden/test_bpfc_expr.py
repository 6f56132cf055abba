# SPDX-License-Identifier: GPL-2.0-or-later
"""bpfc -e: what people and scripts see of the compiler of expressions, which has tests of its own."""
import pytest

from lib import bpfc
from lib.bpfc import run


@pytest.fixture
def here(tmp_path):
    return bpfc.fill(tmp_path)


def test_expression(here):
    one = run(here, "-f", "tcpdump", "-e", "tcp port 80")
    assert one.returncode == 0 and one.stdout.endswith(("6 0 0 0\n", "6 0 0 262144\n"))
    for args in (["-e", "tcp", "port", "80"], ["-y", "EN10MB", "-e", "tcp port 80"],
                 ["-e", "tcp port http"]):
        assert run(here, "-f", "tcpdump", *args).stdout == one.stdout
    assert "6 0 0 96\n" in run(here, "-f", "tcpdump", "--snaplen", "96", "-e", "ip").stdout
    p = run(here, "--run", "dump.pcap", "--summary", "-e", "arp")
    assert p.stdout.endswith("4 packets: 2 accepted (50.0 %), 2 rejected\n")
    assert run(here, "-f", "tcpdump", "-y", "RAW", "-e", "tcp port 80").stdout != one.stdout


def test_live_and_netmask(here):
    """A socket's filter finds the tag beside the packet, a file's in it."""
    live = run(here, "-f", "asm", "--live", "-e", "vlan").stdout
    assert "vlanp" in live and "vlanp" not in run(here, "-f", "asm", "-e", "vlan").stdout
    p = run(here, "-f", "asm", "--netmask", "255.255.255.0", "-e", "ip broadcast")
    assert p.returncode == 0 and "0xff" in p.stdout


def test_optimise(here):
    """-O makes any program shorter; expressions are anyway."""
    again = "ldh [12]\njne #0x806, drop\nldh [12]\njeq #0x806, good, drop\ngood: ret #-1\ndrop: ret #0\n"
    (here / "again.bpf").write_text(again)
    assert len(run(here, "-f", "tcpdump", "again.bpf").stdout.splitlines()) == 6
    assert run(here, "-f", "tcpdump", "-O", "again.bpf").stdout == bpfc.ARP_DECIMAL
    longer = run(here, "-f", "tcpdump", "--no-optimise", "-e", "port 80 or port 443").stdout
    shorter = run(here, "-f", "tcpdump", "-e", "port 80 or port 443").stdout
    assert len(shorter.splitlines()) < len(longer.splitlines())
    p = run(here, "-O", "ld M[0]\nret a")
    assert p.returncode == 1 and "-O: instruction 0: reads M[0]" in p.stderr, p.stderr


@pytest.mark.parametrize("args,sentence,status", [
    ("-e tcp port", "bpfc: -e: ", 1),
    ("-i x -e ip", "-e and -i are different programs", 2),
    ("--live arp.bpf", "--live: is about a filter expression, see -e", 2),
    ("--netmask 255.0.0.0 arp.bpf", "--netmask: is about a filter expression, see -e", 2),
    ("--no-optimise arp.bpf", "--no-optimise: is about a filter expression, see -e", 2),
    ("-O --no-optimise -e ip", "-O and --no-optimise contradict each other", 2),
    ("-O -b arp.bpf", "-O and -b contradict each other", 2),
    ("--netmask 5 -e ip", "--netmask: '5' is no mask such as 255.255.255.0", 2),
])
def test_refused(here, args, sentence, status):
    p = run(here, *args.split())
    assert p.returncode == status and sentence in p.stderr and p.stderr.count("\n") == 1
