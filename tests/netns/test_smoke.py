# SPDX-License-Identifier: GPL-2.0-or-later
"""trafgen -s: a host under test that stops answering ends the run, with the packet after which it did
as a script that makes it again."""
import json
import socket

import pytest
from lib.net import Net
from lib.where import program

PROTO = 0x88b5
SCRIPT = "{ fill(0xff, 6), fill(2, 6), c16(0x88b5), drnd(46) }"
ADDRESSES = {4: ("10.9.0.1", "10.9.0.2"), 6: ("fd09::1", "fd09::2")}


@pytest.fixture(name="link", params=[4, 6])
def fixture_link(request):
    with Net() as net:
        a, b = net.pair()
        for host, addr in zip((a, b), ADDRESSES[request.param]):
            host.sysctl("net.ipv6.conf.all.disable_ipv6", 0)
            host.sysctl("net.ipv6.conf.eth0.disable_ipv6", 0)
            host.ip("addr", "add", addr + ("/24" if request.param == 4 else "/64"), "dev", "eth0",
                    *([] if request.param == 4 else ["nodad"]))
        yield a, b, ADDRESSES[request.param][1], request.param


def receiver(host):
    s = host.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(PROTO))
    s.bind(("eth0", PROTO))
    return s


def silence(host, version):
    host.sysctl(f"net.ipv{version}." + ("icmp_echo_ignore_all" if version == 4 else
                                        "icmp.echo_ignore_all"), 1)


def test_a_host_that_lives_is_sent_everything(link):
    a, _, addr, _ = link
    p = a.run([program("trafgen"), "-o", "eth0", "-s", addr, "-n", "50", "--json", SCRIPT], check=0)
    report = json.loads(p.out)["report"]
    assert (report["engine"], report["packets"], len(report["workers"])) == ("mmsg", 50, 1)
    assert "last_packet" not in report


def test_a_host_that_dies_ends_it_with_the_packet(link, tmp_path):
    a, b, addr, version = link
    rx = receiver(b)
    p = a.start([program("trafgen"), "-o", "eth0", "-s", addr, "-E", "7", "-t", "20ms", SCRIPT])
    rx.recv(2048)
    silence(b, version)
    p.wait(30)
    assert p.rc == 1
    assert f"{addr} does not answer since packet" in p.err.decode() and "-E 7" in p.err.decode()
    rx.setblocking(False)
    last = None
    while True:
        try:
            last = rx.recv(2048)
        except BlockingIOError:
            break
    script, pcap = tmp_path / "last.cfg", tmp_path / "last.pcap"
    script.write_bytes(bytes(p.out))
    a.run([program("trafgen"), "-i", str(script), "-o", str(pcap), "-n", "1"], check=0)
    assert last is None or pcap.read_bytes()[40:] == last


def test_a_host_that_never_answered(link):
    a, b, addr, version = link
    silence(b, version)
    p = a.run([program("trafgen"), "-o", "eth0", "-s", addr, "-n", "5", SCRIPT], check=1)
    assert f"-s {addr} does not answer, and nothing was sent yet" in p.err.decode()


@pytest.mark.parametrize("args, words", [
    (["-o", "eth0", "-s", "nowhere"], "no IPv4 or IPv6 address"),
    (["-o", "eth0", "-P", "2"], "done by one worker"),
    (["-o", "eth0", "--engine", "live"], "asks after each packet"),
    (["-o", "x.pcap", "-n", "1"], "a file kills nobody"),
])
def test_what_goes_not_together(link, args, words):
    a, _, addr, _ = link
    p = a.run([program("trafgen"), "-s", addr, *args, SCRIPT])
    assert p.rc in (1, 2) and words in p.err.decode()
